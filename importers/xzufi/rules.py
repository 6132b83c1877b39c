"""``zustaendigkeit``, read into responsibilities."""

from __future__ import annotations

from sys import intern
from typing import Any, Final

from busdb.records import AnyRecord, Criterion, Responsibility
from busdb.xzufi import names
from busdb.xzufi.names import TARGETS, Kind
from importers.xzufi.reading import NAMES, Element, Reading, child, children, content, value

_ROLES: Final[dict[str | None, Any]] = {code: role for role, (code, _) in names.ROLE_CODES.items()}
_WRITTEN_ROLES: Final[dict[tuple[str | None, ...], str]] = {
    words: intern(role) for role, words in names.ROLE_CODES.items()
}
"""Roles as export writes them, and most others."""
_CRITERIA: Final = {code: type_ for type_, code in names.CRITERION_CODES.items()}
_PARITIES: Final = {word: parity for parity, word in names.PARITIES.items()}
SCHEMES: Final[dict[str, Kind]] = {scheme: kind for kind, scheme in TARGETS.items()}  # type: ignore[misc]  # its keys are
_ROOT: Final = "zustaendigkeit"
_LONGEST: Final = 200


def responsibility(reading: Reading, element: Element, kind: Kind, id_: str, target: str) -> list[Responsibility]:
    """The responsibility ``id_`` of a target. Without a service there is none, which is reported.

    Deliveries hold hundreds of thousands, so that all is done in one pass.
    """
    service = None
    areas: list[str] = []
    criteria: list[Criterion] = []
    values: dict[str, Any] = {kind: target}
    for one in element:
        name = NAMES[one.tag]
        if name == "gebietID":
            area = reading.area(one)
            if area is None:
                reading.issue("area_unknown", area=content(one))
                reading.keep(_ROOT, one)
            elif area not in areas:
                areas.append(area)
        elif name == "leistungID" and service is None:
            service = reading.id(one)
        elif name == "kriterium":
            criteria.append(_criterion(reading, f"{_ROOT}/kriterium[{len(criteria) + 1}]", one))
        elif name != "id" and not _value(reading, name, one, values):
            reading.keep(_ROOT, one)
    if service is None:
        reading.issue("xzufi_incomplete", element=_ROOT, missing="leistungID", kind="responsibility")
        return []
    if areas:
        values["areas"] = tuple(areas)
    if criteria:
        values["criteria"] = tuple(criteria)
    if reading.kept:
        values["extensions"] = tuple(reading.kept)
    return [Responsibility(id=id_, service=service, **values)]


def is_canonical(record: AnyRecord) -> bool:
    """Whether a record is sure to be as ``interchange.decode`` makes it: a plain responsibility is by its making."""
    if not isinstance(record, Responsibility) or record.criteria or record.extensions:
        return False
    ids = (record.id, record.service, record.authority, record.online_service, record.form, *record.areas)
    return max(map(len, filter(None, ids))) <= _LONGEST


def _value(reading: Reading, name: str, element: Element, values: dict[str, Any]) -> bool:
    """Take a role, a remark or a validity; whether there was one to be taken."""
    if name == "rolle" and "role" not in values:
        parts = tuple([one.text for one in element])
        if (role := _WRITTEN_ROLES.get(parts)) is not None:
            values["role"] = role
            return True
        role = _ROLES.get(parts[0] if parts else content(element)) or _ROLES.get(value(element, "code"))
        if role is not None:
            values["role"] = intern(role)
            reading.code(f"{_ROOT}/rolle", element, names.ROLE_CODES[role][1])
            return True
    elif name == "bemerkung" and "remark" not in values:
        words = reading.words(_ROOT, element)
        if words is not None and words[0] == "de":
            values["remark"] = words[1]
            return True
    elif name == "gueltigkeit" and not values.keys() & {"valid_from", "valid_to"} and len(element):
        period = reading.validity(_ROOT, element)
        values["valid_from"], values["valid_to"] = period
        return True
    return False


def _criterion(reading: Reading, place: str, element: Element) -> Criterion:
    typ = child(element, "typ")
    own = typ is not None and typ.get("listURI") == names.CRITERIA.uri
    type_: Any = _CRITERIA.get(value(typ, "code") or "", "text") if own and typ is not None else "text"
    if typ is not None and not own:
        reading.keep(place, typ)
    first = reading.line_of(value(element, "von"))
    last = reading.line_of(value(element, "bis"))
    said = None
    for name, one in children(element):
        if name == "beschreibung" and said is None:
            words = reading.words(place, one)
            said = words[1] if words and words[0] == "de" else None
            if said is None:
                reading.keep(place, one)
        elif name not in {"typ", "von", "bis"}:
            reading.keep(place, one)
    if type_ != "street":
        return Criterion(type=type_, first=first, last=last, text=said)
    street, *more = (said or "").split(", ")
    parity: Any = next((_PARITIES[one] for one in more if one in _PARITIES), None)
    text = ", ".join(one for one in more if one not in _PARITIES) or None
    return Criterion(type="street", first=first, last=last, street=street or None, parity=parity, text=text)
