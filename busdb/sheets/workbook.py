"""Workbooks (XLSX) as rows of cells, read in constant memory; formulas are never worked out.

openpyxl's quick reader says nothing about merged cells, hidden rows and formulas without a value; these are looked for
in the XML of the sheet itself, before. Nothing of a workbook is read that unpacks to more than its bounds.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, TypeVar

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries

from busdb.errors import InputError
from busdb.issues import Issue
from busdb.sheets.cells import Raw
from busdb.sheets.grid import Line, Sheet, bounded, letters

MAGIC = b"PK\x03\x04"
OLD = b"\xd0\xcf\x11\xe0"
"""How workbooks of old times (XLS) and locked ones begin."""
UNPACKED = 400_000_000
"""How many bytes all parts of a workbook may unpack to."""
PARTS = 2_000
SHARED = 100_000_000
"""How many bytes the texts may have that openpyxl holds in memory."""
CHUNK = 1 << 20
ROW_BYTES = 8 * CHUNK
NAMED = 3
"""How many rows a finding about many names."""
_P = rb"(?:\w+:)?"
_ROW = re.compile(rb"<" + _P + rb"row\s[^>]*>")
_NUMBER = re.compile(rb'\sr="(\d+)"')
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_MERGE = re.compile(rb"<" + _P + rb'mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_FORMULA = re.compile(
    rb"<" + _P + rb'c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<' + _P + rb"f\b[^>]*?(?:/>|>[^<]*</" + _P + rb"f>)\s*"
    rb"(?:<" + _P + rb"v\s*/>|<" + _P + rb"v></" + _P + rb"v>|(?=</))"
)
_MARKS = 100_000
"""How many hidden rows, merged ranges and formulas without a value are looked after."""


class _Marks(NamedTuple):
    hidden: list[int]
    merged: list[tuple[int, int, int, int]]
    formulas: dict[int, list[str]]


def is_workbook(name: str, stream: BinaryIO) -> bool:
    """Whether a file begins as a workbook does. Raises ``InputError`` for one of old times, or locked."""
    stream.seek(0)
    begin = stream.read(4)
    stream.seek(0)
    if begin == OLD:
        raise InputError("workbook_old", file=name)
    return begin == MAGIC


def sheets(name: str, stream: BinaryIO) -> Iterator[Sheet]:
    """The sheets of a workbook. Raises ``InputError``: no workbook, broken, beyond all bounds."""
    stream.seek(0)
    return _guarded(name, _opened(name, stream))


def _opened(name: str, stream: BinaryIO) -> Iterator[Sheet]:
    with zipfile.ZipFile(stream) as packed:
        _check(name, packed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that openpyxl does not know
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            marks = _marks(name, packed, sheet._worksheet_path)  # type: ignore[attr-defined]  # noqa: SLF001  # see above
            hidden = sheet.sheet_state != "visible"
            findings = tuple(_findings(name, sheet.title, marks))
            yield Sheet(sheet.title, _guarded(name, _lines(name, sheet, marks)), findings, hidden)


Item = TypeVar("Item")


def _guarded(name: str, items: Iterator[Item]) -> Iterator[Item]:
    """The items, with whatever a library stumbles over in a broken file as an ``InputError``."""
    while True:
        try:
            item = next(items, None)
        except InputError:
            raise
        except Exception as error:  # openpyxl and zipfile raise whatever the bytes lead to
            raise InputError("workbook_broken", file=name, reason=type(error).__name__) from error
        if item is None:
            return
        yield item


def _check(name: str, packed: zipfile.ZipFile) -> None:
    """Refuse what unpacks to too much, is locked, or defines entities, before anything of it is read."""
    parts = packed.infolist()
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise InputError("table_too_large", file=name, limit=f"{UNPACKED // 1_000_000} MB")
    for part in parts:
        if part.flag_bits & 1:
            raise InputError("workbook_locked", file=name)
        if part.filename.endswith("sharedStrings.xml") and part.file_size > SHARED:
            raise InputError("table_too_large", file=name, limit=f"{SHARED // 1_000_000} MB")
        if part.filename.endswith((".xml", ".rels")):
            with packed.open(part) as file:
                begin = file.read(4096).replace(b"\0", b"")
            if b"<!DOCTYPE" in begin or b"<!ENTITY" in begin:
                raise InputError("workbook_entities", file=name)


def _marks(name: str, packed: zipfile.ZipFile, path: str) -> _Marks:
    marks = _Marks([], [], {})
    with packed.open(path) as file:
        rest = b""
        while chunk := file.read(CHUNK):
            rest += chunk
            end = max(rest.rfind(b"</row>"), rest.rfind(b":row>"))
            if end >= 0:
                _note(rest[:end], marks)
                rest = rest[end:]
            if len(rest) > ROW_BYTES:
                raise InputError("table_too_large", file=name, limit=f"{ROW_BYTES // CHUNK} MB")
        _note(rest, marks)
    return marks


def _note(xml: bytes, marks: _Marks) -> None:
    if b"hidden=" in xml and len(marks.hidden) < _MARKS:
        rows = (found[0] for found in _ROW.finditer(xml))
        marks.hidden.extend(int(number[1]) for row in rows if _HIDDEN.search(row) and (number := _NUMBER.search(row)))
    if b"mergeCell" in xml and len(marks.merged) < _MARKS:
        marks.merged.extend(range_boundaries(found[1].decode()) for found in _MERGE.finditer(xml))  # type: ignore[misc]  # a whole range
    if b"f>" in xml or b"/>" in xml:
        for column, row in _FORMULA.findall(xml)[: max(0, _MARKS - len(marks.formulas))]:
            marks.formulas.setdefault(int(row), []).append(column.decode())


def _findings(name: str, title: str, marks: _Marks) -> Iterator[Issue]:
    if marks.hidden:
        rows = ", ".join(map(str, marks.hidden[:NAMED])) + (" …" if len(marks.hidden) > NAMED else "")
        values = {"count": str(len(marks.hidden)), "rows": rows}
        yield Issue(code="rows_hidden", file=name, sheet=title, line=marks.hidden[0], values=values)
    down = [one for one in marks.merged if one[3] > one[1]]
    if down:
        first = f"{letters(down[0][0] - 1)}{down[0][1]}:{letters(down[0][2] - 1)}{down[0][3]}"
        values = {"count": str(len(down)), "first": first}
        yield Issue(code="cells_merged", file=name, sheet=title, line=down[0][1], values=values)


def _lines(name: str, sheet: Any, marks: _Marks) -> Iterator[Line]:
    """The rows of a sheet; cells that are merged downwards all have the value of the first."""
    sheet.reset_dimensions()  # what a workbook says of its size may be anything
    down = sorted((first, column - 1, last) for column, first, _, last in marks.merged if last > first)
    place = 0
    filled: dict[int, tuple[int, Raw | None]] = {}
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        bounded(name, number, len(row))
        cells = list(row)
        while place < len(down) and down[place][0] == number:
            _, column, last = down[place]
            filled[column] = (last, cells[column] if column < len(cells) else None)
            place += 1
        for column in [column for column, (last, _) in filled.items() if last < number]:
            del filled[column]
        for column, (_, value) in filled.items():
            cells.extend([None] * (column + 1 - len(cells)))
            cells[column] = value if cells[column] is None else cells[column]
        yield Line(number, [None if cell == "" else cell for cell in cells], tuple(marks.formulas.get(number, ())))
