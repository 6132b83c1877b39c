"""Whether an authority is open at a moment, until when, or when it opens next.

The expressions are those of OSM ``opening_hours``; they are evaluated day by day, because on every day something else
may hold: an exception, hours of another period, a public holiday of the Land. Days and times are those of Germany.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import NamedTuple, Protocol

import holidays
from msgspec import Struct
from msgspec.structs import replace
from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # its stubs leave one out

from busdb import i18n
from busdb.records import Authority, Hours, HoursException, HoursType
from busdb.validity import BERLIN, exclusive, today, valid

HORIZON = dt.timedelta(days=14)
LANDS = ("SH", "HH", "NI", "HB", "NW", "HE", "RP", "BW", "BY", "SL", "BE", "BB", "MV", "SN", "ST", "TH")
"""The Länder in the order of the ARS, 01 to 16."""
_DAY = dt.timedelta(days=1)
_WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_COMMENT = re.compile(r'"[^"]*"')
_HOLIDAY = re.compile(r'\bPH\b(?=(?:[^"]*"[^"]*")*[^"]*$)')  # not within a comment
# The library accepts these but has no dates for them: what it says would be wrong on some days
_UNDATED = re.compile(r"\bSH\b|\bPH\s*[+-]\s*\d|\b(?:sunrise|sunset|dawn|dusk)\b")


class Opening(Struct, frozen=True, kw_only=True):
    """The answer for one moment. ``until`` is missing if no end is in sight, ``next`` if no opening is."""

    open: bool
    until: dt.datetime | None = None
    next: dt.datetime | None = None
    text: str
    holiday: str | None = None


class DayHours(NamedTuple):
    """The regular hours of one day: from when to when, and what is said about them."""

    day: dt.date
    spans: tuple[tuple[dt.datetime, dt.datetime], ...]
    remarks: tuple[str, ...]


class Hosting(Protocol):
    """What has hours: the record of an authority, or a view of it."""

    @property
    def hours(self) -> tuple[Hours, ...]:
        """Its regular hours."""
        ...

    @property
    def exceptions(self) -> tuple[HoursException, ...]:
        """Its exceptions."""
        ...


class _Span(NamedTuple):
    start: dt.datetime
    end: dt.datetime
    certain: bool


class Openings(Struct, frozen=True, kw_only=True):
    """Whether an authority is open at a moment, in person and by phone; ``None`` where that cannot be worked out."""

    id: str
    at: dt.datetime
    visit: Opening | None
    phone: Opening | None


def opening(
    authority: Hosting, moment: dt.datetime, state: str, type: HoursType = "visit", *, language: str | None = None
) -> Opening | None:
    """Whether visitors (or callers) find ``authority`` open at an aware ``moment``; ``None`` if that is not known.

    ``valid_to`` of hours is exclusive in a record and the last day in anything else (a view), as everywhere.
    ``state`` is the beginning of the ARS that names the Land ("15"), whose public holidays count.
    """
    language = i18n.negotiate(language or i18n.current())
    hours = _regular(authority, type)
    exceptions = [one for one in authority.exceptions if one.type == type]
    first = today(moment)
    named = partial(_holiday, state=state[:2], language=language)
    days = [first + _DAY * number for number in range(HORIZON.days + 1)]
    if not _known(hours, exceptions, days):
        return None
    try:
        spans = [
            span
            for day in days
            for expression in _expressions(hours, exceptions, day, holiday=named(day) is not None)
            for span in _spans(expression, day)
        ]
    except ParserError:
        return None
    end = _instant(dt.datetime.combine(days[-1] + _DAY, dt.time()))
    return _answer(spans, moment, end, named(first), language)


def week(authority: Hosting, day: dt.date, type: HoursType = "visit") -> tuple[DayHours, ...] | None:
    """The regular hours by weekday, from Monday on, each as on its next date from ``day``; ``None`` if not known.

    Exceptions and public holidays are left out; times are those of Germany, without an offset.
    """
    hours = [one for one in _regular(authority, type) if one.osm]
    days = sorted((day + _DAY * number for number in range(7)), key=dt.date.weekday)
    if not any(valid(one, some) for one in hours for some in days):
        return None
    try:
        return tuple(_day_hours([one.osm or "" for one in hours if valid(one, some)], some) for some in days)
    except ParserError:
        return None


def on_day(authority: Hosting, day: dt.date, state: str, type: HoursType = "visit") -> DayHours | None:
    """The hours of one day as they will be, with exceptions and the holidays of the Land; ``None`` if not known."""
    hours = _regular(authority, type)
    exceptions = [one for one in authority.exceptions if one.type == type]
    if not _known(hours, exceptions, [day]):
        return None
    holiday = _holiday(day, state[:2], "de") is not None
    try:
        found = _day_hours(_expressions(hours, exceptions, day, holiday=holiday), day)
    except ParserError:
        return None
    said = [one.text for one in exceptions if one.text and one.first_day <= day <= one.last_day]
    return found._replace(remarks=tuple(dict.fromkeys([*found.remarks, *said])))


def _day_hours(expressions: Sequence[str], day: dt.date) -> DayHours:
    start = dt.datetime.combine(day, dt.time())
    spans, remarks = [], []
    for one in expressions:
        for begin, end, state, comment in _parsed(one).intervals(start, start + _DAY):
            if state == State.CLOSED:
                continue
            if not comment or end - begin < _DAY:
                spans.append((begin, end))
            if comment:
                remarks.append(comment)
    return DayHours(day, tuple(sorted(spans)), tuple(dict.fromkeys(remarks)))


def _regular(authority: Hosting, type_: HoursType) -> list[Hours]:
    hours = [one for one in authority.hours if one.type == type_]
    if isinstance(authority, Authority):
        return hours
    return [replace(one, valid_to=exclusive(one.valid_to)) for one in hours]


def _answer(
    spans: Sequence[_Span], moment: dt.datetime, end: dt.datetime, holiday: str | None, language: str
) -> Opening | None:
    """What the spans say about the moment; nothing where only a remark covers it."""
    certain = _joined([span for span in spans if span.certain])
    now = next((span for span in certain if span.start <= moment < span.end), None)
    if now is None and any(span.start <= moment < span.end for span in spans):
        return None
    following = next((span.start for span in certain if span.start > moment), None)
    until = now.end if now and now.end < end else None
    change = until if now else following
    return Opening(
        open=now is not None,
        until=_german(until),
        next=None if now else _german(following),
        text=_text(now is not None, moment, change, language),
        holiday=holiday,
    )


def _joined(spans: list[_Span]) -> list[_Span]:
    """The spans in their order, those that touch or overlap as one."""
    found: list[_Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = found[-1]._replace(end=max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def _german(moment: dt.datetime | None) -> dt.datetime | None:
    return None if moment is None else moment.astimezone(BERLIN)


def _text(open_: bool, moment: dt.datetime, change: dt.datetime | None, language: str) -> str:
    if change is None:
        return i18n.message("hours.open" if open_ else "hours.closed", language=language)
    local = change.astimezone(BERLIN)
    days = (local.date() - today(moment)).days
    weekday = i18n.message(f"weekday.{local.weekday()}", language=language)
    values = {"time": f"{local.hour}:{local:%M}", "weekday": weekday, "date": f"{local.day}.{local.month}."}
    if open_:
        return i18n.message("hours.open" if days else "hours.open_until", values, language)
    code = "today" if days == 0 else "tomorrow" if days == 1 else "day"
    return i18n.message(f"hours.opens_{code}", values, language)


def _known(hours: Sequence[Hours], exceptions: Sequence[HoursException], days: Sequence[dt.date]) -> bool:
    """Hours given in words alone, and hours of another time, say nothing about the first of the days."""
    if any(one.first_day <= days[0] <= one.last_day for one in exceptions):
        return True
    current = [one for one in hours if valid(one, days[0])]
    return any(one.osm and (one in current or not current) for one in hours if any(valid(one, day) for day in days))


def _expressions(
    hours: Sequence[Hours], exceptions: Sequence[HoursException], day: dt.date, *, holiday: bool
) -> list[str]:
    """What holds on a day; each says for itself when it is open. Of several exceptions the shortest is meant."""
    covering = [one for one in exceptions if one.first_day <= day <= one.last_day]
    if covering:
        length = min(one.last_day - one.first_day for one in covering)
        chosen = [one.osm for one in covering if one.osm and one.last_day - one.first_day == length]
        about_this_day = not length
    else:
        chosen = [one.osm for one in hours if one.osm and valid(one, day)]
        about_this_day = False
    if not holiday:
        return chosen
    # Authorities are closed on public holidays even if nobody wrote so. On that one day its weekday stands for PH,
    # which fits everywhere PH does ("Su,PH", "Jan-Mar PH"); a date would not. On other days PH matches nothing.
    speaking = [one for one in chosen if about_this_day or _speaks_of_holidays(one)]
    return [_HOLIDAY.sub(_WEEKDAYS[day.weekday()], one) for one in speaking]


def _speaks_of_holidays(expression: str) -> bool:
    return bool(_HOLIDAY.search(expression)) or "24/7" in _COMMENT.sub("", expression)


@lru_cache(maxsize=4096)
def readable(expression: str) -> bool:
    """Whether an expression is one of OSM ``opening_hours``."""
    try:
        OpeningHours(expression, auto_country=False, auto_timezone=False)
    except ParserError:
        return False
    return True


@lru_cache(maxsize=4096)
def _parsed(expression: str) -> OpeningHours:
    if _UNDATED.search(_COMMENT.sub("", expression)):
        raise ParserError(expression)
    return OpeningHours(expression, auto_country=False, auto_timezone=False)


def _spans(expression: str, day: dt.date) -> list[_Span]:
    start = dt.datetime.combine(day, dt.time())
    found = []
    for begin, end, state, comment in _parsed(expression).intervals(start, start + _DAY):
        # A whole day with a comment is a comment alone ("by appointment"), by the specification an unknown
        certain = state == State.OPEN and not (comment and end - begin == _DAY)
        if state != State.CLOSED:
            found.append(_Span(_instant(begin), _instant(end), certain))
    return found


def _instant(wall: dt.datetime) -> dt.datetime:
    return wall.replace(tzinfo=BERLIN).astimezone(dt.UTC)


@lru_cache(maxsize=1024)
def _holidays(state: str, year: int, language: str) -> dict[dt.date, str]:
    land = LANDS[int(state) - 1] if state.isdecimal() and 1 <= int(state) <= len(LANDS) else None
    return dict(holidays.country_holidays("DE", land, years=year, language={"en": "en_US"}.get(language, language)))


def _holiday(day: dt.date, state: str, language: str) -> str | None:
    return _holidays(state, day.year, language).get(day)
