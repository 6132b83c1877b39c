"""What editors of local additions must look at again, because the text above theirs has changed since.

An addition is due for review for exactly those of its modules whose content in the service differs now from what it
was when the addition was last changed. Importing the addition with any change, be it only a newer ``changed_on``,
clears it. Everything is read from the change log, which holds each record as it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from busdb import queries
from busdb.areas import Gazetteer
from busdb.html import plain
from busdb.interchange import decode
from busdb.mapping import read
from busdb.models.operations import change
from busdb.publication import PlaceName, View
from busdb.records import LocalAddition, Service
from busdb.validity import valid

AT_ONCE = 200
"""How many additions are compared at a time."""
FIELDS = {"08": "documents", "95": "processing_times", "97": "deadlines"}
"""The structured content that belongs to a text module."""


class Review(View, frozen=True, kw_only=True):
    """A module of an addition to be reviewed: the text above when it was written, the text above now, and its own.

    Texts are plain; structured content stands in lines of its own. ``None``: there was, or is, none.
    """

    addition: str
    service: str
    area: PlaceName | None
    module: str
    language: str
    old: str | None
    new: str | None
    own: str
    changed_at: dt.datetime


class _Version(NamedTuple):
    seq: int
    at: dt.datetime
    record: bytes | None


def reviews(connection: Connection, gazetteer: Gazetteer, on: dt.date, source: str | None = None) -> Iterator[Review]:
    """The reviews that are due, by addition; those of one source, or all."""
    return (review for _, review in due(connection, gazetteer, on, source))


def due(
    connection: Connection, gazetteer: Gazetteer, on: dt.date, source: str | None = None
) -> Iterator[tuple[LocalAddition, Review]]:
    """The reviews that are due, each with its addition, by addition; those of one source, or all."""
    additions = [one for one in read(connection, "local_addition") if isinstance(one.record, LocalAddition)]
    wanted = [one for one in additions if valid(one.record, on) and source in {None, one.record.ref.source}]
    written = _last(connection, "local_addition")
    named = (one.record for one in wanted)
    numbers = queries.numbers(connection, "service", {one.service for one in named if isinstance(one, LocalAddition)})
    newest = _last(connection, "service")
    later = [
        (one.record, numbers[one.record.service], written[one.number])
        for one in sorted(wanted, key=lambda stored: stored.record.id)
        if isinstance(one.record, LocalAddition)
        and newest.get(numbers.get(one.record.service, -1), 0) > written[one.number]
    ]
    for start in range(0, len(later), AT_ONCE):
        some = later[start : start + AT_ONCE]
        log = _log(connection, {parent for _, parent, _ in some})
        for record, parent, seq in some:
            before = [one for one in log[parent] if one.seq <= seq]
            if before and before[-1].record:
                for review in _changed(record, gazetteer, before[-1], log[parent][-1], on):
                    yield record, review


def _last(connection: Connection, kind: str) -> dict[int, int]:
    """The last change of each record of a kind."""
    statement = select(change.c.number, func.max(change.c.seq)).where(change.c.kind == kind).group_by(change.c.number)
    return {key: seq for key, seq in connection.execute(statement)}  # noqa: C416  rows are not pairs to mypy


def _log(connection: Connection, numbers: set[int]) -> dict[int, list[_Version]]:
    """The states of services, each in the order of the log."""
    statement = select(change.c.number, change.c.seq, change.c.changed_at, change.c.record).where(
        change.c.number.in_(numbers)
    )
    found: dict[int, list[_Version]] = {}
    for key, *version in connection.execute(statement.order_by(change.c.number, change.c.seq)):
        found.setdefault(key, []).append(_Version(*version))
    return found


def _changed(
    addition: LocalAddition, gazetteer: Gazetteer, old: _Version, new: _Version, on: dt.date
) -> Iterator[Review]:
    before, after = _service(old.record), _service(new.record)
    if after is None or after.publication_state != "published" or not valid(after, on):
        return
    own = _contents(addition)
    above_before, above_after = _contents(before), _contents(after)
    for key in sorted(own):
        if above_before.get(key) != above_after.get(key):
            module, language = key
            yield Review(
                addition=addition.id,
                service=addition.service,
                area=gazetteer.name(addition.area),
                module=module,
                language=language,
                old=above_before.get(key),
                new=above_after.get(key),
                own=own[key],
                changed_at=new.at,
            )


def _service(data: bytes | None) -> Service | None:
    record = decode(data) if data else None
    return record if isinstance(record, Service) else None


def _contents(record: Service | LocalAddition | None) -> dict[tuple[str, str], str]:
    """What a record says, by module and language."""
    found: dict[tuple[str, str], list[str]] = {}
    if record is None:
        return {}
    for text in record.texts:
        if text.visibility == "public":
            found.setdefault((text.module, text.language), []).append(plain(text.html))
    for module, field in FIELDS.items():
        for item in getattr(record, field):
            words = [str(value) for name in item.__struct_fields__ if (value := _said(item, name))]
            found.setdefault((module, item.language), []).append("- " + ", ".join(words))
    return {key: "\n".join(lines) for key, lines in found.items()}


def _said(item: object, name: str) -> object:
    value = getattr(item, name)
    return value if name in {"label", "description", "condition", "text", "duration", "minimum", "maximum"} else None
