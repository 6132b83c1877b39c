"""The line that people type: what they want, where, and the tokens that may stand for each word."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from busdb.publication import PlaceName
from busdb.search.analysis import is_stop_word, split, stem, thesaurus, words
from busdb.search.index import Term, Variant

LENGTH = 300
WORDS = 12
PLACE_WORDS = 4
SLIP_FROM = 4
PlaceFinder = Callable[[str], Sequence[PlaceName]]
"""The places that some words name exactly."""


class Line(NamedTuple):
    """A line as it was understood."""

    concern: str
    places: tuple[PlaceName, ...]


def understand(text: str, find: PlaceFinder) -> Line:
    """Split a line into what is wanted and where. Operators and quotation marks are text like any other.

    A place stands at the end or at the beginning; a line that is nothing but a place names no concern, and words that
    are both stay in the concern when nothing else would be left.
    """
    line = " ".join(unicodedata.normalize("NFKC", text[:LENGTH]).split())
    parts = line.split(" ")
    for count in range(min(PLACE_WORDS, len(parts) - 1), 0, -1):
        for place, rest in ((parts[-count:], parts[:-count]), (parts[:count], parts[count:])):
            found = find(" ".join(place))
            if found and any(not is_stop_word(word) for word in words(" ".join(rest))):
                return Line(" ".join(_without_preposition(rest)), tuple(found))
    return Line(line, ())


def _without_preposition(rest: list[str]) -> list[str]:
    while len(rest) > 1 and rest[-1].casefold() in {"in", "bei", "für", "nach", "aus"}:
        rest = rest[:-1]
    return rest


class Vocabulary:
    """The tokens of names and synonyms: what a beginning or a slip can mean."""

    def __init__(self, tokens: frozenset[str], names: Iterable[str]) -> None:
        self._known = tokens
        self._sorted = sorted(tokens)
        self._words = sorted({word for name in names for word in words(name) if len(word) >= SLIP_FROM})

    def __contains__(self, token: str) -> bool:
        return token in self._known

    def beginning(self, start: str, most: int = 12) -> list[str]:
        """Tokens that begin so, the shortest first."""
        first = bisect_left(self._sorted, start)
        last = bisect_left(self._sorted, start + "\uffff")
        return sorted(self._sorted[first : min(last, first + 200)], key=len)[:most]

    def near(self, word: str) -> str | None:
        """The word of a name that was probably meant, one slip away, two in long words."""
        allowed = 1 if len(word) < 7 else 2
        if len(word) < SLIP_FROM:
            return None
        found = process.extractOne(word, self._words, scorer=OSA.distance, score_cutoff=allowed)
        return found[0] if found else None

    def split(self, word: str) -> tuple[str, ...]:
        """The parts of a compound of two known words, however they are linked."""
        for end in range(len(word) - SLIP_FROM, SLIP_FROM - 1, -1):
            head, tail = word[:end], word[end:]
            if stem(tail) in self._known:
                for link in ("", "s", "n", "en", "es", "e"):
                    if head.endswith(link) and stem(head[: len(head) - len(link)]) in self._known:
                        return head[: len(head) - len(link)], tail
        return ()


class Read(NamedTuple):
    """The terms of a concern, and the corrections that were made, by word."""

    terms: tuple[Term, ...]
    corrections: dict[str, str]


def read(concern: str, vocabulary: Vocabulary) -> Read:
    """The terms that a concern means: its words, their parts, beginnings, corrections, and official words for them."""
    folded = words(concern)[:WORDS]
    kept = [word for word in folded if not is_stop_word(word)] or folded
    official = _official(folded)
    corrections: dict[str, str] = {}
    terms = []
    for position, word in enumerate(kept):
        last = position == len(kept) - 1
        terms += _terms(word, vocabulary, corrections, last=last)
    terms += [(Variant(stem(word), 0.8),) for word in official if stem(word) not in {one[0].token for one in terms}]
    return Read(tuple(terms), corrections)


def _terms(word: str, vocabulary: Vocabulary, corrections: dict[str, str], *, last: bool) -> list[Term]:
    """What stands for one word: itself with its parts; when it is unknown, a beginning, a correction, or its parts."""
    if stem(word) in vocabulary:
        parts = {stem(part): 0.35 for part in split(word)}
        return [tuple(Variant(token, weight) for token, weight in ({stem(word): 1.0} | parts).items())]
    beginnings = vocabulary.beginning(word) if last and len(word) > 2 else []
    if beginnings:
        return [tuple(Variant(token, 0.7) for token in beginnings)]
    if meant := vocabulary.near(word):
        corrections[word] = stem(meant)
        return [(Variant(stem(meant), 0.8), *(Variant(stem(part), 0.3) for part in split(meant)))]
    found = split(word) or vocabulary.split(word)
    return [(Variant(stem(part), 1.0),) for part in found] or [(Variant(stem(word), 1.0),)]


def _official(folded: list[str]) -> list[str]:
    """The official words for everyday words in the line."""
    known = thesaurus()
    found: list[str] = []
    for length in (4, 3, 2, 1):
        for start in range(len(folded) - length + 1):
            found += known.get(tuple(folded[start : start + length]), ())
    return list(dict.fromkeys(found))
