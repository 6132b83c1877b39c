"""``zustaendigkeit``, read into responsibilities."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from busdb.records import Criterion, Responsibility
from busdb.xzufi import names
from busdb.xzufi.names import TARGETS, Kind
from importers.xzufi.reading import Element, Reading, Validity, child, children, content, value

_ROLES: Final = {code: role for role, (code, _) in names.ROLE_CODES.items()}
_CRITERIA: Final = {code: type_ for type_, code in names.CRITERION_CODES.items()}
_PARITIES: Final = {word: parity for parity, word in names.PARITIES.items()}
SCHEMES: Final[dict[str, Kind]] = {scheme: kind for kind, scheme in TARGETS.items()}  # type: ignore[misc]  # its keys are
Handler = Callable[[str, Element], bool | None]


def _taken(_: str, __: Element) -> bool:
    return True


def responsibility(reading: Reading, element: Element, kind: Kind, target: str) -> Iterator[Responsibility]:
    """The responsibility of a target. Without its own id or that of a service there is none, which is reported."""
    id_ = reading.id(child(element, "id"), kind)
    service_id = reading.id(child(element, "leistungID"))
    if id_ is None or service_id is None:
        reading.issue("xzufi_incomplete", element="zustaendigkeit", missing="leistungID" if id_ else "id",
                     kind="responsibility")  # fmt: skip
        return
    areas: list[str] = []
    criteria: list[Criterion] = []
    values: dict[str, Any] = {}

    def area(_: str, one: Element) -> bool:
        found = reading.area(one)
        if found is None:
            reading.issue("area_unknown", area=content(one))
            return False
        areas.append(found)
        return True

    def role(path: str, one: Element) -> bool:
        code = value(one, "code") or content(one)
        if code not in _ROLES or "role" in values:
            return False
        values["role"] = _ROLES[code]
        reading.code(f"{path}/rolle", one, names.ROLE_CODES[values["role"]][1])
        return True

    def remark(path: str, one: Element) -> bool:
        words = reading.words(path, one)
        if words is None or words[0] != "de" or "remark" in values:
            return False
        values["remark"] = words[1]
        return True

    def validity(path: str, one: Element) -> bool:
        if "validity" in values or not len(one):
            return False
        values["validity"] = reading.validity(path, one)
        return True

    def criterion(path: str, one: Element) -> bool:
        criteria.append(_criterion(reading, f"{path}/kriterium[{len(criteria) + 1}]", one))
        return True

    handlers: dict[str, Handler] = {"id": _taken, "leistungID": _taken, "gebietID": area, "rolle": role,
        "kriterium": criterion, "bemerkung": remark, "gueltigkeit": validity}  # fmt: skip
    reading.take("zustaendigkeit", element, handlers)
    period = values.pop("validity", Validity())
    targets: dict[str, Any] = {kind: target}
    yield Responsibility(
        id=id_,
        service=service_id,
        areas=tuple(dict.fromkeys(areas)),
        criteria=tuple(criteria),
        valid_from=period.first,
        valid_to=period.end,
        extensions=tuple(reading.kept),
        **targets,
        **values,
    )


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
