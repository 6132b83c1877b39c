"""The links of all records, and what they led to: asked again when they are due, remembered by address.

A link that works is due after some days, one that failed on the next day; a run that was broken off goes on where it
was, since each answer is kept as it comes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, insert, select

from busdb.checks.links import LINKED
from busdb.hyperlinks import addresses
from busdb.linkcheck import Answer
from busdb.mapping import read
from busdb.models.quality import link
from busdb.publication import View
from busdb.records import Service
from busdb.validity import today

AGAIN = dt.timedelta(hours=20)
"""After this long a link that failed may be asked again: on the next day, whatever the hour of cron."""


class Stock(View, frozen=True, kw_only=True):
    """The links that there are, and those of them that are due, the longest unasked first."""

    links: int
    due: tuple[str, ...]


class Outcome(View, frozen=True, kw_only=True):
    """What a run found: links that work, have moved for good, failed, and say nothing; ``left`` were not asked."""

    links: int
    asked: int
    working: int
    moved: int
    failed: int
    passed: int
    left: int


def stock(connection: Connection, now: dt.datetime, days: int, sources: Sequence[str] | None = None) -> Stock:
    """The links of what is published, of some sources or all."""
    on = today(now)
    urls: set[str] = set()
    for kind in LINKED:
        for stored in read(connection, kind.kind_name):
            record = stored.record
            end = getattr(record, "valid_to", None)
            hidden = isinstance(record, Service) and record.publication_state != "published"
            mine = sources is None or record.ref.source in sources
            if mine and not hidden and (end is None or on < end):
                urls.update(url.partition("#")[0] for _, url in addresses(record))
    last: dict[str, dt.datetime] = {}
    for url, checked, failures in connection.execute(select(link.c.url, link.c.checked_at, link.c.failures)):
        if url in urls:
            last[url] = checked
            if now - checked < (AGAIN if failures else dt.timedelta(days=days)):
                urls.discard(url)
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    due = sorted(urls, key=lambda url: (last.get(url, never), url))
    return Stock(links=len(urls | last.keys()), due=tuple(due))


def keep(connection: Connection, answers: Iterable[Answer], now: dt.datetime) -> None:
    """Remember answers. A failure counts once a day, a link that works begins anew, one not judged stays as it was."""
    on = today(now)
    given = {answer.url: answer for answer in answers}
    known = {row.url: row for row in connection.execute(select(link).where(link.c.url.in_(given)))}
    rows = []
    for url, answer in given.items():
        before = known.get(url)
        failures, failed_on = (before.failures, before.failed_on) if before else (0, None)
        error, moved = answer.error, answer.moved_to
        if answer.passed:
            error, moved = (before.error or error, before.moved_to) if before else (error, None)
        elif error is None:
            failures, failed_on = 0, None
        elif failed_on != on:
            failures, failed_on = failures + 1, on
        rows.append(
            {
                "url": url,
                "checked_at": now,
                "status": answer.status,
                "error": error,
                "moved_to": moved,
                "failures": failures,
                "failed_on": failed_on,
            }
        )
    if rows:
        connection.execute(delete(link).where(link.c.url.in_(given)))
        connection.execute(insert(link), rows)


def forget(connection: Connection, before: dt.datetime) -> int:
    """Forget links that nobody has asked for since a moment; how many."""
    return connection.execute(delete(link).where(link.c.checked_at < before)).rowcount
