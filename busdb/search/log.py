"""The log of searches: which lines find nothing, and which find nothing that anybody opens. It knows no persons.

Lines are counted by day under a keyed digest. A line stands there as text only from its third sighting, so that what
a single person typed by mistake is never kept in clear. Noting costs a request nothing (``busdb.later``).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from msgspec import Struct
from sqlalchemy import Connection, Insert, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from busdb import validity
from busdb.later import Later
from busdb.models.search import search_key, search_line
from busdb.settings import Settings

LENGTH = 100
"""How many characters of a line are looked at."""
SHOWN_FROM = 3
"""How often a line must have been seen before its text is kept."""
MOST = 10_000
"""How many different lines are collected; beyond them new ones are not noted."""
_CHUNK = 500


class Counts(NamedTuple):
    """How often a line was searched, how often without a hit, and how often a hit was opened."""

    sightings: int = 0
    without_hits: int = 0
    clicks: int = 0

    def plus(self, other: Counts) -> Counts:
        """The sum of two."""
        return Counts(*map(sum, zip(self, other, strict=True)))


Collected = Mapping[tuple[dt.date, str], Counts]
"""Counts by day and folded line."""


class SearchLog(Later[Collected]):
    """Collects the lines of one process; they are kept for the days that the settings say, 0 for no log at all."""

    name = "search-log"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._days = settings.search_log
        self._collected: dict[tuple[dt.date, str], Counts] = {}

    def searched(self, line: str, hits: int) -> None:
        """Note a search and how many services it found."""
        self._note(line, Counts(sightings=1, without_hits=int(hits == 0)))

    def clicked(self, line: str) -> None:
        """Note that a service was opened which a line had found."""
        self._note(line, Counts(clicks=1))

    def _note(self, line: str, counts: Counts) -> None:
        folded = fold(line)
        with self.lock:
            self.wake()
            if folded and self._days:
                self.give_back({(validity.today(validity.now()), folded): counts})

    def take(self) -> Collected:
        collected, self._collected = self._collected, {}
        return collected

    def give_back(self, notes: Collected) -> None:
        for key, one in notes.items():
            if key in self._collected or len(self._collected) < MOST:
                self._collected[key] = self._collected.get(key, Counts()).plus(one)

    def write(self, connection: Connection, notes: Collected) -> None:
        _write(connection, notes)
        forget(connection, validity.today(validity.now()), self._days)


def fold(line: str) -> str:
    """A line as it is counted: what can be printed of it, in lower case, its blanks single, cut to a length."""
    lowered = unicodedata.normalize("NFKC", line[: 4 * LENGTH]).lower()
    printed = "".join(char if char.isprintable() else " " for char in lowered)
    return " ".join(printed.split())[:LENGTH].rstrip()


def _write(connection: Connection, collected: Collected) -> None:
    if not collected:
        return
    key = connection.scalars(select(search_key.c.key)).one()
    # In one order, so that two processes cannot wait for each other
    rows = sorted((_digest(key, line), day, line, counts) for (day, line), counts in collected.items())
    values = [{"digest": digest, "day": day, **counts._asdict()} for digest, day, _, counts in rows]
    connection.execute(_adding(connection), values)
    for start in range(0, len(rows), _CHUNK):
        some = rows[start : start + _CHUNK]
        seen = (
            select(search_line.c.digest)
            .where(search_line.c.digest.in_([digest for digest, *_ in some]))
            .group_by(search_line.c.digest)
            .having(func.sum(search_line.c.sightings) >= SHOWN_FROM)
        )
        often = frozenset(connection.scalars(seen))
        shown = [{"key": digest, "on": day, "text": line} for digest, day, line, _ in some if digest in often]
        if shown:
            same = (search_line.c.digest == bindparam("key"), search_line.c.day == bindparam("on"))
            connection.execute(update(search_line).where(*same).values(line=bindparam("text")), shown)


def _digest(key: bytes, line: str) -> str:
    return hmac.new(key, line.encode(), hashlib.sha256).hexdigest()


def _adding(connection: Connection) -> Insert:
    """The statement that adds counts to those of the same line and day."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(search_line)
    sums = {name: search_line.c[name] + statement.excluded[name] for name in Counts._fields}
    return statement.on_conflict_do_update(index_elements=["digest", "day"], set_=sums)


def forget(connection: Connection, today: dt.date, days: int) -> int:
    """Drop the lines that are older than so many days; how many."""
    return connection.execute(delete(search_line).where(search_line.c.day <= today - dt.timedelta(days))).rowcount


class Searched(Struct, frozen=True, kw_only=True):
    """What became of a line: searches without a hit, and those with hits of which none was opened."""

    line: str
    sightings: int
    without_hits: int
    without_click: int
    last_day: dt.date


def searched(
    connection: Connection, since: dt.date, without: Literal["hits", "clicks"] | None = None, limit: int = 50
) -> list[Searched]:
    """The lines that were searched since a day, the most frequent first; ``without``: only those that lack it."""
    columns = search_line.c
    statement = (
        select(
            func.max(columns.line),
            func.sum(columns.sightings),
            func.sum(columns.without_hits),
            func.sum(columns.clicks),
            func.max(columns.day),
        )
        .where(columns.day >= since)
        .group_by(columns.digest)
        .having(func.max(columns.line).is_not(None))
    )
    found = [_searched(*row) for row in connection.execute(statement)]
    return _chosen(found, without)[:limit]


def _searched(line: str, sightings: int, without_hits: int, clicks: int, last_day: dt.date) -> Searched:
    return Searched(
        line=line,
        sightings=sightings,
        without_hits=without_hits,
        without_click=max(sightings - without_hits - clicks, 0),
        last_day=last_day,
    )


def _chosen(found: Iterable[Searched], without: Literal["hits", "clicks"] | None) -> list[Searched]:
    def many(one: Searched) -> int:
        return {"hits": one.without_hits, "clicks": one.without_click}[without] if without else one.sightings

    return sorted((one for one in found if many(one)), key=lambda one: (-many(one), -one.sightings, one.line))
