"""Services, authorities, online services and forms, each with what hangs on it, as the formats of other systems want.

What is public and not over on the day, in the order of ids, read in batches: the memory does not grow with the state.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from busdb.areas import Gazetteer
from busdb.formats import Whole
from busdb.mapping import Stored, read, shape
from busdb.models.operations import source
from busdb.models.responsibilities import responsibility, responsibility_areas, responsibility_excluded_areas
from busdb.models.services import service
from busdb.offices import Directory
from busdb.reach import Reach
from busdb.records import Authority, LifeEvent, Offer, Responsibility, Service
from busdb.validity import valid
from busdb.visibility import Audience, view

BATCH = 200
TARGETS: Final = ("authority", "online_service", "form")


def agencies(connection: Connection) -> dict[str, str]:
    """The agency id under which each source is exported, by its code: its first, else the code itself."""
    rows = connection.execute(select(source.c.code, source.c.agencies))
    return {code: (given or (code,))[0] for code, given in rows}


class Wholes:
    """Reads the wholes of a state as they are on a day, for the public or with internal content."""

    def __init__(self, connection: Connection, gazetteer: Gazetteer, on: dt.date, *, internal: bool = False) -> None:
        self._connection = connection
        self._on = on
        self._audience: Audience = "115" if internal else "public"
        stored = read(connection, "authority", *self._current("authority"), lists={"categories"})
        seats = [one.record for one in stored if isinstance(one.record, Authority)]
        self.reach = Reach(gazetteer, on, Directory(seats, "de"))
        self._level_changed: dict[str, dt.datetime] = {}
        self._gather(gazetteer)

    def _current(self, kind: str) -> list[ColumnElement[bool]]:
        table = shape(kind).table
        return [table.c.public_hash.is_not(None), or_(table.c.valid_to.is_(None), table.c.valid_to > self._on)]

    def _rules(self) -> list[ColumnElement[bool]]:
        """Responsibilities for services that are exported."""
        there = select(service.c.object).where(*self._current("service"))
        return [*self._current("responsibility"), responsibility.c.service.in_(there)]

    def _gather(self, gazetteer: Gazetteer) -> None:
        """All rules of the services of which at least one is not plain."""
        strange = [code for code in gazetteer.codes() if not self.reach.plain(code)]
        area = responsibility_areas.c.value
        somewhere: Select[Any] = select(responsibility_areas.c.owner).where(
            or_(area.in_(strange), func.length(area).in_([3, 9]), area.like("%.%"))
        )
        offers: dict[str, list[Offer]] = defaultdict(list)
        for stored in read(self._connection, "offer", *self._current("offer")):
            if isinstance(stored.record, Offer) and valid(stored.record, self._on):
                offers[stored.record.service].append(stored.record)
        offer = shape("offer").table
        refused = select(offer.c.service).where(offer.c.status == "not_offered")
        owners = or_(
            responsibility.c.service.in_(refused),
            responsibility.c.executor.is_not(None),
            responsibility.c.object.in_(somewhere),
            responsibility.c.object.in_(select(responsibility_excluded_areas.c.owner)),
        )
        services = select(responsibility.c.service).where(owners, *self._rules())
        groups: dict[str, list[Responsibility]] = defaultdict(list)
        for stored in read(self._connection, "responsibility", responsibility.c.service.in_(services), *self._rules()):
            if isinstance(stored.record, Responsibility):
                groups[stored.record.service].append(stored.record)
                if stored.record.executor:
                    self._level_changed[stored.record.id] = stored.changed_at
        for service_, rules in sorted(groups.items()):
            self.reach.add(rules, offers.get(service_, ()))

    def all(self) -> Iterator[Whole]:
        """Everything: services, then authorities, online services and forms."""
        yield from self._services()
        for kind in TARGETS:
            yield from self._targets(kind)

    def _batches(self, kind: str) -> Iterator[tuple[Stored, ...]]:
        return batches(read(self._connection, kind, *self._current(kind), by_id=True))

    def _services(self) -> Iterator[Whole]:
        codes = {
            one.record.id: one.record.code
            for one in read(self._connection, "life_event")
            if isinstance(one.record, LifeEvent) and one.record.code
        }
        for batch in self._batches("service"):
            parts = self._parts(batch, {"fee": "service", "local_addition": "service"})
            for stored in batch:
                events = stored.record.life_events if isinstance(stored.record, Service) else ()
                some = tuple(sorted({codes[id_] for id_ in events if id_ in codes}))
                yield from self._whole(stored, parts.get(stored.record.id, []), some)

    def _targets(self, kind: str) -> Iterator[Whole]:
        for batch in self._batches(kind):
            parts = self._parts(batch, {"responsibility": kind})
            for stored in batch:
                yield from self._whole(stored, [*self._own(parts.get(stored.record.id, [])), *self._derived(stored)])

    def _own(self, found: Iterable[Stored]) -> Iterator[Stored]:
        for one in found:
            rule = self.reach.explicit(one.record) if isinstance(one.record, Responsibility) else None
            if rule is not None:
                yield one._replace(record=rule)

    def _derived(self, stored: Stored) -> Iterator[Stored]:
        for level, rule in self.reach.of(stored.record.id) if stored.record.kind_name == "authority" else ():
            yield stored._replace(record=rule, changed_at=self._level_changed.get(level, stored.changed_at))

    def _parts(self, batch: Sequence[Stored], kinds: dict[str, str]) -> dict[str, list[Stored]]:
        """The records of ``kinds`` that name one of the batch in the field that the kind maps to, by its id."""
        keys = [stored.number for stored in batch]
        found: dict[str, list[Stored]] = defaultdict(list)
        for kind, field in kinds.items():
            conditions = self._rules() if kind == "responsibility" else self._current(kind)
            named = shape(kind).table.c[field].in_(keys)
            for stored in read(self._connection, kind, named, *conditions, by_id=True):
                found[getattr(stored.record, field)].append(stored)
        return found

    def _whole(self, stored: Stored, parts: Sequence[Stored], codes: tuple[str, ...] = ()) -> Iterator[Whole]:
        shown = view(stored.record, self._audience)
        if shown is None:
            return
        inside = [(one.changed_at, view(one.record, self._audience)) for one in parts]
        seen = [(changed_at, one) for changed_at, one in inside if one is not None]
        latest = max([stored.changed_at, *(changed_at for changed_at, _ in seen)])
        yield Whole(shown, tuple(one for _, one in seen), latest, codes)


def batches(found: Iterable[Stored]) -> Iterator[tuple[Stored, ...]]:
    """The stream in batches."""
    stream = iter(found)
    while batch := tuple(islice(stream, BATCH)):
        yield batch
