"""Visits of pages by month (Regulation (EU) 2018/1724, Art. 24; Implementing Regulation (EU) 2020/1121, Art. 3).

A visit is counted by page, and apart from each other by kind of device, country, language and face. No counts of two
of these together exist, nothing is kept of the request, and no visitor is recognized again: these are views of pages.
Counting costs a request nothing (``busdb.later``).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, get_args
from urllib.parse import quote

from msgspec import Struct
from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from busdb import queries, validity
from busdb.later import Later
from busdb.models.services import service
from busdb.models.visits import visit
from busdb.settings import Settings

What = Literal["device", "country", "language", "face"]
Device = Literal["pc", "smartphone", "tablet"]
WHATS: tuple[What, ...] = get_args(What)
FEW = 5
"""Fewer visits with one device, country, language or face are not told apart: they could be somebody's."""
OTHER = "other"
UNKNOWN = "unknown"
IRRELEVANT = "0000000"
MOST = 20_000
"""How many different counts are collected; beyond them new ones are not."""
_MACHINE = re.compile(r"bot|crawl|spider|slurp|monitor|preview|facebookexternalhit|headless|lighthouse", re.IGNORECASE)
_TABLET = re.compile(r"iPad|Tablet|PlayBook|Silk/|Android(?!.*\bMobile\b)", re.IGNORECASE)
_PHONE = re.compile(r"Mobi|iPhone|iPod|Windows Phone", re.IGNORECASE)
_COUNTRY = re.compile(r"(?!XX|T1)[A-Z]{2}", re.ASCII)


def device(agent: str) -> Device | None:
    """The kind of device that a browser names; ``None`` for machines, which visit nothing."""
    if "Mozilla/" not in agent or _MACHINE.search(agent):
        return None
    return "tablet" if _TABLET.search(agent) else "smartphone" if _PHONE.search(agent) else "pc"


def country(text: str) -> str:
    """A country by ISO 3166-1 as a proxy tells it, else ``unknown``."""
    return text if _COUNTRY.fullmatch(text) else UNKNOWN


class Key(NamedTuple):
    """What is counted: visits of a page in a month with one value."""

    month: dt.date
    page: str
    what: What
    value: str


class Visits(Later[Mapping[Key, int]]):
    """Collects the visits of one process, where the settings want them counted."""

    name = "visits"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.counting = settings.statistics == "yes"
        self._collected: dict[Key, int] = {}

    def count(self, page: str, values: Mapping[What, str]) -> None:
        """Count a visit of a page, with a value for each of ``WHATS``."""
        if not self.counting:
            return
        month = validity.today(validity.now()).replace(day=1)
        with self.lock:
            self.wake()
            self.give_back({Key(month, page, what, value): 1 for what, value in values.items()})

    def take(self) -> Mapping[Key, int]:
        collected, self._collected = self._collected, {}
        return collected

    def give_back(self, notes: Mapping[Key, int]) -> None:
        for key, count in notes.items():
            if key in self._collected or len(self._collected) < MOST:
                self._collected[key] = self._collected.get(key, 0) + count

    def write(self, connection: Connection, notes: Mapping[Key, int]) -> None:
        if not notes:
            return
        insert = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(visit)
        added = {"count": visit.c["count"] + insert.excluded["count"]}
        statement = insert.on_conflict_do_update(index_elements=list(Key._fields), set_=added)
        # In one order, so that two processes cannot wait for each other
        connection.execute(statement, [{**key._asdict(), "count": count} for key, count in sorted(notes.items())])


class PageVisits(Struct, frozen=True, kw_only=True):
    """The visits of one page in a month; ``other`` holds what is too little to be told apart.

    ``sdg``: the page is of a service that belongs to the Single Digital Gateway.
    """

    page: str
    visits: int
    sdg: bool
    devices: dict[str, int]
    countries: dict[str, int]
    languages: dict[str, int]
    faces: dict[str, int]


def visited(connection: Connection, month: dt.date) -> list[PageVisits]:
    """The visits of a month by its first day, the most visited page first."""
    found: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    rows = connection.execute(select(visit).where(visit.c.month == month)).mappings()
    for row in rows:
        found[row["page"]][row["what"]][row["value"]] += row["count"]
    gateway = _gateway(connection) if found else frozenset()
    pages = [
        PageVisits(
            page=page,
            visits=sum(counts["device"].values()),
            sdg=page in gateway,
            devices=_told(counts["device"]),
            countries=_told(counts["country"]),
            languages=_told(counts["language"]),
            faces=_told(counts["face"]),
        )
        for page, counts in found.items()
    ]
    return sorted(pages, key=lambda one: (-one.visits, one.page))


def _told(counts: Counter[str]) -> dict[str, int]:
    """Counts by value, the largest first; small ones together, and with the next larger if that is still too few."""
    told, few = {}, 0
    for value, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        if count >= FEW:
            told[value] = count
        else:
            few += count
    if few and few < FEW and told:
        few += told.popitem()[1]
    return {**told, **({OTHER: few} if few else {})}


def _gateway(connection: Connection) -> frozenset[str]:
    """The pages of services with an area of information of the gateway."""
    rows: Iterable[tuple[int, list[str] | None]] = connection.execute(select(service.c.object, service.c.sdg_areas))
    numbers = {number for number, areas in rows if any(code != IRRELEVANT for code in areas or ())}
    return frozenset(f"/services/{quote(id_)}" for id_ in queries.service_names(connection, numbers, "de"))
