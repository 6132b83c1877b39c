"""Organisational units: by number, as a list, by competence, and what each is competent for; their persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response
from marshmallow import fields
from sqlalchemy import ColumnElement, select

from api.compat.infodienste.answers import Found, many, one, paged
from api.compat.infodienste.model import Shape
from api.compat.infodienste.pst import publication_of
from api.compat.infodienste.request import Detail, Listing, asked, blueprint, object_of, required
from api.compat.infodienste.services import competent
from api.compat.infodienste.units import Units, named, read
from api.hub import Ask
from api.openapi import answers
from busdb import queries
from busdb.errors import NotFoundError
from busdb.mapping import Stored
from busdb.models.authorities import authority, authority_categories
from busdb.models.base import number
from busdb.textfold import fold, sort_key


class UnitList(Listing):
    """Which units are listed."""

    category = fields.String(data_key="ouCatId")
    participant = fields.String(data_key="participantId")
    order = fields.String(data_key="sortAttribute")


@blueprint.get("/ou/find")
@blueprint.arguments(UnitList, location="query")
@answers("", "Organisational units")
def find(arguments: dict[str, Any]) -> Response:
    """List organisational units, by words, parent, category, or area"""
    with asked(arguments) as ask:
        return many(ask, "organisationalUnit", lambda: _found(ask, arguments))


def _found(ask: Ask, arguments: dict[str, Any]) -> Found:
    keys = _keys(ask, arguments)
    page = keys[arguments["offset"] : arguments["offset"] + arguments["limit"]]
    found = {stored.number: stored for stored in read(ask, authority.c.object.in_(page))} if page else {}
    units = Units(ask, found.values())
    return Found(len(keys), [(1.0, units.show(found[key])) for key in page if key in found])


def _keys(ask: Ask, arguments: dict[str, Any]) -> list[int]:
    """The numbers of the units that meet the request, by id or by name."""
    conditions: list[ColumnElement[bool]] = [
        authority.c.public_hash.is_not(None),
        queries.valid_on(authority, ask.on),
    ]
    if ask.place:
        conditions.append(authority.c.area == ask.place.code)
    if parent := arguments.get("parent_id"):
        above = queries.numbers(ask.connection, "authority", [object_of(ask, "authority", parent)])
        conditions.append(authority.c.parent.in_(above.values()))
    if category := arguments.get("category"):
        able = select(authority_categories.c.owner).where(authority_categories.c.value == category)
        conditions.append(authority.c.object.in_(able))
    if participant := arguments.get("participant"):
        conditions.append(number.c.source == participant)
    statement = (
        select(authority.c.object, authority.c.name)
        .join(number, number.c.number == authority.c.object)
        .where(*conditions)
        .order_by(number.c.source, number.c.value)
    )
    words = fold(arguments.get("search_word") or arguments.get("search_full_text") or "").split()
    rows = [
        row
        for row in ask.connection.execute(statement)
        if not words or all(f" {word}" in f" {fold(row.name)}" for word in words)
    ]
    if arguments.get("order") == "name":
        rows.sort(key=lambda row: sort_key(row.name))
    return [row.object for row in rows]


@blueprint.get("/ou/<id>")
@blueprint.arguments(Detail, location="query")
@answers("", "The organisational unit")
def read_one(arguments: dict[str, Any], id: str) -> Response:
    """Read an organisational unit by its number"""
    with asked(arguments) as ask:
        return one(ask, "organisationalUnit", lambda: _one(ask, id))


def _one(ask: Ask, id: str) -> Shape:
    stored = unit(ask, id)
    return Units(ask, [stored]).show(stored)


def unit(ask: Ask, id: str) -> Stored:
    """The authority that a client names. Raises ``NotFoundError``."""
    own = object_of(ask, "authority", id)
    found = named(ask, [own])
    if not found:
        raise NotFoundError("authority_not_found", id=own)
    return found[0]


@blueprint.get("/ou/findByCompetence")
@blueprint.arguments(Listing, location="query")
@answers("", "The one competent unit, or none")
def by_competence(arguments: dict[str, Any]) -> Response:
    """Ask which unit is competent for a service at an area: one, or none where there is no one answer"""
    with asked(arguments) as ask:
        required(arguments, "area_id", "pst_id")
        return many(ask, "organisationalUnit", lambda: _competent(ask, arguments))


def _competent(ask: Ask, arguments: dict[str, Any]) -> Found:
    found = answered(ask, arguments["pst_id"])
    return paged(found, arguments, Units(ask, found).show)


def answered(ask: Ask, pst: str) -> list[Stored]:
    """The authority that answers for a service at the area; of several offices of the one body the first."""
    _, answer = ask.assembler().answer(object_of(ask, "service", pst))
    if answer is None or answer.status != "answered":
        return []
    return named(ask, [match.authority.id for match in answer.matches[:1]])


@blueprint.get("/person/find")
@blueprint.arguments(Listing, location="query")
@answers("", "Published contact persons")
def persons(arguments: dict[str, Any]) -> Response:
    """List the published contact persons of a unit, or of those competent for a service at an area"""
    with asked(arguments) as ask:
        return many(ask, "directoryPerson", lambda: _persons(ask, arguments))


def _persons(ask: Ask, arguments: dict[str, Any]) -> Found:
    offices = _offices(ask, arguments)
    units = Units(ask, offices)
    everybody = [person for stored in offices for person in units.persons(stored)]
    words = fold(arguments.get("search_word") or "").split()
    met = [
        person
        for person in everybody
        if all(f" {word}" in f" {fold(f'{person.first_name} {person.last_name}')}" for word in words)
    ]
    return paged(met, arguments, lambda person: person)


def _offices(ask: Ask, arguments: dict[str, Any]) -> Sequence[Stored]:
    if id_ := arguments.get("ou_id"):
        return [unit(ask, id_)]
    if pst := arguments.get("pst_id"):
        required(arguments, "area_id")
        return named(ask, competent(publication_of(ask, pst)))
    return read(ask, *([authority.c.area == ask.place.code] if ask.place else ()))
