"""What all tables share: names, column types, and the shapes of a root table and of its children.

A record kind has a root table, keyed by the object's number, and a child table ``<kind>_<field>`` for each list of
parts. Columns are named as the fields of the records; ``busdb.mapping`` pairs them. A column with ``info["computed"]``
is no field but is made from the record when it is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Float, ForeignKey, Integer, MetaData, Table, Text
from sqlalchemy import Dialect as SqlDialect
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Json(TypeDecorator[Any]):
    """A tuple of strings or parts, kept as JSON text; empty as NULL."""

    impl = Text
    cache_ok = True

    def __init__(self, type_: Any = tuple[str, ...]) -> None:
        super().__init__()
        self.type_ = type_
        self._decoder = msgspec.json.Decoder(type_)

    def process_bind_param(self, value: Any, _dialect: SqlDialect) -> str | None:
        return msgspec.json.encode(value).decode() if value else None

    def process_result_value(self, value: str | None, _dialect: SqlDialect) -> Any:
        return () if value is None else self._decoder.decode(value)


class Money(TypeDecorator[Decimal]):
    """An amount with two places, kept as whole cents: exact and summable on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: SqlDialect) -> int | None:
        return None if value is None else int(value.scaleb(2))

    def process_result_value(self, value: int | None, _dialect: SqlDialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-2)


class Exact(TypeDecorator[Decimal]):
    """A decimal number of any precision, kept as written."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: SqlDialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, _dialect: SqlDialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Moment(TypeDecorator[dt.datetime]):
    """A point in time, aware and in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _dialect: SqlDialect) -> dt.datetime | None:
        return None if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, _dialect: SqlDialect) -> dt.datetime | None:
        return (
            value
            if value is None
            else value.replace(tzinfo=dt.UTC)
            if value.tzinfo is None
            else value.astimezone(dt.UTC)
        )


IdText = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that both databases sort by code points, so that exports have one order."""

number = Table(
    "number",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("source", IdText, nullable=False),
    Column("value", IdText, nullable=False),
)
"""Every object that was ever named, with its number for ever; one that is missing but referred to has one, too."""


def text(name: str, *, required: bool = False) -> Column[Any]:
    """A column of text."""
    return Column(name, Text, nullable=not required)


def flag(name: str, *, required: bool = False) -> Column[Any]:
    """A column of yes, no and, unless required, unknown."""
    return Column(name, Boolean, nullable=not required)


def whole(name: str, *, required: bool = False) -> Column[Any]:
    """A column of whole numbers."""
    return Column(name, Integer, nullable=not required)


def real(name: str) -> Column[Any]:
    """A column of coordinates."""
    return Column(name, Float)


def day(name: str, *, required: bool = False) -> Column[Any]:
    """A column of dates."""
    return Column(name, Date, nullable=not required)


def moment(name: str, *, required: bool = False) -> Column[Any]:
    """A column of points in time, UTC."""
    return Column(name, Moment, nullable=not required)


def money(name: str) -> Column[Any]:
    """A column of amounts."""
    return Column(name, Money)


def exact(name: str) -> Column[Any]:
    """A column of decimal numbers."""
    return Column(name, Exact)


def words(name: str) -> Column[Any]:
    """A column of a list of strings that is only read with its row."""
    return Column(name, Json)


def parts(name: str, type_: type[Any]) -> Column[Any]:
    """A column of a list of parts that is only read with its row."""
    return Column(name, Json(tuple[type_, ...]))  # type: ignore[valid-type]  # a type made at run time


def reference(name: str, kind: str, *, required: bool = False) -> Column[Any]:
    """A column that names an object of ``kind`` by its number."""
    return Column(name, ForeignKey(number.c.number), nullable=not required, index=True, info={"reference": kind})


def computed(column: Column[Any], make: Callable[[Any], Any]) -> Column[Any]:
    """A column that is no field: ``make`` gives its value from the record."""
    column.info["computed"] = make
    return column


def root(kind: str, *columns: Column[Any]) -> Table:
    """The root table of a record kind.

    ``hash`` is the content hash, ``public_hash`` that of the public view (NULL: not public), ``seq`` names the last
    change and ``changed_at`` the time of the last one that the public sees.
    """
    return Table(
        kind,
        metadata,
        Column("object", ForeignKey(number.c.number), primary_key=True, autoincrement=False),
        text("hash", required=True),
        text("public_hash"),
        Column("seq", BigInteger, nullable=False),
        moment("changed_at", required=True),
        *columns,
    )


def child(parent: Table, field: str, *columns: Column[Any]) -> Table:
    """The table of one list of parts of ``parent``, in their order."""
    return Table(
        f"{parent.name}_{field}",
        metadata,
        Column("owner", ForeignKey(parent.c.object, ondelete="CASCADE"), primary_key=True, autoincrement=False),
        Column("position", Integer, primary_key=True, autoincrement=False),
        *columns,
        sqlite_with_rowid=False,
    )


def codes(parent: Table, field: str) -> Table:
    """The table of a list of area codes or keys, indexed for look-ups from the other side."""
    return child(parent, field, Column("value", Text, nullable=False, index=True))
