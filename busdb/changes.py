"""The change log: written in the transaction of the change, read by everyone who must follow.

Each change carries the canonical form of the record after it. What the public sees of a change is decided when it is
written: a change of internal content has no ``public_op`` and moves no public cursor. Beside the log stand two sums
that readers would otherwise have to make: a tally of the public set, and the last change of each area's scope.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, delete, exists, func, insert, or_, select

from busdb import positions
from busdb.bulk import insert_rows
from busdb.codelists import significant
from busdb.interchange import MODULUS, content_hash, decode, encode
from busdb.models import number
from busdb.models.authorities import authority
from busdb.models.operations import change, scope, tally
from busdb.models.responsibilities import responsibility, responsibility_areas
from busdb.positions import Position
from busdb.publication import ChangeEntry, ChangePage
from busdb.records import (
    COUNTRY,
    AnyRecord,
    Area,
    Authority,
    Fee,
    Form,
    LocalAddition,
    Notice,
    Offer,
    OnlineService,
    Responsibility,
    Service,
)
from busdb.validity import BERLIN
from busdb.visibility import view

ALL = "*"
"""The scope of everything."""
SOURCE = "source"
"""The kind of changes of what is said of a source; they are in nobody's page, but move every cursor."""
FORGOTTEN = "forgotten"
"""The kind of the mark that former states are no longer what the public saw; it moves every cursor, too."""
BATCH = 500
_EVERYTHING = (ALL,)
_TARGETS = frozenset({Authority, OnlineService, Form})


class State(NamedTuple):
    """Up to where a scope is current: the last change's number and time, and the word of its position."""

    seq: int
    changed_at: dt.datetime
    word: str = ""

    @property
    def position(self) -> Position:
        """The place of the last change in the log."""
        return Position(self.seq, self.word)


class Former(NamedTuple):
    """What was stored of a record before a change; ``seq`` names its last change."""

    public_hash: str | None
    seq: int


class Content(NamedTuple):
    """The canonical bytes of a record, their hash, and the hash of the public view (``None``: not public)."""

    data: bytes | None
    digest: str | None
    public_hash: str | None


