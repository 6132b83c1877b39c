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
        self._own = _Terms(asked.terms, rarity)
        self._official = _Terms(asked.official, rarity)

    def order(self, matches: Sequence[Match], absent: Mapping[str, object]) -> list[Ranked]:
        """The best first; what does not apply at the place, or is ``absent`` there, last."""
        ranked = [
            Ranked(match.applies and match.shown.id not in absent, self._score(match), match) for match in matches
        ]
        return sorted(ranked, key=lambda one: (-one.applies, -one.score, -one.match.score, one.match.shown.id))

    def _score(self, match: Match) -> float:
        shown = match.shown
        score = self._own.met(match) + OFFICIAL * self._official.met(match)
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


class _Terms:
    """What each token of some terms is worth."""

    def __init__(self, terms: Sequence[Term], rarity: Callable[[str], float]) -> None:
        self._values: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._rarities = [max(rarity(variant.token) for variant in term) for term in terms]
        for position, term in enumerate(terms):
            for token, weight in term:
                self._values[token].append((position, weight * rarity(token)))

    def met(self, match: Match) -> float:
        """The sum of what each term is worth, less where terms are not met."""
        if not self._values:
            return 0.0
        length = 2 + phrase(match.shown.name).count(" ")
        worth = [0.0] * len(self._rarities)
        for field, token in match.met:
            for position, value in self._values.get(token, ()):
                met = value * FIELDS.get(field, 0) * (1 + (field == "name") / length)
                worth[position] = max(worth[position], met)
        covered = sum(rarity for rarity, value in zip(self._rarities, worth, strict=True) if value)
        return sum(worth) * (1 - COVERAGE + COVERAGE * covered / (sum(self._rarities) or 1))


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
