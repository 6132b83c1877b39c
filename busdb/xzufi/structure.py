"""The structure of XZuFi objects, read from ``busdb/data/xzufi-types.txt``: which child stands where, and how often.

From it come the schemas (``busdb.xzufi.schemas``) and the places of what is put back into an object
(``busdb.xzufi.kept``).
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

VERSIONS = ("2.2.0", "2.3.1")
_LINE = re.compile(
    r"(?P<abstract>abstract )?(?P<name>\w+)(?: < (?P<base>\w+))?(?: \((?P<version>[\d.]+)\))?:(?P<rest>.*)"
)
_CHILD = re.compile(r"(?P<mark>&)?(?P<name>\w+):(?P<type>\w+)(?P<number>[?*+]?)")
_ATTRIBUTE = re.compile(r"@(?P<name>\w+)(?P<required>!?)(?:=(?P<type>\w+))?")


class Child(NamedTuple):
    """A child element: its type, and how often it may stand (``most`` is ``None`` without a limit)."""

    name: str
    type: str
    least: int
    most: int | None


class Attribute(NamedTuple):
    """An attribute, by default a string."""

    name: str
    type: str
    required: bool


class Type(NamedTuple):
    """A complex type. ``choice``: one of the children; ``mixed``: those from ``free`` on in any order and number."""

    name: str
    base: str | None
    abstract: bool
    choice: bool
    children: tuple[Child, ...]
    free: tuple[Child, ...]
    attributes: tuple[Attribute, ...]


@cache
def types(version: str) -> dict[str, Type]:
    """The complex types of a version, by name, in the order of the file."""
    found: dict[str, Type] = {}
    text = files("busdb").joinpath("data/xzufi-types.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is None or line.startswith("#") or match["version"] not in {None, version}:
            continue
        numbers = {"": (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None)}
        children = [
            (one["mark"], Child(one["name"], one["type"], *numbers[one["number"]]))
            for one in _CHILD.finditer(match["rest"])
        ]
        found[match["name"]] = Type(
            name=match["name"],
            base=match["base"],
            abstract=bool(match["abstract"]),
            choice=" | " in match["rest"],
            children=tuple(child for mark, child in children if not mark),
            free=tuple(child for mark, child in children if mark),
            attributes=tuple(
                Attribute(one["name"], one["type"] or "string", bool(one["required"]))
                for one in _ATTRIBUTE.finditer(match["rest"])
            ),
        )
    return found


@cache
def children(version: str, type_: str) -> dict[str, Child]:
    """The children of a type by name, in their order, those of its base first. Empty for an unknown type."""
    known = types(version)
    if type_ not in known:
        return {}
    own = {child.name: child for child in (*known[type_].children, *known[type_].free)}
    base = known[type_].base
    return {**children(version, base), **own} if base else own
