"""What requests note and a thread writes to the database afterwards: no reader waits for a writer.

Notes are collected in memory and written every few seconds and at the end of the process. A writing waits for no lock
of others; what cannot be written stays for its next try.
"""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from busdb.db import Database
from busdb.errors import BusdbError
from busdb.settings import Settings

INTERVAL = 10.0
"""Seconds between two writings."""
PATIENCE = 0.5
"""Seconds that a writing waits for the database."""
LAST_TRIES = 8
"""How often the last writing is tried."""
Notes = TypeVar("Notes")
_log = logging.getLogger(__name__)


class Later(ABC, Generic[Notes]):
    """Collects the notes of one process. ``name`` is what it is called in logs; ``lock`` guards what is collected."""

    name: str

    def __init__(self, settings: Settings) -> None:
        self.lock = threading.Lock()
        self._database = Database(settings.database, PATIENCE)
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = self._failing = False

    @abstractmethod
    def take(self) -> Notes:
        """What is collected, which from now on is no more. The lock is held."""

    @abstractmethod
    def give_back(self, notes: Notes) -> None:
        """Collect again what could not be written. The lock is held."""

    @abstractmethod
    def write(self, connection: Connection, notes: Notes) -> None:
        """Write notes."""

    def wake(self) -> None:
        """Let the thread begin, if it has not; the lock is held."""
        if self._thread is None and not self._closed:
            # No daemon: the end of the process waits for the last writing
            self._thread = threading.Thread(target=self._work, name=self.name, daemon=False)
            self._thread.start()

    def flush(self, *, always: bool = False) -> bool:
        """Write what is collected, ``always``: even if that is nothing; whether nothing is left."""
        with self._writing:
            with self.lock:
                notes = self.take()
            if not notes and not always:
                return True
            try:
                with self._database.writing() as connection:
                    self.write(connection, notes)
            except (SQLAlchemyError, BusdbError) as error:
                with self.lock:
                    self.give_back(notes)
                if not self._failing:
                    # Not the whole error: it would name what was noted
                    _log.warning("%s waits for the database: %s", self.name, getattr(error, "orig", error))
                self._failing = True
                return False
            self._failing = False
            return True

    def close(self) -> None:
        """Write the rest and take nothing more."""
        self._closed = True
        self._finish()
        self._database.close()

    def _work(self) -> None:
        main = threading.main_thread()
        self.flush(always=True)
        while main.is_alive() and not self._closed:
            main.join(INTERVAL)
            self.flush()
        self._finish()
        self._database.close()

    def _finish(self) -> None:
        """Write the rest, also where other processes end at the same time and write theirs."""
        for _ in range(LAST_TRIES):
            if self.flush():
                return
