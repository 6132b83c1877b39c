"""Checks of the database itself: that it answers, is sound, of this version, and tells the same time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from shlex import quote

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from busdb import migration
from busdb.db import Database
from busdb.doctor.checks import Check, bad, ok
from busdb.errors import BusdbError, BusyError
from busdb.i18n import message as _
from busdb.models.operations import change, run
from busdb.settings import Settings

TOLERANCE = dt.timedelta(seconds=30)
"""By how much two clocks may differ."""


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[Database | None, Check]]:
    """The database if it answers and is sound, and how it is; nothing is made where there is none."""
    file = settings.file
    if file and not file.exists():
        yield None, bad("database", _("doctor.database_missing", {"file": file}), "busdb init")
        return
    try:
        database = Database(settings.database)
    except BusdbError as error:
        yield None, bad("database", str(error), "unset BUSDB_DATABASE_URL")
        return
    try:
        check = _answering(database)
        yield database if check.status == "ok" else None, check
    finally:
        database.close()


def _answering(database: Database) -> Check:
    shown = database.url.render_as_string(hide_password=True)
    file = quote(database.url.database or "")
    damaged = f"sqlite3 {file} .recover | sqlite3 {quote(f'{database.url.database}.mended')}"
    try:
        with database.reading() as connection:
            if database.is_sqlite:
                wrong = connection.scalar(text("PRAGMA quick_check(1)"))
                if wrong != "ok":
                    return bad("database", _("doctor.database_damaged", {"file": shown, "reason": wrong}), damaged)
    except BusdbError as error:
        return bad("database", str(error), _server(database) or damaged)
    except DBAPIError as error:
        sentence = _("doctor.database_damaged", {"file": shown, "reason": error.orig})
        return bad("database", sentence, _server(database) or damaged)
    return ok("database", _("doctor.database_ok", {"address": shown}))


def _server(database: Database) -> str | None:
    """The command that asks a server whether it is there."""
    return None if database.is_sqlite else f"pg_isready -d {quote(database.conninfo)}"


def schema(connection: Connection) -> Check:
    """Whether the schema is that of this version."""
    found, wanted = migration.current(connection), migration.head()
    if found is None:
        return bad("migrations", _("database_empty"), "busdb init")
    values = {"found": found, "wanted": wanted}
    if found < wanted:
        return bad("migrations", _("database_outdated", values), "busdb init")
    if found > wanted:
        return bad("migrations", _("doctor.database_newer", values), "pip install --upgrade busdb")
    return ok("migrations", _("doctor.migrations_ok", values))


def clock(connection: Connection, now: dt.datetime) -> Check:
    """Whether the clock of this machine goes as that of the database, and nothing is dated in the future."""
    mend = "timedatectl set-ntp true"
    if connection.dialect.name == "postgresql":
        theirs: dt.datetime = connection.scalars(select(func.clock_timestamp())).one()
        if abs(theirs - now) > TOLERANCE:
            values = {"seconds": round(abs((theirs - now).total_seconds()))}
            return bad("clock", _("doctor.clock_differs", values), mend)
    for column in (change.c.changed_at, run.c.started_at):
        newest = connection.scalar(select(func.max(column)))
        if newest and newest - now > TOLERANCE:
            return bad("clock", _("doctor.clock_future", {"moment": f"{newest:%Y-%m-%d %H:%M} UTC"}), mend)
    return ok("clock", _("doctor.clock_ok"))


def held(database: Database, work: str) -> bool:
    """Whether a process holds a lock now."""
    try:
        with database.lock("deliver" if work == "deliver" else "import"):
            return False
    except BusyError:
        return True
