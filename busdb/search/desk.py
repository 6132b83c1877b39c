"""Search over the database of an installation: the index, the indexer and the engine put together."""

from __future__ import annotations

import datetime as dt
import math
import re
import threading
import time
from collections.abc import Callable, Sequence

from msgspec.structs import replace
from sqlalchemy import Connection

from busdb import deadline, queries, validity
from busdb.areas import MUNICIPALITIES, Gazetteer
from busdb.db import Database
from busdb.errors import NotFoundError, SetupError
from busdb.families import hidden_variants
from busdb.layers import FALLBACK
from busdb.publication import Hit, Place, PlaceName, SearchAnswer, Suggestion, Understood
from busdb.search.engine import Engine, Result, Scope
from busdb.search.index import Index
from busdb.search.indexer import Difference, Indexer, Progress
from busdb.search.postgres_index import PostgresIndex
from busdb.search.results import ANYTHING, Narrowing, absences, facet_labels, facets_of, text_fragments, translated
from busdb.search.source import DatabaseSource
from busdb.search.thesaurus import Thesaurus, ours
from busdb.search.whoosh_index import WhooshIndex
from busdb.settings import Settings
from busdb.textfold import fold

_KEY = re.compile(r"\d{14}")
LOOK = 1.0
"""Seconds for which the gazetteer and the words of editors in memory are trusted."""


def _index(settings: Settings, database: Database) -> Index:
    if settings.search == "whoosh":
        return WhooshIndex(settings.folder / "index")
    if database.is_sqlite:
        raise SetupError("search_needs_postgresql")
    return PostgresIndex(database)


