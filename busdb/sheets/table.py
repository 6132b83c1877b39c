"""What a table is, and the columns that several tables have.

``aliases`` are other headings under which columns come; all are compared without case, spaces and signs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, NamedTuple, get_args

from msgspec.structs import replace

from busdb.records import (
    Language,
)
from busdb.sheets import cells, values
from busdb.sheets.cells import Choice, Desk, MisreadError, Raw
from busdb.sheets.columns import Column, field
from busdb.validity import exclusive, inclusive


def content_digest(said: Mapping[str, Any]) -> str:
    """The value of an id, made of what a row says in its key columns: the same in any file and on any line."""
    content = "\n".join(f"{name}={cells.shown(value)}" for name, value in said.items() if value not in {None, ()})
    return hashlib.sha256(content.encode()).hexdigest()[:24]


class Parts(NamedTuple):
    """How a record with several rows becomes rows (``split``), and how a row goes back into its record.

    ``chosen`` names the columns that say which of the rows is meant; ``pick`` is given what they say.
    """

    chosen: tuple[str, ...]
    split: Callable[[Any], Sequence[Any]]
    pick: Callable[[Any, Mapping[str, Any]], Any]
    merge: Callable[[Any, Any], Any]


class Table(NamedTuple):
    """A table: its name on the command line, the kind of its records, its columns.

    ``key`` names the columns of which an id is made where a row has none; ``by_name`` says that a row without one may
    be about the record of its name. ``blank`` makes an empty record of an id, ``finish`` completes what a row has
    made, given the columns that it fills. With ``parts`` a record has several rows.
    """

    name: str
    kind: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    blank: Callable[[str], Any]
    finish: Callable[[Any, Set[str]], Any] = lambda record, _: record
    by_name: bool = False
    parts: Parts | None = None
    digest: Callable[[Mapping[str, Any]], str] = content_digest

    def column(self, name: str) -> Column | None:
        """The column of a name, if there is one."""
        return next((one for one in self.columns if one.name == name), None)


_ID = re.compile(r"[A-Za-z0-9_-]+\.\S(?:.*\S)?")


def _id(raw: Raw, desk: Desk) -> str:
    """An id, or the value of one of the source itself."""
    text = cells.as_text(raw)
    if isinstance(raw, int | float):
        text = cells.digits(raw)
    if _ID.fullmatch(text) and desk.names.source(text.partition(".")[0]):
        return text
    if "\n" in text or len(text) > 150:
        raise MisreadError("reason.id")
    return f"{desk.source}.{text}"


def id_(kind: str) -> Column:
    """The column of ids, which decide to which record a row belongs and are never changed by it."""
    more = f"externe_id external_id id {kind}_id schluessel_extern"
    return Column("id", "$.id", _id, lambda record: record.id, lambda record, _: record, aliases=more)


def name(**more: Any) -> Column:
    """The column of names."""
    return field("name", required=True, aliases="bezeichnung titel title", **more)


def service(*, required: bool = True) -> Column:
    """The column of the service that a row is about."""
    more = "leistung_id leika leika_schluessel leistungsschluessel leistungsname service_id leika_key dienstleistung"
    example = "99008001012000"
    return field(
        "service",
        values.reference("service"),
        required=required,
        aliases=more,
        named="service",
        empty="",
        example=example,
    )


def area(*, column: str = "area", required: bool = False) -> Column:
    """The column of the area that a row is about."""
    more = "ags gemeindeschluessel regionalschluessel gebietsschluessel gemeinde gebiet area_ars"
    return field(
        "area",
        values.area,
        column=column,
        required=required,
        aliases=more,
        named="area",
        empty="" if required else None,
        example="150840355355",
    )


def validity() -> tuple[Column, Column]:
    """The columns of the first and of the last valid day."""

    def end(record: Any) -> dt.date | None:
        return inclusive(record.valid_to)

    def put(record: Any, value: dt.date | None) -> Any:
        return replace(record, valid_to=exclusive(value))

    first = field("valid_from", values.day, aliases="ab gueltig_ab beginn start", example=dt.date(2027, 1, 1))
    return first, Column("valid_to", "$.valid_to", values.day, end, put, "bis_datum gueltig_bis ende end")


def language() -> Choice:
    """The reader of languages."""
    return Choice(get_args(Language), {"deutsch": "de", "englisch": "en", "leichte sprache": "de-x-ls"})
