"""Who is responsible, and why: the rules of a service, a place and a day to one answer.

A rule counts when it is valid on the day, covers the place, does not exclude it, and its criterion is met or still
open. In each role the rule of the nearest area wins; at the same area an explicit assignment beats a level rule, then
the higher priority wins. Several offices of one body are a choice, several bodies an ambiguity.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct

from busdb import i18n
from busdb.areas import Gazetteer, Link
from busdb.publication import (
    Advice,
    AuthorityView,
    Match,
    Place,
    Question,
    ResponsibilityAnswer,
    ServiceName,
)
from busdb.records import Authority, Criterion, ReferencePlace, Responsibility, Role
from busdb.textfold import fold, sort_key
from busdb.validity import valid

ROLES: tuple[Role, ...] = ("competent", "contact", "assisting")


class Facts(Struct, frozen=True, kw_only=True):
    """What is known of the caller's case."""

    surname: str | None = None
    street: str | None = None


class Offices(Protocol):
    """The authorities that may be needed for an answer."""

    def get(self, id: str) -> Authority | None:
        """The authority of an id."""
        ...

    def of(self, area: str, category: str | None) -> Sequence[Authority]:
        """The authorities of an area with a category; without one, or without any, its whole administration."""
        ...

    def show(self, authority: Authority) -> AuthorityView:
        """The authority as answers show it."""
        ...


class Case(NamedTuple):
    """What is asked: a service at a place on a day, for people of whom some facts are known."""

    service: ServiceName
    place: Place
    on: dt.date
    language: str
    facts: Facts = Facts()
    reference_place: ReferencePlace | None = None


class _Candidate(NamedTuple):
    authority: Authority
    rule: Responsibility
    distance: int
    area: Link
    open_: tuple[Criterion, ...]


def resolve(
    case: Case, rules: Iterable[Responsibility], gazetteer: Gazetteer, offices: Offices
) -> ResponsibilityAnswer:
    """The answer for a case, given all rules of its service."""
    chain = gazetteer.chain(case.place.code)
    candidates = [one for rule in rules for one in _candidates(case, rule, chain, gazetteer, offices)]
    winners = [one for role in ROLES for one in _best([c for c in candidates if c.rule.role == role])]
    competent = [one for one in winners if one.rule.role == "competent"] or winners
    bodies = {one.authority.area or one.authority.id for one in competent}
    question = _question(competent, case)
    status = "none" if not competent else "question" if question else "answered" if len(bodies) == 1 else "ambiguous"
    return ResponsibilityAnswer(
        service=case.service,
        area=gazetteer.name(case.place.code),
        on=case.on,
        status=status,  # type: ignore[arg-type]  # one of the four words above
        choice="any" if status == "answered" and len(competent) > 1 else None,
        matches=tuple(_match(one, case, gazetteer, offices) for one in winners),
        question=question,
        advice=_advice(case, gazetteer, offices) if status == "none" else None,
        reference_place=case.reference_place,
    )


def _candidates(
    case: Case, rule: Responsibility, chain: Sequence[Link], gazetteer: Gazetteer, offices: Offices
) -> list[_Candidate]:
    if not valid(rule, case.on) or rule.online_service or rule.form:
        return []
    codes = [link.code for link in chain]
    if any(code in codes for code in rule.excluded_areas):
        return []
    met = [codes.index(code) for code in rule.areas if code in codes] if rule.areas else [len(codes) - 1]
    if not met:
        return []
    verdicts = [(criterion, _met(criterion, case.facts)) for criterion in rule.criteria]
    if any(verdict is False for _, verdict in verdicts):
        return []
    open_ = tuple(criterion for criterion, verdict in verdicts if verdict is None)
    distance = min(met)
    return [_Candidate(one, rule, distance, chain[distance], open_) for one in _targets(case, rule, gazetteer, offices)]


