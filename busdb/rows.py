"""What a row of a table needs to be understood: its cells by column, and the names by which it calls what there is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from busdb.issues import Issue


class Spot(NamedTuple):
    """A column of a table: its letters, its heading, and its place in a row, counted from 0."""

    letters: str
    heading: str
    place: int


class TableRow(NamedTuple):
    """A row of a table: its sheet (``None`` in CSV), the columns by the fields that they fill, its cells as text."""

    sheet: str | None
    columns: Mapping[str, Spot]
    cells: Sequence[str]

    def located(self, issue: Issue) -> Issue:
        """The finding with the cell that it is about, as far as its path tells."""
        field = _POSITION.sub("", issue.path or "")
        while field and field not in self.columns:
            field = field.rpartition(".")[0]
        spot = self.columns.get(field)
        if spot is None or issue.column:
            return replace(issue, sheet=self.sheet)
        value = self.cells[spot.place] if spot.place < len(self.cells) else ""
        return replace(issue, sheet=self.sheet, column=spot.letters, heading=spot.heading, value=value)


_POSITION = re.compile(r"\[\d+\]")


class Names(Protocol):
    """What is known by which name: services, authorities, online services, forms (by id) and areas (by code)."""

    def find(self, kind: str, text: str) -> Sequence[str]:
        """The ids (of areas: the codes) that a text can mean exactly: by id, key or name."""
        ...

    def near(self, kind: str, text: str) -> Sequence[str]:
        """The names of what is written alike, the likeliest first; for people."""
        ...

    def shown(self, kind: str, id: str) -> str:
        """What people call an object, and empty if it has no name."""
        ...

    def source(self, code: str) -> bool:
        """Whether there is a source of that code."""
        ...


class NoNames:
    """Nothing is known; of ids every well-formed one is taken."""

    def find(self, kind: str, text: str) -> Sequence[str]:  # noqa: ARG002  # a protocol's
        """Nothing."""
        return ()

    def near(self, kind: str, text: str) -> Sequence[str]:  # noqa: ARG002  # as above
        """Nothing."""
        return ()

    def shown(self, kind: str, id: str) -> str:  # noqa: ARG002  # as above
        """No name."""
        return ""

    def source(self, code: str) -> bool:  # noqa: ARG002  # as above
        """Any source."""
        return True
