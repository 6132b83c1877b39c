"""Taking back a run: what it changed becomes what it was before, except what was changed since."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct
from sqlalchemy import Connection, func, select

from busdb import runs
from busdb.changes import ChangeLog, Former
from busdb.db import Database
from busdb.errors import NotFoundError, RefusedError
from busdb.interchange import decode
from busdb.models import number
from busdb.models.operations import change, run
from busdb.records import AnyRecord
from busdb.store import CHUNK, Store


class Undone(Struct, frozen=True, kw_only=True):
    """What an undo did: its own run, records given back and taken away, and the ids left alone."""

    run: int
    restored: int
    removed: int
    conflicts: tuple[str, ...]


def undo(database: Database, run_id: int, now: dt.datetime) -> Undone:
    """Take a run back, as a run of its own.

    Raises ``NotFoundError`` for an unknown run and ``RefusedError`` for one that changed nothing.
    """
    with database.import_lock(), database.writing() as connection:
        undone = connection.execute(select(run).where(run.c.run == run_id)).first()
        if undone is None:
            raise NotFoundError("run_not_found", run=run_id)
        last = _last_changes(connection, run_id)
        if not last:
            raise RefusedError("nothing_to_undo", run=run_id)
        own = runs.begin(connection, now, source=undone.source, format="undo", files=(), complete=False)
        source = runs.ensure_source(connection, undone.source)
        log = ChangeLog(connection, own, now, redistribute=source.redistribute)
        outcome = _restore(connection, Store(connection, log, now), run_id, last)
        log.close()
        runs.end(connection, own, now, "done", runs.Issues(), counts=outcome[3])
    return Undone(run=own, restored=outcome[0], removed=outcome[1], conflicts=tuple(outcome[2]))


def _last_changes(connection: Connection, run_id: int) -> dict[int, int]:
    """The last change of the run for each object that it changed."""
    statement = select(change.c.number, func.max(change.c.seq)).where(change.c.run == run_id)
    return {key: seq for key, seq in connection.execute(statement.group_by(change.c.number))}  # noqa: C416  # typed rows


def _restore(
    connection: Connection, store: Store, run_id: int, last: dict[int, int]
) -> tuple[int, int, list[str], runs.Counts]:
    restored = removed = 0
    conflicts: list[str] = []
    counts: runs.Counts = {}
    keys = list(last)
    for start in range(0, len(keys), CHUNK):
        back: list[AnyRecord] = []
        for key in keys[start : start + CHUNK]:
            newest = connection.scalar(select(func.max(change.c.seq)).where(change.c.number == key))
            first = connection.scalar(
                select(func.min(change.c.seq)).where(change.c.number == key, change.c.run == run_id)
            )
            statement = select(change).where(change.c.number == key, change.c.seq < first)
            before = connection.execute(statement.order_by(change.c.seq.desc()).limit(1)).first()
            after = connection.execute(select(change).where(change.c.seq == last[key])).one()
            count = counts.setdefault(after.kind, dict.fromkeys(runs.WORDS, 0))
            if newest != last[key]:
                row = connection.execute(select(number).where(number.c.number == key)).one()
                conflicts.append(f"{row.source}.{row.value}")
            elif before is not None and before.record is not None:
                back.append(decode(before.record))
                restored += 1
                count["changed"] += 1
            elif after.record is not None:
                store.delete(after.kind, [(key, decode(after.record), Former(after.public_hash, after.seq))])
                removed += 1
                count["deleted"] += 1
        if back:
            store.put(back)
    return restored, removed, conflicts, counts
