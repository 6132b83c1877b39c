"""What the database tells of the health of an installation, in a few cheap reads; it names no persons and no texts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Select, func, select

from busdb import changes, webhooks
from busdb.models.operations import run, tally


class Vitals(Struct, frozen=True, kw_only=True):
    """``position`` is that of the change log, ``imports`` when each source was last imported, ``runs`` how many runs
    there are in each state, ``records`` how many public records of each kind, ``webhooks`` how many consumers are yet
    to be told (``waiting``) or were given up (``dead``).
    """

    position: int
    imports: dict[str, dt.datetime]
    runs: dict[str, int]
    records: dict[str, int]
    webhooks: dict[str, int]


def vitals(connection: Connection) -> Vitals:
    """The present ones."""
    last = select(run.c.source, func.max(run.c.finished_at)).where(run.c.status == "done").group_by(run.c.source)
    by_status = select(run.c.status, func.count()).group_by(run.c.status)
    return Vitals(
        position=changes.state(connection, internal=True).seq,
        imports={source: moment for source, moment in connection.execute(last) if moment},
        runs={"running": 0, "interrupted": 0, "failed": 0, **_pairs(connection, by_status)},
        records=_pairs(connection, select(tally.c.kind, tally.c.count)),
        webhooks=webhooks.backlog(connection),
    )


def _pairs(connection: Connection, statement: Select[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(statement)}
