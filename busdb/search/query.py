"""The line that people type: what they want, where, and the tokens that may stand for each word."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from busdb import deadline
from busdb.publication import PlaceName
from busdb.search.analysis import (
    is_stop_word,
    parts_of_compounds,
    positions,
    split,
    stem,
    tokens,
    words,
)
from busdb.search.index import Term, Variant
from busdb.search.spelling import Spelling
from busdb.search.thesaurus import Meaning, Thesaurus, ours
from busdb.search.verbs import put_together

LENGTH = 300
WORDS = 24
PART, HOLDING = 0.35, 0.6
"""What a part of a compound, and a compound that holds a word, are worth against the word itself."""
PART_FROM = 4
LINKS = ("", "s", "n", "en", "es", "e")
PLACE_WORDS = 4
PREPOSITIONS = frozenset({"in", "bei", "für", "nach", "aus", "von"})
ARTICLES = frozenset(
    {"der", "die", "das", "den", "dem", "ein", "eine", "einen", "einem", "einer", "meine", "meiner", "unserer"}
)
BEFORE_PLACES = PREPOSITIONS | {"der", "stadt", "gemeinde", "ort", "raum", "zu"}
"""What may stand between a concern and a place and belongs to neither."""
PlaceFinder = Callable[[str], Sequence[PlaceName]]
"""The places that some words name exactly."""


class Line(NamedTuple):
    """A line as it was understood."""

    concern: str
    places: tuple[PlaceName, ...]


def understand(text: str, find: PlaceFinder) -> Line:
    """Split a line into what is wanted and where. Operators and quotation marks are text like any other.

    A place stands at the end, at the beginning, or behind a preposition; a line that is nothing but a place names no
    concern, and words that are both stay in the concern when nothing else would be left, behind an article (``auf der
    Burg``), or where they are part of a phrase (``Halle mieten``).
    """
    line = " ".join(unicodedata.normalize("NFKC", text[:LENGTH]).split())
    parts = line.split(" ")
    for start, end in _spans([part.casefold() for part in parts]):
        before, after = _without_preposition(parts[:start]), parts[end:]
        if any(not is_stop_word(word) for word in words(" ".join([*before, *after]))):
            place = " ".join(parts[start:end])
            found = find(place)
            if found and not _in_phrase(place, line):
                return Line(" ".join([*before, *after]), tuple(found))
    return Line(line, ())


def _spans(parts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the words of a place may begin and end, the likeliest first."""
    size = len(parts)
    counts = range(min(PLACE_WORDS, size - 1), 0, -1)
    for start in range(min(size, WORDS) - 1, 0, -1):
        if parts[start - 1] in PREPOSITIONS:
            yield from ((start, start + count) for count in counts if start + count <= size)
    for count in counts:
        if count > 1 or parts[-2] not in ARTICLES:
            yield size - count, size
        yield 0, count


def _without_preposition(before: list[str]) -> list[str]:
    while before and before[-1].casefold() in BEFORE_PLACES:
        before = before[:-1]
    return before


def _in_phrase(place: str, line: str) -> bool:
    tokens = frozenset(map(stem, words(place)))
    return any(len(one.said) > 1 and tokens <= one.said for one in ours().meanings(words(line)))


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
        self._spelling = Spelling(written)
        self._holding: dict[str, dict[str, None]] = defaultdict(dict)
        for word in sorted(written):
            for part in self.split(word) or self._learned(word):
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

    def near(self, word: str, slips: int) -> list[str]:
        """The words of names that were probably meant, as they are written there."""
        return [self._written[one] for one in self._spelling.near(word, slips)]

    def split(self, word: str) -> tuple[str, ...]:
        """The parts of a compound of two known words, however they are linked."""
        for end in range(len(word) - PART_FROM, PART_FROM - 1, -1):
            head, tail = word[:end], word[end:]
            if self._is_part(tail):
                for link in LINKS:
                    first = head[: len(head) - len(link)]
                    if head.endswith(link) and self._is_part(first):
                        return first, tail
        return ()

    def part(self, word: str) -> str | None:
        """The longest known word with which an unknown compound ends or begins; the end says more."""
        for length in range(len(word) - PART_FROM + 1, PART_FROM, -1):
            for part in (word[-length:], word[:length]):
                if self._is_part(part):
                    return part
        return None

    def _learned(self, word: str) -> tuple[str, ...]:
        """The parts of a compound whose end is known: what stands before it is a word too (``Emissionserklärung``)."""
        for length in range(len(word) - PART_FROM, PART_FROM, -1):
            if word[-length:] in parts_of_compounds():
                head = word[:-length]
                return (head.removesuffix("s"), word[-length:]) if len(head) > PART_FROM else ()
        return ()

    def _is_part(self, word: str) -> bool:
        return stem(word) in self._known or word in parts_of_compounds()


class Meant(NamedTuple):
    """Official phrases, of which descriptions use one or another, for what is ``said`` in the line.

    ``words`` is for how many words of the line they stand.
    """

    words: float
    said: str
    phrases: tuple[tuple[Term, ...], ...]


class Read(NamedTuple):
    """A concern as it was read: the terms of its own words, what official words mean it, and what slips may mean.

    ``official`` are all terms of official words, and ``all`` these and its own; ``everyday`` names the words of the
    line for which the first token of an official term stands.
    """

    terms: tuple[Term, ...]
    meant: tuple[Meant, ...]
    corrections: dict[str, list[str]]
    official: tuple[Term, ...]
    all: tuple[Term, ...]
    everyday: dict[str, str]


