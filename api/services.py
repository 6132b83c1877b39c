"""/services: what the administration does, as a list, and each at a place."""

from __future__ import annotations

from typing import Any

from flask import Response
from msgspec.structs import replace
from sqlalchemy import ColumnElement, select

from api import arguments as parameters
from api import paging
from api.hub import Ask, asking, hub
from api.openapi import Blueprint, answers
from busdb import queries
from busdb.assembly import Assembler
from busdb.families import hidden_variants
from busdb.feeds import sealed
from busdb.finder import Asking
from busdb.models.services import service, service_leika_keys, service_life_events
from busdb.publication import Publication, View

blueprint = Blueprint("services", __name__)


class Listed(View, frozen=True, kw_only=True):
    """A service as lists show it."""

    id: str
    name: str
    official_name: str | None
    teaser: str | None
    leika_keys: tuple[str, ...]
    audiences: tuple[str, ...]
    ea: bool | None
    d115: bool | None
    life_events: tuple[str, ...]
    languages: tuple[str, ...]


@blueprint.get("/services")
@blueprint.arguments(parameters.ServiceList, location="query")
@answers("Page", "The services that apply at a place, or all")
def services(arguments: dict[str, Any]) -> Response:
    """List services"""
    with asking(arguments) as ask:
        totals: list[int] = []
        response = ask.answer("services", lambda: _page(ask, arguments, totals))
        return paging.link(response, totals[0] if totals else None, arguments)


def _page(ask: Ask, arguments: dict[str, Any], totals: list[int]) -> Any:
    conditions = applying(ask, *_filters(ask, arguments))
    totals.append(queries.count(ask.connection, "service", *conditions))
    keys = queries.page_keys(ask.connection, "service", conditions, arguments["limit"], arguments["offset"])
    plain = Asking(place=None, on=ask.on, language=ask.language)
    found = {one.id: _listed(one) for one in Assembler(ask.connection, ask.gazetteer, plain).some(keys)}
    return paging.page(totals[0], arguments, sorted(found.values(), key=lambda one: tuple(one.id.split(".", 1))))


def applying(ask: Ask, *filters: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """The conditions that a service meets ``filters`` and is the variant of its family that applies at the place."""
    codes = list(ask.codes) if ask.place else None
    conditions = [*queries.published(codes, ask.on), *filters]
    hidden = hidden_variants(ask.connection, conditions, codes)
    if hidden:
        conditions.append(service.c.object.not_in(hidden))
    return conditions


def _filters(ask: Ask, arguments: dict[str, Any]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if key := arguments.get("leika"):
        keyed = select(service_leika_keys.c.owner).where(service_leika_keys.c.value == key)
        conditions.append(service.c.object.in_(keyed))
    if event := arguments.get("life_event"):
        number = queries.number_of(ask.connection, "life_event", event) or -1
        named = select(service_life_events.c.owner).where(service_life_events.c.target == number)
        conditions.append(service.c.object.in_(named))
    for name in ("ea", "d115"):
        if name in arguments:
            column = service.c[name]
            conditions.append(column.is_(True) if arguments[name] else column.is_not(True))
    return conditions


def _listed(one: Publication) -> Listed:
    return Listed(
        id=one.id,
        name=one.name,
        official_name=one.official_name,
        teaser=one.teaser,
        leika_keys=one.service.leika_keys,
        audiences=one.service.audiences,
        ea=one.service.ea,
        d115=one.service.d115,
        life_events=one.service.life_events,
        languages=one.available_languages,
    )


@blueprint.get("/services/<path:id>")
@blueprint.arguments(parameters.Detail, location="query")
@answers("Publication", "The service, with all that applies at the place")
def one(arguments: dict[str, Any], id: str) -> Response:
    """Read a service, at a place or in general"""
    with asking(arguments) as ask:
        response = ask.answer("service", lambda: _sealed(ask, id, parts=arguments["parts"]), keep=True)
        if line := arguments.get("q"):
            hub().log.clicked(line)
        return response


def _sealed(ask: Ask, id: str, *, parts: bool) -> bytes:
    """The publication; how its texts came about only where that is asked for."""
    found = ask.assembler().one(id)
    return sealed(found if parts else replace(found, parts=(), additions=())).data
