"""The words that were probably meant by one that is not known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

SLIP_FROM = 4
"""How long a word is that may hold a slip."""
TWO_SLIPS_FROM = 7
CHOICES = 3
"""How many words are thought of for a slip."""


class Spelling:
    """Known words, folded, to compare an unknown one with."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words: dict[int, list[str]] = defaultdict(list)
        for word in sorted(words):
            if len(word) >= SLIP_FROM:
                self._words[len(word)].append(word)

    def near(self, word: str, slips: int) -> list[str]:
        """The nearest words so many slips away, at most: left out, added, wrong or swapped letters."""
        if len(word) < SLIP_FROM or (slips > 1 and len(word) < TWO_SLIPS_FROM):
            return []
        lengths = range(len(word) - slips, len(word) + slips + 1)
        like = [one for length in lengths for one in self._words.get(length, ())]
        found = process.extract(word, like, scorer=OSA.distance, score_cutoff=slips, limit=CHOICES)
        return [one for one, _, _ in found]
