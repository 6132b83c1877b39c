"""By when the work at hand must be done, so that a request nobody waits for any longer does not go on.

A database asks before each statement and while one runs (``busdb.db``); what computes for long asks by itself, with
:func:`check`. A thread has its own deadline; without one, work takes as long as it likes.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from busdb.errors import OverdueError

_until: ContextVar[float] = ContextVar("until", default=math.inf)


def begin(seconds: float) -> None:
    """Let the work of this thread end within so many seconds; ``math.inf``: whenever it likes."""
    _until.set(time.monotonic() + seconds)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Work that has so many seconds, whatever the deadline around it; ``math.inf`` for what serves others, too."""
    token = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def left() -> float:
    """The seconds that are left: infinite without a deadline, negative after it."""
    return _until.get() - time.monotonic()


def check() -> None:
    """Raise ``OverdueError`` after the deadline."""
    if time.monotonic() > _until.get():
        raise OverdueError("overdue")
