"""Whether somebody is responsible for what municipalities, associations and districts execute, and only one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import ascii_lowercase, ascii_uppercase

from busdb import lands
from busdb.checks.base import Hit, rule
from busdb.checks.known import Known
from busdb.coverage import State
from busdb.criteria import Facts, met
from busdb.publication import Place
from busdb.records import Criterion, Responsibility, Service
from busdb.validity import valid

COMMUNAL = frozenset({"municipality", "local", "district"})
NAMED = 5
"""How many places a finding names."""


def communal(record: Service, land: str) -> bool:
    """Whether municipalities or districts of a Land execute a service, as far as its federal types tell."""
    levels = lands.expected(land, record.federal_types)
    return not levels or bool(COMMUNAL.intersection(levels))


@rule("Q01", "muss")
def nobody(known: Known) -> Iterator[Hit]:
    """A service that municipalities or districts execute, and places where no authority is responsible for it.

    Headings of the catalogue (LO) are no services that anybody asks for.
    """
    yield from _where(known, ("missing", "advice"))


@rule("Q02", "muss")
def several(known: Known) -> Iterator[Hit]:
    """A service, and places where different authorities are responsible with equal claim."""
    yield from _where(known, ("ambiguous",))


def _where(known: Known, wanted: tuple[State, ...]) -> Iterator[Hit]:
    """Services with the places in wanted states, by the source that is mandated for these places."""
    for record, states in known.states:
        if wanted != ("ambiguous",) and record.kind == "lo":
            continue
        found: dict[str | None, list[Place]] = {}
        for place, state in zip(known.places, states, strict=True):
            if state in wanted and (state == "ambiguous" or communal(record, place.code[:2])):
                found.setdefault(known.owner(place.code), []).append(place)
        for owner, places in found.items():
            yield Hit(None, _named(places, len(known.places)), record, owner)


def _named(places: Sequence[Place], all_: int) -> dict[str, str]:
    """The first of some places by name, and how many more there are."""
    if len(places) == all_ and all_ > NAMED:
        return {"places": "@quality.everywhere", "count": str(len(places))}
    names = ", ".join(place.name for place in places[:NAMED])
    more = len(places) - NAMED
    return {"places": "@quality.and_more" if more > 0 else names, "names": names, "more": str(more)}


@rule("Q13", "muss")
def gone(known: Known) -> Iterator[Hit]:
    """A valid responsibility whose authority does not exist, or not on the day."""
    for rules in known.table.rules.values():
        for one in rules:
            if one.authority and valid(one, known.on):
                yield from _gone(one, known)


def _gone(one: Responsibility, known: Known) -> Iterator[Hit]:
    target = known.table.offices.get(one.authority or "")
    if target is None:
        yield Hit("$.authority", {"authority": one.authority or "", "reason": "@quality.target_unknown"}, one)
    elif target.valid_to is not None and target.valid_to <= known.on:
        yield Hit("$.authority", {"authority": target.name, "reason": "@quality.target_ended"}, one)


@rule("Q14", "muss")
def gap(known: Known) -> Iterator[Hit]:
    """Responsibilities of one area by surname whose ranges leave letters over, so that nobody acts for some people."""
    for rules in known.table.rules.values():
        by_area: dict[tuple[str, ...], list[Responsibility]] = {}
        for one in rules:
            if one.role == "competent" and (one.authority or one.executor) and valid(one, known.on):
                by_area.setdefault(tuple(sorted(one.areas)), []).append(one)
        for some in by_area.values():
            by_name = all(len(one.criteria) == 1 and one.criteria[0].type == "surname" for one in some)
            if by_name and (letters := _left_over([one.criteria[0] for one in some])):
                yield Hit("$.criteria", {"letters": ", ".join(letters)}, min(some, key=lambda one: one.id))


def _left_over(ranges: Sequence[Criterion]) -> list[str]:
    """The letters with which names begin that lie in no range, be it only some of them."""
    return [
        first
        for first in ascii_uppercase
        if not all(any(met(one, Facts(surname=first + second)) for one in ranges) for second in ascii_lowercase)
    ]
