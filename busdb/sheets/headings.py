"""Which table a sheet holds, and which of its columns stands where: by name of the sheet and headings, or as told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from busdb import i18n
from busdb.errors import InputError
from busdb.issues import Issue
from busdb.rows import Spot
from busdb.sheets import cells
from busdb.sheets.columns import Column
from busdb.sheets.grid import Line, letters
from busdb.sheets.table import Table
from busdb.sheets.tables import TABLES
from busdb.textfold import fold

LOOKED_AT = 20
"""Among how many rows the headings are looked for."""
LIKE = 75


class Found(NamedTuple):
    """The headings of a sheet: its table, the columns with their places, best first, and findings on the headings."""

    table: Table
    line: int
    places: Mapping[str, tuple[Spot, ...]]
    findings: tuple[Issue, ...]


def same(heading: str) -> str:
    """A heading as headings are compared."""
    return fold(heading.replace("_", " ")).replace(" ", "")


def title(name: str, language: str) -> str:
    """The heading of a column."""
    return i18n.message(f"column.{name}", language=language)


def known(table: Table) -> Mapping[str, tuple[str, int]]:
    """The headings that a table knows, each with its column and its rank among several of one column."""
    return _known(table.name)


@cache
def _known(name: str) -> Mapping[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for column in TABLES[name].columns:
        own = [column.name, *(title(column.name, language) for language in i18n.LANGUAGES)]
        if column.named:
            own += [named_title(column.name, language) for language in i18n.LANGUAGES]
        for rank, heading in enumerate([*own, *column.aliases.split()]):
            found.setdefault(same(heading), (column.name, rank))
    return found


def named_title(name: str, language: str) -> str:
    """The heading of the column that shows the names of what another refers to."""
    return i18n.message("column.name_of", {"column": title(name, language)}, language)


def sheet_titles(table: Table) -> frozenset[str]:
    """What a sheet of a table is called."""
    names = (i18n.message(f"table.{table.name}", language=language) for language in i18n.LANGUAGES)
    return frozenset(map(same, (table.name, table.kind, *names)))


def find(
    file: str, sheet: str | None, lines: Sequence[Line], wanted: str | None, renamed: Mapping[str, str]
) -> Found | None:
    """The headings among the first lines of a sheet, ``None`` where there are none of any table.

    ``wanted`` is the table that the editor names, ``renamed`` what the source calls its columns. Raises ``InputError``:
    several tables fit, a column that rows need is missing, or an unknown table is wanted.
    """
    tables = [told(wanted)] if wanted else list(TABLES.values())
    called = [table for table in tables if sheet is not None and same(sheet) in sheet_titles(table)]
    best: list[tuple[int, int, Table]] = []
    for table in called or tables:
        for position, line in enumerate(lines[:LOOKED_AT]):
            given = _given(line, table, renamed)
            hits = {column for column, _ in given.values()}
            if len(hits) >= 2 or (
                hits and (wanted or called) and len(given) >= len([one for one in line.cells if one])
            ):
                best.append((len(hits), -position, table))
    if not best:
        if wanted or called:
            raise _missing(file, (called or tables)[0], frozenset())
        return None
    most = max(hits for hits, _, _ in best)
    fitting = [(position, table) for hits, position, table in best if hits == most]
    whole = [one for one in fitting if not _needed(one[1]) - _hits(lines[-one[0]], one[1], renamed)] or fitting
    if len({table.name for _, table in whole}) > 1:
        words = same(file.rpartition(".")[0])
        whole = [one for one in whole if any(name in words for name in sheet_titles(one[1]))] or whole
    if len({table.name for _, table in whole}) > 1:
        names = ", ".join(dict.fromkeys(table.name for _, table in whole))
        raise InputError("table_ambiguous", file=file, sheet=sheet or file, tables=names)
    position, table = whole[0]
    return _found(file, sheet, lines[-position], table, renamed)


def told(name: str) -> Table:
    """The table of a name. Raises ``InputError`` for an unknown one."""
    if name not in TABLES:
        raise InputError("table_unknown", table=name, known=", ".join(TABLES))
    return TABLES[name]


def _needed(table: Table) -> frozenset[str]:
    return frozenset(column.name for column in table.columns if column.required)


def _hits(line: Line, table: Table, renamed: Mapping[str, str]) -> set[str]:
    return {column for column, _ in _given(line, table, renamed).values()}


def _given(line: Line, table: Table, renamed: Mapping[str, str]) -> dict[int, tuple[str, int]]:
    """The columns of a line of headings by their places."""
    heads = known(table)
    own = {same(said): meant for said, meant in renamed.items()}
    found: dict[int, tuple[str, int]] = {}
    for place, cell in enumerate(line.cells):
        said = same(cells.as_text(cell)) if cell is not None else ""
        if said in own and table.column(own[said]):
            found[place] = (own[said], -1)
        elif said in heads:
            found[place] = heads[said]
    return found


def _missing(file: str, table: Table, hits: frozenset[str]) -> InputError:
    names = ", ".join(title(name, i18n.current()) for name in sorted(_needed(table) - hits))
    return InputError("table_columns_missing", file=file, table=table.name, columns=names)


def _found(file: str, sheet: str | None, line: Line, table: Table, renamed: Mapping[str, str]) -> Found:
    given = _given(line, table, renamed)
    if _needed(table) - {column for column, _ in given.values()}:
        raise _missing(file, table, frozenset(column for column, _ in given.values()))
    places: dict[str, list[tuple[int, Spot]]] = defaultdict(list)
    for place, (column, rank) in given.items():
        places[column].append((rank, Spot(letters(place), cells.as_text(line.cells[place] or ""), place)))
    ordered = {
        column: tuple(spot for _, spot in sorted(some, key=lambda one: one[0])) for column, some in places.items()
    }
    findings = tuple(_doubtful(file, sheet, line, table, given, places))
    return Found(table, line.number, ordered, findings)


def _doubtful(
    file: str,
    sheet: str | None,
    line: Line,
    table: Table,
    given: Mapping[int, tuple[str, int]],
    places: Mapping[str, list[tuple[int, Spot]]],
) -> Iterator[Issue]:
    """Headings that are unknown, and those that stand there twice."""
    for place, cell in enumerate(line.cells):
        said = cells.as_text(cell) if cell is not None else ""
        if said and place not in given:
            choices = {heading: title(column, i18n.current()) for heading, (column, _) in known(table).items()}
            near = process.extractOne(same(said), choices.keys(), scorer=fuzz.ratio, score_cutoff=LIKE)
            values = {"column": said} | ({"near": choices[near[0]]} if near else {})
            yield Issue(code="column_unknown", file=file, line=line.number, path=said, sheet=sheet,
                        column=letters(place), heading=said, value=said, values=values,
                        suggestion="suggestion.near" if near else "suggestion.map")  # fmt: skip
    for column, some in places.items():
        ranks = [rank for rank, _ in some]
        for rank, spot in some:
            if ranks.count(rank) > 1 and spot is not next(one for other, one in some if other == rank):
                yield Issue(code="column_double", file=file, line=line.number, path=column, sheet=sheet,
                            column=spot.letters, heading=spot.heading, value=spot.heading,
                            values={"column": spot.heading})  # fmt: skip


def column_named(text: str) -> str:
    """The column of any table that is meant by a word, for mappings. Raises ``InputError``."""
    for table in TABLES.values():
        if found := known(table).get(same(text)):
            return found[0]
    names = sorted({column.name for table in TABLES.values() for column in table.columns})
    raise InputError("column_name_unknown", column=text, known=", ".join(names))


def spot_map(table: Table, places: Mapping[str, tuple[Spot, ...]]) -> dict[str, Spot]:
    """The columns by the fields that they fill, as findings name these."""
    found: dict[str, Spot] = {}
    for column in table.columns:
        if column.name in places:
            for path in _above(column):
                found.setdefault(path, places[column.name][0])
    return found


def _above(column: Column) -> Iterator[str]:
    """The path of a column, and those of what contains it, for findings that are about the whole."""
    yield column.path
    parent = column.path.rpartition(".")[0]
    if parent and parent != "$":
        yield parent
