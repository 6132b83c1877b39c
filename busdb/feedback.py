"""Error reports of readers, kept until an editor closes them.

A report is a file on the disk before its reader is thanked, and a row of the database as soon as that can be written:
an import that holds the only writer of SQLite delays no reader and loses no report.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, RowMapping, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from busdb import files
from busdb.db import Database
from busdb.editors import NOBODY, Channel
from busdb.errors import BusdbError, InputError, NotFoundError
from busdb.models.feedback import feedback
from busdb.queries import one
from busdb.settings import Settings

Kind = Literal["service", "authority"]
PATIENCE = 0.1
"""Seconds that taking in waits for the database."""
LENGTH = 4000
"""How many characters a report may have."""
_log = logging.getLogger(__name__)


class Report(Struct, frozen=True, kw_only=True):
    """What a reader reports: about which record as it was seen (``seen`` is its hash), and where."""

    id: str
    created_at: dt.datetime
    text: str
    kind: Kind | None = None
    record: str | None = None
    ars: str | None = None
    module: str | None = None
    seen: str | None = None
    source: str | None = None
    language: str = "de"
    contact: str | None = None


class Kept(Report, frozen=True, kw_only=True):
    """A report as editors have it; ``changed`` tells whether its record has changed since."""

    number: int
    closed_at: dt.datetime | None = None
    closed_by: str | None = None
    remark: str | None = None
    changed: bool | None = None


def report(
    connection: Connection,
    text: str,
    now: dt.datetime,
    *,
    service: str | None = None,
    authority: str | None = None,
    ars: str | None = None,
    module: str | None = None,
    language: str = "de",
    contact: str | None = None,
) -> Report:
    """A report on a service, an authority or neither, with the state that its reader saw.

    Raises ``InputError`` for an empty or overlong text, ``NotFoundError`` for a record that nobody can have seen.
    """
    text = text.strip()
    if not text:
        raise InputError("feedback_empty")
    if len(text) > LENGTH:
        raise InputError("feedback_long", limit=LENGTH)
    kind: Kind | None = "service" if service else "authority" if authority else None
    record = service or authority
    found = one(connection, kind, record) if kind and record else None
    if kind and (found is None or found.public_hash is None):
        raise NotFoundError(f"{kind}_not_found", id=record)
    return Report(
        id=uuid.uuid4().hex,
        created_at=now,
        text=text,
        kind=kind,
        record=record,
        ars=ars,
        module=module,
        seen=found.public_hash if found else None,
        source=found.record.id.partition(".")[0] if found else None,
        language=language,
        contact=(contact or "").strip() or None,
    )


class Box:
    """Where reports arrive: a folder, and behind it the database."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.folder / "feedback"
        self._database = Database(settings.database, PATIENCE)

    def put(self, given: Report) -> None:
        """Keep a report for sure, and hand it to the editors if nobody else is writing. Raises ``InputError``."""
        files.save([msgspec.json.encode(given)], self.folder / f"{given.id}.json")
        try:
            with self._database.writing() as connection:
                taken = take_in(connection, self.folder)
        except (SQLAlchemyError, BusdbError) as error:
            _log.info("reports wait for the database: %s", getattr(error, "orig", error))
        else:
            drop(taken)

    def close(self) -> None:
        """Close the connections."""
        self._database.close()


def take_in(connection: Connection, folder: Path) -> list[Path]:
    """Write waiting reports to the database; returns their files, to be dropped when that is committed."""
    taken: list[Path] = []
    add = (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(feedback)
    for path in sorted(folder.glob("*.json")):
        try:
            given = msgspec.json.decode(path.read_bytes(), type=Report)
        except (FileNotFoundError, msgspec.DecodeError):
            continue  # another process was quicker, or somebody has laid another file here
        connection.execute(add.on_conflict_do_nothing(), msgspec.structs.asdict(given))
        taken.append(path)
    return taken


def drop(taken: Sequence[Path]) -> None:
    """Remove the files of reports that are in the database."""
    for path in taken:
        path.unlink(missing_ok=True)


def forget(connection: Connection, before: dt.datetime) -> int:
    """Delete reports that were closed before a moment; returns how many."""
    return connection.execute(delete(feedback).where(feedback.c.closed_at < before)).rowcount


def listing(
    connection: Connection,
    *,
    closed: bool = False,
    sources: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> list[Kept]:
    """Reports that wait for an editor, or those closed, of all or some sources, the oldest first."""
    columns = feedback.c
    query = select(feedback).where(columns.closed_at.is_not(None) if closed else columns.closed_at.is_(None))
    if sources is not None:
        query = query.where(columns.source.in_(sources))
    rows = connection.execute(query.order_by(columns.feedback).limit(limit)).mappings()
    return [_kept(connection, row) for row in rows]


def show(connection: Connection, number: int, acting: Channel = NOBODY) -> Kept:
    """One report. Raises ``NotFoundError``, also for one that is not for who is ``acting``."""
    row = connection.execute(select(feedback).where(feedback.c.feedback == number)).mappings().first()
    if row is None or not acting.covers(row["source"] or ""):
        raise NotFoundError("feedback_unknown", number=number)
    return _kept(connection, row)


def close(connection: Connection, number: int, acting: Channel, now: dt.datetime, remark: str | None = None) -> Kept:
    """Close a report; the address of its reader is needed no more and goes.

    Raises ``NotFoundError``, and ``InputError`` for one that is closed already.
    """
    if show(connection, number, acting).closed_at is not None:
        raise InputError("feedback_closed", number=number)
    done = {"closed_at": now, "closed_by": acting.name, "remark": remark, "contact": None}
    connection.execute(update(feedback).where(feedback.c.feedback == number).values(**done))
    return show(connection, number)


def _kept(connection: Connection, row: RowMapping) -> Kept:
    values: dict[str, Any] = {**row}
    number, kind, record, seen = values.pop("feedback"), values["kind"], values["record"], values["seen"]
    found = one(connection, kind, record) if kind else None
    return Kept(**values, number=number, changed=None if not kind else found is None or found.public_hash != seen)
