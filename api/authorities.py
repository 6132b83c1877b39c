"""/authorities: administrations, offices and sites."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response
from sqlalchemy import ColumnElement, select

from api import arguments as parameters
from api import negotiation, paging
from api.hub import Ask, asking
from api.openapi import Blueprint, answers
from busdb import mapping, notices, queries, validity
from busdb.errors import NotFoundError
from busdb.hours import Openings, opening
from busdb.models.authorities import authority, authority_categories
from busdb.offices import Directory
from busdb.publication import AuthorityView, NoticeView, PlaceName
from busdb.records import Authority, HoursType
from busdb.textfold import sort_key
from busdb.visibility import view

blueprint = Blueprint("authorities", __name__)
_HOURS: tuple[HoursType, ...] = ("visit", "phone")


class Detailed(AuthorityView, frozen=True, kw_only=True):
    """An authority with its neighbors in the tree, and the notices that are shown on it."""

    parent: str | None
    children: tuple[str, ...]
    area: PlaceName | None
    notices: tuple[NoticeView, ...] = ()


@blueprint.get("/authorities")
@blueprint.arguments(parameters.AuthorityList, location="query")
@answers("Page", "Authorities")
def authorities(arguments: dict[str, Any]) -> Response:
    """List authorities, by place, category or parent"""
    with asking(arguments) as ask:
        totals: list[int] = []
        response = ask.answer("authorities", lambda: _page(ask, arguments, totals))
        return paging.link(response, totals[0] if totals else None, arguments)


def _page(ask: Ask, arguments: dict[str, Any], totals: list[int]) -> Any:
    conditions: list[ColumnElement[bool]] = [
        authority.c.public_hash.is_not(None),
        queries.valid_on(authority, ask.on),
    ]
    if ask.place:
        conditions.append(authority.c.area == ask.place.code)
    if category := arguments.get("category"):
        named = select(authority_categories.c.owner).where(authority_categories.c.value == category)
        conditions.append(authority.c.object.in_(named))
    if parent := arguments.get("parent"):
        conditions.append(authority.c.parent == (queries.number_of(ask.connection, "authority", parent) or -1))
    totals.append(queries.count(ask.connection, "authority", *conditions))
    keys = queries.page_keys(ask.connection, "authority", conditions, arguments["limit"], arguments["offset"])
    found = _read(ask, authority.c.object.in_(keys))
    shown = Directory(found, ask.language)
    ordered = sorted(found, key=lambda one: tuple(one.id.split(".", 1)))
    return paging.page(totals[0], arguments, [shown.show(one) for one in ordered])


def _read(ask: Ask, *where: ColumnElement[bool]) -> list[Authority]:
    shown = (view(stored.record, "public") for stored in mapping.read(ask.connection, "authority", *where))
    return [one for one in shown if isinstance(one, Authority)]


@blueprint.get("/authorities/<path:id>")
@blueprint.arguments(parameters.Where, location="query")
@answers("AuthorityView", "The authority")
def one(arguments: dict[str, Any], id: str) -> Response:
    """Read an authority"""
    with asking(arguments) as ask:
        return ask.answer("authority", lambda: _detailed(ask, id))


@blueprint.get("/authorities/<path:id>/opening")
@blueprint.arguments(parameters.Moment, location="query")
@answers("Openings", "Whether it is open, until when, and when it opens next")
def open_now(arguments: dict[str, Any], id: str) -> Response:
    """Ask whether an authority is open: in person and by phone"""
    moment = arguments.get("at") or validity.now()
    with asking(arguments) as ask:
        key = queries.number_of(ask.connection, "authority", id)
        found = next(iter(_read(ask, authority.c.object == key)), None)
        if found is None:
            raise NotFoundError("authority_not_found", id=id)
        state = (found.area or "")[:2]
        visit, phone = (opening(found, moment, state, type_, language=ask.language) for type_ in _HOURS)
        body = negotiation.encode("opening", Openings(id=id, at=moment, visit=visit, phone=phone), ask.form)
        response = Response(body, content_type=negotiation.CONTENT_TYPES[ask.form])
        response.headers["Cache-Control"] = "no-store"
        return response


class Family(NamedTuple):
    """An authority with those above it, from the top, and those next below it, by name; and its own area."""

    shown: AuthorityView
    above: list[AuthorityView]
    below: list[AuthorityView]
    parent: str | None
    area: str | None


def family(ask: Ask, id_: str) -> Family:
    """An authority within its tree. Raises ``NotFoundError``."""
    key = queries.number_of(ask.connection, "authority", id_)
    start = select(authority.c.object, authority.c.parent).where(authority.c.object == key).cte("up", recursive=True)
    up = start.union(select(authority.c.object, authority.c.parent).where(authority.c.object == start.c.parent))
    line = {one.id: one for one in _read(ask, authority.c.object.in_(select(up.c.object)))}
    found = line.get(id_)
    if found is None:
        raise NotFoundError("authority_not_found", id=id_)
    directory = Directory(line.values(), ask.language)
    above: list[Authority] = []
    while (parent := line.get((above[0] if above else found).parent or "")) and parent not in above:
        above.insert(0, parent)
    children = [directory.show(one) for one in _read(ask, authority.c.parent == key)]
    return Family(
        shown=directory.show(found),
        above=[directory.show(one) for one in above],
        below=sorted(children, key=lambda one: (sort_key(one.name), one.id)),
        parent=found.parent,
        area=found.area,
    )


def _detailed(ask: Ask, id_: str) -> Detailed:
    found = family(ask, id_)
    fields = {name: getattr(found.shown, name) for name in AuthorityView.__struct_fields__}
    children = tuple(sorted(one.id for one in found.below))
    area = ask.gazetteer.name(found.area) if found.area else None
    asked = notices.Asked(on=ask.on, language=ask.language, internal=ask.internal)
    shown = tuple(notices.of_office(ask.connection, id_, asked))
    return Detailed(**fields, parent=found.parent, children=children, area=area, notices=shown)
