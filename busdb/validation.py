"""Rules over single records: each a small function with a stable code; what needs the database is checked at import.

The types of the records have already kept out what has the wrong shape; these rules are about sense.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from busdb.html import usable
from busdb.issues import Issue
from busdb.records import KINDS, AnyRecord, Authority, Fee, Responsibility, Service, Wording
from busdb.validity import inclusive

Rule = Callable[[Any], Iterator[Issue]]

_NEEDS: dict[str, tuple[str, ...]] = {
    "fixed": ("amount",),
    "range": ("amount_min", "amount_max"),
    "from": ("amount_min",),
    "up_to": ("amount_max",),
    "rate": ("amount",),
    "value_based": ("percent",),
    "free": (),
}
_NOT_DESCRIBING = frozenset({"02", "03", "15"})
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200c\u2060\ufeff]")
_INVISIBLE_IN_JSON = re.compile(rb"\\u00[01][0-9a-f]|\\[bf]|\x7f|\xe2\x80[\x8b\x8c]|\xe2\x81\xa0|\xef\xbb\xbf")


def check(record: AnyRecord, data: bytes) -> list[Issue]:
    """The findings on a record, given with its canonical bytes; without the place where it stands."""
    found: list[Issue] = []
    for rule in _RULES[type(record)]:
        found += rule(record)
    if _INVISIBLE_IN_JSON.search(data):
        found += _control_characters(record)
    return found


def _validity(record: Any) -> Iterator[Issue]:
    start, end = getattr(record, "valid_from", None), getattr(record, "valid_to", None)
    if start and end and end <= start:
        shown = {"from": start.isoformat(), "to": str(inclusive(end))}
        yield Issue(code="validity_reversed", path="$.valid_to", values=shown)


def _control_characters(record: Any) -> Iterator[Issue]:
    for path, text in _texts(record, "$"):
        if _INVISIBLE.search(text):
            yield Issue(code="control_characters", path=path)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            item = getattr(value, name)
            if item:
                yield from _texts(item, f"{path}.{name}")
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _texts(item, f"{path}[{position}]")


def _name(record: Service) -> Iterator[Issue]:
    if not any(text.module in {"02", "03"} for text in record.texts):
        yield Issue(code="name_missing", path="$.texts")


def _describing_text(record: Service) -> Iterator[Issue]:
    published = record.publication_state == "published"
    if published and all(text.module in _NOT_DESCRIBING for text in record.texts):
        name = next((text.html for text in record.texts if text.module in {"02", "03"}), record.id)
        yield Issue(code="no_text", path="$.texts", values={"name": name})


def _leika(record: Service) -> Iterator[Issue]:
    for position, key in enumerate(record.leika_keys):
        yield from _key(key, f"$.leika_keys[{position}]")


def _key(key: str, path: str) -> Iterator[Issue]:
    if not key.startswith("99"):
        yield Issue(code="leika_invalid", path=path, values={"key": key})


def _one_target(record: Responsibility) -> Iterator[Issue]:
    targets = [record.authority, record.online_service, record.form, record.executor]
    if targets.count(None) != len(targets) - 1:
        yield Issue(code="responsibility_target")


def _fee_shape(record: Fee) -> Iterator[Issue]:
    missing = [name for name in _NEEDS[record.kind] if getattr(record, name) is None]
    one_bound = record.kind in {"from", "up_to"} and record.amount is not None
    if missing and not one_bound and not record.open:
        yield Issue(code="fee_shape", path=f"$.{missing[0]}", values={"reason": f"{record.kind}: {', '.join(missing)}"})
    if record.kind == "free" and (record.amount or record.amount_min or record.amount_max or record.percent):
        yield Issue(code="fee_shape", path="$.amount", values={"reason": "free: amount"})
    if record.kind == "value_based" and record.amount is not None:
        yield Issue(code="fee_shape", path="$.amount", values={"reason": "value_based: amount"})
    if record.amount_min is not None and record.amount_max is not None and record.amount_min > record.amount_max:
        reason = f"{record.amount_min} > {record.amount_max}"
        yield Issue(code="fee_shape", path="$.amount_max", values={"reason": reason})


def _web_addresses(record: Authority) -> Iterator[Issue]:
    for position, contact in enumerate(record.contacts):
        if contact.channel == "web" and not usable(contact.value):
            yield Issue(code="url_invalid", path=f"$.contacts[{position}].value", values={"url": contact.value})


def _own_parent(record: Authority) -> Iterator[Issue]:
    if record.parent == record.id:
        yield Issue(code="own_parent", path="$.parent", values={"id": record.id})


def _wording(record: Wording) -> Iterator[Issue]:
    if sum(target is not None for target in (record.service, record.leika_key, record.official)) != 1:
        yield Issue(code="wording_target")
    if record.leika_key:
        yield from _key(record.leika_key, "$.leika_key")


_OWN: dict[type, tuple[Rule, ...]] = {
    Service: (_name, _describing_text, _leika),
    Responsibility: (_one_target,),
    Fee: (_fee_shape,),
    Authority: (_own_parent, _web_addresses),
    Wording: (_wording,),
}
_RULES = {record: (_validity, *_OWN.get(record, ())) for record in KINDS.values()}
