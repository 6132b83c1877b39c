"""Categories of services: the tree of life events, under one root for each audience as the original has them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from flask import Response
from msgspec import UNSET
from sqlalchemy import select

from api.compat.infodienste.answers import Found, many, one, paged
from api.compat.infodienste.model import Category, Reference, Shape
from api.compat.infodienste.request import Detail, Listing, asked, blueprint
from api.hub import Ask
from api.openapi import answers
from api.services import applying
from busdb import i18n, mapping, queries
from busdb.errors import NotFoundError
from busdb.models.services import service, service_life_events
from busdb.offices import localized_name
from busdb.records import LifeEvent
from busdb.textfold import fold, sort_key

ROOTS = {"citizen": "9000000000001", "business": "9000000000002", "administration": "9000000000003"}
"""The numbers of the roots, beyond those of any object."""


class _Node(NamedTuple):
    key: str
    external: str | None
    name: str
    description: str
    parent: str | None
    position: int


@blueprint.get("/pstCategory/find")
@blueprint.arguments(Listing, location="query")
@answers("", "Categories")
def find(arguments: dict[str, Any]) -> Response:
    """List categories: by name, the exact one first, or those below a parent"""
    with asked(arguments) as ask:
        return many(ask, "publicServiceTypeCategory", lambda: _found(ask, arguments))


def _found(ask: Ask, arguments: dict[str, Any]) -> Found:
    nodes = _nodes(ask)
    if parent := (arguments.get("parent_id") or "").strip():
        nodes = [node for node in nodes if parent in {node.parent, _external(nodes, node.parent)}]
    if word := fold(arguments.get("search_word") or ""):
        nodes = [node for node in nodes if word in fold(node.name)]
        nodes.sort(key=lambda node: fold(node.name) != word)
    page = nodes[arguments["offset"] : arguments["offset"] + arguments["limit"]]
    belonging = _services(ask, [node.key for node in page])
    return paged(nodes, arguments, lambda node: _show(node, belonging))


def _external(nodes: Iterable[_Node], key: str | None) -> str | None:
    return next((node.external for node in nodes if node.key == key), None)


@blueprint.get("/pstCategory/<id>")
@blueprint.arguments(Detail, location="query")
@answers("", "The category")
def read(arguments: dict[str, Any], id: str) -> Response:
    """Read a category by its number"""
    with asked(arguments) as ask:
        return one(ask, "publicServiceTypeCategory", lambda: _one(ask, id))


def _one(ask: Ask, id: str) -> Shape:
    node = next((node for node in _nodes(ask) if id in {node.key, node.external}), None)
    if node is None:
        raise NotFoundError("category_not_found", id=id)
    return _show(node, _services(ask, [node.key]))


def _nodes(ask: Ask) -> list[_Node]:
    """All categories, a parent before what is below it only by chance; roots first, each level as editors order it."""
    found = [
        (stored.number, stored.record)
        for stored in mapping.read(ask.connection, "life_event")
        if isinstance(stored.record, LifeEvent) and stored.public_hash is not None
    ]
    keys = {record.id: str(key) for key, record in found}
    nodes = [
        _Node(
            key=str(key),
            external=record.id,
            name=localized_name(record, ask.language),
            description=record.description or "",
            parent=keys.get(record.parent or "") or ROOTS[record.audience],
            position=record.position,
        )
        for key, record in found
    ]
    nodes.sort(key=lambda node: (node.position, sort_key(node.name), node.key))
    return [*_roots(ask, {node.parent for node in nodes}), *nodes]


def _roots(ask: Ask, used: set[str | None]) -> list[_Node]:
    names = {key: i18n.message(f"infodienste.root.{word}", language=ask.language) for word, key in ROOTS.items()}
    return [
        _Node(key, None, name, "", None, position)
        for position, (key, name) in enumerate(names.items(), 1)
        if key in used
    ]


def _services(ask: Ask, keys: Iterable[str]) -> dict[str, list[Reference]]:
    """The services that apply at the area and belong to categories, by the number of the category."""
    numbers = [int(key) for key in keys if key not in ROOTS.values()]
    belonging = service_life_events.c.target.in_(numbers)
    owners = service.c.object.in_(select(service_life_events.c.owner).where(belonging))
    statement = (
        select(service_life_events.c.target, service.c.object)
        .join(service, service.c.object == service_life_events.c.owner)
        .where(belonging, *applying(ask, owners))
    )
    pairs = [(str(target), key) for target, key in ask.connection.execute(statement)] if numbers else []
    names = queries.service_names(ask.connection, {key for _, key in pairs}, ask.language) if pairs else {}
    named = {key: names[id_] for id_, key in queries.numbers(ask.connection, "service", names).items()} if names else {}
    found: dict[str, list[Reference]] = {}
    for target, key in sorted(pairs, key=lambda pair: (sort_key(named.get(pair[1], "")), pair)):
        if key in named:
            found.setdefault(target, []).append(Reference(id=str(key), name=named[key]))
    return found


def _show(node: _Node, belonging: dict[str, list[Reference]]) -> Category:
    return Category(
        id=node.key,
        external_id=node.external or UNSET,
        name=node.name,
        description=node.description,
        parent_id=node.parent or UNSET,
        position=node.position,
        public_service_types=tuple(belonging.get(node.key, ())),
    )
