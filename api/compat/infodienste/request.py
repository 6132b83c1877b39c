"""What requests of the original's clients say: areas and objects by number or by our ids, pages, chosen attributes.

Parameters that mean nothing here are overlooked, and the key that such clients send is not needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from flask import Response, request
from marshmallow import Schema, fields, validate

from api import negotiation
from api.compat import places
from api.compat.lenient import Blueprint
from api.errors import SHAPES, Problem
from api.hub import Ask, asking
from busdb import queries
from busdb.areas import code_of
from busdb.errors import InputError, NotFoundError
from busdb.publication import Place

NAME = "infodienste"
LIMIT, MOST = 500, 1000
_SHORT = validate.Length(max=300)


blueprint = Blueprint(NAME, __name__)


class Detail(Schema):
    """One object, for an area."""

    area_id = fields.String(
        data_key="areaId", validate=_SHORT, metadata={"description": "Number of an area, AGS or ARS"}
    )
    format = fields.String(metadata={"description": "json or xml; beats Accept"})


class Listing(Detail):
    """A page of a list. An empty search word is none."""

    search_word = fields.String(data_key="searchWord", validate=_SHORT)
    search_full_text = fields.String(data_key="searchFullText", validate=_SHORT)
    pst_id = fields.String(data_key="pstId", validate=_SHORT)
    ou_id = fields.String(data_key="ouId", validate=_SHORT)
    parent_id = fields.String(data_key="parentId", validate=_SHORT)
    leika_key = fields.String(data_key="leikaKey", validate=_SHORT)
    limit = fields.Integer(load_default=LIMIT, validate=validate.Range(1, MOST))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))


@contextmanager
def asked(arguments: dict[str, Any]) -> Iterator[Ask]:
    """What the request asks for, at its area. Raises ``NotFoundError`` for an unknown area."""
    with asking({"format": arguments.get("format")}) as ask:
        if area := arguments.get("area_id"):
            ask.place = place_of(ask, area)
        yield ask


def place_of(ask: Ask, text: str) -> Place:
    """The area of a number, an AGS, an ARS, or one of our codes. Raises ``NotFoundError``.

    Eight, nine and twelve digits are keys; fewer are a number first, because such short keys may be numbers, too.
    """
    wanted = text.strip()
    gazetteer = ask.gazetteer
    code: str | None = None
    if _is_number(wanted):
        if len(wanted) == 8:
            code = places.by_ags(gazetteer, wanted, ask.on)
        elif len(wanted) in {9, 12}:
            code = wanted
        code = code or _numbered_area(ask, wanted)
    place = gazetteer.get(code or wanted)
    if place is None:
        raise NotFoundError("area_not_found", area=wanted)
    return gazetteer.place(code_of(place))


def _numbered_area(ask: Ask, digits: str) -> str | None:
    id_ = queries.identified(ask.connection, "area", int(digits))
    return places.codes(ask.gazetteer).get(id_) if id_ else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15


def object_of(ask: Ask, kind: str, text: str) -> str:
    """The public id of an object that a client names by its number or by the id itself. Raises ``NotFoundError``."""
    wanted = text.strip()
    if "." in wanted:
        return wanted
    id_ = queries.identified(ask.connection, kind, int(wanted)) if _is_number(wanted) else None
    if id_ is None:
        raise NotFoundError(f"{kind}_not_found", id=wanted)
    return id_


def required(arguments: dict[str, Any], *names: str) -> None:
    """Raise ``InputError`` unless the request has these parameters."""
    for name in names:
        if not arguments.get(name):
            head, *more = name.split("_")
            raise InputError("parameter_missing", name=head + "".join(word.title() for word in more))


def every(name: str) -> list[str]:
    """The values of a parameter that may be given several times, also with an index in brackets."""
    return [value for key, values in request.args.lists() if key.partition("[")[0] == name for value in values]


def attributes() -> frozenset[str]:
    """The attributes that the request chooses, by comma or repeated; empty for all."""
    words = (word.strip() for value in every("selectAttributes") for word in value.split(","))
    return frozenset(word for word in words if word)


class Failure(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An error that clients survive which only read ``results``."""

    count: int = 0
    total_count: int = 0
    results: tuple[str, ...] = ()
    status: int
    error: str
    message: str
    path: str


def _failure(problem: Problem) -> Response:
    failure = Failure(status=problem.status, error=problem.title, message=problem.detail, path=problem.instance)
    form = negotiation.error_form()
    body = negotiation.encode("error", failure, form)
    return Response(body, problem.status, content_type=negotiation.CONTENT_TYPES[form])


SHAPES[NAME] = _failure
