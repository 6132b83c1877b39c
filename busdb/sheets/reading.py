"""Rows of a table as edits of records: bad rows end in findings, one for each bad cell."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from typing import Any, NamedTuple

from msgspec.structs import replace

from busdb.errors import InputError
from busdb.formats import Covers, Edit, ImportContext, Input, Parsed
from busdb.issues import Issue
from busdb.records import AnyRecord
from busdb.rows import Spot, TableRow
from busdb.sheets import cells, grid, headings, workbook
from busdb.sheets.cells import Desk, MisreadError, Raw
from busdb.sheets.columns import Column
from busdb.sheets.grid import Line, Sheet
from busdb.sheets.headings import Found, spot_map
from busdb.sheets.marks import EXAMPLE, bare
from busdb.sheets.table import Table
from busdb.sheets.tables import TABLES
from busdb.textfold import fold

_MADE = re.compile(r"[0-9a-f]{24}")
"""The value of an id that was made of a row's content."""
_FIRST = ("authority", "online_service", "form")
"""The kinds that rows of the same delivery may refer to by name."""


class _Head(NamedTuple):
    """What all rows of a sheet share."""

    file: str
    sheet: str | None
    found: Found
    spots: Mapping[str, Spot]


def read(inputs: Sequence[Input], context: ImportContext, *, books: bool) -> Iterator[Edit | Issue | Covers]:
    """The edits and findings of tables: of workbooks, or of text files. Raises ``InputError``."""
    own = _own_names(inputs, context, books=books)
    desk = Desk(context.names, context.source, own)
    seen = False
    for item in inputs:
        for head, lines in _tables(item, context, books=books):
            if isinstance(head, Issue):
                yield head
                continue
            seen = True
            yield Covers(head.found.table.kind)
            yield from head.found.findings
            for line in lines:
                yield from _row(head, line, desk)
    if not seen:
        raise InputError("table_none", file=", ".join(item.name for item in inputs), tables=", ".join(TABLES))


def _tables(item: Input, context: ImportContext, *, books: bool) -> Iterator[tuple[_Head | Issue, Iterator[Line]]]:
    """The tables of a file with their rows below the headings; what is passed over is a finding."""
    nothing: Iterator[Line] = iter(())
    for sheet in sheets(item, books=books):
        if sheet.hidden:
            yield (
                Issue(code="sheet_hidden", file=item.name, sheet=sheet.name, values={"sheet": sheet.name or ""}),
                nothing,
            )
            continue
        first, lines = begun(sheet)
        found = headings.find(item.name, sheet.name, first, context.table, context.headings) if first else None
        if found is None:
            if first:
                issue = Issue(code="sheet_unknown", file=item.name, sheet=sheet.name, line=first[0].number,
                              values={"sheet": sheet.name or item.name}, suggestion="suggestion.kind")  # fmt: skip
                yield issue, nothing
            continue
        for issue in sheet.findings:
            yield issue, nothing
        above = [line for line in first if line.number < found.line]
        if above:
            yield Issue(code="rows_skipped", file=item.name, sheet=sheet.name, line=above[0].number,
                        values={"count": str(len(above))}), nothing  # fmt: skip
        head = found.line
        below = (line for line in lines if line.number > head)
        yield _Head(item.name, sheet.name, found, spot_map(found.table, found.places)), below


def begun(sheet: Sheet) -> tuple[list[Line], Iterator[Line]]:
    """The first rows of a sheet, among which its headings are, and all of its rows that are not empty."""
    lines = (line for line in sheet.lines if any(cell is not None for cell in line.cells) or line.formulas)
    first = list(islice(lines, headings.LOOKED_AT))
    return first, chain(first, lines)


def sheets(item: Input, *, books: bool) -> Iterator[Sheet]:
    """The sheets of a file. Raises ``InputError`` for what is no such file."""
    item.stream.seek(0, io.SEEK_END)
    if not item.stream.tell():
        raise InputError("file_empty", file=item.name)
    if workbook.is_workbook(item.name, item.stream) != books:
        raise InputError("table_is_text" if books else "table_is_workbook", file=item.name)
    if books:
        yield from workbook.sheets(item.name, item.stream)
    else:
        yield grid.text_sheet(item.name, item.stream)


