"""Tables of editors: a workbook with the responsibilities of a state against openpyxl's own loop over its cells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook, load_workbook

from bench.imports import fresh
from bench.measure import Row, best, peak_above_imports
from busdb import ingest, validity
from busdb.db import Database
from busdb.formats import Input

ROWS = 50_000
HEAD = ("Kennung", "Leistung", "Behörde", "ARS", "Rolle", "Gültig von", "Bemerkung")


def rows(state: Path, database: Path) -> Iterator[Row]:
    """The rows about tables."""
    count = max(500, int(ROWS * float(state.stem.removeprefix("state-"))))
    book = state.with_name(f"responsibilities-{count}.xlsx")
    if not book.exists():
        _write(book, count)
    path = database.with_suffix(".tables")
    yield Row(f"import of {count} responsibilities (XLSX)", lambda: _new(book, path), 4)
    yield Row("memory of that import above its imports", lambda: (_memory(book, path), 0.0), 60, "MB")


def _write(path: Path, count: int) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Zuständigkeiten")
    sheet.append(HEAD)
    for number in range(count):
        service, office = number % 500, number // 500
        remark = f"Zeile {number}" if number % 3 else None
        area = f"15084{office:04d}"
        sheet.append((f"r{number}", f"bench.s{service}", f"bench.a{office}", area, "zuständig", "01.01.2026", remark))
    book.save(path)


def load(book: Path, database: Database) -> None:
    """Import the workbook."""
    with book.open("rb") as file:
        order = ingest.Order(format="xlsx", inputs=(Input(book.name, file),), source="bench")
        ingest.import_(database, order, validity.now())


def _new(book: Path, path: Path) -> tuple[float, float]:
    databases: list[Database] = []
    ours = best(lambda: load(book, databases[-1]), 1, lambda: databases.append(fresh(path)))
    databases[-1].close()

    def bare() -> None:
        for row in load_workbook(book, read_only=True).worksheets[0].iter_rows(values_only=True):
            assert row

    return ours, best(bare, 1)


def _memory(book: Path, path: Path) -> float:
    fresh(path).close()
    code = "from pathlib import Path\nfrom bench import tables\nfrom busdb.db import Database\nimport importers.xlsx"
    return peak_above_imports(code, f"tables.load(Path({str(book)!r}), Database('sqlite:///{path}'))")
