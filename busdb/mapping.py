"""Records and rows, by the names of fields and columns.

A field of a record is a column of the kind's root table, or a child table ``<kind>_<field>``: by these records are
found. They are read as they were written, as lines of the log. References travel as public ids in records and as
numbers in rows. Everything here is derived once from the records and the tables; a test holds both against each other.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, get_args, get_type_hints

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Column, ColumnElement, Connection, Select, Table, select

from busdb.interchange import decode
from busdb.models import metadata, number
from busdb.models.operations import change
from busdb.records import KINDS, AnyRecord

STREAM = {"yield_per": 500}
"""How results are read: in pieces, so that the memory does not grow with them."""


class Part(NamedTuple):
    """A list of a record: its field, its table, and the type of its parts (``None``: plain values)."""

    field: str
    table: Table
    type: type[Struct] | None
    columns: tuple[Column[Any], ...]


class Shape(NamedTuple):
    """How a record kind lies in its tables."""

    kind: str
    record: type[AnyRecord]
    table: Table
    columns: tuple[Column[Any], ...]
    computed: tuple[Column[Any], ...]
    parts: tuple[Part, ...]


@cache
def shape(kind: str) -> Shape:
    """The shape of a record kind. Raises ``KeyError`` when a field has neither column nor table."""
    record = KINDS[kind]
    table = metadata.tables[kind]
    hints = get_type_hints(record)
    columns, parts = [], []
    for field in record.__struct_fields__:
        if field == "id":
            continue
        if field in table.c:
            columns.append(table.c[field])
        else:
            parts.append(_part(metadata.tables[f"{kind}_{field}"], field, hints[field]))
    computed = tuple(column for column in table.c if "computed" in column.info)
    return Shape(kind, record, table, tuple(columns), computed, tuple(parts))  # type: ignore[arg-type]  # KINDS holds AnyRecord


def _part(table: Table, field: str, hint: Any) -> Part:
    item = get_args(hint)[0]
    names = item.__struct_fields__ if isinstance(item, type) and issubclass(item, Struct) else None
    columns = [table.c[name] for name in names] if names else [list(table.c)[-1]]
    return Part(field, table, item if names else None, tuple(columns))


def references(record: AnyRecord) -> list[tuple[str, str]]:
    """Kind and id of every object that the record names, itself excepted."""
    found: list[tuple[str, str]] = []
    for field, name, kind in _references(record.kind_name):
        value = getattr(record, field)
        if value is None or value == ():
            continue
        if isinstance(value, tuple):
            ids = [getattr(item, name) for item in value] if name else value
            found += [(kind, id_) for id_ in ids if id_ is not None]
        else:
            found.append((kind, value))
    return found


@cache
def _references(kind: str) -> tuple[tuple[str, str, str], ...]:
    """Where a record kind names others: the field, the field of its parts (empty: plain ids), and the kind named."""
    lay = shape(kind)
    own = [(column.name, "", column.info["reference"]) for column in lay.columns if "reference" in column.info]
    listed = [
        (part.field, column.name if part.type else "", column.info["reference"])
        for part in lay.parts
        for column in part.columns
        if "reference" in column.info
    ]
    return (*own, *listed)


class Stored(NamedTuple):
    """A record with its bookkeeping."""

    record: AnyRecord
    number: int
    hash: str
    public_hash: str | None
    seq: int
    changed_at: Any


def read(
    connection: Connection,
    kind: str,
    *where: ColumnElement[bool],
    by_id: bool = False,
    lists: Container[str] | None = None,
) -> Iterator[Stored]:
    """The records of a kind that meet ``where`` (conditions on the root table), ordered by number or by id.

    Of their lists those not named by ``lists`` (``None``: all) are left out.
    """
    left = {} if lists is None else {part.field: () for part in shape(kind).parts if part.field not in lists}
    for stored in stream(connection, selection(kind, *where, by_id=by_id)):
        yield stored._replace(record=replace(stored.record, **left)) if left else stored


def selection(kind: str, *where: ColumnElement[bool], by_id: bool = False) -> Select[Any]:
    """The statement for :func:`stream` that finds what :func:`read` reads."""
    return _everything(kind, by_id=by_id).where(*where)


def stream(connection: Connection, statement: Select[Any], values: Mapping[str, Any] | None = None) -> Iterator[Stored]:
    """The records that a :func:`selection` finds; ``values`` are those for which it has names.

    A record with all its lists is the line that the log holds of its last change: one query reads it. It is streamed,
    so that the memory does not depend on how many records there are.
    """
    with connection.execute(statement, values, execution_options=STREAM) as rows:
        for line, *book in rows:
            yield Stored(decode(line), *book)


@cache
def _everything(kind: str, *, by_id: bool) -> Select[Any]:
    table = shape(kind).table
    book = (table.c.object, table.c.hash, table.c.public_hash, table.c.seq, table.c.changed_at)
    # Outer, so that a line that is missing is an error and no record less
    statement = select(change.c.record, *book).outerjoin_from(table, change, change.c.seq == table.c.seq)
    if by_id:
        joined = statement.join(number, number.c.number == table.c.object)
        return joined.order_by(number.c.source, number.c.value)
    return statement.order_by(table.c.object)


def ids(connection: Connection, numbers: set[int]) -> Mapping[int, str]:
    """The public ids of objects by their numbers."""
    found = connection.execute(
        select(number.c.number, number.c.source, number.c.value).where(number.c.number.in_(numbers))
    )
    return {key: f"{source}.{value}" for key, source, value in found}
