"""What the words of a fee's condition ask for: an age, online or on site, urgency, abroad.

Sources give conditions as words. What this reads, a quote can decide; what it does not know stays open and is shown.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from msgspec import Struct

_AGE = r"(?P<age>\d{1,3})"
_YEARS = r"(?:\.? ?(?:Jahren?|Jahr|Lebensjahre?s?|J\.))?"
_UNDER = re.compile(rf"\b(?:unter|jünger als|vor (?:dem |Vollendung des ))\s*{_AGE}{_YEARS}", re.IGNORECASE)
_UP_TO = re.compile(
    rf"\bbis (?:zu |zum |einschließlich )?(?:Vollendung des )?{_AGE}\.? ?(?:Jahren?|Lebensjahre?s?)", re.I
)
_FROM = re.compile(rf"\b(?:ab|mindestens|seit) (?:dem |Vollendung des )?{_AGE}{_YEARS}", re.IGNORECASE)
_OVER = re.compile(rf"\b(?:über|älter als) {_AGE}{_YEARS}", re.IGNORECASE)
_AND_OLDER = re.compile(rf"{_AGE} Jahre (?:und|oder) älter", re.IGNORECASE)
_BETWEEN = re.compile(r"(?P<low>\d{1,3})\s*(?:bis|-|–)\s*(?P<high>\d{1,3}) Jahren?\b", re.IGNORECASE)
_WORDS: tuple[tuple[str, bool, re.Pattern[str]], ...] = (
    ("online", True, re.compile(r"\b(?:online|elektronisch|im internet|digital)", re.IGNORECASE)),
    ("online", False, re.compile(r"\b(?:vor ort|persönlich|am schalter|schriftlich|in papierform)", re.IGNORECASE)),
    ("urgent", True, re.compile(r"\b(?:express|eil|dringend|sofort)", re.IGNORECASE)),
    ("abroad", True, re.compile(r"\b(?:im ausland|auslandsvertretung|botschaft|konsulat)", re.IGNORECASE)),
)


class Person(Struct, frozen=True, kw_only=True):
    """What is known of the applicant and the way to apply; ``None`` is not known."""

    age: int | None = None
    online: bool | None = None
    urgent: bool | None = None
    abroad: bool | None = None


class Condition(NamedTuple):
    """What words ask for: an age from ``age_from`` to below ``age_to``, and facts that must be so."""

    age_from: int | None = None
    age_to: int | None = None
    facts: tuple[tuple[str, bool], ...] = ()

    @property
    def understood(self) -> bool:
        """Whether anything was read that a fact can decide."""
        return self.age_from is not None or self.age_to is not None or bool(self.facts)


def read(text: str) -> Condition:
    """What a condition asks for, as far as its words are understood."""
    age_from, age_to = _ages(text)
    said = {(name, value) for name, value, pattern in _WORDS if pattern.search(text)}
    return Condition(age_from, age_to, tuple(sorted(one for one in said if (one[0], not one[1]) not in said)))


def _ages(text: str) -> tuple[int | None, int | None]:
    if between := _BETWEEN.search(text):
        return int(between["low"]), int(between["high"]) + 1
    low = next((age for one in (_FROM, _AND_OLDER, _OVER) if (age := _number(one, text)) is not None), None)
    high = _number(_UNDER, text)
    if high is None and (last := _number(_UP_TO, text)) is not None:
        high = last if "vollendung" in text.lower() else last + 1
    return low, high


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found["age"]) if found else None


def met(condition: Condition, person: Person) -> bool | None:
    """Whether a condition is met; ``None`` where a fact is missing, or nothing in it was understood."""
    verdicts: list[bool | None] = []
    if condition.age_from is not None:
        verdicts.append(None if person.age is None else person.age >= condition.age_from)
    if condition.age_to is not None:
        verdicts.append(None if person.age is None else person.age < condition.age_to)
    for name, wanted in condition.facts:
        known: bool | None = getattr(person, name)
        verdicts.append(None if known is None else known is wanted)
    if False in verdicts:
        return False
    return None if None in verdicts or not verdicts else True
