"""Who acts is said by the channel: editors act for their sources, drafts wait for a second person, drops are taken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builders import authority, fee, service
from openpyxl import load_workbook
from support import ROOT
from test_cli import answer, busdb, home, state
from test_ingest import lines

from busdb.db import Database
from busdb.settings import Settings

__all__ = ["home", "state"]


@pytest.fixture
def both(home: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database on each engine."""
    monkeypatch.setenv("BUSDB_DATABASE_URL", database_url)


@pytest.fixture
def acting(state: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Two sources, three editors; the name of one of them says who acts, an empty one the operator."""
    answer("sources", "add", "stadt", "--mandate-area", "150840355355", "--four-eyes")
    for name, role, source in (("anna", "editor", "stadt"), ("bernd", "approver", "stadt"), ("kim", "editor", "lsa")):
        answer("editors", "add", name, "--role", role, "--source", source)
    Path("office.jsonl").write_bytes(lines([authority(id="stadt.rathaus")]))

    def act(name: str) -> None:
        monkeypatch.setenv("BUSDB_EDITOR", name)

    return act


def refused(*words: str, status: int = 5) -> str:
    """What is said where a command is refused."""
    result = busdb(*words)
    assert result.exit_code == status, result.output
    return result.stderr


def test_an_editor_acts_for_their_sources_only(acting: Callable[[str], None]) -> None:
    Path("fee.jsonl").write_bytes(lines([fee(amount="50.00")]))
    acting("kim")
    report = answer("import", "json", "fee.jsonl")
    assert report["source"] == "lsa"
    assert answer("runs", "show", str(report["run"]))["editor"] == "kim"
    assert "stadt" in refused("import", "json", "office.jsonl", "--source", "stadt")
    acting("anna")
    assert refused("import", "json", "fee.jsonl", "--source", "lsa")
    assert refused("runs", "show", str(report["run"]), status=4)
    assert refused("runs", "undo", str(report["run"]), status=4)
    assert refused("history", "lsa.ausweis-gebuehr", status=4)
    assert refused("diff", "2020-01-01", "--source", "lsa")
    assert answer("diff", "2020-01-01")["differences"] == []
    assert answer("runs", "list")["items"] == []
    acting("niemand")
    assert "niemand" in refused("import", "json", "fee.jsonl")


@pytest.mark.parametrize(
    "words",
    [
        ("editors", "add", "eve", "--role", "central"),
        ("sources", "edit", "stadt", "--no-four-eyes"),
        ("keys", "create", "--name", "x", "--scope", "115:internal"),
        ("tidy",),
        ("inbox", "run", "."),
        ("export", "json", "--internal"),
        ("init",),
    ],
)
def test_what_is_the_operators_is_refused_to_editors(acting: Callable[[str], None], words: tuple[str, ...]) -> None:
    acting("anna")
    assert "anna" in refused(*words)


@pytest.mark.usefixtures("both")
def test_a_draft_is_invisible_until_a_second_person_publishes_it(acting: Callable[[str], None]) -> None:
    before = busdb("export", "json", "--internal").stdout
    acting("anna")
    assert "--draft" in refused("import", "json", "office.jsonl")
    draft = answer("import", "json", "office.jsonl", "--draft")
    number = str(draft["run"])
    assert (draft["draft"], draft["counts"]["authority"]["added"]) == (True, 1)
    acting("")
    assert busdb("export", "json", "--internal").stdout == before
    assert answer("search", "Bürgerbüro")["authorities"] == answer("search", "Bürgerbüro")["authorities"]
    assert [one["run"] for one in answer("drafts", "list")["items"]] == [draft["run"]]
    shown = busdb("drafts", "show", number)
    assert shown.exit_code == 8
    assert "stadt.rathaus" in shown.stdout
    acting("anna")
    assert "anna" in refused("publish-drafts", number)
    assert "bernd" in refused("publish-drafts", number, "--approved-by", "bernd")
    acting("kim")
    assert refused("publish-drafts", number, status=4)
    acting("bernd")
    (report,) = answer("publish-drafts", number)["items"]
    acting("")
    run = answer("runs", "show", str(report["run"]))
    assert (run["editor"], run["approved_by"], run["of"]) == ("anna", "bernd", draft["run"])
    assert "stadt.rathaus" in busdb("export", "json").stdout
    assert refused("publish-drafts", number, status=4)


@pytest.mark.usefixtures("both")
def test_the_operator_names_the_second_person(acting: Callable[[str], None]) -> None:
    acting("anna")
    answer("import", "json", "office.jsonl", "--draft")
    acting("")
    assert refused("publish-drafts")
    assert refused("publish-drafts", "--approved-by", " Anna ")
    assert "veröffentlichen" not in busdb("publish-drafts", "--approved-by", "Erika Muster").stdout
    run = answer("runs", "list")["items"][0]
    assert run["approved_by"] == "Erika Muster"
    assert refused("runs", "undo", str(run["run"]))
    assert busdb("runs", "undo", str(run["run"]), "--approved-by", "Erika Muster").exit_code == 0


@pytest.mark.usefixtures("both")
def test_a_draft_is_checked_again_when_it_is_published_and_can_be_thrown_away(acting: Callable[[str], None]) -> None:
    number = str(answer("import", "json", "office.jsonl", "--source", "stadt", "--draft")["run"])
    answer("sources", "edit", "stadt", "--mandate-area", "15002", "--no-four-eyes")
    result = busdb("publish-drafts", number)
    assert result.exit_code == 9
    assert "Mandat" in result.stdout
    other = str(answer("import", "json", "state.jsonl", "--source", "lsa", "--draft")["run"])
    assert busdb("drafts", "discard", other).exit_code == 0
    assert answer("drafts", "list")["items"] == []
    assert {one["status"] for one in answer("runs", "list")["items"]} >= {"published", "discarded"}


@pytest.mark.usefixtures("both")
def test_a_draft_of_a_new_source_is_published_as_an_import_of_it_would_be(acting: Callable[[str], None]) -> None:
    Path("new.jsonl").write_text(Path("office.jsonl").read_text().replace("stadt.", "neu."))
    number = str(answer("import", "json", "new.jsonl", "--source", "neu", "--draft")["run"])
    (report,) = answer("publish-drafts", number)["items"]
    assert report["counts"]["authority"]["added"] == 1
    again = answer("import", "json", "new.jsonl", "--source", "neu")
    assert again["counts"]["authority"]["unchanged"] == 1


def over_ssh(words: str, name: str = "kim", data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """What a forced command of SSH answers."""
    environ = {**os.environ, "BUSDB_EDITOR": name, "SSH_ORIGINAL_COMMAND": words, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-m", "cli"], env=environ, input=data, capture_output=True, check=False)


def test_over_ssh_files_come_by_standard_input_and_no_shell_reads_the_words(acting: Callable[[str], None]) -> None:
    data = lines([fee(amount="50.00")])
    done = over_ssh("busdb import json - --json", data=data)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["counts"]["fee"]["changed"] == 1
    for words in (
        "import json state.jsonl",
        "import json /etc/passwd",
        "export json -o x",
        "keys list",
        "sources list",
    ):
        assert over_ssh(words).returncode == 5, words
    offered = over_ssh("").stdout + over_ssh("--help").stdout
    assert b"  import " in offered
    assert b"  keys " not in offered
    assert over_ssh("template fees").stdout.startswith(b"PK"), "files go to standard output"
    assert over_ssh("export fees --source lsa --as xlsx").stdout.startswith(b"PK")
    assert over_ssh("runs list; touch hurt").returncode == 2
    assert over_ssh("runs list '").returncode == 3
    assert not Path("hurt").exists()
    assert not Path("x").exists()


@pytest.fixture
def drop(acting: Callable[[str], None], tmp_path: Path) -> Path:
    """An inbox with folders for three sources."""
    folder = tmp_path / "inbox"
    for code in ("lsa", "stadt", "fremd"):
        (folder / code).mkdir(parents=True)
    return folder


def lay(path: Path, data: bytes, age: float = 60) -> Path:
    """A file that was finished some seconds ago."""
    path.write_bytes(data)
    then = path.stat().st_mtime - age
    os.utime(path, (then, then))
    return path


def collect(drop: Path, status: int = 0) -> list[dict[str, Any]]:
    """Run the inbox."""
    result = busdb("inbox", "run", str(drop), "--wait", "0", "--json")
    assert result.exit_code == status, result.output
    items: list[dict[str, Any]] = json.loads(result.stdout)["items"]
    return [one for one in items if one["source"] != "fremd"]


@pytest.mark.usefixtures("both")
def test_files_of_a_drop_are_imported_reported_and_archived(drop: Path) -> None:
    lay(drop / "lsa" / "gebuehren.jsonl", lines([fee(amount="50.00")]))
    lay(drop / "stadt" / "office.jsonl", lines([authority(id="stadt.rathaus")]))
    (drop / "fremd").rmdir()
    taken, draft = collect(drop)
    assert (taken["outcome"], draft["outcome"]) == ("taken", "draft")
    report = json.loads((drop / "lsa" / "gebuehren.jsonl.report.json").read_text())
    assert report["counts"]["fee"]["changed"] == 1
    assert "Gebühren" in (drop / "lsa" / "gebuehren.jsonl.report.txt").read_text()
    assert [path.name.partition("-")[2] for path in (drop / "lsa" / "done").iterdir()] == ["gebuehren.jsonl"]
    assert answer("runs", "show", str(taken["run"]))["editor"] == "inbox:lsa"
    assert [one["source"] for one in answer("drafts", "list")["items"]] == ["stadt"]
    assert collect(drop) == []


@pytest.mark.usefixtures("both")
def test_a_file_that_cannot_be_taken_is_laid_aside_with_the_reason(drop: Path) -> None:
    lay(drop / "lsa" / "kaputt.xml", b"<nichts>")
    lay(drop / "lsa" / "brief.docx", b"PK")
    lay(drop / "lsa" / "fremd.jsonl", lines([authority(id="kommunal.buergerbuero", name="Falsch")]))
    found = {one["file"]: one for one in collect(drop, 9)}
    assert {name: one["outcome"] for name, one in found.items()} == {
        "brief.docx": "refused",
        "fremd.jsonl": "taken",
        "kaputt.xml": "refused",
    }
    assert found["fremd.jsonl"]["rejected"] == 1
    assert ".xlsx" in found["brief.docx"]["said"]
    assert len(list((drop / "lsa" / "refused").iterdir())) == 2
    assert "Falsch" not in busdb("export", "json").stdout


FEES = "id;Leistung;Betrag;Rechtsgrundlage\nlsa.gut;lsa.ausweis;12,00;§ 1\nlsa.schlecht;lsa.ausweis;zwölf;§ 1\n"


def said_in(folder: Path, name: str) -> dict[str, str]:
    """What each report on a file says, as text."""
    book = load_workbook(folder / f"{name}.report.xlsx")
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    said = [
        f"{cell.value or ''} {cell.comment.text if cell.comment else ''} {cell.fill.start_color.rgb}" for cell in cells
    ]
    texts = {form: (folder / f"{name}.report.{form}").read_text() for form in ("json", "html", "txt")}
    return {**texts, "xlsx": "\n".join(said)}


def test_a_table_that_is_refused_comes_back_with_its_bad_cells_in_every_form(drop: Path) -> None:
    lay(drop / "lsa" / "gebuehren.csv", FEES.encode())
    (found,) = [one for one in collect(drop, 9) if one["source"] == "lsa"]
    assert found["outcome"] == "refused"
    reports = said_in(drop / "lsa", "gebuehren.csv")
    for form, text in reports.items():
        assert "zwölf" in text, form
        assert "1 Zeilen sind fehlerhaft" in text, form
    assert "FFFFC7CE" in reports["xlsx"]
    assert "lsa.gut" not in busdb("export", "json").stdout
    assert not (drop / "lsa" / "correct").exists()


@pytest.mark.usefixtures("both")
def test_of_a_table_the_good_rows_are_taken_and_the_others_lie_aside_to_be_corrected(drop: Path) -> None:
    folder = drop / "lsa"
    lay(folder / "gebuehren.csv", FEES.encode())
    result = busdb("inbox", "run", str(drop), "--good-rows", "--json")
    found = next(one for one in json.loads(result.stdout)["items"] if one["source"] == "lsa")
    assert (result.exit_code, found["outcome"], found["to_correct"]) == (9, "taken", 1)
    assert "lsa.gut" in busdb("export", "json").stdout
    lines_ = (folder / "correct" / "gebuehren.csv").read_text("utf-8-sig").splitlines()
    assert [line.partition(";")[0] for line in lines_] == ["id", "lsa.schlecht"]
    assert all("zwölf" in text for text in said_in(folder, "gebuehren.csv").values())
    (drop / "fremd").rmdir()
    assert collect(drop) == []
    lay(folder / "gebuehren.csv", "\n".join(lines_).replace("zwölf", "12").encode())
    assert [one["outcome"] for one in collect(drop)] == ["taken"]
    assert "lsa.schlecht" in busdb("export", "json").stdout


def test_a_book_that_is_none_is_reported_with_the_reason(drop: Path) -> None:
    lay(drop / "lsa" / "kaputt.xlsx", b"PK\x03\x04 kein Buch")
    lay(drop / "lsa" / "text.xlsx", FEES.encode())
    for one in collect(drop, 9):
        reports = said_in(drop / one["source"], one["file"])
        assert all(one["said"][:20] in text for text in reports.values()), reports


def test_what_is_not_finished_waits(drop: Path) -> None:
    lay(drop / "lsa" / "neu.jsonl", lines([fee(amount="50.00")]), age=0)
    lay(drop / "lsa" / "halb.jsonl.part", b"{")
    lay(drop / "lsa" / ".halb.jsonl", b"{")
    (drop / "fremd").rmdir()
    assert collect(drop) == []
    assert len(list((drop / "lsa").iterdir())) == 3


@pytest.mark.usefixtures("both")
def test_a_file_waits_while_another_import_runs(drop: Path) -> None:
    file = lay(drop / "lsa" / "neu.jsonl", lines([fee(amount="50.00")]))
    database = Database(Settings.from_env().database)
    with database.import_lock():
        assert busdb("inbox", "run", str(drop), "--wait", "0").exit_code == 6
    database.close()
    assert file.exists()
    (drop / "fremd").rmdir()
    assert [one["outcome"] for one in collect(drop)] == ["taken"]


@pytest.mark.usefixtures("both")
def test_of_two_importers_the_second_leaves_or_says_that_it_waits_and_then_imports(state: Path) -> None:
    Path("neu.jsonl").write_bytes(lines([fee(amount="50.00")]))
    words = ("import", "json", "neu.jsonl", "--source", "lsa")
    database = Database(Settings.from_env().database)
    with database.import_lock():
        assert "anderer Import" in refused(*words, status=6)
        assert refused(*words, "--wait", "0.1", status=6).count("anderer Import") == 2
        command = [sys.executable, "-m", "cli", *words, "--wait", "300"]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        second = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert second.stderr is not None
        assert "anderer Import" in second.stderr.readline()
        assert second.poll() is None
    database.close()
    said, errors = second.communicate()
    assert (second.returncode, errors) == (0, "")
    assert "Gebühren" in said
    assert "50.00" in busdb("export", "json").stdout


def test_links_and_planted_names_in_a_drop_lead_nowhere(drop: Path, tmp_path: Path) -> None:
    secret = lay(tmp_path / "secret.jsonl", lines([service(name="Geheim")]))
    folder = drop / "lsa"
    (folder / "link.jsonl").symlink_to(secret)
    (folder / "hard.jsonl").hardlink_to(secret)
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "ordner.jsonl").mkdir()
    (drop / "kommunal").symlink_to(folder, target_is_directory=True)
    victim = tmp_path / "victim"
    victim.write_text("heil")
    (folder / "gut.jsonl.report.json").symlink_to(victim)
    (folder / "done").symlink_to(tmp_path, target_is_directory=True)
    lay(folder / "gut.jsonl", lines([fee(amount="50.00")]))
    lay(drop / "stadt" / "office.jsonl", lines([authority(id="stadt.rathaus")]))
    outcomes = [(one["source"], one["outcome"]) for one in collect(drop, 9)]
    assert ("stadt", "draft") in outcomes
    assert "Geheim" not in busdb("export", "json").stdout
    assert victim.read_text() == "heil"
    assert secret.exists()
    assert not list(tmp_path.glob("*-gut.jsonl"))
