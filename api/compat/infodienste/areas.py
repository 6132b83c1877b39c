"""Areas: by AGS, as the EA's software asks for them, and by the beginnings of words, as apps do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response
from marshmallow import fields

from api.compat import places
from api.compat.infodienste.answers import Found, Numbers, chosen, many, one, paged
from api.compat.infodienste.model import Area, Areas, Shape
from api.compat.infodienste.request import Detail, Listing, asked, blueprint, every, place_of
from api.hub import Ask
from api.openapi import answers
from busdb import records

SUGGESTED = 100
"""How many areas a search by the beginnings of words gives."""


class AreaList(Listing):
    """Which areas are listed."""

    ags = fields.String()
    rs = fields.String()


@blueprint.get("/area/find")
@blueprint.arguments(AreaList, location="query")
@answers("", "Areas: one for an AGS or an RS")
def find(arguments: dict[str, Any]) -> Response:
    """Find areas by AGS, RS, or the words of their names"""
    with asked(arguments) as ask:
        return many(ask, "area", lambda: _found(ask, arguments))


def _found(ask: Ask, arguments: dict[str, Any]) -> Found:
    areas: Sequence[records.Area | None]
    if ags := arguments.get("ags"):
        areas = [ask.gazetteer.get(places.by_ags(ask.gazetteer, ags.strip(), ask.on) or "-")]
    elif rs := arguments.get("rs"):
        areas = [ask.gazetteer.get(rs.strip())]
    elif word := arguments.get("search_word"):
        areas = [named.area for named in places.search(ask.gazetteer, _open(word), ask.on)]
    else:
        areas = [ask.gazetteer.get(code) for code in sorted(ask.gazetteer.codes())]
    shown = Shown(ask)
    return paged([area for area in areas if area], arguments, shown.show)


def _open(text: str) -> list[str]:
    """The words of a text, each as a beginning."""
    return [f"{word}*" for word in text.replace("*", " ").split()]


class Shown:
    """Shows areas."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._numbers = Numbers(ask)

    def show(self, area: records.Area) -> Area:
        """An area by its keys; those of fewer digits as the keys of what contains municipalities are."""
        return Area(
            id=self._numbers.of("area", area.id),
            external_id=area.id,
            name=area.name,
            name_short=area.name.partition(" (")[0],
            display_name=places.full_name(self._ask.gazetteer, area),
            ags=places.ags(self._ask.gazetteer, area),
            rs=area.ars.ljust(12, "0") if area.ars else "",
        )


@blueprint.get("/area/<id>")
@blueprint.get("/political-area/<id>")
@blueprint.get("/PoliticalArea/<id>")
@blueprint.arguments(Detail, location="query")
@answers("", "The area")
def read(arguments: dict[str, Any], id: str) -> Response:
    """Read an area by its number, AGS or RS"""
    with asked(arguments) as ask:
        return one(ask, "area", lambda: _one(ask, id))


def _one(ask: Ask, id: str) -> Shape:
    area = ask.gazetteer.get(place_of(ask, id).code)
    assert area is not None
    return Shown(ask).show(area)


@blueprint.get("/political-area/search")
@blueprint.get("/PoliticalArea/search")
@blueprint.arguments(Detail, location="query")
@answers("", "The areas whose names have every word")
def search(arguments: dict[str, Any]) -> Response:
    """Find areas by words or their beginnings: searchWords=Halle*&searchWords=Saale*"""
    with asked(arguments) as ask:
        return ask.answer("areas", lambda: chosen(_suggested(ask)))


def _suggested(ask: Ask) -> Areas:
    found = places.search(ask.gazetteer, every("searchWords"), ask.on)
    chosen_ = [named.area for named in found if named.area.kind != "state"][:SUGGESTED]
    return Areas(values=tuple(map(Shown(ask).show, chosen_)))
