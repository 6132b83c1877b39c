"""Records and files without those who are to be forgotten."""

from __future__ import annotations

import gzip
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from busdb.forgotten import Matcher
from busdb.mapping import references
from busdb.mending import mended
from busdb.records import AnyRecord, Contact, Link, Person

LARGEST = 512 * 1024 * 1024
"""How many bytes of a packed file are looked at."""
EXCERPT = 40
_WHOLE = (Person, Contact, Link)
"""Parts that are nothing without whom they name."""
_ESCAPE = re.compile(r"\\[^u]")
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")


class Found(NamedTuple):
    """Where somebody is named in a record, and how it reads there."""

    path: str
    text: str


def readable(data: bytes) -> str:
    """Canonical bytes as text in which words stand as they are."""
    return _ESCAPE.sub("  ", data.decode())


def excerpt(text: str, matcher: Matcher) -> str:
    """A text around the first place where somebody is named."""
    first, last = matcher.spans(text)[0]
    return " ".join(text[max(0, first - EXCERPT) : last + EXCERPT].split())


def scrubbed(record: AnyRecord, matcher: Matcher) -> tuple[AnyRecord, list[Found]]:
    """The record without anybody, and where they were. Ids stay as they are."""
    found: list[Found] = []
    search = _Search(matcher, {record.id, *(id_ for _, id_ in references(record))}, found)
    values = {name: search.without(getattr(record, name), f"$.{name}") for name in record.__struct_fields__}
    return (mended(replace(record, **values))[0] if found else record), found


class _Search:
    """Goes through a record."""

    def __init__(self, matcher: Matcher, ids: set[str], found: list[Found]) -> None:
        self._matcher = matcher
        self._ids = ids
        self._found = found

    def without(self, value: Any, path: str) -> Any:
        """A value without anybody."""
        if isinstance(value, str):
            if value in self._ids or not self._matcher.meets(value):
                return value
            self._found.append(Found(path, excerpt(value, self._matcher)))
            return self._matcher.erased(value)
        if isinstance(value, tuple):
            return tuple(self._kept(value, path))
        if isinstance(value, Struct):
            fields = {name: getattr(value, name) for name in value.__struct_fields__}
            changed = {name: self.without(one, f"{path}.{name}") for name, one in fields.items()}
            return value if changed == fields else replace(value, **changed)
        return value

    def _kept(self, items: tuple[Any, ...], path: str) -> Iterator[Any]:
        for place, item in enumerate(items):
            if isinstance(item, _WHOLE):
                words = [one for name in item.__struct_fields__ if isinstance(one := getattr(item, name), str)]
                if any(map(self._matcher.meets, words)):
                    self._found.append(Found(f"{path}[{place}]", " · ".join(words)))
                    continue
            yield self.without(item, f"{path}[{place}]")


def is_copy(data: bytes) -> bool:
    """Whether a file is a database, or an archive that may hold one."""
    if data.startswith(b"\x1f\x8b"):
        with suppress(OSError, EOFError, zlib.error), gzip.open(io.BytesIO(data)) as unpacked:
            data = unpacked.read(512)
    return data.startswith((b"SQLite format 3\0", b"PGDMP")) or data[257:262] == b"ustar"


def in_file(data: bytes, matcher: Matcher) -> bool:
    """Whether a file names anybody: text in any usual encoding, or what is packed in it."""
    try:
        return any(matcher.meets(text) for text in _texts(data, LARGEST))
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError):
        return matcher.meets(data.decode("utf-8", "replace"))


def _texts(data: bytes, room: int) -> Iterator[str]:
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for item in packed.infolist():
                with packed.open(item) as file:
                    piece = file.read(room + 1)
                room -= len(piece)
                yield item.filename
                yield from _texts(piece, max(room, 0))
    elif data.startswith(b"\x1f\x8b"):
        with gzip.open(io.BytesIO(data)) as unpacked:
            yield from _texts(unpacked.read(room), 0)
    else:
        yield from _decoded(data)


def _decoded(data: bytes) -> Iterator[str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            yield data.decode("utf-8", "replace")
            text = data.decode("cp1252", "replace")
    yield text
    if "\\" in text or "&" in text:
        plain = _UNICODE.sub(lambda code: chr(int(code[1], 16)), _ESCAPE.sub("  ", text))
        yield html.unescape(plain)
