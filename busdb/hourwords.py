"""Opening hours as offices write them ("Mo-Do 9-12 u. 13-16, Fr geschl.") and as OSM ``opening_hours``, both ways."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Literal, NamedTuple

from busdb.hours import readable

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH")
_NAMES = {
    "mo": 0, "montag": 0, "montags": 0, "mon": 0, "monday": 0,
    "di": 1, "dienstag": 1, "dienstags": 1, "die": 1, "tu": 1, "tue": 1, "tuesday": 1,
    "mi": 2, "mittwoch": 2, "mittwochs": 2, "mit": 2, "we": 2, "wed": 2, "wednesday": 2,
    "do": 3, "donnerstag": 3, "donnerstags": 3, "don": 3, "th": 3, "thu": 3, "thursday": 3,
    "fr": 4, "freitag": 4, "freitags": 4, "fre": 4, "fri": 4, "friday": 4,
    "sa": 5, "samstag": 5, "samstags": 5, "sonnabend": 5, "sonnabends": 5, "sam": 5, "sat": 5, "saturday": 5,
    "so": 6, "sonntag": 6, "sonntags": 6, "son": 6, "su": 6, "sun": 6, "sunday": 6,
    "feiertag": 7, "feiertage": 7, "feiertags": 7, "ph": 7,
}  # fmt: skip
_DAY = "(?:" + "|".join(sorted(_NAMES, key=len, reverse=True)) + r")\b\.?"
_TOKEN = re.compile(
    rf"(?P<every>täglich|taeglich|daily)|(?P<day>{_DAY})"
    r"|(?P<off>geschlossen|geschl\.?|gesch\.|zu\b|closed|off\b|keine sprechzeit(?:en)?)"
    r"|(?P<time>(?:[01]?\d|2[0-4])(?:[:.][0-5]\d)?(?!\d))(?:\s*(?:uhr|h\b))?"
    r"|(?P<to>-)|(?P<sep>[,;|/\n])|(?P<space>[\s:.]+|uhr\b|von\b|jeweils\b)",
    re.IGNORECASE,
)
_SAME = (
    (re.compile("[\u2010-\u2015\u2212]"), "-"),
    (re.compile(r"\bbis(?:\s+zu[mr]?)?\b|\bto\b", re.IGNORECASE), "-"),
    (re.compile(r"\bund\b|\bu\.(?=\s|\d)|\bu\b|\bsowie\b|\band\b|[&+]", re.IGNORECASE), ","),
    (re.compile("\u00a0"), " "),
    (re.compile(r"(?<=\d)\s*uhr", re.IGNORECASE), ""),
)
_ALWAYS = re.compile(r"24/7|rund um die uhr|durchgehend(?: geöffnet)?", re.IGNORECASE)
_GERMAN = {"Tu": "Di", "We": "Mi", "Th": "Do", "Su": "So", "PH": "Feiertag", "off": "geschlossen"}
_WORD = re.compile(r"\b(?:Tu|We|Th|Su|PH|off)\b")


class _Token(NamedTuple):
    kind: str
    text: str


class UnreadableError(Exception):
    """Words that are no hours."""


def parse(words: str) -> str | None:
    """The OSM expression of hours in German or English words, ``None`` for what is not certain.

    Hours of one day in several places add up ("Mo 9-12; Mo 13-16"), as people mean them. Any other expression of
    OSM is given back as it is.
    """
    text = words.strip()
    if not text:
        return None
    if _ALWAYS.fullmatch(text):
        return "24/7"
    said = text
    for pattern, same in _SAME:
        said = pattern.sub(same, said)
    try:
        found = _osm(_Reader(list(_tokens(said))).days())
    except UnreadableError:
        return text if readable(text) else None
    return found if readable(found) else None


def words(expression: str) -> str:
    """An OSM expression in German words, if :func:`parse` gives just that expression again; else as it is."""
    said = _WORD.sub(lambda found: _GERMAN[found[0]], expression).replace(",", ", ")
    return said if said != expression and parse(said) == expression else expression


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise UnreadableError
        place = match.end()
        kind = match.lastgroup or ""
        if kind != "space":
            found.append(_Token(kind, match[kind].lower().rstrip(".")))
    return found


Spans = list[str] | Literal["off"]


class _Reader:
    """Reads groups of days, each followed by spans of time or the word for closed."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._place = 0

    def days(self) -> dict[int, Spans]:
        """The spans by day."""
        found: dict[int, Spans] = {}
        self._skip("sep")
        while self._kind():
            some = self._group()
            self._skip("sep")
            spans = self._spans()
            for day in some:
                before = found.get(day)
                if before is not None and "off" in (before, spans):
                    raise UnreadableError
                found[day] = spans if before is None else [*before, *(one for one in spans if one not in before)]
            self._skip("sep")
        if not found:
            raise UnreadableError
        return found

    def _kind(self, ahead: int = 0) -> str:
        place = self._place + ahead
        return self._tokens[place].kind if place < len(self._tokens) else ""

    def _take(self, kind: str) -> str:
        if self._kind() != kind:
            raise UnreadableError
        self._place += 1
        return self._tokens[self._place - 1].text

    def _skip(self, kind: str) -> None:
        while self._kind() == kind:
            self._place += 1

    def _group(self) -> list[int]:
        if self._kind() == "every":
            self._place += 1
            return list(range(7))
        found: list[int] = []
        while self._kind() == "day":
            first = _NAMES[self._take("day")]
            if self._kind() == "to":
                self._take("to")
                last = _NAMES[self._take("day")]
                if 7 in (first, last):
                    raise UnreadableError
                found += [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]
            else:
                found.append(first)
            if self._kind() == "sep" and self._kind(1) == "day":
                self._place += 1
        if not found:
            raise UnreadableError
        return found

    def _spans(self) -> Spans:
        if self._kind() == "off":
            self._place += 1
            return "off"
        found = []
        while self._kind() == "time":
            begin = _clock(self._take("time"))
            self._take("to")
            end = _clock(self._take("time"))
            if end <= begin:
                raise UnreadableError
            found.append(f"{begin}-{end}")
            if self._kind() == "sep" and self._kind(1) == "time":
                self._place += 1
        if not found:
            raise UnreadableError
        return found


def _clock(text: str) -> str:
    hour, _, minute = text.replace(".", ":").partition(":")
    if hour == "24" and minute.strip("0"):
        raise UnreadableError
    return f"{int(hour):02d}:{minute or '00'}"


def _osm(days: dict[int, Spans]) -> str:
    """The expression: days that follow each other and have the same spans as one range, others in their order."""
    rules: dict[str, list[int]] = {}
    for day in sorted(days):
        spans = days[day]
        rules.setdefault("off" if spans == "off" else ",".join(sorted(spans)), []).append(day)
    return "; ".join(f"{_ranges(some)} {spans}" for spans, some in rules.items())


def _ranges(days: list[int]) -> str:
    found = []
    for _, group in groupby(enumerate(days), lambda pair: pair[1] - pair[0] if pair[1] < 7 else 99):
        run = [day for _, day in group]
        found.append(_DAYS[run[0]] + (f"-{_DAYS[run[-1]]}" if len(run) > 1 else ""))
    return ",".join(found)
