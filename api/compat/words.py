"""What a service has as data, in words: for clients that show texts and nothing else."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable

from babel.units import format_unit

from busdb.bundles import days
from busdb.publication import Publication
from busdb.records import Deadline, Document, ProcessingTime

UNITS = {"Y": "JAHR", "M": "MONAT", "W": "WOCHE", "D": "TAG", "H": "STUNDE"}
"""The unit of a period by the letter of an ISO 8601 duration; the words are those of XZuFi."""
_WORDS = {"JAHR": "year", "MONAT": "month", "WOCHE": "week", "TAG": "day", "STUNDE": "hour"}
_SIMPLE = re.compile(r"P(?:T(?=\d+H))?(\d+)([YMWDH])")


def text(module: str, publication: Publication) -> str:
    """A module as HTML: its texts of all layers at the place; without one of the service itself, first its data."""
    parts = [part for part in publication.parts if part.module == module]
    whole = any(part.mode in {"base", "replace"} for part in parts)
    return ("" if whole else told(module, publication)) + "".join(part.html for part in parts)


def measured(duration: str) -> tuple[int, str]:
    """An ISO 8601 duration as a number and a unit; one of several parts is given in days."""
    simple = _SIMPLE.fullmatch(duration)
    return (int(simple[1]), UNITS[simple[2]]) if simple else (days(duration), "TAG")


def measured_alike(shortest: str, longest: str) -> tuple[tuple[int, int], str]:
    """Two durations in one unit, in days unless they share another."""
    first, last = measured(shortest), measured(longest)
    return ((first[0], last[0]), first[1]) if first[1] == last[1] else ((days(shortest), days(longest)), "TAG")


def span(shortest: str | None, longest: str | None, language: str) -> str | None:
    """A span in words: ``2 Wochen – 3 Monate``."""
    found = [measured(one) for one in (shortest, longest) if one]
    words = [format_unit(number, f"duration-{_WORDS[unit]}", locale=language) for number, unit in found]
    return " – ".join(dict.fromkeys(words)) or None


def told(module: str, publication: Publication) -> str:
    """What the service has as data for a module without a text, as HTML."""
    if module == "24":
        return html.escape(publication.teaser or "", quote=False)
    tell = _TELLERS.get(module)
    lines = [line for line in (tell(publication) if tell else ()) if line]
    if not lines:
        return ""
    return f"<ul>{''.join(f'<li>{html.escape(line, quote=False)}</li>' for line in lines)}</ul>"


def _fees(publication: Publication) -> Iterable[str]:
    for fee in publication.fees:
        yield f"{fee.label}: {fee.text}" if fee.label else fee.text


def _document(one: Document) -> str:
    more = "; ".join(word for word in (one.condition, one.description) if word)
    return f"{one.label} ({more})" if more else one.label


def _deadline(one: Deadline, language: str) -> str:
    words = one.text or span(one.duration, one.duration_max, language)
    return f"{one.label}: {words}" if words else one.label


def _time(one: ProcessingTime, language: str) -> str:
    return one.text or span(one.minimum, one.maximum, language) or ""


_TELLERS: dict[str, Callable[[Publication], Iterable[str]]] = {
    "07": lambda publication: (basis.citation for basis in publication.service.legal_bases),
    "08": lambda publication: (_document(one) for one in publication.documents if one.direction == "in"),
    "11": lambda publication: (step.text for step in publication.steps),
    "25": lambda publication: (remedy.text or remedy.kind for remedy in publication.remedies),
    "95": lambda publication: (_time(one, publication.language) for one in publication.processing_times),
    "97": lambda publication: (_deadline(one, publication.language) for one in publication.deadlines),
    "98": _fees,
}
"""What tells a module from data."""
