"""The finder at work: the rules of services at a place are read, weighed and put in words.

Everything is read with a number of queries that does not depend on how many services or rules there are.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from msgspec import Struct
from sqlalchemy import Column, ColumnElement, CompoundSelect, Connection, Select, false, or_, select

from busdb import deadline, lands, queries
from busdb.areas import Gazetteer
from busdb.criteria import Facts
from busdb.explanation import Speaker
from busdb.families import Kinship
from busdb.mapping import Stored, read, shape
from busdb.models.authorities import authority, authority_categories
from busdb.models.local import offer
from busdb.models.responsibilities import responsibility
from busdb.offices import Directory
from busdb.publication import Attribution, AuthorityView, OfferView, Place, ResponsibilityAnswer, ServiceName, Via
from busdb.records import COUNTRY, Authority, Executor, Offer, Role, Service
from busdb.responsibility import ROLES, Case, Result, Tier, resolve
from busdb.validity import valid
from busdb.visibility import view

EXECUTORS: tuple[Executor, ...] = ("municipality", "local", "district", "state", "country")
MANY = 1000
"""From how many numbers on a query names them by another query, not one by one."""


class Asking(Struct, frozen=True, kw_only=True):
    """What a reader wants: a place (or none), a day, a language, and whether internal content may be seen."""

    place: Place | None
    on: dt.date
    language: str = "de"
    internal: bool = False
    facts: Facts = Facts()
    role: Role = "competent"


class Subject(NamedTuple):
    """Which services it is about: as a query, as their numbers (``None``: too many to name), and their kin."""

    chosen: Select[tuple[int]]
    numbers: set[int] | None
    kinship: Kinship

    @property
    def few(self) -> bool:
        """Whether they are named one by one."""
        return self.numbers is not None and len(self.numbers) <= MANY

    def of(self, column: ColumnElement[Any], *, kin: bool = False) -> ColumnElement[bool]:
        """The condition that ``column`` names one of the services, or one of their kin."""
        if self.numbers is None or not self.few:
            own = column.in_(self.chosen)
            extra = self.kinship.around(self.numbers) if kin and self.numbers else None
            return or_(own, column.in_(extra)) if extra else own
        return column.in_(self.kinship.around(self.numbers) if kin else self.numbers)


class Finder:
    """Who is responsible for certain services at the place that a reader asks for."""

    def __init__(self, connection: Connection, gazetteer: Gazetteer, asking: Asking, subject: Subject) -> None:
        self.connection = connection
        self.gazetteer = gazetteer
        self.asking = asking
        self.subject = subject
        place = asking.place
        self.codes = [link.code for link in gazetteer.chain(place.code)] if place else [COUNTRY]
        self.grounds = gazetteer.ground(self.codes[0], asking.on, asking.facts.street)
        self.sources = queries.attributions(connection)
        there = queries.rules_there(list(self.grounds), few=subject.few)
        self._there = [subject.of(responsibility.c.service, kin=True), there]
        self.rules = self.by_service("responsibility", self._there)
        needed = subject.kinship.needed(self.rules, subject.numbers)
        self._names = queries.service_names(connection, needed, asking.language)
        self._contact_category = lands.point_of_contact(self.codes[0][:2])
        self._offers = self.by_service("offer", [subject.of(offer.c.service), offer.c.area.in_(self.codes)])
        self.changed: dict[str, dt.datetime] = {}
        self._acting: set[int] = set()
        self.directory = Directory(self._authorities(), asking.language)
        self._speaker = Speaker(gazetteer, self.directory, lambda id_: self.source(id_).name)

    def read(self, kind: str, *conditions: ColumnElement[bool]) -> Iterator[Stored]:
        """The records of a kind as the reader may see them; internal content needs the right."""
        audience = "115" if self.asking.internal else "public"
        public = () if self.asking.internal else (shape(kind).table.c.public_hash.is_not(None),)
        for stored in read(self.connection, kind, *conditions, *public):
            shown = view(stored.record, audience)  # type: ignore[arg-type]  # one of the two words above
            if shown is not None:
                yield stored._replace(record=shown)

    def by_service(self, kind: str, conditions: list[ColumnElement[bool]]) -> dict[str, list[Any]]:
        """The records of a kind whose records belong to a service, by its id."""
        found: dict[str, list[Any]] = defaultdict(list)
        for stored in self.read(kind, *conditions):
            found[stored.record.service].append(stored)  # type: ignore[union-attr,index]  # kinds of one service
        return found

    def named(self, target: Column[Any]) -> Select[Any]:
        """The query for what the rules name in a column."""
        return select(target).where(*self._there, target.is_not(None)).distinct()

    def among(self, column: ColumnElement[Any], statement: Select[Any] | CompoundSelect[Any]) -> ColumnElement[bool]:
        """The condition that ``column`` is one of the numbers that a query finds; few are named one by one."""
        numbers = set(self.connection.scalars(statement.limit(MANY + 1)))
        return column.in_(statement if len(numbers) > MANY else numbers)

    def acting(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """The condition that ``column`` names an authority that may be in an answer."""
        return column.in_(self._acting) if len(self._acting) <= MANY else column.is_not(None)

    def source(self, id_: str) -> Attribution:
        """The source of a record, by its id."""
        code = id_.partition(".")[0]
        return self.sources.get(code) or Attribution(source=code, name=code)

    def point_of_contact(self) -> AuthorityView | None:
        """The point of single contact of the nearest area that has one."""
        found = (one for code in self.codes for one in self.directory.with_category(code, self._contact_category))
        return next((self.directory.show(one) for one in found), None)

    def offer(self, id_: str) -> OfferView:
        """Whether a service exists at the place: what the nearest area says; where none says anything, it does."""
        found: list[Offer] = [one.record for one in self._offers.get(id_, ()) if valid(one.record, self.asking.on)]
        if not found:
            return OfferView(status="offered")
        nearest = min(found, key=lambda one: (self.codes.index(one.area), one.id))
        language = self.asking.language
        reason = next((name.text for name in nearest.names if name.language == language), nearest.reason)
        covered = queries.names_of(self.connection, [nearest.covered_by], language) if nearest.covered_by else {}
        by = next((ServiceName(id=other, name=name) for other, name in covered.items()), None)
        return OfferView(status=nearest.status, reason=reason, covered_by=by)

    def _authorities(self) -> Iterator[Authority]:
        """The authorities named by rules, what bodies that act here may act through, and all above them."""
        place = self.asking.place
        bodies = {self.gazetteer.executing(place.code, one) for one in EXECUTORS} if place else set()
        rules = [one.record for found in self.rules.values() for one in found]
        categories = {rule.category for rule in rules} - {None}
        column, explicit = authority.c.object, any(rule.authority for rule in rules)
        here, near = [*(bodies - {None}), *self.codes], authority.alias()
        able = (
            select(authority_categories.c.owner)
            .join(near, near.c.object == authority_categories.c.owner)
            .where(near.c.area.in_(here), authority_categories.c.value.in_([*categories, self._contact_category]))
        )
        start = select(column, authority.c.parent).where(
            or_(
                self.among(column, self.named(responsibility.c.authority)) if explicit else false(),
                authority.c.area.in_(here) & or_(authority.c.parent.is_(None), column.in_(able)),
            )
        )
        up = start.cte("up", recursive=True)
        above = up.union(select(column, authority.c.parent).where(column == up.c.parent))
        for stored in self.read("authority", self.among(column, select(above.c.object))):
            self._acting.add(stored.number)
            self.changed[stored.record.id] = stored.changed_at
            yield stored.record  # type: ignore[misc]  # read by its kind

    def answer(self, record: Service, name: str) -> ResponsibilityAnswer | None:
        """Who is responsible for a service; ``None`` where no place is asked for."""
        deadline.check()
        asking = self.asking
        if asking.place is None:
            return None
        called = ServiceName(id=record.id, name=name)
        offered = self.offer(record.id)
        if offered.status == "not_offered":
            refused = Result("none", cause="not_offered", reason=offered.reason)
            return self._speaker.answer(self._case(record, called, asking.place), refused)
        kin = self.subject.kinship.of(record.id)
        rules = [one.record for one in self.rules.get(record.id, ())]
        case = self._case(record, called, asking.place)
        tiers = [Tier("own", called, rules), *self._tiers("family", kin.family), *self._tiers("lov", kin.lov)]
        result = resolve(case, tiers, self.gazetteer, self.directory, self._tiers("own", kin.children))
        object_ = resolve(case, self._tiers("lov", kin.lo), self.gazetteer, self.directory)
        others = [
            resolve(case._replace(role=role), tiers[:1], self.gazetteer, self.directory)
            for role in ROLES
            if role != case.role and any(rule.role == role for rule in rules)
        ]
        return self._speaker.answer(case, result, others, object_.candidates)

    def _case(self, record: Service, called: ServiceName, place: Place) -> Case:
        asking = self.asking
        return Case(
            service=called,
            place=place,
            on=asking.on,
            language=asking.language,
            facts=asking.facts,
            reference_place=record.reference_place,
            role=asking.role,
            federal_types=record.federal_types,
        )

    def _tiers(self, via: Via, ids: Iterable[str]) -> list[Tier]:
        return [
            Tier(via, ServiceName(id=id_, name=self._names.get(id_, id_)), [one.record for one in self.rules[id_]])
            for id_ in ids
            if id_ in self.rules
        ]
