"""Reads that are no publication: single records, lists, the gazetteer, sources, life events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from busdb.areas import Gazetteer
from busdb.html import plain
from busdb.mapping import Stored, read, shape
from busdb.models import number
from busdb.models.areas import area
from busdb.models.operations import source, tally
from busdb.models.responsibilities import responsibility, responsibility_areas
from busdb.models.services import service, service_areas, service_leika_keys, service_texts, wording
from busdb.publication import Attribution
from busdb.records import AnyRecord, Area, ref

NAMED_AT_ONCE = 400
"""How many objects one query names by source and value."""


Name = BindParameter[Any]
"""A name in the place of a value, which is given when the statement is sent."""
_SOURCES = select(source.c.code, source.c.name, source.c.licence, source.c.attribution).order_by(source.c.code)
_NUMBER = select(number.c.number).where(*(number.c[name] == bindparam(name) for name in ("kind", "source", "value")))
_VERSIONS = select(tally.c.kind, tally.c.checksum)


def version(connection: Connection, kind: str) -> str:
    """A word that changes whenever public records of a kind do."""
    return connection.scalar(select(tally.c.checksum).where(tally.c.kind == kind)) or ""


def gazetteer_version(connection: Connection) -> str:
    """A word that changes whenever the gazetteer does."""
    return version(connection, "area")


def versions(connection: Connection, *kinds: str) -> tuple[str, ...]:
    """A word for each kind that changes whenever its public records do; one read."""
    known = {kind: checksum for kind, checksum in connection.execute(_VERSIONS)}  # noqa: C416  # typed rows
    return tuple(known.get(kind, "") for kind in kinds)


def official_words(connection: Connection) -> list[tuple[str, str]]:
    """What people say and what the administration calls it, by editors, for every search."""
    everywhere = (wording.c.official.is_not(None), wording.c.public_hash.is_not(None))
    statement = select(wording.c.everyday, wording.c.official).where(*everywhere).order_by(wording.c.object)
    return [(everyday, official) for everyday, official in connection.execute(statement)]


def gazetteer(connection: Connection) -> Gazetteer:
    """All areas."""
    return Gazetteer(stored.record for stored in read(connection, "area") if isinstance(stored.record, Area))


def number_of(connection: Connection, kind: str, id_: str) -> int | None:
    """The number of an object that exists or is referred to."""
    return connection.scalar(_NUMBER, ref(kind, id_)._asdict())


def one(connection: Connection, kind: str, id_: str) -> Stored | None:
    """A record by its public id."""
    key = number_of(connection, kind, id_)
    return None if key is None else next(read(connection, kind, shape(kind).table.c.object == key), None)


def identified(connection: Connection, kind: str, key: int) -> str | None:
    """The public id of an object by its number, if that is of ``kind``."""
    row = connection.execute(
        select(number.c.source, number.c.value).where(number.c.number == key, number.c.kind == kind)
    ).first()
    return f"{row.source}.{row.value}" if row else None


def numbers(connection: Connection, kind: str, ids: Iterable[str]) -> dict[str, int]:
    """The numbers of objects by their public ids; the unknown are missing."""
    wanted = sorted({(one.source, one.value) for one in (ref(kind, id_) for id_ in ids)})
    found: dict[str, int] = {}
    for start in range(0, len(wanted), NAMED_AT_ONCE):
        some = tuple_(number.c.source, number.c.value).in_(wanted[start : start + NAMED_AT_ONCE])
        for row in connection.execute(select(number).where(number.c.kind == kind, some)):
            found[f"{row.source}.{row.value}"] = row.number
    return found


def many(connection: Connection, kind: str, ids: Iterable[str]) -> list[Stored]:
    """The records of public ids that exist, ordered by number."""
    keys = [key for id_ in ids if (key := number_of(connection, kind, id_)) is not None]
    return list(read(connection, kind, shape(kind).table.c.object.in_(keys))) if keys else []


def everything(connection: Connection, kinds: Sequence[str]) -> Iterator[AnyRecord]:
    """All records of ``kinds`` in the order of kinds and ids, of sources that may be redistributed."""
    closed = select(number.c.number).join(source, source.c.code == number.c.source).where(~source.c.redistribute)
    hidden = bool(connection.scalar(select(func.count()).select_from(source).where(~source.c.redistribute)))
    for kind in kinds:
        where = [shape(kind).table.c.object.not_in(closed)] if hidden else []
        for stored in read(connection, kind, *where, by_id=True):
            yield stored.record


def valid_on(table: Table, on: dt.date | Name) -> ColumnElement[bool]:
    """The condition that a row is valid on a day."""
    return and_(
        or_(table.c.valid_from.is_(None), table.c.valid_from <= on),
        or_(table.c.valid_to.is_(None), table.c.valid_to > on),
    )


def published(
    codes: Sequence[str] | Name | None, on: dt.date | Name, *, few: bool = False
) -> list[ColumnElement[bool]]:
    """The conditions that a service is published, valid on a day, and applies in the area of a chain of codes.

    ``few``: other conditions leave few services, so that each is looked at, not all that apply there.
    """
    conditions = [service.c.publication_state == "published", service.c.public_hash.is_not(None), valid_on(service, on)]
    if codes is not None:
        conditions.append(_reaches(service, service_areas, codes, few=few))
    return conditions


def services_there(codes: Sequence[str]) -> ColumnElement[bool]:
    """The condition that a service applies in the area of a chain of codes."""
    return _reaches(service, service_areas, codes, few=False)


def rules_there(codes: Sequence[str] | Name, *, few: bool = False) -> ColumnElement[bool]:
    """The condition that a responsibility may hold in the area of a chain of codes; ``few`` as for services."""
    return _reaches(responsibility, responsibility_areas, codes, few=few)


def _reaches(table: Table, areas: Table, codes: Sequence[str] | Name, *, few: bool) -> ColumnElement[bool]:
    """The condition that a row holds everywhere or in one of the areas: found by index, from the rows or the areas."""
    if few:
        own = areas.alias()
        there = exists().where(own.c.owner == table.c.object, own.c.value.in_(codes))
        return or_(table.c.everywhere, there.correlate(table))
    wide = table.alias()
    everywhere = select(wide.c.object).where(wide.c.everywhere)
    return table.c.object.in_(union_all(everywhere, select(areas.c.owner).where(areas.c.value.in_(codes))))


def by_leika_key(connection: Connection, key: str, codes: Sequence[str] | None, on: dt.date) -> list[tuple[int, str]]:
    """Numbers and ids of the published services with a LeiKa key, ordered by id."""
    statement = (
        select(number.c.number, number.c.source, number.c.value)
        .join(service_leika_keys, service_leika_keys.c.owner == number.c.number)
        .join(service, service.c.object == number.c.number)
        .where(service_leika_keys.c.value == key, *published(codes, on))
        .order_by(number.c.source, number.c.value)
    )
    return [(found, f"{source_}.{value}") for found, source_, value in connection.execute(statement)]


def count(connection: Connection, kind: str, *where: ColumnElement[bool]) -> int:
    """How many records of a kind meet the conditions."""
    return connection.scalar(select(func.count()).select_from(shape(kind).table).where(*where)) or 0


def page_keys(
    connection: Connection, kind: str, where: Sequence[ColumnElement[bool]], limit: int, offset: int
) -> list[int]:
    """The numbers of one page of a list, ordered by public id."""
    table = shape(kind).table
    statement = (
        select(table.c.object)
        .join(number, number.c.number == table.c.object)
        .where(*where)
        .order_by(number.c.source, number.c.value)
    )
    return list(connection.scalars(statement.limit(limit).offset(offset)))


def service_names(connection: Connection, numbers: set[int] | None, language: str) -> dict[str, str]:
    """The names of services (``None``: all) by public id: those of citizens first, in ``language`` or German."""
    return {id_: name for id_, (name, _) in spoken_names(connection, numbers, language).items()}


def spoken_names(connection: Connection, numbers: set[int] | None, language: str) -> dict[str, tuple[str, str]]:
    """The names of services as :func:`service_names` gives them, each with its language."""
    values = {"owners": list(numbers or ()), "language": language, "languages": [language, "de"]}
    found: dict[str, tuple[str, str]] = {}
    if numbers == set():
        return found
    for source_, value, html, spoken in connection.execute(_spoken(every=numbers is None), values):
        found.setdefault(f"{source_}.{value}", (plain(html), spoken))
    return found


@cache
def _spoken(*, every: bool) -> Select[Any]:
    return (
        select(number.c.source, number.c.value, service_texts.c.html, service_texts.c.language)
        .join(number, number.c.number == service_texts.c.owner)
        .where(
            true() if every else service_texts.c.owner.in_(bindparam("owners", expanding=True)),
            service_texts.c.module.in_(["02", "03"]),
            service_texts.c.language.in_(bindparam("languages", expanding=True)),
            service_texts.c.visibility == "public",
        )
        .order_by(
            service_texts.c.owner, service_texts.c.language != bindparam("language"), service_texts.c.module.desc()
        )
    )


def names_of(connection: Connection, ids: Iterable[str], language: str) -> dict[str, str]:
    """The names of services by public id; one without a text bears its id."""
    numbers = {id_: number_of(connection, "service", id_) for id_ in ids}
    found = service_names(connection, {key for key in numbers.values() if key is not None}, language)
    return {id_: found.get(id_, id_) for id_ in numbers}


def attributions(connection: Connection) -> dict[str, Attribution]:
    """The sources with their licences, by code."""
    return {
        row.code: Attribution(source=row.code, name=row.name, licence=row.licence, attribution=row.attribution)
        for row in connection.execute(_SOURCES)
    }


def languages(connection: Connection) -> frozenset[str]:
    """The languages in which services have public texts."""
    public = service_texts.c.visibility == "public"
    return frozenset(connection.scalars(select(service_texts.c.language).where(public).distinct()))


def statistics(connection: Connection) -> dict[str, Any]:
    """How many records of each kind and source there are, and the last change."""
    kinds: dict[str, int] = {}
    sources: dict[str, dict[str, int]] = {}
    for kind in ("area", "life_event", "service", "authority", "online_service", "form", "responsibility", "fee"):
        kinds[kind] = 0
    for kind in [*kinds, "local_addition", "offer", "notice", "wording"]:
        table = shape(kind).table
        statement = (
            select(number.c.source, func.count())
            .join(table, table.c.object == number.c.number)
            .group_by(number.c.source)
            .order_by(number.c.source)
        )
        for code, many_ in connection.execute(statement):
            kinds[kind] = kinds.get(kind, 0) + many_
            sources.setdefault(code, {})[kind] = many_
        kinds.setdefault(kind, 0)
    return {"records": kinds, "sources": sources, "municipalities": _municipalities(connection)}


def _municipalities(connection: Connection) -> int:
    kinds = ("municipality", "city", "city_state")
    today = func.current_date()
    still = or_(area.c.valid_to.is_(None), area.c.valid_to > today)
    return connection.scalar(select(func.count()).select_from(area).where(area.c.kind.in_(kinds), still)) or 0
