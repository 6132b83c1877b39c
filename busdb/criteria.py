"""What decides besides the place: ranges of surnames, streets with their numbers, branches, cases."""

from __future__ import annotations

import re
from typing import Protocol

from msgspec import Struct

from busdb import i18n
from busdb.records import Criterion
from busdb.textfold import fold, sort_key

_NUMBER = re.compile(
    r"^(?P<street>.*?\D)\s*(?:\bNr\.?\s*)?(?P<number>\d+)\s*(?P<letter>[a-zA-Z]?)(?:\s*[-/]\s*\d+\s*[a-zA-Z]?)?$"
)
_HOUSE = re.compile(r"^\s*(\d+)\s*([a-zA-Z]?)\s*$")
_ABBREVIATED = re.compile(r"(?<=\w)str(?:\.|\b)|\bstr(?:\.|\b)", re.IGNORECASE)
House = tuple[int, str]
_BEFORE_NAMES = re.compile(
    r"(?:(?:am|an|auf|aus|bei|dal?|dalla|de|dei|della?|de[mnrs]|di|dos?|du|im|in|la|le|op|ten?|ter|und|van|vo[mn]"
    r"|zu|zu[mr]|baron(?:in)?|dr\.?|fürst(?:in)?|freifrau|freiherr|freiin|graf|gräfin|herzog(?:in)?|prinz(?:essin)?"
    r"|prof\.?|ritter)\s+)+(?=\S)",
    re.IGNORECASE,
)
"""Words before a surname that do not count in its order, as in the number of the pension insurance (DIN 5007)."""


class Facts(Struct, frozen=True, kw_only=True):
    """What is known of the caller's case: ``street`` may end in a house number ("Am Markt 5a")."""

    surname: str | None = None
    street: str | None = None
    branch: str | None = None
    case: str | None = None


class StreetPart(Protocol):
    """A part of a street: ``first`` to ``last`` number, odd or even ones; a criterion or a part of a custom area."""

    @property
    def street(self) -> str | None:
        """Its street."""
        ...

    @property
    def first(self) -> str | None:
        """Its first house number."""
        ...

    @property
    def last(self) -> str | None:
        """Its last house number."""
        ...

    @property
    def parity(self) -> str | None:
        """``odd``, ``even`` or both."""
        ...


def met(criterion: Criterion, facts: Facts) -> bool | None:
    """Whether a criterion is met; ``None`` while it is open for want of a fact."""
    if criterion.type == "surname":
        return _in_range(facts.surname, criterion.first, criterion.last) if facts.surname else None
    if criterion.type == "street":
        return on_street(criterion, facts.street)
    said = facts.branch if criterion.type == "branch" else facts.case
    return fold(said) == fold(criterion.text or "") if said else None


def _in_range(name: str, first: str | None, last: str | None) -> bool | None:
    """Whether a surname lies in a range of beginnings, both included, in the order of DIN 5007-1 (Ö as O).

    ``None`` for a name without a letter.
    """
    key, low, high = (sort_key(text or "")[0] for text in (bare(name), first, last))
    return low <= key and (not high or key[: len(high)] <= high) if any(map(str.isalpha, key)) else None


def bare(name: str) -> str:
    """A surname without the words before it that do not count in its order: ``von der Leyen`` is ``Leyen``."""
    found = _BEFORE_NAMES.match(name.strip())
    return name.strip()[found.end() :] if found else name


def on_street(part: StreetPart, said: str | None) -> bool | None:
    """Whether an address lies on a part of a street; ``None`` without an address, or where its number decides."""
    if not said:
        return None
    street, house = address(said)
    if street != _street(part.street or ""):
        return False
    if not (part.first or part.last or part.parity):
        return True
    if house is None:
        return None
    low, high = _house(part.first), _house(part.last)
    if (low and house < low) or (high and house > _last(high)):
        return False
    return part.parity is None or (house[0] % 2 == 1) == (part.parity == "odd")


def address(said: str) -> tuple[str, House | None]:
    """The folded street and the house number of an address: ``Bahnhofstr. 5 a`` is ``bahnhofstrasse``, (5, "a").

    What follows a comma is the town.
    """
    here = said.partition(",")[0].strip()
    found = _NUMBER.match(here)
    if found is None:
        return _street(here), None
    return _street(found["street"]), (int(found["number"]), found["letter"].lower())


def _street(name: str) -> str:
    return fold(_ABBREVIATED.sub("straße", name)).replace("-", " ").replace(" strasse", "strasse")


def _house(text: str | None) -> House | None:
    found = _HOUSE.match(text or "")
    return (int(found[1]), found[2].lower()) if found else None


def _last(house: House) -> House:
    """The end of a range without a letter includes the numbers with letters."""
    return house if house[1] else (house[0], "~")


def words(criterion: Criterion, language: str) -> str:
    """A criterion as people read it: ``A-K``, a street with its numbers, or its own words."""
    if criterion.type == "surname":
        return f"{criterion.first or 'A'}-{criterion.last or 'Z'}"
    if criterion.type == "street":
        return " ".join(filter(None, (criterion.street, _numbers(criterion, language))))
    return criterion.text or ""


def _numbers(part: StreetPart, language: str) -> str:
    """House numbers as people read them: ``1-9, ungerade``, ``ab 10``."""
    ends = {"first": part.first or "", "last": part.last or ""}
    limits = "range" if part.first and part.last else "from" if part.first else "to" if part.last else ""
    said = [i18n.message(f"houses.{limits}", ends, language)] if limits else []
    said += [i18n.message(f"houses.{part.parity}", language=language)] if part.parity else []
    return ", ".join(said)
