"""The finder at work: the rules of services at a place are read, weighed and put in words.

Everything is read with a number of queries that does not depend on how many services or rules there are.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, or_, select

from busdb import deadline, lands, queries
from busdb.areas import Gazetteer
from busdb.criteria import Facts
from busdb.explanation import Speaker
from busdb.families import Kinship
from busdb.mapping import Stored, shape, stream
from busdb.models.services import service
from busdb.offices import Directory
from busdb.publication import Attribution, AuthorityView, OfferView, Place, ResponsibilityAnswer, ServiceName, Via
from busdb.records import COUNTRY, Authority, Executor, Offer, Role, Service
from busdb.responsibility import ROLES, Case, Result, Tier, resolve
from busdb.statements import MANY, About, Numbers, Ruling, one_of, ruling
from busdb.validity import valid
from busdb.visibility import Audience, view

EXECUTORS: tuple[Executor, ...] = ("municipality", "local", "district", "state", "country")


class Asking(Struct, frozen=True, kw_only=True):
    """What a reader wants: a place (or none), a day, a language, and whether internal content may be seen."""

    place: Place | None
    on: dt.date
    language: str = "de"
    internal: bool = False
    facts: Facts = Facts()
    role: Role = "competent"


class Subject(NamedTuple):
    """Which services it is about: by a condition, by numbers (``None``: too many to name), and their kin."""

    chosen: ColumnElement[bool]
    numbers: set[int] | None
    kinship: Kinship

    @property
    def few(self) -> bool:
        """Whether they are named one by one."""
        return self.numbers is not None and len(self.numbers) <= MANY

    def about(self, *, internal: bool) -> About:
        """Whom the statements of the finder are about."""
        if self.few:
            return About(internal=internal)
        chosen = select(service.c.object).where(self.chosen)
        extra = self.kinship.around(self.numbers or ())

        def kin(column: ColumnElement[Any]) -> ColumnElement[bool]:
            own = column.in_(chosen)
            return or_(own, column.in_(extra)) if extra else own

        return About(lambda column: column.in_(chosen), kin, few=False, internal=internal)


@cache
def _of_few(*, internal: bool) -> Ruling:
    return ruling(About(internal=internal))


@cache
def _numbered(kind: str, *, internal: bool) -> Select[Any]:
    return About(internal=internal).records(kind, one_of("numbers")(shape(kind).table.c.object))


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
        self.about = subject.about(internal=asking.internal)
        self._values = {"codes": self.codes, "grounds": list(self.grounds), "on": asking.on}
        if subject.numbers is not None:
            self._values |= {"own": list(subject.numbers), "kin": list(subject.kinship.around(subject.numbers))}
        asked = _of_few(internal=asking.internal) if self.about.few else ruling(self.about)
        self.rules = self.by_service(asked.rules)
        needed = subject.kinship.needed(self.rules, subject.numbers)
        self._names = queries.service_names(connection, needed, asking.language)
        self._contact_category = lands.point_of_contact(self.codes[0][:2])
        self._offers = self.by_service(asked.offers)
        self.changed: dict[str, dt.datetime] = {}
        self.acting: set[int] = set()
        self.directory = Directory(self._authorities(asked.authorities), asking.language)
        self._speaker = Speaker(gazetteer, self.directory, lambda id_: self.source(id_).name)

    def read(self, statement: Select[Any], **values: object) -> Iterator[Stored]:
        """The records that a statement finds as the reader may see them."""
        audience: Audience = "115" if self.asking.internal else "public"
        for stored in stream(self.connection, statement, self._values | values):
            shown = view(stored.record, audience)
            if shown is not None:
                yield stored._replace(record=shown)

    def by_service(self, statement: Select[Any]) -> dict[str, list[Any]]:
        """The records that a statement finds, all of kinds that belong to a service, by its id."""
        found: dict[str, list[Any]] = defaultdict(list)
        for stored in self.read(statement):
            found[stored.record.service].append(stored)  # type: ignore[union-attr,index]  # kinds of one service
        return found

    def among(self, kind: str, numbers: Numbers, **values: object) -> Iterator[Stored]:
        """The records of a kind whose numbers a query finds; few are named one by one."""
        found = set(self.connection.scalars(numbers, self._values | values))
        if len(found) > MANY:
            all_ = self.about.records(kind, shape(kind).table.c.object.in_(numbers.limit(None)))
            yield from self.read(all_, **values)
        elif found:
            yield from self.read(_numbered(kind, internal=self.asking.internal), numbers=list(found))

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

    def _authorities(self, numbers: Numbers) -> Iterator[Authority]:
        """The authorities that may be in an answer."""
        place = self.asking.place
        bodies = {self.gazetteer.executing(place.code, one) for one in EXECUTORS} if place else set()
        rules = [one.record for found in self.rules.values() for one in found]
        categories = {rule.category for rule in rules} - {None}
        values = {"here": [*(bodies - {None}), *self.codes], "categories": [*categories, self._contact_category]}
        for stored in self.among("authority", numbers, **values):
            self.acting.add(stored.number)
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
