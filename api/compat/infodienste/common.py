"""What belongs to no object: languages, links to apply online, structures of units, the portal."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any, NamedTuple

from babel import Locale
from flask import Response
from sqlalchemy import select

from api.compat.infodienste.answers import Found, Numbers, many, one, paged
from api.compat.infodienste.model import ExternalLink, Language, Reference, Shape
from api.compat.infodienste.pst import publication_of
from api.compat.infodienste.request import Detail, Listing, asked, blueprint, object_of, required
from api.compat.infodienste.unit_model import Structure, StructureNode
from api.hub import Ask, hub
from api.openapi import answers
from busdb import queries
from busdb.errors import NotFoundError
from busdb.i18n import message
from busdb.layers import FALLBACK
from busdb.models.authorities import authority
from busdb.models.base import number
from busdb.models.services import service_texts

EASY = "de-x-ls"
"""Leichte Sprache."""


@blueprint.get("/common/languages")
@blueprint.arguments(Listing, location="query")
@answers("", "The languages of the content")
def languages(arguments: dict[str, Any]) -> Response:
    """List the languages that content is written in"""
    with asked(arguments) as ask:
        return many(ask, "language", lambda: _languages(ask, arguments))


def _languages(ask: Ask, arguments: dict[str, Any]) -> Found:
    codes = {FALLBACK, *ask.connection.scalars(select(service_texts.c.language).distinct())}
    ordered = sorted(codes, key=lambda code: (code != FALLBACK, code))
    return paged(ordered, arguments, lambda code: _language(code, ask.language))


def _language(code: str, reader: str) -> Language:
    locale = Locale.parse(code.partition("-")[0])
    name, native = ((locale.get_language_name(language) or code) for language in (reader, locale.language))
    if code == EASY:
        name, native = (message("infodienste.easy", language=language) for language in (reader, FALLBACK))
    return Language(
        code=code,
        name=name,
        native_name=native,
        short_name=code.upper(),
        default_language=code == FALLBACK,
    )


@blueprint.get("/common/onlineApplicationLink")
@blueprint.arguments(Listing, location="query")
@answers("", "Where to apply online")
def application_links(arguments: dict[str, Any]) -> Response:
    """List the links to apply for a service at an area online"""
    with asked(arguments) as ask:
        required(arguments, "pst_id")
        return many(ask, "externalLink", lambda: _application_links(ask, arguments))


def _application_links(ask: Ask, arguments: dict[str, Any]) -> Found:
    publication = publication_of(ask, arguments["pst_id"])
    links = [ExternalLink(url=view.url, name=view.name) for view in publication.online_services if view.url]
    return paged(links, arguments, lambda link: link)


@blueprint.get("/common/portalLink")
@blueprint.arguments(Listing, location="query")
@answers("", "The address of this portal")
def portal_link(arguments: dict[str, Any]) -> Response:
    """Read the address of this portal"""
    link = ExternalLink(url=hub().settings.base_url, name="busdb")
    with asked(arguments) as ask:
        return many(ask, "externalLink", lambda: paged([link], arguments, lambda one_: one_))


@blueprint.get("/common/ousynonym")
@blueprint.arguments(Listing, location="query")
@answers("", "Synonyms of units")
def synonyms(arguments: dict[str, Any]) -> Response:
    """List the synonyms of units that are kept centrally: none are"""
    with asked(arguments) as ask:
        return many(ask, "organisationalUnitSynonym", lambda: Found(0, []))


@blueprint.get("/common/oustructure")
@blueprint.arguments(Listing, location="query")
@answers("", "Trees of units")
def structures(arguments: dict[str, Any]) -> Response:
    """List the administrations, each with all units below it"""
    with asked(arguments) as ask:
        return many(ask, "organisationalUnitStructure", lambda: _structures(ask, arguments))


def _structures(ask: Ask, arguments: dict[str, Any]) -> Found:
    trees = _Trees(ask)
    return paged(trees.roots(), arguments, trees.show)


@blueprint.get("/common/oustructure/<id>")
@blueprint.arguments(Detail, location="query")
@answers("", "The tree of units")
def structure(arguments: dict[str, Any], id: str) -> Response:
    """Read an administration with all units below it"""
    with asked(arguments) as ask:
        return one(ask, "organisationalUnitStructure", lambda: _structure(ask, id))


def _structure(ask: Ask, id: str) -> Shape:
    trees = _Trees(ask)
    own = object_of(ask, "authority", id)
    key = Numbers(ask).of("authority", own)
    found = next((root for root in trees.roots() if str(root.key) == key), None)
    if found is None:
        raise NotFoundError("authority_not_found", id=own)
    return trees.show(found)


class _Row(NamedTuple):
    key: int
    name: str
    parent: int | None
    area: str | None
    changed_at: dt.datetime


class _Trees:
    """The public units as trees."""

    def __init__(self, ask: Ask) -> None:
        columns = (authority.c.object, authority.c.name, authority.c.parent, authority.c.area, authority.c.changed_at)
        statement = (
            select(*columns)
            .join(number, number.c.number == authority.c.object)
            .where(authority.c.public_hash.is_not(None), queries.valid_on(authority, ask.on))
            .order_by(number.c.source, number.c.value)
        )
        self._place = ask.place.code if ask.place else None
        self._rows = {row.object: _Row(*row) for row in ask.connection.execute(statement)}
        self._below: dict[int, list[_Row]] = defaultdict(list)
        for row in self._rows.values():
            if row.parent in self._rows and row.parent is not None:
                self._below[row.parent].append(row)

    def roots(self) -> list[_Row]:
        """The topmost units, those of the area asked for or all."""
        return [row for row in self._rows.values() if row.parent not in self._rows and self._place in {None, row.area}]

    def show(self, row: _Row) -> Structure:
        """The tree below a unit."""
        return Structure(
            id=str(row.key),
            name=row.name,
            title=row.name,
            structure=self._node(row, frozenset()),
            last_updated=row.changed_at,
        )

    def _node(self, row: _Row, above: frozenset[int]) -> StructureNode:
        passed = above | {row.key}
        return StructureNode(
            id=str(row.key),
            name=row.name,
            organisational_unit=Reference(id=str(row.key), name=row.name),
            children=tuple(self._node(child, passed) for child in self._below[row.key] if child.key not in passed),
            last_updated=row.changed_at,
        )
