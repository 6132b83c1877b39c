"""Keeps an index in step with the change log: right after a commit, or later, by cursor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Protocol

from busdb.search.documents import Document
from busdb.search.index import Index

BATCH = 500


class Source(Protocol):
    """Where documents come from."""

    def cursor(self) -> int:
        """The last change."""
        ...

    def changed(self, after: int) -> list[tuple[str, str]]:
        """Kind and id of the services and authorities that changed after a cursor."""
        ...

    def documents(self, objects: Iterable[tuple[str, str]]) -> Iterator[Document]:
        """The documents of objects that exist and are public."""
        ...

    def all(self) -> Iterator[Document]:
        """All documents."""
        ...


class Indexer:
    """Feeds an index from a source."""

    def __init__(self, index: Index, source: Source) -> None:
        self._index = index
        self._source = source

    def update(self) -> int:
        """Catch up; returns how many documents were looked at. An index that has nothing yet is built."""
        status = self._index.status()
        cursor = self._source.cursor()
        if status.generation == 0 or status.cursor > cursor:
            return self.rebuild()
        changed = self._source.changed(status.cursor)
        if not changed and status.cursor == cursor:
            return 0
        with self._index.updating() as writer:
            for start in range(0, len(changed), BATCH):
                some = changed[start : start + BATCH]
                documents = list(self._source.documents(some))
                present = {document.id for document in documents}
                writer.put(documents, [id_ for _, id_ in some if id_ not in present])
            writer.finish(cursor)
        return len(changed)

    def rebuild(self) -> int:
        """Build the next generation; returns how many documents it has."""
        cursor = self._source.cursor()
        count = 0
        with self._index.rebuilding() as writer:
            documents = self._source.all()
            while batch := list(islice(documents, BATCH)):
                writer.put(batch)
                count += len(batch)
            writer.finish(cursor)
        return count
