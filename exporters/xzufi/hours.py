"""Opening hours: the simple expressions of OSM, day by day. What is not simple is written as words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from busdb.records import Hours, HoursException
from busdb.validity import exclusive
from busdb.xzufi import names
from busdb.xzufi.names import DAY_NAMES
from exporters.xzufi.parts import code, element, period, text, words

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_TIME = r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d"
_RULE = re.compile(rf"(?P<days>(?:\w\w(?:-\w\w)?)(?:,\w\w(?:-\w\w)?)*) (?P<times>{_TIME}(?:,{_TIME})*)")
Week = dict[int, tuple[str, ...]]


def week(osm: str) -> Week | None:
    """The spans of each day (``08:00-12:00``), ``None`` for an expression that says more than that.

    As in OSM, a later rule takes the place of an earlier one for its days.
    """
    found: Week = {}
    for rule in osm.split(";"):
        match = _RULE.fullmatch(rule.strip())
        days = _days(match["days"]) if match else None
        if match is None or days is None:
            return None
        found |= dict.fromkeys(days, tuple(match["times"].split(",")))
    return dict(sorted(found.items()))


def _days(given: str) -> list[int] | None:
    found: list[int] = []
    for one in given.split(","):
        first, _, last = one.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            return None
        start, end = DAYS.index(first), DAYS.index(last or first)
        if end < start:
            return None
        found.extend(range(start, end + 1))
    return found


def regular(given: Sequence[Hours]) -> tuple[str, str]:
    """What is written as words, and what as a structure."""
    said = structured = ""
    for one in given:
        days = week(one.osm) if one.osm else None
        if days is None:
            about = "" if one.type == "visit" else f"{names.HOURS_CODES[one.type][1]}: "
            expression = "" if one.text else one.osm
            said += words("infoOeffnungszeitenText", about + (one.text or expression or ""))
        else:
            structured += _structured(one, days)
    return said, structured


def _structured(one: Hours, days: Week) -> str:
    content = _type(one) + words("hinweisText", one.text) + _spans("regulaereZeiten", days)
    return element("infoOeffnungszeitenStrukturiert", content + period(one.valid_from, one.valid_to))


def exceptions(given: Sequence[HoursException]) -> str:
    """The days on which other hours hold, or none."""
    found = ""
    for one in given:
        days = week(one.osm) if one.osm else {}
        said = one.text or (one.osm if days is None else None)
        content = _type(one) + words("hinweisText", said) + _spans("abweichendeZeiten", days or {})
        validity = period(one.first_day, exclusive(one.last_day))
        found += element("infoOeffnungszeitenStrukturiert", content + validity)
    return found


def _type(one: Hours | HoursException) -> str:
    value, name = names.HOURS_CODES[one.type]
    return code("typ", names.HOURS_TYPES, value, name)


def _spans(tag: str, days: Week) -> str:
    found = ""
    for day, spans in days.items():
        for span in spans:
            start, _, end = span.partition("-")
            content = code("tagestyp", names.DAYS, f"{day + 1:03}", DAY_NAMES[day])
            found += element(tag, content + text("beginn", f"{start}:00") + text("ende", f"{end}:00"))
    return found
