"""Tables through the real command line: a template filled in, an error found, corrected, imported, exported."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from books import Rows, text
from click.testing import CliRunner, Result
from openpyxl import load_workbook

import cli
from busdb.sheets.tables import TABLES


@pytest.fixture(autouse=True)
def home(tmp_path: Path, state_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with the state in its database."""
    (tmp_path / "var").mkdir()
    shutil.copy(state_file, tmp_path / "var" / "busdb.sqlite3")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BUSDB_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("BUSDB_DATABASE_URL", raising=False)
    monkeypatch.setenv("BUSDB_LANG", "de")
    return tmp_path


def busdb(*words: str, status: int = 0) -> Result:
    """Run the command line."""
    result = CliRunner().invoke(cli.Commands(name="busdb"), list(words), prog_name="busdb")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == status, result.output
    return result


def filled(path: str, rows: Rows) -> None:
    """Write rows below the example of a template, by headings."""
    book = load_workbook(path)
    sheet: Any = book.active
    heads = [cell.value for cell in sheet[1]]
    for number, row in enumerate(rows, 3):
        for heading, value in row:
            sheet.cell(number, heads.index(heading) + 1, value)
    book.save(path)


GOOD = [("Leistung", "Reisepass beantragen"), ("ARS", "15084355"), ("Bezeichnung", "Express"), ("Betrag", "32,00 €"),
        ("Rechtsgrundlage", "§ 15 PassV")]  # fmt: skip
BAD = [("Leistung", "Reisepas beantragen"), ("ARS", "15084355"), ("Bezeichnung", "Kopie"), ("Betrag", "1,50"),
       ("Rechtsgrundlage", "§ 2")]  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_template_has_notes_and_an_example_that_is_not_imported(table: str, language: str) -> None:
    busdb("template", table, "-o", "x.xlsx", "--lang", language)
    sheet: Any = load_workbook("x.xlsx").active
    assert all(cell.value and cell.comment.text for cell in sheet[1])
    assert sheet["A2"].value.startswith("(")
    if any(column.choices for column in TABLES[table].columns if column.name != "language"):
        assert sheet.data_validations.dataValidation
    busdb("import", "xlsx", "x.xlsx", "--source", "stadt")


def test_a_table_is_filled_in_corrected_and_imported() -> None:
    busdb("template", "fees", "-o", "gebuehren.xlsx")
    filled("gebuehren.xlsx", [GOOD, BAD])
    dry = busdb(
        "import", "xlsx", "gebuehren.xlsx", "--source", "stadt", "--dry-run", "--report", "bericht.xlsx", status=9
    )
    assert "gebuehren.xlsx:Gebühren:B4" in dry.stdout
    assert "Meinten Sie Reisepass beantragen?" in dry.stdout
    assert "--good-rows" in dry.stdout
    book = load_workbook("bericht.xlsx")
    found, copy = book.worksheets
    assert [cell.value for cell in found[2]][:6] == ["muss", "gebuehren.xlsx", "Gebühren", 4, "B", "Leistung"]
    assert copy["B4"].fill.start_color.rgb == "FFFFC7CE"
    assert "Meinten Sie" in copy["B4"].comment.text
    assert copy["B3"].comment is None
    busdb("import", "xlsx", "gebuehren.xlsx", "--source", "stadt", "--report", "bericht.html", status=5)
    page = Path("bericht.html").read_text(encoding="utf-8")
    assert "Meinten Sie Reisepass beantragen?" in page
    assert "Nicht übernommen: xlsx von stadt" in page
    assert b"Express" not in busdb("export", "fees", "--as", "csv").stdout_bytes


def test_good_rows_come_in_and_the_others_lie_beside_the_file() -> None:
    busdb("template", "fees", "-o", "gebuehren.xlsx")
    filled("gebuehren.xlsx", [BAD, GOOD])
    words = ["import", "xlsx", "gebuehren.xlsx", "--source", "stadt", "--good-rows", "--report", "bericht.json"]
    assert "gebuehren.korrigieren.xlsx" in busdb(*words, status=9).stderr
    report = json.loads(Path("bericht.json").read_text(encoding="utf-8"))
    assert (report["counts"]["fee"]["added"], report["counts"]["fee"]["rejected"]) == (1, 1)
    sheet: Any = load_workbook("gebuehren.korrigieren.xlsx").active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows() if any(cell.value for cell in row)]
    assert len(rows) == 2
    assert "Reisepas beantragen" in rows[1]
    sheet.cell(2, 2, "Reisepass beantragen")
    sheet.parent.save("gebuehren.korrigieren.xlsx")
    busdb("import", "xlsx", "gebuehren.korrigieren.xlsx", "--source", "stadt")
    busdb("export", "fees", "--source", "stadt", "-o", "alle.xlsx")
    again = busdb("import", "xlsx", "alle.xlsx", "--source", "stadt", "--dry-run", "--full", "--json")
    assert json.loads(again.stdout)["counts"]["fee"]["unchanged"] == 2


