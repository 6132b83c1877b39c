"""What a source may write; sources and areas as typed; what follows when a source's redistribution changes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, select, update

from busdb import runs
from busdb.areas import code_of, within
from busdb.changes import ChangeLog, Former, concerns
from busdb.codelists import PROSE_MODULES, TEXT_MODULES, significant
from busdb.errors import InputError
from busdb.interchange import encode
from busdb.issues import Issue
from busdb.mapping import read, shape
from busdb.models import number
from busdb.records import (
    COUNTRY,
    KINDS,
    AnyRecord,
    Area,
    Authority,
    Form,
    LocalAddition,
    Notice,
    OnlineService,
    Responsibility,
    Service,
    Wording,
    ref,
)
from busdb.reviews import FIELDS


class Mandate:
    """What a source may write: its own records, of the kinds, in the areas and with the text modules of its mandate.

    An area belongs to the source that delivered it first: what hangs on its code (names, rules, feeds) must not change
    hands by chance. Once its owner deletes it, another may deliver it.
    """

    def __init__(self, connection: Connection, source: Any) -> None:
        self._connection = connection
        self._source = source
        self._prefix = f"{source.code}."
        self._limited = bool(source.mandate_kinds or source.mandate_areas or source.mandate_modules)

    def denied(self, record: AnyRecord) -> Issue | None:
        """Why the source may not write the record, if it may not; says nothing of what others keep."""
        source = self._source
        if not record.id.startswith(self._prefix):
            return Issue(code="foreign_source", values={"id": record.id, "source": source.code})
        return self._outside(record) if self._limited or isinstance(record, Area) else None

    def _outside(self, record: AnyRecord) -> Issue | None:
        """Why a record of the source lies outside of its mandate, if it does."""
        source = self._source
        values = {"id": record.id, "source": source.code}
        if source.mandate_kinds and record.kind_name not in source.mandate_kinds:
            return Issue(code="mandate_kind", values={**values, "kind": f"@news.kind_{record.kind_name}"})
        if source.mandate_areas and (place := next(self._misplaced(record), None)):
            return Issue(code=place[0], path=place[1], values={**values, "area": place[2]})
        if source.mandate_modules and (module := next(self._foreign_modules(record), None)):
            return Issue(code="mandate_module", path="$.texts", values={**values, "module": module})
        if isinstance(record, Area) and (owner := self._owners.get(code_of(record))):
            return Issue(code="area_owned", values={"area": record.name, "key": code_of(record), "owner": owner})
        return None

    def _misplaced(self, record: AnyRecord) -> Iterator[tuple[str, str, str]]:
        """What places a record outside of the mandate: the finding, the field, and what the record says there."""
        if isinstance(record, OnlineService | Form):
            return  # they are shown where rules name them, and rules have areas
        if isinstance(record, Wording):
            if not self._own(record.service):
                yield "mandate", "$.service", record.service or COUNTRY
            return
        if isinstance(record, Area) and record.ars is None:
            if record.kind not in {"locality", "custom"}:
                yield "mandate", "$.kind", record.kind
            if not record.parent and not record.members:
                yield "mandate", "$.parent", "–"
        above = _above(record)
        if above and not self._covers("authority", above):
            yield "mandate_parent" if isinstance(record, Authority) else "mandate", "$.parent", above
        if not above or getattr(record, "area", None):
            field = "$.areas" if isinstance(record, Service | Responsibility) else "$.area"
            yield from (("mandate", field, code) for code in concerns(record) if not self._inside(code))

    def _own(self, id_: str | None) -> bool:
        return id_ is not None and ref("", id_).source == self._source.code

    def _covers(self, kind: str, id_: str) -> bool:
        """Whether another record is the source's own, or lies in its areas."""
        if self._own(id_):
            return True
        wanted = ref(kind, id_)
        named = (number.c.kind == kind, number.c.source == wanted.source, number.c.value == wanted.value)
        key = self._connection.scalar(select(number.c.number).where(*named))
        found = next(read(self._connection, kind, shape(kind).table.c.object == key), None)
        return found is not None and all(self._inside(code) for code in concerns(found.record))

    def _inside(self, code: str) -> bool:
        """Whether an area is one of the mandate, in one, or the source's own; one without a key by its parents."""
        seen: set[str] = set()
        while code not in seen:
            if self._own_area(code) or any(within(code, area) for area in self._source.mandate_areas):
                return True
            seen.add(code)
            code = self._parents.get(code, code)
        return False

    def _own_area(self, code: str) -> bool:
        return not code.isdigit() and code != COUNTRY and self._own(code)

    def _foreign_modules(self, record: AnyRecord) -> Iterator[str]:
        """The text modules of a record that are not in the mandate."""
        if isinstance(record, Service | LocalAddition):
            said = [text.module for text in record.texts]
            said += [module for module, field in FIELDS.items() if getattr(record, field)]
            yield from (module for module in said if module not in self._source.mandate_modules)

    @cached_property
    def _owners(self) -> dict[str, str]:
        """The sources of the areas that are not the source's own, by code."""
        theirs = select(number.c.number).where(number.c.kind == "area", number.c.source != self._source.code)
        found = read(self._connection, "area", shape("area").table.c.object.in_(theirs))
        areas = (stored.record for stored in found if isinstance(stored.record, Area))
        return {code_of(area): area.ref.source for area in areas}

    @cached_property
    def _parents(self) -> dict[str, str]:
        """The parents of the areas that have no key of their own."""
        found = read(self._connection, "area", shape("area").table.c.ars.is_(None))
        return {one.record.id: one.record.parent for one in found if isinstance(one.record, Area) and one.record.parent}


def _above(record: AnyRecord) -> str | None:
    """The authority that a record hangs on; one without an area lies where that lies."""
    if isinstance(record, Authority):
        return record.parent
    return record.authority if isinstance(record, Notice) else None


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
    modules = (*TEXT_MODULES, *PROSE_MODULES)
    for module in values.get("mandate_modules", ()):
        if module not in modules:
            raise InputError("module_unknown", module=module, known=", ".join(modules))
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
