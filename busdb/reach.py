"""Rules that only our own finder can follow, as plain assignments of an authority to areas.

Readers of exchanged data climb from the municipality over district and Land to the country and take the first
assignment that they meet. Level rules, exclusions, associations, custom areas and localities are therefore worked out
place by place, as the finder would answer there, and put together again to the fewest areas.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from msgspec.structs import replace

from busdb.areas import MUNICIPALITIES, Gazetteer, Ground
from busdb.records import COUNTRY, Criterion, Offer, Responsibility
from busdb.responsibility import Offices, Standing, decide
from busdb.validity import valid

_PLAIN = frozenset({"country", "state", "district"}) | MUNICIPALITIES
_LONGEST = 200


class _Won(NamedTuple):
    """Where a rule holds: its places by authority (level rules) or under ``None``, and the parts of places."""

    places: dict[str | None, set[str]]
    parts: dict[str, None]


class Reach:
    """What the rules of services come to, place by place, on a day."""

    def __init__(self, gazetteer: Gazetteer, on: dt.date, offices: Offices) -> None:
        self._gazetteer = gazetteer
        self._on = on
        self._offices = offices
        self._places = [code for code in gazetteer.codes() if self._is_place(code)]
        self._under: dict[str, set[str]] = defaultdict(set)
        for code in self._places:
            for length in (2, 5):
                self._under[code[:length]].add(code)
        self._grounds: dict[str, Mapping[str, Ground]] = {}
        self._closed: set[str] = set()
        self._explicit: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._derived: dict[str, list[tuple[Responsibility, tuple[str, ...]]]] = defaultdict(list)
        self._patterns: dict[tuple[object, ...], list[Responsibility]] = {}
        self._by_authority: dict[str, list[tuple[list[Responsibility], tuple[str, ...]]]] = defaultdict(list)

    def _is_place(self, code: str) -> bool:
        area = self._gazetteer.get(code)
        return area is not None and area.kind in MUNICIPALITIES and valid(area, self._on)

    def plain(self, code: str) -> bool:
        """Whether readers know an area by climbing."""
        area = self._gazetteer.get(code)
        return code == COUNTRY or (len(code) in {2, 5, 12} if area is None else area.kind in _PLAIN)

    def foreign(self) -> dict[str, tuple[str, ...]]:
        """The areas to which readers cannot climb, each with those that stand for it."""
        codes = [code for code in self._gazetteer.codes() if not self.plain(code)]
        return {code: found for code in codes if (found := self.fewest(self._inside(code)))}

    def _inside(self, code: str) -> set[str]:
        """The municipalities of an area, or the one that it is a part of."""
        area = self._gazetteer.get(code)
        if area is None:
            return set()
        members = {member.area for member in area.members}
        inside = {place for place in self._places if place == code or (code.isdigit() and place.startswith(code))}
        inside |= {place for place in self._places if any(self._holds(member, place) for member in members)}
        if not inside:
            inside = {link.code for link in self._gazetteer.chain(code) if link.code in self._under[link.code[:2]]}
        return inside

    @staticmethod
    def _holds(area: str, place: str) -> bool:
        return area == place or (area.isdigit() and place.startswith(area))

    def fewest(self, places: set[str], *, everywhere: bool = False) -> tuple[str, ...]:
        """The fewest areas that hold just these places; the country only where a rule holds ``everywhere``."""
        if everywhere and places and len(places) == len(self._places):
            return (COUNTRY,)
        found: set[str] = set()
        for length in (2, 5):
            for code in {place[:length] for place in places}:
                if self._under[code] <= places:
                    found.add(code)
                    places = places - self._under[code]
        return tuple(sorted(found | places))

    def add(self, rules: Iterable[Responsibility], offers: Sequence[Offer] = ()) -> None:
        """Take in all rules of one service, one of which at least is not plain, or which is not offered everywhere."""
        self._closed = {place for place in self._places if offers and self._refused(place, offers)}
        groups: dict[tuple[str, str], list[Responsibility]] = defaultdict(list)
        for rule in rules:
            if valid(rule, self._on):
                groups[rule.role, _target(rule)].append(rule)
        for group in groups.values():
            lone = group[0] if len(group) == 1 else None
            if lone is not None and lone.executor and not self._closed:
                pattern = (lone.executor, lone.category, lone.areas, lone.excluded_areas, lone.criteria)
                if pattern not in self._patterns:
                    self._patterns[pattern] = []
                    self._share(lone, self._patterns[pattern])
                self._patterns[pattern].append(lone)
            else:
                self._weigh(group)

    def _refused(self, place: str, offers: Sequence[Offer]) -> bool:
        """Whether the nearest word about a place is that the service is not offered there."""
        grounds = self._ground(place)
        there = [one for one in offers if one.area in grounds]
        nearest = min(there, key=lambda one: grounds[one.area].rank, default=None)
        return nearest is not None and nearest.status == "not_offered"

    def _share(self, rule: Responsibility, same: list[Responsibility]) -> None:
        """Work out a level rule without rivals once for all that are alike."""
        won = self._won([rule])[rule.id]
        for authority, places in won.places.items():
            if authority is not None:
                self._by_authority[authority].append((same, self._areas(rule, places)))

    def _weigh(self, group: Sequence[Responsibility]) -> None:
        won = self._won(group)
        for rule in group:
            mine = won.get(rule.id, _Won({}, {}))
            if rule.executor:
                for authority, places in mine.places.items():
                    if authority is not None:
                        self._derived[authority].append((rule, self._areas(rule, places)))
            else:
                self._explicit[rule.id] = self._explicitly(rule, mine)

    def _explicitly(self, rule: Responsibility, mine: _Won) -> tuple[tuple[str, ...], tuple[str, ...]]:
        places = set(mine.places.get(None, set()))
        parts = dict(mine.parts)
        unknown = [code for code in rule.areas if code.isdigit() and self._gazetteer.get(code) is None]
        for code in rule.areas:
            area = self._gazetteer.get(code)
            if area is not None and area.kind == "locality":
                places |= self._inside(code)
                parts[code] = None
        areas = (*self._areas(rule, places), *unknown)
        return areas, tuple(parts)

    def _areas(self, rule: Responsibility, places: set[str]) -> tuple[str, ...]:
        return self.fewest(places, everywhere=not rule.areas or COUNTRY in rule.areas)

    def _won(self, group: Sequence[Responsibility]) -> dict[str, _Won]:
        found: dict[str, _Won] = {rule.id: _Won({}, {}) for rule in group}
        for place in self._places:
            if place in self._closed:
                continue
            decision = decide(group, self._ground(place), self._on)
            for standing in (*decision.settled, *decision.possible):
                won = found[standing.rule.id]
                if not standing.ground.certain:
                    won.parts[standing.ground.link.code] = None
                for authority in self._authorities(standing, place):
                    won.places.setdefault(authority, set()).add(place)
        return found

    def _ground(self, place: str) -> Mapping[str, Ground]:
        if place not in self._grounds:
            self._grounds[place] = self._gazetteer.ground(place, self._on)
        return self._grounds[place]

    def _authorities(self, standing: Standing, place: str) -> Sequence[str | None]:
        rule = standing.rule
        if not rule.executor:
            return (None,)
        body = self._gazetteer.executing(place, rule.executor)
        found = self._offices.of(body, rule.category) if body else ()
        return [one.id for one in found if valid(one, self._on)]

    def explicit(self, rule: Responsibility) -> Responsibility | None:
        """An explicit rule with plain areas; ``None`` where stronger ones hold everywhere."""
        if rule.id not in self._explicit:
            return rule
        areas, parts = self._explicit[rule.id]
        if not areas:
            return None
        said = tuple(Criterion(type="text", text=self._name(code)) for code in parts)
        return replace(rule, areas=areas, excluded_areas=(), criteria=(*rule.criteria, *said))

    def _name(self, code: str) -> str:
        area = self._gazetteer.get(code)
        return area.name if area else code

    def differing(self, other: Reach) -> tuple[set[str], set[str]]:
        """The authorities to which level rules come otherwise than in another state, and rules whose areas differ."""
        pairs = ((self._by_authority, other._by_authority), (self._derived, other._derived))
        authorities = {id_ for mine, theirs in pairs for id_ in {*mine, *theirs} if mine.get(id_) != theirs.get(id_)}
        rules = {
            id_ for id_ in {*self._explicit, *other._explicit} if self._explicit.get(id_) != other._explicit.get(id_)
        }
        return authorities, rules

    def of(self, authority: str) -> Iterator[tuple[str, Responsibility]]:
        """What level rules come to for an authority, as explicit assignments, each with the id of its level rule."""
        shared = ((rule, areas) for same, areas in self._by_authority.get(authority, ()) for rule in same)
        for rule, areas in (*shared, *self._derived.get(authority, ())):
            id_ = f"{rule.id}-{authority}"
            if len(id_) > _LONGEST:
                id_ = f"{rule.id[:120]}-{sha256(id_.encode()).hexdigest()[:16]}"
            plain = replace(rule, id=id_, authority=authority, executor=None, category=None, areas=areas)
            yield rule.id, replace(plain, excluded_areas=(), extensions=())


def _target(rule: Responsibility) -> str:
    return "online_service" if rule.online_service else "form" if rule.form else "authority"
