"""The engine: reads the line, asks the index, and gives what it finds in the order that people expect."""

from __future__ import annotations

import datetime as dt
import math
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from busdb import deadline
from busdb.publication import AuthorityHit, Highlight, Hit, PlaceName, SearchAnswer, Suggestion, Understood, Why
from busdb.search.analysis import words
from busdb.search.documents import Shown, phrase
from busdb.search.highlights import highlight
from busdb.search.index import Found, Index, Match, Wish
from busdb.search.query import PlaceFinder, Read, Vocabulary, read, understand
from busdb.search.ranking import Ranked, Ranking, represented
from busdb.search.suggest import Entry, Suggester
from busdb.search.thesaurus import Thesaurus

DEPTH = 100
"""How many services are ordered by all that is known of them; what comes behind keeps the order of the index."""
CORRECTIONS = 3
_FIELD_NAMES = {"name": "name", "synonyms": "synonym", "teaser": "teaser", "text": "text"}


class Absence(NamedTuple):
    """Why a service is not offered at a place: the status of its offer, and the reason in words."""

    status: str
    reason: str | None


class Scope(NamedTuple):
    """Where and when a line is asked: the chain of the place (``None``: anywhere), the day, the marks that a service
    must bear, the services that are not offered there, by id, and the marks to count.
    """

    on: dt.date
    codes: tuple[str, ...] | None = None
    marks: frozenset[str] = frozenset()
    absent: Mapping[str, Absence] = {}
    counted: tuple[str, ...] = ()


class Result(NamedTuple):
    """What a line found: the answer, how many of its services bear each counted mark, and the tokens that it means."""

    answer: SearchAnswer
    counts: Mapping[str, int]
    tokens: frozenset[str]


class Engine:
    """Search and typeahead over one index. Vocabulary and typeahead are kept in memory until the index changes."""

    def __init__(self, index: Index, find: PlaceFinder, places: Iterable[PlaceName], thesaurus: Thesaurus) -> None:
        self._index = index
        self._find = find
        self._thesaurus = thesaurus
        self._places = list(places)
        self._lock = threading.Lock()
        self._memory: tuple[object, Vocabulary, Suggester] | None = None

    def search(self, text: str, scope: Scope, *, limit: int = 10, offset: int = 0) -> Result:
        """The services that a line asks for."""
        line = understand(text, self._find)
        vocabulary, _ = self._remembered()
        asked = read(line.concern, vocabulary, self._thesaurus)
        found = self._by_key(line.concern) or self._found(asked, scope, max(DEPTH, offset + limit))
        ordered, hidden = self._ordered(found, line.concern, asked, scope)
        answer = SearchAnswer(
            total=found.total - hidden,
            results=tuple(_hit(one, asked, scope) for one in ordered[offset : offset + limit]),
            authorities=tuple(
                AuthorityHit(id=match.shown.id, name=match.shown.name, score=round(match.score, 3))
                for match in found.authorities
            ),
            places=tuple(self._find(text.strip())),
            understood=Understood(concern=line.concern, places=line.places),
            suggestions=tuple(self._corrections(line.concern, asked, scope)),
        )
        tokens = frozenset(variant.token for term in asked.all for variant in term)
        return Result(answer, found.counts, tokens)

    def suggest(self, text: str, codes: Sequence[str] | None = None, limit: int = 10) -> list[Suggestion]:
        """What a beginning can become at a place."""
        return self._remembered()[1].suggest(text, codes, limit)

    def understood(self, text: str) -> Understood:
        """How a line is read."""
        line = understand(text, self._find)
        return Understood(concern=line.concern, places=line.places)

    def _found(self, asked: Read, scope: Scope, limit: int) -> Found:
        codes = None if scope.codes is None else frozenset(scope.codes)
        return self._index.find(Wish(asked.all, scope.on, codes, scope.marks, scope.counted), limit)

    def _by_key(self, concern: str) -> Found | None:
        key = concern.strip().casefold()
        if not key or " " in key or not any(char.isdigit() or char == "." for char in key):
            return None
        matches = [Match(shown, 100.0, frozenset({("keys", key)})) for shown in self._index.by_key(key)]
        services = tuple(match for match in matches if match.shown.kind == "service")
        authorities = tuple(match for match in matches if match.shown.kind == "authority")
        return Found(len(services), services, authorities) if matches else None

    def _ordered(self, found: Found, concern: str, asked: Read, scope: Scope) -> tuple[list[Ranked], int]:
        """The services in order, and how many are left out because a variant represents them."""
        ranking = Ranking(concern, asked, self._index.rarity)
        ordered = ranking.order(found.services[:DEPTH], scope.absent)
        ordered += [Ranked(match.applies, match.score, match) for match in found.services[DEPTH:]]
        if scope.codes is None:
            return ordered, 0
        hidden = represented([one.match.shown for one in ordered if one.applies], scope.codes)
        return [one for one in ordered if one.match.shown.id not in hidden], len(hidden)

    def _corrections(self, concern: str, asked: Read, scope: Scope) -> Iterable[Suggestion]:
        """The line with other words for its slips, and what each finds."""
        lines = dict.fromkeys(line for line in _corrected(concern, asked) if line != concern)
        vocabulary, _ = self._remembered()
        for line in list(lines)[:CORRECTIONS]:
            count = self._found(read(line, vocabulary, self._thesaurus), scope, 1).total
            if count:
                yield Suggestion(text=line, kind="correction", count=count)

    def _remembered(self) -> tuple[Vocabulary, Suggester]:
        version = self._index.version()
        with self._lock, deadline.within(math.inf):  # for all who come after
            if self._memory is None or self._memory[0] != version:
                everything = list(self._index.shown())
                names = (name for one in everything for name in (*one.names, *one.synonyms))
                entries = [entry for shown in everything for entry in _entries(shown)]
                entries += [Entry(place.name, "place", place.ars, 500) for place in self._places]
                self._memory = (version, Vocabulary(names), Suggester(entries))
            return self._memory[1], self._memory[2]


