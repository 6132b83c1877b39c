"""Our own interchange form: one record a line (JSON Lines), or a whole export with its ``items``.

A line that is no record but ``{"delete": kind, "id": id}`` ends one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, BinaryIO, ClassVar

import msgspec

from busdb import misfit
from busdb.errors import InputError
from busdb.formats import Deleted, ImportContext, Input, Parsed
from busdb.interchange import decode
from busdb.issues import Issue
from busdb.records import KINDS, Id, ref

LINE_LIMIT = 10_000_000
DOCUMENT_LIMIT = 500_000_000
_ID = re.compile(rb'"id"\s*:\s*"([^"\\]{1,200})"')
_KIND = re.compile(rb'"record"\s*:\s*"([a-z_]{1,40})"')
_ORDER = re.compile(rb'\s*{\s*"delete"')
TRUNCATED = "Input data was truncated"
_BOM = b"\xef\xbb\xbf"


class _Export(msgspec.Struct):
    items: list[msgspec.Raw]


class _Deletion(msgspec.Struct, forbid_unknown_fields=True):
    delete: Annotated[str, msgspec.Meta(pattern=f"^({'|'.join(KINDS)})$")]
    id: Id


class Json:
    """The importer of our own form."""

    kinds: ClassVar[tuple[str, ...]] = tuple(KINDS)
    strict: ClassVar[bool] = False
    files: ClassVar[tuple[int, int | None]] = (1, None)
    canonical: ClassVar[bool] = True

    def read(self, inputs: Sequence[Input], context: ImportContext) -> Iterator[Parsed | Deleted | Issue]:
        """Yield the records and deletions; what is no record is an issue of its line. Raises ``InputError``."""
        for name, stream in inputs:
            first = _first_line(name, stream)
            for number, line in _records(name, first, stream):
                if line.strip():
                    yield _record(name, number, line, context.source)


def _first_line(name: str, stream: BinaryIO) -> bytes:
    first = stream.readline(LINE_LIMIT)
    if not first:
        raise InputError("file_empty", file=name)
    first = first.removeprefix(_BOM)
    if first.strip() and not first.lstrip().startswith(b"{"):
        raise InputError("not_json_lines", file=name)
    return first


def _records(name: str, first: bytes, stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The records of a file with the numbers of their lines.

    An export of ours has one item on each line between its head and its closing; written anew by another program it
    is one document, of bounded size.
    """
    if not first.lstrip().startswith((b'{"feed"', b'{"schema"')):
        yield from enumerate(_lines(name, first, stream), 1)
    elif first.rstrip().endswith(b'"items":['):
        yield from _items(name, stream)
    else:
        yield from enumerate(_document(name, first + stream.read(DOCUMENT_LIMIT)), 1)


def _items(name: str, stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(_lines(name, stream.readline(LINE_LIMIT), stream), 2):
        if line.startswith(b"]"):
            return
        yield number, line.rstrip().removesuffix(b",") + b"\n"
    raise InputError("export_truncated", file=name)


def _document(name: str, data: bytes) -> list[bytes]:
    try:
        return [bytes(item) for item in msgspec.json.decode(data, type=_Export).items]
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InputError("json_broken", file=name, reason=misfit.text(error)) from error


def _lines(name: str, first: bytes, stream: BinaryIO) -> Iterator[bytes]:
    line = first
    number = 1
    while line:
        if len(line) >= LINE_LIMIT and not line.endswith(b"\n"):
            raise InputError("line_too_long", file=name, line=number, limit=LINE_LIMIT)
        yield line
        number += 1
        line = stream.readline(LINE_LIMIT)


def _record(name: str, number: int, line: bytes, source: str) -> Parsed | Deleted | Issue:
    try:
        if not _ORDER.match(line):
            return Parsed(decode(line), name, number)
        found = msgspec.json.decode(line, type=_Deletion)
    except msgspec.ValidationError as error:
        return _issue("record_shape", name, number, line, error)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        if str(error) == TRUNCATED and not line.endswith(b"\n"):
            raise InputError("file_truncated", file=name, line=number, reason=misfit.text(error)) from error
        return _issue("not_json", name, number, line, error)
    if ref(found.delete, found.id).source != source:
        values = {"id": found.id, "source": source, "kind": found.delete}
        return Issue(code="foreign_source", file=name, line=number, ref=found.id, values=values)
    return Deleted(found.delete, found.id, name, number)


def _issue(code: str, name: str, number: int, line: bytes, error: Exception) -> Issue:
    id_, found = _ID.search(line), _KIND.search(line)
    kind = found[1].decode() if found else ""
    return Issue(
        code=code,
        file=name,
        line=number,
        ref=id_[1].decode(errors="replace") if id_ else None,
        path=misfit.path(error) if code == "record_shape" else None,
        values={**misfit.values(error), "kind": kind if kind in KINDS else "service"},
    )


FORMAT = Json()
