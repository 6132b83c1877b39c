"""Checks of what goes on in the database: imports, drafts, the index, webhooks, reports of readers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from shlex import quote

import msgspec
from sqlalchemy import Connection, func, select

from busdb import keys
from busdb.db import Database
from busdb.doctor.base import held
from busdb.doctor.checks import Check, bad, ok, warn
from busdb.errors import SetupError
from busdb.feedback import Report
from busdb.i18n import message as _
from busdb.models.operations import run, subscription
from busdb.models.webhooks import outbox
from busdb.search.desk import Desk
from busdb.settings import Settings
from busdb.validity import BERLIN, today

OLD = dt.timedelta(days=30)
"""After how long without an import somebody should look."""
IDLE = dt.timedelta(days=2)
"""How long a source may be followed no more."""
WAITING = dt.timedelta(days=14)
"""How long a draft may wait."""
LATE = dt.timedelta(hours=1)
"""How late a message to a webhook, or a report on its way to the database, may be."""


def runs(database: Database, connection: Connection) -> list[Check]:
    """Runs that broke off, or failed as the last of their source."""
    latest = select(func.max(run.c.run)).where(run.c.status.in_(("done", "failed", "interrupted", "running")))
    rows = connection.execute(select(run).where(run.c.run.in_(latest.group_by(run.c.source))).order_by(run.c.run))
    found = []
    for row in rows:
        values = {"run": row.run, "source": row.source, "time": _shown(row.started_at)}
        mend = f"busdb runs show {row.run}"
        if row.status == "running" and held(database, "import"):
            found.append(ok("runs", _("doctor.run_running", values)))
        elif row.status in {"running", "interrupted"}:
            found.append(warn("runs", _("doctor.run_interrupted", values), mend))
        elif row.status == "failed":
            found.append(warn("runs", _("doctor.run_failed", values), mend))
    return found or [ok("runs", _("doctor.runs_ok"))]


def imports(connection: Connection, now: dt.datetime) -> list[Check]:
    """When data last came in, also from what is followed."""
    newest = connection.scalar(select(func.max(run.c.finished_at)).where(run.c.status == "done"))
    if newest is None:
        return [warn("imports", _("doctor.imports_none"), "busdb import --help")]
    found = []
    values = {"time": _shown(newest), "days": (now - newest).days}
    if now - newest > OLD:
        found.append(warn("imports", _("doctor.imports_old", values), "busdb runs list"))
    for row in connection.execute(select(subscription).where(subscription.c.followed_at < now - IDLE)):
        sentence = _("doctor.follow_idle", {"url": row.url, "time": _shown(row.followed_at)})
        found.append(warn("imports", sentence, f"busdb follow {quote(row.url)} --source {row.source}"))
    return found or [ok("imports", _("doctor.imports_ok", values))]


def drafts(connection: Connection, now: dt.datetime) -> Check:
    """Drafts that wait for somebody to publish them."""
    draft = run.c.status == "draft"
    count, oldest = connection.execute(select(func.count(), func.min(run.c.started_at)).where(draft)).one()
    values = {"count": count, "time": _shown(oldest) if oldest else ""}
    if oldest and now - oldest > WAITING:
        return warn("drafts", _("doctor.drafts_old", values), "busdb drafts list")
    return ok("drafts", _("doctor.drafts_ok", values))


def index(settings: Settings, database: Database) -> Check:
    """Whether the search index holds what the database holds."""
    rebuild = "busdb index rebuild"
    try:
        desk = Desk(settings, database)
        status = desk.status()
        difference = desk.check()
    except SetupError as error:
        return bad("index", str(error), rebuild)
    if status["behind"]:
        return warn("index", _("doctor.index_behind", status), "busdb index update")
    if not difference.agrees:
        counts = {name: len(getattr(difference, name)) for name in ("missing", "stale", "surplus")}
        return bad("index", _("doctor.index_differs", counts), rebuild)
    return ok("index", _("text.index_agrees", {"documents": difference.documents}))


def webhooks(database: Database, connection: Connection, now: dt.datetime) -> list[Check]:
    """Messages that nobody sends, or that were given up."""
    next_at = outbox.c.next_at
    dead = connection.scalar(select(func.count()).where(next_at.is_(None)).select_from(outbox))
    late = connection.scalar(select(func.count()).where(next_at < now - LATE))
    found = []
    if dead:
        sentence = _("doctor.webhooks_dead", {"count": dead})
        found.append(warn("webhooks", sentence, "busdb webhooks list; busdb deliver --once --dead"))
    if late and not held(database, "deliver"):
        found.append(bad("webhooks", _("doctor.webhooks_late", {"count": late}), "busdb deliver"))
    waiting = connection.scalar(select(func.count()).select_from(outbox))
    return found or [ok("webhooks", _("doctor.webhooks_ok", {"count": waiting}))]


def feedback(settings: Settings, now: dt.datetime) -> list[Check]:
    """Reports of readers that are still files."""
    files = sorted((settings.folder / "feedback").glob("*.json"))
    found = []
    unread = [path for path in files if not _is_report(path)]
    if unread:
        values = {"path": unread[0], "more": len(unread) - 1}
        found.append(warn("feedback", _("doctor.feedback_foreign", values), f"less {quote(str(unread[0]))}"))
    late = [path for path in files if path not in unread and _since(path, now) > LATE]
    if late:
        found.append(warn("feedback", _("doctor.feedback_late", {"count": len(late)}), "busdb feedback list"))
    return found or [ok("feedback", _("doctor.feedback_ok", {"count": len(files)}))]


def _is_report(path: Path) -> bool:
    try:
        msgspec.json.decode(path.read_bytes(), type=Report)
    except FileNotFoundError:
        return True  # it has just been taken in
    except (msgspec.DecodeError, OSError):
        return False
    return True


def _since(path: Path, now: dt.datetime) -> dt.timedelta:
    try:
        return now - dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    except FileNotFoundError:
        return dt.timedelta()


def closed(settings: Settings, connection: Connection, now: dt.datetime) -> list[Check]:
    """Pages that are closed while nobody has a key for them."""
    on = today(now)
    able = any(
        "console" in key["scopes"] and not key["revoked_at"] and (key["expires_on"] is None or key["expires_on"] >= on)
        for key in keys.listing(connection)
    )
    if able or not settings.closed_pages:
        return []
    mend = "busdb keys create --name Redaktion --scope console"
    return [warn("settings", _("doctor.closed_no_key", {"pages": ", ".join(sorted(settings.closed_pages))}), mend)]


def _shown(moment: dt.datetime) -> str:
    return f"{moment.astimezone(BERLIN):%d.%m.%Y %H:%M}"
