"""Several services at one place for one undertaking: bodies, documents, fees, time, and what depends on what.

This is what the point of single contact answers to "I want to open a café here" (Directive 2006/123/EC, Art. 7). Fees
are a range, since the cases of a tariff are alternatives. A service depends on another where it needs a document that
the other gives; authorities work at the same time on what does not.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from busdb import quotes
from busdb.errors import InputError
from busdb.publication import AuthorityView, PlaceName, Publication, ServiceName, View
from busdb.quotes import Wanted
from busdb.records import Deadline, Document, ProcessingTime
from busdb.textfold import fold

_DURATION = re.compile(r"^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$")
MOST = 25
"""How many services one bundle may hold."""


class Body(View, frozen=True, kw_only=True):
    """An authority with the services for which it is competent, in the order of the bundle."""

    authority: AuthorityView
    body: PlaceName | None
    services: tuple[ServiceName, ...]


class NeededDocument(View, frozen=True, kw_only=True):
    """A document that the applicant brings, once for all services that need it.

    ``given_by`` are services of the bundle that give it.
    """

    document: Document
    services: tuple[str, ...]
    given_by: tuple[str, ...]


class Cost(View, frozen=True, kw_only=True):
    """What one service costs."""

    service: ServiceName
    total_min: Decimal | None
    total_max: Decimal | None
    text: str


class Step(View, frozen=True, kw_only=True):
    """One service of the bundle: what must be there first, and how long its authority takes, in days.

    ``starts_with`` says whether the period begins with the application or only with complete documents.
    """

    service: ServiceName
    status: str | None
    after: tuple[str, ...]
    days_min: int | None
    days_max: int | None
    starts_with: str | None
    tacit_approval: bool
    tacit_period: str | None
    deadlines: tuple[Deadline, ...]


class Path(View, frozen=True, kw_only=True):
    """The longest way through the steps by the authorities' times, in days; ``unknown`` are services without a time."""

    services: tuple[str, ...]
    days_min: int
    days_max: int
    unknown: tuple[str, ...]


class Bundle(View, frozen=True, kw_only=True):
    """Several services at one place on one day."""

    area: PlaceName | None
    on: dt.date
    language: str
    services: tuple[ServiceName, ...]
    bodies: tuple[Body, ...]
    documents: tuple[NeededDocument, ...]
    costs: tuple[Cost, ...]
    total_min: Decimal | None
    total_max: Decimal | None
    currency: str
    steps: tuple[Step, ...]
    longest_path: Path
    contact_point: AuthorityView | None


def bundle(publications: Sequence[Publication], on: dt.date, language: str) -> Bundle:
    """The bundle of publications of one place. Raises ``InputError`` for none, or too many."""
    if not 0 < len(publications) <= MOST:
        raise InputError("bundle_size", most=MOST)
    costs = [_cost(one, on, language) for one in publications]
    place = publications[0].area
    documents = _documents(publications)
    steps = _in_order([_step(one, documents) for one in publications])
    return Bundle(
        area=PlaceName(ars=place.ars, name=place.name, kind=place.kind) if place else None,
        on=on,
        language=language,
        services=tuple(_name(one) for one in publications),
        bodies=_bodies(publications),
        documents=documents,
        costs=tuple(costs),
        total_min=_sum(cost.total_min for cost in costs),
        total_max=_sum(cost.total_max for cost in costs),
        currency="EUR",
        steps=steps,
        longest_path=_longest(steps),
        contact_point=publications[0].contact_point,
    )


def _name(publication: Publication) -> ServiceName:
    return ServiceName(id=publication.id, name=publication.name)


def _bodies(publications: Iterable[Publication]) -> tuple[Body, ...]:
    found: dict[str, Body] = {}
    for publication in publications:
        matches = publication.responsibility.matches if publication.responsibility else ()
        for match in matches:
            before = found.get(match.authority.id)
            services = (*before.services, _name(publication)) if before else (_name(publication),)
            found[match.authority.id] = Body(authority=match.authority, body=match.body, services=services)
    return tuple(found.values())


def _documents(publications: Sequence[Publication]) -> tuple[NeededDocument, ...]:
    """The documents to bring, those of one name once; it is required where any service requires it."""
    givers: dict[str, list[str]] = {}
    for publication in publications:
        for document in publication.documents:
            if document.direction == "out" and document.visibility == "public":
                givers.setdefault(fold(document.label), []).append(publication.id)
    found: dict[str, NeededDocument] = {}
    for publication in publications:
        for document in publication.documents:
            if document.direction == "out" or document.visibility != "public":
                continue
            key = fold(document.label)
            before = found.get(key)
            first = before.document if before and (before.document.required or not document.required) else document
            services = dict.fromkeys([*(before.services if before else ()), publication.id])
            given = [giver for giver in givers.get(key, ()) if giver not in services]
            found[key] = NeededDocument(document=first, services=tuple(services), given_by=tuple(given))
    return tuple(found.values())


def _cost(publication: Publication, on: dt.date, language: str) -> Cost:
    quoted = quotes.of(publication, on, Wanted(), language)
    return Cost(service=_name(publication), total_min=quoted.total_min, total_max=quoted.total_max, text=quoted.text)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; unknown with any part of it."""
    found = list(amounts)
    known = [amount for amount in found if amount is not None]
    return sum(known, Decimal("0.00")) if len(known) == len(found) else None


def _step(publication: Publication, documents: Iterable[NeededDocument]) -> Step:
    service = publication.service
    times = publication.processing_times
    after = [giver for one in documents if publication.id in one.services for giver in one.given_by]
    return Step(
        service=_name(publication),
        status=publication.responsibility.status if publication.responsibility else None,
        after=tuple(dict.fromkeys(after)),
        days_min=_days(times, "minimum"),
        days_max=_days(times, "maximum"),
        starts_with=next((time.starts_with for time in times if time.starts_with), None),
        tacit_approval=bool(service.tacit_approval),
        tacit_period=service.tacit_period,
        deadlines=publication.deadlines,
    )


def _days(times: Iterable[ProcessingTime], end: str) -> int | None:
    """The longest of the times at one end; an end that is not given is the other one."""
    given = (getattr(time, end) or time.maximum or time.minimum for time in times)
    return max((days(one) for one in given if one), default=None)


def days(duration: str) -> int:
    """An ISO 8601 duration in days, a month as 30 and a year as 365; a part of a day is a day."""
    found = _DURATION.match(duration)
    years, months, weeks, whole, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0,) * 6
    return years * 365 + months * 30 + weeks * 7 + whole + (1 if hours or minutes else 0)


def _in_order(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps so that each comes after those that it needs; of a circle, in the order given."""
    left = list(steps)
    done: list[Step] = []
    while left:
        ready = [step for step in left if not set(step.after) & {other.service.id for other in left}]
        following = (ready or left)[0]
        left.remove(following)
        done.append(following)
    return tuple(done)


def _longest(steps: Sequence[Step]) -> Path:
    best: dict[str, tuple[int, int, tuple[str, ...]]] = {}
    for step in steps:
        before = max((best[id_] for id_ in step.after if id_ in best), default=(0, 0, ()))
        high = before[0] + (step.days_max or 0)
        best[step.service.id] = (high, before[1] + (step.days_min or 0), (*before[2], step.service.id))
    high, low, services = max(best.values(), key=lambda way: (way[0], way[1]))
    unknown = tuple(step.service.id for step in steps if step.days_max is None)
    return Path(services=services, days_min=low, days_max=high, unknown=unknown)
