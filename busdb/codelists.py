"""Code lists with their URNs, and the keys of areas."""

from __future__ import annotations

from functools import lru_cache

from busdb.records import AreaKind

TEXT_MODULES_URN = "urn:de:xzufi:codeliste:leistungstextmodulleika"
TEXT_MODULES = ("02", "03", "05", "06", "07", "08", "09", "11", "14", "15", "16", "18", "22", "23", "24", "25")
PROSE_MODULES = ("93", "94", "95", "97", "98")
"""Codes under which the national gateway shows the prose of the structured modules."""

AREA_KINDS: dict[str, AreaKind] = {
    "country": "country",
    "bund": "country",
    "state": "state",
    "land": "state",
    "city_state": "city_state",
    "stadtstaat": "city_state",
    "region": "region",
    "regierungsbezirk": "region",
    "district": "district",
    "landkreis": "district",
    "kreis": "district",
    "city": "city",
    "kreisfreie stadt": "city",
    "association": "association",
    "verbandsgemeinde": "association",
    "amt": "association",
    "samtgemeinde": "association",
    "municipality": "municipality",
    "gemeinde": "municipality",
    "stadt": "municipality",
    "locality": "locality",
    "ortsteil": "locality",
    "ortschaft": "locality",
    "custom": "custom",
    "bezirk": "custom",
}
"""The kinds of areas, in the words of the code and of gazetteers."""

_CUTS = ((9, 12), (5, 9), (3, 5), (2, 3))


@lru_cache(maxsize=100_000)
def significant(ars: str) -> str:
    """The significant prefix of an ARS: 2, 3, 5, 9 or 12 digits, without the groups of zeros at its end.

    The groups are Land 2, Regierungsbezirk 1, Kreis 2, Verband 4, Gemeinde 3; all of a kreisfreie Stadt and its
    municipality have one prefix.
    """
    full = ars.ljust(12, "0")
    for start, end in _CUTS:
        if full[start:end].strip("0"):
            return full[:end]
    return full[:2]
