"""What a source may write; sources and areas as typed; what follows when a source's redistribution changes."""

from __future__ import annotations

import datetime as dt
import re
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select, update

from busdb import runs
from busdb.areas import code_of
from busdb.changes import ChangeLog, Former, concerns
from busdb.codelists import significant
from busdb.errors import InputError
from busdb.interchange import encode
from busdb.issues import Issue
from busdb.mapping import read, shape
from busdb.models import number
from busdb.records import COUNTRY, KINDS, AnyRecord, Area


class Mandate:
    """What a source may write: its own records, of the kinds and in the areas of its mandate.

    An area belongs to the source that delivered it first: what hangs on its code (names, rules, feeds) must not change
    hands by chance. Once its owner deletes it, another may deliver it.
    """

    def __init__(self, connection: Connection, source: Any) -> None:
        self._connection = connection
        self._source = source

    def denied(self, record: AnyRecord) -> Issue | None:
        """Why the source may not write the record, if it may not."""
        source = self._source.code
        if record.ref.source != source:
            return Issue(code="foreign_source", values={"id": record.id, "source": source})
        if not self._covers(record):
            return Issue(code="mandate", values={"id": record.id, "source": source})
        if isinstance(record, Area) and (owner := self._owners.get(code_of(record))):
            return Issue(code="area_owned", values={"area": record.name, "key": code_of(record), "owner": owner})
        return None

    def _covers(self, record: AnyRecord) -> bool:
        kinds, areas = self._source.mandate_kinds, self._source.mandate_areas
        if kinds and record.kind_name not in kinds:
            return False
        return not areas or all(any(within(code, area) for area in areas) for code in concerns(record))

    @cached_property
    def _owners(self) -> dict[str, str]:
        """The sources of the areas that are not the source's own, by code."""
        theirs = select(number.c.number).where(number.c.kind == "area", number.c.source != self._source.code)
        found = read(self._connection, "area", shape("area").table.c.object.in_(theirs))
        areas = (stored.record for stored in found if isinstance(stored.record, Area))
        return {code_of(area): area.ref.source for area in areas}


def within(code: str, area: str) -> bool:
    """Whether an area code lies in ``area`` by its digits; areas without an ARS lie only in themselves."""
    return area == COUNTRY or code == area or (code.isdigit() and area.isdigit() and code.startswith(area))


def source_code(text: str) -> str:
    """A source code as typed. Raises ``InputError`` for one that ids could not carry."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", text):
        raise InputError("source_code_invalid", source=text)
    return text


def area_code(text: str | None) -> str | None:
    """An area as typed, as an area code. Raises ``InputError`` for what is neither an ARS nor an id."""
    if text is None or text == COUNTRY:
        return text
    if text.isdigit() and len(text) in {2, 3, 5, 9, 12}:
        return significant(text)
    if "." in text and not text.isdigit():
        return text
    raise InputError("area_code_invalid", area=text)


def checked_source(values: dict[str, Any]) -> dict[str, Any]:
    """The columns of a source as typed, with mandates as area codes and record kinds. Raises ``InputError``."""
    kinds = values.get("mandate_kinds", ())
    for kind in kinds:
        if kind not in KINDS:
            raise InputError("kind_unknown", kind=kind, known=", ".join(KINDS))
    if "mandate_areas" in values:
        return {**values, "mandate_areas": tuple(area_code(area) for area in values["mandate_areas"])}
    return values


def reclassify(connection: Connection, code: str, now: dt.datetime) -> None:
    """Log what becomes public, or stops being so, because the source's redistribution was changed."""
    row = runs.ensure_source(connection, code)
    log = ChangeLog(connection, None, now, redistribute=row.redistribute)
    for kind in KINDS:
        table = shape(kind).table
        mine = select(number.c.number).where(number.c.kind == kind, number.c.source == code)
        for stored in list(read(connection, kind, table.c.object.in_(mine))):
            data = encode(stored.record)
            content = log.content(stored.record, data, stored.hash)
            if content.public_hash != stored.public_hash:
                seq = log.add(stored.number, stored.record, content, Former(stored.public_hash, stored.seq))
                values = {"public_hash": content.public_hash, "seq": seq, "changed_at": now}
                connection.execute(update(table).where(table.c.object == stored.number).values(**values))
    log.close()
