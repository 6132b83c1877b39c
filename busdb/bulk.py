"""Many rows at once, by the driver's own executemany: an import is mostly inserts, and this is half their time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table

Processor = Callable[[Any], Any] | None


def insert_rows(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows that name every column of the table."""
    statement, columns = _prepared(connection.dialect.name, connection.dialect, table)
    values = [tuple([process(row[name]) if process else row[name] for name, process in columns]) for row in rows]
    if values:
        connection.exec_driver_sql(statement, values)


@cache
def _prepared(_name: str, dialect: Dialect, table: Table) -> tuple[str, tuple[tuple[str, Processor], ...]]:
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in table.c)
    mark = "?" if dialect.positional and dialect.paramstyle == "qmark" else "%s"
    statement = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({', '.join([mark] * len(table.c))})"  # noqa: S608  # names of our own tables
    processors = tuple((column.name, column.type.dialect_impl(dialect).bind_processor(dialect)) for column in table.c)
    return statement, processors
