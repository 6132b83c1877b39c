"""What deliveries say beside whole records: deletions, and parts without ids that are replaced with their owner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, and_, or_, select

from busdb.changes import Former
from busdb.formats import Complete, Deleted, ImportContext
from busdb.mapping import read, shape
from busdb.models import number
from busdb.models.areas import area
from busdb.models.operations import source
from busdb.models.services import life_event
from busdb.records import AnyRecord, ref
from busdb.store import Store

OWN: Final = "~"
"""What stands between the id of an owner and the key of its part."""
KINDS: Final = ("fee", "local_addition")
Doomed = list[tuple[int, AnyRecord, Former]]


def import_context(connection: Connection, code: str, area_: str | None, schemas: str | None) -> ImportContext:
    """What importers may know: the source ``code`` that delivers, the area and folder of schemas that are named.

    And of the database: agencies of sources, codes of life events, areas by their AGS.
    """
    sources = connection.execute(select(source.c.code, source.c.agencies)).all()
    agencies = {name: name for name, _ in sources}
    agencies |= {agency: name for name, given in sources for agency in given}
    events = select(life_event.c.code, number.c.source, number.c.value).join(
        number, number.c.number == life_event.c.object
    )
    codes = connection.execute(events.where(life_event.c.code.is_not(None)).order_by(number.c.number.desc()))
    whole = connection.scalars(select(area.c.ars).where(area.c.ars.is_not(None)))
    return ImportContext(
        source=code,
        area=area_,
        agencies=agencies,
        life_events={event: f"{owner}.{value}" for event, owner, value in codes},
        areas={ars[:5] + ars[9:]: _code(ars) for ars in whole if ars and len(ars) == 12},
        schemas=schemas,
    )


def _code(ars: str) -> str:
    return ars[:5] if not ars[5:].strip("0") else ars


class Parts:
    """Finds the parts of owners, and the records of deletions, among those of one source."""

    def __init__(self, connection: Connection, store: Store, source_: str) -> None:
        self._connection = connection
        self._store = store
        self._source = source_

    def left(self, owners: Iterable[Complete], seen: bytearray) -> Iterator[tuple[str, Doomed]]:
        """The parts of complete owners that have not been seen, by kind."""
        services: dict[str, set[str]] = defaultdict(set)
        for one in owners:
            services[one.service].add(one.owner)
        self._store.numbers.ensure(("service", id_) for id_ in services)
        numbers = {self._store.numbers.get("service", id_): id_ for id_ in services}
        for kind in KINDS if numbers else ():
            table = shape(kind).table
            statement = (
                select(number.c.number, number.c.value, table.c.service)
                .join(number, number.c.number == table.c.object)
                .where(table.c.service.in_(list(numbers)), number.c.source == self._source)
            )
            keys = []
            for key, value, service in self._connection.execute(statement):
                owner, mark, _ = value.partition(OWN)
                mine = mark and f"{self._source}.{owner}" in services[numbers[service]]
                if mine and (key >= len(seen) or not seen[key]):
                    keys.append(key)
            if keys:
                yield kind, self._taken(kind, keys)

    def ordered(self, doomed: Mapping[tuple[str, str], Deleted]) -> Iterator[tuple[str, Doomed]]:
        """The records of deletions, with the parts of what is deleted, by kind; what is not there is left out."""
        by_kind: dict[str, list[str]] = defaultdict(list)
        for kind, id_ in doomed:
            by_kind[kind].append(ref(kind, id_).value)
        for kind, values in by_kind.items():
            some = number.c.value.in_(values)
            yield from self._found(kind, some)
            if kind in {"service", "local_addition"}:
                prefixes = [and_(number.c.value >= f"{one}{OWN}", number.c.value < f"{one}{chr(ord(OWN) + 1)}")
                            for one in values]  # fmt: skip
                for part in KINDS:
                    yield from self._found(part, or_(*prefixes))

    def _found(self, kind: str, condition: object) -> Iterator[tuple[str, Doomed]]:
        table = shape(kind).table
        mine = (number.c.kind == kind, number.c.source == self._source, condition)
        keys = select(table.c.object).join(number, number.c.number == table.c.object).where(*mine)  # type: ignore[arg-type]  # a condition
        found = list(self._connection.scalars(keys))
        if found:
            yield kind, self._taken(kind, found)

    def _taken(self, kind: str, keys: list[int]) -> Doomed:
        table = shape(kind).table
        stored = read(self._connection, kind, table.c.object.in_(keys))
        return [(one.number, one.record, Former(one.public_hash, one.seq)) for one in stored]
