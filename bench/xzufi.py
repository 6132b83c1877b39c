"""XZuFi in and out, against bare parsers, loops over the same rows, and a bare writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from bench.exports import bare_xml, write
from bench.imports import all_rows, fresh
from bench.measure import Row, best, peak_above_imports
from busdb import ingest, validity
from busdb.db import Database
from busdb.formats import Input

SOURCE = "bench"


def rows(_state: Path, database: Path) -> Iterator[Row]:
    """The rows about XZuFi; the delivery is the export of the database of the import row."""
    delivery, copy = database.with_suffix(".xml"), database.with_suffix(".xzufi")
    yield Row("full XZuFi export", lambda: _export(database, delivery), 1.2)
    yield Row("import of a new XZuFi delivery", lambda: _new(database, delivery, copy), 1.7)
    yield Row("import of the same XZuFi delivery again", lambda: _again(database, delivery, copy), 1.5)
    yield Row("import of the same XZuFi in other bytes", lambda: _again(database, delivery, copy, other=True), 1.5)
    yield Row(
        "memory of an XZuFi import above its imports", lambda: (_memory_in(database, delivery, copy), 0.0), 60, "MB"
    )
    yield Row("memory of an XZuFi export above its imports", lambda: (_memory_out(database), 0.0), 60, "MB")


def _export(database: Path, delivery: Path) -> tuple[float, float]:
    ours = best(lambda: write(database, "xzufi", "xml", into=delivery), 1)
    return ours, best(lambda: bare_xml(database), 1)


def _delivery(database: Path, delivery: Path) -> None:
    if not delivery.exists():
        write(database, "xzufi", "xml", into=delivery)


def import_(delivery: Path, database: Database) -> None:
    """Import the delivery."""
    with delivery.open("rb") as file:
        order = ingest.Order(format="xzufi", inputs=(Input(delivery.name, file),), source=SOURCE)
        ingest.import_(database, order, validity.now())


def _new(database: Path, delivery: Path, copy: Path) -> tuple[float, float]:
    _delivery(database, delivery)
    databases: list[Database] = []
    ours = best(lambda: import_(delivery, databases[-1]), 1, lambda: databases.append(fresh(copy)))
    databases[-1].close()
    copied = all_rows(copy)
    bare_path = copy.with_suffix(".bare")
    connections: list[sqlite3.Connection] = []

    def prepare() -> None:
        fresh(bare_path).close()
        connections.append(sqlite3.connect(bare_path, isolation_level=None))

    return ours, best(lambda: _bare_import(delivery, connections[-1], copied), 1, prepare)


def _bare_import(delivery: Path, connection: sqlite3.Connection, copied: list[tuple[str, list[Any]]]) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN")
    for _, element in etree.iterparse(delivery, tag="{*}schreibe"):
        _forget(element)
    for statement, values in copied:
        connection.executemany(statement, values)
    connection.execute("COMMIT")


def _again(database: Path, delivery: Path, copy: Path, *, other: bool = False) -> tuple[float, float]:
    _delivery(database, delivery)
    if other:
        with delivery.open("ab") as file:
            file.write(b"\n")
    if not copy.exists():
        first = fresh(copy)
        import_(delivery, first)
        first.close()
    opened = Database(f"sqlite:///{copy}")
    ours = best(lambda: import_(delivery, opened), 1)
    opened.close()

    def bare() -> None:
        for _, element in etree.iterparse(delivery, tag="{*}schreibe"):
            _as_dict(element)
            _forget(element)

    return ours, best(bare, 1)


def _as_dict(element: etree._Element) -> dict[str, Any]:
    found: dict[str, Any] = {str(name): value for name, value in element.attrib.items()}
    for child in element:
        found.setdefault(str(child.tag), []).append(_as_dict(child) if len(child) else child.text)
    return found


def _forget(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _memory_in(database: Path, delivery: Path, copy: Path) -> float:
    _delivery(database, delivery)
    other = copy.with_suffix(".memory")
    fresh(other).close()
    code = "from pathlib import Path\nfrom bench import xzufi\nfrom busdb.db import Database\nimport importers.xzufi"
    return peak_above_imports(code, f"xzufi.import_(Path({str(delivery)!r}), Database('sqlite:///{other}'))")


def _memory_out(database: Path) -> float:
    code = "from pathlib import Path\nfrom bench import exports\nimport exporters.xzufi"
    return peak_above_imports(code, f"exports.write(Path({str(database)!r}), 'xzufi', 'xml')")
