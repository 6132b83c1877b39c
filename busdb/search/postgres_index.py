"""The index in PostgreSQL: several nodes share one, with nothing else to run.

The tokens of a field are a tsvector without positions, each under a GIN index. A writer works in one transaction, so
that readers see the former state until it commits; what they keep in memory they forget when the revision changes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, cast, delete, func, insert, select, text

from busdb.db import Database
from busdb.errors import BusyError
from busdb.models.search import search_document, search_state
from busdb.positions import Position
from busdb.search.documents import Document, Shown, form
from busdb.search.index import FIELDS, Found, IndexStatus, Wish
from busdb.search.postings import Postings

LOCK = 0x0B05DC
"""Key of the advisory lock that one writer at a time holds."""
LOOK = 1.0
"""Seconds for which a reader trusts that the index is still as it was."""
_HOLDING = text(
    " UNION ALL ".join(
        f"SELECT '{field}' AS field, token, array_agg(number) AS documents"  # noqa: S608  # names of our columns
        " FROM unnest(CAST(:tokens AS text[])) AS asked(token)"
        f" JOIN search_document ON {field} @@ CAST(quote_literal(token) AS tsquery) GROUP BY token"
        for field in FIELDS
    )
)
"""The documents that hold each of some tokens. A token has letters and digits only and is a lexeme as it stands."""
_shown = msgspec.json.Decoder(Shown).decode
_T = TypeVar("_T")


class _State(NamedTuple):
    generation: int
    revision: int
    cursor: int
    form: str


class _MovedError(Exception):
    """The index was written since; its lists are read anew."""


class PostgresIndex:
    """An index in the tables of the database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._looked = 0.0
        self._seen: _State | None = None
        self._lists: tuple[_State, _Postings] | None = None

    def status(self) -> IndexStatus:
        """How far the index is."""
        state = self._look(fresh=True)
        if state is None:
            return IndexStatus(0, 0, Position(0), "")
        # What is in the database cannot be of another history than its log
        return IndexStatus(state.generation, self._count(), Position(state.cursor), state.form)

    def version(self) -> object:
        """A value that changes whenever readers see something new."""
        return self._look()

    def find(self, wish: Wish, limit: int) -> Found:
        """The best services that fit, and some authorities."""
        return self._ask(lambda lists: lists.find(wish, limit), Found())

    def by_key(self, key: str) -> list[Shown]:
        """The documents with a LeiKa key or id."""
        return [_shown(row.shown) for row in self._rows(search_document.c.shown, where=_among("keys", key))]

    def shown(self) -> Iterator[Shown]:
        """What all documents show."""
        for row in self._rows(search_document.c.shown):
            yield _shown(row.shown)

    def digests(self) -> Iterator[tuple[str, str]]:
        """The ids of all documents and the digests of what was put in for them."""
        for row in self._rows(search_document.c.id, search_document.c.digest):
            yield row.id, row.digest

    def rarity(self, token: str) -> float:
        """How much a token tells."""
        return self._ask(lambda lists: lists.rarity(token), 1.0)

    def marked(self, mark: str) -> frozenset[str]:
        """The ids of the documents that bear a mark."""
        return frozenset(row.id for row in self._rows(search_document.c.id, where=_among("marks", mark)))

    @contextmanager
    def updating(self) -> Iterator[_Writer]:
        """Change the present generation; without one, make the first."""
        with self._writing() as (connection, state):
            yield _Writer(connection, state or _State(1, 0, 0, ""), self._forget)

    @contextmanager
    def rebuilding(self) -> Iterator[_Writer]:
        """Build the next generation; readers see the former one until it is finished."""
        with self._writing() as (connection, state):
            connection.execute(delete(search_document))
            yield _Writer(connection, _State(state.generation + 1 if state else 1, 0, 0, ""), self._forget)

    def purge(self) -> None:
        """Nothing to do: the rows of a former generation are gone with it."""

    @contextmanager
    def _writing(self) -> Iterator[tuple[Connection, _State | None]]:
        """A transaction that only a finished writer commits."""
        with self._database.engine.connect() as connection, connection.begin() as transaction:
            if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": LOCK}):
                raise BusyError("index_busy")
            row = connection.execute(select(search_state)).one_or_none()
            yield connection, _State(*row) if row else None
            if transaction.is_active:
                transaction.rollback()

    def _forget(self) -> None:
        with self._lock:
            self._looked = 0.0

    def _rows(self, *columns: ColumnElement[Any], where: ColumnElement[bool] | None = None) -> list[Any]:
        statement = select(*columns).order_by(search_document.c.id)
        with self._database.reading() as connection:
            return list(connection.execute(statement if where is None else statement.where(where)))

    def _count(self) -> int:
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(search_document)) or 0

    def _look(self, *, fresh: bool = False) -> _State | None:
        """The state of the index; looked up at most once a second."""
        now = time.monotonic()
        with self._lock:
            if fresh or now - self._looked >= LOOK:
                with self._database.reading() as connection:
                    row = connection.execute(select(search_state)).one_or_none()
                self._seen, self._looked = (_State(*row) if row else None), now
            return self._seen

    def _ask(self, question: Callable[[_Postings], _T], nothing: _T) -> _T:
        """The answer of the present lists, or of newer ones if the index is written meanwhile."""
        while True:
            lists = self._postings()
            try:
                return question(lists) if lists else nothing
            except _MovedError:
                self._forget()

    def _postings(self) -> _Postings | None:
        state = self._look()
        if state is None:
            return None
        lists = self._lists
        if lists is None or lists[0] != state:
            lists = self._lists = (state, _Postings(self._database, state, self._count()))
        return lists[1]


