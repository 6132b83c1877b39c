"""What changed between two positions of the change log, and what became of one record: who, when, in which run.

The log keeps every record after each of its changes. Since only one process imports at a time, the changes of a run
stand in one piece, so that a run, a dry run before it is rolled back, and the time between two days are read alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from msgspec import Struct
from sqlalchemy import Connection, Row, func, select

from busdb.changes import concerns
from busdb.diff import FieldChange, differences
from busdb.errors import GoneError
from busdb.interchange import decode
from busdb.models import number
from busdb.models.operations import change
from busdb.records import KINDS, AnyRecord

CHUNK = 500
Op = Literal["added", "changed", "deleted"]


class Span(NamedTuple):
    """A piece of the change log: what came after the first position, up to and with the last."""

    after: int
    last: int


class RecordChange(Struct, frozen=True, kw_only=True):
    """What became of a record: ``fields`` are those that differ."""

    op: Op
    kind: str
    id: str
    fields: tuple[FieldChange, ...]


def position(connection: Connection, until: dt.datetime | None = None) -> int:
    """The last position of the change log, or the last one before a moment."""
    statement = select(func.max(change.c.seq))
    return connection.scalar(statement if until is None else statement.where(change.c.changed_at < until)) or 0


def of_run(connection: Connection, run: int) -> Span:
    """The piece of the log that a run has written; empty for one that changed nothing."""
    first, last = connection.execute(
        select(func.min(change.c.seq), func.max(change.c.seq)).where(change.c.run == run)
    ).one()
    return Span(0, 0) if first is None else Span(first - 1, last)


class Step(NamedTuple):
    """An object that a piece of the log has changed: its state before and after it, ``None`` where it was not there.

    ``key`` is its number, ``id`` its public id; the hashes are those of both states.
    """

    key: int
    kind: str
    id: str
    before: AnyRecord | None
    after: AnyRecord | None
    hash_before: str | None
    hash_after: str | None

    @property
    def op(self) -> Op:
        """What became of it."""
        return "added" if self.before is None else "deleted" if self.after is None else "changed"


def steps(connection: Connection, span: Span, *, source: str | None = None) -> Iterator[Step]:
    """What a piece of the log has changed on the whole, object by object, in the order of the first changes.

    Raises ``GoneError`` where a state is no longer kept.
    """
    touched = (
        select(change.c.number, func.max(change.c.seq).label("last"), number.c.source, number.c.value, number.c.kind)
        .join(number, number.c.number == change.c.number)
        .where(change.c.seq > span.after, change.c.seq <= span.last, change.c.kind.in_(KINDS))
        .group_by(change.c.number, number.c.source, number.c.value, number.c.kind)
        .order_by(func.min(change.c.seq))
    )
    if source:
        touched = touched.where(number.c.source == source)
    found = connection.execute(touched).all()
    for start in range(0, len(found), CHUNK):
        some = found[start : start + CHUNK]
        keys = [row.number for row in some]
        earlier = select(func.max(change.c.seq)).where(change.c.number.in_(keys), change.c.seq <= span.after)
        before = {row.number: row for row in _rows(connection, earlier.group_by(change.c.number))}
        after = {row.number: row for row in _rows(connection, [row.last for row in some])}
        for row in some:
            old, new = before.get(row.number), after[row.number]
            digest = old.hash if old else None
            if digest != new.hash:
                id_ = f"{row.source}.{row.value}"
                yield Step(row.number, row.kind, id_, state(old), state(new), digest, new.hash)


def _rows(connection: Connection, seqs: Any) -> Iterator[Row[Any]]:
    yield from connection.execute(select(change).where(change.c.seq.in_(seqs)))


def state(row: Row[Any] | None) -> AnyRecord | None:
    """The record after a change; ``None`` for a deletion or no change. Raises ``GoneError`` if it is not kept."""
    if row is None or row.op == "delete":
        return None
    if row.record is None:
        raise GoneError("archive_pruned", day=f"{row.changed_at:%d.%m.%Y}")
    return decode(row.record)


def told(step: Step) -> RecordChange:
    """A step field by field."""
    return RecordChange(op=step.op, kind=step.kind, id=step.id, fields=differences(step.before, step.after))


def between(
    connection: Connection, span: Span, *, source: str | None = None, area: str | None = None
) -> Iterator[RecordChange]:
    """What a piece of the log has changed, record by record; of one source, or of what lies in an area.

    Raises ``GoneError`` where a state is no longer kept.
    """
    for step in steps(connection, span, source=source):
        records = [one for one in (step.before, step.after) if one is not None]
        if area is None or any(code.startswith(area) for one in records for code in concerns(one)):
            yield told(step)
