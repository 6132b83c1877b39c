"""Families: Bund, Land and city may describe the same service; at a place the most specific variant represents it.

Variants are services with one LeiKa key that apply in different areas or come from different sources, and services of
which one is ``derived_from`` the other. Two of one source and area with the same key are two services. The key also
tells what details what: its last three digits are those of a detail (LOVD), the three before them those of an action
(LOV); without both it is an object (LO).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    select,
    union,
)

from busdb.models import number
from busdb.models.services import service, service_areas, service_leika_keys
from busdb.queries import published

LAYERS = ("municipality", "association", "district", "state", "country")
"""From the most specific to the most general."""
_CODES: BindParameter[Any] = bindparam("codes", expanding=True)
_OBJECT, _ACTION = 8, 11
"""How many digits of a key name its object, and object and action."""


class Kin(NamedTuple):
    """The services near one: its variants, the one that it details, the object, and those that detail it."""

    family: tuple[str, ...] = ()
    lov: tuple[str, ...] = ()
    lo: tuple[str, ...] = ()
    children: tuple[str, ...] = ()


NOBODY = Kin()


class _Member(NamedTuple):
    id: str
    source: str
    keys: list[str]
    parent: int | None
    distance: tuple[int, int]


class Kinship:
    """Who is kin to services at a place, among ``members``: those who count there, by their numbers."""

    def __init__(self, members: dict[int, _Member]) -> None:
        self._members = members
        self._numbers = {member.id: key for key, member in self._members.items()}
        self._keys: dict[str, list[_Member]] = defaultdict(list)
        self._below: dict[str, list[tuple[str, _Member]]] = defaultdict(list)
        self._derived: dict[int, list[_Member]] = defaultdict(list)
        self._kin: dict[str, Kin] = {}
        for member in self._members.values():
            for key in member.keys:
                self._keys[key].append(member)
                self._below[key[:_OBJECT]].append((key, member))
                self._below[key[:_ACTION]].append((key, member))
            if member.parent is not None:
                self._derived[member.parent].append(member)

    def of(self, id_: str) -> Kin:
        """The kin of a service by its id; each list from the nearest to the most general."""
        if id_ not in self._kin:
            own = self._members.get(self._numbers.get(id_, -1))
            self._kin[id_] = self._found(own) if own else NOBODY
        return self._kin[id_]

    def _found(self, own: _Member) -> Kin:
        actions = [f"{key[:_ACTION]}000" for key in own.keys if not key.endswith("000")]
        objects = [f"{key[:_OBJECT]}000000" for key in own.keys if not key.endswith("000000")]
        details = [member for key in own.keys for other, member in self._below.get(_stem(key), ()) if other != key]
        return Kin(
            family=_ids(self._variants(own), own.id),
            lov=_ids([member for key in actions for member in self._keys.get(key, ())], own.id),
            lo=_ids([member for key in objects for member in self._keys.get(key, ())], own.id),
            children=_ids(details, own.id),
        )

    def needed(self, settled: Container[str], only: Container[int] | None = None) -> set[int]:
        """The numbers of the kin of services (of ``only`` these numbers) whose ids are not among the ``settled``."""
        asked = (
            member.id
            for key, member in self._members.items()
            if member.id not in settled and (only is None or key in only)
        )
        return {self._numbers[id_] for one in map(self.of, asked) for ids in one for id_ in ids}

    def around(self, numbers: Iterable[int]) -> set[int]:
        """The numbers of the kin of services, and their own."""
        own = set(numbers)
        kin = (self.of(self._members[key].id) for key in own if key in self._members)
        return own | {self._numbers[id_] for one in kin for ids in one for id_ in ids}

    def hidden(self) -> frozenset[int]:
        """The services that a more specific variant represents at the place."""
        return frozenset(
            key
            for key, member in self._members.items()
            if any(other.distance < member.distance for other in self._variants(member))
        )

    def _variants(self, own: _Member) -> list[_Member]:
        keyed = [
            member
            for key in own.keys
            for member in self._keys[key]
            if member.source != own.source or member.distance != own.distance
        ]
        parent = self._members.get(own.parent) if own.parent is not None else None
        return [*keyed, *([parent] if parent else []), *self._derived.get(self._numbers[own.id], ())]


def _related() -> CompoundSelect[tuple[int]]:
    """The query for services with a key of the same object as one of a few, and what one derives from the other."""
    few: BindParameter[int] = bindparam("own", expanding=True)
    own, other = service_leika_keys.alias(), service_leika_keys.alias()
    object_ = func.substr(own.c.value, 1, _OBJECT)
    details = other.c.value.between(object_ + "000000", object_ + "999999")
    keyed = select(other.c.owner).join(own, details).where(own.c.owner.in_(few))
    derived = select(service.c.object).where(service.c.derived_from.in_(few))
    above = select(service.c.derived_from).where(service.c.object.in_(few), service.c.derived_from.is_not(None))
    return union(keyed, derived, above)


_RELATED = _related()


def kinship(connection: Connection, conditions: Sequence[ColumnElement[bool]], codes: Sequence[str] | None) -> Kinship:
    """The kin of all services that meet conditions; ``codes`` is the chain of the place, the nearest first."""
    return Kinship(_members(connection, _counted(conditions), {}, codes or ()))


def kinship_of(connection: Connection, numbers: set[int], codes: Sequence[str] | None, on: dt.date) -> Kinship:
    """The kin of few services, by their numbers, among those published on a day; takes two queries at most."""
    related = numbers | set(connection.scalars(_RELATED, {"own": list(numbers)}))
    if len(related) < 2:
        return Kinship({})
    values = {"related": list(related), "on": on}
    return Kinship(_members(connection, _counted_of_few(placed=codes is not None), values, codes or ()))


def _counted(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The query for services that count, once for each key and each area of the chain that they have."""
    near = and_(service_areas.c.owner == service.c.object, service_areas.c.value.in_(_CODES))
    columns = (service.c.object, number.c.source, number.c.value, service.c.layer, service.c.derived_from)
    return (
        select(*columns, service_leika_keys.c.value.label("key"), service_areas.c.value.label("area"))
        .join(number, number.c.number == service.c.object)
        .outerjoin(service_leika_keys, service_leika_keys.c.owner == service.c.object)
        .outerjoin(service_areas, near)
        .where(*conditions)
    )


