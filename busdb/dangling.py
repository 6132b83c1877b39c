"""What records name and nobody has delivered yet: it is kept, and reported when the delivery has been read."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from busdb import i18n
from busdb.changes import concerns
from busdb.formats import Parsed
from busdb.issues import Issue
from busdb.mapping import references
from busdb.models import number
from busdb.models.areas import area as area_table
from busdb.records import COUNTRY, Area
from busdb.store import Store

BATCH = 500
REFERENCE, AREA, PARENT = "reference_missing", "area_unknown", "area_parent_unknown"
"""The codes of the findings."""


class Dangling:
    """What the records of one delivery name; of several that name the same, the first is reported."""

    def __init__(self, connection: Connection, store: Store) -> None:
        self._connection = connection
        self._store = store
        self._objects: dict[tuple[str, str], Parsed] = {}
        self._areas: dict[str, Parsed] = {}
        self._surroundings: dict[str, Parsed] = {}

    def remember(self, item: Parsed) -> None:
        """Note what a record names."""
        for pair in references(item.record):
            self._objects.setdefault(pair, item)
        record = item.record
        if isinstance(record, Area):
            named = (record.parent, record.successor, *(member.area for member in record.members))
            for code in filter(None, named):
                self._surroundings.setdefault(code, item)
        else:
            for code in concerns(record):
                self._areas.setdefault(code, item)

    def findings(self) -> Iterator[Issue]:
        """What is missing now; areas only where there is a gazetteer at all."""
        for (kind, id_), item in self._missing():
            yield _finding(REFERENCE, item, kind=i18n.message(f"kind.{kind}"), id=id_)
        rows = self._connection.execute(select(number.c.source, number.c.value).join_from(area_table, number)).all()
        known = {row.value for row in rows} | {f"{row.source}.{row.value}" for row in rows} | {COUNTRY}
        if not rows:
            return
        for code, item in self._areas.items():
            if code not in known and not any(one.startswith(code) for one in known):
                yield _finding(AREA, item, area=code)
        for code, item in self._surroundings.items():
            if code not in known:
                yield _finding(PARENT, item, area=code)

    def _missing(self) -> Iterator[tuple[tuple[str, str], Parsed]]:
        pairs = list(self._objects)
        for start in range(0, len(pairs), BATCH):
            some = pairs[start : start + BATCH]
            self._store.numbers.ensure(some)
            present: set[int] = set()
            for kind in {kind for kind, _ in some}:
                keys = [key for pair in some if pair[0] == kind and (key := self._store.numbers.get(*pair))]
                present |= self._store.hashes(kind, keys).keys()
            for pair in some:
                if self._store.numbers.get(*pair) not in present:
                    yield pair, self._objects[pair]


def _finding(code: str, item: Parsed, **values: str) -> Issue:
    issue = Issue(code=code, file=item.file, line=item.line, ref=item.record.id, values=values)
    return item.row.located(issue) if item.row else issue
