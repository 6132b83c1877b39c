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
COVERAGE = 0.8
"""How much of a score depends on how much of the line is met."""
SHARE = 0.5
"""How little a phrase of many words is worth more than one of few: 0 adds their words, 1 takes their mean."""
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
        self._scorer = _Scorer(asked, rarity)

    def order(self, matches: Sequence[Match], absent: Mapping[str, object]) -> list[Ranked]:
        """The best first; what does not apply at the place, or is ``absent`` there, last."""
        ranked = [
            Ranked(match.applies and match.shown.id not in absent, self._score(match), match) for match in matches
        ]
        return sorted(ranked, key=lambda one: (-one.applies, -one.score, -one.match.score, one.match.shown.id))

    def _score(self, match: Match) -> float:
        shown = match.shown
        score = self._scorer.score(match)
        if any(field == "keys" for field, _ in match.met):
            score += match.score
        score *= self._named(shown)
        if shown.rank is not None:
            score *= 1.15 - min(shown.rank, 100) / 1000
        return score

    def _named(self, shown: Shown) -> float:
        """What a score is multiplied by for the names of a service."""
        names = [phrase(name) for name in (*shown.names, *shown.synonyms)] if self._whole else []
        if self._whole in names:
            return WHOLE
        holding = [name for name in names if self._whole in name]
        if any(name.startswith(self._whole) for name in holding):
            return BEGINNING
        return INSIDE if any(f" {self._whole} " in f" {name} " for name in holding) else 1.0


class _Phrase(NamedTuple):
    """Some terms that stand for what people mean: for how many words of the line, and how rare each term is."""

    meant: int
    worth: float
    rarity: float


class _Scorer:
    """What documents are worth for the words of a line, and for the official words that it means.

    The line itself is the phrase 0; of the phrases for one meaning the best counts.
    """

    def __init__(self, asked: Read, rarity: Callable[[str], float]) -> None:
        self._phrases: list[_Phrase] = []
        self._terms: list[tuple[int, float]] = []
        self._values: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._add(asked.terms, 0, 1.0, rarity)
        for number, one in enumerate(asked.meant, 1):
            for terms in one.phrases:
                self._add(terms, number, OFFICIAL * one.words / len(terms) ** SHARE, rarity)

    def _add(self, terms: Sequence[Term], meant: int, worth: float, rarity: Callable[[str], float]) -> None:
        rarities = [rarity(max(term, key=lambda variant: variant.weight).token) for term in terms]
        for term, rare in zip(terms, rarities, strict=True):
            for token, weight in term:
                self._values[token].append((len(self._terms), weight * min(rarity(token), rare)))
            self._terms.append((len(self._phrases), rare))
        self._phrases.append(_Phrase(meant, worth, sum(rarities) or 1.0))

    def score(self, match: Match) -> float:
        """The sum of what the terms of a phrase are worth, less where some are not met, for the best phrases."""
        met: dict[int, list[float]] = {}
        for term, value in self._met(match).items():
            number, rare = self._terms[term]
            sums = met.setdefault(number, [0.0, 0.0])
            sums[0] += value
            sums[1] += rare
        best: dict[int, float] = {}
        for number, (value, covered) in met.items():
            meant, worth, rarity = self._phrases[number]
            total = value * worth * (1 - COVERAGE + COVERAGE * covered / rarity)
            if total > best.get(meant, 0.0):
                best[meant] = total
        return sum(best.values())

    def _met(self, match: Match) -> dict[int, float]:
        """The terms that a document meets, each with its value in its best field."""
        values = self._values
        in_name = FIELDS["name"] * (1 + 1 / (2 + phrase(match.shown.name).count(" ")))
        met: dict[int, float] = {}
        for field, token in match.met:
            factor = in_name if field == "name" else FIELDS.get(field, 0.0)
            for term, value in values.get(token, ()):
                if value * factor > met.get(term, 0.0):
                    met[term] = value * factor
        return met


def represented(found: Sequence[Shown], codes: Sequence[str]) -> frozenset[str]:
    """The ids of services that a more specific variant of their family represents at a place.

    The rule is that of ``busdb.families``: one LeiKa key in another source or for another area, or ``derived_from``.
    """
    rank = {code: position for position, code in enumerate(codes)}
    keyed: dict[str, list[Shown]] = defaultdict(list)
    for one in found:
        for key in one.leika_keys:
            keyed[key].append(one)
        if one.derived_from:
            keyed[one.derived_from].append(one)
        keyed[one.id].append(one)
    families = [family for family in keyed.values() if len(family) > 1]
    distances = {
        one.id: (min((rank.get(area, len(rank)) for area in one.areas), default=len(rank)), _layer(one))
        for family in families
        for one in family
    }
    return frozenset(
        one.id
        for family in families
        for one in family
        if any(distances[other.id] < distances[one.id] for other in family)
    )


def _layer(one: Shown) -> int:
    return LAYERS.index(one.layer) if one.layer in LAYERS else len(LAYERS)
