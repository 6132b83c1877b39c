"""Sources and areas as typed, what lies in an area, and what follows when a source's redistribution changes."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from sqlalchemy import Connection, select, update

from busdb import runs
from busdb.changes import ChangeLog, Former
from busdb.codelists import significant
from busdb.errors import InputError
from busdb.interchange import encode
from busdb.mapping import read, shape
from busdb.models import number
from busdb.records import COUNTRY, KINDS


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
