"""The gazetteer: areas with kind, parent, names and aliases, postal codes, validity, successor, members."""

from __future__ import annotations

from busdb.models.base import child, codes, day, root, text, whole

area = root(
    "area",
    text("kind", required=True),
    text("name", required=True),
    text("ars"),
    text("parent"),
    text("successor"),
    whole("population"),
    day("valid_from"),
    day("valid_to"),
)
area_names = child(area, "names", text("language", required=True), text("text", required=True))
area_aliases = child(area, "aliases", text("value", required=True))
area_postal_codes = codes(area, "postal_codes")
area_members = child(
    area, "members", text("area", required=True), text("street"), text("first"), text("last"), text("parity")
)
