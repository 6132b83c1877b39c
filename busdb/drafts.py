"""Drafts: deliveries that are checked and kept, and imported only when somebody publishes them.

A draft is its files as they came, with how they are to be imported. No record of it is in the database, so that no
reader can see it; what it would change is a dry run over the state of the moment, and publishing it is an import like
any other, checked again.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import msgspec
from msgspec.structs import asdict, replace
from sqlalchemy import Connection, delete, insert, select, update

from busdb import editors, ingest, runs
from busdb.db import Database
from busdb.editors import Channel
from busdb.errors import NotFoundError, RefusedError
from busdb.formats import Input
from busdb.ingest import Order, Progress
from busdb.models.operations import draft, draft_file, run, source

_PASSING = {"inputs", "editor", "approved_by", "of", "dry_run", "wait"}
"""What of an order is not kept with a draft as how it is to be imported."""


def keep(
    database: Database,
    order: Order,
    now: dt.datetime,
    progress: Progress | None = None,
    issues: runs.Issues | None = None,
) -> runs.Report:
    """Check a delivery by a dry run and keep it as a draft. Raises what an import raises."""
    report = ingest.import_(database, replace(order, dry_run=True), now, progress, issues)
    if report.blocked:
        raise RefusedError("import_blocked", rejected=report.rejected)
    wish = {name: value for name, value in asdict(order).items() if name not in _PASSING}
    with database.import_lock(order.wait), database.writing() as connection:
        own = ingest.open_run(connection, order, now)
        connection.execute(insert(draft).values(run=own, wish=msgspec.json.encode(wish).decode()))
        for position, one in enumerate(order.inputs):
            one.stream.seek(0)
            values = {"run": own, "position": position, "name": one.name, "data": one.stream.read()}
            connection.execute(insert(draft_file).values(**values))
        runs.end(connection, own, now, "draft", runs.Issues(), counts=report.counts)
    return runs.Report(**{**asdict(report), "run": own, "draft": True})


def waiting(connection: Connection) -> list[dict[str, Any]]:
    """The drafts that nobody has published yet, the oldest first."""
    found = connection.execute(select(run).where(run.c.status == "draft").order_by(run.c.run))
    return [runs.summary(row) for row in found]


def preview(database: Database, number: int, now: dt.datetime) -> runs.Report:
    """What publishing a draft would change now. Raises ``NotFoundError`` and what an import raises."""
    with database.reading() as connection:
        order = _order(connection, number)
    return ingest.import_(database, replace(order, dry_run=True), now)


def publish(
    database: Database, number: int, acting: Channel, now: dt.datetime, approved_by: str | None = None, wait: float = 0
) -> runs.Report:
    """Import a draft, in the name of who delivered it and approved by a second person where the source asks for one.

    Raises ``NotFoundError``, ``RefusedError`` without approval, and what an import raises; it then stays a draft.
    """
    with database.reading() as connection:
        order = _order(connection, number)
        four_eyes = connection.scalar(select(source.c.four_eyes).where(source.c.code == order.source))
    approver = editors.second(acting, order.editor, approved_by, four_eyes=bool(four_eyes))
    report = ingest.import_(database, replace(order, approved_by=approver, of=number, wait=wait), now)
    with database.writing() as connection:
        end(connection, number, "published")
    return report


def discard(database: Database, number: int) -> None:
    """Throw a draft away. Raises ``NotFoundError``."""
    with database.import_lock(), database.writing() as connection:
        _order(connection, number)
        end(connection, number, "discarded")


def source_of(connection: Connection, number: int) -> str:
    """The source of a draft. Raises ``NotFoundError``."""
    found: str | None = connection.scalar(select(run.c.source).where(run.c.run == number, run.c.status == "draft"))
    if found is None:
        raise NotFoundError("draft_not_found", draft=number)
    return found


def _order(connection: Connection, number: int) -> Order:
    source_of(connection, number)
    wish = connection.scalar(select(draft.c.wish).where(draft.c.run == number))
    files = connection.execute(select(draft_file).where(draft_file.c.run == number).order_by(draft_file.c.position))
    inputs = tuple(Input(one.name, io.BytesIO(one.data)) for one in files)
    editor = connection.scalar(select(run.c.editor).where(run.c.run == number))
    return Order(**msgspec.json.decode(wish or "{}"), inputs=inputs, editor=editor)


def end(connection: Connection, number: int, status: str) -> None:
    """Close a draft as ``published`` or ``discarded``; its files go."""
    connection.execute(update(run).where(run.c.run == number).values(status=status))
    connection.execute(delete(draft_file).where(draft_file.c.run == number))
    connection.execute(delete(draft).where(draft.c.run == number))
