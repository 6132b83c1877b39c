"""The engine: reads the line, asks the index, and orders what it finds as people expect."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from busdb.publication import AuthorityHit, Hit, PlaceName, SearchAnswer, Suggestion, Understood, Why
from busdb.search.analysis import words
from busdb.search.documents import Shown, phrase
from busdb.search.index import FIELDS, Index, Match, Term
from busdb.search.query import PlaceFinder, Read, Vocabulary, read, understand
from busdb.search.suggest import Entry, Suggester

OFFICIAL = 0.5
"""What official words for everyday ones are worth against the words that were typed."""
COVERAGE = 0.8
"""How much of a score depends on how much of the line is met."""
DEPTH = 200
"""How many matches are ordered; deeper pages are counted but not reached."""
_FIELD_NAMES = {"name": "name", "synonyms": "synonym", "teaser": "teaser", "text": "text"}


class Engine:
    """Search and typeahead over one index. Vocabulary and typeahead are kept in memory until the index changes."""

    def __init__(self, index: Index, find: PlaceFinder, places: Iterable[PlaceName]) -> None:
        self._index = index
        self._find = find
        self._places = list(places)
        self._lock = threading.Lock()
        self._memory: tuple[object, Vocabulary, Suggester] | None = None
        self._rarities: dict[str, float] = {}

    def search(
        self, text: str, codes: Sequence[str] | None = None, *, limit: int = 10, offset: int = 0
    ) -> SearchAnswer:
        """The services that a line asks for; ``codes`` is the chain of the reader's place, if it is known."""
        line = understand(text, self._find)
        vocabulary, _ = self._remembered()
        keyed = self._by_key(line.concern)
        asked = read(line.concern, vocabulary)
        matches = keyed or self._index.search(asked.all, DEPTH)
        services = [match for match in matches if match.shown.kind == "service"]
        ordered = self._ordered(services, line.concern, asked, frozenset(codes) if codes else None)
        authorities = [match for match in matches if match.shown.kind == "authority"][:5]
        return SearchAnswer(
            total=len(ordered),
            results=tuple(ordered[offset : offset + limit]),
            authorities=tuple(
                AuthorityHit(id=match.shown.id, name=match.shown.name, score=round(match.score, 3))
                for match in authorities
            ),
            places=tuple(self._find(text.strip())),
            understood=Understood(concern=line.concern, places=line.places),
            suggestions=tuple(
                Suggestion(text=text_, kind="correction") for text_ in _corrected(line.concern, asked, ordered)
            ),
        )

    def suggest(self, text: str, limit: int = 10) -> list[Suggestion]:
        """What a beginning can become."""
        return self._remembered()[1].suggest(text, limit)

    def places(self, text: str) -> tuple[PlaceName, ...]:
        """The places that a line names."""
        return understand(text, self._find).places

    def _by_key(self, concern: str) -> list[Match]:
        key = concern.strip().casefold()
        if not key or " " in key or not any(char.isdigit() or char == "." for char in key):
            return []
        return [Match(shown, 100.0, frozenset({("keys", key)})) for shown in self._index.by_key(key)]

    def _ordered(self, matches: list[Match], concern: str, asked: Read, codes: frozenset[str] | None) -> list[Hit]:
        whole = phrase(concern)
        scored = [(self._score(match, whole, asked, codes), match) for match in matches]
        scored.sort(key=lambda pair: (-pair[0][0], -pair[0][1], pair[1].shown.id))
        return [
            Hit(
                id=match.shown.id,
                name=match.shown.name,
                official_name=match.shown.official_name,
                teaser=match.shown.teaser,
                score=round(score, 3),
                leika_keys=match.shown.leika_keys,
                why=_why(match, asked),
                applies=applies > 0,
            )
            for (applies, score), match in scored
        ]

    def _score(self, match: Match, whole: str, asked: Read, codes: frozenset[str] | None) -> tuple[int, float]:
        """What a match is worth: of each term its best field, variant and rarity; whole names above all.

        The index has chosen the matches; its own scores, which long texts dominate, only break ties.
        """
        shown = match.shown
        applies = codes is None or not shown.areas or not codes.isdisjoint(shown.areas)
        score = self._met(match, asked.terms) + OFFICIAL * self._met(match, asked.official)
        if any(field == "keys" for field, _ in match.met):
            score += match.score
        names = [phrase(name) for name in (shown.name, shown.official_name or "", *shown.synonyms) if name]
        if whole and whole in names:
            score *= 2.0
        elif whole and any(name.startswith(whole) for name in names):
            score *= 1.4
        elif whole and any(f" {whole} " in f" {name} " for name in names):
            score *= 1.2
        if shown.rank is not None:
            score *= 1.15 - min(shown.rank, 100) / 1000
        return int(applies), score

    def _met(self, match: Match, terms: Sequence[Term]) -> float:
        """The sum of what each term is worth by its best field and variant, less where terms are not met."""
        length = 1 + len(words(match.shown.name))
        worth = [
            max(
                (
                    FIELDS[field] * variant.weight * self._rarity(variant.token) * (1 + (field == "name") / length)
                    for field in FIELDS
                    for variant in term
                    if (field, variant.token) in match.met
                ),
                default=0.0,
            )
            for term in terms
        ]
        rarities = [max(self._rarity(variant.token) for variant in term) for term in terms]
        covered = sum(rarity for rarity, value in zip(rarities, worth, strict=True) if value)
        return sum(worth) * (1 - COVERAGE + COVERAGE * covered / (sum(rarities) or 1))

    def _rarity(self, token: str) -> float:
        if token not in self._rarities:
            self._rarities[token] = self._index.rarity(token)
        return self._rarities[token]

    def _remembered(self) -> tuple[Vocabulary, Suggester]:
        version = self._index.version()
        with self._lock:
            if self._memory is None or self._memory[0] != version:
                everything = list(self._index.shown())
                names = [name for one in everything for name in (one.name, one.official_name or "", *one.synonyms)]
                entries = [entry for shown in everything for entry in _entries(shown)]
                entries += [Entry(place.name, "place", place.ars, 500) for place in self._places]
                self._rarities = {}
                self._memory = (version, Vocabulary(self._index.vocabulary(), names), Suggester(entries))
            return self._memory[1], self._memory[2]


