"""Changes in words: what was, and what is, for people who follow a place in a feed reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from msgspec import Struct

from busdb import i18n
from busdb.fees import sentence
from busdb.html import plain
from busdb.layers import module
from busdb.offices import localized_name
from busdb.publication import View
from busdb.records import AnyRecord, Fee, Notice, Service
from busdb.validity import inclusive

KINDS = frozenset(
    {"service", "authority", "fee", "responsibility", "local_addition", "offer", "notice", "online_service", "form"}
)
"""The kinds of records whose changes are news."""
FIELDS = (
    "authority",
    "online_service",
    "form",
    "executor",
    "role",
    "documents",
    "deadlines",
    "processing_times",
    "addresses",
    "contacts",
    "hours",
    "exceptions",
    "links",
    "reason",
    "areas",
    "label",
    "condition",
)
"""The fields that are told one by one; others are told together."""
_TOLD = ("label", "text", "type", "value", "osm", "street", "house_number", "postal_code", "city", "title", "url")
_SPAN = ("valid_from", "valid_to")
_SILENT = frozenset({"id", "texts", "changed_on", "reviewed_on", "review_due", "extensions", "names", *FIELDS, *_SPAN})
_FEE = frozenset(
    {"kind", "amount", "amount_min", "amount_max", "percent", "base", "base_step", "base_rounding", "period", "unit"}
)


class Difference(View, frozen=True, kw_only=True):
    """What changed, in words; ``None``: there was, or is, nothing."""

    label: str
    before: str | None
    after: str | None


class News(View, frozen=True, kw_only=True):
    """One change of one record. ``seq`` is its number in the log; ``service`` the id of the service it is about."""

    seq: int
    at: dt.datetime
    op: Literal["new", "changed", "gone"]
    kind: str
    id: str
    service: str | None
    title: str
    differences: tuple[Difference, ...] = ()


def service_of(record: AnyRecord) -> str | None:
    """The id of the service that a record is about."""
    return record.id if isinstance(record, Service) else getattr(record, "service", None)


def name(record: AnyRecord, language: str) -> str:
    """What people call a record that has a name of its own, else its id."""
    if isinstance(record, Service):
        text = module(record, ["03", "02"], language)
        return plain(text.html) if text else record.id
    if isinstance(record, Notice):
        return next((one.text for one in record.names if one.language == language), record.text)
    return localized_name(record, language) if hasattr(record, "name") else record.id  # type: ignore[arg-type]  # it has


def tell(
    before: AnyRecord | None, after: AnyRecord | None, seq: int, at: dt.datetime, subject: str, language: str
) -> News | None:
    """The news of a record in its public view before and after; ``None`` where there are none that people read.

    ``subject`` is what it is about, in words.
    """
    record = after or before
    if record is None:
        return None
    op: Literal["new", "changed", "gone"] = "new" if before is None else "gone" if after is None else "changed"
    differences = tuple(_differences(before, after, language))
    if op == "changed" and not differences:
        return None
    return News(
        seq=seq,
        at=at,
        op=op,
        kind=record.kind_name,
        id=record.id,
        service=service_of(record),
        title=_title(record.kind_name, op, subject, differences, language),
        differences=differences,
    )


def _title(kind: str, op: str, subject: str, differences: tuple[Difference, ...], language: str) -> str:
    word = i18n.message(f"news.kind_{kind}", language=language)
    values = {"kind": word, "subject": subject}
    amount = i18n.message("news.amount", language=language)
    first = next((one for one in differences if one.label == amount), None)
    if kind == "fee" and first:
        told = {**values, "before": first.before or "", "after": first.after or ""}
        if first.before and first.after:
            unit = f" {i18n.message('label.euro', language=language)}"
            told["before"] = first.before.removesuffix(unit) if first.after.endswith(unit) else first.before
        return i18n.message(f"news.fee_{op}", told, language)
    return i18n.message(f"news.{op}", values, language)


def _differences(before: AnyRecord | None, after: AnyRecord | None, language: str) -> Iterator[Difference]:
    yield from _differing("amount", _amount(before, language), _amount(after, language), language)
    yield from _texts(before, after, language)
    for field in FIELDS:
        yield from _differing(field, _words(before, field), _words(after, field), language)
    yield from _differing("validity", _span(before, language), _span(after, language), language)
    if before and after and _rest(before) != _rest(after):
        yield Difference(label=i18n.message("news.other", language=language), before=None, after=None)


def _differing(code: str, before: str | None, after: str | None, language: str) -> Iterator[Difference]:
    if before != after:
        yield Difference(label=i18n.message(f"news.{code}", language=language), before=before, after=after)


def _texts(before: AnyRecord | None, after: AnyRecord | None, language: str) -> Iterator[Difference]:
    was, is_ = _modules(before, language), _modules(after, language)
    for code in sorted(was.keys() | is_.keys()):
        if was.get(code) != is_.get(code):
            label = i18n.message(f"module.{code}", language=language)
            yield Difference(label=label, before=was.get(code), after=is_.get(code))
    yield from _differing("text", _notice(before, language), _notice(after, language), language)


def _amount(record: AnyRecord | None, language: str) -> str | None:
    return sentence(record, language) if isinstance(record, Fee) else None


def _notice(record: AnyRecord | None, language: str) -> str | None:
    return name(record, language) if isinstance(record, Notice) else None


def _modules(record: AnyRecord | None, language: str) -> dict[str, str]:
    """The texts of a record by module: in the language, else in German."""
    found: dict[str, str] = {}
    for text in getattr(record, "texts", ()):
        if text.language == language or (text.language == "de" and text.module not in found):
            found[text.module] = plain(text.html)
    return found


def _words(record: AnyRecord | None, field: str) -> str | None:
    value = getattr(record, field, None)
    if isinstance(value, tuple):
        return "; ".join(_item(one) for one in value) or None
    return None if value is None else str(value)


def _item(item: Any) -> str:
    if not isinstance(item, Struct):
        return str(item)
    told: Iterable[Any] = (getattr(item, field, None) for field in _TOLD)
    return " ".join(str(one) for one in told if one) or type(item).__name__


def _span(record: AnyRecord | None, language: str) -> str | None:
    start, end = getattr(record, "valid_from", None), inclusive(getattr(record, "valid_to", None))
    words = [
        i18n.message(f"news.{code}", {"day": f"{day:%d.%m.%Y}"}, language)
        for code, day in (("from", start), ("until", end))
        if day
    ]
    return " ".join(words) or None


def _rest(record: AnyRecord) -> list[Any]:
    skipped = _SILENT | (_FEE if isinstance(record, Fee) else frozenset())
    return [getattr(record, field) for field in record.__struct_fields__ if field not in skipped]
