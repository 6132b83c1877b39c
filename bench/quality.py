"""The work list of a whole state: all rules over all records, against reading the same rows by the bare driver."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Row, best
from busdb import delivery, worklist
from busdb.db import Database

DAY = dt.date(2026, 11, 25)


def rows(_state: Path, database: Path) -> Iterator[Row]:
    """One row: a night's work, for which there is no target."""
    yield Row("work list of quality, all rules", lambda: (_ours(database), _bare(database)), None)


def _ours(path: Path) -> float:
    database = Database(f"sqlite:///{path}")

    def work() -> None:
        with database.reading() as connection:
            worklist.tasks(connection, delivery.gazetteer_of(connection), DAY, "de", worklist.Wanted())

    taken = best(work, 1)
    database.close()
    return taken


def _bare(path: Path) -> float:
    connection = sqlite3.connect(path)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%finding'")
    wanted = [name for (name,) in names if name.split("_")[0] in {"service", "authority", "fee", "responsibility"}]
    return best(lambda: [connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in wanted], 1)
