"""Text files of importers, read a line at a time with bounds, so that no file can fill the memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from busdb.errors import InputError

LINE_LIMIT = 1_000_000


def text_lines(name: str, stream: BinaryIO, older: str | None = None) -> Iterator[str]:
    """The lines of a UTF-8 file, with or without a mark at its beginning.

    ``older`` is the encoding of a file whose first signs beyond ASCII are not UTF-8.

    Raises ``InputError`` for another encoding, NUL bytes, and a line of more than a million bytes.
    """
    number = 0
    encoding = None if older else "utf-8"
    while data := stream.readline(LINE_LIMIT):
        number += 1
        if len(data) >= LINE_LIMIT:
            raise InputError("line_too_long", file=name, line=number, limit=LINE_LIMIT)
        if number == 1 and data.startswith(codecs.BOM_UTF8):
            data = data.removeprefix(codecs.BOM_UTF8)
            encoding = "utf-8"
        if b"\0" in data:
            raise InputError("not_text", file=name, line=number)
        if encoding is None and not data.isascii():
            encoding = "utf-8" if _is_utf8(data) else older
        try:
            yield data.decode(encoding or "ascii")
        except UnicodeDecodeError as error:
            raise InputError("not_utf8", file=name, line=number, position=error.start + 1) from error


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
