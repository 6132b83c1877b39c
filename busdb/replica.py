"""Reading from a streaming replica, as long as it answers and has seen what its reader was told elsewhere.

A replica follows its database with a delay. A reader who holds a cursor that another node gave must not be told that
nobody gave it: where the replica has not come so far, the database itself answers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from busdb import changes
from busdb.db import Database
from busdb.errors import SetupError

PAUSE = 10.0
"""Seconds for which a replica that did not answer is not asked again."""
CONNECTING = "2"
"""Seconds within which the one must answer, before the other is asked in its place."""


class Replicated(Database):
    """A database of which a replica answers the readers; what is written goes to the database itself."""

    def __init__(self, url: str, replica: str, longest: int = 0) -> None:
        super().__init__(_hasty(url), longest=longest)
        self._replica = Database(_hasty(replica), longest=longest)
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

    @contextmanager
    def present(self) -> Iterator[Connection]:
        """A transaction on the database; on the replica while it cannot be reached, since nobody writes to it then."""
        with ExitStack() as stack:
            try:
                found = stack.enter_context(super().reading())
            except SetupError:
                other = self._of_replica(stack)
                if other is None:
                    raise
                found = other
            yield found

    def _of_replica(self, stack: ExitStack, seen: int = 0) -> Connection | None:
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


def _hasty(url: str) -> str:
    """An address with how long to wait for its server, unless it says so itself. SQLite does not know this word."""
    try:
        parts = make_url(url)
    except ArgumentError:
        return url  # the database says what is wrong with it
    if parts.get_backend_name() == "sqlite" or "connect_timeout" in parts.query:
        return url
    return parts.update_query_dict({"connect_timeout": CONNECTING}).render_as_string(hide_password=False)


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
