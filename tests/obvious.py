"""Random states and a resolver for them that is slow, obvious, and shares nothing with the real one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from busdb.criteria import Facts, met
from busdb.records import Area, AreaMember, Authority, Responsibility

BEFORE, REFORM, AFTER = dt.date(2019, 12, 31), dt.date(2020, 1, 1), dt.date(2026, 11, 23)
PARENTS = {
    "15": "DE",
    "11": "DE",
    "15001": "15",
    "15081": "15",
    "15082": "15",
    "150810030030": "15081",
    "150815051": "15081",
    "150815051001": "150815051",
    "150815051002": "150815051",
    "150820001001": "15082",
    "d.ot": "150815051001",
    "d.alt": "15082",
}
KINDS = {"15": "state", "11": "city_state", "15001": "city", "15081": "district", "15082": "district"}
KINDS |= {"150815051": "association", "d.ot": "locality"}
CODES = ["DE", *PARENTS]
PLACES = ["11", "15001", "15081", "15", "150810030030", "150815051", "150815051001", "150815051002", "150820001001"]
PLACES += ["d.ot", "Alt"]
STREET = "Am Markt"


class State(NamedTuple):
    """A state of the world: its areas, its authorities, and the rules of a service and of the ones behind it."""

    areas: list[Area]
    authorities: list[Authority]
    tiers: list[list[Responsibility]]
    children: list[Responsibility]


class Asked(NamedTuple):
    """A question."""

    place: str
    on: dt.date
    facts: Facts


class Reference:
    """The slow and obvious resolver."""

    def __init__(self, state: State, asked: Asked) -> None:
        self.state, self.asked = state, asked
        self.place = asked.place if asked.place != "Alt" else "d.alt" if asked.on < REFORM else "150820001001"
        self.by_id = {one.id: one for one in state.authorities}
        self.levels = list(self._levels())

    def holds(self, thing: Any) -> bool:
        """Whether something is valid on the day."""
        return (thing.valid_from or dt.date.min) <= self.asked.on < (thing.valid_to or dt.date.max)

    def way(self) -> Iterator[str]:
        """From the place to the country."""
        code: str | None = self.place
        while code:
            yield code
            code = PARENTS.get(code)

    def on_street(self, member: AreaMember) -> bool | None:
        """Whether the address lies on a part of the street; ``None`` where nobody knows."""
        address = self.asked.facts.street
        if address is None or (address == STREET and (member.first or member.parity)):
            return None
        if not address.startswith(STREET):
            return False
        house = int(address.removeprefix(STREET) or 0)
        return house >= int(member.first or 0) and member.parity in {None, "odd" if house % 2 else "even"}

    def _levels(self) -> Iterator[dict[str, bool]]:
        """The areas around the address, from the nearest outwards: those equally near, and whether it is certain."""
        custom = [area for area in self.state.areas if area.kind == "custom" and self.holds(area)]
        for code in self.way():
            whole = [area.id for area in custom if AreaMember(area=code) in area.members]
            parts = [
                (area.id, self.on_street(member))
                for area in custom
                for member in area.members
                if member.street and member.area == code
            ]
            yield {id_: any(there for one, there in parts if one == id_) for id_, there in parts if there is not False}
            yield {code: True}
            yield dict.fromkeys(whole, True)

    def nearness(self, rule: Responsibility) -> tuple[bool, int] | None:
        """How near a rule is and whether that is certain; ``None`` if it does not hold at the place."""
        certain: dict[str, int] = {}
        doubtful: dict[str, int] = {}
        for distance, level in enumerate(self.levels):
            for code, sure in level.items():
                (certain if sure else doubtful).setdefault(code, distance)
        if not self.holds(rule) or set(rule.excluded_areas) & set(certain):
            return None
        for sure, known in ((True, certain), (False, doubtful)):
            distances = [known[code] for code in rule.areas or ("DE",) if code in known]
            if distances:
                return sure, min(distances)
        return None

    def body(self, executor: str) -> str | None:
        """Whose administration acts at a level."""
        kinds = {
            "local": ["association", "municipality", "city", "city_state"],
            "municipality": ["municipality", "city", "city_state"],
            "district": ["district", "city", "city_state"],
            "state": ["state", "city_state"],
        }
        way = [(code, KINDS.get(code, "country" if code == "DE" else "municipality")) for code in self.way()]
        if executor == "local":
            return next((code for kind in kinds["local"] for code, its in way if its == kind), None)
        return next((code for code, its in way if its in kinds.get(executor, ["country"])), None)

    def offices(self, rule: Responsibility) -> list[Authority]:
        """The authorities that a rule names."""
        if rule.authority:
            found = [self.by_id[rule.authority]] if rule.authority in self.by_id else []
        else:
            body = self.body(rule.executor or "")
            there = [one for one in self.state.authorities if one.area == body] if body else []
            found = [one for one in there if rule.category and rule.category in one.categories]
            found = found or [one for one in there if one.parent is None]
        return [one for one in found if self.holds(one)]

    def answer(self) -> tuple[Any, ...]:
        """Status, authorities, cause and question."""
        for rules in self.state.tiers:
            held = [
                (one, near) for one in rules if one.role == "competent" and (near := self.nearness(one)) is not None
            ]
            found = self.weigh(held)
            if found:
                return found
        if any(one.role == "competent" and self.speaks(one) for one in self.state.children):
            return "question", set(), None, "service"
        return "none", set(), "no_rule", None

    def speaks(self, rule: Responsibility) -> bool:
        """Whether a lone rule says anything about the place: it may hold, or is out only by its criteria."""
        near = self.nearness(rule)
        return near is not None and (near[0] or self.verdict(rule) is not False)

    def verdict(self, rule: Responsibility) -> bool | None:
        """Whether the criteria of a rule are met; ``None`` if that is open."""
        verdicts = [met(one, self.asked.facts) for one in rule.criteria]
        return False if False in verdicts else None if None in verdicts else True

    def weigh(self, held: list[tuple[Responsibility, tuple[bool, int]]]) -> tuple[Any, ...] | None:
        """The answer of rules that reach the place; ``None`` if there is none."""
        border = min((distance for _, (sure, distance) in held if sure), default=10**6)
        running = sorted(
            (distance, one.executor is not None, -one.priority, sure, one.id, one)
            for one, (sure, distance) in held
            if distance <= border and self.verdict(one) is not False
        )
        certain = [entry for entry in running if entry[3] and self.verdict(entry[5])]
        running = [entry for entry in running if not certain or entry[:3] <= certain[0][:3]]
        if not running:
            return ("none", set(), "criterion", None) if border < 10**6 else None
        settled = [one for entry in running if entry in certain for one in self.offices(entry[5])]
        open_ = [entry[5] for entry in running if entry not in certain]
        possible = [one for rule in open_ for one in self.offices(rule)]
        everybody = {one.id for one in (*settled, *possible)}
        if not everybody:
            ruled_out = border < 10**6 and not any(sure for *_, sure, _, _ in running)
            return self.nobody([entry[5] for entry in running], "criterion" if ruled_out else "target")
        if self.undecided(settled, possible, [rule for rule in open_ if self.offices(rule)]):
            first = next(rule for rule in open_ if self.offices(rule))
            return "question", everybody, None, self.doubt(first)
        bodies = {self.body_of(self.by_id[id_]) for id_ in everybody}
        return "answered" if len(bodies) == 1 else "ambiguous", everybody, None, None

    def nobody(self, rules: Sequence[Responsibility], cause: str) -> tuple[Any, ...]:
        """The answer where no rule leads to anybody: which place in this one, or why nobody."""
        below = any(one.executor and self.body(one.executor) is None for one in rules)
        if below and self.place in {"15", "15081", "150815051"}:
            return "question", set(), None, "place"
        return "none", set(), cause, None

    def undecided(self, settled: list[Authority], possible: list[Authority], rules: Sequence[Responsibility]) -> bool:
        """Whether an open criterion decides who acts; one lone condition in words is only shown."""
        if settled or not possible:
            return bool(possible) and {one.id for one in settled} != {one.id for one in possible}
        certain = all((near := self.nearness(rule)) and near[0] for rule in rules)
        words = all(one.type == "text" for one in rules[0].criteria if met(one, self.asked.facts) is None)
        return not (len(rules) == 1 and certain and words)

    def doubt(self, rule: Responsibility) -> str:
        """What is asked about a rule."""
        open_ = [one.type for one in rule.criteria if met(one, self.asked.facts) is None]
        return (open_ or ["street"])[0]

    def body_of(self, authority: Authority) -> str:
        """The body of an authority: its municipality or district; of higher levels its topmost authority."""
        area = authority.area or ""
        return authority.parent or authority.id if area in {"DE", "15", "11"} else area
