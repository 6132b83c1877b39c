"""Opening hours, read into expressions of OSM or words."""

from __future__ import annotations

import re
from typing import Final

from busdb.records import Hours, HoursException, Internal115
from busdb.validity import inclusive
from busdb.xzufi import names
from importers.xzufi.reading import Element, Reading, Validity, children, content, value

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_TIME = re.compile(r"(([01]\d|2[0-3]):[0-5]\d):00")
_PHONE: Final = names.HOURS_CODES["phone"][1]
_KNOWN: Final = frozenset({"typ", "hinweisText", "regulaereZeiten", "abweichendeZeiten", "gueltigkeit"})


def in_words(reading: Reading, element: Element) -> Hours | None:
    """Hours in German words."""
    text = reading.line_of(element.text)
    if text is None or reading.language(element) != "de":
        return None
    about, colon, rest = text.partition(": ")
    if colon and about == _PHONE and rest:
        return Hours(type="phone", text=rest)
    return Hours(text=text)


def internal(reading: Reading, element: Element) -> Internal115 | None:
    """A note for 115."""
    text = reading.line_of(element.text)
    return Internal115(note=text) if text and reading.language(element) == "de" else None


def structured(reading: Reading, element: Element) -> tuple[list[Hours], list[HoursException]]:
    """Regular hours, or an exception; neither where it says more than days and times, so that it is kept whole."""
    found: dict[str, list[Element]] = {}
    for name, one in children(element):
        found.setdefault(name, []).append(one)
    said = [(reading.language(one), reading.line_of(one.text)) for one in found.get("hinweisText", ())]
    kind = _kind(found.get("typ", []))
    validity = _validity(reading, found.get("gueltigkeit", []))
    regular, different = _week(found.get("regulaereZeiten", [])), _week(found.get("abweichendeZeiten", []))
    plain = not (found.keys() - _KNOWN) and len(said) <= 1 and all(language == "de" for language, _ in said)
    if not plain or kind is None or validity is None or regular is None or different is None:
        return [], []
    text = said[0][1] if said else None
    if regular and not different:
        return [Hours(type=kind, osm=regular, text=text, valid_from=validity.first, valid_to=validity.end)], []  # type: ignore[arg-type]  # a type of hours
    last = inclusive(validity.end)
    if regular or validity.first is None or last is None:
        return [], []
    exception = HoursException(first_day=validity.first, last_day=last, type=kind, osm=different or None, text=text)  # type: ignore[arg-type]  # a type of hours
    return [], [exception]


def _kind(types: list[Element]) -> str | None:
    if not types:
        return None
    given = (value(types[0], "code"), value(types[0], "name"))
    return next((kind for kind, pair in names.HOURS_CODES.items() if pair == given), None)


def _validity(reading: Reading, elements: list[Element]) -> Validity | None:
    """A period that export writes in the same way; ``None`` for any other."""
    if not elements:
        return Validity()
    aside = Reading(reading.context, elements[0])
    validity = aside.validity("", elements[0])
    return validity if len(elements) == 1 and not aside.kept else None


def _week(spans: list[Element]) -> str | None:
    """An expression of OSM, empty without spans; ``None`` for spans that say more."""
    days: dict[int, list[str]] = {}
    for span in spans:
        parts = dict(children(span))
        if set(parts) != {"tagestyp", "beginn", "ende"}:
            return None
        word = value(parts["tagestyp"], "name")
        code = value(parts["tagestyp"], "code")
        start, end = _TIME.fullmatch(content(parts["beginn"])), _TIME.fullmatch(content(parts["ende"]))
        if word not in names.DAY_NAMES or start is None or end is None:
            return None
        day = names.DAY_NAMES.index(word)
        if code != f"{day + 1:03}":
            return None
        days.setdefault(day, []).append(f"{start[1]}-{end[1]}")
    if list(days) != sorted(days):
        return None
    return _expression({day: ",".join(times) for day, times in days.items()})


def _expression(days: dict[int, str]) -> str:
    rules: list[tuple[int, int, str]] = []
    for day, times in days.items():
        if rules and rules[-1][1] == day - 1 and rules[-1][2] == times:
            rules[-1] = (rules[-1][0], day, times)
        else:
            rules.append((day, day, times))
    return "; ".join(f"{DAYS[a]}-{DAYS[b]} {times}" if b > a else f"{DAYS[a]} {times}" for a, b, times in rules)