def _own_names(inputs: Sequence[Input], context: ImportContext, *, books: bool) -> dict[str, dict[str, list[str]]]:
    """The names of what the files themselves describe, so that their rows can refer to each other in any order."""
    own: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    desk = Desk(context.names, context.source, {})
    for item in inputs:
        for head, lines in _tables(item, context, books=books):
            if isinstance(head, Issue) or head.found.table.kind not in _FIRST:
                continue
            table = head.found.table
            for line in lines:
                name = _cell(head, line, "name")
                if name is None or _is_example(head, line):
                    continue
                try:
                    id_ = _identify(head, line, desk, _key(head, line, desk)[0])
                except MisreadError:
                    continue
                text = fold(cells.as_text(name))
                for said in {text, fold(id_.partition(".")[2])}:
                    if id_ not in own[table.kind][said]:
                        own[table.kind][said].append(id_)
    return own


def _cell(head: _Head, line: Line, name: str) -> Raw | None:
    """The first filled cell of a column."""
    spot = _spot(head, line, name)
    return None if spot is None else bare(line.cells[spot.place])


def _spot(head: _Head, line: Line, name: str) -> Spot | None:
    for spot in head.found.places.get(name, ()):
        if spot.place < len(line.cells):
            cell = line.cells[spot.place]
            if cell is not None and cells.as_text(cell):
                return spot
    return None


def _is_example(head: _Head, line: Line) -> bool:
    said = _cell(head, line, "id")
    return said is not None and cells.as_text(said).casefold().startswith(EXAMPLE)


def _row(head: _Head, line: Line, desk: Desk) -> Iterator[Edit | Issue]:
    """The edits of a row: several where it names several synonyms and no id."""
    if _is_example(head, line):
        return
    for column in line.formulas:
        places = {spot.letters: spot for some in head.found.places.values() for spot in some}
        if column in places:
            yield _issue(head, line, "cell_formula", places[column], path=places[column].heading)
            return
    table, everyday = head.found.table, _spot(head, line, "everyday")
    if table.name == "synonyms" and everyday and _cell(head, line, "id") is None:
        for word in cells.words(line.cells[everyday.place] or "", desk):
            one = list(line.cells)
            one[everyday.place] = word
            yield _edit(head, line._replace(cells=one), desk)
        desk.notes.clear()
        return
    yield _edit(head, line, desk)


def _edit(head: _Head, line: Line, desk: Desk) -> Edit:
    table = head.found.table
    more: list[Issue] = []
    id_ = ""
    try:
        said, errors = _key(head, line, desk) if _cell(head, line, "id") is None else ({}, [])
        id_ = "" if errors else _identify(head, line, desk, said)
    except MisreadError as error:
        more = [_misread(head, line, table.columns[0], error)]
    desk.notes.clear()
    if id_:
        return Edit(table.kind, id_, _Maker(head, line, id_, desk).made, again=table.parts is not None)

    def findings(_: AnyRecord | None) -> Iterator[Issue]:
        """All that is wrong with a row of which not even the id can be told."""
        yield from more
        made = _Maker(head, line, f"{desk.source}.", desk).made(None)
        yield from (replace(found, ref=None) for found in made if isinstance(found, Issue))

    return Edit(table.kind, "", findings)


def _key(head: _Head, line: Line, desk: Desk) -> tuple[dict[str, Any], list[Issue]]:
    """What a row says in the columns of which its id is made, and what of that cannot be read.

    Of what has a name, as it is written: rows of one file may refer to each other.
    """
    table = head.found.table
    said: dict[str, Any] = {}
    errors: list[Issue] = []
    for name in table.key:
        column, raw = table.column(name), _cell(head, line, name)
        assert column is not None  # the key names columns of the table
        try:
            if raw is None and column.required:
                raise MisreadError("reason.empty")  # as the reader would
            said[name] = None if raw is None else fold(cells.as_text(raw)) if table.by_name else column.read(raw, desk)
        except MisreadError as error:
            errors.append(_misread(head, line, column, error))
    return said, errors