class _Postings(Postings):
    """The lists of one revision of the index, for all threads of a process."""

    def __init__(self, database: Database, state: _State, documents: int) -> None:
        super().__init__(documents)
        self._database = database
        self._state = state

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A transaction on the revision of these lists. Raises ``_MovedError`` for a later one."""
        with self._database.reading() as connection:
            row = connection.execute(select(search_state)).one_or_none()
            if row is None or _State(*row) != self._state:
                raise _MovedError
            yield connection

    def _load(self, tokens: Collection[str]) -> Iterable[tuple[str, str, Iterable[int]]]:
        with self._reading() as connection:
            found = connection.execute(_HOLDING, {"tokens": list(tokens)})
            return [(row.field, row.token, row.documents) for row in found]

    def _bearing(self, mark: str) -> Iterable[int]:
        with self._reading() as connection:
            return list(connection.scalars(select(search_document.c.number).where(_among("marks", mark))))

    def _read(self, documents: Collection[int]) -> dict[int, Shown]:
        statement = select(search_document.c.number, search_document.c.shown)
        with self._reading() as connection:
            found = connection.execute(statement.where(search_document.c.number.in_(documents)))
            return {row.number: _shown(row.shown) for row in found}


class _Writer:
    """Writes in the transaction of its index; what is not finished is rolled back."""

    def __init__(self, connection: Connection, state: _State, then: Callable[[], None]) -> None:
        self._connection = connection
        self._state = state
        self._then = then

    def put(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> None:
        """Add or replace documents and delete others by id."""
        new = list(documents)
        gone = [*deleted, *(document.id for document in new)]
        if gone:
            self._connection.execute(delete(search_document).where(search_document.c.id.in_(gone)))
        if new:
            self._connection.execute(_INSERT, [_row(document) for document in new])

    def finish(self, cursor: Position) -> None:
        """Commit with the cursor."""
        generation, revision, *_ = self._state
        row = _State(generation, revision + 1, cursor.seq, form())
        self._connection.execute(delete(search_state))
        self._connection.execute(insert(search_state).values(row._asdict()))
        self._connection.commit()
        self._then()


_INSERT = insert(search_document).values(
    {name: func.array_to_tsvector(func.string_to_array(bindparam(f"{name}_tokens"), " ")) for name in FIELDS}
)


def _among(column: str, value: str) -> ColumnElement[bool]:
    array = search_document.c[column]
    return array.op("@>")(cast([value], array.type))


def _row(document: Document) -> dict[str, Any]:
    row: dict[str, Any] = {f"{name}_tokens": getattr(document, name) for name in FIELDS}
    shown = msgspec.json.encode(document.shown).decode()
    lists = {"keys": list(document.keys), "marks": list(document.marks)}
    return row | lists | {"id": document.id, "shown": shown, "digest": document.digest}
