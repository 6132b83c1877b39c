"""Days: validity inside is half-open; outside, a "gültig bis" is the last valid day."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
OPEN_ENDS = (dt.date(2999, 12, 31), dt.date(9999, 12, 31))
_DAY = dt.timedelta(days=1)


def exclusive(last_day: dt.date | None) -> dt.date | None:
    """The end inside (first day no longer valid) of a period whose last valid day is given; ``None`` is open."""
    return None if last_day is None or last_day in OPEN_ENDS else last_day + _DAY


def inclusive(end: dt.date | None) -> dt.date | None:
    """The last valid day of a period whose exclusive end is given; ``None`` is open."""
    return None if end is None else end - _DAY


def valid(record: object, on: dt.date) -> bool:
    """Whether a record with ``valid_from`` and an exclusive ``valid_to`` is valid on a day."""
    start: dt.date | None = getattr(record, "valid_from", None)
    end: dt.date | None = getattr(record, "valid_to", None)
    return (start is None or start <= on) and (end is None or on < end)


def now() -> dt.datetime:
    """The present moment, aware, UTC. Called at the edges only; everything inside is passed its time."""
    return dt.datetime.now(dt.UTC)


def today(moment: dt.datetime) -> dt.date:
    """The day in Germany at a moment."""
    return moment.astimezone(BERLIN).date()
