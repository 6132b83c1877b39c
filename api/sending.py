"""When an answer has been sent, or its reader has gone away."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Response


def when_sent(response: Response, done: Callable[[], object]) -> None:
    """Call something once when the last piece of an answer is sent, or nobody takes it any more.

    Files are passed on without asking the response, and a server may drop an answer without closing it.
    """
    if response.is_streamed:
        response.response = _Pieces(response.response, done)
    else:
        response.call_on_close(done)


class _Pieces(Iterator[Any]):
    def __init__(self, pieces: Iterable[Any], done: Callable[[], object]) -> None:
        self._pieces = pieces
        self._iterator = iter(pieces)
        self._done = weakref.finalize(self, done)
        self._done.atexit = False

    def __next__(self) -> Any:
        return next(self._iterator)

    def close(self) -> None:
        close = getattr(self._pieces, "close", None)
        if close:
            close()
        self._done()
