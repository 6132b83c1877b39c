"""All that other systems may have, walked through object by object, and what has changed in it since a state.

The walk goes by the numbers that objects have for ever, so that it can be taken up after any object. What has changed
is what differs between the objects of then and those of now, whatever the reason: an edit, a level rule that comes to
other areas, a validity that ended today. Two states are read side by side; the memory does not grow with them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from busdb import queries
from busdb.areas import Gazetteer
from busdb.formats import Whole
from busdb.mapping import Stored, read, shape
from busdb.records import AnyRecord, LocalAddition, Responsibility
from busdb.touched import State
from busdb.wholes import TARGETS, Wholes, batches

ORDER = ("service", *TARGETS)
"""The kinds in the order of the walk: what others refer to comes first."""


class Position(NamedTuple):
    """An object of the walk: the place of its kind in ``ORDER``, and its number."""

    kind: int
    number: int


START = Position(0, 0)


class Pair(NamedTuple):
    """An object of the walk as it was and as it is; ``None`` where it was not, or is no more."""

    position: Position
    was: Whole | None
    now: Whole | None


class Walk(Wholes):
    """The objects of one state, in the order of the walk; where ``only`` is set, those of these numbers."""

    def __init__(self, connection: Connection, gazetteer: Gazetteer, on: dt.date, after: Position = START) -> None:
        super().__init__(connection, gazetteer, on)
        self.on = on
        self.only: set[int] | None = None
        self._after = after
        self._now = after

    @property
    def state(self) -> State:
        """Where and when this is."""
        return State(self._connection, self.reach, self.on)

    def objects(self) -> Iterator[tuple[Position, Whole]]:
        """Each object with its position."""
        for place, kind in enumerate(ORDER):
            if place >= self._after.kind:
                for whole in self._services() if kind == "service" else self._targets(kind):
                    yield self._now, whole

    def _batches(self, kind: str) -> Iterator[tuple[Stored, ...]]:
        conditions = self._current(kind)
        if kind == ORDER[self._after.kind]:
            conditions.append(shape(kind).table.c.object > self._after.number)
        if self.only is not None:
            conditions.append(shape(kind).table.c.object.in_(self.only))
        return batches(read(self._connection, kind, *conditions))

    def _whole(self, stored: Stored, parts: Sequence[Stored], codes: tuple[str, ...] = ()) -> Iterator[Whole]:
        for whole in super()._whole(stored, parts, codes):
            self._now = Position(ORDER.index(stored.record.kind_name), stored.number)
            yield whole


def pairs(then: Walk | None, now: Walk) -> Generator[Pair, None, None]:
    """Every object of two states, in the order of the walk; ``then`` is ``None`` before anything was there."""
    old = then.objects() if then else iter(())
    new = now.objects()
    was, found = next(old, None), next(new, None)
    while was or found:
        place = min(one[0] for one in (was, found) if one)
        before = was[1] if was and was[0] == place else None
        after = found[1] if found and found[0] == place else None
        yield Pair(place, before, after)
        was = next(old, None) if before else was
        found = next(new, None) if after else found


class Elsewhere:
    """Whether a part that has left its object is now part of another one, and so has not ended."""

    def __init__(self, connection: Connection, now: Walk) -> None:
        self._connection = connection
        self._now = now

    def __call__(self, part: AnyRecord) -> bool:
        """Whether the record is still there, at another object that is there."""
        record = self._there(part.kind_name, part.id)
        if isinstance(record, LocalAddition) and isinstance(part, LocalAddition):
            return record.service != part.service and self._there("service", record.service) is not None
        if isinstance(record, Responsibility) and isinstance(part, Responsibility):
            held = self._now.reach.explicit(record) if not record.executor else None
            kind, id_ = _target(record)
            moved = held is not None and (kind, id_) != _target(part)
            return moved and all(self._there(*one) for one in ((kind, id_), ("service", record.service)))
        return False

    def _there(self, kind: str, id: str) -> AnyRecord | None:
        """The record, if it belongs to the stock."""
        stored = queries.one(self._connection, kind, id) if id else None
        if stored is None or stored.public_hash is None:
            return None
        end = getattr(stored.record, "valid_to", None)
        return stored.record if end is None or end > self._now.on else None


def _target(rule: Responsibility) -> tuple[str, str]:
    """Kind and id of what a rule names; empty for a level rule."""
    return next(((kind, id_) for kind in TARGETS if (id_ := getattr(rule, kind))), ("authority", ""))
