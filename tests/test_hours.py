"""Whether it is open: regular hours, exceptions, holidays of the Land, and the words for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from builders import authority

from busdb.hours import Opening, opening
from busdb.records import Hours, HoursException
from busdb.validity import BERLIN

WEEK = Hours(osm="Tu 09:00-12:00,14:00-18:00; Th 09:00-12:00")


def at(text: str, *hours: Hours, exceptions: tuple[HoursException, ...] = (), **more: Any) -> Opening | None:
    """The opening at a German time."""
    moment = dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN)
    office = authority(hours=hours or (WEEK,), exceptions=exceptions)
    return opening(office, moment, more.pop("state", "15"), **{"language": "de", **more})


def says(text: str, *hours: Hours, **more: Any) -> str | None:
    """The words for it."""
    found = at(text, *hours, **more)
    return found and found.text


def test_it_says_until_when_it_is_open_and_when_it_opens_next() -> None:
    assert says("2026-11-24T10:00") == "Jetzt geöffnet bis 12:00 Uhr"
    assert says("2026-11-24T12:30") == "Geschlossen, öffnet heute um 14:00 Uhr"
    assert says("2026-11-23T10:00") == "Geschlossen, öffnet morgen um 9:00 Uhr"
    assert says("2026-11-20T10:00") == "Geschlossen, öffnet Dienstag, 24.11., um 9:00 Uhr"
    assert says("2026-11-24T10:00", language="en") == "Open until 12:00"


def test_times_are_those_of_germany_on_both_sides_of_the_change_of_the_clocks() -> None:
    office = authority(hours=(WEEK,))
    summer = opening(office, dt.datetime(2026, 10, 20, 7, 30, tzinfo=dt.UTC), "15")
    winter = opening(office, dt.datetime(2026, 10, 27, 7, 30, tzinfo=dt.UTC), "15")
    assert (summer and summer.open, winter and winter.open) == (True, False)


def test_a_public_holiday_of_the_land_is_a_closed_day_also_where_nobody_wrote_so() -> None:
    daily = Hours(osm="Mo-Fr 09:00-12:00")
    epiphany = "2026-01-06T10:00"
    found = [at(epiphany, daily, state=state) for state in ("15", "11")]
    assert [one and (one.open, one.holiday) for one in found] == [(False, "Heilige Drei Könige"), (True, None)]
    assert says(epiphany, Hours(osm="Mo-Fr 09:00-12:00; PH off")) == "Geschlossen, öffnet morgen um 9:00 Uhr"


def test_exceptions_over_several_days_close_or_change_the_hours() -> None:
    closed = HoursException(first_day=dt.date(2026, 11, 23), last_day=dt.date(2026, 11, 27))
    assert says("2026-11-24T10:00", exceptions=(closed,)) == "Geschlossen, öffnet Dienstag, 1.12., um 9:00 Uhr"
    longer = HoursException(first_day=dt.date(2026, 11, 24), last_day=dt.date(2026, 11, 24), osm="08:00-20:00")
    assert says("2026-11-24T13:00", exceptions=(longer,)) == "Jetzt geöffnet bis 20:00 Uhr"


def test_hours_count_from_their_first_day_and_by_their_type() -> None:
    new = Hours(osm="Tu 07:00-20:00", valid_from=dt.date(2026, 12, 1))
    old = Hours(osm="Tu 09:00-12:00", valid_to=dt.date(2026, 12, 1))
    phone = Hours(osm="Mo-Fr 08:00-16:00", type="phone")
    assert says("2026-11-24T11:00", new, old, phone) == "Jetzt geöffnet bis 12:00 Uhr"
    assert says("2026-12-01T11:00", new, old, phone) == "Jetzt geöffnet bis 20:00 Uhr"
    assert says("2026-11-23T11:00", new, old, phone, type="phone") == "Jetzt geöffnet bis 16:00 Uhr"


@pytest.mark.parametrize("hours", [Hours(text="nach Vereinbarung"), Hours(osm="dienstags ab neun"), Hours(osm=";;;")])
def test_hours_that_cannot_be_read_give_no_answer(hours: Hours) -> None:
    assert at("2026-11-24T10:00", hours) is None
