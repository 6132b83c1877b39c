"""Keeps an index in step with the change log: right after a commit, or later, by cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Protocol

from msgspec import Struct

from busdb.errors import SetupError
from busdb.positions import Position
from busdb.search.documents import ONLINE, Document, form
from busdb.search.index import Index

BATCH = 500

Progress = Callable[[int], object]
"""Called with how many documents have been looked at."""


class Difference(Struct, frozen=True, kw_only=True):
    """How an index differs from its source, by ids: not in it, other than in the source, no longer in the source."""

    documents: int
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    surplus: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether there is no difference."""
        return not (self.missing or self.stale or self.surplus)


class Source(Protocol):
    """Where documents come from."""

    def cursor(self) -> Position:
        """The last change."""
        ...

    def knows(self, cursor: Position) -> bool:
        """Whether the log has been there."""
        ...

    def changed(self, after: int) -> list[tuple[str, str]]:
        """Kind and id of the services and authorities that changed after a cursor."""
        ...

    def documents(self, objects: Iterable[tuple[str, str]]) -> Iterator[Document]:
        """The documents of objects that exist and are public."""
        ...

    def online(self, after: int) -> frozenset[str] | None:
        """The ids of the services that can be done online; ``None`` if nothing about that changed after a cursor."""
        ...

    def all(self) -> Iterator[Document]:
        """All documents."""
        ...


class Indexer:
    """Feeds an index from a source, and tells ``progress`` how far it is."""

    def __init__(self, index: Index, source: Source, progress: Progress | None = None) -> None:
        self._index = index
        self._source = source
        self._progress: Progress = progress or (lambda _documents: None)

    def update(self) -> int:
        """Catch up; returns how many documents were looked at.

        An index is built anew that has nothing yet, is damaged, of another form, or of what a database has lost.
        """
        cursor = self._source.cursor()
        try:
            status = self._index.status()
        except SetupError:
            return self.rebuild()
        if status.generation == 0 or status.form != form() or not self._source.knows(status.cursor):
            return self.rebuild()
        changed = self._changed(status.cursor.seq)
        if not changed and status.cursor.seq == cursor.seq:
            return 0
        with self._index.updating() as writer:
            for start in range(0, len(changed), BATCH):
                some = changed[start : start + BATCH]
                documents = list(self._source.documents(some))
                present = {document.id for document in documents}
                writer.put(documents, [id_ for _, id_ in some if id_ not in present])
                self._progress(start + len(some))
            writer.finish(cursor)
        return len(changed)

    def _changed(self, after: int) -> list[tuple[str, str]]:
        """What must be looked at anew: the objects that changed, and the services that went online or left it."""
        changed = self._source.changed(after)
        online = self._source.online(after)
        moved = self._index.marked(ONLINE) ^ online if online is not None else frozenset()
        return list(dict.fromkeys([*changed, *(("service", id_) for id_ in sorted(moved))]))

    def rebuild(self) -> int:
        """Build the next generation; returns how many documents it has."""
        cursor = self._source.cursor()
        count = 0
        with self._index.rebuilding() as writer:
            documents = self._source.all()
            while batch := list(islice(documents, BATCH)):
                writer.put(batch)
                count += len(batch)
                self._progress(count)
            writer.finish(cursor)
        return count

    def check(self) -> Difference:
        """Compare the index with its source, document by document. Raises ``SetupError`` for a damaged one."""
        held = dict(self._index.digests())
        wanted = {document.id: document.digest for document in self._source.all()}
        return Difference(
            documents=len(wanted),
            missing=tuple(sorted(wanted.keys() - held.keys())),
            stale=tuple(sorted(id_ for id_ in wanted.keys() & held.keys() if wanted[id_] != held[id_])),
            surplus=tuple(sorted(held.keys() - wanted.keys())),
        )
