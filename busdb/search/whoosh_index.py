"""The index in Whoosh: the one file that knows this library.

Generations are folders ``index/<number>``; the file ``current`` names the one that readers use and is replaced
atomically. The cursor is a document of the index, so that it is committed with what it speaks of. Whoosh never calls
fsync; this module does, before a commit counts.
"""

from __future__ import annotations

import fcntl
import math
import os
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from whoosh import index as whoosh
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import ID, KEYWORD, STORED, TEXT, Schema
from whoosh.query import DisjunctionMax, Or
from whoosh.query import Term as WhooshTerm

from busdb.errors import BusyError, SetupError
from busdb.search.documents import Document, Shown
from busdb.search.index import FIELDS, IndexStatus, Match, Term

CURSOR = "*cursor"
LOOK = 1.0
"""Seconds for which a reader trusts that the index is still the one that it has open."""
_SCHEMA = Schema(
    id=ID(unique=True),
    keys=KEYWORD(lowercase=True),
    shown=STORED(),
    cursor=STORED(),
    **{name: TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False, field_boost=1.0) for name in FIELDS},
)


class WhooshIndex:
    """An index in a folder; opening makes nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._open: tuple[int, Any, Any] | None = None
        self._looked = 0.0

    def status(self) -> IndexStatus:
        """How far the index is."""
        opened = self._reader(fresh=True)
        if opened is None:
            return IndexStatus(0, 0, 0)
        generation, _, searcher = opened
        stored = searcher.document(id=CURSOR)
        return IndexStatus(generation, max(searcher.doc_count() - 1, 0), stored["cursor"] if stored else 0)

    def version(self) -> object:
        """A value that changes whenever readers see something new."""
        opened = self._reader()
        return None if opened is None else (opened[0], opened[1].latest_generation(), id(opened[2]))

    def search(self, terms: Sequence[Term], limit: int) -> list[Match]:
        """The best documents that meet any term."""
        opened = self._reader()
        if opened is None or not terms:
            return []
        groups = [
            DisjunctionMax(
                [
                    WhooshTerm(field, variant.token, boost=worth * variant.weight)
                    for variant in term
                    for field, worth in FIELDS.items()
                ]
            )
            for term in terms
        ]
        query = groups[0] if len(groups) == 1 else Or(groups)
        found = opened[2].search(query, limit=limit, terms=True)
        matches = []
        for hit in found:
            met = frozenset((field, token.decode()) for field, token in hit.matched_terms())
            matches.append(Match(_shown(hit["shown"]), float(hit.score), met))
        return matches

    def by_key(self, key: str) -> list[Shown]:
        """The documents with a LeiKa key or id."""
        opened = self._reader()
        if opened is None:
            return []
        return [_shown(hit["shown"]) for hit in opened[2].search(WhooshTerm("keys", key), limit=50)]

    def shown(self) -> Iterator[Shown]:
        """What all documents show."""
        opened = self._reader()
        if opened is not None:
            for stored in opened[2].reader().all_stored_fields():
                if "shown" in stored:
                    yield _shown(stored["shown"])

    def rarity(self, token: str) -> float:
        """How much a token tells."""
        opened = self._reader()
        if opened is None:
            return 1.0
        reader = opened[2].reader()
        often = max(reader.doc_frequency(field, token) for field in FIELDS)
        return math.log(1 + (reader.doc_count() + 1) / (often + 1))

    def vocabulary(self) -> frozenset[str]:
        """All tokens of names and synonyms."""
        opened = self._reader()
        if opened is None:
            return frozenset()
        reader = opened[2].reader()
        return frozenset(token.decode() for field in ("name", "synonyms") for token in reader.lexicon(field))

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
            writer = _Writer(_opened(folder), folder, lambda: None)
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
        present = self._current() or 0
        numbers = [int(path.name) for path in self._folder.iterdir() if path.name.isdigit()]
        generation = max([present, *numbers], default=0) + 1
        folder = self._folder / str(generation)
        folder.mkdir()
        writer = _Writer(whoosh.create_in(folder, _SCHEMA), folder, lambda: self._switch(generation))
        try:
            yield writer
        finally:
            writer.cancel()
            if self._current() != generation:
                shutil.rmtree(folder, ignore_errors=True)

    def _switch(self, generation: int) -> None:
        pointer = self._folder / "current.new"
        with pointer.open("w") as file:
            file.write(str(generation))
            file.flush()
            os.fsync(file.fileno())
        pointer.replace(self._folder / "current")
        _sync(self._folder)
        for path in self._folder.iterdir():
            if path.name.isdigit() and int(path.name) < generation - 1:
                shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BusyError("index_busy") from error
            yield

    def _current(self) -> int | None:
        try:
            text = (self._folder / "current").read_text()
        except FileNotFoundError:
            return None
        if not text.isdigit() or not (self._folder / text).is_dir():
            raise SetupError("index_damaged", folder=self._folder)
        return int(text)

    def _reader(self, *, fresh: bool = False) -> tuple[int, Any, Any] | None:
        """The open searcher, reopened when there is something new."""
        now = time.monotonic()
        with self._lock:
            if self._open is not None and not fresh and now - self._looked < LOOK:
                return self._open
            self._looked = now
            generation = self._current()
            if generation is None:
                self._open = None
            elif self._open is None or self._open[0] != generation:
                index = _opened(self._folder / str(generation))
                self._open = (generation, index, index.searcher())
            elif not self._open[2].up_to_date():
                self._open = (generation, self._open[1], self._open[2].refresh())
            return self._open


class _Writer:
    """Writes into one generation; what is not finished is as if it had never been."""

    def __init__(self, index: Any, folder: Path, then: Any) -> None:
        self._folder = folder
        self._then = then
        self._writer: Any = index.writer(limitmb=64)

    def put(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> None:
        """Add or replace documents and delete others by id."""
        new = list(documents)
        gone = [*deleted, *(document.id for document in new)]
        if gone:
            self._writer.delete_by_query(Or([WhooshTerm("id", id_) for id_ in gone]))
        for document in new:
            self._writer.add_document(
                id=document.id,
                keys=" ".join(key.replace(" ", "_") for key in document.keys),
                shown=msgspec.json.encode(document.shown),
                **{name: getattr(document, name) for name in FIELDS},
            )

    def finish(self, cursor: int) -> None:
        """Commit with the cursor, let it reach the disk, then switch."""
        writer, self._writer = self._writer, None
        writer.delete_by_term("id", CURSOR)
        writer.add_document(id=CURSOR, cursor=cursor)
        writer.commit()
        for path in self._folder.iterdir():
            if path.is_file():
                _sync(path)
        _sync(self._folder)
        self._then()

    def cancel(self) -> None:
        """Forget what is not finished."""
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None


def _opened(folder: Path) -> Any:
    try:
        return whoosh.open_dir(folder)
    except Exception as error:  # Whoosh raises whatever its reading of broken files ends in
        raise SetupError("index_damaged", folder=folder.parent) from error


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_decoder = msgspec.json.Decoder(Shown)


def _shown(data: bytes) -> Shown:
    return _decoder.decode(data)
