"""The work list of editors: what the rules find, in words, and since when; recorded day by day it becomes a trend.

Rules see each record once as the database hands them out; what a rule needs besides is read once (``checks.Known``), so
that the number of queries does not depend on how much there is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, select

from busdb import i18n
from busdb.areas import Gazetteer
from busdb.checks import RULES, Hit, Known
from busdb.checks.base import on_record, on_state
from busdb.errors import InputError
from busdb.html import plain
from busdb.issues import Severity
from busdb.layers import module
from busdb.mapping import read, shape
from busdb.models.base import number
from busdb.models.quality import quality_finding
from busdb.models.services import service_areas
from busdb.offices import localized_name
from busdb.publication import Place, View
from busdb.records import AnyRecord, Fee, Service


class Task(View, frozen=True, kw_only=True):
    """A finding on a record that a source should mend, in words.

    ``field`` is a path as in JSON, ``None`` for the record as a whole; ``since`` the day on which it was first
    recorded, ``None`` where no recorded run knew it.
    """

    code: str
    severity: Severity
    source: str
    kind: str
    id: str
    name: str
    field: str | None
    text: str
    todo: str
    since: dt.date | None = None


class Wanted(View, frozen=True, kw_only=True):
    """Which findings are wanted: of sources, of the records of a place, by rules, new since a day."""

    sources: tuple[str, ...] | None = None
    place: Place | None = None
    rules: tuple[str, ...] = ()
    since: dt.date | None = None


def enabled(off: Collection[str], only: Collection[str] = ()) -> tuple[str, ...]:
    """The codes of the rules that run, in order. Raises ``InputError`` for one that there is not."""
    unknown = sorted({*off, *only} - RULES.keys())
    if unknown:
        raise InputError("quality_rule", rule=", ".join(unknown), known=", ".join(sorted(RULES)))
    return tuple(code for code in sorted(RULES) if code not in off and (not only or code in only))


def tasks(
    connection: Connection,
    gazetteer: Gazetteer,
    on: dt.date,
    language: str,
    wanted: Wanted,
    off: Collection[str] = (),
) -> list[Task]:
    """The findings of a day, the worst first, then by source, rule and record. Raises ``InputError``."""
    known = Known(connection, gazetteer, on, language, wanted.place)
    found = _Found(known, enabled(off, wanted.rules), wanted)
    seen = {_key(task): task for task in found.tasks()}
    first = since(connection)
    dated = [_dated(task, first.get(key)) for key, task in seen.items()]
    if wanted.since:
        dated = [task for task in dated if task.since is None or task.since >= wanted.since]
    return sorted(dated, key=lambda task: (task.severity, task.source, task.code, task.id, task.field or ""))


def _key(task: Task) -> tuple[str, ...]:
    return task.source, task.code, task.kind, task.id, task.field or ""


def _dated(task: Task, day: dt.date | None) -> Task:
    return replace(task, since=day)


def since(connection: Connection) -> dict[tuple[str, ...], dt.date]:
    """Since when each finding of the last recorded run has been there."""
    table = quality_finding.c
    columns = (table.source, table.code, table.kind, table.id, table.path)
    return {tuple(row[:5]): row[5] for row in connection.execute(select(*columns, table.since))}


class _Found:
    """What some rules find."""

    def __init__(self, known: Known, codes: tuple[str, ...], wanted: Wanted) -> None:
        self._known = known
        self._wanted = wanted
        self._whole = [code for code in codes if not RULES[code].kinds]
        self._by_kind: dict[str, list[str]] = {}
        for code in codes:
            for kind in RULES[code].kinds:
                self._by_kind.setdefault(kind.kind_name, []).append(code)

    def tasks(self) -> Iterator[Task]:
        """Each finding, in words."""
        for kind, codes in self._by_kind.items():
            for record in self._records(kind):
                if self._asked(record) and _shown(record):
                    ended = _expired(record, self._known.on)
                    for code in codes:
                        for hit in on_record(code, record, self._known) if code == EXPIRED or not ended else ():
                            yield self._task(code, record, hit)
        for code in self._whole:
            for hit in on_state(code, self._known):
                about = hit.record
                assert about is not None
                if self._mine(hit.owner or about.ref.source) and (code in PLACED or self._there(about)):
                    yield self._task(code, about, hit)

    def _records(self, kind: str) -> Iterator[AnyRecord]:
        if kind == "authority":
            yield from self._known.authorities.values()
        elif kind == "fee":
            yield from (one for some in self._known.fees.values() for one in some)
        elif kind == "responsibility":
            yield from (one for some in self._known.table.rules.values() for one in some)
        else:
            yield from (stored.record for stored in read(self._known.connection, kind, *self._theirs(kind)))

    def _theirs(self, kind: str) -> list[ColumnElement[bool]]:
        """The conditions that records are of the sources that are asked about, and services of the place."""
        key = shape(kind).table.c.object
        found: list[ColumnElement[bool]] = []
        if self._wanted.sources is not None:
            own = select(number.c.number).where(number.c.kind == kind, number.c.source.in_(self._wanted.sources))
            found.append(key.in_(own))
        if self._wanted.place and kind == "service":
            inside = [code for code in self._known.gazetteer.codes() if self._known.there(code)]
            found.append(key.in_(select(service_areas.c.owner).where(service_areas.c.value.in_(inside))))
        return found

    def _asked(self, record: AnyRecord) -> bool:
        return self._mine(record.ref.source) and self._there(record)

    def _mine(self, source: str) -> bool:
        return self._wanted.sources is None or source in self._wanted.sources

    def _there(self, record: AnyRecord) -> bool:
        area = getattr(record, "area", None)
        return self._known.there(*([area] if area else getattr(record, "areas", ())))

    def _task(self, code: str, record: AnyRecord, hit: Hit) -> Task:
        language = self._known.language
        name = self._name(record)
        values = {"name": name, **hit.values}
        said: Mapping[str, str] = {key: _said(value, values, language) for key, value in values.items()}
        return Task(
            code=code,
            severity=RULES[code].severity,
            source=hit.owner or record.ref.source,
            kind=record.kind_name,
            id=record.id,
            name=name,
            field=hit.path,
            text=i18n.message(f"quality.{code}", said, language),
            todo=i18n.message(f"quality_do.{code}", said, language),
        )

    def _name(self, record: Any) -> str:
        """What editors know a record by: its name, or that of the service that it is about."""
        if isinstance(record, Service):
            text = module(record, ["03", "02"], self._known.language)
            return plain(text.html) if text else self._known.names.get(record.id, record.id)
        if hasattr(record, "name"):
            return localized_name(record, self._known.language)
        service = getattr(record, "service", None)
        name = self._known.names.get(service, service) if service else record.id
        return f"{name}: {record.label}" if isinstance(record, Fee) and record.label else name


EXPIRED = "Q05"
"""The rule about what has expired, the only one that looks at such records."""
PLACED = frozenset({"Q01", "Q02"})
"""The rules that are narrowed to a place by the places that they look at."""


def _said(value: str, values: Mapping[str, str], language: str) -> str:
    """A value in words; one that begins with ``@`` names a sentence, unless it is data that happens to begin so."""
    if value.startswith("@") and i18n.known(value[1:]):
        return i18n.message(value[1:], values, language)
    return value


def _expired(record: Any, on: dt.date) -> bool:
    end = getattr(record, "valid_to", None)
    return end is not None and end <= on


def _shown(record: AnyRecord) -> bool:
    """Whether a record is one that readers see, or will see: no draft, nothing archived."""
    return not isinstance(record, Service) or record.publication_state == "published"
