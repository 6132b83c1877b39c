"""Tables as offices have them: CSV with a heading, columns in any order and under any of their names."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple

from busdb.errors import InputError
from busdb.issues import Issue


class CellError(Exception):
    """A cell that cannot be read: its column, its value and why (a message id of the catalogue)."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(column, value, reason)
        self.column, self.value, self.reason = column, value, reason

    def issue(self, kind: str, file: str, line: int, ref: str | None = None) -> Issue:
        """The finding on a row that was to become a record of ``kind``."""
        values = {"column": self.column, "value": self.value, "reason": f"@{self.reason}", "kind": kind}
        return Issue(code="cell_invalid", file=file, line=line, ref=ref, path=self.column, values=values)


class Row(NamedTuple):
    """The cells of a row by column, and the line on which it begins."""

    line: int
    cells: dict[str, str]


def wording_digest(word: str, column: str, target: str, language: str) -> str:
    """The value of the id of a wording, made of its content: the same row is the same record wherever it stands."""
    return hashlib.sha256(f"{word}\n{column}\n{target}\n{language}".encode()).hexdigest()[:24]


def rows(
    name: str, lines: Iterator[str], columns: Mapping[str, str], needed: Set[str], error: str
) -> Iterator[Row | Issue]:
    """The rows of a table, separated by comma, semicolon or tab; headings that ``columns`` does not know are reported.

    ``columns`` gives the column that a heading in lower case names; of several that name one, the first filled cell
    counts. Raises ``InputError``: ``error`` where no heading names a ``needed`` column, ``csv_broken`` for broken rows.
    """
    heading = next(lines, "")
    delimiter = max(",;\t", key=heading.count)
    given = [cell.strip().casefold() for cell in _cells(name, 1, csv.reader([heading], delimiter=delimiter)) or ()]
    named = [columns.get(one) for one in given]
    if not needed & set(named):
        raise InputError(error, file=name, columns=", ".join(columns))
    for one in given:
        if one not in columns:
            yield Issue(code="column_unknown", file=name, line=1, path=one, values={"column": one})
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 2
        cells = _cells(name, line, reader)
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield Row(line, _by_column(named, cells))


def _cells(name: str, line: int, reader: Iterator[list[str]]) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as broken:
        raise InputError("csv_broken", file=name, line=line, reason=broken) from broken


def _by_column(columns: list[str | None], cells: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column and not found.get(column):
            found[column] = cell.replace("\u00a0", " ").strip()
    return found
