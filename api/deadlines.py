"""How long a request may take: until its answer is there, and of a long answer until each further piece.

A long answer as a whole takes as long as its reader does; what makes it must not stand still.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask, Response

from api import errors
from busdb import deadline
from busdb.errors import OverdueError
from busdb.settings import Settings

_log = logging.getLogger("busdb.api")


def install(app: Flask, settings: Settings) -> None:
    """Let every request of an application end in time; to be installed first, so that nothing comes before."""
    seconds = settings.longest
    if seconds == math.inf:
        return

    def overdue(error: OverdueError) -> Response:
        _log.warning("a request was not answered within %d seconds", seconds)
        deadline.begin(seconds)  # to say so
        return errors.expected(error)

    def watch(response: Response) -> Response:
        if response.is_streamed:
            response.response = _Pieces(response.response, seconds)
        return response

    app.before_request(lambda: deadline.begin(seconds))
    app.after_request(watch)
    app.teardown_request(lambda _: deadline.begin(math.inf))
    app.register_error_handler(OverdueError, overdue)


class _Pieces(Iterator[Any]):
    """The pieces of an answer, each of which has so many seconds."""

    def __init__(self, pieces: Iterable[Any], seconds: float) -> None:
        self._pieces = pieces
        self._iterator = iter(pieces)
        self._seconds = seconds

    def __next__(self) -> Any:
        with deadline.within(self._seconds):
            return next(self._iterator)

    def close(self) -> None:
        if close := getattr(self._pieces, "close", None):
            close()