def _identify(head: _Head, line: Line, desk: Desk, said: dict[str, Any]) -> str:
    """The id of a row: the one it has, that of the source's record of its name, or one made of its content."""
    table, raw = head.found.table, _cell(head, line, "id")
    if raw is not None:
        found: str = table.columns[0].read(raw, desk)
        return found
    made = f"{desk.source}.{table.digest(said)}"
    name = _cell(head, line, "name")
    if table.by_name and name is not None:
        known = [one for one in desk.names.find(table.kind, cells.as_text(name)) if one.startswith(f"{desk.source}.")]
        others = [one for one in known if not _MADE.fullmatch(one.partition(".")[2])]
        if made not in known and len(others) > 1:
            raise MisreadError("reason.ambiguous", "suggestion.one_of", near=", ".join(others[:3]))
        return others[0] if made not in known and others else made
    return made


class _Maker:
    """Makes the record of a row when the record that is kept is known."""

    def __init__(self, head: _Head, line: Line, id_: str, desk: Desk) -> None:
        self._head, self._line, self._id, self._desk = head, line, id_, desk

    @cached_property
    def _cells(self) -> dict[str, Raw | None]:
        """The filled cells of the row by their columns."""
        return {name: _cell(self._head, self._line, name) for name in self._head.found.places}

    def made(self, current: AnyRecord | None) -> Iterator[Parsed | Issue]:
        """The record, or what rejects it."""
        table = self._head.found.table
        record: Any = current or table.blank(self._id)
        errors: list[Issue] = []
        notes: list[Issue] = []
        said = {name for name, cell in self._cells.items() if cell is not None}
        row = record
        if table.parts:
            chosen = {name: self._chosen(table, name) for name in table.parts.chosen}
            row = table.parts.pick(record, chosen)
        for column in table.columns:
            if column.name == "id" or column.name not in self._head.found.places:
                continue
            try:
                row = self._with(column, row)
            except MisreadError as error:
                errors.append(_misread(self._head, self._line, column, error, self._id))
            notes += self._notes(column)
        yield from notes
        if errors:
            yield from errors
            return
        row = table.finish(row, said)
        record = table.parts.merge(record, row) if table.parts else row
        table_row = TableRow(self._head.sheet, self._head.spots, _texts(self._line))
        yield Parsed(record, self._head.file, self._line.number, again=table.parts is not None, row=table_row)

    def _with(self, column: Column, record: Any) -> Any:
        raw = self._cells[column.name]
        made = column.changed(record, raw, self._desk)
        if column.required and not column.get(made):
            raise MisreadError("reason.empty")
        return made

    def _chosen(self, table: Table, name: str) -> Any:
        """What a row says in a column that says which part it is about; what cannot be read is found out later."""
        column, raw = table.column(name), _cell(self._head, self._line, name)
        assert column is not None  # the parts name columns of the table
        try:
            return None if raw is None else column.read(raw, self._desk)
        except MisreadError:
            return None

    def _notes(self, column: Column) -> Iterator[Issue]:
        notes, self._desk.notes = self._desk.notes, []
        for code, suggestion, values in notes:
            spot = _spot(self._head, self._line, column.name)
            if spot:
                yield replace(
                    _issue(self._head, self._line, code, spot, path=column.path, **values),
                    ref=self._id, suggestion=suggestion,
                )  # fmt: skip


def _misread(head: _Head, line: Line, column: Column, error: MisreadError, ref: str | None = None) -> Issue:
    spots = head.found.places.get(column.name, ())
    spot = _spot(head, line, column.name) or (spots[0] if spots else Spot("", headings.title(column.name, "de"), 10**6))
    values = {"reason": f"@{error.reason}", "kind": head.found.table.kind, **error.values}
    issue = _issue(head, line, "cell_invalid", spot, path=column.path, **values)
    return replace(issue, ref=ref, suggestion=error.suggestion)


def _issue(head: _Head, line: Line, code: str, spot: Spot, path: str, **values: str) -> Issue:
    cell = line.cells[spot.place] if spot.place < len(line.cells) else None
    text = cells.shown(cell)[:300]
    return Issue(code=code, file=head.file, sheet=head.sheet, line=line.number, column=spot.letters or None,
                 heading=spot.heading, path=path, value=text,
                 values={"column": spot.heading, "value": text, "kind": head.found.table.kind, **values})  # fmt: skip


def _texts(line: Line) -> list[str]:
    return [cells.shown(cell)[:300] for cell in line.cells]
