"""Bytes as rows of cells: text files separated by something, and workbooks. Bounded, and a row at a time."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO, Literal, NamedTuple

from busdb.errors import InputError
from busdb.issues import Issue
from busdb.sheets.cells import Raw
from busdb.textinput import text_lines

ROWS = 1_048_576
"""How many rows a table may have: as many as a sheet of Excel."""
COLUMNS = 400
BYTES = 1_000_000_000
"""How many bytes a text file may have."""
DELIMITERS = ";,\t|"
Encoding = Literal["utf-8-sig", "cp1252", "utf-16"]


class Line(NamedTuple):
    """A row with its number, counted from 1; cells of formulas without a value have their letters in ``formulas``."""

    number: int
    cells: list[Raw | None]
    formulas: tuple[str, ...] = ()


class Sheet(NamedTuple):
    """A sheet: its name (``None`` in text files), its rows, and what is to be said about it as a whole."""

    name: str | None
    lines: Iterator[Line]
    findings: tuple[Issue, ...] = ()
    hidden: bool = False


def letters(place: int) -> str:
    """The letters of a column, counted from 0: A to Z, AA ..."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def place(letters_: str) -> int:
    """The place of a column, counted from 0, by its letters."""
    found = 0
    for letter in letters_:
        found = found * 26 + ord(letter) - 64
    return found - 1


class Form(NamedTuple):
    """How a text file is written."""

    encoding: Encoding
    delimiter: str


def text_form(name: str, stream: BinaryIO) -> Form:
    """How a text file is written, told from its beginning. Raises ``InputError`` for what is no text."""
    stream.seek(0)
    begin = stream.read(65_536)
    stream.seek(0)
    if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding: Encoding = "utf-16"
    elif b"\0" in begin:
        raise InputError("not_text", file=name, line=begin[: begin.index(b"\0")].count(b"\n") + 1)
    else:
        encoding = "utf-8-sig" if _is_utf8(begin) else "cp1252"
    lines = begin.decode(encoding, errors="replace").splitlines()
    first = next((line for line in lines if line.strip()), "")
    if first.lower().startswith("sep=") and len(first.strip("\r\n")) == 5:
        return Form(encoding, first[4])
    some = "\n".join(lines[:20])
    return Form(encoding, max(DELIMITERS, key=lambda sign: (min(first.count(sign), 1), some.count(sign))))


def text_sheet(name: str, stream: BinaryIO) -> Sheet:
    """The rows of a text file. Raises ``InputError``: no text, broken, beyond all bounds."""
    stream.seek(0, io.SEEK_END)
    if stream.tell() > BYTES:
        raise InputError("table_too_large", file=name, limit=f"{BYTES // 1_000_000} MB")
    return Sheet(None, _text_rows(name, stream, text_form(name, stream)))


def _text_rows(name: str, stream: BinaryIO, form: Form) -> Iterator[Line]:
    stream.seek(0)
    lines = _utf16_lines(name, stream) if form.encoding == "utf-16" else text_lines(name, stream, older="cp1252")
    reader = csv.reader(lines, delimiter=form.delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise InputError("csv_broken", file=name, line=number, reason=error) from error
        if cells is None:
            return
        bounded(name, number, len(cells))
        if number > 1 or not (len(cells) in {1, 2} and cells[0].lower().startswith("sep=")):
            yield Line(number, [cell or None for cell in cells])


def bounded(name: str, number: int, columns: int) -> None:
    """Raise ``InputError`` for what no editor means: too many rows or columns."""
    if number > ROWS:
        raise InputError("table_too_long", file=name, limit=ROWS)
    if columns > COLUMNS:
        raise InputError("table_too_wide", file=name, line=number, limit=COLUMNS)


def _utf16_lines(name: str, stream: BinaryIO) -> Iterator[str]:
    text = io.TextIOWrapper(stream, encoding="utf-16", newline="")
    try:
        number = 0
        while line := text.readline(1_000_000):
            number += 1
            if len(line) >= 1_000_000:
                raise InputError("line_too_long", file=name, line=number, limit=1_000_000)
            yield line
    except UnicodeError as error:
        raise InputError("not_text", file=name, line=number + 1) from error
    finally:
        text.detach()  # else the wrapper would close the file with it


def _is_utf8(data: bytes) -> bool:
    """Whether the beginning of a file is UTF-8, except for a letter cut at its end."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True
