"""Families: Bund, Land and city may describe the same service; at a place the most specific variant represents it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, select

from busdb.models.services import service, service_areas, service_leika_keys


def hidden_variants(
    connection: Connection, conditions: Sequence[ColumnElement[bool]], codes: Sequence[str] | None
) -> frozenset[int]:
    """The services that a more specific variant of the same LeiKa key, or derived from them, represents at a place.

    ``codes`` is the chain of the place, the nearest first; without a place nothing is hidden.
    """
    if codes is None:
        return frozenset()
    rank = {code: position for position, code in enumerate(codes)}
    chosen = select(service.c.object).where(*conditions)
    distance: dict[int, int] = {}
    for owner, code in connection.execute(
        select(service_areas.c.owner, service_areas.c.value).where(service_areas.c.owner.in_(chosen))
    ):
        if code in rank:
            distance[owner] = min(rank[code], distance.get(owner, len(codes)))
    families: dict[str, list[int]] = defaultdict(list)
    for owner, key in connection.execute(
        select(service_leika_keys.c.owner, service_leika_keys.c.value).where(service_leika_keys.c.owner.in_(chosen))
    ):
        families[key].append(owner)
    hidden = set()
    for members in families.values():
        nearest = min(distance.get(member, len(codes)) for member in members)
        hidden |= {member for member in members if distance.get(member, len(codes)) > nearest}
    derived = select(service.c.object, service.c.derived_from).where(*conditions, service.c.derived_from.is_not(None))
    for owner, parent in connection.execute(derived):
        if distance.get(owner, len(codes)) < distance.get(parent, len(codes)):
            hidden.add(parent)
    return frozenset(hidden)
