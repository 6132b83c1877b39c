"""What a reader of changes must be told about an object that was one way and is another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from busdb.formats import Whole
from busdb.records import AnyRecord, Fee, LocalAddition, Responsibility, Service
from busdb.xzufi.names import Kind
from exporters.xzufi.services import specialised


class Gone(NamedTuple):
    """An object that is no more: its last state, or, where that is not known, its kind and id."""

    kind: Kind
    id: str
    record: AnyRecord | None = None


class Reader(NamedTuple):
    """What must be known beside the object: areas that now stand for others, and whether a part has moved elsewhere."""

    moved: Collection[str]
    elsewhere: Callable[[AnyRecord], bool]


def difference(was: Whole | None, now: Whole | None, reader: Reader) -> Iterator[Whole | Responsibility | Gone]:
    """The object if it is new or changed, its responsibilities that are, and what has ended: the parts first."""
    some = now or was
    if some is None:
        return
    service = isinstance(some.record, Service)
    old, new = ({} if one is None or service else _rules(one) for one in (was, now))
    if now and _differs(was, now, reader, parts=service):
        yield now
    yield from (rule for id_, rule in new.items() if old.get(id_) != rule or _touched((rule,), reader))
    for id_, rule in old.items():
        if id_ not in new and not reader.elsewhere(rule):
            yield Gone("responsibility", id_, rule)
    if was and service:
        yield from _ended(was, now, reader)
    if was and not now:
        yield Gone(was.record.kind_name, was.record.id, was.record)  # type: ignore[arg-type]  # one of the four kinds


def _rules(whole: Whole) -> dict[str, Responsibility]:
    return {part.id: part for part in whole.parts if isinstance(part, Responsibility)}


def _differs(was: Whole | None, now: Whole, reader: Reader, *, parts: bool) -> bool:
    if was is None or was.record != now.record or was.codes != now.codes:
        return True
    return _touched((now.record, *now.parts) if parts else (now.record,), reader) or (parts and was.parts != now.parts)


def _touched(records: Collection[AnyRecord], reader: Reader) -> bool:
    """Whether a record names an area for which others stand now."""
    if not reader.moved:
        return False
    codes = {code for one in records for code in (*getattr(one, "areas", ()), getattr(one, "area", None))}
    return not codes.isdisjoint(reader.moved)


def _ended(was: Whole, now: Whole | None, reader: Reader) -> Iterator[Gone]:
    """The specialisations that are no more."""
    kept = specialised(now.record, now.parts) if now and isinstance(now.record, Service) else {}
    before = specialised(was.record, was.parts) if isinstance(was.record, Service) else {}
    for id_, parts in before.items():
        moved = any(isinstance(one, LocalAddition | Fee) and reader.elsewhere(one) for one in parts)
        if id_ not in kept and not moved:
            yield Gone("local_addition", id_, None)
