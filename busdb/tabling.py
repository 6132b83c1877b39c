"""Tables of what is kept, to be edited and imported again."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from sqlalchemy import Connection, select

from busdb import changes
from busdb.areas import within
from busdb.errors import InputError
from busdb.lookup import Lookup
from busdb.mapping import read, shape
from busdb.models import number
from busdb.records import AnyRecord
from busdb.sheets.tables import TABLES
from busdb.sheets.writing import as_text, as_workbook, rows

FORMS = ("xlsx", "csv")


class Wish(Struct, frozen=True, kw_only=True):
    """Which table is wanted: of a source, in an area (a code), in a language, as a workbook or as text."""

    table: str
    form: str = "xlsx"
    source: str | None = None
    area: str | None = None
    language: str = "de"


def write(connection: Connection, wish: Wish) -> Iterator[bytes]:
    """The table in pieces. Raises ``InputError`` for a form that tables do not have."""
    if wish.form not in FORMS:
        raise InputError("form_unknown", form=wish.form, known=", ".join(FORMS))
    table = TABLES[wish.table]
    names = Lookup(connection, wish.source or "")
    values = rows(table, _records(connection, table.kind, wish), names, wish.language)
    if wish.form == "csv":
        return as_text(table, values, wish.language)
    return as_workbook(table, values, wish.language, changes.state(connection, internal=True).changed_at)


def _records(connection: Connection, kind: str, wish: Wish) -> Iterator[AnyRecord]:
    """The records of a table in the order of their ids: whatever concerns a part of the area."""
    where = []
    if wish.source:
        mine = select(number.c.number).where(number.c.kind == kind, number.c.source == wish.source)
        where.append(shape(kind).table.c.object.in_(mine))
    for stored in read(connection, kind, *where, by_id=True):
        area = wish.area
        if area is None or any(within(code, area) for code in changes.concerns(stored.record)):
            yield stored.record