class ChangeLog:
    """Writes the changes of one run. ``redistribute`` is that of the run's source: without it nothing is public."""

    def __init__(self, connection: Connection, run: int | None, now: dt.datetime, *, redistribute: bool) -> None:
        self._connection = connection
        self._run = run
        self._now = now
        self._redistribute = redistribute
        self._seq: int = connection.scalar(select(func.max(change.c.seq))) or 0
        self._rows: list[dict[str, Any]] = []
        self._targets: dict[bool, list[int]] = {True: [], False: []}
        self._formers: dict[bool, list[int]] = {True: [], False: []}
        self._tallies: dict[str, list[int]] = {
            kind: [count, int(checksum, 16)]
            for kind, count, checksum in connection.execute(select(tally.c.kind, tally.c.count, tally.c.checksum))
        }
        self._scopes: dict[str, int] = {}
        self._public_scopes: dict[str, int] = {}

    def content(self, record: AnyRecord, data: bytes, digest: str) -> Content:
        """What is logged of a record with its canonical bytes and their hash."""
        shown = view(record, "public") if self._redistribute else None
        if shown is None:
            return Content(data, digest, None)
        same = shown is record or shown == record
        return Content(data, digest, digest if same else content_hash(encode(shown)))

    def add(self, key: int, record: AnyRecord, content: Content, former: Former | None) -> int:
        """Log a record that is new or changed; returns the number of the change."""
        return self._log("upsert", key, record, content, former)

    def remove(self, key: int, record: AnyRecord, former: Former) -> int:
        """Log a deletion; ``record`` is the last state."""
        return self._log("delete", key, record, Content(None, None, None), former)

    def source(self, key: int, former: Mapping[str, Any]) -> None:
        """Log that something else is said of a source, by its number: that concerns every reader of its content.

        ``former`` is what was said of it before, by columns.
        """
        self._seq += 1
        row = dict.fromkeys(("public_op", "hash", "public_hash"))
        row |= {"seq": self._seq, "run": self._run, "kind": SOURCE, "number": key, "op": "upsert"}
        self._rows.append({**row, "changed_at": self._now, "record": msgspec.json.encode(former)})
        self._touch([COUNTRY, ALL], public=True)

    def forgotten(self) -> None:
        """Log that somebody was forgotten whom the public could see in former states."""
        known = (number.c.kind == FORGOTTEN) & (number.c.source == FORGOTTEN)
        key = self._connection.scalar(select(number.c.number).where(known))
        if key is None:
            key = (self._connection.scalar(select(func.max(number.c.number))) or 0) + 1
            row = {"number": key, "kind": FORGOTTEN, "source": FORGOTTEN, "value": FORGOTTEN}
            self._connection.execute(insert(number).values(**row))
        self._seq += 1
        empty = dict.fromkeys(("run", "public_op", "hash", "public_hash", "record"))
        mark = {"seq": self._seq, "kind": FORGOTTEN, "number": key, "op": "upsert", "changed_at": self._now}
        self._rows.append({**empty, **mark})
        self._touch([COUNTRY, ALL], public=True)

    def _log(self, op: str, key: int, record: AnyRecord, content: Content, former: Former | None) -> int:
        self._seq += 1
        before = former.public_hash if former else None
        public = content.public_hash != before
        self._rows.append(
            {
                "seq": self._seq,
                "run": self._run,
                "kind": record.kind_name,
                "number": key,
                "op": op,
                "public_op": None if not public else "upsert" if content.public_hash else "delete",
                "hash": content.digest,
                "public_hash": content.public_hash,
                "changed_at": self._now,
                "record": content.data,
            }
        )
        if public:
            self._count(record.kind_name, before, content.public_hash)
        self._touch(concerns(record), public=public)
        self._touch(_EVERYTHING, public=public)
        if former:
            self._formers[public].append(former.seq)
        if type(record) in _TARGETS:
            self._targets[public].append(key)
        if len(self._rows) >= BATCH:
            self.flush()
        return self._seq

    def _count(self, kind: str, before: str | None, after: str | None) -> None:
        count = self._tallies.setdefault(kind, [0, 0])
        for digest, sign in ((before, -1), (after, 1)):
            if digest:
                count[0] += sign
                count[1] += sign * int(digest, 16)

    def _touch(self, codes: Iterable[str], *, public: bool) -> None:
        for code in codes:
            self._scopes[code] = self._seq
            if public:
                self._public_scopes[code] = self._seq

    def flush(self) -> None:
        """Write what is logged so far.

        A change also concerns the areas that the former state concerned, and an office all areas whose rules name it
        or one below it, since an office is shown with those above it.
        """
        if self._rows:
            insert_rows(self._connection, change, self._rows)
            self._rows = []
        for public in (True, False):
            if seqs := self._formers[public]:
                statement = select(change.c.record).where(change.c.seq.in_(seqs), change.c.record.is_not(None))
                for data in self._connection.scalars(statement):
                    self._touch(concerns(decode(data)), public=public)
            if targets := self._targets[public]:
                self._touch(self._named_in(targets), public=public)
        self._formers, self._targets = {True: [], False: []}, {True: [], False: []}

    def _named_in(self, targets: list[int]) -> list[str]:
        top = select(authority.c.object).where(authority.c.parent.in_(targets)).cte("below", recursive=True)
        below = select(top.union(select(authority.c.object).where(authority.c.parent == top.c.object)).c.object)
        named = [
            responsibility.c.online_service.in_(targets),
            responsibility.c.form.in_(targets),
            responsibility.c.authority.in_(targets),
            responsibility.c.authority.in_(below),
        ]
        rules = select(responsibility.c.object).where(or_(*named))
        areas = select(responsibility_areas.c.value).where(responsibility_areas.c.owner.in_(rules)).distinct()
        codes = list(self._connection.scalars(areas))
        codes += filter(None, self._connection.scalars(select(authority.c.area).where(authority.c.object.in_(below))))
        if self._connection.execute(rules.where(responsibility.c.everywhere).limit(1)).first():
            codes.append(COUNTRY)
        return codes

    def close(self) -> None:
        """Write the rest, the tallies and the scopes."""
        self.flush()
        connection = self._connection
        connection.execute(delete(tally))
        if self._tallies:
            rows = [
                {"kind": kind, "count": count, "checksum": f"{total % MODULUS:064x}"}
                for kind, (count, total) in self._tallies.items()
            ]
            connection.execute(insert(tally), rows)
        self._write_scopes()

    def _write_scopes(self) -> None:
        if not self._scopes:
            return
        codes = list(self._scopes)
        for start in range(0, len(codes), BATCH):
            some = codes[start : start + BATCH]
            old = {row.code: row for row in self._connection.execute(select(scope).where(scope.c.code.in_(some)))}
            self._connection.execute(delete(scope).where(scope.c.code.in_(some)))
            rows = []
            for code in some:
                seq, moved = self._scopes[code], self._public_scopes.get(code, 0)
                public_seq = moved or old[code].public_seq if code in old else moved
                changed_at = self._now if public_seq == moved or code not in old else old[code].changed_at
                rows.append({"code": code, "seq": seq, "public_seq": public_seq, "changed_at": changed_at})
            self._connection.execute(insert(scope), rows)


