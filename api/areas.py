"""/areas: places by any spelling, and the gazetteer as a list."""

from __future__ import annotations

from typing import Any

from flask import Response

from api import arguments as parameters
from api import paging
from api.hub import Ask, asking
from api.openapi import Blueprint, answers
from busdb.publication import Place

blueprint = Blueprint("areas", __name__)


@blueprint.get("/areas")
@blueprint.arguments(parameters.AreaList, location="query")
@answers("Page", "Places")
def areas(arguments: dict[str, Any]) -> Response:
    """Find places by name, postal code, ARS or AGS"""
    with asking(arguments) as ask:
        totals: list[int] = []
        response = ask.answer("areas", lambda: _page(ask, arguments, totals))
        return paging.link(response, totals[0] if totals else None, arguments)


def _page(ask: Ask, arguments: dict[str, Any], totals: list[int]) -> Any:
    limit, offset = arguments["limit"], arguments["offset"]
    if text := arguments.get("q"):
        found = ask.gazetteer.search(text, ask.on, limit=10_000)
        chosen: list[Place] = [place for place in found if arguments.get("kind") in {None, place.kind}]
        totals.append(len(chosen))
        return paging.page(totals[0], arguments, chosen[offset : offset + limit])
    codes = [
        code
        for code in sorted(ask.gazetteer.codes())
        if arguments.get("kind") in {None, (name := ask.gazetteer.name(code)) and name.kind}
        and (ask.place is None or ask.place.code in {link.code for link in ask.gazetteer.chain(code)})
    ]
    totals.append(len(codes))
    return paging.page(totals[0], arguments, [ask.gazetteer.place(code) for code in codes[offset : offset + limit]])


@blueprint.get("/areas/<path:code>")
@blueprint.arguments(parameters.Common, location="query")
@answers("Place", "The place")
def one(arguments: dict[str, Any], code: str) -> Response:
    """Read a place by its ARS or its code"""
    with asking(arguments) as ask:
        return ask.answer("area", lambda: ask.gazetteer.place(code))
