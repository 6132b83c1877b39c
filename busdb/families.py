"""Families: Bund, Land and city may describe the same service; at a place the most specific variant represents it.

Variants are services with one LeiKa key that apply in different areas or come from different sources, and services of
which one is ``derived_from`` the other. Two of one source and area with the same key are two services. The key also
tells what details what: its last three digits are those of a detail (LOVD), the three before them those of an action
(LOV); without both it is an object (LO).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    bindparam,
    func,
    select,
    union,
)

from busdb.models import number
from busdb.models.services import service, service_areas, service_leika_keys

LAYERS = ("municipality", "association", "district", "state", "country")
"""From the most specific to the most general."""
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
    """Who is kin to services at a place.

    ``conditions`` say who counts at all, ``codes`` is the chain of the place, the nearest first, ``numbers`` names the
    services whose kin is asked for if they are few; else it is that of all who count. Takes three queries at most.
    """

    def __init__(
        self,
        connection: Connection,
        conditions: Sequence[ColumnElement[bool]],
        codes: Sequence[str] | None,
        numbers: set[int] | None = None,
    ) -> None:
        related = None if numbers is None else numbers | set(connection.scalars(_RELATED, {"own": list(numbers)}))
        self._members: dict[int, _Member] = {}
        if related is None or len(related) > 1:
            counted = [*conditions, *([] if related is None else [service.c.object.in_(related)])]
            distances = _distances(connection, counted, codes or ())
            self._members = _members(connection, counted, distances, len(codes or ()))
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


def _distances(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], codes: Sequence[str]
) -> dict[int, int]:
    """How far up the chain the nearest area of each service is."""
    rank = {code: position for position, code in enumerate(codes)}
    found: dict[int, int] = {}
    statement = (
        select(service_areas.c.owner, service_areas.c.value)
        .join(service, service.c.object == service_areas.c.owner)
        .where(*conditions, service_areas.c.value.in_(codes))
    )
    for owner, code in connection.execute(statement):
        found[owner] = min(rank[code], found.get(owner, len(rank)))
    return found


def _members(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], distances: dict[int, int], far: int
) -> dict[int, _Member]:
    statement = (
        select(
            service.c.object,
            number.c.source,
            number.c.value,
            service.c.layer,
            service.c.derived_from,
            service_leika_keys.c.value.label("key"),
        )
        .join(number, number.c.number == service.c.object)
        .outerjoin(service_leika_keys, service_leika_keys.c.owner == service.c.object)
        .where(*conditions)
    )
    found: dict[int, _Member] = {}
    for row in connection.execute(statement):
        if row.object not in found:
            distance = (distances.get(row.object, far), LAYERS.index(row.layer))
            found[row.object] = _Member(f"{row.source}.{row.value}", row.source, [], row.derived_from, distance)
        if row.key:
            found[row.object].keys.append(row.key)
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
    return Kinship(connection, conditions, codes).hidden()
