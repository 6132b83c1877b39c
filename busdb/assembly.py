"""Publications: what consumers get of a service, at a place, on a day, in a language.

All that a place needs is read with a number of queries that does not depend on how many services there are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TypeVar

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, and_, bindparam, select, tuple_

from busdb import fees, layers, queries
from busdb.areas import Gazetteer
from busdb.errors import NotFoundError
from busdb.families import Kin, kinship, kinship_of
from busdb.finder import Asking, Finder, Subject
from busdb.html import plain
from busdb.interchange import outward
from busdb.mapping import Stored, read, selection, stream
from busdb.models import number
from busdb.models.services import service
from busdb.offices import localized_name, show_form, show_notice, show_online_service
from busdb.publication import (
    FormView,
    NoticeView,
    OnlineServiceView,
    Place,
    PlaceName,
    Publication,
    ResponsibilityAnswer,
    ServiceName,
)
from busdb.quality import findings
from busdb.records import Layer, LocalAddition, Notice, Responsibility, Service, ref
from busdb.responsibility import targets
from busdb.statements import ON, About, Content, content, listed
from busdb.validity import valid
from busdb.visibility import view

_SOME = select(service.c.object).where(*queries.published(None, ON))
_KEYED = _SOME.where(service.c.object.in_(listed("keys")))
_NAMED = _SOME.join(number, number.c.number == service.c.object).where(number.c.kind == "service")
_CALLED = _NAMED.where(number.c.source == bindparam("source"), number.c.value == bindparam("value"))
_SEVERAL = _NAMED.where(tuple_(number.c.source, number.c.value).in_(listed("ids")))
_OWN = service.c.object.in_(listed("own"))
_SERVICES = selection("service", _OWN)
Found = TypeVar("Found")
_LAYERS: dict[str, Layer] = {
    "country": "country",
    "state": "state",
    "region": "state",
    "district": "district",
    "association": "association",
    "custom": "district",
}


class Assembler:
    """Builds the publications that one reader wants."""

    def __init__(self, connection: Connection, gazetteer: Gazetteer, asking: Asking) -> None:
        self._connection = connection
        self._gazetteer = gazetteer
        self._asking = asking
        self._codes = [link.code for link in gazetteer.chain(asking.place.code)] if asking.place else None

    def one(self, id_: str) -> Publication:
        """The publication of a service by its public id. Raises ``NotFoundError``."""
        return _only(id_, self._build(self._called(id_)))

    def answer(self, id_: str) -> tuple[Service, ResponsibilityAnswer | None]:
        """Who is responsible for a service by its public id (``None`` without a place). Raises ``NotFoundError``.

        Reads far less than a publication does.
        """
        return _only(id_, self._answers(self._called(id_)))

    def answers(self, *where: ColumnElement[bool]) -> Iterator[tuple[Service, ResponsibilityAnswer | None]]:
        """Who is responsible for every service that applies at the place and meets conditions, ordered by number."""
        yield from self._answers(None, *where)

    def some(self, keys: Sequence[int]) -> list[Publication]:
        """The publications of services by their numbers, ordered by number."""
        return list(self._build(set(self._connection.scalars(_KEYED, {"keys": list(keys), "on": self._asking.on}))))

    def around(self, id_: str) -> set[int]:
        """The numbers of a service and of its kin, whose records may count for it at the place."""
        own = self._called(id_)
        return kinship_of(self._connection, own, self._codes, self._asking.on).around(own)

    def several(self, ids: Iterable[str]) -> list[Publication]:
        """The publications of services by their public ids, in that order. Raises ``NotFoundError``."""
        wanted = list(ids)
        keys = [(one.source, one.value) for one in (ref("service", id_) for id_ in wanted)]
        own = self._connection.scalars(_SEVERAL, {"ids": keys, "on": self._asking.on})
        found = {one.id: one for one in self._build(set(own))}
        return [_only(id_, iter([found[id_]] if id_ in found else [])) for id_ in wanted]

    def all(self) -> Iterator[Publication]:
        """Every service that applies at the place (or at all), one variant of each, ordered by number."""
        yield from self._build(None)

    def _called(self, id_: str) -> set[int]:
        """The number of a published service, if there is one of that id."""
        return set(self._connection.scalars(_CALLED, {**ref("service", id_)._asdict(), "on": self._asking.on}))

    def _build(self, own: set[int] | None) -> Iterator[Publication]:
        finder, found = self._found(own)
        around = _Around(finder)
        for stored in found:
            yield around.publication(stored)

    def _answers(
        self, own: set[int] | None, *where: ColumnElement[bool]
    ) -> Iterator[tuple[Service, ResponsibilityAnswer | None]]:
        finder, found = self._found(own, *where)
        for stored in found:
            record = _viewed(stored, self._asking)
            yield record, finder.answer(record, _name(record, self._asking.language))

    def _found(self, own: set[int] | None, *where: ColumnElement[bool]) -> tuple[Finder, Iterator[Stored]]:
        """The services of some numbers, with their finder; of all that apply and meet conditions without numbers.

        Of all, those are left out that a variant represents.
        """
        connection, codes, on = self._connection, self._codes, self._asking.on
        if own is not None:
            subject = Subject(_OWN, own, kinship_of(connection, own, codes, on))
            found = stream(connection, _SERVICES, {"own": list(own)})
            return Finder(connection, self._gazetteer, self._asking, subject), found
        counted = queries.published(codes, on)
        subject = Subject(and_(*counted, *where), None, kinship(connection, counted, codes))
        hidden = subject.kinship.hidden() if codes else frozenset()
        found = (one for one in read(connection, "service", subject.chosen) if one.number not in hidden)
        return Finder(connection, self._gazetteer, self._asking, subject), found


def _only(id_: str, found: Iterator[Found]) -> Found:
    one = next(found, None)
    if one is None:
        raise NotFoundError("service_not_found", id=id_)
    return one


def _viewed(stored: Stored, asking: Asking) -> Service:
    found: Service = view(stored.record, "115" if asking.internal else "public")  # type: ignore[assignment]  # only published services are read
    return found


def _name(record: Service, language: str) -> str:
    text = layers.module(record, ["03", "02"], language)
    return plain(text.html) if text else record.id


@cache
def _of_few(*, internal: bool) -> Content:
    return content(About(internal=internal))


class _Around:
    """All that publications of certain services take from other records."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._asking = finder.asking
        self._gazetteer = finder.gazetteer
        self._codes = finder.codes
        asked = _of_few(internal=self._asking.internal) if finder.about.few else content(finder.about)
        self._fees = finder.by_service(asked.fees)
        self._additions = finder.by_service(asked.additions)
        self._notices = [one.record for one in finder.read(asked.notices, acting=list(finder.acting))]
        self._life_events = {one.record.id: one.record for one in finder.read(asked.life_events)}
        self._online = {one.record.id: one.record for one in finder.among("online_service", asked.online)}
        self._forms = {one.record.id: one.record for one in finder.among("form", asked.forms)}
        self._point_of_contact = finder.point_of_contact()

    def publication(self, stored: Stored) -> Publication:
        """The publication of one service."""
        language = self._asking.language
        record = _viewed(stored, self._asking)
        rules = [one.record for one in self._finder.rules.get(record.id, ())]
        kin = self._finder.subject.kinship.of(record.id)
        additions = self._layered(record.id)
        official = layers.module(record, ["02"], language)
        parts = layers.parts(record, additions, language)
        name = _name(record, language)
        answer = self._finder.answer(record, name)
        offered = self._finder.offer(record.id)
        due = self._due(record.id, kin) if offered.status != "not_offered" else fees.NOTHING
        publication = Publication(
            id=record.id,
            name=name,
            official_name=plain(official.html) if official else None,
            teaser=self._teaser(record),
            language=language,
            available_languages=layers.languages(record),
            area=self._asking.place,
            service=outward(record),  # type: ignore[arg-type]  # a service stays one
            family=kin.family,
            source=self._finder.source(record.id),
            texts=layers.merged(parts),
            parts=parts,
            additions=tuple(layers.applied(one, language) for one in additions),
            documents=layers.joined("documents", record, additions, language),
            deadlines=layers.joined("deadlines", record, additions, language),
            processing_times=layers.joined("processing_times", record, additions, language),
            steps=layers.localized(record.steps, language),
            channels=layers.localized(record.channels, language),
            requirements=layers.localized(record.requirements, language),
            remedies=layers.localized(record.remedies, language),
            registers=layers.localized(record.registers, language),
            call_questions=tuple(one.text for one in layers.localized(record.call_questions, language)),
            synonyms=tuple(one.term for one in record.synonyms if one.language == language),
            life_events=self._events(record),
            fees=tuple(fees.show(one, language, self._gazetteer.name) for one in due.fees),
            upcoming_fees=tuple(fees.show(one, language, self._gazetteer.name) for one in due.upcoming),
            refused_fees=tuple(one.id for one in due.refused),
            responsibility=answer,
            online_services=self._online_services(rules, additions),
            forms=self._form_views(record, rules, additions),
            notices=self._notices_for(record, answer),
            offer=offered,
            contact_point=self._point_of_contact,
            changed_at=self._changed_at(stored, answer),
        )
        return replace(publication, findings=tuple(findings(publication, language)))

    def _due(self, id_: str, kin: Kin) -> fees.Due:
        charged = [one.record for member in (id_, *kin.family) for one in self._fees.get(member, ())]
        return fees.due(charged, self._finder.grounds, self._asking.on)

    def _teaser(self, record: Service) -> str | None:
        text = layers.module(record, ["24", "05"], self._asking.language)
        if text is None:
            return None
        words = " ".join(plain(text.html).split())
        return words if len(words) <= 200 else words[:199].rsplit(" ", 1)[0].rstrip(",;:") + "…"

    def _layered(self, id_: str) -> list[layers.Addition]:
        """The additions for a service, from the most general area to the nearest."""
        found = [one.record for one in self._additions.get(id_, ()) if valid(one.record, self._asking.on)]
        found.sort(key=lambda one: (-self._codes.index(one.area), one.id))
        return [self._addition(one) for one in found]

    def _addition(self, record: LocalAddition) -> layers.Addition:
        area = self._gazetteer.name(record.area)
        layer: Layer = _LAYERS.get(area.kind, "municipality") if area else "municipality"
        return layers.Addition(record, layer, area, self._finder.source(record.id).source)

    def _events(self, record: Service) -> tuple[ServiceName, ...]:
        found = [self._life_events[id_] for id_ in record.life_events if id_ in self._life_events]
        return tuple(ServiceName(id=one.id, name=localized_name(one, self._asking.language)) for one in found)  # type: ignore[arg-type]  # read by its kind

    def _targets(self, field: str, rules: list[Responsibility], additions: list[layers.Addition]) -> list[str]:
        """The online services or forms of the strongest rules and of all additions, without repetition."""
        ruled = targets(rules, field, self._finder.grounds, self._asking.on)  # type: ignore[arg-type]  # one of the two
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
            show_notice(one, self._asking.language)
            for one in self._notices
            if isinstance(one, Notice)
            and (one.service in {None, record.id})
            and (one.authority is None or one.authority in offices)
            and (one.service or one.authority or one.area)
        )

    def _changed_at(self, stored: Stored, answer: ResponsibilityAnswer | None) -> dt.datetime:
        id_ = stored.record.id
        belongings = [*self._finder.rules.get(id_, ()), *self._fees.get(id_, ()), *self._additions.get(id_, ())]
        times = [stored.changed_at, *(one.changed_at for one in belongings)]
        if answer:
            times += [self._finder.changed[match.authority.id] for match in (*answer.matches, *answer.others)]
        latest: dt.datetime = max(times)
        return latest


def area_name(gazetteer: Gazetteer, place: Place | None) -> PlaceName | None:
    """A place by its name, as feeds and answers name it."""
    return gazetteer.name(place.code) if place else None
