"""What is known of a call to 115: the line, the place that stays for the call, the case; and where its links lead."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import fields, validate
from sqlalchemy import Connection

from api import access
from api import arguments as parameters
from api.hub import hub
from api.pages.links import Links, address
from api.pages.shell import NEAR, UNSETTLED, Visit, chosen
from busdb.errors import BusdbError
from busdb.publication import Place
from busdb.validity import now, today


class Asked(parameters.Case, parameters.Quote):
    """A call as its address says it: line, place, service or authority, and what the caller has said."""

    q = fields.String(validate=validate.Length(max=2000))
    id = fields.String(validate=validate.Length(max=300))
    office = fields.String(validate=validate.Length(max=300))
    asked = fields.Boolean(load_default=False)


ASKED = Asked()


class CallLinks(Links):
    """Addresses within the console; everything else keeps the address that it has in the finder."""

    def __init__(self, ars: str | None, lang: str | None, query: dict[str, str], concern: str | None) -> None:
        super().__init__(ars, lang, (access.CONSOLE_PATH, query))
        self._concern = concern

    def start(self, **parameters: object) -> str:
        """The next call."""
        return address(access.CONSOLE_PATH, {"lang": self.lang, **parameters})

    def service(self, id: str, **parameters: object) -> str:
        """The answer of one service."""
        return self._open(id=id, **parameters)

    def authority(self, id: str) -> str:
        """The answer of one authority."""
        return self._open(office=id)

    def _open(self, **parameters: object) -> str:
        kept: dict[str, object] = {name: self._query[name] for name in ("q", "ars", "lang") if name in self._query}
        return address(access.CONSOLE_PATH, {**kept, **parameters})

    def area(self, ars: str | None) -> str:
        """The call at another place, which the line then no longer names."""
        return self.here(ars=ars, q=self._concern or None)


class Caller(Visit):
    """One call. ``line`` is what was typed, ``concern`` what is left of it without a place.

    What the line names counts for more than the place that stays, and a place that is typed into its own field more
    than both. ``places`` are those that could be meant, ``unknown`` is a text that is no place.
    """

    def __init__(self, connection: Connection, arguments: dict[str, Any]) -> None:
        self.arguments = arguments
        self.places: list[Place] = []
        self.unknown: str | None = None
        if "place" not in arguments and "place" in request.args:
            arguments.pop("ars", None)  # the field was emptied: the place goes
        wanted = chosen(connection, arguments)
        try:
            super().__init__(connection, wanted)
        except BusdbError as error:
            if error.code not in UNSETTLED:
                raise
            unsettled = {name: value for name, value in wanted.items() if name not in {"ars", "place"}}
            super().__init__(connection, unsettled)
            self._choices(wanted.get("place") or wanted["ars"], ambiguous=error.code == "place_ambiguous")
        self.line: str | None = arguments.get("q")
        self.concern = self._read(typed=wanted.get("place") is not None)
        self.links = self._links()

    @property
    def opens(self) -> bool:
        """Whether an answer is asked for."""
        return bool(self.arguments.get("id") or self.arguments.get("office"))

    def _choices(self, text: str, *, ambiguous: bool) -> None:
        day = today(now())
        self.places = self.gazetteer.find(text, day) or self.gazetteer.search(text, day, NEAR)
        self.unknown = None if ambiguous else text

    def _read(self, *, typed: bool) -> str | None:
        """Take the place out of the line, unless one was ``typed`` in its own field; what is left is the concern."""
        if self.line is None:
            return None
        read = hub().desk.understood(self.line)
        named = [one.ars for one in read.places if one.ars]
        if typed:
            self.line = read.concern if named else self.line
        elif len(named) == 1:
            self.settle(named[0])
        elif named and (self.place is None or self.place.ars not in named):
            self.place = None
            self.places = [place for ars in named if (place := self.gazetteer.place(ars))]
        return read.concern

    def _links(self) -> CallLinks:
        place = self.place
        ars = (place.ars or place.code) if place else None
        own = {name: value for name, value in request.args.items() if value.strip() and name in ASKED.fields}
        settled = {**own, "q": self.line, "ars": ars, "place": None, "asked": None}
        query = {name: value for name, value in settled.items() if value}
        return CallLinks(ars, self.arguments.get("lang"), query, self.concern)
