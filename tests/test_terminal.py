"""The command line before people and in pipes: facts as JSON, tables that fit, colours, interruptions, statuses."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from builders import service
from click.testing import CliRunner, Result
from rich.cells import cell_len
from sqlalchemy import insert
from support import ROOT, terminal
from test_ingest import lines

import cli
from busdb import validity
from busdb.db import Database
from busdb.interchange import encode
from busdb.models import feedback as reports
from busdb.records import Area
from busdb.search.desk import Desk

REPORTS = {
    "bundle": "lsa.gewerbe-anmelden --place Naumburg",
    "coverage": "--place Naumburg",
    "completion": "bash",
    "diff": "2020-01-01",
    "doctor": "",
    "drafts list": "",
    "editors list": "",
    "feedback list": "",
    "fees quote": "lsa.personalausweis-beantragen --place Naumburg",
    "fees suggest": "",
    "help": "runs undo",
    "history": "lsa.personalausweis-beantragen",
    "index check": "",
    "index status": "",
    "keys list": "",
    "notice list": "",
    "quality": "--source lsa --complete",
    "reviews": "",
    "runs list": "",
    "runs show": "2 --changes",
    "search": "hund anmelden --facets",
    "search-log": "",
    "sources headings": "lsa",
    "sources list": "",
    "stats": "",
    "webhooks list": "",
    "where": "naumburg",
    "who": "lsa.hundesteuer-anmelden --place Karsdorf --explain",
}
"""The commands that tell facts, with words for the sample state; those that do something have tests of their own."""
UNSAID = re.compile(r"\b(?:label|text|status|kind|help|doctor|news|role|reason)\.[a-z]\w*")


@pytest.fixture
def environ(demo: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The sample state, which nobody changes here."""
    return _environ(demo, monkeypatch)


