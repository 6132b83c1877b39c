"""The order of what was found: how well names answer, what applies at the place, one variant of each family."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from busdb.families import LAYERS
from busdb.search.documents import Shown, phrase
from busdb.search.index import FIELDS, Match, Term
from busdb.search.query import Read

OFFICIAL = 0.5
"""What official words for everyday ones are worth against the words that were typed."""
SHARE = 0.5
COVERAGE = 0.8
"""How much of a score depends on how much of the line is met."""
WHOLE, BEGINNING, INSIDE = 2.0, 1.4, 1.2
"""What a name that is the whole line, begins with it or holds it is worth against any other."""


class Ranked(NamedTuple):
    """A match in its place: whether it applies there, and its score."""

    applies: bool
    score: float
    match: Match


class Ranking:
    """Scores the matches of one line: of each term its best field, variant and rarity; whole names above all."""

    def __init__(self, concern: str, asked: Read, rarity: Callable[[str], float]) -> None:
        self._whole = phrase(concern)
        self._own = _Phrases([asked.terms], rarity)
        phrases = [(phrase, number) for number, one in enumerate(asked.meant) for phrase in one.phrases]
        self._official = _Phrases([phrase for phrase, _ in phrases], rarity)
        self._meant = [number for _, number in phrases]
        self._words = [one.words for one in asked.meant]

    def order(self, matches: Sequence[Match], absent: Mapping[str, object]) -> list[Ranked]:
        """The best first; what does not apply at the place, or is ``absent`` there, last."""
        ranked = [
            Ranked(match.applies and match.shown.id not in absent, self._score(match), match) for match in matches
        ]
        return sorted(ranked, key=lambda one: (-one.applies, -one.score, -one.match.score, one.match.shown.id))

    def _score(self, match: Match) -> float:
        shown = match.shown
        score = sum(self._own.met(match).values()) + OFFICIAL * self._official_words(match)
        if any(field == "keys" for field, _ in match.met):
            score += match.score
        score *= self._named(shown)
        if shown.rank is not None:
            score *= 1.15 - min(shown.rank, 100) / 1000
        return score

    def _official_words(self, match: Match) -> float:
        """What official words are worth: of each meaning its best phrase, for as many words as it stands for."""
        best: dict[int, float] = {}
        for phrase, value in self._official.met(match).items():
            meant = self._meant[phrase]
            best[meant] = max(best.get(meant, 0.0), value / self._official.sizes[phrase]**SHARE)
        return sum(value * self._words[meant] for meant, value in best.items())

    def _named(self, shown: Shown) -> float:
        """What a score is multiplied by for the names of a service."""
        names = [phrase(name) for name in (*shown.names, *shown.synonyms)] if self._whole else []
        if self._whole in names:
            return WHOLE
        holding = [name for name in names if self._whole in name]
        if any(name.startswith(self._whole) for name in holding):
            return BEGINNING
        return INSIDE if any(f" {self._whole} " in f" {name} " for name in holding) else 1.0


class _Phrases:
    """What documents are worth for some phrases, each of some terms."""

    def __init__(self, phrases: Sequence[Sequence[Term]], rarity: Callable[[str], float]) -> None:
        self._values: dict[str, list[tuple[int, int, float]]] = defaultdict(list)
        self._rarities: list[list[float]] = []
        self.sizes = [len(phrase) for phrase in phrases]
        for number, phrase in enumerate(phrases):
            self._rarities.append([max(rarity(variant.token) for variant in term) for term in phrase])
            for position, term in enumerate(phrase):
                for token, weight in term:
                    self._values[token].append((number, position, weight * rarity(token)))

    def met(self, match: Match) -> dict[int, float]:
        """For each phrase of which something is met the sum of what its terms are worth, less where some are not."""
        length = 2 + phrase(match.shown.name).count(" ")
        worth: dict[int, dict[int, float]] = defaultdict(dict)
        for field, token in match.met:
            factor = FIELDS.get(field, 0) * (1 + (field == "name") / length)
            for number, position, value in self._values.get(token, ()):
                terms = worth[number]
                terms[position] = max(terms.get(position, 0.0), value * factor)
        return {number: self._covered(number, terms) for number, terms in worth.items()}

    def _covered(self, number: int, terms: Mapping[int, float]) -> float:
        rarities = self._rarities[number]
        covered = sum(rarities[position] for position in terms)
        return sum(terms.values()) * (1 - COVERAGE + COVERAGE * covered / (sum(rarities) or 1))


def represented(found: Sequence[Shown], codes: Sequence[str]) -> frozenset[str]:
    """The ids of services that a more specific variant of their family represents at a place.

    The rule is that of ``busdb.families``: one LeiKa key in another source or for another area, or ``derived_from``.
    """
    rank = {code: position for position, code in enumerate(codes)}
    distances = {
        one.id: (min((rank.get(area, len(rank)) for area in one.areas), default=len(rank)), _layer(one))
        for one in found
    }
    keyed: dict[str, list[Shown]] = defaultdict(list)
    for one in found:
        for key in one.leika_keys:
            keyed[key].append(one)
        if one.derived_from:
            keyed[one.derived_from].append(one)
        keyed[one.id].append(one)
    return frozenset(
        one.id
        for family in keyed.values()
        for one in family
        if any(distances[other.id] < distances[one.id] for other in family)
    )


def _layer(one: Shown) -> int:
    return LAYERS.index(one.layer) if one.layer in LAYERS else len(LAYERS)