def _entries(shown: Shown) -> list[Entry]:
    if shown.kind != "service":
        return []
    weight = shown.rank if shown.rank is not None else 200
    return [
        *(Entry(name, "service", shown.id, weight, shown.areas) for name in shown.names),
        *(Entry(synonym, "synonym", shown.id, weight + 1, shown.areas) for synonym in shown.synonyms),
    ]


def _hit(ranked: Ranked, asked: Read, scope: Scope) -> Hit:
    shown = ranked.match.shown
    absence = scope.absent.get(shown.id)
    return Hit(
        id=shown.id,
        name=shown.name,
        official_name=shown.official_name,
        teaser=shown.teaser,
        score=round(ranked.score, 3),
        leika_keys=shown.leika_keys,
        why=_why(ranked.match, asked),
        applies=ranked.applies,
        offer=absence.status if absence else None,  # type: ignore[arg-type]  # one of the two
        reason=absence.reason if absence else None,
        highlights=tuple(_highlights(ranked.match)),
    )


def _highlights(match: Match) -> Iterable[Highlight]:
    """Where the names, a synonym and the teaser of a hit meet the line."""
    shown = match.shown
    texts = [("name", shown.name), *(("synonym", synonym) for synonym in shown.synonyms), ("teaser", shown.teaser)]
    seen: set[str] = set()
    for field, text in texts:
        met = {token for where, token in match.met if _FIELD_NAMES.get(where) == field}
        if text and met and field not in seen and (found := highlight(field, text, met)):
            seen.add(field)
            yield found


def _why(match: Match, asked: Read) -> tuple[Why, ...]:
    """The best field in which each term was met."""
    reasons = []
    everyday = [None] * len(asked.terms) + [asked.everyday[term[0].token] or None for term in asked.official]
    for term, synonym in zip(asked.all, everyday, strict=True):
        for field, name in _FIELD_NAMES.items():
            met = next((variant.token for variant in term if (field, variant.token) in match.met), None)
            if met:
                corrected = next((word for word, meant in asked.corrections.items() if met in map(phrase, meant)), None)
                reasons.append(Why(field=name, term=met, synonym=synonym, correction=corrected))  # type: ignore[arg-type]  # one of the names above
                break
    if any(field == "keys" for field, _ in match.met):
        reasons.append(Why(field="key", term=next(token for field, token in match.met if field == "keys")))
    return tuple(dict.fromkeys(reasons))


def _corrected(concern: str, asked: Read) -> Iterable[str]:
    """The line with its slips replaced, by the likeliest words first."""
    for choice in range(CORRECTIONS):
        parts = []
        for word in concern.split():
            meant = asked.corrections.get((words(word) or [""])[0])
            parts.append(word if not meant else meant[min(choice, len(meant) - 1)])
        yield " ".join(parts)
