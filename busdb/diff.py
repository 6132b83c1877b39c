"""What differs between two states of a record, field by field, in the canonical form that files show."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

import msgspec
from msgspec import Struct

from busdb import i18n
from busdb.interchange import encode
from busdb.records import AnyRecord

KEYS = ("module", "language", "channel", "type", "label", "url", "value", "term")
"""What tells the parts of a list apart: those that agree in all that they have of these are the same part, changed."""
LONG = 60
"""How many letters of a long text are shown on each side of what differs in it."""
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_HIDDEN = frozenset({"id", "record"})


class FieldChange(Struct, frozen=True, kw_only=True):
    """A field that differs: ``path`` as in JSON (``$.addresses[0].street``), its value before and after.

    ``None`` means that there was, or is, none; of a list whose parts only changed places it is their former places.
    ``part`` is the code of the text module that a text belongs to.
    """

    path: str
    before: Any
    after: Any
    part: str | None = None


def differences(before: AnyRecord | None, after: AnyRecord | None) -> tuple[FieldChange, ...]:
    """The fields that differ, in the order of the record; all fields of what is new or gone."""
    return tuple(_object(_plain(before), _plain(after), "$", None))


def _plain(record: AnyRecord | None) -> dict[str, Any]:
    fields: dict[str, Any] = {} if record is None else msgspec.json.decode(encode(record))
    return {name: value for name, value in fields.items() if name not in _HIDDEN}


def _object(before: dict[str, Any], after: dict[str, Any], path: str, part: str | None) -> Iterator[FieldChange]:
    for name in [*after, *(name for name in before if name not in after)]:
        yield from _value(before.get(name), after.get(name), f"{path}.{name}", part)


def _value(before: Any, after: Any, path: str, part: str | None) -> Iterator[FieldChange]:
    if before == after:
        return
    parts = [one for one in (before, after) if isinstance(one, list) and one and isinstance(one[0], dict)]
    if parts:
        yield from _list(before or [], after or [], path)
    else:
        yield FieldChange(path=path, before=before, after=after, part=part)


def _list(before: list[dict[str, Any]], after: list[dict[str, Any]], path: str) -> Iterator[FieldChange]:
    """The parts of two lists side by side; the place of a part that is gone is that of the former list."""
    pairs = list(_pairs(before, after))
    if all(old is not None and new is not None and before[old] == after[new] for old, new in pairs):
        order = [old + 1 for old, _ in pairs if old is not None]
        yield FieldChange(path=path, before=sorted(order), after=order)
        return
    for old, new in pairs:
        was = {} if old is None else before[old]
        now = {} if new is None else after[new]
        place = new if new is not None else old
        yield from _object(was, now, f"{path}[{place}]", (now or was).get("module"))


def _pairs(
    before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]
) -> Iterator[tuple[int | None, int | None]]:
    """Which part became which: equal ones first, then those of one key, then the rest in their order."""
    found: dict[int, int] = {}
    same = SequenceMatcher(None, [_text(one) for one in before], [_text(one) for one in after], autojunk=False)
    for start, place, many in same.get_matching_blocks():
        found.update({place + step: start + step for step in range(many)})
    for wanted in (_key, lambda _part: None):
        left: dict[Any, list[int]] = defaultdict(list)
        for place in sorted(set(range(len(before))) - set(found.values()), reverse=True):
            left[wanted(before[place])].append(place)
        for place, part in enumerate(after):
            if place not in found and left[wanted(part)]:
                found[place] = left[wanted(part)].pop()
    yield from ((found.get(place), place) for place in range(len(after)))
    yield from ((place, None) for place in sorted(set(range(len(before))) - set(found.values())))


def _text(part: dict[str, Any]) -> bytes:
    return msgspec.json.encode(part)


def _key(part: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(part.get(name) for name in KEYS)


def label(change: FieldChange) -> str:
    """The name of a field for people: ``Anschriften 1: Straße``, or that of its text module."""
    words = [
        i18n.message(f"field.{name}") if name else str(int(place) + 1) for name, place in _STEP.findall(change.path)
    ]
    if change.part:
        words[:2] = [i18n.message(f"module.{change.part}")]
        words = words[:1] if change.path.endswith(".html") else words
    return ": ".join(filter(None, (" ".join(words[:-1]), words[-1]))) if len(words) > 1 else words[0]


def shown(value: Any) -> str:
    """A value for people: yes and no, German dates, lists in one line."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return i18n.message("label.yes" if value else "label.no")
    if isinstance(value, list):
        return ", ".join(shown(one) for one in value)
    text = str(value)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return f"{dt.date.fromisoformat(text):%d.%m.%Y}"
    return " ".join(text.split())


def sides(change: FieldChange) -> tuple[str, str]:
    """Both values for people; of long ones only what differs, with a few words around."""
    before, after = shown(change.before), shown(change.after)
    if max(len(before), len(after)) <= 2 * LONG:
        return before, after
    start = next((at for at, (one, two) in enumerate(zip(before, after, strict=False)) if one != two), 0)
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return _cut(before, start, end), _cut(after, start, end)


def _cut(text: str, start: int, end: int) -> str:
    first, last = max(0, start - LONG // 2), min(len(text), len(text) - end + LONG // 2)
    last = min(last, first + 3 * LONG)
    return f"{'…' if first else ''}{text[first:last]}{'…' if last < len(text) else ''}"
