"""How people write places: names with what tells them apart, titles, postal codes, keys in groups of digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from busdb.records import AreaKind
from busdb.textfold import fold

MUNICIPALITIES: frozenset[AreaKind] = frozenset({"municipality", "city", "city_state"})
TITLES: dict[str, frozenset[AreaKind]] = {
    **dict.fromkeys(("stadt", "gemeinde", "einheitsgemeinde", "hansestadt"), MUNICIPALITIES),
    **dict.fromkeys(("verbandsgemeinde", "verbgem", "vg"), frozenset[AreaKind]({"association"})),
    **dict.fromkeys(("landkreis", "kreis", "lk"), frozenset[AreaKind]({"district"})),
    **dict.fromkeys(("ortsteil", "ortschaft", "ot"), frozenset[AreaKind]({"locality"})),
    "land": frozenset({"state", "city_state"}),
}
"""The words before a name that say which kind of area is meant, folded."""
_SUPPLEMENT = re.compile(r"(?:/| (?=\()| (?:an der|am|an|bei|ob der|in|im|vor der) )")
_COUNTRY = r"(?:D|DE)[- ]?"
_BEFORE = re.compile(rf"(?:{_COUNTRY})?(?P<postal>\d{{5}})[\s,]+(?P<name>\D.*)", re.IGNORECASE)
_AFTER = re.compile(rf"(?P<name>.*\D)[\s,]+(?:{_COUNTRY})?(?P<postal>\d{{5}})", re.IGNORECASE)
_DIGITS = re.compile(rf"(?:{_COUNTRY})?(?P<digits>\d[\d -]*)", re.IGNORECASE)


class Written(NamedTuple):
    """What a text says: a key or postal code in ``digits``, or a ``name``, perhaps with a ``postal`` code."""

    name: str = ""
    postal: str | None = None
    digits: str | None = None


def read(text: str) -> Written:
    """A text as people write places: ``15 0 84 0355 355``, ``D-06618``, ``06618 Naumburg``, ``Naumburg, 06618``."""
    said = text.strip()
    if not said.isascii() and any(char.isdigit() and not char.isascii() for char in said):
        return Written(said)
    if found := _DIGITS.fullmatch(said):
        return Written(digits="".join(char for char in found["digits"] if char.isdigit()))
    if found := _BEFORE.fullmatch(said) or _AFTER.fullmatch(said):
        return Written(found["name"], found["postal"])
    return Written(said)


def official(name: str) -> Iterator[str]:
    """A name as directories write it: ``Wittenberg, Lutherstadt`` is also ``Lutherstadt Wittenberg``."""
    yield name
    proper, comma, title = name.partition(", ")
    if comma:
        yield f"{title} {proper}"
        yield proper


def spoken(name: str, container: str | None) -> Iterator[str]:
    """A name as people say it: ``Zerbst``, ``Halle an der Saale``, ``Laucha``, ``Magdeburg-Buckau``."""
    short, *more = _SUPPLEMENT.split(name, maxsplit=1)
    if more:
        yield short
        river = more[-1].strip("()")
        yield from (f"{short} {joint} {river}" for joint in ("an der", "a. d.", "a.d."))
    for around in dict.fromkeys((container, _SUPPLEMENT.split(container, maxsplit=1)[0])) if container else ():
        yield from (f"{around} {name}", f"{name} {around}", f"{name} in {around}")


def titled(name: str) -> tuple[frozenset[AreaKind], str] | None:
    """The kinds that the title before a name means, and the folded name without it; ``None`` without a title."""
    title, _, rest = fold(name).partition(" ")
    return (TITLES[title], rest) if rest and title in TITLES else None
