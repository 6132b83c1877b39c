"""The line that people type: what they want, where, and the tokens that may stand for each word."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from busdb.publication import PlaceName
from busdb.search.analysis import (
    Thesaurus,
    is_stop_word,
    parts_of_compounds,
    positions,
    split,
    stem,
    tokens,
    words,
)
from busdb.search.index import Term, Variant

LENGTH = 300
WORDS = 24
PART, HOLDING = 0.35, 0.6
"""What a part of a compound, and a compound that holds a word, are worth against the word itself."""
PLACE_WORDS = 4
SLIP_FROM = 4
CHOICES = 3
"""How many words are thought of for a slip."""
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
    """The words of names and synonyms: what a beginning, a slip or a part of a compound can mean."""

    def __init__(self, names: Iterable[str]) -> None:
        written: dict[str, str] = {}
        known: set[str] = set()
        for name in names:
            known.update(tokens(name))
            for start, end, word in positions(name):
                written.setdefault(word, name[start:end])
        self._written = written
        self._known = known
        self._sorted = sorted(known)
        self._words: dict[int, list[str]] = defaultdict(list)
        for word in sorted(written):
            if len(word) >= SLIP_FROM:
                self._words[len(word)].append(word)
        self._holding: dict[str, dict[str, None]] = defaultdict(dict)
        for word in sorted(written):
            for part in self.split(word):
                self._holding[stem(part)][stem(word)] = None

    def __contains__(self, token: str) -> bool:
        return token in self._known

    def holding(self, token: str, most: int = 40) -> list[str]:
        """The tokens of compounds of which a token is the first or last part."""
        return list(self._holding.get(token, ()))[:most]

    def beginning(self, start: str, most: int = 12) -> list[str]:
        """Tokens that begin so, the shortest first."""
        first = bisect_left(self._sorted, start)
        last = bisect_left(self._sorted, start + "\uffff")
        return sorted(self._sorted[first : min(last, first + 200)], key=len)[:most]

    def near(self, word: str) -> list[str]:
        """The words of names that were probably meant, as they are written there: one slip away, two in long words."""
        allowed = 1 if len(word) < 7 else 2
        if len(word) < SLIP_FROM:
            return []
        like = [one for length in range(len(word) - allowed, len(word) + allowed + 1) for one in self._words[length]]
        found = process.extract(word, like, scorer=OSA.distance, score_cutoff=allowed, limit=CHOICES)
        return [self._written[one] for one, _, _ in found]

    def split(self, word: str) -> tuple[str, ...]:
        """The parts of a compound of two known words, however they are linked."""
        for end in range(len(word) - SLIP_FROM, SLIP_FROM - 1, -1):
            head, tail = word[:end], word[end:]
            if stem(tail) in self._known or tail in parts_of_compounds():
                for link in ("", "s", "n", "en", "es", "e"):
                    first = head[: len(head) - len(link)]
                    if head.endswith(link) and (stem(first) in self._known or first in parts_of_compounds()):
                        return first, tail
        return ()


class Read(NamedTuple):
    """A concern as it was read: the terms of its own words, those of official words, and what slips may mean.

    ``everyday`` names the words of the line for which the first token of an official term stands.
    """

    terms: tuple[Term, ...]
    official: tuple[Term, ...]
    corrections: dict[str, list[str]]
    everyday: dict[str, str]

    @property
    def all(self) -> tuple[Term, ...]:
        """All terms."""
        return self.terms + self.official


def read(concern: str, vocabulary: Vocabulary, thesaurus: Thesaurus) -> Read:
    """The terms that a concern means: its words, their parts, beginnings, corrections, and official words for them."""
    folded = words(concern)[:WORDS]
    kept = [word for word in folded if not is_stop_word(word)] or folded
    corrections: dict[str, list[str]] = {}
    meant = {stem(word): phrase for word, phrase in thesaurus.official(folded).items()}
    understood = frozenset[str]().union(*meant.values())
    terms = [
        _terms(word, vocabulary, corrections, last=position == len(kept) - 1, known=stem(word) in understood)
        for position, word in enumerate(kept)
    ]
    for position, (one, other) in enumerate(pairwise(kept)):
        joined = [
            Variant(stem(f"{one}{link}{other}"), 1.0) for link in ("", "s") if stem(f"{one}{link}{other}") in vocabulary
        ]
        for place in (position, position + 1):
            terms[place] = [(*term, *joined) for term in terms[place]]
    own = tuple(term for some in terms for term in some)
    said = {one.token for term in own for one in term if one.weight >= 1}
    official = tuple(_with_holding(token, vocabulary) for token in meant if token not in said)
    everyday = {token: _typed(concern, phrase) for token, phrase in meant.items()}
    return Read(own, official, corrections, everyday)


def _typed(concern: str, phrase: Set[str]) -> str:
    """The words of a concern that make a phrase of the thesaurus."""
    return " ".join(concern[start:end] for start, end, word in positions(concern) if stem(word) in phrase)


def _with_holding(token: str, vocabulary: Vocabulary) -> Term:
    return (Variant(token, 1.0), *(Variant(one, HOLDING) for one in vocabulary.holding(token) if one != token))


def _terms(
    word: str, vocabulary: Vocabulary, corrections: dict[str, list[str]], *, last: bool, known: bool
) -> list[Term]:
    """What stands for one word: itself with its parts; when no name holds it, a beginning, a correction, or its parts.

    What is ``known`` as an everyday word is no slip.
    """
    token = stem(word)
    if token in vocabulary or vocabulary.holding(token):
        parts = {stem(part): PART for part in split(word) or vocabulary.split(word)}
        whole = dict.fromkeys(vocabulary.holding(token), HOLDING) | {token: 1.0}
        return [tuple(Variant(one, weight) for one, weight in (parts | whole).items())]
    beginnings = vocabulary.beginning(word) if last and len(word) > 2 else []
    if beginnings:
        return [tuple(Variant(one, 0.7) for one in beginnings)]
    if not known and (near := vocabulary.near(word)):
        corrections[word] = near
        (meant,) = words(near[0])
        return [(Variant(stem(meant), 0.8), *(Variant(stem(part), 0.3) for part in split(meant)))]
    found = split(word) or vocabulary.split(word)
    return [(Variant(stem(part), 1.0),) for part in found] or [(Variant(token, 1.0),)]