@pytest.fixture
def own(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A copy of the sample state."""
    return _environ(Path(shutil.copytree(demo, tmp_path / "var")), monkeypatch)


def _environ(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name in ("BUSDB_DATABASE_URL", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    given = {"BUSDB_DATA_DIR": str(folder), "BUSDB_LANG": "de", "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return {**os.environ}


def busdb(*words: str) -> Result:
    """Run the command line in this process."""
    result = CliRunner().invoke(cli.Commands(name="busdb"), list(words), prog_name="busdb")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def run(environ: dict[str, str], *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run the command line as a program."""
    given = {"env": environ, "capture_output": True, "text": True, "cwd": environ["BUSDB_DATA_DIR"], **more}
    return subprocess.run([sys.executable, "-m", "cli", *words], check=False, **given)


def shown(environ: dict[str, str], *words: str, columns: int = 80) -> str:
    """What a command shows in a terminal."""
    with terminal([sys.executable, "-m", "cli", *words], {**environ, "HOME": environ["BUSDB_DATA_DIR"]}, columns) as it:
        return it.until_end()


def names(group: click.Group, before: str = "") -> Iterator[str]:
    """All commands that are no groups."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from names(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_every_list_is_looked_at() -> None:
    known = set(names(cli.Commands(name="busdb")))
    assert {name for name in known if name.endswith((" list", " status"))} <= REPORTS.keys() <= known


def test_what_strangers_write_does_not_steer_the_terminal(own: dict[str, str]) -> None:
    database = Database(f"sqlite:///{own['BUSDB_DATA_DIR']}/busdb.sqlite3")
    steering = "Titel \x1b]0;x\x07 Frage \x1b[6n Kurz \x9b6n Verkehrt \u202e"
    given = {"id": "1", "created_at": validity.now(), "text": steering, "language": "de"}
    with database.writing() as connection:
        connection.execute(insert(reports.feedback).values(**given))
    database.close()
    seen = shown(own, "feedback", "list")
    assert "Titel" in seen
    assert "Verkehrt" in seen
    assert not re.search("\x1b(?!\\[[0-9;]*m)|[\x07\x9b\u202e]", seen)
    told = json.loads(run(own, "feedback", "list", "--json").stdout)
    assert steering in [one["text"] for one in told["items"]]


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.usefixtures("environ")
def test_what_a_command_tells_people_it_tells_programs_in_json(name: str) -> None:
    words = [*name.split(), *REPORTS[name].split()]
    told = busdb(*words)
    assert told.exit_code == 0, told.output
    assert told.stdout.strip()
    assert UNSAID.findall(told.stdout) == []
    answer = json.loads(busdb(*words, "--json").stdout)
    assert isinstance(answer, dict)


WIDE = ["notice list", "runs list"]


@pytest.mark.parametrize("name", WIDE)
def test_a_table_fits_the_terminal(environ: dict[str, str], name: str) -> None:
    seen = plain(shown(environ, *name.split(), *REPORTS[name].split(), columns=130))
    table = [line for line in seen.splitlines() if "   " in line.strip()]
    assert len(table) > 1
    assert max(map(cell_len, table)) <= 130


@pytest.mark.parametrize("name", WIDE)
def test_where_words_would_be_broken_each_row_is_a_paragraph(environ: dict[str, str], name: str) -> None:
    wide, narrow = (plain(shown(environ, *name.split(), *REPORTS[name].split(), columns=width)) for width in (500, 40))
    assert sorted(set(re.findall(r"[\w.-]{9,}", wide)) - set(re.findall(r"[\w.-]{9,}", narrow))) == []
    assert "   " not in narrow


def plain(seen: str) -> str:
    """What is seen, without colours."""
    return re.sub(r"\x1b\[[\d;]*m", "", seen)


def test_in_a_pipe_each_row_is_a_line(environ: dict[str, str]) -> None:
    (row,) = [line for line in run(environ, "notice", "list").stdout.splitlines() if "naumburg-geschlossen" in line]
    assert row.endswith("Das Bürgerbüro ist am 24. Dezember 2026 geschlossen.")


def test_colours_are_for_terminals_and_for_who_wants_them(environ: dict[str, str]) -> None:
    wrong = ("runs", "show", "99")
    assert "\x1b[31m" in shown(environ, *wrong)
    assert "\x1b" not in shown({**environ, "NO_COLOR": "1"}, *wrong)
    assert "\x1b" not in run(environ, *wrong).stderr


def test_a_bar_is_shown_on_a_terminal_only(own: dict[str, str]) -> None:
    words = ("import", "areas", str(ROOT / "sample" / "areas.csv"), "--source", "destatis", "--dry-run")
    assert "━" in shown(own, *words)
    assert "━" not in run(own, *words).stderr


@pytest.mark.parametrize("words", ["export json", "stats", "runs list --json"])
def test_who_reads_no_further_is_no_error(environ: dict[str, str], words: str) -> None:
    pipe = f"{sys.executable} -m cli {words} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", pipe], env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode in {0, 141}  # 0 where all was written before the reader went


def test_a_full_disk_is_said_in_a_sentence(environ: dict[str, str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = run(environ, "export", "json", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stderr.startswith("Fehler: Das System verweigert es: auf dem Datenträger ist kein Platz mehr. ")
    assert len(done.stderr.splitlines()) == 1


def test_a_terminal_that_lacks_a_sign_shows_another(environ: dict[str, str]) -> None:
    done = run({**environ, "PYTHONIOENCODING": "latin-1"}, "doctor", text=False)
    assert done.returncode == 0
    assert "Es läuft." in done.stdout.decode("latin-1")


def many_areas() -> bytes:
    """More areas than are read in a moment."""
    records = (Area(id=f"destatis.{number}", kind="custom", name=f"Ort {number}") for number in range(40_000))
    return b"".join(encode(one) + b"\n" for one in records)


def test_an_import_that_is_interrupted_keeps_nothing_and_says_so(own: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "many.jsonl").write_bytes(many_areas())
    before = json.loads(run(own, "stats", "--json").stdout)
    words = [sys.executable, "-m", "cli", "import", "json", "many.jsonl", "--source", "destatis"]
    with subprocess.Popen(
        words,
        env=own,
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  # tests may run where it is ignored
    ) as process:
        assert process.stderr is not None
        assert "10" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 130
    assert "Von dieser Lieferung wurde nichts übernommen" in said
    assert "Traceback" not in said
    assert json.loads(run(own, "stats", "--json").stdout) == before
    assert json.loads(run(own, "runs", "list", "--json").stdout)["items"][0]["status"] == "failed"


@pytest.mark.usefixtures("own")
def test_an_import_that_is_interrupted_at_its_index_is_kept_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_desk: Desk, _progress: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(Desk, "update", interrupted)
    (tmp_path / "one.jsonl").write_bytes(lines([service(id="lsa.neu")]))
    done = busdb("import", "json", str(tmp_path / "one.jsonl"), "--source", "lsa")
    assert done.exit_code == 130
    assert "ist übernommen; der Suchindex holt beim nächsten Mal auf" in done.stderr
    assert json.loads(busdb("index", "status", "--json").stdout)["behind"] == 1


def statuses() -> set[int]:
    """The statuses that are documented."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("## Exit statuses")[2]
    return {int(one) for one in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}


ENDINGS: dict[int, str] = {
    0: "stats",
    2: "stats --unsinn",
    3: "import nichts x --source lsa",
    4: "runs show 99",
    5: "sources add lsa",
    8: "import json one.jsonl --source lsa --dry-run",
    9: "import json bad.jsonl --source lsa",
}
"""A command for each status that needs nothing else; 1, 130 and 141 are above, 6, 7 and 10 below."""


@pytest.mark.parametrize("status", ENDINGS)
def test_a_command_ends_with_its_status(
    own: dict[str, str], status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.jsonl").write_bytes(lines([service(id="lsa.neu")]))
    Path("bad.jsonl").write_bytes(lines([service(id="lsa.neu")]) + b'{"record":"fee","id":"lsa.f"}\n')
    assert busdb(*ENDINGS[status].split()).exit_code == status
    assert own


def test_what_is_locked_missing_or_ill_has_statuses_of_its_own(own: dict[str, str], tmp_path: Path) -> None:
    folder = Path(own["BUSDB_DATA_DIR"])
    (tmp_path / "one.jsonl").write_bytes(lines([service(id="lsa.neu")]))
    database = Database(f"sqlite:///{folder / 'busdb.sqlite3'}")
    with database.import_lock():
        assert busdb("import", "json", str(tmp_path / "one.jsonl"), "--source", "lsa").exit_code == 6
    database.close()
    (folder / "index" / "current").write_text("77")
    assert busdb("doctor").exit_code == 10
    (folder / "busdb.sqlite3").rename(folder / "away")
    assert busdb("stats").exit_code == 7


def test_every_documented_status_is_reached() -> None:
    assert statuses() == ENDINGS.keys() | {1, 6, 7, 10, 130, 141}


def test_the_manual_says_how_a_command_is_called_and_how_it_ends() -> None:
    said = busdb("help", "runs", "undo").stdout
    for words in ("busdb runs undo [OPTIONS] RUN", "--approved-by NAME", "busdb runs undo 12 --dry-run", "130"):
        assert words in said
    assert busdb("help", "runs", "unsinn").exit_code == 2
    assert "runs" in busdb("help").stdout


def test_the_manual_can_be_read_with_man(tmp_path: Path) -> None:
    assert busdb("help", "--man", str(tmp_path)).exit_code == 0
    assert {path.stem for path in tmp_path.iterdir()} >= {"busdb", "busdb-import", "busdb-runs-undo"}
    page = (tmp_path / "busdb-import.1").read_text(encoding="utf-8")
    assert page.startswith(".TH BUSDB\\-IMPORT 1\n.SH NAME\nbusdb\\-import \\- ")
    if shutil.which("man") and shutil.which("groff"):
        words = ["man", "--warnings", "-l", str(tmp_path / "busdb-import.1")]
        done = subprocess.run(
            words, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"}
        )
        assert done.stderr == ""
        assert "--dry-run" in done.stdout


def test_a_terminal_shows_how_far_the_index_is_and_nothing_else_does(own: dict[str, str]) -> None:
    assert re.search(r"[1-9]\d* Dokumente im Suchindex …", plain(shown(own, "index", "rebuild")))
    assert "Dokumente im Suchindex …" not in shown(own, "index", "rebuild", "--json")
    assert run(own, "index", "rebuild").stderr == ""