def read(concern: str, vocabulary: Vocabulary, thesaurus: Thesaurus | None = None) -> Read:
    """The terms that a concern means: its words, their parts, beginnings, corrections, and official words for them."""
    folded = words(concern)[:WORDS]
    reader = _Reader(vocabulary, thesaurus or ours(), folded)
    kept = [word for word in folded if not is_stop_word(word)] or folded
    terms = [reader.terms(word, last=position == len(kept) - 1) for position, word in enumerate(kept)]
    for position, (one, other) in enumerate(pairwise(kept)):
        joined = [
            Variant(stem(f"{one}{link}{other}"), 1.0) for link in ("", "s") if stem(f"{one}{link}{other}") in vocabulary
        ]
        for place in (position, position + 1):
            terms[place] = [(*term, *joined) for term in terms[place]]
    together = [*put_together(folded), *(one + other for one, other in pairwise(folded))]
    meanings = reader.meanings([*folded, *together])
    typed = [(concern[start:end], stem(word)) for start, end, word in positions(concern)]
    meant = tuple(_meant(one, typed, vocabulary) for one in meanings)
    own = tuple(term for some in terms for term in some)
    official = tuple(dict.fromkeys(term for one in meant for phrase in one.phrases for term in phrase))
    everyday = {term[0].token: one.said for one in reversed(meant) for phrase in one.phrases for term in phrase}
    return Read(own, meant, reader.corrections, official, own + official, everyday)


def _meant(meaning: Meaning, typed: Sequence[tuple[str, str]], vocabulary: Vocabulary) -> Meant:
    phrases = (tuple(_with_holding(stem(word), vocabulary) for word in phrase) for phrase in meaning.phrases)
    said = " ".join(written for written, token in typed if token in meaning.said)
    return Meant(meaning.share * len(meaning.said), said, tuple(phrases))


def _with_holding(token: str, vocabulary: Vocabulary) -> Term:
    return (Variant(token, 1.0), *(Variant(one, HOLDING) for one in vocabulary.holding(token) if one != token))


class _Reader:
    """Reads the words of a line; keeps what it took for slips, and what it looks for ``instead`` of unknown words."""

    def __init__(self, vocabulary: Vocabulary, thesaurus: Thesaurus, folded: Sequence[str]) -> None:
        self.thesaurus = thesaurus
        together = [(one, other) for one, other in pairwise(folded) if stem(one + other) in thesaurus]
        self._everyday = frozenset(word for pair in together for word in pair)
        self.corrections: dict[str, list[str]] = {}
        self.instead: list[str] = []
        self._vocabulary = vocabulary

    def terms(self, word: str, *, last: bool) -> list[Term]:
        """What stands for one word: itself with its parts; for an unknown one beginnings, a correction, or parts."""
        deadline.check()
        vocabulary, token = self._vocabulary, stem(word)
        if token in vocabulary or vocabulary.holding(token):
            parts = {stem(part): PART for part in split(word) or vocabulary.split(word)}
            whole = dict.fromkeys(vocabulary.holding(token), HOLDING) | {token: 1.0}
            return [tuple(Variant(one, weight) for one, weight in (parts | whole).items())]
        beginnings = vocabulary.beginning(word) if last and len(word) > 2 else []
        if beginnings:
            return [tuple(Variant(one, 0.7) for one in beginnings)]
        if not self._is_everyday(word) and (near := vocabulary.near(word, 1)):
            return [self._corrected(word, near)]
        return self._unknown(word)

    def meanings(self, folded: Sequence[str]) -> list[Meaning]:
        """What the words of the line mean, and what those may mean that are neither known nor said in a phrase."""
        found = self.thesaurus.meanings([*folded, *self.instead])
        said = frozenset().union(*(one.said for one in found))
        tokens = dict.fromkeys(stem(word) for word in [*folded, *self.instead] if not is_stop_word(word))
        hints = (self.thesaurus.hint(token) for token in tokens if token not in said and token not in self._vocabulary)
        return [*found, *(hint for hint in hints if hint)]

    def _is_everyday(self, word: str) -> bool:
        """Whether the thesaurus knows a word, alone or together with its neighbour (``Ja-Wort``): it is no slip."""
        return word in self._everyday or stem(word) in self.thesaurus

    def _unknown(self, word: str) -> list[Term]:
        vocabulary = self._vocabulary
        if found := split(word) or vocabulary.split(word):
            self.instead += found
            return [(Variant(stem(part), 1.0),) for part in found]
        if self._is_everyday(word):
            return [(Variant(stem(word), 1.0),)]
        if near := vocabulary.near(word, 2):
            return [self._corrected(word, near)]
        near = self.thesaurus.near(word)
        part = vocabulary.part(word)
        self.instead += near[:1] or ([part, word.removesuffix(part)] if part else [])
        return [(Variant(stem(word), 1.0), *([Variant(stem(part), 1.0)] if part else []))]

    def _corrected(self, word: str, near: list[str]) -> Term:
        self.corrections[word] = near
        (meant,) = words(near[0])
        self.instead.append(meant)
        return (Variant(stem(meant), 0.8), *(Variant(stem(part), 0.3) for part in split(meant)))
