"""Answers that are kept to be given again: as bytes, to readers without a key, while their ETag is still the same.

The ETag is made anew for each request, from one read of what concerns its place; whatever an answer depends on is in
it. So nothing has to be taken out when something changes: what is never asked for again goes when there is no room.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

OVERHEAD = 300
"""Bytes that an answer takes beside its own."""
LARGEST = 16
"""The part of the room that one answer may take is one by this."""


class Memory:
    """Answers of one process in so many bytes; those not asked for the longest go first."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._used = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def get(self, etag: str, make: Callable[[], bytes]) -> bytes:
        """The answer of an ETag: as it was made, or ``make`` it."""
        with self._lock:
            if (found := self._kept.get(etag)) is not None:
                self._kept.move_to_end(etag)
                return found
        made = make()
        if len(made) + OVERHEAD <= self._room / LARGEST:
            self._keep(etag, made)
        return made

    def _keep(self, etag: str, made: bytes) -> None:
        with self._lock:
            if etag not in self._kept:
                self._kept[etag] = made
                self._used += len(made) + OVERHEAD
            while self._used > self._room:
                _, gone = self._kept.popitem(last=False)
                self._used -= len(gone) + OVERHEAD
