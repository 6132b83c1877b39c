"""The web addresses in records, wherever they stand: fields, parts of lists, markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

_HREF = re.compile(r"""href\s*=\s*["'](https?://[^"'\s]+)["']""", re.IGNORECASE)
_WEB = ("http://", "https://")
_PASSED = frozenset({"extensions", "synonyms", "names", "persons", "hours", "exceptions"})
"""Lists without links that are for readers."""


def addresses(record: Any) -> Iterator[tuple[str, str]]:
    """Each address of the web in a record, with the path of the field where it stands (``$.links[0].url``)."""
    return _inside(record, "$")


def _inside(value: Any, path: str) -> Iterator[tuple[str, str]]:
    for name in value.__struct_fields__:
        item = getattr(value, name)
        if not item or name in _PASSED:
            continue
        if isinstance(item, str):
            yield from _in_text(item, f"{path}.{name}")
        elif isinstance(item, tuple):
            for position, part in enumerate(item):
                if isinstance(part, Struct):
                    yield from _inside(part, f"{path}.{name}[{position}]")


def _in_text(text: str, path: str) -> Iterator[tuple[str, str]]:
    if text.startswith(_WEB) and " " not in text:
        yield path, text
    elif "<a " in text:
        for url in dict.fromkeys(_HREF.findall(text)):
            yield path, html.unescape(url)
