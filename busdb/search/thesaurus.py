"""Everyday words and what the administration calls it (busdb/data/thesaurus.tsv)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import chain, groupby
from typing import NamedTuple

from busdb.search.analysis import is_stop_word, stem, words
from busdb.search.spelling import Spelling

HINT = 0.5
"""What the beginning of a phrase is worth against the whole."""


class Meaning(NamedTuple):
    """What people may mean: the stems of the words of a line that say it, and the official phrases for it, folded.

    ``share`` is how much of the everyday phrase is there.
    """

    said: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]
    share: float = 1.0


class Entry(NamedTuple):
    """A line of the thesaurus: ``slots`` holds for each word of the phrase the stems that may stand there."""

    slots: tuple[frozenset[str], ...]
    phrases: tuple[tuple[str, ...], ...]

    def said(self, stems: Mapping[str, frozenset[str]]) -> frozenset[str]:
        """The stems of a line that say it; none unless every slot is filled."""
        filled = [slot & stems.keys() for slot in self.slots]
        return frozenset().union(*(stems[one] for some in filled for one in some)) if all(filled) else frozenset()


class Thesaurus:
    """Finds what a line means in our entries and those of ``editors``, pairs of everyday and official words."""

    def __init__(self, editors: Iterable[tuple[str, str]] = ()) -> None:
        text = files("busdb").joinpath("data", "thesaurus.tsv").read_text(encoding="utf-8")
        ours = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
        made = (Entry(_slots(everyday), _phrases(official)) for everyday, official in chain(ours, editors))
        self.entries = [entry for entry in made if entry.slots and entry.phrases]
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(self.entries):
            for token in entry.slots[0]:
                self._by_stem[token].append(number)

        self._tokens = frozenset(token for entry in self.entries for slot in entry.slots for token in slot)
        self._spelling = Spelling(self._tokens)

    def __contains__(self, token: str) -> bool:
        return token in self._tokens

    def near(self, word: str) -> list[str]:
        """The stems of everyday words that were probably meant by an unknown word."""
        return self._spelling.near(stem(word), 1)

    def meanings(self, folded: Sequence[str]) -> list[Meaning]:
        """What the folded words of a line mean; a longer phrase speaks for the words in it."""
        stems = self._with_other_names({token: frozenset({token}) for token in map(stem, folded)})
        met = [(entry, said) for entry in self._beginning_with(stems) if (said := entry.said(stems))]
        taken: set[str] = set()
        found: list[Meaning] = []
        for size, some in groupby(sorted(met, key=_size, reverse=True), _size):
            new = [Meaning(said, entry.phrases) for entry, said in some if not said <= taken]
            found += new
            taken.update(*(one.said for one in new if size > 1))
        return found

    def hint(self, token: str) -> Meaning | None:
        """What a word may mean that only longer phrases begin with."""
        phrases = [phrase for entry in self._beginning_with([token]) for phrase in entry.phrases]
        return Meaning(frozenset({token}), tuple(dict.fromkeys(phrases)), HINT) if phrases else None

    def _beginning_with(self, stems: Iterable[str]) -> list[Entry]:
        numbers = dict.fromkeys(number for token in stems for number in self._by_stem.get(token, ()))
        return [self.entries[number] for number in sorted(numbers)]

    def _with_other_names(self, stems: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
        """The stems of a line and of the words that name the same, each with those that say it."""
        found = dict(stems)
        for entry in self._beginning_with(stems):
            if len(entry.slots) == 1:
                for phrase in entry.phrases:
                    if len(phrase) == 1:
                        found.setdefault(stem(phrase[0]), entry.said(stems))
        return found


def _size(met: tuple[Entry, frozenset[str]]) -> int:
    return len(met[0].slots)


def _slots(everyday: str) -> tuple[frozenset[str], ...]:
    """The slots of a phrase, without those that say nothing where two others are left."""
    every = [["".join(words(word)) for word in slot.split("/")] for slot in everyday.split()]
    telling = [slot for slot in every if not all(map(is_stop_word, slot))]
    return tuple(frozenset(map(stem, slot)) for slot in (telling if len(telling) > 1 else every))


def _phrases(official: str) -> tuple[tuple[str, ...], ...]:
    phrases = (tuple(word for word in words(phrase) if not is_stop_word(word)) for phrase in official.split(","))
    return tuple(phrase for phrase in phrases if phrase)


@lru_cache(maxsize=1)
def ours() -> Thesaurus:
    """The thesaurus without words of editors."""
    return Thesaurus()
