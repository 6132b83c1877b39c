"""What was new at a place, read from the change log, the newest first.

It is found by index: the changes of what holds at the place by the numbers of these objects, and what was deleted by an
index of deletions. So a large import elsewhere hides nothing, however long the log is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from heapq import merge
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, or_, select, union

from busdb import queries
from busdb.changes import concerns
from busdb.interchange import decode
from busdb.mapping import STREAM, shape
from busdb.models.operations import GONE, change
from busdb.models.responsibilities import responsibility
from busdb.news import KINDS, News, name, service_of, tell
from busdb.records import COUNTRY, AnyRecord, Notice
from busdb.visibility import view

LOOKED = 2000
"""How many changes of what holds at a place, and of what was deleted, are looked at, at most, unless said otherwise."""
_OF_AREAS = ("authority", "fee", "local_addition", "offer", "notice")
"""The kinds whose records name one area, or none."""


class Latest(NamedTuple):
    """News, and the numbers and times of changes that are no longer worth reading, since what they tell of is gone."""

    news: tuple[News, ...]
    withdrawn: tuple[tuple[int, dt.datetime], ...]


class _Change(NamedTuple):
    seq: int
    at: dt.datetime
    key: int
    before: AnyRecord | None
    after: AnyRecord | None


def latest(
    connection: Connection,
    codes: Collection[str] | None,
    language: str,
    limit: int,
    since: dt.datetime,
    looked: int = LOOKED,
) -> Latest:
    """The latest news since a moment in the scope of a place, or everywhere (``None``).

    They are looked for among the ``looked`` last changes of what is there, and as many of what was deleted.
    """
    found: list[_Change] = []
    gone: dict[int, dt.datetime] = {}
    withdrawn = []
    for one in _changes(connection, codes, since, looked):
        if one.key in gone:
            withdrawn.append((one.seq, gone[one.key]))
            continue
        if one.after is None:
            gone[one.key] = one.at
        found.append(one)
        if len(found) >= limit:
            break
    names = _names(connection, found, language)
    told = (tell(one.before, one.after, one.seq, one.at, _subject(one, names, language), language) for one in found)
    return Latest(tuple(filter(None, told)), tuple(withdrawn))


def _changes(
    connection: Connection, codes: Collection[str] | None, since: dt.datetime, looked: int
) -> Iterator[_Change]:
    """The public changes that concern the codes, the newest first."""
    named = _named(connection, codes) if codes is not None else frozenset()
    for row in _rows(connection, codes, named, since, looked):
        before, after = _before(connection, row), _shown(row)
        about = [record for record in (before, after) if record is not None]
        if codes is None or row.number in named or any(_there(connection, record, codes, named) for record in about):
            yield _Change(row.seq, row.changed_at, row.number, before, after)


def _rows(
    connection: Connection, codes: Collection[str] | None, named: Collection[Any], since: dt.datetime, looked: int
) -> Iterator[Row[Any]]:
    """The changes that may concern the codes, the newest first: of what is there now, and of what was deleted."""
    public = select(change).where(
        change.c.public_op.is_not(None), change.c.kind.in_(KINDS), change.c.changed_at >= since
    )
    ordered = public.order_by(change.c.seq.desc()).limit(looked)
    if codes is None:
        yield from connection.execute(ordered, execution_options=STREAM)
        return
    gone = select(change.c.number).where(GONE, change.c.changed_at >= since).order_by(change.c.seq.desc()).limit(looked)
    statements = (ordered.where(change.c.number.in_(some)) for some in (_there_now(codes, named), gone))
    found = (connection.execute(statement, execution_options=STREAM) for statement in statements)
    merged = groupby(merge(*found, key=lambda row: -row.seq), key=lambda row: row.seq)
    yield from (next(same) for _, same in merged)


def _there_now(codes: Collection[str], named: Collection[Any]) -> Select[Any]:
    """The query for the numbers of all that holds at a place, by itself or because something there names it."""
    kinds = {kind: shape(kind).table for kind in KINDS}
    here = [
        select(table.c.object).where(or_(table.c.area.is_(None), table.c.area.in_(codes)))
        for table in map(kinds.__getitem__, _OF_AREAS)
    ]
    offices = kinds["authority"]
    here += [
        select(kinds["service"].c.object).where(queries.services_there(list(codes))),
        select(responsibility.c.object).where(queries.rules_there(list(codes))),
        select(offices.c.object).where(offices.c.object.in_(named)),
        *(select(kinds[kind].c.object) for kind in ("online_service", "form")),
    ]
    return select(union(*here).subquery().c.object)


def _named(connection: Connection, codes: Collection[str]) -> frozenset[int]:
    """The authorities that rules of a place name."""
    rules = queries.rules_there(list(codes))
    return frozenset(connection.scalars(select(responsibility.c.authority).where(rules).distinct())) - {None}


def _there(connection: Connection, record: AnyRecord, codes: Collection[str], named: Collection[object]) -> bool:
    """Whether a record concerns a place; an online service or a form is news of the place that names it.

    A notice on an office is news where that is.
    """
    if isinstance(record, Notice) and record.authority and not record.area:
        office = queries.one(connection, "authority", record.authority)
        return office is not None and (office.number in named or _there(connection, office.record, codes, named))
    return any(code in codes or code == COUNTRY for code in concerns(record))


def _before(connection: Connection, row: Row[tuple[object, ...]]) -> AnyRecord | None:
    earlier = select(change).where(change.c.number == row.number, change.c.seq < row.seq)
    found = connection.execute(earlier.order_by(change.c.seq.desc()).limit(1)).first()
    return _shown(found) if found else None


def _shown(row: Row[tuple[object, ...]]) -> AnyRecord | None:
    """The public view of the record after a change."""
    return view(decode(row.record), "public") if row.public_hash and row.record else None


def _names(connection: Connection, found: list[_Change], language: str) -> dict[str, str]:
    ids = {service_of(record) for one in found for record in (one.before, one.after) if record}
    numbers = {key for id_ in ids if id_ and (key := queries.number_of(connection, "service", id_)) is not None}
    return queries.service_names(connection, numbers, language)


def _subject(one: _Change, names: dict[str, str], language: str) -> str:
    record = one.after or one.before
    assert record is not None
    service = service_of(record)
    if service and record.kind_name not in {"service", "notice"}:
        return names.get(service, service)
    return name(record, language)
