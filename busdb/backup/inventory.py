"""What a database holds, so that a copy can be compared with it: rows by table, public records by kind with their sum.

Read without the tables of the code, so that copies of former versions can be read, too.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from sqlalchemy import Connection, inspect, text

from busdb.interchange import MODULUS
from busdb.mapping import shape
from busdb.migration import current
from busdb.records import KINDS

DERIVED = frozenset({"search_document", "search_state"})
"""The tables of the search index, which are made anew."""
_AT_ANY_MOMENT = frozenset({"feedback", "outbox", "search_line", "visit"})
_GIVEN = frozenset({"alembic_version", "search_key"})
"""The tables in which a fresh database has rows."""


class Sum(Struct, frozen=True):
    """How many public records there are, and their set checksum as feeds tell it."""

    count: int
    checksum: str


class Inventory(Struct, frozen=True, kw_only=True):
    """``revision`` is that of the schema, ``None`` for an empty database; ``told`` is what readers are told of
    ``public``, reckoned from the records themselves.
    """

    revision: str | None
    tables: dict[str, int]
    records: dict[str, Sum]
    public: Sum
    told: Sum

    @property
    def empty(self) -> bool:
        """Whether nobody has put anything in."""
        return not any(count for name, count in self.tables.items() if name not in _GIVEN)

    def agrees(self, other: Inventory) -> bool:
        """Whether a copy holds the same, but for what servers write at any moment."""
        kept = [{name: one.tables[name] for name in one.tables.keys() - _AT_ANY_MOMENT} for one in (self, other)]
        return kept[0] == kept[1] and (self.revision, self.records, self.told) == (
            other.revision,
            other.records,
            other.told,
        )

    @property
    def sound(self) -> bool:
        """Whether readers are told what there is."""
        return self.public == self.told


def inventory(connection: Connection) -> Inventory:
    """What a database holds."""
    names = sorted(set(inspect(connection).get_table_names()) - DERIVED)
    records = {kind: _sum(connection, shape(kind).table.name) for kind in KINDS if shape(kind).table.name in names}
    return Inventory(
        revision=current(connection),
        tables={name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in names},  # noqa: S608
        records=records,
        public=_total(records.values()),
        told=_told(connection) if "tally" in names else Sum(0, _hex(0)),
    )


def _sum(connection: Connection, table: str) -> Sum:
    hashes = connection.execution_options(yield_per=10_000).scalars(
        text(f'SELECT public_hash FROM "{table}" WHERE public_hash IS NOT NULL')  # noqa: S608  # a name of ours
    )
    count = total = 0
    for one in hashes:
        count += 1
        total += int(one, 16)
    return Sum(count, _hex(total))


def _told(connection: Connection) -> Sum:
    rows = connection.execute(text("SELECT count, checksum FROM tally"))
    return _total(Sum(count, checksum) for count, checksum in rows)


def _total(sums: Iterable[Sum]) -> Sum:
    found = list(sums)
    return Sum(sum(one.count for one in found), _hex(sum(int(one.checksum, 16) for one in found)))


def _hex(total: int) -> str:
    return f"{total % MODULUS:064x}"
