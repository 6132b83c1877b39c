"""Imports against the barest loops over the same lines and rows."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from bench.measure import Row, best, peak_above_imports
from busdb import ingest, migration, validity
from busdb.db import Database
from busdb.formats import Input


def rows(state: Path, database: Path) -> Iterator[Row]:
    """The rows about imports. The first leaves the database that later rows read."""
    yield Row("import of a new delivery (JSON)", lambda: _new(state, database), 1.7)
    yield Row("import of the same delivery again", lambda: _again(state, database), 1.5)
    yield Row("import of the same records in other bytes", lambda: _again(state, database, other=True), 1.5)
    yield Row("memory of an import above its imports", lambda: (_memory(state, database), 0.0), 60, "MB")


def fresh(path: Path) -> Database:
    """An empty database."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    database = Database(f"sqlite:///{path}")
    migration.upgrade(database)
    return database


def _import(state: Path, database: Database) -> None:
    with state.open("rb") as file:
        order = ingest.Order(format="json", inputs=(Input(state.name, file),), source="bench")
        ingest.import_(database, order, validity.now())


def ensure(state: Path, path: Path) -> None:
    """Make the database that rows read, where no earlier run left it."""
    if not path.exists():
        database = fresh(path)
        _import(state, database)
        database.close()


def _new(state: Path, path: Path) -> tuple[float, float]:
    databases: list[Database] = []
    ours = best(lambda: _import(state, databases[-1]), 1, lambda: databases.append(fresh(path)))
    databases[-1].close()
    copied = all_rows(path)
    bare_path = path.with_suffix(".bare")
    connections: list[sqlite3.Connection] = []

    def prepare() -> None:
        fresh(bare_path).close()
        connections.append(sqlite3.connect(bare_path, isolation_level=None))

    bare = best(lambda: _bare_import(state, connections[-1], copied), 1, prepare)
    return ours, bare


def all_rows(path: Path) -> list[tuple[str, list[Any]]]:
    """The rows of all tables with the statements that insert them."""
    connection = sqlite3.connect(path)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = []
    for table in ["number", *(name for name in tables if name not in {"number", "alembic_version"})]:
        values = connection.execute(f'SELECT * FROM "{table}"').fetchall()
        if values:
            marks = ", ".join("?" * len(values[0]))
            found.append((f'INSERT INTO "{table}" VALUES ({marks})', values))
    return found


def _bare_import(state: Path, connection: sqlite3.Connection, copied: list[tuple[str, list[Any]]]) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN")
    with state.open("rb") as file:
        for line in file:
            orjson.loads(line)
    for statement, values in copied:
        connection.executemany(statement, values)
    connection.execute("COMMIT")


def _again(state: Path, path: Path, *, other: bool = False) -> tuple[float, float]:
    database = Database(f"sqlite:///{path}")
    delivery = state.with_suffix(".other") if other else state

    def change() -> None:
        """One empty line more each time, so that the delivery is not known by its bytes."""
        if not delivery.exists():
            shutil.copy(state, delivery)
        with delivery.open("ab") as file:
            file.write(b"\n")

    ours = best(lambda: _import(delivery, database), 3, change if other else None)
    database.close()

    def bare() -> None:
        with state.open("rb") as file:
            for line in file:
                orjson.loads(line)

    return ours, best(bare)


def _memory(state: Path, path: Path) -> float:
    other = path.with_suffix(".memory")
    fresh(other).close()
    code = "from pathlib import Path\nfrom bench import imports\nfrom busdb.db import Database\nimport importers.json"
    return peak_above_imports(code, f"imports._import(Path({str(state)!r}), Database('sqlite:///{other}'))")
