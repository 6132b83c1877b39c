"""Findings over time: each recorded run keeps what there was, and since when, and counts by source, rule and day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from busdb import worklist
from busdb.checks import RULES
from busdb.models.quality import quality_count, quality_finding
from busdb.publication import View

DAYS = 60
"""How many recorded days a trend shows."""
KEPT = dt.timedelta(days=730)
"""For how long the counts of a day are kept."""
_AT_ONCE = 5000


class Recorded(View, frozen=True, kw_only=True):
    """What a recorded run found: all findings, and how many of them were new, or are gone, since the last one."""

    day: dt.date
    findings: int
    new: int
    gone: int


class Day(View, frozen=True, kw_only=True):
    """The findings of a recorded day."""

    day: dt.date
    muss: int
    soll: int


class Course(View, frozen=True, kw_only=True):
    """How many findings of a rule a source had on the first and the last recorded day of a trend."""

    source: str
    code: str
    severity: str
    first: int
    last: int


class Trend(View, frozen=True, kw_only=True):
    """The recorded days, the oldest first, and what became of each rule at each source."""

    days: tuple[Day, ...]
    rules: tuple[Course, ...]


def record(connection: Connection, found: Sequence[worklist.Task], day: dt.date) -> Recorded:
    """Keep all findings of a day; those that were there before keep their first day. A day counts as last recorded."""
    before = worklist.since(connection)
    rows = [
        {"source": one.source, "code": one.code, "kind": one.kind, "id": one.id, "path": one.field or ""}
        for one in found
    ]
    kept = [{**row, "since": before.get(tuple(row.values()), day)} for row in rows]
    connection.execute(delete(quality_finding))
    for start in range(0, len(kept), _AT_ONCE):
        connection.execute(insert(quality_finding), kept[start : start + _AT_ONCE])
    too_old = quality_count.c.day < day - KEPT
    connection.execute(delete(quality_count).where((quality_count.c.day == day) | too_old))
    counts: dict[tuple[str, str], int] = {("", ""): len(found)}
    for one in found:
        counts[one.source, one.code] = counts.get((one.source, one.code), 0) + 1
    values = [{"day": day, "source": source, "code": code, "count": count} for (source, code), count in counts.items()]
    connection.execute(insert(quality_count), values)
    now = {tuple(row.values()) for row in rows}
    return Recorded(day=day, findings=len(found), new=len(now - before.keys()), gone=len(before.keys() - now))


def recorded(connection: Connection) -> dt.date | None:
    """The first day that was recorded; ``None`` before any."""
    days = select(quality_count.c.day).where(quality_count.c.code == "").order_by(quality_count.c.day)
    return connection.scalar(days.limit(1))


def trend(connection: Connection, sources: Sequence[str] | None = None, days: int = DAYS) -> Trend:
    """The last recorded days, of some sources or all."""
    marks = select(quality_count.c.day).where(quality_count.c.code == "").order_by(quality_count.c.day.desc())
    known = sorted(connection.scalars(marks.limit(days)))
    if not known:
        return Trend(days=(), rules=())
    statement = select(quality_count).where(quality_count.c.day >= known[0], quality_count.c.code != "")
    if sources is not None:
        statement = statement.where(quality_count.c.source.in_(sources))
    sums = {day: {"muss": 0, "soll": 0} for day in known}
    lines: dict[tuple[str, str], dict[dt.date, int]] = {}
    for day, source, code, count in connection.execute(statement):
        if day in sums:
            sums[day][_severity(code)] += count
            lines.setdefault((source, code), {})[day] = count
    return Trend(
        days=tuple(Day(day=day, **counts) for day, counts in sums.items()),
        rules=tuple(
            Course(
                source=source,
                code=code,
                severity=_severity(code),
                first=counts.get(known[0], 0),
                last=counts.get(known[-1], 0),
            )
            for (source, code), counts in sorted(lines.items())
        ),
    )


def _severity(code: str) -> str:
    """How bad findings of a rule are; those of one that there is no more were no worse than ``soll``."""
    return RULES[code].severity if code in RULES else "soll"