@cache
def _counted_of_few(*, placed: bool) -> Select[Any]:
    few = service.c.object.in_(bindparam("related", expanding=True))
    return _counted([*published(_CODES if placed else None, bindparam("on"), few=True), few])


def _members(
    connection: Connection, statement: Select[Any], values: Mapping[str, Any], codes: Sequence[str]
) -> dict[int, _Member]:
    rank: dict[str | None, int] = {code: position for position, code in enumerate(codes)}
    found: dict[int, _Member] = {}
    for row in connection.execute(statement, {**values, "codes": list(codes)}):
        distance = (rank.get(row.area, len(codes)), LAYERS.index(row.layer))
        known = found.get(row.object)
        if known is None:
            known = _Member(f"{row.source}.{row.value}", row.source, [], row.derived_from, distance)
        elif distance < known.distance:
            known = known._replace(distance=distance)
        found[row.object] = known
        if row.key and row.key not in known.keys:
            known.keys.append(row.key)
    return found


def _stem(key: str) -> str:
    """What the keys of all details of a key begin with; of a detail itself nothing does."""
    return key[:_OBJECT] if key.endswith("000000") else key[:_ACTION] if key.endswith("000") else "-"


def _ids(members: Iterable[_Member], own: str) -> tuple[str, ...]:
    ranked = sorted([member for member in members if member.id != own], key=lambda member: (member.distance, member.id))
    return tuple(dict.fromkeys([member.id for member in ranked]))


def hidden_variants(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], codes: Sequence[str] | None
) -> frozenset[int]:
    """The services that a more specific variant represents at a place.

    ``codes`` is the chain of the place, the nearest first; without a place nothing is hidden.
    """
    if codes is None:
        return frozenset()
    return kinship(connection, conditions, codes).hidden()
