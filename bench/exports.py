"""Exports against raw row loads and bare encoders."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from lxml import etree

from bench.large_state import municipalities
from bench.measure import Row, best, peak_above_imports
from busdb import delivery, validity
from busdb.db import Database
from busdb.formats import Form


def rows(_state: Path, database: Path) -> Iterator[Row]:
    """The rows about exports; the database is that of the import row."""
    yield Row("full JSON export", lambda: _full(database, "json"), 1.5)
    yield Row("full XML export", lambda: _full(database, "xml"), 1.2)
    yield Row("one municipality's whole 115 feed", lambda: _municipality(database, "115"), 3.0)
    yield Row("one municipality's whole municipal feed", lambda: _municipality(database, "municipal"), 3.0)
    yield Row("memory of a full export above its imports", lambda: (_memory(database), 0.0), 60, "MB")


def write(path: Path, name: str, form: Form, ars: str | None = None, into: Path = Path("/dev/null")) -> int:
    """Write a feed to a file or to nowhere; returns its size. The database stays open, as in a server."""
    with _database(path).reading() as connection, into.open("wb") as file:
        gazetteer = delivery.gazetteer_of(connection)
        place = gazetteer.place(ars) if ars else None
        wish = delivery.Wish(feed=name, place=place, on=validity.today(validity.now()), form=form)
        return sum(file.write(piece) for piece in delivery.write(connection, gazetteer, wish))


@cache
def _database(path: Path) -> Database:
    return Database(f"sqlite:///{path}")


def _full(path: Path, form: Form) -> tuple[float, float]:
    ours = best(lambda: write(path, "json", form))
    return ours, best(lambda: _bare_json(path) if form == "json" else bare_xml(path))


def _objects(path: Path) -> Iterator[dict[str, Any]]:
    """All records as plain dicts, put together from the raw rows of all their tables."""
    connection = sqlite3.connect(path)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    roots = [name for name in tables if _columns(connection, name)[0] == "object"]
    for root in roots:
        parts: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for table in tables:
            if table.startswith(f"{root}_") and _columns(connection, table)[0] == "owner":
                names = _columns(connection, table)[2:]
                for owner, _, *values in connection.execute(f'SELECT * FROM "{table}" ORDER BY owner, position'):
                    parts[owner][table].append(dict(zip(names, values, strict=True)))
        names = _columns(connection, root)
        for values in connection.execute(f'SELECT * FROM "{root}"'):
            yield dict(zip(names, values, strict=True)) | parts[values[0]]


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]


def _bare_json(path: Path) -> int:
    return sum(len(orjson.dumps(one)) for one in _objects(path))


def bare_xml(path: Path) -> None:
    """Everything in XML by the barest writer."""
    with Path("/dev/null").open("wb") as out, etree.xmlfile(out) as file, file.element("items"):
        for one in _objects(path):
            with file.element("item"):
                _write(file, one)


def _write(file: Any, value: dict[str, Any]) -> None:
    for name, item in value.items():
        if item is None:
            continue
        with file.element(name):
            if isinstance(item, list):
                for part in item:
                    with file.element("part"):
                        _write(file, part)
            else:
                file.write(item.decode() if isinstance(item, bytes) else str(item))


def _municipality(path: Path, feed: str) -> tuple[float, float]:
    ars = municipalities()[0]
    ours = best(lambda: write(path, feed, "json", ars), 5)
    return ours, best(lambda: _bare_municipality(path, ars), 5)


def _bare_municipality(path: Path, ars: str) -> int:
    """The rows that this feed needs, loaded raw and encoded."""
    connection = sqlite3.connect(path)
    chosen = {
        "service": 'SELECT object FROM "service"',
        "responsibility": f"SELECT owner FROM responsibility_areas WHERE value = '{ars}'",
        "fee": f"SELECT object FROM fee WHERE area IN ('15', '{ars}')",
        "authority": f"SELECT object FROM authority WHERE area = '{ars}'",
    }
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    size = 0
    for root, keys in chosen.items():
        for table in tables:
            if table == root or table.startswith(f"{root}_"):
                key = "object" if table == root else "owner"
                names = _columns(connection, table)
                for row in connection.execute(f'SELECT * FROM "{table}" WHERE {key} IN ({keys})'):
                    size += len(orjson.dumps(dict(zip(names, row, strict=True))))
    return size


def _memory(path: Path) -> float:
    code = "from pathlib import Path\nfrom bench import exports\nimport exporters.json"
    return peak_above_imports(code, f"exports.write(Path({str(path)!r}), 'json', 'json')")
