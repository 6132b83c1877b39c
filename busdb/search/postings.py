"""Which documents hold a token, kept in memory as far as they were asked for, and the best documents by them.

An index is read for the tokens that people use, and these repeat. Libraries and databases give such lists more slowly
than they are used; their own scores, which long texts dominate, are not needed.
"""

from __future__ import annotations

import datetime as dt
import math
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from heapq import nlargest
from operator import itemgetter

from busdb import deadline
from busdb.search.documents import AUTHORITY, DATED, EVERYWHERE, SERVICE, Shown, in_area
from busdb.search.index import FIELDS, Found, Match, Term, Wish

COMMON = 2_000
"""A token that so many documents hold finds none by itself where another term does; it ranks what they found."""
HELD = 2_000_000
"""How many numbers of documents are kept."""
AUTHORITIES = 5
PLACES, DAYS = 500, 8
"""For how many places and days the documents that apply are kept."""
_NONE: frozenset[int] = frozenset()
_Lists = list[tuple[float, frozenset[int]]]


class Postings(ABC):
    """The lists of one state of an index; ``documents`` counts what it holds."""

    def __init__(self, documents: int) -> None:
        self._documents = documents
        self._known: dict[str, dict[str, frozenset[int]]] = {}
        self._marks: dict[str, frozenset[int]] = {}
        self._places: dict[frozenset[str], frozenset[int]] = {}
        self._days: dict[dt.date, frozenset[int]] = {}
        self._shown: dict[int, Shown] = {}
        self._held = 0

    @abstractmethod
    def _load(self, tokens: Collection[str]) -> Iterable[tuple[str, str, Iterable[int]]]:
        """Field, token and numbers of the documents that hold it there, for some tokens."""

    @abstractmethod
    def _bearing(self, mark: str) -> Iterable[int]:
        """The numbers of the documents that bear a mark."""

    @abstractmethod
    def _read(self, documents: Collection[int]) -> dict[int, Shown]:
        """What documents show; one that is gone meanwhile is left out."""

    def rarity(self, token: str) -> float:
        """How much a token tells: the logarithm of the share of documents without it, from about 0.1 to 10."""
        if token not in self._known:
            self._know({token})
        often = max((len(held) for held in self._known[token].values()), default=0)
        return math.log(1 + (self._documents + 1) / (often + 1))

    def find(self, wish: Wish, limit: int) -> Found:
        """The best services that fit a wish, each with what it meets, and the best authorities."""
        tokens = {variant.token for term in wish.terms for variant in term}
        self._know(tokens)
        worth = self._weigh(wish.terms)
        fitting = worth.keys() - self._invalid(wish.on)
        services = fitting & self.marked(SERVICE)
        for mark in wish.marks:
            services &= self.marked(mark)
        applying = services if wish.codes is None else self._applying(wish.codes)
        bodies = fitting & self.marked(AUTHORITY)
        return Found(
            len(services),
            self._matches(_best(services, limit, worth, applying), worth, tokens, applying),
            self._matches(_best(bodies, AUTHORITIES, worth, applying), worth, tokens, applying),
            {mark: len(services & self.marked(mark)) for mark in wish.counted},
        )

    def marked(self, mark: str) -> frozenset[int]:
        """The documents that bear a mark."""
        if mark not in self._marks:
            self._marks[mark] = frozenset(self._bearing(mark))
        return self._marks[mark]

    def shown(self, documents: Collection[int]) -> dict[int, Shown]:
        """What documents show, from memory where it is there."""
        unseen = [document for document in documents if document not in self._shown]
        if unseen:
            self._shown |= self._read(unseen)
        return {document: self._shown[document] for document in documents if document in self._shown}

    def _applying(self, codes: frozenset[str]) -> frozenset[int]:
        if codes not in self._places:
            if len(self._places) >= PLACES:
                self._places.clear()
            held = (self.marked(in_area(code)) for code in codes)
            self._places[codes] = self.marked(EVERYWHERE).union(*held)
        return self._places[codes]

    def _invalid(self, on: dt.date) -> frozenset[int]:
        if on not in self._days:
            if len(self._days) >= DAYS:
                self._days.clear()
            dated = self.shown(self.marked(DATED))
            self._days[on] = frozenset(document for document, one in dated.items() if not one.valid(on))
        return self._days[on]

    def _matches(
        self, documents: Sequence[int], worth: Mapping[int, float], tokens: Set[str], applying: Set[int]
    ) -> tuple[Match, ...]:
        met: dict[int, list[tuple[str, str]]] = {document: [] for document in documents}
        chosen = frozenset(documents)
        for token in tokens:
            for field, held in self._known[token].items():
                for document in chosen & held:
                    met[document].append((field, token))
        return tuple(
            Match(shown, worth[document], frozenset(met[document]), document in applying)
            for document, shown in self.shown(documents).items()
        )

    def _know(self, tokens: Set[str]) -> None:
        new = tokens - self._known.keys()
        if not new:
            return
        if self._held > HELD:
            self._known = {token: self._known[token] for token in tokens & self._known.keys()}
            self._held = sum(len(held) for fields in self._known.values() for held in fields.values())
        loaded: dict[str, dict[str, frozenset[int]]] = {token: {} for token in new}
        for field, token, documents in self._load(new):
            loaded[token][field] = frozenset(documents)
            self._held += len(loaded[token][field])
        self._known |= loaded

    def _weigh(self, terms: Sequence[Term]) -> dict[int, float]:
        """What each document is worth by itself: the sum of the best field and variant of each term."""
        total: dict[int, float] = {}
        late: list[_Lists] = []
        for term in terms:
            deadline.check()
            lists = [
                (worth * variant.weight * self.rarity(variant.token), self._known[variant.token].get(field, _NONE))
                for variant in term
                for field, worth in FIELDS.items()
            ]
            if any(len(held) > COMMON for _, held in lists):
                late.append(lists)
            else:
                _add(total, lists, None)
        for lists in late:
            _add(total, lists, total.keys() if total else None)
        return total


def _best(documents: Set[int], limit: int, worth: Mapping[int, float], applying: Set[int]) -> list[int]:
    """The best of some documents: those that apply first, then by worth, then by number."""
    ranked = [(one in applying, worth[one], -one) for one in documents]
    return [-number for _, _, number in nlargest(limit, ranked)]


def _add(total: dict[int, float], lists: _Lists, among: Set[int] | None) -> None:
    best: dict[int, float] = {}
    for value, held in sorted(lists, key=itemgetter(0)):
        best.update(dict.fromkeys(held if among is None else held & among, value))
    for document, value in best.items():
        total[document] = total.get(document, 0.0) + value
