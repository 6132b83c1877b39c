"""The gazetteer as a table: CSV with a heading, one area a row; further files add columns to the same areas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

from busdb.codelists import AREA_KINDS, significant
from busdb.errors import InputError
from busdb.formats import ImportContext, Input, Parsed
from busdb.issues import Issue
from busdb.records import COUNTRY, Area, AreaMember
from busdb.tables import CellError, rows
from busdb.textinput import text_lines
from busdb.validity import exclusive

COLUMNS = (
    "ars",
    "key",
    "name",
    "kind",
    "parent",
    "postal_codes",
    "aliases",
    "valid_from",
    "valid_to",
    "successor",
    "members",
    "population",
)
NEEDED = frozenset({"kind", "name"})
LENGTHS = frozenset({2, 3, 5, 9, 12})


class Areas:
    """The importer of gazetteers."""

    kinds: ClassVar[tuple[str, ...]] = ("area",)
    strict: ClassVar[bool] = False
    files: ClassVar[tuple[int, int | None]] = (1, None)
    canonical: ClassVar[bool] = False

    def read(self, inputs: Sequence[Input], context: ImportContext) -> Iterator[Parsed | Issue]:
        """Yield the areas, put together from all files. Raises ``InputError``."""
        known: dict[str, tuple[str, int, dict[str, str]]] = {}
        columns: set[str] = set()
        for name, stream in inputs:
            lines = text_lines(name, stream)
            for row in rows(name, lines, {one: one for one in COLUMNS}, {"ars", "key"}, "areas_heading"):
                if isinstance(row, Issue):
                    yield row
                    continue
                line, cells = row
                columns.update(cells)
                try:
                    code = _own_code(cells, context.source)
                except CellError as error:
                    yield error.issue("area", name, line)
                    continue
                if code not in known:
                    known[code] = (name, line, cells)
                elif known[code][0] == name:
                    yield Issue(
                        code="duplicate_id",
                        file=name,
                        line=line,
                        ref=f"{context.source}.{code}",
                        values={"id": code, "kind": "area"},
                    )
                else:
                    known[code][2].update({column: cell for column, cell in cells.items() if cell})
        if known and (missing := NEEDED - columns):
            files = ", ".join(item.name for item in inputs)
            raise InputError("columns_missing", file=files, columns=", ".join(sorted(missing)))
        for code, (name, line, cells) in known.items():
            id_ = code if code.startswith(f"{context.source}.") else f"{context.source}.{code}"
            try:
                yield Parsed(_area(id_, cells, context.source), name, line)
            except CellError as error:
                yield error.issue("area", name, line, id_)


def _own_code(cells: dict[str, str], source: str) -> str:
    if cells.get("ars"):
        return _ars(cells, "ars")
    key = cells.get("key", "")
    if not key:
        raise CellError("ars", "", "reason.ars_or_key")
    return key if key == COUNTRY else f"{source}.{key}"


def _ars(cells: dict[str, str], column: str) -> str:
    value = cells[column]
    if not (value.isascii() and value.isdigit() and len(value) in LENGTHS):
        raise CellError(column, value, "reason.ars_digits")
    return significant(value)


def _code(cells: dict[str, str], column: str, source: str) -> str | None:
    """An area as another names it: an ARS, a key of this file, or a full id."""
    value = cells.get(column, "")
    return _named(value, column, source) if value else None


def _named(value: str, column: str, source: str) -> str:
    if value == COUNTRY:
        return value
    if value[:1].isdigit():
        return _ars({column: value}, column)
    return value if "." in value else f"{source}.{value}"


def _area(id_: str, cells: dict[str, str], source: str) -> Area:
    ars = cells.get("ars") or None
    kind = AREA_KINDS.get(cells.get("kind", "").casefold())
    if kind is None:
        raise CellError("kind", cells.get("kind", ""), "reason.area_kind")
    if not cells.get("name"):
        raise CellError("name", "", "reason.empty")
    members = tuple(AreaMember(area=_named(one, "members", source)) for one in _list(cells, "members"))
    return Area(
        id=id_,
        kind=kind,
        name=cells["name"],
        ars=_shown(ars, kind) if ars else None,
        parent=_code(cells, "parent", source),
        aliases=_list(cells, "aliases"),
        postal_codes=tuple(_postal_code(one) for one in _list(cells, "postal_codes", " ")),
        successor=_code(cells, "successor", source),
        population=_read(cells, "population", int, "reason.number"),
        members=members,
        valid_from=_read(cells, "valid_from", dt.date.fromisoformat, "reason.date"),
        valid_to=exclusive(_read(cells, "valid_to", dt.date.fromisoformat, "reason.date")),
    )


def _shown(ars: str, kind: str) -> str:
    """Municipalities keep their twelve digits, other areas the significant ones."""
    code = significant(ars)
    return code.ljust(12, "0") if kind in {"municipality", "city", "city_state"} else code


def _list(cells: dict[str, str], column: str, also: str = "|") -> tuple[str, ...]:
    parts = cells.get(column, "").replace(also, "|").split("|")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _postal_code(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) == 5):
        raise CellError("postal_codes", text, "reason.postal_code")
    return text


def _read(cells: dict[str, str], column: str, read: Callable[[str], Any], reason: str) -> Any:
    value = cells.get(column)
    try:
        return read(value) if value else None
    except ValueError as error:
        raise CellError(column, value or "", reason) from error


FORMAT = Areas()
