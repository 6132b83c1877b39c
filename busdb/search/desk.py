"""Search over the database of an installation: the index, the indexer and the engine put together."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, func, or_, select

from busdb import queries, validity
from busdb.areas import MUNICIPALITIES, Gazetteer
from busdb.db import Database
from busdb.errors import NotFoundError, SetupError
from busdb.families import hidden_variants
from busdb.mapping import read, shape
from busdb.models import number
from busdb.models.operations import change
from busdb.publication import Place, PlaceName, SearchAnswer, Suggestion
from busdb.records import Authority, Service
from busdb.search.documents import Document, of_authority, of_service
from busdb.search.engine import Engine
from busdb.search.index import Index
from busdb.search.indexer import Difference, Indexer
from busdb.search.postgres_index import PostgresIndex
from busdb.search.whoosh_index import WhooshIndex
from busdb.settings import Settings
from busdb.textfold import fold

KINDS = ("service", "authority")
_KEY = re.compile(r"\d{14}")
LOOK = 1.0
"""Seconds for which the gazetteer in memory is trusted."""


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
        self._version: str | None = None
        self._gazetteer = Gazetteer(())
        self._engine = Engine(self._index, self._find, ())

    @property
    def gazetteer(self) -> Gazetteer:
        """The gazetteer, read anew when it has changed."""
        with self._lock:
            if self._version is None or time.monotonic() - self._looked > LOOK:
                self._looked = time.monotonic()
                with self._database.reading() as connection:
                    version = queries.gazetteer_version(connection)
                    if version != self._version:
                        self._gazetteer = queries.gazetteer(connection)
                        self._version = version
                        self._engine = Engine(self._index, self._find, self._places(self._gazetteer))
            return self._gazetteer

    @staticmethod
    def _places(gazetteer: Gazetteer) -> list[PlaceName]:
        kinds = MUNICIPALITIES | {"association", "district", "locality"}
        return [place for code in gazetteer.codes() if (place := gazetteer.name(code)) and place.kind in kinds]

    def _find(self, text: str) -> Sequence[PlaceName]:
        found = self._gazetteer.find(text, validity.today(validity.now()))
        return [PlaceName(ars=place.ars, name=place.name, kind=place.kind) for place in found]

    def search(self, text: str, place: Place | None = None, *, limit: int = 10, offset: int = 0) -> SearchAnswer:
        """The services that a line asks for; a place given beats one in the line."""
        gazetteer = self.gazetteer
        codes: list[str] | None = None
        if place is None:
            named = self._engine.places(text)
            if len(named) == 1 and named[0].ars:
                place = gazetteer.one(named[0].ars)
        if place is not None:
            codes = [link.code for link in gazetteer.chain(place.code)]
        try:
            return self._engine.search(text, codes, limit=limit, offset=offset)
        except SetupError as error:
            if error.code != "index_damaged":
                raise
            self.rebuild()
            return self._engine.search(text, codes, limit=limit, offset=offset)

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
            hits = self.search(text, place).results
            exact = [hit.id for hit in hits if wanted in {fold(hit.name), fold(hit.official_name or "")}]
            said = {hit.id: {fold(why.term) for why in hit.why if why.field == "synonym"} for hit in hits}
            ids = [*exact, *(id_ for id_, terms in said.items() if wanted in terms), *said]
        if not ids:
            raise NotFoundError("service_unknown", text=text)
        return ids[0]

    def suggest(self, text: str, limit: int = 10) -> list[Suggestion]:
        """What a beginning can become."""
        _ = self.gazetteer
        return self._engine.suggest(text, limit)

    def update(self) -> int:
        """Let the index catch up with the database."""
        return self._indexer().update()

    def rebuild(self) -> int:
        """Build the index anew."""
        return self._indexer().rebuild()

    def status(self) -> dict[str, int]:
        """How far the index is: generation, documents, cursor, and how many changes it is behind."""
        status = self._index.status()
        source = DatabaseSource(self._database)
        return {
            "generation": status.generation,
            "documents": status.documents,
            "cursor": status.cursor,
            "behind": len(source.changed(status.cursor)),
        }

    def check(self) -> Difference:
        """Compare the index with the database, document by document."""
        return self._indexer().check()

    def _indexer(self) -> Indexer:
        return Indexer(self._index, DatabaseSource(self._database))


class DatabaseSource:
    """The documents of the database, by its change log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cursor(self) -> int:
        """The last change."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.max(change.c.seq))) or 0

    def changed(self, after: int) -> list[tuple[str, str]]:
        """Kind and id of the services and authorities that changed after a cursor."""
        statement = (
            select(change.c.kind, number.c.source, number.c.value)
            .join(number, number.c.number == change.c.number)
            .where(change.c.seq > after, change.c.kind.in_(KINDS))
            .distinct()
        )
        with self._database.reading() as connection:
            return [(kind, f"{source}.{value}") for kind, source, value in connection.execute(statement)]

    def documents(self, objects: Iterable[tuple[str, str]]) -> Iterator[Document]:
        """The documents of objects that exist and are public."""
        wanted: dict[str, list[str]] = {kind: [] for kind in KINDS}
        for kind, id_ in objects:
            wanted[kind].append(id_)
        with self._database.reading() as connection:
            for kind, ids in wanted.items():
                keys = [key for id_ in ids if (key := queries.number_of(connection, kind, id_)) is not None]
                if keys:
                    yield from self._read(connection, kind, keys)

    def all(self) -> Iterator[Document]:
        """All documents."""
        with self._database.reading() as connection:
            for kind in KINDS:
                yield from self._read(connection, kind, None)

    @staticmethod
    def _read(connection: Connection, kind: str, keys: list[int] | None) -> Iterator[Document]:
        table = shape(kind).table
        where: list[ColumnElement[bool]] = [table.c.public_hash.is_not(None)]
        if keys is not None:
            where.append(table.c.object.in_(keys))
        today: dt.date = validity.today(validity.now())
        where.append(or_(table.c.valid_to.is_(None), table.c.valid_to > today))
        for stored in read(connection, kind, *where):
            record = stored.record
            if isinstance(record, Service):
                document = of_service(record)
                if document is not None:
                    yield document
            elif isinstance(record, Authority):
                yield of_authority(record)