def concerns(record: AnyRecord) -> list[str]:
    """The area codes whose readers a change of the record concerns; the country stands for all."""
    if isinstance(record, (Responsibility, Service)):
        return list(record.areas) or [COUNTRY]
    if isinstance(record, Area):
        code = significant(record.ars) if record.ars else COUNTRY if record.kind == "country" else record.id
        return [code, *([record.parent] if record.parent else []), *(member.area for member in record.members)]
    if isinstance(record, (Fee, Authority, LocalAddition, Offer, Notice)):
        return [record.area or COUNTRY]
    return [COUNTRY]


def state(
    connection: Connection, codes: Iterable[str] = (ALL,), below: str | None = None, *, internal: bool = False
) -> State:
    """Up to where the scope of ``codes`` (a place with all that contains it) is current; one cheap read.

    ``below`` adds every area whose code begins so. Internal readers also follow changes of internal content.
    """
    values = {f"code{place}": code for place, code in enumerate(codes)}
    statement = _latest(len(values), beneath=below is not None, internal=internal)
    if below is not None:
        values |= {"first": below or "~", "last": f"{below}~" if below else "~"}
    seq, changed_at, logged = connection.execute(statement, values).one()
    return State(seq or 0, changed_at or dt.datetime(1970, 1, 1, tzinfo=dt.UTC), positions.word(seq, logged))


def expired(connection: Connection, seq: int, oldest: dt.date) -> bool:
    """Whether what followed a position of the log is older than the beginning of a day in Germany."""
    began = dt.datetime.combine(oldest, dt.time(), BERLIN)
    following = select(change.c.changed_at).where(change.c.seq > seq).order_by(change.c.seq).limit(1)
    moment = connection.scalar(following)
    return moment is not None and moment < began


def forgotten(connection: Connection, seq: int) -> bool:
    """Whether somebody was forgotten since a position of the log, so that what was seen before it is not known."""
    since = select(change.c.seq).where(change.c.kind == FORGOTTEN, change.c.seq > seq)
    return bool(connection.scalar(select(exists(since))))


@cache
def _latest(codes: int, *, beneath: bool, internal: bool) -> Select[Any]:
    """The statement for so many codes: parameters that SQLAlchemy need not spread are what a 304 costs least."""
    column = scope.c.seq if internal else scope.c.public_seq
    concerned: ColumnElement[bool] = scope.c.code.in_([bindparam(f"code{place}") for place in range(codes)])
    if beneath:
        concerned |= and_(scope.c.code >= bindparam("first"), scope.c.code < bindparam("last"))
    last = select(func.max(column).label("seq"), func.max(scope.c.changed_at).label("changed_at"))
    found = last.where(concerned, column > 0).subquery()
    logged = select(change.c.changed_at).where(change.c.seq == found.c.seq).scalar_subquery()
    return select(found.c.seq, found.c.changed_at, logged)


def totals(connection: Connection, kind: str | None = None) -> tuple[int, str]:
    """Count and set checksum of the public records, of one kind or of all."""
    statement = select(tally.c.count, tally.c.checksum)
    rows = connection.execute(statement.where(tally.c.kind == kind) if kind else statement).all()
    return sum(row[0] for row in rows), f"{sum(int(row[1], 16) for row in rows) % MODULUS:064x}"


def page(connection: Connection, after: int, limit: int, kind: str | None = None) -> ChangePage:
    """The public changes after a cursor, compacted: of each object only its last change, deletions without record."""
    later = change.alias()
    superseded = exists().where(
        later.c.number == change.c.number, later.c.seq > change.c.seq, later.c.public_op.is_not(None)
    )
    statement = (
        select(change, number.c.source, number.c.value)
        .join(number, number.c.number == change.c.number)
        .where(change.c.seq > after, change.c.public_op.is_not(None), ~superseded)
        .order_by(change.c.seq)
        .limit(limit + 1)
    )
    if kind:
        statement = statement.where(change.c.kind == kind)
    if after == 0:
        statement = statement.where(change.c.public_op == "upsert")
    found = connection.execute(statement).all()
    entries = tuple(_entry(row) for row in found[:limit])
    if len(found) > limit:
        return ChangePage(items=entries, cursor=str(positions.at(connection, entries[-1].seq)), complete=False)
    count, checksum = totals(connection, kind)
    cursor = positions.at(connection, max(after, state(connection).seq))
    return ChangePage(items=entries, cursor=str(cursor), complete=True, count=count, checksum=checksum)


def _entry(row: Any) -> ChangeEntry:
    op: Literal["upsert", "delete"] = row.public_op
    shown = view(decode(row.record), "public") if op == "upsert" else None
    return ChangeEntry(
        seq=row.seq,
        op=op,
        kind=row.kind,
        id=f"{row.source}.{row.value}",
        hash=row.public_hash,
        changed_at=row.changed_at,
        record=msgspec.json.decode(encode(shown)) if shown else None,
    )
