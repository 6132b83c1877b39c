"""Typeahead: names, synonyms and places in memory, found by their beginnings, with one slip from the fourth letter."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from busdb.publication import Suggestion
from busdb.search.analysis import words

Kind = Literal["service", "synonym", "place"]
SLIP_FROM = 4
SHORT = 5_000
"""For how many of the shortest beginnings, which everybody types and which begin the most, the answer is kept."""


class Entry(NamedTuple):
    """Something that can be suggested; ``weight`` orders what begins alike, smaller first. No ``areas``: everywhere."""

    text: str
    kind: Kind
    id: str | None
    weight: int
    areas: tuple[str, ...] = ()


class Suggester:
    """All entries under the folded beginnings of their words."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        keys: list[tuple[str, int, Entry]] = []
        for entry in entries:
            folded = words(entry.text)
            keys += [(" ".join(folded[start:]), start, entry) for start in range(min(len(folded), 4))]
        keys.sort(key=lambda key: (key[0], key[1], key[2].weight, key[2].text))
        self._keys = keys
        self._short = lru_cache(maxsize=SHORT)(self._found)
        self._texts = [key for key, _, _ in keys]

    def suggest(self, text: str, codes: Sequence[str] | None = None, limit: int = 10) -> list[Suggestion]:
        """The entries that begin like ``text``, the beginnings of names first; else those that nearly do.

        ``codes`` is the chain of a place: services that do not apply there are left out.
        """
        wanted = " ".join(words(text[:100]))
        if not wanted:
            return []
        there = None if codes is None else frozenset(codes)
        find = self._short if len(wanted) < SLIP_FROM else self._found
        return list(find(wanted, there, limit))

    def _found(self, wanted: str, there: frozenset[str] | None, limit: int) -> Sequence[Suggestion]:
        found = self._there(self._beginning(wanted), there)
        if not found and len(wanted) >= SLIP_FROM:
            found = self._there(self._nearly(wanted), there)
        found.sort(key=lambda key: (key[1] > 0, key[2].weight, len(key[2].text), key[2].text, key[2].id or ""))
        objects = {(entry.kind == "place", entry.id): entry for _, _, entry in reversed(found)}
        texts = {(entry.kind, entry.text): entry for entry in objects.values()}
        return [Suggestion(text=one.text, kind=one.kind, id=one.id) for one in list(reversed(texts.values()))[:limit]]

    @staticmethod
    def _there(keys: list[tuple[str, int, Entry]], codes: frozenset[str] | None) -> list[tuple[str, int, Entry]]:
        return [key for key in keys if codes is None or not key[2].areas or not codes.isdisjoint(key[2].areas)]

    def _beginning(self, wanted: str, most: int = 400) -> list[tuple[str, int, Entry]]:
        start = bisect_left(self._texts, wanted)
        end = bisect_left(self._texts, wanted + "\uffff")
        return self._keys[start : min(end, start + most)]

    def _nearly(self, wanted: str) -> list[tuple[str, int, Entry]]:
        """Entries of which some beginning is one slip away; the first letter is taken as right."""
        start = bisect_left(self._texts, wanted[0])
        end = bisect_left(self._texts, wanted[0] + "\uffff")
        beginnings = {text[: len(wanted)] for text in self._texts[start:end]}
        near = process.extract(wanted, beginnings, scorer=OSA.distance, score_cutoff=1, limit=5)
        return [key for beginning, _, _ in near for key in self._beginning(beginning)]
