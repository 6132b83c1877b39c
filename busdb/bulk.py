"""Many rows at once: each table has a maker of rows, spelled out once, and the driver's own executemany.

An import is mostly this, so that it goes around SQLAlchemy's statements but keeps its types: a value passes through
the bind processor of its column, as everywhere else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Dialect, Table

from busdb.mapping import Part, shape
from busdb.records import AnyRecord

NumberOf = Callable[[str, str | None], int | None]
"""The number of an object by its kind and public id; ``None`` for ``None``."""


class Book(NamedTuple):
    """The bookkeeping of a row of a root table."""

    hash: str | None
    public_hash: str | None
    seq: int
    changed_at: Any


class Rows:
    """The rows of many records, collected by table and inserted together."""

    def __init__(self, connection: Connection, number_of: NumberOf) -> None:
        self._connection = connection
        self._number_of = number_of
        self._rows: dict[Table, list[Any]] = defaultdict(list)

    def add(self, record: AnyRecord, key: int, book: Book) -> None:
        """Add the rows of a record under its number."""
        makers = _makers(self._connection.dialect, record.kind_name)
        self._rows[makers.table].append(makers.root(record, key, book, self._number_of))
        for field, table, make in makers.parts:
            items = getattr(record, field)
            if items:
                number_of = self._number_of
                self._rows[table] += [make(item, key, place, number_of) for place, item in enumerate(items)]

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
    root = _row_maker(dialect, lay.table, "record, key, book, number_of", tuple(given.items()))
    parts = tuple((part.field, part.table, _part_maker(dialect, part)) for part in lay.parts)
    return _Makers(lay.table, root, parts)


def _part_maker(dialect: Dialect, part: Part) -> Callable[..., Any]:
    given = {"owner": "key", "position": "place"}
    for column in part.columns:
        given[column.name] = _value(column, f"item.{column.name}" if part.type else "item")
    return _row_maker(dialect, part.table, "item, key, place, number_of", tuple(given.items()))


def _value(column: Column[Any], expression: str) -> str:
    kind = column.info.get("reference")
    return f"number_of({kind!r}, {expression})" if kind else expression


@cache
def _row_maker(
    dialect: Dialect, table: Table, arguments: str, given: tuple[tuple[str, str], ...]
) -> Callable[..., Any]:
    """A function that makes a row of ``table`` in the order of its columns; ``given`` says how from the arguments."""
    expressions = dict(given)
    processors = {
        column.name: process
        for column in table.c
        if (process := column.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    values = [
        f"process[{column.name!r}]({expressions[column.name]})"
        if column.name in processors
        else expressions[column.name]
        for column in table.c
    ]
    code = f"lambda {arguments}: ({', '.join(values)},)"
    computed = {column.name: column.info["computed"] for column in table.c if "computed" in column.info}
    maker: Callable[..., Any] = eval(code, {"process": processors, "computed": computed})  # noqa: S307  # names of our own columns
    return maker


@cache
def _statement(dialect: Dialect, table: Table) -> str:
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in table.c)
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    return f"INSERT INTO {quote(table.name)} ({names}) VALUES ({', '.join([mark] * len(table.c))})"  # noqa: S608  # as above
