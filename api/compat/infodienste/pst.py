"""Services (public service types): lists with or without a search word, by number, and by LeiKa key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import Response
from sqlalchemy import select

from api.compat.infodienste.answers import Found, many, one, paged
from api.compat.infodienste.model import PublicServiceType, Reference, Shape
from api.compat.infodienste.request import Detail, Listing, asked, attributes, blueprint, object_of
from api.compat.infodienste.services import Services
from api.compat.variants import by_leika_key
from api.hub import Ask, hub
from api.openapi import answers
from api.services import applying
from busdb import queries
from busdb.models.services import service, service_leika_keys
from busdb.publication import Publication

HITS = 2000
"""How many hits of a search can be walked through."""
BRIEF = frozenset({"id", "name"})


class _Chosen(NamedTuple):
    """The page of a list of services by their numbers, with weights."""

    total: int
    keys: list[int]
    scores: dict[int, float]


@blueprint.get("/pst/find")
@blueprint.arguments(Listing, location="query")
@answers("", "Services, at an area or all")
def find(arguments: dict[str, Any]) -> Response:
    """List services, or search for them"""
    with asked(arguments) as ask:
        return many(ask, "publicServiceType", lambda: _found(ask, arguments, extended=False))


@blueprint.get("/pstExtended/find")
@blueprint.arguments(Listing, location="query")
@answers("", "Services with everything that belongs to them at the area")
def find_extended(arguments: dict[str, Any]) -> Response:
    """List services with units, persons, forms and online services, or search for them"""
    with asked(arguments) as ask:
        return many(ask, "publicServiceType", lambda: _found(ask, arguments, extended=True))


def _found(ask: Ask, arguments: dict[str, Any], *, extended: bool) -> Found:
    chosen = _searched(ask, arguments) if _word(arguments) else _listed(ask, arguments)
    shapes = _brief(ask, chosen.keys) if _is_brief() else _whole(ask, chosen.keys, extended=extended)
    return Found(chosen.total, [(chosen.scores.get(key, 1.0), shapes[key]) for key in chosen.keys if key in shapes])


def _word(arguments: dict[str, Any]) -> str:
    return (arguments.get("search_word") or arguments.get("search_full_text") or "").strip()


def _is_brief() -> bool:
    wanted = attributes()
    return bool(wanted) and wanted <= BRIEF


def _listed(ask: Ask, arguments: dict[str, Any]) -> _Chosen:
    filters = []
    if key := arguments.get("leika_key"):
        owners = select(service_leika_keys.c.owner).where(service_leika_keys.c.value == key)
        filters.append(service.c.object.in_(owners))
    conditions = applying(ask, *filters)
    keys = queries.page_keys(ask.connection, "service", conditions, arguments["limit"], arguments["offset"])
    return _Chosen(queries.count(ask.connection, "service", *conditions), keys, {})


def _searched(ask: Ask, arguments: dict[str, Any]) -> _Chosen:
    """The hits of the search that apply at the area, the best first."""
    hits = hub().desk.search(_word(arguments), ask.place, limit=HITS).results
    keys = queries.numbers(ask.connection, "service", (hit.id for hit in hits))
    conditions = applying(ask, service.c.object.in_(keys.values()))
    there = set(ask.connection.scalars(select(service.c.object).where(*conditions))) if keys else set()
    scores = {keys[hit.id]: hit.score for hit in hits if keys.get(hit.id) in there}
    start = arguments["offset"]
    return _Chosen(len(scores), list(scores)[start : start + arguments["limit"]], scores)


def _brief(ask: Ask, keys: Sequence[int]) -> dict[int, Shape]:
    """Only numbers and names, which need no publication."""
    names = queries.service_names(ask.connection, set(keys), ask.language)
    found = queries.numbers(ask.connection, "service", names)
    return {key: Reference(id=str(key), name=names[id_]) for id_, key in found.items()}


def _whole(ask: Ask, keys: Sequence[int], *, extended: bool) -> dict[int, Shape]:
    publications = ask.assembler().some(keys) if keys else []
    shown = Services(ask, publications)
    found: Sequence[Shape] = (
        shown.extended(publications) if extended else [shown.show(publication) for publication in publications]
    )
    return {int(shown.reference(one_).id): shape for one_, shape in zip(publications, found, strict=True)}


@blueprint.get("/pst/<id>")
@blueprint.arguments(Detail, location="query")
@answers("", "The service, for the area")
def read(arguments: dict[str, Any], id: str) -> Response:
    """Read a service by its number"""
    with asked(arguments) as ask:
        return one(ask, "publicServiceType", lambda: _one(ask, id))


def _one(ask: Ask, id: str) -> PublicServiceType:
    publication = publication_of(ask, id)
    return Services(ask, [publication]).show(publication)


@blueprint.get("/pstExtended/<id>")
@blueprint.arguments(Detail, location="query")
@answers("", "The service with everything that belongs to it at the area")
def read_extended(arguments: dict[str, Any], id: str) -> Response:
    """Read a service with units, persons, forms and online services"""
    with asked(arguments) as ask:
        return one(ask, "publicServiceType", lambda: _one_extended(ask, id))


def _one_extended(ask: Ask, id: str) -> Shape:
    publication = publication_of(ask, id)
    return Services(ask, [publication]).extended([publication])[0]


def publication_of(ask: Ask, id: str) -> Publication:
    """The publication of a service that a client names. Raises ``NotFoundError``."""
    return ask.assembler().one(object_of(ask, "service", id))


@blueprint.get("/pst/byLeikaKey/<key>")
@blueprint.arguments(Listing, location="query")
@answers("", "The service of a LeiKa key")
def keyed(arguments: dict[str, Any], key: str) -> Response:
    """Read the service of a LeiKa key: one, unless a source has several of it"""
    with asked(arguments) as ask:
        return many(ask, "publicServiceType", lambda: _keyed(ask, arguments, key))


def _keyed(ask: Ask, arguments: dict[str, Any], key: str) -> Found:
    keys = [one_ for one_, _ in by_leika_key(ask, key)]
    shapes = _whole(ask, keys, extended=False)
    return paged([one_ for one_ in keys if one_ in shapes], arguments, shapes.__getitem__)
