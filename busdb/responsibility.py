"""Who is responsible, and why: the rules of a service, a place and a day to one answer.

A rule may hold when it is valid on the day, covers the place and does not exclude it. Of one kind of target and one
role the rules of the nearest area count; at the same area an explicit assignment beats a level rule, then the higher
priority wins. A criterion that is not met takes a rule out, one that is open keeps it possible, beside the next rule
of the same area. A place whose nearest rules are all out is a gap, never a reason to climb.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Literal, NamedTuple, Protocol

from busdb import criteria
from busdb.areas import Gazetteer, Ground
from busdb.criteria import Facts
from busdb.publication import Place, ServiceName, Via
from busdb.records import COUNTRY, Authority, Criterion, ReferencePlace, Responsibility, Role
from busdb.textfold import fold
from busdb.validity import valid

ROLES: tuple[Role, ...] = ("competent", "contact", "assisting")
NO_FACTS = Facts()
Cause = Literal["no_rule", "criterion", "target", "not_offered"]
Status = Literal["answered", "question", "ambiguous", "none"]


class Offices(Protocol):
    """The authorities that may be needed for an answer."""

    def get(self, id: str) -> Authority | None:
        """The authority of an id."""
        ...

    def of(self, area: str, category: str | None) -> Sequence[Authority]:
        """The authorities of an area with a category; without one, or without any, its whole administration."""
        ...

    def root(self, authority: Authority) -> str:
        """The id of the topmost authority above it."""
        ...


class Case(NamedTuple):
    """What is asked: a service at a place on a day, for people of whom some facts are known."""

    service: ServiceName
    place: Place
    on: dt.date
    language: str
    facts: Facts = Facts()
    reference_place: ReferencePlace | None = None
    role: Role = "competent"
    federal_types: tuple[str, ...] = ()


class Tier(NamedTuple):
    """Rules of equal standing: of the service itself, of its family, or of the service (LOV) that it details."""

    via: Via
    service: ServiceName
    rules: Sequence[Responsibility]


class Standing(NamedTuple):
    """A rule that may hold, how near its area lies, and its criteria that are still open."""

    rule: Responsibility
    ground: Ground
    open_: tuple[Criterion, ...] = ()

    @property
    def precedence(self) -> tuple[int, bool, int]:
        """The smaller, the stronger."""
        return (self.ground.rank, self.rule.executor is not None, -self.rule.priority)


class Decision(NamedTuple):
    """What rules of one kind of target and one role come to.

    ``settled`` hold, ``possible`` may hold, ``beaten`` would hold if these did not; a ``gap`` is where the nearest
    rules are all out by their criteria.
    """

    settled: tuple[Standing, ...] = ()
    possible: tuple[Standing, ...] = ()
    beaten: tuple[Standing, ...] = ()
    gap: bool = False

    @property
    def empty(self) -> bool:
        """Whether no rule says anything about the place."""
        return not (self.settled or self.possible or self.gap)


def decide(
    rules: Iterable[Responsibility], grounds: Mapping[str, Ground], on: dt.date, facts: Facts = NO_FACTS
) -> Decision:
    """What ``rules`` of one kind of target and one role come to at the place whose ``grounds`` are given."""
    standings: list[Standing] = []
    reached: list[int] = []
    for rule in rules:
        ground = _ground(rule, grounds) if valid(rule, on) else None
        if ground is None:
            continue
        if ground.certain:
            reached.append(ground.rank)
        verdicts = [(one, criteria.met(one, facts)) for one in rule.criteria]
        if all(verdict is not False for _, verdict in verdicts):
            open_ = [one for one, verdict in verdicts if verdict is None]
            if not ground.certain:
                open_.append(Criterion(type="street", street=ground.link.code))
            standings.append(Standing(rule, ground, tuple(open_)))
    nearest = min(reached, default=None)
    standings.sort(key=attrgetter("precedence", "rule.id"))
    return _weigh(standings, nearest)


def _weigh(standings: list[Standing], nearest: int | None) -> Decision:
    settled: list[Standing] = []
    possible: list[Standing] = []
    beaten: list[Standing] = []
    for one in standings:
        beyond = nearest is not None and one.ground.rank > nearest
        if beyond or (settled and one.precedence > settled[0].precedence):
            beaten.append(one)
        else:
            (possible if one.open_ else settled).append(one)
    gap = nearest is not None and not settled and not any(one.ground.certain for one in possible)
    return Decision(tuple(settled), tuple(possible), tuple(beaten), gap)


def _ground(rule: Responsibility, grounds: Mapping[str, Ground]) -> Ground | None:
    """Where the rule holds for the place: the nearest of its areas; ``None`` if nowhere, or if it is excluded."""
    if any(code in grounds and grounds[code].certain for code in rule.excluded_areas):
        return None
    found = [grounds[code] for code in rule.areas or (COUNTRY,) if code in grounds]
    return min(found, key=lambda ground: (not ground.certain, ground.rank), default=None)


class Candidate(NamedTuple):
    """An authority under the rule that names it."""

    authority: Authority
    standing: Standing


class Result(NamedTuple):
    """An answer before it is put in words.

    ``children`` are the services among which the question is, ``places`` the codes of the areas in the place;
    ``reason`` is why the service is not offered.
    """

    status: Status
    candidates: tuple[Candidate, ...] = ()
    decision: Decision = Decision()
    tier: Tier | None = None
    question: Criterion | None = None
    children: tuple[ServiceName, ...] = ()
    places: tuple[str, ...] = ()
    cause: Cause | None = None
    reason: str | None = None


def resolve(
    case: Case,
    tiers: Sequence[Tier],
    gazetteer: Gazetteer,
    offices: Offices,
    children: Sequence[Tier] = (),
) -> Result:
    """The answer for a case: by the first of ``tiers`` that says anything about the place.

    Where none does, but rules of services that detail this one (``children``) do, which of them is meant is the
    question.
    """
    grounds = gazetteer.ground(case.place.code, case.on, case.facts.street)
    for tier in tiers:
        decision = decide(_for_authorities(tier.rules, case.role), grounds, case.on, case.facts)
        if not decision.empty:
            return _result(case, decision, tier, gazetteer, offices)
    asked = [
        one.service
        for one in children
        if not decide(_for_authorities(one.rules, case.role), grounds, case.on, case.facts).empty
    ]
    if asked:
        return Result("question", children=tuple(asked))
    return Result("none", cause="no_rule")


def _for_authorities(rules: Iterable[Responsibility], role: Role) -> list[Responsibility]:
    return [one for one in rules if one.role == role and (one.authority or one.executor)]


def _result(case: Case, decision: Decision, tier: Tier, gazetteer: Gazetteer, offices: Offices) -> Result:
    settled = _candidates(case, decision.settled, gazetteer, offices)
    possible = _candidates(case, decision.possible, gazetteer, offices)
    candidates = _distinct([*settled, *possible])
    if not candidates:
        places = _places(case, decision, gazetteer)
        if places:
            return Result("question", decision=decision, tier=tier, places=places)
        return Result("none", decision=decision, tier=tier, cause="criterion" if decision.gap else "target")
    if _open(settled, possible):
        question = next(one for candidate in possible for one in candidate.standing.open_)
        return Result("question", _ordered(candidates, case.place), decision, tier, question)
    bodies = {body_key(one.authority, offices) for one in candidates}
    status: Status = "answered" if len(bodies) == 1 else "ambiguous"
    return Result(status, _ordered(candidates, case.place), decision, tier)


def _places(case: Case, decision: Decision, gazetteer: Gazetteer) -> tuple[str, ...]:
    """The areas in the place, if its rules are for administrations below it: which of them is meant decides."""
    levels = (one.rule.executor for one in (*decision.settled, *decision.possible))
    below = any(level and gazetteer.executing(case.place.code, level) is None for level in levels)
    return gazetteer.parts(case.place.code, case.on) if below else ()


def _open(settled: list[Candidate], possible: list[Candidate]) -> bool:
    """Whether it matters which of the possible rules holds. One lone condition in words is shown, not asked."""
    if not possible:
        return False
    if settled:
        return {one.authority.id for one in possible} != {one.authority.id for one in settled}
    alone = len({one.standing.rule.id for one in possible}) == 1
    return not (alone and all(one.type == "text" for one in possible[0].standing.open_))


def _candidates(case: Case, standings: Iterable[Standing], gazetteer: Gazetteer, offices: Offices) -> list[Candidate]:
    return [Candidate(one, standing) for standing in standings for one in _targets(case, standing, gazetteer, offices)]


def _targets(case: Case, standing: Standing, gazetteer: Gazetteer, offices: Offices) -> Sequence[Authority]:
    rule = standing.rule
    if rule.executor:
        body = gazetteer.executing(case.place.code, rule.executor)
        found: Sequence[Authority | None] = offices.of(body, rule.category) if body else ()
    else:
        found = [offices.get(rule.authority or "")]
    return [one for one in found if one and valid(one, case.on)]


def _distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    for one in candidates:
        found.setdefault(one.authority.id, one)
    return list(found.values())


def _ordered(candidates: Iterable[Candidate], place: Place) -> tuple[Candidate, ...]:
    """By rank of the rule, then the nearest, then main offices before sites, then as the body orders them."""
    return tuple(
        sorted(
            candidates,
            key=lambda one: (
                one.standing.precedence,
                _distance(one.authority, place),
                one.authority.site,
                one.authority.position or 0,
                one.authority.id,
            ),
        )
    )


def _distance(office: Authority, place: Place) -> int:
    """How far an office is from a place as far as its addresses tell: there by name, by postal code, or elsewhere."""
    there = [one for one in office.addresses if one.type == "visit"]
    names = {fold(name) for one in there for name in (one.locality, one.city) if name}
    if names & {fold(name) for name in (place.name, *place.aliases)}:
        return 0
    return 1 if {one.postal_code for one in there} & {*place.postal_codes} else 2


def body_key(authority: Authority, offices: Offices) -> tuple[str, ...]:
    """What offices of one body share: of municipalities and districts the area, of the Land and the country the tree.

    A municipality or district is one body whatever its tree looks like; ministries and agencies are many.
    """
    area = authority.area
    if area and area != COUNTRY and len(area) > 2:
        return (area,)
    return (area or "", offices.root(authority))


def targets(
    rules: Iterable[Responsibility], kind: Literal["online_service", "form"], grounds: Mapping[str, Ground], on: dt.date
) -> list[str]:
    """The ids of the online services or forms that the rules offer at a place, the strongest first."""
    named = [one for one in rules if getattr(one, kind)]
    if not named:
        return []
    found: list[str] = []
    for role in ROLES:
        decision = decide([one for one in named if one.role == role], grounds, on)
        found.extend(getattr(one.rule, kind) for one in (*decision.settled, *decision.possible))
    return list(dict.fromkeys(found))
