"""Reading from a streaming replica, as long as it answers and has seen what its reader was told elsewhere.

A replica follows its database with a delay. A reader who holds a cursor that another node gave must not be told that
nobody gave it: where the replica has not come so far, the database itself answers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from sqlalchemy import Connection

from busdb import changes
from busdb.db import Database
from busdb.errors import SetupError

PAUSE = 10.0
"""Seconds for which a replica that did not answer is not asked again."""
CONNECTING = "2"
"""Seconds within which a replica must answer, before the database is asked in its place."""


class Replicated(Database):
    """A database of which a replica answers the readers; what is written goes to the database itself."""

    def __init__(self, url: str, replica: str, longest: int = 0) -> None:
        super().__init__(url, longest=longest)
        self._replica = Database(replica, longest=longest)
        if "connect_timeout" not in self._replica.url.query:
            self._replica = Database(
                self._replica.url.update_query_dict({"connect_timeout": CONNECTING}).render_as_string(False),
                longest=longest,
            )
        self._asked_again = 0.0

    @contextmanager
    def reading(self, seen: int = 0) -> Iterator[Connection]:
        """A transaction on the replica; on the database where that is down or has not come to ``seen``."""
        with ExitStack() as stack:
            paused = time.monotonic() < self._asked_again
            found = None if paused else self._of_replica(stack, seen)
            if found is None:
                try:
                    found = stack.enter_context(super().reading())
                except SetupError:
                    found = self._of_replica(stack, seen)  # it may be back before its pause is over
                    if found is None:
                        raise
            yield found

    def present(self) -> AbstractContextManager[Connection]:
        return super().reading()

    def _of_replica(self, stack: ExitStack, seen: int) -> Connection | None:
        with ExitStack() as opened:
            try:
                connection = opened.enter_context(self._replica.reading())
            except SetupError:
                self._asked_again = time.monotonic() + PAUSE
                return None
            if seen and changes.state(connection, internal=True).seq < seen:
                return None
            stack.enter_context(opened.pop_all())
            return connection

    def close(self) -> None:
        """Close all connections to both."""
        self._replica.close()
        super().close()


def readers(url: str, replica: str, longest: int) -> Database:
    """The database for readers: with its replica where ``replica`` names one. ``longest`` as in :class:`Database`.

    Raises ``SetupError`` for an address that leads nowhere, and for a replica of SQLite.
    """
    if not replica:
        return Database(url, longest=longest)
    found = Replicated(url, replica, longest)
    if found.is_sqlite:
        raise SetupError("replica_needs_postgresql")
    return found
