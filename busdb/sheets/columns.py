"""What a column is: how its cells are read, what of a record it shows, and how it changes the record.

A column only touches its own part of a record, and only where a cell says something else than the record does: what
was exported and comes back unchanged changes nothing, whatever the column cannot show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec.structs import replace

from busdb import hourwords, i18n
from busdb.records import Address, AnyRecord, Contact, Criterion, Hours, Link
from busdb.sheets import cells, values
from busdb.sheets.cells import Choice, Desk, MisreadError, Raw, Read

ERRORS = frozenset(
    {"#REF!", "#N/A", "#NV", "#VALUE!", "#WERT!", "#NAME?", "#DIV/0!", "#NUM!", "#ZAHL!", "#NULL!", "#BEZUG!"}
)
"""What cells hold whose formula has failed, in English and German."""
Get = Callable[[Any], Any]
Put = Callable[[Any, Any], Any]


class Column(NamedTuple):
    """A column of a table.

    ``name`` is its word in code and options (``column.<name>`` and ``note.<name>`` in the catalogue), ``path`` the
    field that it fills, as findings name it. ``get`` takes its value from a record, ``put`` gives a record with
    another one (``None`` for an empty cell). ``named`` is the kind of what the cell refers to, whose name exports
    write beside it. ``aliases`` are further headings, separated by spaces. ``example`` stands in templates.
    """

    name: str
    path: str
    read: Read
    get: Get
    put: Put
    aliases: str = ""
    required: bool = False
    named: str | None = None
    example: Any = None

    @property
    def choices(self) -> tuple[str, ...]:
        """The codes of which a cell holds one, for drop-downs."""
        return self.read.codes if isinstance(self.read, Choice) else ("yes", "no") if self.read is cells.yes else ()

    def shown(self, record: AnyRecord, language: str = "de") -> Any:
        """What an export writes for a record: text, a day, an amount; ``None`` for nothing."""
        value = self.get(record)
        if value is None or value == () or value == "":
            return None
        if isinstance(self.read, Choice):
            return self.read.word(value, language)
        return value

    def changed(self, record: AnyRecord, raw: Raw | None, desk: Desk) -> AnyRecord:
        """The record with what the cell says; the very record where it says the same. Raises ``MisreadError``."""
        before = self.get(record)
        empty = before is None or before == () or before == ""
        if empty and raw is None:
            return record
        text = "" if raw is None else cells.as_text(raw)
        known = () if empty else (cells.shown(self.shown(record, one), one) for one in i18n.LANGUAGES)
        if (empty and not text) or any(text == cells.spaced(one) for one in known):
            return record
        if text.upper() in ERRORS:
            raise MisreadError("reason.formula_error")
        value = self.read(raw, desk) if raw is not None and text else None
        if value == before:
            return record
        made: AnyRecord = self.put(record, value)
        return made


def field(name: str, read: Read = cells.line, *, column: str | None = None, empty: Any = None, **more: Any) -> Column:
    """A column that is a field of the record; ``empty`` is what an empty cell makes of it."""

    def put(record: Any, value: Any) -> Any:
        return replace(record, **{name: empty if value is None else value})

    return Column(column or name, f"$.{name}", read, lambda record: getattr(record, name), put, **more)


def address(name: str, read: Read = cells.line, **more: Any) -> Column:
    """A column that is a field of the first address for visitors."""

    def first(record: Any) -> Address | None:
        return next((one for one in record.addresses if one.type == "visit"), None)

    def put(record: Any, value: Any) -> Any:
        before = first(record)
        made = replace(before or Address(), **{name: value})
        if before is None:
            return replace(record, addresses=(made, *record.addresses))
        kept = (made if one is before else one for one in record.addresses)
        return replace(record, addresses=tuple(one for one in kept if one != Address()))

    def get(record: Any) -> Any:
        found = first(record)
        return getattr(found, name) if found else None

    return Column(name, f"$.addresses.{name}", read, get, put, **more)


def listed(
    name: str, field_: str, mine: Get, get: Get, make: Put, read: Read, path: str | None = None, **more: Any
) -> Column:
    """A column of those parts of a list that are ``mine``, one after another, separated by vertical bars.

    ``make`` makes a part of a value and the part that stood in its place (``None`` for a new one). A part whose value
    is still there stays as it is; others change by their order.
    """

    def some(record: Any) -> list[Any]:
        return [one for one in getattr(record, field_) if mine(one)]

    def put(record: Any, value: tuple[Any, ...] | None) -> Any:
        before = some(record)
        kept = {get(one): one for one in before}
        free = [one for one in before if get(one) not in (value or ())]
        made = [kept[one] if one in kept else make(one, free.pop(0) if free else None) for one in value or ()]
        placed = [made.pop(0) if mine(one) else one for one in getattr(record, field_) if made or not mine(one)]
        return replace(record, **{field_: (*placed, *made)})

    return Column(
        name, path or f"$.{field_}", read, lambda record: tuple(get(one) for one in some(record)), put, **more
    )


def contact(channel: Any, read: Read, **more: Any) -> Column:
    """A column of the public contacts of a channel."""

    def make(value: str, before: Contact | None) -> Contact:
        return replace(before or Contact(channel=channel, value=value), value=value)

    def mine(one: Contact) -> bool:
        return one.channel == channel and one.visibility == "public"

    return listed(
        channel, "contacts", mine, lambda one: one.value, make, cells.each(read), f"$.contacts.{channel}", **more
    )


def links(**more: Any) -> Column:
    """A column of the public links."""

    def make(value: str, before: Link | None) -> Link:
        return replace(before or Link(url=value), url=value)

    def mine(one: Link) -> bool:
        return one.visibility == "public"

    return listed("url", "links", mine, lambda one: one.url, make, cells.each(values.url), **more)


def opening(name: str, type_: Any, **more: Any) -> Column:
    """A column of hours; what no one can evaluate stays as words."""

    def get(one: Hours) -> str:
        return hourwords.words(one.osm) if one.osm else one.text or ""

    def make(value: str, before: Hours | None) -> Hours:
        osm = hourwords.parse(value)
        return replace(before or Hours(type=type_), osm=osm, text=None if osm else value)

    def read(raw: Raw, desk: Desk) -> tuple[str, ...]:
        text = cells.as_text(raw)
        found = tuple(part for one in text.split("|") if (part := " ".join(one.split())))
        if "\n" in text and hourwords.parse(text):  # a line for each day is one expression
            found = (hourwords.words(hourwords.parse(text) or ""),)
        for one in found:
            if hourwords.parse(one) is None:
                desk.note("hours_unreadable", "suggestion.hours", hours=one)
        return tuple(hourwords.words(osm) if (osm := hourwords.parse(one)) else one for one in found)

    return listed(name, "hours", lambda one: one.type == type_, get, make, read, f"$.hours.{type_}", **more)


def criterion(type_: Any, name: str, get: Get, make: Callable[[str], Criterion], **more: Any) -> Column:
    """A column of the first criterion of a type."""

    def first(record: Any) -> Criterion | None:
        return next((one for one in record.criteria if one.type == type_), None)

    def put(record: Any, value: str | None) -> Any:
        before = first(record)
        made = (make(value),) if value else ()
        others = tuple(one for one in record.criteria if one is not before)
        return replace(record, criteria=(*made, *others))

    def shown(record: Any) -> str | None:
        found = first(record)
        return get(found) or None if found else None

    return Column(name, f"$.criteria.{type_}", cells.line, shown, put, **more)
