"""Records to rows and back, by the names of fields and columns.

A field of a record is a column of the kind's root table, or a child table ``<kind>_<field>``. References travel as
public ids in records and as numbers in rows. Everything here is derived once from the records and the tables; a test
holds both against each other.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Container, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any, NamedTuple, get_args, get_type_hints

from msgspec import Struct
from msgspec.structs import fields
from sqlalchemy import Column, ColumnElement, Connection, CursorResult, Dialect, Float, Select, Table, bindparam, select
from sqlalchemy.sql.selectable import FromClause

from busdb.models import metadata, number
from busdb.records import KINDS, AnyRecord

PAGE = 500
STREAM = {"yield_per": PAGE}
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


def references(record: AnyRecord) -> Iterator[tuple[str, str]]:
    """Kind and id of every object that the record names, itself excepted."""
    for field, name, kind in _references(record.kind_name):
        value = getattr(record, field)
        if isinstance(value, tuple):
            for item in value:
                id_ = getattr(item, name) if name else item
                if id_ is not None:
                    yield kind, id_
        elif value is not None:
            yield kind, value


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

    One query for the root table and, unless it is empty, one for each list, all streamed side by side: the number of
    queries and the memory do not depend on how many records there are. The lists of few records are asked for by
    number, those of many by the same conditions. Of the lists those not named by ``lists`` (``None``: all) stay empty
    and unread.
    """
    lay = shape(kind)
    statement = _root_select(kind, by_id=by_id).where(*where)
    result = connection.execute(statement, execution_options=STREAM)
    pages = _pages(result)
    first = next(pages, None)
    if first is None:
        return
    few = [row[0] for row in first] if len(first) < PAGE else None
    owners = select(lay.table.c.object).where(*where) if where else None
    streams = [
        _Stream(connection, part, few or owners, by_id=by_id) if lists is None or part.field in lists else None
        for part in lay.parts
    ]
    make = _record_maker(kind, connection.dialect)
    takes = [stream.take if stream and stream.holds else _nothing for stream in streams]
    try:
        for row in chain(first, chain.from_iterable(pages)):
            key = row[0]
            yield make(row, [take(key) for take in takes])
    finally:
        result.close()
        for stream in filter(None, streams):
            stream.close()


def _pages(result: CursorResult[Any]) -> Iterator[list[Any]]:
    """The rows of a result as the driver gives them: those of SQLAlchemy cost more than all that is done with them."""
    return iter(lambda: result.cursor_strategy.fetchmany(result, result.cursor, PAGE), [])


def _nothing(_owner: int) -> tuple[Any, ...]:
    return ()


_BOOK = ("number", "source", "value", "hash", "public_hash", "seq", "changed_at")
"""The columns of bookkeeping, which stand before those of the record in a row of a root table."""


@cache
def _record_maker(kind: str, dialect: Dialect) -> Callable[[Any, list[Any]], Stored]:
    """Makes a record with its bookkeeping from the row of its root table and its lists."""
    lay = shape(kind)
    code = _Code(dialect)
    given = code.arguments(lay.record, lay.columns, len(_BOOK))
    given += [f"{part.field}=parts[{place}]" for place, part in enumerate(lay.parts)]
    record = code.call(lay.record, ["id=f'{row[1]}.{row[2]}'", *given])
    moment = code.value(lay.table.c.changed_at, _BOOK.index("changed_at"))
    return code.compiled("row, parts", code.call(Stored, [record, "row[0], row[3], row[4], row[5]", moment]))


@cache
def _part_maker(part: Part, dialect: Dialect) -> Callable[[Any], Any]:
    """Makes a part from a row of its table, whose first column names the owner."""
    code = _Code(dialect)
    if part.type is None:
        return code.compiled("row", code.value(part.columns[0], 1))
    return code.compiled("row", code.call(part.type, code.arguments(part.type, part.columns, 1)))


