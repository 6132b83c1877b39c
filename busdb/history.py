"""What changed between two positions of the change log, and what became of one record: who, when, in which run.

The log keeps every record after each of its changes. Since only one process imports at a time, the changes of a run
stand in one piece, so that a run, a dry run before it is rolled back, and the time between two days are read alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Row, exists, func, or_, select, update

from busdb.areas import within
from busdb.changes import concerns
from busdb.diff import FieldChange, differences
from busdb.errors import GoneError, InputError, NotFoundError
from busdb.interchange import decode
from busdb.models import number
from busdb.models.operations import change, run
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


def steps(connection: Connection, span: Span, *, sources: tuple[str, ...] | None = None) -> Iterator[Step]:
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
    if sources is not None:
        touched = touched.where(number.c.source.in_(sources))
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
    connection: Connection, span: Span, *, sources: tuple[str, ...] | None = None, area: str | None = None
) -> Iterator[RecordChange]:
    """What a piece of the log has changed, record by record; of some sources, or of what lies in an area.

    Raises ``GoneError`` where a state is no longer kept.
    """
    for step in steps(connection, span, sources=sources):
        records = [one for one in (step.before, step.after) if one is not None]
        if area is None or any(within(code, area) for one in records for code in concerns(one)):
            yield told(step)


class Entry(Struct, frozen=True, kw_only=True):
    """One change of a record: the ``state`` after it, in which run, who answers for it, and what differs.

    ``fields`` is ``None`` where the states are no longer kept.
    """

    state: int
    op: Op
    changed_at: dt.datetime
    run: int | None
    format: str | None
    editor: str | None
    fields: tuple[FieldChange, ...] | None


class Named(NamedTuple):
    """An object that the log knows."""

    key: int
    kind: str
    id: str


def find(connection: Connection, text: str, kind: str | None = None) -> Named:
    """The object of a public id, also one written as in addresses (``lsa.hund%20anmelden``).

    Raises ``NotFoundError`` for one that never was, and ``InputError`` where several kinds have the id.
    """
    for id_ in dict.fromkeys((text, unquote(text))):
        source, _, value = id_.partition(".")
        logged = select(change.c.seq).where(change.c.number == number.c.number).exists()
        statement = select(number.c.number, number.c.kind).where(number.c.source == source, number.c.value == value)
        rows = connection.execute(statement.where(number.c.kind.in_([kind] if kind else list(KINDS)), logged)).all()
        if len(rows) > 1:
            raise InputError("history_kind", id=id_, kinds=", ".join(sorted(row.kind for row in rows)))
        if rows:
            return Named(rows[0].number, rows[0].kind, id_)
    raise NotFoundError("history_unknown", id=text)


def entries(connection: Connection, key: int) -> list[Entry]:
    """What became of an object, the newest first."""
    statement = select(change, run.c.format, run.c.editor).outerjoin(run, run.c.run == change.c.run)
    rows = connection.execute(statement.where(change.c.number == key).order_by(change.c.seq)).all()
    found = []
    for before, row in zip([None, *rows], rows, strict=False):
        was_there = before is not None and before.op != "delete"
        found.append(
            Entry(
                state=row.seq,
                op="deleted" if row.op == "delete" else "changed" if was_there else "added",
                changed_at=row.changed_at,
                run=row.run,
                format=row.format,
                editor=row.editor,
                fields=differences(state(before), state(row)) if _kept(before) and _kept(row) else None,
            )
        )
    return found[::-1]


def _kept(row: Row[Any] | None) -> bool:
    return row is None or row.op == "delete" or row.record is not None


def former(connection: Connection, named: Named, position: int | None = None, field: str | None = None) -> AnyRecord:
    """The record to restore: as it was at a state of the log, or as it is now with one field as it was then.

    Without a state, that is the last one in which the field, or the record, was different. Raises
    ``NotFoundError`` where the record was not there, ``InputError`` for an unknown field, and ``GoneError``.
    """
    fields = KINDS[named.kind].__struct_fields__[1:]
    if field is not None and field not in fields:
        raise InputError("history_field", field=field, known=", ".join(fields))
    statement = select(change).where(change.c.number == named.key).order_by(change.c.seq.desc())
    rows = connection.execute(statement).all()
    now = state(rows[0])
    if field is not None and now is None:
        raise NotFoundError("history_deleted", id=named.id)
    for row in rows if position is None else [one for one in rows if one.seq <= position][:1]:
        then = state(row)
        if then is not None and (position is not None or _differ(then, now, field)):
            return then if field is None or now is None else replace(now, **{field: getattr(then, field)})
    raise NotFoundError("history_state", id=named.id)


def _differ(then: AnyRecord, now: AnyRecord | None, field: str | None) -> bool:
    return then != now if field is None or now is None else getattr(then, field) != getattr(now, field)


def prune(connection: Connection, before: dt.datetime) -> int:
    """Forget the content of states that had ended before a moment; how many. Who changed what when stays known.

    A state that the public sees ends with the next that it sees, not with a change inside.
    """
    later = change.alias()
    ends = or_(change.c.public_op.is_(None), later.c.public_op.is_not(None))
    ended = exists().where(
        later.c.number == change.c.number, later.c.seq > change.c.seq, later.c.changed_at < before, ends
    )
    statement = update(change).where(change.c.kind.in_(KINDS), change.c.record.is_not(None), ended)
    return connection.execute(statement.values(record=None)).rowcount
