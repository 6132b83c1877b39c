"""What an organisational unit is competent for, and where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response
from marshmallow import fields
from sqlalchemy import Select, select

from api.compat.infodienste.answers import Found, Numbers, many, paged
from api.compat.infodienste.model import Reference
from api.compat.infodienste.ou import unit
from api.compat.infodienste.request import Listing, asked, blueprint, object_of
from api.compat.infodienste.unit_model import OuCompetence
from api.compat.infodienste.units import read
from api.hub import Ask
from api.openapi import answers
from busdb import mapping, queries, records
from busdb.assembly import Assembler
from busdb.finder import Asking
from busdb.mapping import Stored
from busdb.models.authorities import authority
from busdb.models.responsibilities import responsibility
from busdb.models.services import service, service_leika_keys
from busdb.offices import localized_name
from busdb.records import COUNTRY

YES = frozenset({"1", "true", "yes", "ja"})


class CompetenceList(Listing):
    """Whose competences are listed."""

    below = fields.String(data_key="subOrganisationalUnits")


@blueprint.get("/ouCompetence/<id>")
@blueprint.arguments(CompetenceList, location="query")
@answers("", "Services and areas of a unit")
def competences(arguments: dict[str, Any], id: str) -> Response:
    """Ask what a unit is competent for"""
    with asked(arguments) as ask:
        return many(ask, "ouCompetence", lambda: _found(ask, arguments, unit(ask, id)))


def _found(ask: Ask, arguments: dict[str, Any], own: Stored) -> Found:
    below = str(arguments.get("below") or "").casefold() in YES
    offices = [own, *(_below(ask, own) if below else ())]
    numbers = Numbers(ask)
    wanted = _services(ask, arguments)
    chain = {link.code for link in ask.gazetteer.chain(ask.place.code)} if ask.place else None
    held = []
    for stored in offices:
        for areas, services in _held(ask, stored).items():
            chosen = [id_ for id_ in services if wanted is None or id_ in wanted]
            if chosen and (chain is None or chain & set(areas)):
                held.append((stored, areas, chosen))
    names = _names(ask, numbers, [id_ for _, _, chosen in held for id_ in chosen])
    return paged(held, arguments, lambda one: _shown(ask, numbers, names, *one))


def _shown(
    ask: Ask, numbers: Numbers, names: dict[str, Reference], stored: Stored, areas: Sequence[str], services: list[str]
) -> OuCompetence:
    name = localized_name(stored.record, ask.language)  # type: ignore[arg-type]  # read by its kind
    return OuCompetence(
        areas=numbers.areas(areas),
        public_service_types=tuple(names[id_] for id_ in services if id_ in names),
        organisational_unit=Reference(id=str(stored.number), name=name),
    )


def _names(ask: Ask, numbers: Numbers, ids: Sequence[str]) -> dict[str, Reference]:
    keys = queries.numbers(ask.connection, "service", ids) if ids else {}
    numbers.learn("service", ids)
    found = queries.service_names(ask.connection, set(keys.values()), ask.language) if keys else {}
    return {id_: Reference(id=numbers.of("service", id_), name=name) for id_, name in found.items()}


def _below(ask: Ask, own: Stored) -> list[Stored]:
    """All units below one, in the order of their numbers."""
    start = select(authority.c.object).where(authority.c.parent == own.number).cte("down", recursive=True)
    down = start.union(select(authority.c.object).where(authority.c.parent == start.c.object))
    return read(ask, authority.c.object.in_(select(down.c.object)))


def _services(ask: Ask, arguments: dict[str, Any]) -> set[str] | None:
    """The services that the request asks about, ``None`` for all."""
    if pst := arguments.get("pst_id"):
        return {object_of(ask, "service", pst)}
    if key := arguments.get("leika_key"):
        statement = select(service_leika_keys.c.owner).where(service_leika_keys.c.value == key)
        return set(mapping.ids(ask.connection, set(ask.connection.scalars(statement))).values())
    return None


def _held(ask: Ask, stored: Stored) -> dict[tuple[str, ...], list[str]]:
    """The services of a unit by the areas in which it acts for them."""
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for areas, id_ in [*_by_rules(ask, stored), *_by_level(ask, stored)]:
        if id_ not in found[areas]:
            found[areas].append(id_)
    return found


def _by_rules(ask: Ask, stored: Stored) -> Iterator[tuple[tuple[str, ...], str]]:
    """What explicit assignments name it for."""
    conditions = (
        responsibility.c.authority == stored.number,
        responsibility.c.role == "competent",
        queries.valid_on(responsibility, ask.on),
    )
    for one in mapping.read(ask.connection, "responsibility", *conditions):
        rule = one.record
        if isinstance(rule, records.Responsibility) and one.public_hash is not None:
            yield rule.areas or (COUNTRY,), rule.service


def _by_level(ask: Ask, stored: Stored) -> Iterator[tuple[tuple[str, ...], str]]:
    """What it acts for as an office of the administration of its area."""
    office = stored.record
    if not isinstance(office, records.Authority) or not office.area or ask.gazetteer.get(office.area) is None:
        return
    place = ask.gazetteer.place(office.area)
    assembler = Assembler(ask.connection, ask.gazetteer, Asking(place=place, on=ask.on, language=ask.language))
    for record, answer in assembler.answers(service.c.object.in_(_level_rules(office))):
        for match in answer.matches if answer else ():
            level = match.explanation is not None and match.explanation.target == "level"
            if level and match.authority.id == office.id:
                yield (place.code,), record.id


def _level_rules(office: records.Authority) -> Select[tuple[int]]:
    """The services with level rules that may come to an office; whole administrations act for what no office does."""
    rules = select(responsibility.c.service).where(responsibility.c.executor.is_not(None))
    return rules.where(responsibility.c.category.in_(office.categories)) if office.parent else rules
