"""A day in an editor's life, at the command line of an installation whose finder is being read."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from support import serving
from test_cli import busdb, move_to

OFFICE = {
    "Name": "Bürgerbüro Schulpforte",
    "Übergeordnet": "Verwaltung der Stadt Naumburg (Saale)",
    "Kategorie": "Bürgerbüro",
    "Straße": "Lindenstraße",
    "Hausnummer": "9",
    "PLZ": "06628",
    "Ort": "Naumburg (Saale)",
    "Telefon": "030 23125 099",
    "E-Mail": "schulpforte@naumburg.example.org",
}


class Desk:
    """Where an editor works: a folder with tables, a command line, and a browser."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self.address = address

    def busdb(self, words: str, status: int = 0) -> Any:
        """What a command answers; it ends as expected."""
        done = busdb(*words.split(), "--json")
        assert done.exit_code == status, done.output
        return json.loads(done.stdout) if done.stdout else done.stderr

    def fill(self, file: str, row: dict[str, str]) -> None:
        """Type a row into a template, below its example."""
        book = load_workbook(self.folder / file)
        sheet = book.worksheets[0]
        columns = {str(cell.value): cell.column for cell in sheet[1]}
        for heading, value in row.items():
            sheet.cell(3, columns[heading], value)
        book.save(self.folder / file)

    def read(self, path: str) -> str:
        """The page of the finder that a citizen opens; nothing where there is none."""
        try:
            with urllib.request.urlopen(f"{self.address}{path}") as answer:
                return unescape(answer.read().decode())
        except urllib.error.HTTPError as error:
            error.close()
            return "" if error.code == 404 else str(error)


def test_from_an_empty_table_to_a_finder_without_gaps(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_to(tmp_path, monkeypatch)
    with serving(shutil.copytree(demo, tmp_path / "var")) as address:
        desk = Desk(tmp_path, address)
        desk.busdb("sources add naumburg --mandate-area 150840355355")
        desk.busdb("editors add anna --source naumburg")
        monkeypatch.setenv("BUSDB_EDITOR", "anna")
        _day(desk)


def _day(desk: Desk) -> None:
    desk.busdb("template authorities -o stellen.xlsx")
    desk.fill("stellen.xlsx", {**OFFICE, "ARS": "Naumbrug (Saale)", "Öffnungszeiten": "montags"})

    wrong = desk.busdb("import xlsx stellen.xlsx --dry-run --report bericht.xlsx", 9)
    assert {(one["column"], one["line"]) for one in wrong["issues"] if one["severity"] == "muss"} >= {("E", 3)}
    assert "Meinten Sie Naumburg (Saale)?" in {one["suggestion"] for one in wrong["issues"]}
    marked = load_workbook(desk.folder / "bericht.xlsx")
    assert any(cell.comment for sheet in marked for row in sheet.iter_rows() for cell in row)
    assert "fehlerhaft" in desk.busdb("import xlsx stellen.xlsx", 5)

    desk.fill("stellen.xlsx", {"ARS": "Naumburg (Saale)", "Öffnungszeiten": "Mo-Do 9-12 u. 13-16"})
    predicted = desk.busdb("import xlsx stellen.xlsx --dry-run", 8)
    (new,) = predicted["differences"]
    page = f"/authorities/{new['id']}"
    assert desk.read(page) == ""
    imported = desk.busdb("import xlsx stellen.xlsx")
    assert (imported["counts"], imported["issues"]) == (predicted["counts"], predicted["issues"])

    assert "Lindenstraße 9" in desk.read(page)
    assert page in desk.read("/search?q=schulpforte")
    assert OFFICE["Name"] in desk.read("/services/lsa.beglaubigung?ars=150840355355")

    desk.busdb(f"runs undo {imported['run']} --dry-run", 8)
    desk.busdb(f"runs undo {imported['run']}")
    assert desk.read(page) == ""
    assert OFFICE["Name"] not in desk.read("/services/lsa.beglaubigung?ars=150840355355")

    again = desk.busdb("import xlsx stellen.xlsx")
    assert again["counts"] == imported["counts"]
    assert "Lindenstraße 9" in desk.read(page)
    assert desk.busdb("import xlsx stellen.xlsx")["counts"]["authority"]["unchanged"] == 1
    assert desk.busdb("quality --source naumburg")["items"] == []
    assert [change["editor"] for change in desk.busdb(f"history {new['id']}")["items"]] == ["anna"] * 3
