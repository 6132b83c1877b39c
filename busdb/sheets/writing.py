"""Records as rows of a table: as text, as a workbook with drop-downs and notes; and empty tables to fill in.

What is written can be edited and read again. The same rows give the same bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from busdb import i18n
from busdb.html import INVISIBLE
from busdb.records import AnyRecord
from busdb.rows import Names
from busdb.sheets import cells, values
from busdb.sheets.columns import Column
from busdb.sheets.grid import letters
from busdb.sheets.headings import named_title, title
from busdb.sheets.marks import defused, quoted
from busdb.sheets.table import Table

DELIMITER = ";"
LISTED = 5_000
"""For how many rows a workbook offers drop-downs."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_HEAD = PatternFill("solid", start_color="FFDDE6F0")
_GREY = Font(italic=True, color="FF707070")
_TEXT, _MONEY, _DAY = "@", "#,##0.00", "dd.mm.yyyy"
_OLDEST = dt.date(1901, 1, 1)
"""Days before are written as text: workbooks do not know them all."""


class Shown(NamedTuple):
    """A column as it is written: itself, or the names of what it refers to."""

    column: Column
    names: bool = False

    def title(self, language: str) -> str:
        """The heading."""
        return named_title(self.column.name, language) if self.names else title(self.column.name, language)


def layout(table: Table, *, names: bool = True) -> list[Shown]:
    """The columns of a table as they are written, with ``names`` behind those that refer to something."""
    found = []
    for column in table.columns:
        found.append(Shown(column))
        if names and column.named:
            found.append(Shown(column, names=True))
    return found


def rows(table: Table, records: Iterable[AnyRecord], names: Names, language: str) -> Iterator[list[Any]]:
    """The values of the rows: text, days, amounts, numbers."""
    shown = layout(table)
    for record in records:
        for row in table.parts.split(record) if table.parts else (record,):
            yield [_names(one.column, row, names) if one.names else one.column.shown(row, language) for one in shown]


def _names(column: Column, row: Any, names: Names) -> str | None:
    value = column.get(row)
    ids = value if isinstance(value, tuple) else (value,) if value else ()
    return " | ".join(filter(None, (names.shown(column.named or "", one) for one in ids))) or None


def as_text(table: Table, values: Iterable[Sequence[Any]], language: str) -> Iterator[bytes]:
    """A table as text: UTF-8 with a mark, separated by semicolons, as Excel reads it."""
    head = [one.title(language) for one in layout(table)]
    yield b"\xef\xbb\xbf" + text_line(head)
    for row in values:
        yield text_line([defused(clean(cells.shown(value, language))) for value in row])


def text_line(texts: Sequence[str], delimiter: str = DELIMITER) -> bytes:
    """One line of a text file."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerow(texts)
    return buffer.getvalue().encode()


def clean(text: str) -> str:
    """A text without what workbooks cannot hold and nobody sees."""
    return INVISIBLE.sub("", text)


def template(table: Table, language: str) -> Iterator[bytes]:
    """An empty workbook with headings, notes, drop-downs and an example that is not imported."""
    return as_workbook(table, (), language, dt.datetime(*_EPOCH, tzinfo=dt.UTC), example=True)


def as_workbook(
    table: Table, values: Iterable[Sequence[Any]], language: str, moment: dt.datetime, *, example: bool = False
) -> Iterator[bytes]:
    """A table as a workbook with notes on its headings and drop-downs; ``example`` leaves out names beside ids."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(i18n.message(f"table.{table.name}", language=language))
    shown = layout(table, names=not example)
    sheet.freeze_panes = "A2"
    for place, one in enumerate(shown):
        width = sheet.column_dimensions[letters(place)]
        width.width = 40 if one.column.read is cells.markup else 22
        width.number_format = _format(one)
    sheet.append([_heading(sheet, one, language) for one in shown])
    if example:
        sheet.append([_example(sheet, one, language) for one in shown])
    for row in values:
        sheet.append([_cell(sheet, value, _format(one)) for value, one in zip(row, shown, strict=True)])
    for place, one in enumerate(shown):
        if (rule := _choices(one, language)) is not None:
            rule.add(f"{letters(place)}2:{letters(place)}{LISTED}")
            sheet.data_validations.append(rule)
    return packed(book, moment)


def _format(one: Shown) -> str:
    if one.column.read is values.money:
        return _MONEY
    return _DAY if one.column.read is values.day else _TEXT


def _heading(sheet: Any, one: Shown, language: str) -> Any:
    cell = WriteOnlyCell(sheet, one.title(language))
    cell.font, cell.fill = Font(bold=True, italic=one.names), _HEAD
    note = i18n.message("note.name_of" if one.names else f"note.{one.column.name}", language=language)
    if one.column.required and not one.names:
        note = f"{i18n.message('note.required', language=language)} {note}"
    cell.comment = Comment(note, "busdb", height=120, width=280)
    return cell


def _example(sheet: Any, one: Shown, language: str) -> Any:
    value = one.column.example
    if one.column.name == "id":
        value = i18n.message("note.example", language=language)
    cell = _cell(sheet, value, _format(one))
    if not hasattr(cell, "font"):
        cell = WriteOnlyCell(sheet, cell)
    cell.font = _GREY
    return cell


def _cell(sheet: Any, value: Any, format_: str) -> Any:
    """A cell of the right type: never a formula, whatever the text."""
    if value is None or value == ():
        return None
    if isinstance(value, dt.date) and value >= _OLDEST:
        cell = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # its stubs leave days out
        cell.number_format = _DAY
        return cell
    if isinstance(value, Decimal) and Decimal(repr(float(value))) == value:
        cell = WriteOnlyCell(sheet, float(value))
        cell.number_format = _MONEY if format_ == _MONEY else "General"
        return cell
    return text_cell(sheet, quoted(clean(cells.shown(value))))


def text_cell(sheet: Any, text: str) -> Any:
    """A cell of text, never a formula."""
    cell = WriteOnlyCell(sheet, text[: cells.LONGEST])
    cell.data_type = "s"
    cell.number_format = _TEXT
    if "\n" in text:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _choices(one: Shown, language: str) -> DataValidation | None:
    """The drop-down of a column that knows its values."""
    column = one.column
    if one.names or not column.choices:
        return None
    words = [i18n.message(f"choice.{code}", language=language) for code in column.choices]
    listed = ",".join(words)
    if len(listed) > 250:
        return None
    rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=True)
    rule.error = i18n.message("note.choices", {"choices": ", ".join(words)}, language)[:250]
    return rule


def packed(book: Workbook, moment: dt.datetime) -> Iterator[bytes]:
    """The bytes of a workbook, the same for the same content: times in it are those of ``moment``."""
    stamp = f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}".encode()
    with tempfile.TemporaryFile() as first, tempfile.TemporaryFile() as second:
        book.save(first)
        with zipfile.ZipFile(first) as before, zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED) as after:
            for part in before.infolist():
                entry = zipfile.ZipInfo(part.filename, _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                with before.open(part) as source, after.open(entry, "w") as target:
                    if part.filename == "docProps/core.xml":
                        target.write(_MODIFIED.sub(rb"\g<1>" + stamp, source.read()))
                    else:
                        while data := source.read(1 << 16):
                            target.write(data)
        second.seek(0)
        while data := second.read(1 << 16):
            yield data
