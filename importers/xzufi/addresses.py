"""``anschrift``, read into addresses."""

from __future__ import annotations

import re
from typing import Any, Final

from busdb.records import Address
from busdb.xzufi import names
from importers.xzufi.reading import Element, Reading, boolean, child, children, content, value

_TYPES: Final = {word: type_ for type_, (_, word) in names.ADDRESS_CODES.items()}
_CODES: Final = {code: type_ for type_, (code, _) in names.ADDRESS_CODES.items()}
_LINES: Final = {
    "strasse": "street",
    "hausnummer": "house_number",
    "postfach": "po_box",
    "ort": "city",
    "ortsteil": "locality",
    "zusatz": "addition",
}
_WORDS: Final = {"infoParkplatz": "parking", "infoOEPNV": "transit"}
_LEVELS: Final = {"bundesland": 2, "kreis": 5, "gemeindeverband": 9, "regionalschluessel": 12}
_POSTAL_CODE = re.compile(r"\d{5}")
_DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,15})?")


def address(reading: Reading, place: str, element: Element, *, first: bool) -> tuple[Address, str | None]:
    """An address at ``place``, and the area whose administration it is, where the ``first`` one says only that."""
    values: dict[str, Any] = {}
    area = None
    for name, one in children(element):
        if name in _LINES and _LINES[name] not in values and (text := reading.line_of(content(one))):
            values[_LINES[name]] = text
        elif name == "postleitzahl" and _POSTAL_CODE.fullmatch(content(one)):
            values["postal_code"] = content(one)
        elif name in _WORDS and _WORDS[name] not in values and reading.language(one) == "de":
            words = reading.words(place, one)
            if words is None:
                reading.keep(place, one)
            else:
                values[_WORDS[name]] = words[1]
        elif name == "geokodierung" and "lat" not in values and (point := _point(one)):
            values["lon"], values["lat"] = point
        elif name == "kennzeichenAufzug" and boolean(one) is not None:
            values["elevator"] = boolean(one)
        elif name == "kennzeichenRollstuhlgerecht" and boolean(one) is not None:
            values["wheelchair"] = "yes" if boolean(one) else "no"
        elif name == "typ":
            values["type"] = _type(reading, place, one)
        elif name == "verwaltungspolitischeKodierung" and first and (found := _seat(reading, one)):
            area = found
        else:
            reading.keep(place, one)
    return Address(**values), area


def _type(reading: Reading, place: str, element: Element) -> str:
    """The type by its word, else by its code; an unknown one is kept, and the address is one to visit."""
    type_ = _TYPES.get(value(element, "name") or "") or _CODES.get(value(element, "code") or "")
    code, word = names.ADDRESS_CODES[type_ or "visit"]
    if (value(element, "code"), value(element, "name")) != (code, word):
        reading.keep(place, element)
    return type_ or "visit"


def _point(element: Element) -> tuple[float, float] | None:
    """Longitude and latitude; other projections are kept as they are."""
    if element.get("srsName", "EPSG:4326") != "EPSG:4326":
        return None
    x, y = value(element, "x") or "", value(element, "y") or ""
    if not (_DEGREES.fullmatch(x) and _DEGREES.fullmatch(y)) or (repr(float(x)), repr(float(y))) != (x, y):
        return None
    return float(x), float(y)


def _seat(reading: Reading, element: Element) -> str | None:
    """The area, where one level alone is named: otherwise it says where the house stands, not whose it is."""
    levels = list(children(element))
    if len(levels) != 1 or levels[0][0] not in _LEVELS or child(levels[0][1], "name") is not None:
        return None
    level, (_, element) = _LEVELS[levels[0][0]], levels[0]
    code = child(element, "code")
    return reading.area(code) if code is not None and len(content(code)) == level else None
