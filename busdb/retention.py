"""What is kept only for so long: former states, names of people, findings, reports and searched lines."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Iterator

from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Connection, Table, delete, func, select, update

from busdb import feedback, history, validity
from busdb.errors import RefusedError
from busdb.models.feedback import feedback as report
from busdb.models.operations import change, finding, run
from busdb.models.search import search_key
from busdb.search import log
from busdb.settings import Settings

LATELY = dt.timedelta(days=7)
QUIET = dt.timedelta(days=60)
"""For how long nothing may have happened before the last days; else the clock is doubted."""
ALIAS = "~"
"""What names in place of names begin with; no editor's can."""


class Outcome(Struct, frozen=True, kw_only=True):
    """How many of what are gone: ``states`` of the archive, ``names`` of people, ``contacts`` of readers, ..."""

    states: int
    names: int
    findings: int
    reports: int
    contacts: int
    lines: int


def tidy(connection: Connection, settings: Settings, now: dt.datetime, *, force: bool = False) -> Outcome:
    """Let go of everything that the settings keep no longer. Nobody may be importing meanwhile.

    Raises ``RefusedError``, unless ``force``, where the clock seems to have jumped ahead.
    """
    if not force:
        _require_clock(connection, now)

    def before(days: int) -> dt.datetime:
        return now - dt.timedelta(days=days)

    archive, people, imports = int(settings.archive_days), int(settings.editor_days), int(settings.finding_days)
    return Outcome(
        states=history.prune(connection, before(archive)) if archive else 0,
        names=_alias(connection, before(people)) if people else 0,
        findings=_drop_findings(connection, before(imports)) if imports else 0,
        reports=feedback.forget(connection, before(settings.feedback)),
        contacts=_drop_contacts(connection, before(settings.feedback)),
        lines=log.forget(connection, validity.today(now), settings.search_log),
    )


def _require_clock(connection: Connection, now: dt.datetime) -> None:
    """A clock that is years ahead would make everything old. What came last does not vouch for it: it may have come by
    the same clock.
    """
    trusted = now - LATELY
    moments = (select(func.max(column)).where(column < trusted) for column in (run.c.started_at, change.c.changed_at))
    newest = max((moment for one in moments if (moment := connection.scalar(one))), default=trusted)
    if trusted - newest > QUIET:
        raise RefusedError("tidy_clock", now=f"{now:%d.%m.%Y}", newest=f"{newest:%d.%m.%Y}")


def _alias(connection: Connection, before: dt.datetime) -> int:
    """Put one and the same word in place of a person's name wherever it is old enough; how many rows had names.

    The word is made with a key of this installation, so that who is meant can be told by nobody who has not both the
    key and the name. Drafts keep their names until they are published, since four eyes are told by them.
    """
    key = connection.scalars(select(search_key.c.key)).one()
    return sum(_replace(connection, key, *place) for place in _places(before))


def _places(before: dt.datetime) -> Iterator[tuple[Table, Column[str], ColumnElement[bool]]]:
    done = (run.c.started_at < before) & (run.c.status != "draft")
    yield run, run.c.editor, done
    yield run, run.c.approved_by, done
    yield report, report.c.closed_by, report.c.closed_at < before


def _replace(connection: Connection, key: bytes, table: Table, column: Column[str], old: ColumnElement[bool]) -> int:
    named = old & column.is_not(None) & column.not_like(f"{ALIAS}%")
    count = 0
    for name in list(connection.scalars(select(column).where(named).distinct())):
        alias = ALIAS + hmac.digest(key, name.casefold().encode(), "sha256").hex()[:8]
        done = connection.execute(update(table).where(named, column == name).values({column.name: alias}))
        count += done.rowcount
    return count


def _drop_findings(connection: Connection, before: dt.datetime) -> int:
    old = select(run.c.run).where(run.c.started_at < before, run.c.status != "draft")
    return connection.execute(delete(finding).where(finding.c.run.in_(old))).rowcount


def _drop_contacts(connection: Connection, before: dt.datetime) -> int:
    """The addresses of readers whose reports nobody has closed in time; what they report stays."""
    waiting = (report.c.created_at < before) & report.c.contact.is_not(None)
    return connection.execute(update(report).where(waiting).values(contact=None)).rowcount