def test_bad_rows_of_text_files_keep_their_form() -> None:
    rows = [
        ["Gebühren", "", ""],
        ["Dienst", "Betrag", "Satzung"],
        ["lsa.pass", "5,00", "§ 1"],
        ["lsa.pass", "fünf", "§ 2"],
    ]
    Path("g.csv").write_bytes(text(rows, "\t", "cp1252"))
    words = ["import", "csv", "g.csv", "--source", "stadt", "--map", "Dienst=Leistung", "--good-rows"]
    busdb(*words, status=9)
    lines = Path("g.korrigieren.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["Gebühren\t\t", "Dienst\tBetrag\tSatzung", "lsa.pass\tfünf\t§ 2"]
    shown = json.loads(busdb("sources", "headings", "stadt", "--json").stdout)
    assert shown == {"source": "stadt", "headings": {"Dienst": "service"}}
    busdb("import", "csv", "g.korrigieren.csv", "--source", "stadt", "--dry-run", status=9)
    busdb("sources", "headings", "stadt", "--forget", "Dienst")
    busdb("import", "csv", "g.korrigieren.csv", "--source", "stadt", "--dry-run", status=3)


@pytest.mark.parametrize(
    ("words", "status", "named"),
    [
        (["template", "steuern", "-o", "x.xlsx"], 3, "responsibilities"),
        (["import", "csv", "g.csv", "--source", "a", "--report", "x.docx"], 3, ".xlsx"),
        (["import", "csv", "g.csv", "--source", "a", "--map", "Dienst"], 3, "Dienst"),
        (["import", "csv", "g.csv", "--source", "a", "--map", "Dienst=Farbe"], 3, "Farbe"),
        (["import", "csv", "g.csv", "--source", "a", "--good-rows", "--full"], 3, "--full"),
        (["import", "json", "g.csv", "--source", "a", "--good-rows"], 3, "--good-rows"),
        (["import", "csv", "g.csv", "--source", "a", "--kind", "steuern"], 3, "steuern"),
        (["export", "fees", "--as", "json"], 3, "xlsx"),
        (["export", "json", "--source", "lsa"], 3, "--source"),
        (["sources", "headings", "lsa", "--forget", "Amt"], 4, "Amt"),
    ],
)
def test_what_cannot_be_done_is_said(words: list[str], status: int, named: str) -> None:
    Path("g.csv").write_bytes(text([["Leistung", "Betrag"], ["lsa.pass", "5"]]))
    assert named in busdb(*words, status=status).stderr


def test_a_run_keeps_the_places_of_its_findings() -> None:
    Path("g.csv").write_bytes(text([["Leistung", "Betrag", "Rechtsgrundlage", "Farbe"], ["lsa.pass", "5", "§", "rot"]]))
    busdb("import", "csv", "g.csv", "--source", "stadt")
    latest = json.loads(busdb("runs", "list", "--json").stdout)["items"][0]["run"]
    (issue,) = json.loads(busdb("runs", "show", str(latest), "--json").stdout)["issues"]
    assert (issue["column"], issue["heading"], issue["value"]) == ("D", "Farbe", "Farbe")
    assert "Farbe=SPALTE" in issue["suggestion"]


def test_an_export_goes_to_standard_output_as_it_is() -> None:
    out = busdb("export", "fees", "--source", "lsa").stdout_bytes
    sheet: Any = load_workbook(io.BytesIO(out)).active
    assert sheet.title == "Gebühren"
    english = busdb("export", "fees", "--source", "lsa", "--as", "csv", "--lang", "en").stdout_bytes.decode("utf-8-sig")
    assert english.startswith("Id;Service;Service (name)")
    assert ";46.00;" in english
