"""Whether an installation is well, and what mends it. Nothing is written, and nothing is made that is not there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from busdb.db import Database
from busdb.doctor import base, environment, machine, work
from busdb.doctor.checks import Check, bad
from busdb.errors import BusdbError
from busdb.i18n import message as _
from busdb.settings import Settings

__all__ = ["Check", "examine"]


def examine(environ: Mapping[str, str], now: dt.datetime) -> list[Check]:
    """All checks of the installation that an environment describes; what cannot be looked at is left out."""
    settings, found = environment.readable(environ)
    found += [one for one in environment.settings(settings, environ) if not found or one.status != "ok"]
    found += environment.pages(settings)
    found += _looked("permissions", machine.folder, settings)
    if settings.folder.is_dir():
        found += _looked("disk", machine.disk, settings)
        found += _looked("feedback", work.feedback, settings, now)
    with base.opened(settings) as (database, check):
        found.append(check)
        if database is not None:
            found += _database(settings, database, now)
    return found


def _database(settings: Settings, database: Database, now: dt.datetime) -> list[Check]:
    with database.reading() as connection:
        schema = base.schema(connection)
        if schema.status != "ok":
            return [schema]
        return [schema, *_contents(settings, database, connection, now)]


def _contents(settings: Settings, database: Database, connection: Connection, now: dt.datetime) -> list[Check]:
    return [
        *_looked("clock", base.clock, connection, now),
        *_looked("runs", work.runs, database, connection),
        *_looked("imports", work.imports, connection, now),
        *_looked("drafts", work.drafts, connection, now),
        *_looked("index", work.index, settings, database),
        *_looked("webhooks", work.webhooks, database, connection, now),
        *_looked("settings", work.closed, settings, connection, now),
    ]


def _looked(name: str, check: Callable[..., Check | list[Check]], *given: Any) -> list[Check]:
    """What a check finds; one that cannot look says so."""
    try:
        found = check(*given)
    except (BusdbError, OSError, SQLAlchemyError) as error:
        return [bad(name, _("doctor.unseen", {"reason": error}), "busdb doctor")]
    return found if isinstance(found, list) else [found]
