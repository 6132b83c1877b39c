"""Areas by the words of their names, with ``*`` for any letters, as other systems' interfaces search for them."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from busdb.areas import MUNICIPALITIES, Gazetteer, code_of
from busdb.records import Area
from busdb.textfold import fold, sort_key
from busdb.validity import valid

CHOSEN = MUNICIPALITIES | {"locality", "association", "district", "state"}
"""The kinds of areas that people choose."""
_RANKS = {"municipality": 0, "city": 0, "city_state": 0, "locality": 1}
_SEPARATORS = re.compile(r"[^\w*]+")


class _Pattern(NamedTuple):
    """A word, as the parts between its stars. Matching takes linear time whatever the word is."""

    parts: tuple[str, ...]

    def met(self, word: str) -> bool:
        """Whether a word has the parts in their order, the first at its beginning and the last at its end."""
        first, *middle = self.parts
        if not middle:
            return word == first
        last = middle.pop()
        at = len(first)
        if not word.startswith(first):
            return False
        for part in middle:
            found = word.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        return word.endswith(last) and len(word) - len(last) >= at


class Named(NamedTuple):
    """An area as people choose it; ``full`` tells it from others of its name, ``own`` are the words of itself."""

    area: Area
    full: str
    words: frozenset[str]
    own: frozenset[str]

    def has(self, patterns: Sequence[_Pattern]) -> bool:
        """Whether it has every word, and one of its own among them."""
        met = [[word for word in self.words if pattern.met(word)] for pattern in patterns]
        return all(met) and any(word in self.own for words in met for word in words)


def search(gazetteer: Gazetteer, texts: Sequence[str], on: dt.date) -> list[Named]:
    """The areas that have every word: in their name, in that of what they are in, or as a postal code.

    Municipalities come first, then what divides and what contains them, each by name.
    """
    patterns = [
        _Pattern(tuple(map(fold, word.split("*"))))
        for text in texts
        for word in _SEPARATORS.split(text)
        if word.strip("*")
    ]
    if not patterns:
        return []
    return [one for one in _everything(gazetteer) if valid(one.area, on) and one.has(patterns)]


def full_name(gazetteer: Gazetteer, area: Area) -> str:
    """The name by which people tell an area from others."""
    found = _by_id(gazetteer).get(area.id)
    return found.full if found else area.name


def by_ags(gazetteer: Gazetteer, ags: str, on: dt.date) -> str | None:
    """The code of the area of an AGS: 2, 3 or 5 digits as in the ARS, 8 for a municipality (zeros: its district).

    A past area gives way to its successor.
    """
    if len(ags) == 8:
        found = gazetteer.find(ags, on)
        return found[0].code if found else None
    area = gazetteer.get(ags) if len(ags) in {2, 3, 5} and ags.isdigit() else None
    return code_of(area) if area else None


@lru_cache(maxsize=1)
def codes(gazetteer: Gazetteer) -> dict[str, str]:
    """The codes of areas by their public ids."""
    return {area.id: code for code in gazetteer.codes() if (area := gazetteer.get(code))}


def ags(gazetteer: Gazetteer, area: Area) -> str:
    """The AGS: 8 digits for a municipality and its parts, fewer for what contains it; empty where there is none."""
    chain = gazetteer.chain(code_of(area))
    within = next((link.code for link in chain if link.kind in MUNICIPALITIES), None)
    own = gazetteer.get(within) if within else area
    if own is None or own.ars is None or own.kind == "association":
        return ""
    full = own.ars.ljust(12, "0")
    return full[:5] + full[9:] if within else own.ars


@lru_cache(maxsize=1)
def _everything(gazetteer: Gazetteer) -> list[Named]:
    areas = [area for code in gazetteer.codes() if (area := gazetteer.get(code)) and area.kind in CHOSEN]
    often = Counter(fold(area.name) for area in areas)
    found = [_named(gazetteer, area, alone=often[fold(area.name)] == 1) for area in areas]
    return sorted(found, key=lambda one: (_RANKS.get(one.area.kind, 2), sort_key(one.area.name), one.area.id))


@lru_cache(maxsize=1)
def _by_id(gazetteer: Gazetteer) -> dict[str, Named]:
    return {one.area.id: one for one in _everything(gazetteer)}


def _named(gazetteer: Gazetteer, area: Area, *, alone: bool) -> Named:
    above = [link for link in gazetteer.chain(code_of(area))[1:] if link.kind in MUNICIPALITIES | {"district"}]
    container = gazetteer.get(above[0].code) if above else None
    full = area.name
    if container and area.kind == "locality":
        full = f"{container.name} - OT {area.name}"
    elif container and not alone:
        full = f"{area.name} ({container.name})"
    own = frozenset([*fold(" ".join((area.name, *area.aliases))).split(), *area.postal_codes])
    return Named(area, full, own | set(fold(full).split()), own)
