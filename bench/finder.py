"""The finder: one answer against the look-up of its rules alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bench.large_state import municipalities
from bench.measure import Row, best
from busdb import delivery, validity
from busdb.assembly import Assembler
from busdb.db import Database
from busdb.finder import Asking

TIMES = 50


def rows(_state: Path, database: Path) -> Iterator[Row]:
    """The row about one answer."""
    yield Row(f"who is responsible, {TIMES} answers", lambda: (_ours(database), _bare(database)), 2.0)


def _services(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    statement = "SELECT number, source || '.' || value FROM number WHERE kind = 'service' ORDER BY number LIMIT ?"
    return list(connection.execute(statement, (TIMES,)))


def _ours(path: Path) -> float:
    ids = [id_ for _, id_ in _services(sqlite3.connect(path))]
    database = Database(f"sqlite:///{path}")
    with database.reading() as connection:
        gazetteer = delivery.gazetteer_of(connection)
        asking = Asking(place=gazetteer.place(municipalities()[0]), on=validity.today(validity.now()))
        found = best(lambda: [Assembler(connection, gazetteer, asking).answer(id_) for id_ in ids], 3)
    database.close()
    return found


def _bare(path: Path) -> float:
    connection = sqlite3.connect(path)
    ars = municipalities()[0]
    chain = (ars, ars[:9], ars[:5], ars[:2], "DE")
    statement = (
        "SELECT r.* FROM responsibility r LEFT JOIN responsibility_areas a ON a.owner = r.object "
        "WHERE r.service = ? AND (r.everywhere OR a.value IN (?, ?, ?, ?, ?))"
    )
    keys = [key for key, _ in _services(connection)]
    return best(lambda: [connection.execute(statement, (key, *chain)).fetchall() for key in keys], 3)
