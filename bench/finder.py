"""The finder: one answer against the look-up of its rules alone, and against its own reads by the bare driver."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bench.large_state import municipalities
from bench.measure import Row, best
from busdb import delivery, validity
from busdb.assembly import Assembler
from busdb.db import Database
from busdb.finder import Asking

TIMES = 50


def rows(_state: Path, database: Path) -> Iterator[Row]:
    """The rows about one answer; of the first, docs/decisions/0012-answers.md says why it is no target any more."""
    yield Row(f"who is responsible, {TIMES} answers", lambda: (_ours(database), _bare(database)), None)
    yield Row(f"who is responsible, {TIMES} answers, by reads", lambda: (_ours(database), _reads(database)), 5.0)


def _services(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    statement = "SELECT number, source || '.' || value FROM number WHERE kind = 'service' ORDER BY number LIMIT ?"
    return list(connection.execute(statement, (TIMES,)))


@contextmanager
def _answering(path: Path) -> Iterator[tuple[Database, Callable[[], object]]]:
    """The database, and what gives all answers."""
    ids = [id_ for _, id_ in _services(sqlite3.connect(path))]
    database = Database(f"sqlite:///{path}")
    with database.reading() as connection:
        gazetteer = delivery.gazetteer_of(connection)
        asking = Asking(place=gazetteer.place(municipalities()[0]), on=validity.today(validity.now()))
        yield database, lambda: [Assembler(connection, gazetteer, asking).answer(id_) for id_ in ids]
    database.close()


def _ours(path: Path) -> float:
    with _answering(path) as (_, answer):
        return best(answer, 3)


def _reads(path: Path) -> float:
    """The statements of the answers, sent again by the driver alone, and their rows fetched."""
    sent: list[tuple[str, Any]] = []
    with _answering(path) as (database, answer):
        event.listen(
            database.engine, "before_cursor_execute", lambda _c, _d, words, values, *_: sent.append((words, values))
        )
        answer()
    connection = sqlite3.connect(path)
    return best(lambda: [connection.execute(*one).fetchall() for one in sent], 3)


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
