"""What is marked in cells: examples that are no rows, and texts that a spreadsheet would take for a formula."""

from __future__ import annotations

import re
from typing import TypeVar

EXAMPLE = ("(beispiel", "(example")
"""How the first cell of an example begins, in lower case."""
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_DEFUSED = re.compile(r"'+[=+\-@\t\r]")
Cell = TypeVar("Cell")


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe before it; :func:`bare` takes it away."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def quoted(text: str) -> str:
    """A text for a cell that is of text anyhow, so that :func:`bare` gives it again."""
    return f"'{text}" if _DEFUSED.match(text) else text


def bare(cell: Cell) -> Cell:
    """A cell without the apostrophe that stands before what looks like a formula."""
    if isinstance(cell, str) and _DEFUSED.match(cell):
        return cell[1:]  # type: ignore[return-value]  # a text as before
    return cell
