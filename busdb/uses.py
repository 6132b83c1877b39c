"""When API keys were last used: the day only, written once a day and never while a request waits (``busdb.later``)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, bindparam, or_, update

from busdb.keys import Grant
from busdb.later import Later
from busdb.models.operations import api_key
from busdb.settings import Settings


class Uses(Later[dict[int, dt.date]]):
    """Collects the last day of each key that one process has seen."""

    name = "key-uses"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._days: dict[int, dt.date] = {}

    def note(self, grant: Grant, day: dt.date) -> None:
        """Note that a key was used, unless the database says so already."""
        if grant.used_on is None or grant.used_on < day:
            with self.lock:
                self._days[grant.key] = day
                self.wake()

    def take(self) -> dict[int, dt.date]:
        days, self._days = self._days, {}
        return days

    def give_back(self, notes: dict[int, dt.date]) -> None:
        self._days = {**notes, **self._days}

    def write(self, connection: Connection, notes: dict[int, dt.date]) -> None:
        if notes:
            earlier = or_(api_key.c.used_on.is_(None), api_key.c.used_on < bindparam("day"))
            statement = update(api_key).where(api_key.c.key == bindparam("number"), earlier)
            # In one order, so that two processes cannot wait for each other
            values = [{"number": number, "day": day} for number, day in sorted(notes.items())]
            connection.execute(statement.values(used_on=bindparam("day")), values)
