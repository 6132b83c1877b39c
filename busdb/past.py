"""The database as it was: reads that see the state at a position of the change log.

The log keeps every record after each of its changes, so that nothing has to be kept a second time. What has changed
since the position is laid over the tables: a statement that names such a table is given a common table expression of
the same name, with the rows of unchanged objects from the table and the former rows of the others from the log. It
writes nothing, so that it works in a reading transaction and on a replica.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, event, func, select, true

from busdb.bulk import Book, Rows
from busdb.changes import SOURCE
from busdb.interchange import decode
from busdb.mapping import references, shape
from busdb.models import number
from busdb.models.operations import change, source
from busdb.records import KINDS, AnyRecord, ref

CHUNK = 500
_RECURSIVE = "WITH RECURSIVE "


class _Former(NamedTuple):
    """A record as it was."""

    record: AnyRecord
    number: int
    book: Book


@contextmanager
def at(connection: Connection, seq: int, *, internal: bool = False) -> Iterator[None]:
    """Let the connection read the database as it was at the position ``seq``.

    For the public, changes of internal content are nothing, as everywhere.
    """
    overlays = _overlays(connection, seq, internal=internal)

    def lay(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> tuple[str, Any]:
        return _laid(overlays, statement, parameters)

    if overlays:
        event.listen(connection, "before_cursor_execute", lay, retval=True)
    try:
        yield
    finally:
        if overlays:
            event.remove(connection, "before_cursor_execute", lay)


class _Overlay(NamedTuple):
    """What a table was: the words of the expression, and the former rows as JSON."""

    sql: str
    rows: str


def _laid(overlays: Mapping[str, _Overlay], statement: str, parameters: Any) -> tuple[str, Any]:
    """A statement with the expressions for the tables that it names."""
    named = sorted(set(re.findall(r"\w+", statement)) & overlays.keys())
    if not named:
        return statement, parameters
    expressions = ", ".join(overlays[name].sql for name in named)
    if statement.startswith(_RECURSIVE):
        statement = f"{_RECURSIVE}{expressions}, {statement[len(_RECURSIVE) :]}"
    else:
        statement = f"WITH {expressions} {statement}"
    if isinstance(parameters, tuple):
        return statement, (*(overlays[name].rows for name in named), *parameters)
    return statement, {**parameters, **{f"past_{name}": overlays[name].rows for name in named}}


def _overlays(connection: Connection, seq: int, *, internal: bool) -> dict[str, _Overlay]:
    counts = true() if internal else change.c.public_op.is_not(None)
    changed: dict[str, list[int]] = defaultdict(list)
    statement = select(change.c.kind, change.c.number).where(change.c.seq > seq, counts, change.c.kind.in_(KINDS))
    for kind, key in connection.execute(statement.distinct()):
        changed[kind].append(key)
    overlays = _sources(connection, seq)
    if not changed:
        return overlays
    formers = list(_formers(connection, [key for keys in changed.values() for key in keys], seq, counts))
    numbers = _numbers(connection, {pair for former in formers for pair in references(former.record)})
    rows = Rows(connection, numbers)
    for former in formers:
        rows.add(former.record, former.number, former.book)
    given = rows.take()
    tables = {
        table: keys for kind, keys in changed.items() for table in (shape(kind).table, *map(_table, shape(kind).parts))
    }
    return overlays | {
        table.name: _overlay(connection, table, keys, given.get(table, [])) for table, keys in tables.items()
    }


def _sources(connection: Connection, seq: int) -> dict[str, _Overlay]:
    """What was said of sources: the first change after ``seq`` tells what was before it."""
    first = select(func.min(change.c.seq)).where(change.c.seq > seq, change.c.kind == SOURCE).group_by(change.c.number)
    statement = select(number.c.source, change.c.record).join(number, number.c.number == change.c.number)
    found = connection.execute(statement.where(change.c.seq.in_(first)))
    formers = {code: msgspec.json.decode(record) for code, record in found}
    if not formers:
        return {}
    names = [column.name for column in source.c]
    rows = [dict(zip(names, row, strict=True)) for row in connection.exec_driver_sql(str(select(source)))]
    past = [tuple((row | formers[row["code"]]).values()) for row in rows if row["code"] in formers]
    return {source.name: _overlay(connection, source, [f"'{code}'" for code in formers], past)}


def _table(part: Any) -> Table:
    table: Table = part.table
    return table


def _overlay(connection: Connection, table: Table, keys: Sequence[int | str], rows: list[Any]) -> _Overlay:
    key = next(name for name in ("object", "owner", "code") if name in table.c)
    names = [column.name for column in table.c]
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(map(quote, names))
    real = f"{connection.dialect.default_schema_name}.{quote(table.name)}"
    if connection.dialect.name == "postgresql":
        former = f"{columns} FROM json_populate_recordset(NULL::{real}, %(past_{table.name})s::json)"
        words = "AS NOT MATERIALIZED"
        data = msgspec.json.encode([dict(zip(names, row, strict=True)) for row in rows])
    else:
        values = ", ".join(f"json_extract(value, '$[{place}]') AS {quote(name)}" for place, name in enumerate(names))
        former, words, data = f"{values} FROM json_each(?)", "AS", msgspec.json.encode(rows)
    unchanged = f"{columns} FROM {real} WHERE {key} NOT IN ({', '.join(map(str, keys))})"
    sql = f"{quote(table.name)} {words} (SELECT {unchanged} UNION ALL SELECT {former})"  # our own names
    return _Overlay(sql, data.decode())


def _formers(connection: Connection, keys: list[int], seq: int, counts: ColumnElement[bool]) -> Iterator[_Former]:
    """The records of ``keys`` that were there at ``seq``."""
    public = change.c.public_op.is_not(None)
    for start in range(0, len(keys), CHUNK):
        some = [change.c.number.in_(keys[start : start + CHUNK]), change.c.seq <= seq]
        seen = select(change.c.number, func.max(change.c.changed_at)).where(*some, public).group_by(change.c.number)
        times = {key: moment for key, moment in connection.execute(seen)}  # noqa: C416  # typed rows
        last = select(func.max(change.c.seq)).where(*some, counts).group_by(change.c.number)
        for row in connection.execute(select(change).where(change.c.seq.in_(last), change.c.record.is_not(None))):
            book = Book(row.hash, row.public_hash, row.seq, times.get(row.number, row.changed_at))
            yield _Former(decode(row.record), row.number, book)


def _numbers(connection: Connection, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The numbers of objects by kind and public id; whatever was named once has one."""
    wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, id_ in pairs:
        _, source, value = ref(kind, id_)
        wanted[kind, source].append(value)
    found: dict[tuple[str, str], int] = {}
    for (kind, source), values in wanted.items():
        for start in range(0, len(values), CHUNK):
            some = number.c.value.in_(values[start : start + CHUNK])
            statement = select(number.c.value, number.c.number).where(number.c.kind == kind, number.c.source == source)
            found.update({(kind, f"{source}.{value}"): key for value, key in connection.execute(statement.where(some))})
    return found
