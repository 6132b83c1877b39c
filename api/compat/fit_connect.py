"""The routing interface of FIT-Connect, version 2: which body takes applications for a service at an area.

Facts are those of its public description (routing-api 2.0.0). A route is given where there is one answer; advice is
never a route. ``destinationId`` and ``destinationSignature`` stand only where the authority's delivery point is on
record: they cannot be made up.
"""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any

from flask import Response, request
from marshmallow import Schema, fields, validate

from api.compat import places
from api.compat.lenient import Blueprint
from api.compat.routes import Area, Areas, Info, Route, Routes, Version, route
from api.compat.variants import by_leika_key
from api.hub import Ask, asking
from api.openapi import answers
from busdb import i18n, mapping, queries, records
from busdb.areas import code_of
from busdb.errors import InputError, NotFoundError
from busdb.models.authorities import authority
from busdb.publication import Place
from busdb.visibility import view

NAME = "fit-connect"
LIMIT, MOST = 100, 500
WORDS = 10
_SELECTORS = {
    "ags": re.compile(r"\d{2}|\d{3}|\d{5}|\d{8}"),
    "ars": re.compile(r"\d{2}|\d{3}|\d{5}|\d{9}|\d{12}"),
    "areaId": re.compile(r"\d{1,15}"),
}


blueprint = Blueprint("fit_connect", __name__)


class Page(Schema):
    """A page of a list."""

    limit = fields.Integer(load_default=LIMIT, validate=validate.Range(1, MOST))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 2**31 - 1))


class RouteQuery(Page):
    """Which route is asked for, with exactly one of the three areas."""

    key = fields.String(data_key="leikaKey", required=True, validate=validate.Regexp(r"^99\d{12}$"))
    ags = fields.String()
    ars = fields.String()
    area = fields.String(data_key="areaId")


class AreaQuery(Page):
    """Words of names or postal codes, with ``*`` for any letters; every one must be met."""

    expressions = fields.List(fields.String(), data_key="areaSearchexpression", required=True)


@blueprint.get("/v2/routes")
@blueprint.arguments(RouteQuery, location="query")
@answers("", "Routes: count, offset, totalCount, routes")
def routes(arguments: dict[str, Any]) -> Response:
    """Ask which body takes applications for a service at an area"""
    with asking({}) as ask:
        ask.place = _place(ask)
        return ask.answer("routes", lambda: _routes(ask, arguments))


def _place(ask: Ask) -> Place:
    """The area that the request names. Raises ``InputError`` unless exactly one is, ``NotFoundError`` without it."""
    given = [(name, value) for name in _SELECTORS for value in request.args.getlist(name)]
    if len(given) != 1:
        raise InputError("one_area", names=", ".join(_SELECTORS))
    name, value = given[0]
    if not _SELECTORS[name].fullmatch(value):
        raise InputError("area_key_invalid", name=name, value=value)
    code: str | None = value
    if name == "ags":
        code = places.by_ags(ask.gazetteer, value, ask.on)
    elif name == "areaId":
        code = places.codes(ask.gazetteer).get(queries.identified(ask.connection, "area", int(value)) or "")
    area = ask.gazetteer.get(code or "-")
    if area is None:
        raise NotFoundError("area_not_found", area=value)
    return ask.gazetteer.place(code_of(area))


def _routes(ask: Ask, arguments: dict[str, Any]) -> Routes:
    found = [one for _, id_ in by_leika_key(ask, arguments["key"]) for one in _route(ask, id_)]
    page = tuple(found[arguments["offset"] : arguments["offset"] + arguments["limit"]])
    return Routes(count=len(page), offset=arguments["offset"], total_count=len(found), routes=page)


def _route(ask: Ask, id: str) -> list[Route]:
    """The route of a service where one body answers for it; of its offices the first."""
    publication = ask.assembler().one(id)
    answer = publication.responsibility
    if answer is None or answer.status != "answered" or not answer.matches:
        return []
    shown = answer.matches[0].authority
    key = queries.number_of(ask.connection, "authority", shown.id)
    stored = next(mapping.read(ask.connection, "authority", authority.c.object == key))
    office = view(stored.record, "public")
    assert isinstance(office, records.Authority)
    return [route(publication, shown, office)]


@blueprint.get("/v2/areas")
@blueprint.arguments(AreaQuery, location="query")
@answers("", "Areas: count, offset, totalCount, areas")
def areas(arguments: dict[str, Any]) -> Response:
    """Find areas by words of their names or by postal codes"""
    expressions = arguments["expressions"]
    if not 0 < len(expressions) <= WORDS or not all(map(_usable, expressions)):
        raise InputError("expressions_invalid", most=WORDS)
    with asking({}) as ask:
        return ask.answer("areas", lambda: _areas(ask, arguments))


def _usable(word: str) -> bool:
    """Whether a word has something between its stars, and nowhere less than two characters."""
    parts = [part for part in word.split("*") if part]
    return bool(parts) and all(len(part) > 1 for part in parts)


def _areas(ask: Ask, arguments: dict[str, Any]) -> Areas:
    found = places.search(ask.gazetteer, arguments["expressions"], ask.on)
    page = found[arguments["offset"] : arguments["offset"] + arguments["limit"]]
    keys = queries.numbers(ask.connection, "area", [one.area.id for one in page])
    shown = tuple(
        Area(
            id=str(keys[one.area.id]),
            name=one.full,
            type=i18n.message(f"fit_connect.{one.area.kind}", language=ask.language),
        )
        for one in page
    )
    return Areas(count=len(shown), offset=arguments["offset"], total_count=len(found), areas=shown)


@blueprint.get("/v2/info")
@blueprint.arguments(Page, location="query")
@answers("", "The version")
def info(_arguments: dict[str, Any]) -> Response:
    """Read the version of this installation"""
    major, minor, patch = (int(part) for part in version("busdb").split(".")[:3])
    with asking({}) as ask:
        return ask.answer("info", lambda: Info(version=Version(major=major, minor=minor, patch=patch)))
