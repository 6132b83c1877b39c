"""Which documents hold a token, kept in memory as far as they were asked for, and the best documents by them.

An index is read for the tokens that people use, and these repeat. Libraries and databases give such lists more slowly
than they are used; their own scores, which long texts dominate, are not needed.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence, Set
from heapq import nlargest
from operator import itemgetter

from busdb.search.documents import Shown
from busdb.search.index import FIELDS, Match, Term

COMMON = 2_000
"""A token that so many documents hold finds none by itself where another term does; it ranks what they found."""
HELD = 2_000_000
"""How many numbers of documents are kept."""
_NONE: frozenset[int] = frozenset()
_Lists = list[tuple[float, frozenset[int]]]


class Postings(ABC):
    """The lists of one state of an index; ``documents`` counts what it holds."""

    def __init__(self, documents: int) -> None:
        self._documents = documents
        self._known: dict[str, dict[str, frozenset[int]]] = {}
        self._shown: dict[int, Shown] = {}
        self._held = 0

    @abstractmethod
    def _load(self, tokens: Collection[str]) -> Iterable[tuple[str, str, Iterable[int]]]:
        """Field, token and numbers of the documents that hold it there, for some tokens."""

    @abstractmethod
    def _read(self, documents: Collection[int]) -> dict[int, Shown]:
        """What documents show; one that is gone meanwhile is left out."""

    def rarity(self, token: str) -> float:
        """How much a token tells: the logarithm of the share of documents without it, from about 0.1 to 10."""
        if token not in self._known:
            self._know({token})
        often = max((len(held) for held in self._known[token].values()), default=0)
        return math.log(1 + (self._documents + 1) / (often + 1))

    def best(self, terms: Sequence[Term], limit: int) -> list[Match]:
        """The best documents that meet any term, each with what it meets."""
        tokens = {variant.token for term in terms for variant in term}
        self._know(tokens)
        best = nlargest(limit, self._weigh(terms).items(), key=lambda pair: (pair[1], -pair[0]))
        met: dict[int, list[tuple[str, str]]] = {document: [] for document, _ in best}
        for token in tokens:
            for field, held in self._known[token].items():
                for document in met.keys() & held:
                    met[document].append((field, token))
        unseen = [document for document in met if document not in self._shown]
        if unseen:
            self._shown |= self._read(unseen)
        return [
            Match(self._shown[document], score, frozenset(met[document]))
            for document, score in best
            if document in self._shown
        ]

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


def _add(total: dict[int, float], lists: _Lists, among: Set[int] | None) -> None:
    best: dict[int, float] = {}
    for value, held in sorted(lists, key=itemgetter(0)):
        best.update(dict.fromkeys(held if among is None else held & among, value))
    for document, value in best.items():
        total[document] = total.get(document, 0.0) + value
