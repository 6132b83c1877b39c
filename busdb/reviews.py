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

from busdb.areas import Gazetteer
from busdb.html import plain
from busdb.interchange import decode
from busdb.mapping import read
from busdb.models.base import number
from busdb.models.operations import change
from busdb.publication import PlaceName, View
from busdb.records import LocalAddition, Service
from busdb.validity import valid

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
    additions = [one for one in read(connection, "local_addition") if isinstance(one.record, LocalAddition)]
    wanted = [one for one in additions if valid(one.record, on) and source in {None, one.record.ref.source}]
    written = _last(connection, {one.number for one in wanted})
    named = (one.record for one in wanted)
    numbers = _numbers(connection, {one.service for one in named if isinstance(one, LocalAddition)})
    newest = _last(connection, set(numbers.values()))
    for one in sorted(wanted, key=lambda stored: stored.record.id):
        record = one.record
        assert isinstance(record, LocalAddition)
        parent = numbers.get(record.service)
        if parent is None or parent not in newest or newest[parent] <= written[one.number]:
            continue
        versions = _versions(connection, parent, written[one.number])
        if versions is not None:
            yield from _changed(record, gazetteer, *versions, on)


def _last(connection: Connection, numbers: set[int]) -> dict[int, int]:
    statement = (
        select(change.c.number, func.max(change.c.seq)).where(change.c.number.in_(numbers)).group_by(change.c.number)
    )
    return {key: seq for key, seq in connection.execute(statement)}  # noqa: C416  rows are not pairs to mypy


def _numbers(connection: Connection, ids: set[str]) -> dict[str, int]:
    sources = {id_.partition(".")[0] for id_ in ids}
    statement = select(number.c.number, number.c.source, number.c.value).where(
        number.c.kind == "service", number.c.source.in_(sources)
    )
    found = {f"{source}.{value}": key for key, source, value in connection.execute(statement)}
    return {id_: found[id_] for id_ in ids if id_ in found}


def _versions(connection: Connection, parent: int, seq: int) -> tuple[_Version, _Version] | None:
    """The service as it was at a change, and as it is; ``None`` where it did not exist yet."""
    statement = select(change.c.seq, change.c.changed_at, change.c.record).where(change.c.number == parent)
    old = connection.execute(statement.where(change.c.seq <= seq).order_by(change.c.seq.desc()).limit(1)).first()
    new = connection.execute(statement.order_by(change.c.seq.desc()).limit(1)).first()
    return (_Version(*old), _Version(*new)) if old and new and old.record else None


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
