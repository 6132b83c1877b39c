"""What is put right at import, whoever delivers: unsafe HTML goes, unreadable opening hours become a remark."""

from __future__ import annotations

import re
from typing import Any

from msgspec.structs import replace

from busdb import hours
from busdb.html import TAGS, clean
from busdb.issues import Issue
from busdb.records import AnyRecord, Authority, Form, Hours, HoursException, LocalAddition, OnlineService, Service, Text

LINE = 2000
_TAGS = "|".join(sorted(TAGS - {"a"}))
_CLEAN = re.compile(rf'(?:[^<]++|</?(?:{_TAGS})>|<a href="(?:https?:|mailto:|tel:)[^"<>]*+">|</a>)*+')
"""HTML that the cleaner would leave as it is; most is, and looking is quicker than cleaning."""

_MENDED = frozenset({Service, LocalAddition, Authority, OnlineService, Form})


def mended(record: AnyRecord) -> tuple[AnyRecord, list[Issue]]:
    """The record as it is kept, and what was done to it; the very record where nothing was."""
    found: list[Issue] = []
    changes: dict[str, Any] = {}
    if type(record) not in _MENDED:  # most records: rules and fees
        return record, found
    if isinstance(record, Service | LocalAddition):
        changes["texts"] = _texts(record.texts, found)
    if isinstance(record, Authority | OnlineService | Form):
        changes["description"] = _html(record.description, "$.description", found)
    if isinstance(record, Authority):
        changes["hours"] = _hours(record.hours, "$.hours", found)
        changes["exceptions"] = _hours(record.exceptions, "$.exceptions", found)
    changes = {field: value for field, value in changes.items() if value != getattr(record, field)}
    return (replace(record, **changes) if changes else record), found


def _texts(texts: tuple[Text, ...], found: list[Issue]) -> tuple[Text, ...]:
    """The texts, cleaned; one of which nothing is left goes."""
    kept = []
    for position, text in enumerate(texts):
        html = _html(text.html, f"$.texts[{position}].html", found)
        if html:
            kept.append(text if html == text.html else replace(text, html=html))
    return tuple(kept)


def _html(html: str | None, path: str, found: list[Issue]) -> str | None:
    if html is None or _CLEAN.fullmatch(html):
        return html
    cleaned = clean(html)
    if cleaned.changed:
        found.append(Issue(code="html_cleaned", path=path))
    return cleaned.html


def _hours(periods: tuple[Any, ...], path: str, found: list[Issue]) -> tuple[Any, ...]:
    return tuple([_period(period, f"{path}[{position}].osm", found) for position, period in enumerate(periods)])


def _period(period: Hours | HoursException, path: str, found: list[Issue]) -> Hours | HoursException:
    """Hours that nobody can evaluate, as the comment that OSM has for that: whether it is open remains unknown."""
    if period.osm is None or hours.readable(period.osm):
        return period
    found.append(Issue(code="hours_unreadable", path=path, values={"hours": period.osm}))
    remark = period.osm.replace('"', "'")[: LINE - 2]
    return replace(period, osm=f'"{remark}"')
