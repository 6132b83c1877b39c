"""Taking back a run: what it changed becomes what it was before, except what was changed otherwise since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice

from msgspec import Struct
from sqlalchemy import Connection, func, select

from busdb import history, runs
from busdb.bulk import CHUNK
from busdb.changes import ChangeLog, Former
from busdb.db import Database
from busdb.diff import FieldChange, differences
from busdb.editors import NOBODY, Channel, second
from busdb.errors import NotFoundError, RefusedError
from busdb.history import RecordChange, Step
from busdb.models.operations import change, run
from busdb.store import Store


class Conflict(Struct, frozen=True, kw_only=True):
    """A record that was changed since: by which run, when, and in which fields. It is left as it is."""

    kind: str
    id: str
    run: int | None
    changed_at: dt.datetime
    fields: tuple[FieldChange, ...]


class Undone(Struct, frozen=True, kw_only=True):
    """What an undo did, or would do: its own run, records given back and taken away, and those left alone.

    ``differences`` tells the first records field by field.
    """

    run: int | None
    undone: int
    dry_run: bool
    restored: int
    removed: int
    conflicts: tuple[Conflict, ...]
    differences: list[RecordChange]


def undo(
    database: Database,
    run_id: int,
    now: dt.datetime,
    *,
    acting: Channel = NOBODY,
    approved_by: str | None = None,
    dry_run: bool = False,
) -> Undone:
    """Take a run back, as a run of its own that who is ``acting`` answers for; a dry run is rolled back.

    A record that has the content that the run gave it is restored, even if it was something else meanwhile. Raises
    ``NotFoundError`` for an unknown run, ``RefusedError`` for one that changed nothing or is undone already, or
    without a second person where the source asks for one, and ``GoneError`` where former states are no longer kept.
    """
    work = database.trying if dry_run else database.writing
    with database.import_lock(), work() as connection:
        undone = connection.execute(select(run).where(run.c.run == run_id)).first()
        if undone is None or not acting.covers(undone.source):
            raise NotFoundError("run_not_found", run=run_id)
        source = runs.ensure_source(connection, undone.source)
        if not dry_run:
            approved_by = second(acting, undone.editor, approved_by, four_eyes=source.four_eyes)
        before = history.position(connection)
        who = {"editor": acting.name or None, "approved_by": approved_by}
        own = runs.begin(connection, now, source=undone.source, format="undo", complete=False, of=run_id, **who)
        log = ChangeLog(connection, own, now, redistribute=source.redistribute)
        job = _Undoing(connection, Store(connection, log, now))
        job.take_back(history.steps(connection, history.of_run(connection, run_id)))
        log.close()
        if not job.counts and not job.conflicts:
            raise RefusedError("nothing_to_undo", run=run_id)
        runs.end(connection, own, now, "done", runs.Issues(), counts=job.counts)
        span = history.Span(before, history.position(connection))
        return Undone(
            run=None if dry_run else own,
            undone=run_id,
            dry_run=dry_run,
            restored=sum(count["changed"] + count["added"] for count in job.counts.values()),
            removed=sum(count["deleted"] for count in job.counts.values()),
            conflicts=tuple(job.conflicts),
            differences=list(islice(history.between(connection, span), runs.KEPT_DIFFERENCES)),
        )


class _Undoing:
    """The work of one undo within its transaction."""

    def __init__(self, connection: Connection, store: Store) -> None:
        self._connection = connection
        self._store = store
        self.conflicts: list[Conflict] = []
        self.counts: runs.Counts = {}

    def take_back(self, steps: Iterable[Step]) -> None:
        """Give the records of the steps their former states, in pieces of bounded size."""
        source = iter(steps)
        while some := list(islice(source, CHUNK)):
            ready = list(self._standing(some))
            self._store.put([step.before for step, _ in ready if step.before is not None])
            for step, former in ready:
                if step.before is None and step.after is not None:
                    self._store.delete(step.kind, [(step.key, step.after, former)])
                word = "deleted" if step.before is None else "added" if step.after is None else "changed"
                self.counts.setdefault(step.kind, dict.fromkeys(runs.WORDS, 0))[word] += 1

    def _standing(self, steps: list[Step]) -> Iterator[tuple[Step, Former]]:
        """The steps whose outcome still stands; others are conflicts, unless all is as before the step already."""
        newest = select(func.max(change.c.seq)).where(change.c.number.in_([step.key for step in steps]))
        rows = self._connection.execute(select(change).where(change.c.seq.in_(newest.group_by(change.c.number))))
        now = {row.number: row for row in rows}
        for step in steps:
            row = now[step.key]
            if row.hash == step.hash_after:
                yield step, Former(row.public_hash, row.seq)
            elif row.hash != step.hash_before:
                fields = differences(step.after, history.state(row))
                self.conflicts.append(
                    Conflict(kind=step.kind, id=step.id, run=row.run, changed_at=row.changed_at, fields=fields)
                )
