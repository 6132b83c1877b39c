"""Which questions have an answer: every service in every municipality, and how the question of responsibility ends."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal

from sqlalchemy import Connection

from busdb import lands, queries
from busdb.areas import MUNICIPALITIES, Gazetteer
from busdb.families import kinship
from busdb.mapping import read
from busdb.offices import Directory
from busdb.publication import Place, PlaceName, ServiceName, View
from busdb.records import COUNTRY, Authority, Executor, Offer, Responsibility, Service
from busdb.responsibility import Case, Result, Tier, resolve
from busdb.validity import valid

State = Literal["answered", "choice", "question", "ambiguous", "advice", "not_offered", "missing", "not_here"]
STATES: tuple[State, ...] = (
    "answered",
    "choice",
    "question",
    "ambiguous",
    "advice",
    "not_offered",
    "missing",
    "not_here",
)


_NEEDED = frozenset({"areas", "federal_types"})
"""The lists of a service that decide where it applies and who is expected to act."""


class Row(View, frozen=True, kw_only=True):
    """One service: its state in each municipality of the table, in their order.

    ``unexpected`` counts the municipalities where another level acts than the federal type of the service lets expect.
    """

    service: ServiceName
    states: tuple[State, ...]
    unexpected: int


class Coverage(View, frozen=True, kw_only=True):
    """The table of services and municipalities with its sums.

    States: ``answered`` by one office; ``choice`` among offices of one body; ``question``, a fact decides;
    ``ambiguous``, bodies contradict each other; ``advice``, nobody but another role; ``not_offered`` with a reason;
    ``missing``, nothing is known; ``not_here``, the service does not apply there. ``services`` counts all services,
    of which ``rows`` may be a part.
    """

    on: dt.date
    places: tuple[PlaceName, ...]
    services: int
    rows: tuple[Row, ...]
    totals: dict[str, int]


def coverage(
    connection: Connection,
    gazetteer: Gazetteer,
    on: dt.date,
    within: Place | None = None,
    only: str | None = None,
    language: str = "de",
    part: slice = slice(None),
) -> Coverage:
    """The coverage of all published services, or of one, in all municipalities, or those within an area.

    ``part`` takes some of the services in the order of their ids.
    """
    places = list(places_of(gazetteer, on, within))
    table = Table(connection, gazetteer, on, language)
    wanted = [record for record in table.services if only in {None, record.id}]
    rows = tuple(table.row(record, places) for record in wanted[part])
    totals = Counter(state for row in rows for state in row.states)
    return Coverage(
        on=on,
        places=tuple(PlaceName(ars=place.ars, name=place.name, kind=place.kind) for place in places),
        services=len(wanted),
        rows=rows,
        totals={state: totals[state] for state in STATES},
    )


def lines(found: Coverage) -> Iterator[str]:
    """The table as CSV, a line for each cell, for the spreadsheets of German offices: semicolons and a byte order mark.

    Text that a spreadsheet would take for a formula is led by an apostrophe.
    """
    yield "\ufeffservice;name;ars;place;state\r\n"
    for row in found.rows:
        for place, state in zip(found.places, row.states, strict=True):
            cells = (row.service.id, row.service.name, place.ars or "", place.name, state)
            yield ";".join(_cell(cell) for cell in cells) + "\r\n"


def _cell(text: str) -> str:
    safe = f"'{text}" if text[:1] in "=+-@\t" and text else text
    return '"{}"'.format(safe.replace('"', '""')) if set(safe) & set(';"\r\n') else safe


def places_of(gazetteer: Gazetteer, on: dt.date, within: Place | None) -> Iterator[Place]:
    """The municipalities of a day, all or those within an area, in the order of their codes."""
    for code in sorted(gazetteer.codes()):
        area = gazetteer.get(code)
        if area is None or area.kind not in MUNICIPALITIES or not valid(area, on):
            continue
        if within is None or within.code in {link.code for link in gazetteer.chain(code)}:
            yield gazetteer.place(code)


class _Near:
    """Tiers whose rules are found by the areas that they name: at most places, most rules of a service say nothing."""

    def __init__(self, tiers: Sequence[Tier]) -> None:
        self._tiers = tiers
        self._named: list[dict[str, list[Responsibility]]] = []
        for tier in tiers:
            by_code: dict[str, list[Responsibility]] = defaultdict(list)
            for rule in tier.rules:
                for code in rule.areas or (COUNTRY,):
                    by_code[code].append(rule)
            self._named.append(by_code)

    def at(self, codes: Sequence[str]) -> list[Tier]:
        """The tiers with the rules that can hold in the scope of a place; empty ones stay."""
        return [
            tier._replace(rules=[*{rule.id: rule for code in codes for rule in by_code.get(code, ())}.values()])
            for tier, by_code in zip(self._tiers, self._named, strict=True)
        ]


class Table:
    """All that the cells need, read once: services without their contents, rules, offices, offers of the day."""

    def __init__(self, connection: Connection, gazetteer: Gazetteer, on: dt.date, language: str) -> None:
        self._gazetteer = gazetteer
        self._on = on
        self._language = language
        conditions = queries.published(None, on)
        found = [one.record for one in read(connection, "service", *conditions, lists=_NEEDED)]
        self.services = sorted((one for one in found if isinstance(one, Service)), key=lambda one: one.id)
        self.kinship = kinship(connection, conditions, None)
        self.rules: dict[str, list[Responsibility]] = defaultdict(list)
        for one in read(connection, "responsibility"):
            if isinstance(one.record, Responsibility):
                self.rules[one.record.service].append(one.record)
        self._offers: dict[str, list[Offer]] = defaultdict(list)
        for one in read(connection, "offer"):
            if isinstance(one.record, Offer) and valid(one.record, on):
                self._offers[one.record.service].append(one.record)
        offices = (one.record for one in read(connection, "authority"))
        self.offices = Directory((one for one in offices if isinstance(one, Authority)), language)
        self._names = queries.service_names(connection, None, language)

    def row(self, record: Service, places: Sequence[Place]) -> Row:
        """The states of one service in each place."""
        cells = self.cells(record, places)
        name = ServiceName(id=record.id, name=self._names.get(record.id, record.id))
        return Row(
            service=name,
            states=tuple(state for state, _ in cells),
            unexpected=sum(unexpected for _, unexpected in cells),
        )

    def cells(self, record: Service, places: Sequence[Place]) -> list[tuple[State, bool]]:
        """The state of one service in each place, and whether another level acts there than is expected."""
        kin = self.kinship.of(record.id)
        tiers = [
            Tier("own", ServiceName(id=id_, name=self._names.get(id_, id_)), self.rules[id_])
            for id_ in (record.id, *kin.family, *kin.lov)
            if id_ in self.rules
        ]
        children = [
            Tier("own", ServiceName(id=id_, name=id_), self.rules[id_]) for id_ in kin.children if id_ in self.rules
        ]
        near = _Near([*tiers, *children])
        found = []
        for place in places:
            named = near.at(self._gazetteer.scope(place.code))
            found.append(self._cell(record, named[: len(tiers)], named[len(tiers) :], place))
        return found

    def _cell(self, record: Service, tiers: list[Tier], children: list[Tier], place: Place) -> tuple[State, bool]:
        codes = [link.code for link in self._gazetteer.chain(place.code)]
        if record.areas and not set(record.areas) & set(codes):
            return "not_here", False
        offers = [one for one in self._offers.get(record.id, ()) if one.area in codes]
        nearest = min(offers, key=lambda one: codes.index(one.area), default=None)
        if nearest and nearest.status in {"not_offered", "covered_by"}:
            return "not_offered", False
        if not any(tier.rules for tier in (*tiers, *children)):
            return "missing", False
        case = Case(ServiceName(id=record.id, name=record.id), place, self._on, self._language)
        result = resolve(case, tiers, self._gazetteer, self.offices, children)
        return self._state(case, result, tiers), self._unexpected(record, place, result)

    def _state(self, case: Case, result: Result, tiers: list[Tier]) -> State:
        if result.status == "answered":
            return "choice" if len(result.candidates) > 1 else "answered"
        if result.status != "none":
            return result.status
        for role in ("contact", "assisting"):
            if resolve(case._replace(role=role), tiers[:1], self._gazetteer, self.offices).candidates:
                return "advice"
        return "missing"

    def _unexpected(self, record: Service, place: Place, result: Result) -> bool:
        levels: tuple[Executor, ...] = lands.expected(place.code[:2], record.federal_types)
        acting = {one.authority.area for one in result.candidates}
        if not levels or not acting or None in acting:
            return False
        return not acting <= {self._gazetteer.executing(place.code, level) for level in levels}
