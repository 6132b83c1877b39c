"""Copies of delivered tables: all of it with the bad cells marked, or only the rows that are to be corrected."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from busdb import i18n
from busdb.formats import ImportContext, Input
from busdb.sheets import cells, grid, headings, reading, workbook, writing
from busdb.sheets.grid import Line, letters

FIELDS = ("severity", "file", "sheet", "line", "column", "heading", "value", "code", "message", "suggestion")
"""What is said of a finding in a list of findings, in this order."""
_COLORS = {"muss": "FFFFC7CE", "soll": "FFFFEB9C"}
_NO_TITLE = re.compile(r"[\[\]:*?/\\]")

Finding = Mapping[str, Any]
"""A finding as ``runs.describe`` gives it."""
Marks = Mapping[int, Mapping[int, list[Finding]]]
"""The findings on a sheet by line and place in it; those without a column are on the first cell."""


class Delivered(NamedTuple):
    """Tables as they were delivered, with what the import was told about them."""

    inputs: Sequence[Input]
    context: ImportContext
    books: bool


def marked(delivered: Delivered | None, findings: Sequence[Finding], moment: dt.datetime) -> Iterator[bytes]:
    """A workbook with the list of findings and, behind it, each delivered sheet with its bad cells marked."""
    book = Workbook(write_only=True)
    _list(book, findings)
    if delivered:
        for item in delivered.inputs:
            for sheet in reading.sheets(item, books=delivered.books):
                marks = _marks(findings, item.name, sheet.name)
                _copied(book, sheet.name or item.name, sheet.lines, marks)
    return writing.packed(book, moment)


def rejected(
    delivered: Delivered, item: Input, rows: Collection[tuple[str | None, int | None]], findings: Sequence[Finding]
) -> Iterator[bytes]:
    """A file like the delivered one with its headings and those of its rows only: sheet and line."""
    if not delivered.books:
        yield from _rejected_text(delivered, item, rows)
        return
    book = Workbook(write_only=True)
    for sheet in workbook.sheets(item.name, item.stream):
        lines = None if sheet.hidden else _kept(delivered, item, sheet, rows)
        if lines is not None:
            _copied(book, sheet.name or item.name, lines, _marks(findings, item.name, sheet.name))
    yield from writing.packed(book, dt.datetime(1980, 1, 1, tzinfo=dt.UTC))


def _rejected_text(
    delivered: Delivered, item: Input, rows: Collection[tuple[str | None, int | None]]
) -> Iterator[bytes]:
    form = grid.text_form(item.name, item.stream)
    lines = _kept(delivered, item, grid.text_sheet(item.name, item.stream), rows)
    yield b"\xef\xbb\xbf"
    for line in lines or ():
        yield writing.text_line([cells.shown(cell) for cell in line.cells], form.delimiter)


def _kept(
    delivered: Delivered, item: Input, sheet: grid.Sheet, rows: Collection[tuple[str | None, int | None]]
) -> Iterator[Line] | None:
    """The lines up to the headings and those rows, ``None`` where no row of the sheet is among them."""
    if not any(name == sheet.name for name, _ in rows):
        return None
    first, lines = reading.begun(sheet)
    told = delivered.context
    found = headings.find(item.name, sheet.name, first, told.table, told.headings)
    last = found.line if found else 0
    return (line for line in lines if line.number <= last or (sheet.name, line.number) in rows)


def _marks(findings: Sequence[Finding], file: str, sheet: str | None) -> Marks:
    marks: dict[int, dict[int, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for one in findings:
        if one["file"] == file and one["sheet"] == sheet and one["line"]:
            marks[one["line"]][grid.place(one["column"]) if one["column"] else 0].append(one)
    return marks


def listed(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[str | None]], moment: dt.datetime
) -> Iterator[bytes]:
    """A workbook with one list of texts: the first column is the severity, two before the last one are sentences."""
    book = Workbook(write_only=True)
    _rows(book, title, headings, rows, frozenset((len(headings) - 3, len(headings) - 2)))
    return writing.packed(book, moment)


def _list(book: Any, findings: Sequence[Finding]) -> None:
    rows = ([one[name] for name in FIELDS] for one in findings)
    wide = frozenset(FIELDS.index(name) for name in ("message", "suggestion"))
    heads = [i18n.message(f"label.{name}") for name in FIELDS]
    _rows(book, i18n.message("table.findings"), heads, rows, wide)


def _rows(book: Any, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], wide: Collection[int]) -> None:
    """A sheet of findings; the columns at ``wide`` places hold sentences."""
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place in range(len(headings)):
        sheet.column_dimensions[letters(place)].width = 60 if place in wide else 16
    head = [WriteOnlyCell(sheet, one) for one in headings]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for one in rows:
        row = [None if value is None else _value(sheet, value) for value in one]
        row[0].fill = _fill(one[0])  # type: ignore[union-attr]  # a finding has a severity
        sheet.append(row)


def _copied(book: Any, name: str, lines: Iterator[Line], marks: Marks) -> None:
    title = _NO_TITLE.sub(" ", name)[:28] or "1"
    taken = {one.lower() for one in book.sheetnames}
    while title.lower() in taken:
        title = f"{title[:28]}~{len(taken)}"
    sheet = book.create_sheet(title)
    for line in lines:
        row: list[Any] = [None if cell is None else _value(sheet, cell) for cell in line.cells]
        for place, some in marks.get(line.number, {}).items():
            row.extend([None] * (place + 1 - len(row)))
            cell = row[place] if row[place] is not None else WriteOnlyCell(sheet)
            worst = "muss" if any(one["severity"] == "muss" for one in some) else "soll"
            cell.fill = _fill(worst)
            said = "\n".join(" ".join(filter(None, (one["message"], one["suggestion"]))) for one in some)
            cell.comment = Comment(said, "busdb", height=160, width=320)
            row[place] = cell
        sheet.append(row)


def _fill(severity: str) -> PatternFill:
    return PatternFill("solid", start_color=_COLORS[severity])


def _value(sheet: Any, value: Any) -> Any:
    """A cell with what stood there; text stays text."""
    if isinstance(value, str):
        return writing.text_cell(sheet, writing.clean(value))
    return WriteOnlyCell(sheet, value)
