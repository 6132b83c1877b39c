"""Every address of the application: its routes with their gaps filled in."""

from __future__ import annotations

import re
from itertools import product

from flask import Flask
from werkzeug.routing import Rule

from api.compat.pvog import VERSIONS
from api.pages.widget import VERSION

KINDS = {
    "services": ("lsa.ausweis",),
    "authorities": ("kommunal.buergerbuero",),
    "life-events": ("lsa.le-ausweis",),
    "areas": ("150840355355", "15"),
}
"""What there is, by the part of a path that stands before it."""
FILLINGS = {
    "feeds": ("115", "ea", "municipal"),
    "verwaltungsobjekte": tuple(VERSIONS),
    "types": ("categories",),
    "v1": ("search", "list", "detail", "authority", "life-events"),
    "widget": ("v1", VERSION),
    "static": ("site.css",),
    "theme": ("theme.css",),
    "docs": ("index.css",),
    "published": ("a.json", "SHA256SUMS"),
    "xzufi": ("index.txt",),
}
"""What fills other gaps, by the part of a path that stands before it."""
NUMBERS = ("1", "2", "3", "4", "5", "6", "7", "8", "9")
"""Numbers that objects have in other systems' interfaces."""


def addresses(app: Flask) -> list[str]:
    """The path of every route that answers GET, filled with everything that fits."""
    found = [path for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) for path in _filled(rule)]
    return list(dict.fromkeys(found))


def _filled(rule: Rule) -> list[str]:
    parts = re.split(r"<[^>]+>", rule.rule)
    fillings = [_fits(part.rstrip("/-").rpartition("/")[2], rule.rule) for part in parts[:-1]]
    return ["".join(_joined(parts, chosen)) for chosen in product(*fillings)]


def _joined(parts: list[str], chosen: tuple[str, ...]) -> list[str]:
    return [piece for pair in zip(parts, (*chosen, ""), strict=True) for piece in pair]


def _fits(before: str, rule: str) -> tuple[str, ...]:
    if "/infodienste/" in rule:
        return NUMBERS
    return KINDS.get(before) or FILLINGS.get(before) or ("areas", "services", "1")
