"""Publications: what consumers get of a service, at a place, on a day, in a language.

All that a place needs is read with a number of queries that does not depend on how many services there are.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, or_, select

from busdb import fees, layers, queries
from busdb.areas import Gazetteer
from busdb.errors import NotFoundError
from busdb.html import plain
from busdb.interchange import outward
from busdb.mapping import Stored, read
from busdb.models.authorities import authority, authority_categories, form, online_service
from busdb.models.local import (
    local_addition,
    local_addition_forms,
    local_addition_online_services,
    notice,
    offer,
)
from busdb.models.responsibilities import fee, responsibility
from busdb.models.services import service, service_documents
from busdb.offices import Directory, localized_name, show_form, show_online_service
from busdb.publication import (
    Attribution,
    AuthorityView,
    FormView,
    NoticeView,
    OfferView,
    OnlineServiceView,
    Place,
    PlaceName,
    Publication,
    ResponsibilityAnswer,
    ServiceName,
)
from busdb.quality import findings
from busdb.records import Authority, Layer, LocalAddition, Notice, Offer, Responsibility, Service
from busdb.responsibility import Case, Facts, resolve
from busdb.validity import inclusive, valid
from busdb.variants import hidden_variants
from busdb.visibility import view

EA_CATEGORY = "Einheitlicher Ansprechpartner"
EXECUTORS = ("municipality", "local", "district", "state", "country")
_LAYERS: dict[str, Layer] = {
    "country": "country",
    "state": "state",
    "region": "state",
    "district": "district",
    "association": "association",
    "custom": "district",
}


class Asking(Struct, frozen=True, kw_only=True):
    """What a reader wants: a place (or none), a day, a language, and whether internal content may be seen."""

    place: Place | None
    on: dt.date
    language: str = "de"
    internal: bool = False
    facts: Facts = Facts()


class Assembler:
    """Builds the publications that one reader wants."""

    def __init__(self, connection: Connection, gazetteer: Gazetteer, asking: Asking) -> None:
        self._connection = connection
        self._gazetteer = gazetteer
        self._asking = asking
        self._codes = [link.code for link in gazetteer.chain(asking.place.code)] if asking.place else None

    def one(self, id_: str) -> Publication:
        """The publication of a service by its public id. Raises ``NotFoundError``."""
        key = queries.number_of(self._connection, "service", id_)
        conditions = [service.c.object == (-1 if key is None else key), *queries.published(None, self._asking.on)]
        found = next(self._build(conditions), None)
        if found is None:
            raise NotFoundError("service_not_found", id=id_)
        return found

    def some(self, keys: Sequence[int]) -> list[Publication]:
        """The publications of services by their numbers, ordered by number."""
        return list(self._build([service.c.object.in_(keys), *queries.published(None, self._asking.on)]))

    def all(self) -> Iterator[Publication]:
        """Every service that applies at the place (or at all), one variant of each, ordered by number."""
        conditions = queries.published(self._codes, self._asking.on)
        hidden = hidden_variants(self._connection, conditions, self._codes)
        yield from self._build(conditions, hidden)

    def _build(
        self, conditions: list[ColumnElement[bool]], hidden: frozenset[int] = frozenset()
    ) -> Iterator[Publication]:
        around = _Around(self._connection, self._gazetteer, self._asking, self._codes, conditions)
        for stored in read(self._connection, "service", *conditions):
            if stored.number not in hidden:
                yield around.publication(stored)


class _Around:
    """All that publications of certain services take from other records."""

    def __init__(
        self,
        connection: Connection,
        gazetteer: Gazetteer,
        asking: Asking,
        codes: list[str] | None,
        conditions: list[ColumnElement[bool]],
    ) -> None:
        self._connection = connection
        self._gazetteer = gazetteer
        self._asking = asking
        self._codes = codes or ["DE"]
        self._services = select(service.c.object).where(*conditions)
        self._sources = queries.attributions(connection)
        self._rules = self._by_service("responsibility", self._rule_conditions())
        self._fees = self._by_service("fee", [fee.c.service.in_(self._services), self._there(fee)])
        self._additions = self._by_service(
            "local_addition", [local_addition.c.service.in_(self._services), local_addition.c.area.in_(self._codes)]
        )
        self._offers = self._by_service("offer", [offer.c.service.in_(self._services), offer.c.area.in_(self._codes)])
        self._notices = [
            one.record for one in self._read("notice", queries.valid_on(notice, asking.on), self._there(notice))
        ]
        self._life_events = {one.record.id: one.record for one in self._read("life_event")}
        self._online = {one.record.id: one.record for one in self._read("online_service", self._needed_online())}
        self._forms = {one.record.id: one.record for one in self._read("form", self._needed_forms())}
        self._changed: dict[str, dt.datetime] = {}
        self._directory = Directory(self._authorities(), asking.language)
        self._point_of_contact = self._find_point_of_contact()

    def _there(self, table: Any) -> ColumnElement[bool]:
        return or_(table.c.area.is_(None), table.c.area.in_(self._codes))

    def _rule_conditions(self) -> list[ColumnElement[bool]]:
        return [responsibility.c.service.in_(self._services), queries.rules_there(self._codes)]

    def _read(self, kind: str, *conditions: ColumnElement[bool]) -> Iterator[Stored]:
        """The records of a kind as the reader may see them; internal content needs the right."""
        audience = "115" if self._asking.internal else "public"
        for stored in read(self._connection, kind, *conditions):
            shown = view(stored.record, audience)  # type: ignore[arg-type]  # one of the two words above
            if shown is not None:
                yield stored._replace(record=shown)

    def _by_service(self, kind: str, conditions: list[ColumnElement[bool]]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = defaultdict(list)
        for stored in self._read(kind, *conditions):
            found[stored.record.service].append(stored)  # type: ignore[union-attr,index]  # kinds of one service
        return found

    def _needed_online(self) -> ColumnElement[bool]:
        ruled = select(responsibility.c.online_service).where(
            *self._rule_conditions(), responsibility.c.online_service.is_not(None)
        )
        added = select(local_addition_online_services.c.target)
        return or_(online_service.c.object.in_(ruled), online_service.c.object.in_(added))

    def _needed_forms(self) -> ColumnElement[bool]:
        ruled = select(responsibility.c.form).where(*self._rule_conditions(), responsibility.c.form.is_not(None))
        named = select(service_documents.c.form).where(
            service_documents.c.owner.in_(self._services), service_documents.c.form.is_not(None)
        )
        added = select(local_addition_forms.c.target)
        return or_(form.c.object.in_(ruled), form.c.object.in_(named), form.c.object.in_(added))

    def _authorities(self) -> Iterator[Authority]:
        """The authorities named by rules, those of the bodies that act here, and all above them."""
        place = self._asking.place
        bodies = {self._gazetteer.executing(place.code, one) for one in EXECUTORS} if place else set()  # type: ignore[arg-type]  # one of the executors
        named = select(responsibility.c.authority).where(
            *self._rule_conditions(), responsibility.c.authority.is_not(None)
        )
        start = select(authority.c.object, authority.c.parent).where(
            or_(authority.c.object.in_(named), authority.c.area.in_([*(bodies - {None}), *self._codes]))
        )
        up = start.cte("up", recursive=True)
        above = up.union(select(authority.c.object, authority.c.parent).where(authority.c.object == up.c.parent))
        for stored in self._read("authority", authority.c.object.in_(select(above.c.object))):
            self._changed[stored.record.id] = stored.changed_at
            yield stored.record  # type: ignore[misc]  # read by its kind

    def _find_point_of_contact(self) -> AuthorityView | None:
        statement = (
            select(authority_categories.c.owner)
            .join(authority, authority.c.object == authority_categories.c.owner)
            .where(authority_categories.c.value == EA_CATEGORY, authority.c.area.in_(self._codes))
        )
        for stored in self._read("authority", authority.c.object.in_(statement)):
            return self._directory.show(stored.record)  # type: ignore[arg-type]  # read by its kind
        return None

    def publication(self, stored: Stored) -> Publication:
        """The publication of one service."""
        language, on = self._asking.language, self._asking.on
        audience = "115" if self._asking.internal else "public"
        record: Service = view(stored.record, audience)  # type: ignore[arg-type,assignment]  # only published services are read
        rules = [one.record for one in self._rules.get(record.id, ())]
        additions = self._layered(record.id)
        answer = self._responsible(record, rules)
        due = fees.due((one.record for one in self._fees.get(record.id, ())), self._codes, on)
        official = layers.module(record, ["02"], language)
        name = layers.module(record, ["03", "02"], language)
        publication = Publication(
            id=record.id,
            name=plain(name.html) if name else record.id,
            official_name=plain(official.html) if official else None,
            teaser=self._teaser(record),
            language=language,
            available_languages=layers.languages(record),
            area=self._asking.place,
            service=outward(record),  # type: ignore[arg-type]  # a service stays one
            source=self._source(record.id),
            parts=layers.parts(record, additions, language),
            documents=self._joined("documents", record, additions),
            deadlines=self._joined("deadlines", record, additions),
            processing_times=self._joined("processing_times", record, additions),
            steps=layers.localized(record.steps, language),
            channels=layers.localized(record.channels, language),
            requirements=layers.localized(record.requirements, language),
            remedies=layers.localized(record.remedies, language),
            registers=layers.localized(record.registers, language),
            call_questions=tuple(one.text for one in layers.localized(record.call_questions, language)),
            synonyms=tuple(one.term for one in record.synonyms if one.language == language),
            life_events=self._events(record),
            fees=tuple(fees.show(one, language, self._gazetteer.name) for one in due),
            responsibility=answer,
            online_services=self._online_services(rules, additions),
            forms=self._form_views(record, rules, additions),
            notices=self._notices_for(record, answer),
            offer=self._offer(record.id),
            contact_point=self._point_of_contact,
            changed_at=self._changed_at(stored, answer),
        )
        return replace(publication, findings=tuple(findings(publication, language)))

    def _teaser(self, record: Service) -> str | None:
        text = layers.module(record, ["24", "05"], self._asking.language)
        if text is None:
            return None
        words = " ".join(plain(text.html).split())
        return words if len(words) <= 200 else words[:199].rsplit(" ", 1)[0].rstrip(",;:") + "…"

    def _source(self, id_: str) -> Attribution:
        code = id_.partition(".")[0]
        return self._sources.get(code) or Attribution(source=code, name=code)

    def _layered(self, id_: str) -> list[layers.Addition]:
        """The additions for a service, from the most general area to the nearest."""
        found = [one.record for one in self._additions.get(id_, ()) if valid(one.record, self._asking.on)]
        found.sort(key=lambda one: (-self._codes.index(one.area), one.id))
        return [self._addition(one) for one in found]

    def _addition(self, record: LocalAddition) -> layers.Addition:
        area = self._gazetteer.name(record.area)
        layer: Layer = _LAYERS.get(area.kind, "municipality") if area else "municipality"
        return layers.Addition(record, layer, area, self._source(record.id).source)

    def _joined(self, field: str, record: Service, additions: list[layers.Addition]) -> tuple[Any, ...]:
        language = self._asking.language
        items = list(layers.localized(getattr(record, field), language))
        for addition in additions:
            items.extend(layers.localized(getattr(addition.record, field), language))
        return tuple(items)

    def _events(self, record: Service) -> tuple[ServiceName, ...]:
        found = [self._life_events[id_] for id_ in record.life_events if id_ in self._life_events]
        return tuple(ServiceName(id=one.id, name=localized_name(one, self._asking.language)) for one in found)  # type: ignore[arg-type]  # read by its kind

    def _responsible(self, record: Service, rules: list[Responsibility]) -> ResponsibilityAnswer | None:
        place = self._asking.place
        if place is None:
            return None
        name = layers.module(record, ["03", "02"], self._asking.language)
        case = Case(
            service=ServiceName(id=record.id, name=plain(name.html) if name else record.id),
            place=place,
            on=self._asking.on,
            language=self._asking.language,
            facts=self._asking.facts,
            reference_place=record.reference_place,
        )
        return resolve(case, rules, self._gazetteer, self._directory)

    def _targets(self, field: str, rules: list[Responsibility], additions: list[layers.Addition]) -> list[str]:
        """The online services or forms of the valid rules and additions, without repetition."""
        codes = set(self._codes)
        ruled = [
            getattr(rule, field)
            for rule in rules
            if getattr(rule, field) and valid(rule, self._asking.on) and not codes & set(rule.excluded_areas)
        ]
        added = [id_ for addition in additions for id_ in getattr(addition.record, f"{field}s")]
        return list(dict.fromkeys([*added, *ruled]))

    def _online_services(
        self, rules: list[Responsibility], additions: list[layers.Addition]
    ) -> tuple[OnlineServiceView, ...]:
        found = [self._online.get(id_) for id_ in self._targets("online_service", rules, additions)]
        return tuple(
            show_online_service(one, self._asking.language)  # type: ignore[arg-type]  # read by its kind
            for one in found
            if one and valid(one, self._asking.on)
        )

    def _form_views(
        self, record: Service, rules: list[Responsibility], additions: list[layers.Addition]
    ) -> tuple[FormView, ...]:
        named = [document.form for document in record.documents if document.form]
        ids = dict.fromkeys([*self._targets("form", rules, additions), *named])
        found = [self._forms.get(id_) for id_ in ids]
        return tuple(
            show_form(one, self._asking.language)  # type: ignore[arg-type]  # read by its kind
            for one in found
            if one and valid(one, self._asking.on)
        )

    def _notices_for(self, record: Service, answer: ResponsibilityAnswer | None) -> tuple[NoticeView, ...]:
        offices = {match.authority.id for match in answer.matches} if answer else set()
        return tuple(
            NoticeView(
                id=one.id,
                text=next((name.text for name in one.names if name.language == self._asking.language), one.text),
                severity=one.severity,
                audience=one.audience,
                valid_from=one.valid_from,
                valid_to=inclusive(one.valid_to),
            )
            for one in self._notices
            if isinstance(one, Notice)
            and (one.service in {None, record.id})
            and (one.authority is None or one.authority in offices)
            and (one.service or one.authority or one.area)
        )

    def _offer(self, id_: str) -> OfferView:
        found: list[Offer] = [one.record for one in self._offers.get(id_, ()) if valid(one.record, self._asking.on)]
        if not found:
            return OfferView(status="offered")
        nearest = min(found, key=lambda one: (self._codes.index(one.area), one.id))
        reason = next((name.text for name in nearest.names if name.language == self._asking.language), nearest.reason)
        covered = ServiceName(id=nearest.covered_by, name=nearest.covered_by) if nearest.covered_by else None
        return OfferView(status=nearest.status, reason=reason, covered_by=covered)

    def _changed_at(self, stored: Stored, answer: ResponsibilityAnswer | None) -> dt.datetime:
        id_ = stored.record.id
        belongings = [*self._rules.get(id_, ()), *self._fees.get(id_, ()), *self._additions.get(id_, ())]
        times = [stored.changed_at, *(one.changed_at for one in belongings)]
        if answer:
            times += [self._changed[match.authority.id] for match in answer.matches]
        latest: dt.datetime = max(times)
        return latest


def area_name(gazetteer: Gazetteer, place: Place | None) -> PlaceName | None:
    """A place by its name, as feeds and answers name it."""
    return gazetteer.name(place.code) if place else None
