"""What differs from Land to Land, as data: which level executes which federal type, and who is the EA.

Federal types (Typisierung, ``urn:de:fim:leika:typisierung``) say who rules and who executes a service: 1 the country,
2 and 3 rule of the country, 4 rule of the Land, 5 the municipality; ``a`` executed by the Land, ``b`` by its
municipalities and districts. ``data/lands.json`` holds the levels, the most usual first.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import cast

import msgspec
from msgspec import Struct

from busdb.records import Executor


class Land(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One Land; what it leaves out is as in ``default``."""

    point_of_contact: str | None = None
    executing: dict[str, tuple[Executor, ...]] = {}


@cache
def _lands() -> dict[str, Land]:
    data = files("busdb").joinpath("data/lands.json").read_bytes()
    return msgspec.json.decode(data, type=dict[str, Land])


def expected(land: str, federal_types: Sequence[str]) -> tuple[Executor, ...]:
    """The levels that execute a service of these types in a Land (ARS of two digits), the most usual first.

    Nothing is expected of types that name no level (6 to 12), or of a service without a type.
    """
    own, default = _lands().get(land, Land()).executing, _lands()["default"].executing
    levels = [level for type_ in federal_types for level in own.get(type_, default.get(type_, ()))]
    return tuple(dict.fromkeys(levels))


def point_of_contact(land: str) -> str:
    """The category of the authority that is the point of single contact in a Land."""
    return _lands().get(land, Land()).point_of_contact or cast("str", _lands()["default"].point_of_contact)
