"""Which objects of the stock for other systems can differ between two states, so that only these are compared.

An object is touched by a change of it or of what hangs on it, by what ended with a day, and where level rules, or rules
that are no plain ones, come to other areas than before. Where that may be anything, everything is compared.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, select

from busdb import queries
from busdb.mapping import shape
from busdb.models.operations import change
from busdb.models.responsibilities import responsibility
from busdb.reach import Reach

MOST = 3000
"""With how many changes it is quicker to compare everything."""
PARTS = {"fee": "service", "local_addition": "service"}
TARGETS = ("authority", "online_service", "form")
_WHOLES = ("service", *TARGETS)


class State:
    """One of the two states: where it is read, how its rules come to areas, and its day."""

    def __init__(self, connection: Connection, reach: Reach, on: dt.date) -> None:
        self.connection = connection
        self.reach = reach
        self.on = on


def touched(then: State, now: State, seq: int) -> set[int] | None:
    """The numbers of the objects that can differ; ``then`` was at the position ``seq``. ``None``: any."""
    if then.reach.foreign() != now.reach.foreign():
        return None
    changed = _changed(now.connection, seq)
    if "life_event" in changed or sum(map(len, changed.values())) > MOST:
        return None
    _expired(now, then.on, changed)
    authorities, rules = now.reach.differing(then.reach)
    for kind, ids in (("authority", authorities), ("responsibility", rules)):
        changed[kind] |= set(queries.numbers(now.connection, kind, ids).values()) if ids else set()
    found = {number for kind in _WHOLES for number in changed[kind]}
    for state in (then, now):
        for kind, field in PARTS.items():
            found |= _named(state.connection, kind, (field,), "object", changed[kind])
        found |= _named(state.connection, "responsibility", TARGETS, "object", changed["responsibility"])
        found |= _named(state.connection, "responsibility", TARGETS, "service", changed["service"])
    return found


def _changed(connection: Connection, seq: int) -> dict[str, set[int]]:
    """What the public saw change, by kind."""
    found: dict[str, set[int]] = defaultdict(set)
    statement = select(change.c.kind, change.c.number).where(change.c.seq > seq, change.c.public_op.is_not(None))
    for kind, key in connection.execute(statement.distinct()):
        found[kind].add(key)
    return found


def _expired(now: State, since: dt.date, found: dict[str, set[int]]) -> None:
    """Add what has ended since a day."""
    if since == now.on:
        return
    for kind in (*_WHOLES, *PARTS, "responsibility"):
        table = shape(kind).table
        ended = select(table.c.object).where(table.c.valid_to > since, table.c.valid_to <= now.on)
        found[kind] |= set(now.connection.scalars(ended))


def _named(connection: Connection, kind: str, fields: Iterable[str], by: str, numbers: set[int]) -> set[int]:
    """What rows of a kind name in some fields, of those whose column ``by`` is one of ``numbers``."""
    table = responsibility if kind == "responsibility" else shape(kind).table
    found: set[int] = set()
    listed = sorted(numbers)
    for start in range(0, len(listed), queries.NAMED_AT_ONCE):
        some = table.c[by].in_(listed[start : start + queries.NAMED_AT_ONCE])
        for row in connection.execute(select(*(table.c[field] for field in fields)).where(some)):
            found |= {key for key in row if key is not None}
    return found
