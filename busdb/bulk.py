"""Many rows at once: each table has a maker of rows, spelled out once, and the driver's own executemany.

An import is mostly this, so that it goes around SQLAlchemy's statements but keeps its types: a value passes through
the bind processor of its column, as everywhere else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Column, Connection, Date, Dialect, Table

from busdb.mapping import Part, shape
from busdb.models.base import Json, Moment
from busdb.records import AnyRecord

Numbering = Mapping[tuple[str, str], int]
"""The numbers of objects by kind and public id."""
CHUNK = 500
"""How many values a statement looks for."""
_FEW = (Boolean, Date, Moment)
"""Types of which a delivery has few values, again and again: each is put into the form of the database once."""


class Book(NamedTuple):
    """The bookkeeping of a row of a root table."""

    hash: str | None
    public_hash: str | None
    seq: int
    changed_at: Any


class Rows:
    """The rows of many records, collected by table and inserted together."""

    def __init__(self, connection: Connection, numbers: Numbering) -> None:
        self._connection = connection
        self._numbers = numbers
        self._rows: dict[Table, list[Any]] = defaultdict(list)

    def add(self, record: AnyRecord, key: int, book: Book) -> None:
        """Add the rows of a record under its number."""
        makers, numbers = _makers(self._connection.dialect, record.kind_name), self._numbers
        self._rows[makers.table].append(makers.root(record, key, book, numbers))
        for field, table, make in makers.parts:
            items = getattr(record, field)
            if items:
                self._rows[table] += [make(item, key, place, numbers) for place, item in enumerate(items)]

    def insert(self) -> None:
        """Insert what was added, root tables before their lists."""
        for table, values in self.take().items():
            self._connection.exec_driver_sql(_statement(self._connection.dialect, table), values)

    def take(self) -> dict[Table, list[Any]]:
        """What was added, each row in the order of its table's columns, root tables before their lists."""
        taken, self._rows = self._rows, defaultdict(list)
        return taken


def insert_rows(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows that name every column of the table."""
    given = {column.name: f"row[{column.name!r}]" for column in table.c}
    make = _row_maker(connection.dialect, table, "row", tuple(given.items()))
    values = [make(row) for row in rows]
    if values:
        connection.exec_driver_sql(_statement(connection.dialect, table), values)


def find(
    connection: Connection, table: Table, columns: tuple[str, ...], values: Sequence[Any], /, **same: str
) -> list[Any]:
    """Rows of ``columns`` of which the first has one of ``values``, and others have one value each (``same``)."""
    quote = connection.dialect.identifier_preparer.quote
    mark = _mark(connection.dialect)
    conditions = [f"{quote(column)} = {mark}" for column in same]
    found: list[Any] = []
    for start in range(0, len(values), CHUNK):
        some = values[start : start + CHUNK]
        among = f"{quote(columns[0])} IN ({', '.join([mark] * len(some))})"
        statement = (
            f"SELECT {', '.join(map(quote, columns))} FROM {quote(table.name)} "  # noqa: S608  # names of our own columns
            f"WHERE {' AND '.join([*conditions, among])}"
        )
        found += connection.exec_driver_sql(statement, (*same.values(), *some)).all()
    return found


class _Makers(NamedTuple):
    table: Table
    root: Callable[..., Any]
    parts: tuple[tuple[str, Table, Callable[..., Any]], ...]


@cache
def _makers(dialect: Dialect, kind: str) -> _Makers:
    lay = shape(kind)
    given = {"object": "key"} | {name: f"book.{name}" for name in Book._fields}
    given |= {column.name: f"computed[{column.name!r}](record)" for column in lay.computed}
    given |= {column.name: _value(column, f"record.{column.name}") for column in lay.columns}
    root = _row_maker(dialect, lay.table, "record, key, book, numbers", tuple(given.items()))
    parts = tuple((part.field, part.table, _part_maker(dialect, part)) for part in lay.parts)
    return _Makers(lay.table, root, parts)


def _part_maker(dialect: Dialect, part: Part) -> Callable[..., Any]:
    given = {"owner": "key", "position": "place"}
    for column in part.columns:
        given[column.name] = _value(column, f"item.{column.name}" if part.type else "item")
    return _row_maker(dialect, part.table, "item, key, place, numbers", tuple(given.items()))


def _value(column: Column[Any], expression: str) -> str:
    kind = column.info.get("reference")
    return f"(None if (id_ := {expression}) is None else numbers[{kind!r}, id_])" if kind else expression


@cache
def _row_maker(
    dialect: Dialect, table: Table, arguments: str, given: tuple[tuple[str, str], ...]
) -> Callable[..., Any]:
    """A function that makes a row of ``table`` in the order of its columns; ``given`` says how from the arguments."""
    expressions = dict(given)
    processors = {
        column.name: lru_cache(process) if isinstance(column.type, _FEW) else process
        for column in table.c
        if (process := column.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    values = [
        _processed(column, expressions[column.name]) if column.name in processors else expressions[column.name]
        for column in table.c
    ]
    code = f"lambda {arguments}: ({', '.join(values)},)"
    computed = {column.name: column.info["computed"] for column in table.c if "computed" in column.info}
    maker: Callable[..., Any] = eval(code, {"process": processors, "computed": computed})  # noqa: S307  # names of our own columns
    return maker


def _processed(column: Column[Any], expression: str) -> str:
    """A value in the form of the database; most lists are empty, and then there is nothing to be put into a form."""
    process = f"process[{column.name!r}]"
    return (
        f"({process}(list_) if (list_ := {expression}) else None)"
        if isinstance(column.type, Json)
        else (f"{process}({expression})")
    )


@cache
def _statement(dialect: Dialect, table: Table) -> str:
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in table.c)
    marks = ", ".join([_mark(dialect)] * len(table.c))
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks})"  # noqa: S608  # as above


def _mark(dialect: Dialect) -> str:
    return "?" if dialect.paramstyle == "qmark" else "%s"