def _targets(case: Case, rule: Responsibility, gazetteer: Gazetteer, offices: Offices) -> list[Authority]:
    if rule.authority:
        found = offices.get(rule.authority)
        return [found] if found and valid(found, case.on) else []
    if rule.executor is None:
        return []
    body = gazetteer.executing(case.place.code, rule.executor)
    return [one for one in offices.of(body, rule.category) if valid(one, case.on)] if body else []


def _met(criterion: Criterion, facts: Facts) -> bool | None:
    """Whether a criterion is met; ``None`` while it is open."""
    if criterion.type == "surname" and facts.surname:
        name = sort_key(facts.surname)[0]
        first = sort_key(criterion.first or "")[0]
        last = sort_key(criterion.last or "")[0]
        return first <= name and (not last or name[: len(last)] <= last)
    if criterion.type == "street" and facts.street:
        return fold(facts.street).startswith(fold(criterion.street or ""))
    return None


def _best(candidates: list[_Candidate]) -> list[_Candidate]:
    if not candidates:
        return []
    nearest = min((one.distance, one.rule.authority is None, -one.rule.priority) for one in candidates)
    winners: dict[str, _Candidate] = {}
    for one in candidates:
        if (one.distance, one.rule.authority is None, -one.rule.priority) == nearest:
            winners.setdefault(one.authority.id, one)
    return sorted(winners.values(), key=lambda one: (one.authority.site, one.authority.position or 0, one.authority.id))


def _question(competent: list[_Candidate], case: Case) -> Question | None:
    open_ = [criterion for one in competent for criterion in one.open_]
    if not open_ or len(competent) == 1:
        return None
    choices = tuple(sorted({words(criterion) for criterion in open_}, key=sort_key))
    return Question(
        about=open_[0].type, text=i18n.message(f"question.{open_[0].type}", language=case.language), choices=choices
    )


def words(criterion: Criterion) -> str:
    """A criterion as people read it: ``A-K``, a street, or its own words."""
    if criterion.type == "surname":
        return f"{criterion.first or 'A'}-{criterion.last or 'Z'}"
    return " ".join(filter(None, (criterion.street, criterion.text, criterion.first, criterion.last)))


def _match(one: _Candidate, case: Case, gazetteer: Gazetteer, offices: Offices) -> Match:
    body = gazetteer.name(one.authority.area) if one.authority.area else None
    remarks = [words(criterion) for criterion in one.rule.criteria]
    return Match(
        authority=offices.show(one.authority),
        body=body,
        role=one.rule.role,
        level=one.area.kind,
        reason=_reason(one, case, gazetteer),
        rule=one.rule.id,
        matched_area=gazetteer.name(one.area.code),
        remark="; ".join(filter(None, [one.rule.remark, *remarks])) or None,
        since=one.rule.valid_from,
    )


def _reason(one: _Candidate, case: Case, gazetteer: Gazetteer) -> str:
    body = gazetteer.name(one.authority.area) if one.authority.area else None
    area = gazetteer.name(one.area.code)
    values = {
        "authority": one.authority.name,
        "body": body.name if body else one.authority.name,
        "place": case.place.name,
        "area": area.name if area else one.area.code,
        "category": one.rule.category or "",
        "rule": one.rule.id,
    }
    if one.rule.authority:
        code = "reason.explicit"
    elif body and body.kind == "association" and one.authority.area != case.place.code:
        code = "reason.association"
    else:
        code = f"reason.{one.rule.executor}"
    text = i18n.message(code, values, case.language)
    if one.rule.valid_from:
        since = one.rule.valid_from.strftime("%d.%m.%Y")
        text = f"{text} {i18n.message('reason.since', {'date': since}, case.language)}"
    return text


def _advice(case: Case, gazetteer: Gazetteer, offices: Offices) -> Advice:
    body = gazetteer.executing(case.place.code, "local") or gazetteer.executing(case.place.code, "district")
    found = offices.of(body, None) if body else ()
    return Advice(
        text=i18n.message("advice.none", {"place": case.place.name}, case.language),
        authority=offices.show(found[0]) if found else None,
        phone="115",
    )