class _Code:
    """A function over a row of the driver, spelled out as ``collections.namedtuple`` spells its own.

    Values keep SQLAlchemy's types: each passes through the result processor of its column, unless it is NULL.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._names: dict[str, Any] = {"intern": sys.intern}

    def arguments(self, made: type[Struct], columns: tuple[Column[Any], ...], start: int) -> list[str]:
        """The arguments that come from the columns of a row, which begin at ``start``.

        Texts that equal a default are made the default itself: msgspec leaves a default out only when it is that
        object, and the canonical form of a record must not depend on where the record was made.
        """
        texts = {info.name for info in fields(made) if isinstance(info.default, str)}
        values = [(column.name, self.value(column, place)) for place, column in enumerate(columns, start)]
        return [f"{name}=intern({value})" if name in texts else f"{name}={value}" for name, value in values]

    def value(self, column: Column[Any], place: int) -> str:
        """The value of a column that stands in a place of the row."""
        type_ = column.type.dialect_impl(self._dialect)
        ready = "reference" in column.info or isinstance(column.type, Float)  # both drivers give floats
        process = None if ready else type_.result_processor(self._dialect, None)
        if process is None:
            return f"row[{place}]"
        empty = process(None)
        return f"({empty!r} if row[{place}] is None else {self._named(process)}(row[{place}]))"

    def call(self, made: type[Any], given: list[str]) -> str:
        """The call of a type."""
        return f"{self._named(made)}({', '.join(given)})"

    def _named(self, value: Any) -> str:
        name = f"name{len(self._names)}"
        self._names[name] = value
        return name

    def compiled(self, arguments: str, expression: str) -> Callable[..., Any]:
        """The function of arguments that gives an expression."""
        function: Callable[..., Any] = eval(f"lambda {arguments}: {expression}", self._names)  # noqa: S307  # names of our own fields
        return function


@cache
def _root_select(kind: str, *, by_id: bool) -> Select[Any]:
    lay = shape(kind)
    table = lay.table
    columns, joined = _with_ids(table.join(number, number.c.number == table.c.object), lay.columns)
    head = (table.c.object, number.c.source, number.c.value)
    book = (table.c.hash, table.c.public_hash, table.c.seq, table.c.changed_at)
    order = (number.c.source, number.c.value) if by_id else (table.c.object,)
    return select(*head, *book, *columns).select_from(joined).order_by(*order)


def _with_ids(source: FromClause, columns: tuple[Column[Any], ...]) -> tuple[list[ColumnElement[Any]], FromClause]:
    """The columns with references turned into public ids, and the join that this takes."""
    selected: list[ColumnElement[Any]] = []
    for column in columns:
        if "reference" in column.info:
            other = number.alias()
            source = source.outerjoin(other, other.c.number == column)
            selected.append((other.c.source + "." + other.c.value).label(column.name))
        else:
            selected.append(column)
    return selected, source


@cache
def _part_select(part: Part, *, by_id: bool) -> Select[Any]:
    table = part.table
    source: FromClause = table.join(number, number.c.number == table.c.owner) if by_id else table
    columns, source = _with_ids(source, part.columns)
    order = (number.c.source, number.c.value) if by_id else (table.c.owner,)
    return select(table.c.owner, *columns).select_from(source).order_by(*order, table.c.position)


@cache
def _part_select_of_few(part: Part, *, by_id: bool) -> Select[Any]:
    """The rows of a list of some owners; one statement for ever, so that SQLAlchemy knows it by sight."""
    return _part_select(part, by_id=by_id).where(part.table.c.owner.in_(bindparam("owners", expanding=True)))


_END: Any = (None,)


class _Stream:
    """The rows of one list of many records, in the order of their owners."""

    def __init__(
        self, connection: Connection, part: Part, owners: list[int] | Select[Any] | None, *, by_id: bool
    ) -> None:
        self._make = _part_maker(part, connection.dialect)
        if isinstance(owners, list):
            few = _part_select_of_few(part, by_id=by_id)
            self._result = connection.execute(few, {"owners": owners}, execution_options=STREAM)
        else:
            statement = _part_select(part, by_id=by_id)
            if owners is not None:
                statement = statement.where(part.table.c.owner.in_(owners))
            self._result = connection.execute(statement, execution_options=STREAM)
        self._rows = chain.from_iterable(_pages(self._result))
        self._next = next(self._rows, _END)
        self.holds = self._next is not _END

    def take(self, owner: int) -> tuple[Any, ...]:
        """The parts of ``owner``, which must come in the order of the stream."""
        row = self._next
        if row[0] != owner:
            return ()
        rows, make, found = self._rows, self._make, []
        while row[0] == owner:
            found.append(make(row))
            row = next(rows, _END)
        self._next = row
        return tuple(found)

    def close(self) -> None:
        """Give the cursor back."""
        self._result.close()


def ids(connection: Connection, numbers: set[int]) -> Mapping[int, str]:
    """The public ids of objects by their numbers."""
    found = connection.execute(
        select(number.c.number, number.c.source, number.c.value).where(number.c.number.in_(numbers))
    )
    return {key: f"{source}.{value}" for key, source, value in found}
