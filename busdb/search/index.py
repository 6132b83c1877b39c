"""The port of search indexes: what the engine asks of one, whatever library is behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import NamedTuple, Protocol

from busdb.positions import Position
from busdb.search.documents import Document, Shown

FIELDS = {"name": 9.0, "synonyms": 8.0, "teaser": 2.5, "text": 2.0}
"""The fields of tokens and what a token in each is worth."""


class Variant(NamedTuple):
    """A token that stands for a word of the query, and what it is worth against the word itself."""

    token: str
    weight: float


Term = tuple[Variant, ...]
"""A word of the query with all that may stand for it."""


class Wish(NamedTuple):
    """What is asked of an index.

    A document must meet one of the ``terms``, be valid on the day, and bear all ``marks``. ``codes`` is the chain of
    the reader's place (``None``: any): what applies there comes first. ``counted`` are marks to count.
    """

    terms: tuple[Term, ...]
    on: dt.date
    codes: frozenset[str] | None = None
    marks: frozenset[str] = frozenset()
    counted: tuple[str, ...] = ()


class Match(NamedTuple):
    """A document that was found: its score, the tokens met by field, and whether it applies at the place."""

    shown: Shown
    score: float
    met: frozenset[tuple[str, str]]
    applies: bool = True


class Found(NamedTuple):
    """What an index found: how many services, the best of them, the best authorities, and the services by mark."""

    total: int = 0
    services: tuple[Match, ...] = ()
    authorities: tuple[Match, ...] = ()
    counts: Mapping[str, int] = MappingProxyType({})


class IndexStatus(NamedTuple):
    """How far an index is."""

    generation: int
    documents: int
    cursor: Position
    form: str
    """The form of documents that it was built with."""


class Writer(Protocol):
    """Takes documents into an index or a new generation of it."""

    def put(self, documents: Iterable[Document], deleted: Iterable[str] = ()) -> None:
        """Add or replace documents and delete others by id."""
        ...

    def finish(self, cursor: Position) -> None:
        """Make everything visible at once, as the state of ``cursor``."""
        ...


class Index(Protocol):
    """A search index. Reading never waits for writing."""

    def status(self) -> IndexStatus:
        """How far the index is; nothing at all is generation 0. Raises ``SetupError`` for a damaged one."""
        ...

    def version(self) -> object:
        """A value that changes whenever readers see something new."""
        ...

    def find(self, wish: Wish, limit: int) -> Found:
        """The best ``limit`` services that fit, and some authorities."""
        ...

    def by_key(self, key: str) -> list[Shown]:
        """The documents with a LeiKa key or id."""
        ...

    def shown(self) -> Iterator[Shown]:
        """What all documents show, for typeahead and the vocabulary."""
        ...

    def rarity(self, token: str) -> float:
        """How much a token tells: the logarithm of the share of documents without it, from about 0.1 to 10."""
        ...

    def digests(self) -> Iterator[tuple[str, str]]:
        """The ids of all documents and the digests of what was put in for them."""
        ...

    def marked(self, mark: str) -> frozenset[str]:
        """The ids of the documents that bear a mark."""
        ...

    def updating(self) -> AbstractContextManager[Writer]:
        """Change the present generation. Raises ``BusyError`` while another process writes."""
        ...

    def rebuilding(self) -> AbstractContextManager[Writer]:
        """Build the next generation beside the present one; ``finish`` switches. Raises ``BusyError``."""
        ...

    def purge(self) -> None:
        """Leave nothing of former generations, whoever reads them."""
        ...
