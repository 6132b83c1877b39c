"""Writing records in batches: numbers for ids, rows for records, changes for the log."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select

from busdb.bulk import CHUNK, Book, Rows, find, insert_rows
from busdb.changes import ChangeLog, Former
from busdb.interchange import content_hash, encode
from busdb.mapping import references, shape
from busdb.models import number
from busdb.records import AnyRecord, ref

CACHE = 50_000


class Numbers:
    """The numbers of objects. An id that is met for the first time gets the next number, for ever."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._next = (connection.scalar(select(func.max(number.c.number))) or 0) + 1
        self._known: dict[tuple[str, str], int] = {}

    @property
    def known(self) -> Mapping[tuple[str, str], int]:
        """The numbers of this batch by kind and public id."""
        return self._known

    def get(self, kind: str, id_: str | None) -> int | None:
        """The number of an object that was passed to :meth:`ensure` in this batch; ``None`` for ``None``."""
        return None if id_ is None else self._known[kind, id_]

    def of(self, record: AnyRecord) -> int:
        """The number of a record that was passed to :meth:`ensure` in this batch."""
        return self._known[record.kind_name, record.id]

    def ensure(self, objects: Iterable[tuple[str, str]]) -> None:
        """Make sure that all ``objects`` (kind and public id) have numbers and that :meth:`get` knows them."""
        if len(self._known) > CACHE:
            self._known.clear()
        missing: dict[tuple[str, str], list[str]] = defaultdict(list)
        for pair in [pair for pair in dict.fromkeys(objects) if pair not in self._known]:
            kind, source, value = ref(*pair)
            missing[kind, source].append(value)
        new = []
        for (kind, source), values in missing.items():
            found = dict(find(self._connection, number, ("value", "number"), values, kind=kind, source=source))
            for value in values:
                if value not in found:
                    found[value] = self._next
                    new.append({"number": self._next, "kind": kind, "source": source, "value": value})
                    self._next += 1
                self._known[kind, f"{source}.{value}"] = found[value]
        if new:
            insert_rows(self._connection, number, new)


class Outcome(NamedTuple):
    """What became of a record: its number, and what happened."""

    number: int
    result: str


class Current(NamedTuple):
    """The bookkeeping of a stored record. ``changed_at`` is the time of the last change that the public sees."""

    public_hash: str | None
    seq: int
    changed_at: dt.datetime


Encoded = tuple[AnyRecord, bytes]
"""A record with its canonical bytes."""


class Store:
    """Writes records with their changes. ``now`` is the time of all changes."""

    def __init__(self, connection: Connection, log: ChangeLog, now: dt.datetime) -> None:
        self.connection = connection
        self.numbers = Numbers(connection)
        self._log = log
        self._now = now

    def put(self, records: Sequence[AnyRecord]) -> list[Outcome]:
        """Store records, ids not repeated; each is ``added``, ``changed`` or ``unchanged`` by its content."""
        return self.put_encoded([(record, encode(record)) for record in records])

    def put_encoded(self, records: Sequence[Encoded]) -> list[Outcome]:
        """Store records whose canonical bytes are known already."""
        self.numbers.ensure([(record.kind_name, record.id) for record, _ in records])
        by_kind: dict[str, list[Encoded]] = defaultdict(list)
        for item in records:
            by_kind[item[0].kind_name].append(item)
        results: dict[int, str] = {}
        for kind, some in by_kind.items():
            results.update(self._put_kind(kind, some))
        self._log.flush()  # whatever reads a record takes it from the log
        keys = [self.numbers.of(record) for record, _ in records]
        return [Outcome(key, results[key]) for key in keys]

    def _put_kind(self, kind: str, records: list[Encoded]) -> dict[int, str]:
        keys = {record.id: self.numbers.of(record) for record, _ in records}
        hashes = self.hashes(kind, keys.values())
        results: dict[int, str] = {}
        fresh = []
        for record, data in records:
            key = keys[record.id]
            digest = content_hash(data)
            if hashes.get(key) == digest:
                results[key] = "unchanged"
            else:
                results[key] = "changed" if key in hashes else "added"
                fresh.append((record, data, digest))
        if fresh:
            self._write(kind, keys, fresh, replaced=[keys[item[0].id] for item in fresh if keys[item[0].id] in hashes])
        return results

    def _write(
        self, kind: str, keys: dict[str, int], fresh: list[tuple[AnyRecord, bytes, str]], replaced: list[int]
    ) -> None:
        self.numbers.ensure(chain.from_iterable([references(record) for record, *_ in fresh]))
        current = self._take(kind, replaced)
        made = Rows(self.connection, self.numbers.known)
        for record, data, digest in fresh:
            key = keys[record.id]
            stored = current.get(key)
            content = self._log.content(record, data, digest)
            former = Former(stored.public_hash, stored.seq) if stored else None
            seq = self._log.add(key, record, content, former)
            silent = stored is not None and stored.public_hash == content.public_hash
            changed_at = stored.changed_at if stored and silent else self._now
            made.add(record, key, Book(digest, content.public_hash, seq, changed_at))
        made.insert()

    def hashes(self, kind: str, keys: Iterable[int]) -> dict[int, str]:
        """The content hashes of the objects among ``keys`` that are stored, by number."""
        return dict(find(self.connection, shape(kind).table, ("object", "hash"), list(keys)))

    def _take(self, kind: str, keys: list[int]) -> dict[int, Current]:
        """Take the rows of the objects ``keys`` away; what was known of them, by number."""
        if not keys:
            return {}
        table = shape(kind).table
        statement = select(table.c.object, table.c.public_hash, table.c.seq, table.c.changed_at)
        found = self.connection.execute(statement.where(table.c.object.in_(keys)))
        current = {key: Current(*values) for key, *values in found}
        self.connection.execute(delete(table).where(table.c.object.in_(keys)))
        return current

    def delete(self, kind: str, doomed: Sequence[tuple[int, AnyRecord, Former]]) -> None:
        """Delete records given with their numbers and what is stored of them."""
        table = shape(kind).table
        for key, record, former in doomed:
            self._log.remove(key, record, former)
        for start in range(0, len(doomed), CHUNK):
            some = [key for key, _, _ in doomed[start : start + CHUNK]]
            self.connection.execute(delete(table).where(table.c.object.in_(some)))
