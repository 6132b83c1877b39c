"""Days, times, hours and periods as people read them, in the language of the reader."""

from __future__ import annotations

import datetime as dt
import re

from babel.dates import format_date
from babel.lists import format_list
from babel.units import format_unit

from busdb.hours import DayHours
from busdb.i18n import current, message
from busdb.records import Deadline, ProcessingTime

_PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_UNITS = ("year", "month", "week", "day", "hour", "minute")


def date(day: dt.date) -> str:
    """A day in words: 23. November 2026."""
    return format_date(day, "long", locale=current())


def period(duration: str) -> str:
    """An ISO 8601 duration in words: zwei Wochen as ``2 Wochen``."""
    found = _PERIOD.fullmatch(duration)
    if found is None:
        return duration
    parts = zip(found.groups(), _UNITS, strict=True)
    said = [format_unit(int(count), f"duration-{unit}", locale=current()) for count, unit in parts if count]
    return format_list(said, locale=current()) if said else duration


def clock(moment: dt.datetime) -> str:
    """A time of the day: 9:00."""
    return f"{moment.hour}:{moment:%M}"


def spans(day: DayHours) -> str:
    """The hours of a day in one line; midnight at the end is 24:00."""
    said = [f"{clock(begin)}–{'24:00' if end.date() > begin.date() else clock(end)}" for begin, end in day.spans]
    if said:
        said = [message("hours.of_day", {"hours": format_list(said, locale=current())})]
    return ", ".join([*said, *day.remarks]) or message("hours.closed_day")


def deadline(one: Deadline) -> str:
    """What a deadline says beside its label; a duration in the reader's language beats words in another."""
    duration = one.duration if one.duration and re.search(r"[1-9]", one.duration) else None
    if duration and (one.text is None or one.language != current()):
        return period(duration)
    return one.text or (period(one.duration) if one.duration else "")


def processing(one: ProcessingTime) -> str:
    """How long an authority takes: ``2 Wochen – 3 Wochen``, in the reader's language where numbers tell it."""
    ends = " – ".join(dict.fromkeys(period(end) for end in (one.minimum, one.maximum) if end))
    said = ends if ends and (one.text is None or one.language != current()) else one.text or ""
    return f"{said} ({one.extendable})" if one.extendable else said
