"""The index in Whoosh: the one file that knows this library.

Generations are folders ``index/<number>``; the file ``current`` names the one that readers use and is replaced
atomically. The cursor is a document of the index, so that it is committed with what it speaks of. Whoosh never calls
fsync; this module does, before a commit counts.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec
from whoosh import index as whoosh
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import ID, KEYWORD, STORED, TEXT, Schema
from whoosh.query import Or
from whoosh.query import Term as WhooshTerm
from whoosh.reading import TermNotFound

from busdb import files
from busdb.errors import BusyError, SetupError
from busdb.positions import Position
from busdb.search.documents import Document, Shown, form
from busdb.search.index import FIELDS, Found, IndexStatus, Wish
from busdb.search.postings import Postings

CURSOR = "*cursor"
LOOK = 1.0
"""Seconds for which a reader trusts that the index is still the one that it has open."""
_SCHEMA = Schema(
    id=ID(unique=True, stored=True),
    keys=KEYWORD(),
    marks=KEYWORD(),
    shown=STORED(),
    digest=STORED(),
    cursor=STORED(),
    **{name: TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False, field_boost=1.0) for name in FIELDS},
)


class _Version(NamedTuple):
    """What readers see: the generation, and its last commit."""

    generation: int
    commit: int


class WhooshIndex:
    """An index in a folder; opening makes nothing.

    Each thread reads with a searcher of its own, since Whoosh's share a position in their files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._seen: _Version | None = None
        self._looked = 0.0
        self._own = threading.local()

    def status(self) -> IndexStatus:
        """How far the index is."""
        with self._reading(fresh=True) as searcher:
            if searcher is None or self._seen is None:
                return IndexStatus(0, 0, Position(0), "")
            seq, form, *word = searcher.document(id=CURSOR)["cursor"]  # an index of the version before has no word
            return IndexStatus(self._seen.generation, max(searcher.doc_count() - 1, 0), Position(seq, *word), form)

    def version(self) -> object:
        """A value that changes whenever readers see something new."""
        return self._look()

    def find(self, wish: Wish, limit: int) -> Found:
        """The best services that fit, and some authorities."""
        with self._reading() as searcher:
            return Found() if searcher is None else self._postings(searcher).find(wish, limit)

    def by_key(self, key: str) -> list[Shown]:
        """The documents with a LeiKa key or id."""
        with self._reading() as searcher:
            if searcher is None:
                return []
            return [_shown(hit["shown"]) for hit in searcher.search(WhooshTerm("keys", quote(key)), limit=50)]

    def shown(self) -> Iterator[Shown]:
        """What all documents show."""
        for stored in self._stored():
            yield _shown(stored["shown"])

    def rarity(self, token: str) -> float:
        """How much a token tells."""
        with self._reading() as searcher:
            return 1.0 if searcher is None else self._postings(searcher).rarity(token)

    def digests(self) -> Iterator[tuple[str, str]]:
        """The ids of all documents and the digests of what was put in for them."""
        for stored in self._stored():
            yield stored["id"], stored["digest"]

    def marked(self, mark: str) -> frozenset[str]:
        """The ids of the documents that bear a mark."""
        with self._reading() as searcher:
            if searcher is None:
                return frozenset()
            postings = self._postings(searcher)
            return frozenset(one.id for one in postings.shown(postings.marked(mark)).values())

    def _stored(self) -> list[dict[str, Any]]:
        with self._reading() as searcher:
            if searcher is None:
                return []
            return [stored for stored in searcher.reader().all_stored_fields() if "shown" in stored]

    @contextmanager
    def updating(self) -> Iterator[_Writer]:
        """Change the present generation; without one, make the first."""
        with self._writing():
            generation = self._current()
            if generation is None:
                with self._building() as writer:
                    yield writer
                return
            folder = self._folder / str(generation)
            writer = _Writer(_opened(folder), folder, self._forget)
            try:
                yield writer
            finally:
                writer.cancel()

    @contextmanager
    def rebuilding(self) -> Iterator[_Writer]:
        """Build the next generation beside the present one."""
        with self._writing(), self._building() as writer:
            yield writer

    @contextmanager
    def _building(self) -> Iterator[_Writer]:
        numbers = [int(path.name) for path in self._folder.iterdir() if path.name.isdigit()]
        generation = max(numbers, default=0) + 1
        folder = self._folder / str(generation)
        files.made(folder)
        writer = _Writer(whoosh.create_in(folder, _SCHEMA), folder, lambda: self._switch(generation))
        try:
            yield writer
        finally:
            writer.cancel()
            if self._pointer() != str(generation):
                shutil.rmtree(folder, ignore_errors=True)

    def _switch(self, generation: int) -> None:
        pointer = self._folder / "current.new"
        with pointer.open("w") as file:
            file.write(str(generation))
            file.flush()
            os.fsync(file.fileno())
        pointer.replace(self._folder / "current")
        files.sync(self._folder)
        self._sweep(generation - 1)
        self._forget()

    def _sweep(self, oldest: int) -> None:
        for path in self._folder.iterdir():
            if path.name.isdigit() and int(path.name) < oldest:
                shutil.rmtree(path, ignore_errors=True)

    def purge(self) -> None:
        """Leave nothing of former generations."""
        with self._writing():
            self._sweep(self._current() or 0)

    def _forget(self) -> None:
        """Let the readers of this process look anew at once."""
        with self._lock:
            self._looked = 0.0

    @contextmanager
    def _writing(self) -> Iterator[None]:
        files.made(self._folder)
        with (self._folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BusyError("index_busy") from error
            yield

    def _current(self) -> int | None:
        """The generation that readers use. Raises ``SetupError`` where it is none."""
        text = self._pointer()
        if not text:
            return None
        if not text.isdigit() or not (self._folder / text).is_dir():
            raise SetupError("index_damaged", folder=self._folder)
        return int(text)

    def _pointer(self) -> str:
        try:
            return (self._folder / "current").read_text()
        except FileNotFoundError:
            return ""

    def _look(self, *, fresh: bool = False) -> _Version | None:
        """What all threads should see; looked up at most once a second."""
        now = time.monotonic()
        with self._lock:
            if fresh or now - self._looked >= LOOK:
                generation = self._current()
                if generation is None:
                    self._seen = None
                else:
                    self._seen = _Version(generation, _opened(self._folder / str(generation)).latest_generation())
                self._looked = now
            return self._seen

    def _searcher(self, *, fresh: bool = False) -> Any:
        """This thread's searcher, reopened when there is something new; ``None`` without an index."""
        seen = self._look(fresh=fresh)
        if seen is None:
            self._own.opened = None
            return None
        opened = getattr(self._own, "opened", None)
        if opened is None or opened[0] != seen:
            if not (self._folder / str(seen.generation)).is_dir() and not fresh:
                return self._searcher(fresh=True)
            opened = self._own.opened = (seen, _opened(self._folder / str(seen.generation)).searcher())
            self._own.postings = _Postings(opened[1])
        return opened[1]

    @contextmanager
    def _reading(self, *, fresh: bool = False) -> Iterator[Any]:
        """This thread's searcher; what breaks while it reads is a damaged index."""
        with _files_of(self._folder):
            yield self._searcher(fresh=fresh)

    def _postings(self, searcher: Any) -> _Postings:
        """This thread's postings of its present searcher."""
        found: _Postings = self._own.postings
        assert searcher is self._own.opened[1]  # both are made together
        return found


class _Postings(Postings):
    """The lists of one commit of an index, as one thread reads it."""

    def __init__(self, searcher: Any) -> None:
        super().__init__(max(searcher.doc_count() - 1, 0))
        self._reader = searcher.reader()

    def _load(self, tokens: Collection[str]) -> Iterator[tuple[str, str, Iterable[int]]]:
        for token in tokens:
            for field in FIELDS:
                with suppress(TermNotFound):
                    yield field, token, self._reader.postings(field, token).all_ids()

    def _bearing(self, mark: str) -> Iterable[int]:
        with suppress(TermNotFound):
            yield from self._reader.postings("marks", quote(mark)).all_ids()

    def _read(self, documents: Collection[int]) -> dict[int, Shown]:
        return {document: _shown(self._reader.stored_fields(document)["shown"]) for document in documents}


class _Writer:
    """Writes into one generation; what is not finished is as if it had never been."""

    def __init__(self, index: Any, folder: Path, then: Any) -> None:
        self._folder = folder
        self._then = then
        # The lock of this module holds already; Whoosh's own would outlive a commit that failed
        self._writer: Any = index.writer(limitmb=64, _lk=False)

    def put(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> None:
        """Add or replace documents and delete others by id."""
        new = list(documents)
        gone = [*deleted, *(document.id for document in new)]
        if gone:
            self._writer.delete_by_query(Or([WhooshTerm("id", id_) for id_ in gone]))
        for document in new:
            self._writer.add_document(
                id=document.id,
                keys=" ".join(map(quote, document.keys)),
                marks=" ".join(map(quote, document.marks)),
                shown=msgspec.json.encode(document.shown),
                digest=document.digest,
                **{name: getattr(document, name) for name in FIELDS},
            )

    def finish(self, cursor: Position) -> None:
        """Commit with the cursor, let it reach the disk, then switch."""
        self._writer.delete_by_term("id", CURSOR)
        self._writer.add_document(id=CURSOR, cursor=(cursor.seq, form(), cursor.word))
        writer, self._writer = self._writer, None
        writer.commit()
        files.sync(*(path for path in self._folder.iterdir() if path.is_file()), self._folder)
        self._then()

    def cancel(self) -> None:
        """Forget what is not finished."""
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None


@contextmanager
def _files_of(folder: Path) -> Iterator[None]:
    """Whatever breaks while Whoosh reads its files is a damaged index."""
    try:
        yield
    except SetupError:
        raise
    except Exception as error:  # it may end in any kind
        raise SetupError("index_damaged", folder=folder) from error


def _opened(folder: Path) -> Any:
    with _files_of(folder.parent):
        return whoosh.open_dir(folder)


_decoder = msgspec.json.Decoder(Shown)


def _shown(data: bytes) -> Shown:
    return _decoder.decode(data)