def _entries(shown: Shown) -> list[Entry]:
    if shown.kind != "service":
        return []
    weight = shown.rank if shown.rank is not None else 200
    return [
        Entry(shown.name, "service", shown.id, weight),
        *(Entry(synonym, "synonym", shown.id, weight + 1) for synonym in shown.synonyms),
    ]


def _why(match: Match, asked: Read) -> tuple[Why, ...]:
    """The best field in which each term was met."""
    reasons = []
    for term in asked.all:
        for field, name in _FIELD_NAMES.items():
            met = next((variant.token for variant in term if (field, variant.token) in match.met), None)
            if met:
                corrected = next((word for word, meant in asked.corrections.items() if meant == met), None)
                reasons.append(Why(field=name, term=met, correction=corrected))  # type: ignore[arg-type]  # one of the names above
                break
    if any(field == "keys" for field, _ in match.met):
        reasons.append(Why(field="key", term=next(token for field, token in match.met if field == "keys")))
    return tuple(dict.fromkeys(reasons))


def _corrected(concern: str, asked: Read, found: list[Hit]) -> list[str]:
    """The line with its slips corrected by the words of the best hit."""
    if not asked.corrections or not found:
        return []
    names = {meant: word for word in found[0].name.split() for meant in [phrase(word)]}
    parts = [
        names.get(asked.corrections.get(folded, ""), word)
        for word in concern.split()
        for folded in [(words(word) or [""])[0]]
    ]
    line = " ".join(parts)
    return [line] if line != concern else []