class Desk:
    """Answers searches and keeps the index in step. One for each process."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._database = database
        self._index = _index(settings, database)
        self._lock = threading.Lock()
        self._looked = 0.0
        self._version: tuple[str, ...] | None = None
        self._gazetteer = Gazetteer(())
        self._engine = Engine(self._index, self._find, (), ours())

    @property
    def gazetteer(self) -> Gazetteer:
        """The gazetteer, read anew when it or the words of editors have changed."""
        with self._lock:
            if self._version is None or time.monotonic() - self._looked > LOOK:
                self._looked = time.monotonic()
                with deadline.within(math.inf), self._database.reading() as connection:  # for all who come after
                    version = queries.versions(connection, "area", "wording")
                    if version != self._version:
                        self._gazetteer = queries.gazetteer(connection)
                        self._version = version
                        editors = Thesaurus(queries.official_words(connection))
                        self._engine = Engine(self._index, self._find, self._places(self._gazetteer), editors)
            return self._gazetteer

    def gazetteer_for(self, connection: Connection) -> Gazetteer:
        """The gazetteer as the transaction of a reader sees it, so that an answer is of one state."""
        version = queries.versions(connection, "area", "wording")
        if version != self._version:
            self._looked = 0.0
            found = self.gazetteer
            return found if version == self._version else queries.gazetteer(connection)
        return self._gazetteer

    @staticmethod
    def _places(gazetteer: Gazetteer) -> list[PlaceName]:
        kinds = MUNICIPALITIES | {"association", "district", "locality"}
        return [place for code in gazetteer.codes() if (place := gazetteer.name(code)) and place.kind in kinds]

    def _find(self, text: str) -> Sequence[PlaceName]:
        found = self._gazetteer.find(text, validity.today(validity.now()))
        return [PlaceName(ars=place.ars, name=place.name, kind=place.kind) for place in found]

    def search(
        self,
        text: str,
        place: Place | None = None,
        on: dt.date | None = None,
        *,
        only: Narrowing = ANYTHING,
        facets: bool = False,
        language: str = "de",
        limit: int = 10,
        offset: int = 0,
    ) -> SearchAnswer:
        """The services that a line asks for on a day; a place given beats one in the line."""
        gazetteer = self.gazetteer
        if place is None:
            named = self._engine.understood(text).places
            if len(named) == 1 and named[0].ars:
                place = gazetteer.one(named[0].ars)
        codes = tuple(link.code for link in gazetteer.chain(place.code)) if place else None
        scope = Scope(on or validity.today(validity.now()), codes, only.marks)
        if codes or facets:
            with self._database.reading() as connection:
                absent = absences(connection, codes, scope.on) if codes else {}
                labels = facet_labels(connection, language) if facets else {}
                scope = scope._replace(absent=absent, counted=tuple(labels))
        found = self._mended(lambda: self._engine.search(text, scope, limit=limit, offset=offset))
        results = self._with_texts(found)
        if language != FALLBACK and results:
            with self._database.reading() as connection:
                results = translated(connection, results, language)
        return replace(found.answer, results=results, facets=facets_of(found.counts, labels) if facets else None)

    def understood(self, text: str) -> Understood:
        """How a line is read: what is wanted, and which places it names."""
        return self._engine.understood(text)

    def _mended(self, ask: Callable[[], Result]) -> Result:
        """The result; an index that is damaged or not there is built anew first, for all who come after."""
        try:
            if self._index.version() is None:
                with deadline.within(math.inf):
                    self.update()
            return ask()
        except SetupError as error:
            if error.code != "index_damaged":
                raise
            with deadline.within(math.inf):
                self.rebuild()
            return ask()

    def _with_texts(self, found: Result) -> tuple[Hit, ...]:
        """The hits; one that meets the line only in its texts is shown with a fragment of them."""
        bare = [hit.id for hit in found.answer.results if hit.why and not hit.highlights]
        if not bare:
            return found.answer.results
        with self._database.reading() as connection:
            fragments = text_fragments(connection, bare, found.tokens)
        return tuple(
            replace(hit, highlights=(fragments[hit.id],)) if hit.id in fragments else hit
            for hit in found.answer.results
        )

    def which(self, connection: Connection, text: str, place: Place | None, on: dt.date) -> str:
        """The id of the one service that ``text`` means: an id, a LeiKa key, an exact name or synonym, or the best hit.

        A key means the variant nearest to the place. Raises ``NotFoundError``.
        """
        codes = [link.code for link in self.gazetteer.chain(place.code)] if place else None
        if _KEY.fullmatch(text):
            found = queries.by_leika_key(connection, text, codes, on)
            hidden = hidden_variants(connection, queries.published(codes, on), codes)
            ids = [id_ for number_, id_ in found if number_ not in hidden]
        elif text.partition(".")[0] in queries.attributions(connection):
            ids = [text]
        else:
            wanted = fold(text)
            hits = self.search(text, place, on).results
            exact = [hit.id for hit in hits if wanted in {fold(hit.name), fold(hit.official_name or "")}]
            said = {hit.id: {fold(why.term) for why in hit.why if why.field == "synonym"} for hit in hits}
            ids = [*exact, *(id_ for id_, terms in said.items() if wanted in terms), *said]
        if not ids:
            raise NotFoundError("service_unknown", text=text)
        return ids[0]

    def suggest(self, text: str, place: Place | None = None, limit: int = 10) -> list[Suggestion]:
        """What a beginning can become; at a place only what applies there."""
        gazetteer = self.gazetteer
        codes = [link.code for link in gazetteer.chain(place.code)] if place else None
        return self._engine.suggest(text, codes, limit)

    @property
    def version(self) -> object:
        """A value that changes whenever the same line may find something else."""
        return (self._index.version(), self._version)

    def update(self, progress: Progress | None = None) -> int:
        """Let the index catch up with the database; ``progress`` is called with the documents done so far."""
        return self._indexer(progress).update()

    def rebuild(self, progress: Progress | None = None) -> int:
        """Build the index anew; ``progress`` is called with the documents done so far."""
        return self._indexer(progress).rebuild()

    def renew(self) -> None:
        """Build the index anew and leave nothing of the former one."""
        self.rebuild()
        self._index.purge()

    def status(self) -> dict[str, int]:
        """How far the index is: generation, documents, cursor, and how many changes it is behind."""
        status = self._index.status()
        source = DatabaseSource(self._database)
        return {
            "generation": status.generation,
            "documents": status.documents,
            "cursor": status.cursor.seq,
            "behind": len(source.changed(status.cursor.seq)),
        }

    def check(self) -> Difference:
        """Compare the index with the database, document by document."""
        return self._indexer().check()

    def _indexer(self, progress: Progress | None = None) -> Indexer:
        return Indexer(self._index, DatabaseSource(self._database), progress)
