"""Rows of tables become records: what a row leaves unsaid is taken from the record as it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby

from msgspec.structs import replace
from sqlalchemy import Connection, delete, insert, select

from busdb.formats import Edit, ImportContext, Parsed
from busdb.issues import Issue
from busdb.lookup import Lookup
from busdb.mapping import read, shape
from busdb.models.operations import heading
from busdb.queries import numbers
from busdb.records import AnyRecord, ref

BATCH = 500


class Edits:
    """Rows that wait to be made records, with one look at the database for many of them."""

    def __init__(self, connection: Connection, source: str) -> None:
        self._connection = connection
        self._source = source
        self._waiting: list[Edit] = []

    def add(self, edit: Edit) -> bool:
        """Let a row wait; not so once many do, unless it is about the same object as the last one."""
        last = self._waiting[-1] if self._waiting else None
        if last and len(self._waiting) >= BATCH and (last.kind, last.id) != (edit.kind, edit.id):
            return False
        self._waiting.append(edit)
        return True

    def made(self) -> Iterator[Parsed | Issue]:
        """The records of the rows that wait, and what is wrong with them; then none waits any more."""
        waiting, self._waiting = self._waiting, []
        kept = self._kept(waiting)
        for _, group in groupby(waiting, lambda edit: (edit.kind, edit.id)):
            last: Parsed | None = None
            for edit in group:
                if last and not edit.again:
                    yield last
                    last = None
                current = last.record if last else kept.get((edit.kind, edit.id))
                for found in edit.make(current):
                    if isinstance(found, Issue):
                        yield found
                    else:
                        last = found
            if last:
                yield last

    def _kept(self, edits: list[Edit]) -> Mapping[tuple[str, str], AnyRecord]:
        """The records as they are kept, by kind and id; of other sources none, since rows may not change them."""
        found: dict[tuple[str, str], AnyRecord] = {}
        for kind in {edit.kind for edit in edits}:
            mine = [edit.id for edit in edits if edit.kind == kind and ref(kind, edit.id).source == self._source]
            keys = list(numbers(self._connection, kind, mine).values())
            for start in range(0, len(keys), BATCH):
                some = shape(kind).table.c.object.in_(keys[start : start + BATCH])
                for stored in read(self._connection, kind, some):
                    found[kind, stored.record.id] = stored.record
        return found


def table_context(
    connection: Connection, context: ImportContext, table: str | None, headings: Mapping[str, str]
) -> ImportContext:
    """What importers of tables may know besides: the names of what there is, and what the source calls its columns.

    ``headings`` are kept for the source, so that its next delivery is understood without them.
    """
    if headings:
        mine = (heading.c.source == context.source, heading.c.heading.in_(list(headings)))
        connection.execute(delete(heading).where(*mine))
        rows = [{"source": context.source, "heading": said, "column": meant} for said, meant in headings.items()]
        connection.execute(insert(heading), rows)
    known = headings_of(connection, context.source)
    return replace(context, table=table, headings=known, names=Lookup(connection, context.source))


def headings_of(connection: Connection, source: str) -> dict[str, str]:
    """What columns of tables are called at a source, and what they mean, ordered by what they are called."""
    found = select(heading.c.heading, heading.c.column).where(heading.c.source == source).order_by(heading.c.heading)
    return {said: meant for said, meant in connection.execute(found)}  # noqa: C416  # typed rows


def forget_heading(connection: Connection, source: str, said: str) -> bool:
    """Forget what a heading means at a source; whether it was known."""
    done = connection.execute(delete(heading).where(heading.c.source == source, heading.c.heading == said))
    return bool(done.rowcount)
