"""The command line as editors and operators use it: what it prints, what it leaves, how it ends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from builders import areas, authority, fee, rule, service
from click.testing import CliRunner, Result
from support import ROOT
from test_ingest import lines

import cli
from busdb.i18n import message
from busdb.records import Deadline, Hours, ProcessingTime
from busdb.search.log import SearchLog
from busdb.settings import Settings
from busdb.visits import Visits


def move_to(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go into a folder with a data folder of its own."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("BUSDB_DATA_DIR", str(folder / "var"))
    monkeypatch.delenv("BUSDB_DATABASE_URL", raising=False)
    monkeypatch.setenv("BUSDB_LANG", "de")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of one's own, as the working directory."""
    move_to(tmp_path, monkeypatch)
    return tmp_path


def busdb(*words: str, env: Mapping[str, str | None] | None = None) -> Result:
    """Run the command line; its output and exit status."""
    result = CliRunner(env=env).invoke(cli.Commands(name="busdb"), list(words), prog_name="busdb")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def answer(*words: str) -> Any:
    """The object that a command prints with ``--json``."""
    result = busdb(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def import_state() -> None:
    """Import a small state, into whatever database is set."""
    Path("areas.jsonl").write_bytes(lines(areas()))
    Path("state.jsonl").write_bytes(lines([service(), fee(), rule()]))
    Path("offices.jsonl").write_bytes(lines([authority()]))
    assert busdb("init").exit_code == 0
    for file, source in [("areas", "destatis"), ("state", "lsa"), ("offices", "kommunal")]:
        assert busdb("import", "json", f"{file}.jsonl", "--source", source).exit_code == 0


@pytest.fixture
def state(home: Path, imported: Path) -> Path:
    """A small state, imported."""
    if "BUSDB_DATABASE_URL" in os.environ:
        import_state()
    else:
        shutil.copytree(imported, home, dirs_exist_ok=True)
    return home


def test_init_may_be_repeated() -> None:
    assert answer("init")["changed"] is True
    assert answer("init")["changed"] is False


def test_without_a_database_a_command_says_how_to_make_one() -> None:
    result = busdb("stats")
    assert result.exit_code == 7
    assert "busdb init" in result.stderr


def test_an_import_reports_what_it_did(state: Path) -> None:
    report = answer("import", "json", "state.jsonl", "--source", "lsa")
    assert report["dry_run"] is False
    assert report["counts"]["service"] == {"added": 0, "changed": 0, "unchanged": 1, "deleted": 0, "rejected": 0}
    assert {"run", "format", "source", "dry_run", "counts", "issues"} <= report.keys()


def test_a_dry_run_that_would_change_something_has_an_exit_status_of_its_own(state: Path) -> None:
    Path("new.jsonl").write_bytes(lines([service(), fee(amount="50.00")]))
    result = busdb("import", "json", "new.jsonl", "--source", "lsa", "--dry-run")
    assert result.exit_code == 8
    assert "geändert  Gebühr  lsa.ausweis-gebuehr\n    Betrag: 46.00 → 50.00\n" in result.stdout
    assert busdb("import", "json", "state.jsonl", "--source", "lsa", "--dry-run").exit_code == 0


@pytest.mark.parametrize(
    ("words", "status", "named"),
    [
        (["import", "nichts", "state.jsonl", "--source", "lsa"], 3, "nichts"),
        (["import", "json", "fehlt.jsonl", "--source", "lsa"], 3, "fehlt.jsonl"),
        (["import", "json", "state.jsonl", "--source", "l s a"], 3, "l s a"),
        (["import", "json", "state.jsonl", "--source", "lsa", "--area", "1508"], 3, "1508"),
        (["export", "nichts"], 3, "nichts"),
        (["export", "municipal"], 3, "municipal"),
        (["export", "municipal", "--place", "Atlantis"], 4, "Atlantis"),
        (["export", "municipal", "--place", "Naumburg", "--on", "gestern"], 3, "gestern"),
        (["export", "municipal", "--place", "Naumburg", "--ars", "15"], 3, "--ars"),
        (["runs", "show", "99"], 4, "99"),
        (["keys", "create", "--name", "x", "--scope", "alles"], 3, "alles"),
        (["keys", "create", "--name", "x", "--scope", "read", "--area", "1508"], 3, "1508"),
        (["keys", "create", "--name", "x", "--scope", "read", "--area", "15999"], 4, "15999"),
        (["keys", "rotate", "99"], 4, "99"),
        (["sources", "edit", "niemand", "--name", "x"], 4, "niemand"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_was_wrong(
    state: Path, words: list[str], status: int, named: str
) -> None:
    result = busdb(*words)
    assert result.exit_code == status, result.output
    assert named in result.stderr


def test_an_import_that_rejects_a_record_says_so_by_its_exit_status(state: Path) -> None:
    good = lines([service(name="Neuer Name")])
    Path("mixed.jsonl").write_bytes(good + b'{"record":"fee","id":"lsa.f"}\n')
    for words in (["--dry-run"], []):
        result = busdb("import", "json", "mixed.jsonl", "--source", "lsa", *words)
        assert result.exit_code == 9
        assert "mixed.jsonl:2" in result.stdout
    assert "Neuer Name" in busdb("export", "json").stdout


def test_many_findings_of_one_kind_hide_no_other(state: Path) -> None:
    broken = [
        b'{"record":"service","id":"lsa.s%d","texts":[{"module":"03","html":"A\\u0007"}]}\n' % n for n in range(30)
    ]
    Path("many.jsonl").write_bytes(b"".join(broken) + lines([rule("letzte", authority="kommunal.fehlt")]))
    shown = busdb("import", "json", "many.jsonl", "--source", "lsa").stdout
    assert "kommunal.fehlt" in shown
    assert "10 weitere" in shown


def test_usage_is_explained_in_german_and_in_english() -> None:
    for language, words in (("de", ("Aufruf:", "Es fehlt die Option")), ("en", ("Usage:", "Missing option"))):
        result = subprocess.run(
            [sys.executable, "-m", "cli", "import", "json", "x.jsonl"],
            env={**os.environ, "BUSDB_LANG": language, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 2
        assert all(word in result.stderr for word in words), result.stderr


def test_runs_are_listed_and_shown(state: Path) -> None:
    assert [run["source"] for run in answer("runs", "list")["items"]] == ["kommunal", "lsa", "destatis"]
    shown = answer("runs", "show", "2")
    assert (shown["run"], shown["status"]) == (2, "done")
    assert "lsa" in busdb("runs", "list").stdout
    assert busdb("runs", "show", "2").exit_code == 0


def test_a_run_is_undone(state: Path) -> None:
    dry = busdb("runs", "undo", "2", "--dry-run")
    assert dry.exit_code == 8
    assert "gelöscht  Gebühr  lsa.ausweis-gebuehr" in dry.stdout
    assert answer("runs", "undo", "2")["removed"] == 3
    assert answer("stats")["records"]["service"] == 0


def test_an_undo_names_what_was_changed_since_and_leaves_it(state: Path) -> None:
    Path("new.jsonl").write_bytes(lines([fee(amount="50.00")]))
    assert busdb("import", "json", "new.jsonl", "--source", "lsa").exit_code == 0
    result = busdb("runs", "undo", "2")
    assert result.exit_code == 9
    assert "Gebühr lsa.ausweis-gebuehr wurde seither geändert (Import 4" in result.stdout
    assert "Betrag: 46.00 → 50.00" in result.stdout
    assert answer("stats")["sources"]["lsa"] == {"fee": 1}
    assert "Betrag: 46.00 → 50.00" in busdb("runs", "show", "4", "--changes").stdout


def test_stats_count_by_kind_and_source(state: Path) -> None:
    found = answer("stats")
    assert found["records"]["area"] == 7
    assert found["sources"]["lsa"]["service"] == 1
    assert found["municipalities"] == 3
    assert "lsa" in busdb("stats").stdout


def test_sources_are_added_edited_and_listed(state: Path) -> None:
    added = answer("sources", "add", "bund", "--name", "Bundesredaktion", "--licence", "dl-de/by-2-0")
    assert (added["name"], added["redistribute"]) == ("Bundesredaktion", True)
    edited = answer("sources", "edit", "bund", "--mandate-area", "150840000000", "--no-redistribute")
    assert (edited["name"], edited["mandate_areas"], edited["redistribute"]) == ("Bundesredaktion", ["15084"], False)
    assert "bund" in {one["code"] for one in answer("sources", "list")["items"]}
    assert busdb("sources", "add", "bund").exit_code == 5


def test_a_source_that_may_not_be_redistributed_is_in_no_feed(state: Path) -> None:
    assert "lsa.ausweis" in busdb("export", "json").stdout
    answer("sources", "edit", "lsa", "--no-redistribute")
    assert "lsa.ausweis" not in busdb("export", "json").stdout
    feed = json.loads(busdb("export", "municipal", "--place", "Naumburg").stdout)
    assert feed["count"] == 0


def test_of_several_offices_those_that_are_open_come_first_and_say_so(state: Path) -> None:
    never = authority(hours=(Hours(osm="Mo-Su off"),))
    always = authority("immer", "Immer offen", parent=never.id, site=True, hours=(Hours(osm="24/7"),))
    late = authority("abends", "Am Abend", parent=never.id, site=True, hours=(Hours(osm="Mo-Fr 15:00-18:00"),))
    Path("offices.jsonl").write_bytes(lines([never, always, late]))
    assert busdb("import", "json", "offices.jsonl", "--source", "kommunal").exit_code == 0
    ask = ("who", "lsa.ausweis", "--place", "Naumburg")
    now = busdb(*ask).output
    assert now.index("Immer offen") < now.index("Bürgerbüro Naumburg")
    assert "Jetzt geöffnet" in now
    evening = busdb(*ask, "--at", "2026-11-23T16:00").output
    assert evening.index("Am Abend") < evening.index("Bürgerbüro Naumburg")
    assert "Jetzt" not in evening
    assert answer(*ask)["matches"][0]["authority"]["name"] == "Bürgerbüro Naumburg"
    first = answer(*ask, "--at", "2026-11-23T20:00+01:00", "--unique")["matches"]
    assert [one["authority"]["name"] for one in first] == ["Immer offen"]
    refused = busdb(*ask, "--at", "abends")
    assert (refused.exit_code, "2026-02-07T10:00" in refused.stderr) == (3, True)


def test_a_district_is_asked_for_the_member_where_the_answer_depends_on_it(state: Path) -> None:
    explicit = rule(authority="kommunal.buergerbuero", areas=("150840355355",))
    Path("state.jsonl").write_bytes(lines([explicit]))
    assert busdb("import", "json", "state.jsonl", "--source", "lsa").exit_code == 0
    asked = busdb("who", "lsa.ausweis", "--ars", "15084").output
    assert "Welche in: Burgenlandkreis?" in asked
    assert "  - Naumburg (Saale)" in asked


@pytest.mark.parametrize(
    "words",
    ["export fees", "reviews", "fees suggest", "feedback list", "notice list", "quality", "diff 2026-11-01"],
)
def test_a_source_that_there_is_not_is_no_empty_answer(state: Path, words: str) -> None:
    result = busdb(*words.split(), "--source", "niemand")
    assert (result.exit_code, "niemand" in result.stderr) == (5, True)


def test_the_whole_database_goes_out_and_in_again_without_a_change(state: Path) -> None:
    assert busdb("export", "json", "--internal", "-o", "out/all.json").exit_code == 0
    for source in ("destatis", "lsa", "kommunal"):
        result = busdb("import", "json", "out/all.json", "--source", source, "--json")
        assert result.exit_code == 9  # the records of the other sources are rejected
        counts = json.loads(result.stdout)["counts"]
        assert sum(one["unchanged"] for one in counts.values()) > 0
        assert all(one["added"] == one["changed"] == 0 for one in counts.values())


def test_an_export_is_the_same_bytes_each_time_and_leaves_no_other_file(state: Path) -> None:
    for name in ("a", "b"):
        assert busdb("export", "115", "--place", "Naumburg", "-o", f"out/{name}.json").exit_code == 0
    assert Path("out/a.json").read_bytes() == Path("out/b.json").read_bytes()
    assert sorted(path.name for path in Path("out").iterdir()) == ["a.json", "b.json"]


def test_internal_content_leaves_only_on_demand(state: Path) -> None:
    public = busdb("export", "115", "--place", "Naumburg").stdout
    internal = busdb("export", "115", "--place", "Naumburg", "--internal").stdout
    assert "Nur für 115" not in public
    assert "Nur für 115" in internal


def test_search_finds_by_the_words_of_people(state: Path) -> None:
    found = answer("search", "Personalausweis beantragen")
    assert [hit["id"] for hit in found["results"]] == ["lsa.ausweis"]
    assert found["total"] == 1
    assert {"id", "name", "official_name", "teaser", "score", "leika_keys", "why"} <= found["results"][0].keys()
    shown = busdb("search", "ausweis", "naumburg").stdout
    assert "Personalausweis beantragen" in shown


def test_a_bundle_tells_the_sum_when_periods_begin_and_the_deadlines_of_the_applicant(state: Path) -> None:
    timed = service(
        processing_times=(ProcessingTime(maximum="P4W", starts_with="complete_documents"),),
        deadlines=(Deadline(label="Anzeige", text="vor Beginn"), Deadline(label="drei Jahre", type="validity")),
    )
    Path("neu.jsonl").write_bytes(lines([timed]))
    assert busdb("import", "json", "neu.jsonl", "--source", "lsa").exit_code == 0
    said = busdb("bundle", "lsa.ausweis", "--place", "Naumburg").output
    assert "Zusammen: 46,00 Euro" in said
    assert "vollständigen Unterlagen" in said
    assert "Ihre Frist für „Personalausweis beantragen“: vor Beginn" in said
    assert "drei Jahre" not in said
    assert "28" in said


def test_the_index_catches_up_and_is_rebuilt(state: Path) -> None:
    status = answer("index", "status")
    assert status["behind"] == 0
    assert answer("index", "rebuild")["documents"] == status["documents"]
    assert answer("index", "update")["behind"] == 0


def test_a_key_is_shown_once_and_revoked(state: Path) -> None:
    made = answer("keys", "create", "--name", "Servicecenter", "--scope", "115:internal")
    assert made["key"].startswith("busdb_")
    (listed,) = answer("keys", "list")["items"]
    assert "key" not in listed
    answer("keys", "revoke", str(listed["id"]))
    assert answer("keys", "list")["items"][0]["revoked_at"] is not None


def test_a_key_for_an_area_is_replaced_by_one_for_the_same(state: Path) -> None:
    made = answer("keys", "create", "--name", "Kreis", "--scope", "115:internal", "--area", "150840000000")
    assert made["areas"] == ["15084"]
    other = answer("keys", "rotate", str(made["id"]), "--overlap", "3")
    assert (other["name"], other["areas"], other["replaces"]) == ("Kreis", ["15084"], made["id"])
    assert other["key"] != made["key"]
    assert other["replaced_until"] in {one["expires_on"] for one in answer("keys", "list")["items"]}
    answer("keys", "rotate", str(other["id"]), "--overlap", "0")
    assert answer("keys", "list")["items"][-2]["revoked_at"] is not None


def test_help_is_in_the_language_of_the_reader() -> None:
    helps = {
        language: subprocess.run(
            [sys.executable, "-c", "import cli; cli.main()", "--help"],
            capture_output=True,
            text=True,
            check=True,
            env={"BUSDB_LANG": language, "PATH": "", "PYTHONPATH": str(Path(cli.__file__).parent)},
        ).stdout
        for language in ("de", "en")
    }
    assert helps["de"] != helps["en"]
    for text in helps.values():
        for name in cli.Commands().list_commands(None):  # type: ignore[arg-type]
            assert f" {name} " in text


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, cli\n"
        "try:\n    cli.main()\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'sqlalchemy', 'flask', 'lxml', 'whoosh', 'msgspec', 'babel', 'rich'} & set(sys.modules)\n"
        "print('HEAVY', sorted(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(cli.__file__).parent,
    )
    assert "HEAVY []" in done.stdout


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"BUSDB_LANG": "en", "LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "de_DE.UTF-8", "LANG": "en_US"}, "de"),
        ({"LANG": "fr_FR.UTF-8"}, "de"),
        ({"LANG": "C"}, "de"),
        ({}, "de"),
    ],
)
def test_the_language_is_that_of_the_setting_then_of_the_locale_then_german(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], language: str
) -> None:
    for name in ("BUSDB_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert cli.language() == language


@pytest.mark.parametrize("content", [None, "[", '{"files": [7]}'])
def test_a_sample_without_a_list_of_its_deliveries_is_refused(home: Path, content: str | None) -> None:
    if content is not None:
        (home / "deliveries.json").write_text(content)
    result = busdb("demo", "--no-serve", "--sample", str(home))
    assert result.exit_code == 3
    assert "deliveries.json" in result.stderr


def test_the_demo_reports_its_imports_and_files_as_data(home: Path) -> None:
    found = answer("demo", "--no-serve", "--output", str(home / "out"))
    assert [one["source"] for one in found["imports"]] == ["destatis", "lsa", "lsa", "kommunal"]
    assert len(found["files"]) == 6
    assert all(Path(name).stat().st_size > 1000 for name in found["files"])


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that is no group."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def test_every_command_answers_in_json() -> None:
    found = dict(commands(cli.Commands(name="busdb")))
    assert len(found) > 15
    assert [path for path, one in found.items() if not any("--json" in option.opts for option in one.params)] == []


def test_visits_of_a_month_are_shown_in_each_form(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUSDB_STATISTICS", "yes")
    visits = Visits(Settings.from_env())
    for _ in range(5):
        visits.count("/services/lsa.ausweis", {"device": "pc", "country": "DE", "language": "de", "face": "page"})
    visits.close()
    (item,) = answer("statistics")["items"]
    assert (item["page"], item["visits"], item["devices"], item["countries"]) == (
        "/services/lsa.ausweis", 5, {"pc": 5}, {"DE": 5},
    )  # fmt: skip
    lines = busdb("statistics", "--as", "csv").stdout.splitlines()
    assert "http://127.0.0.1:5115/services/lsa.ausweis,0,device,pc,5" in lines[2]
    assert "PC 5" in busdb("statistics").stdout
    assert answer("statistics", "--month", "2020-01")["items"] == answer("statistics", "--sdg")["items"] == []
    assert busdb("statistics", "--month", "gestern").exit_code == 3


def test_editors_see_what_is_searched_in_vain_and_import_the_words_for_it(state: Path) -> None:
    assert answer("search-log") == {"items": []}
    log = SearchLog(Settings.from_env())
    for _ in range(3):
        log.searched("Plastikkarte", 0)
        log.searched("Personalausweis", 1)
    log.close()
    (missed,) = answer("search-log", "--without", "hits", "--since", "2026-01-01")["items"]
    assert (missed["line"], missed["sightings"], missed["without_hits"]) == ("plastikkarte", 3, 3)
    assert "personalausweis" in busdb("search-log", "--without", "clicks").stdout
    assert busdb("search-log", "--since", "gestern").exit_code == 3
    Path("words.csv").write_text("Synonym;Leistung\nPlastikkarte;lsa.ausweis\n", encoding="cp1252")
    assert answer("import", "synonyms", "words.csv", "--source", "lsa")["counts"]["wording"]["added"] == 1
    assert answer("search", "plastikkarte")["results"][0]["id"] == "lsa.ausweis"


def test_a_log_of_no_sensible_days_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUSDB_SEARCH_LOG_DAYS", "ewig")
    result = busdb("stats")
    assert result.exit_code == 7
    assert "BUSDB_SEARCH_LOG_DAYS" in result.stderr


def test_the_list_of_commands_says_what_each_says_of_itself() -> None:
    listed = busdb("--help").stdout.split()
    group = cli.Commands(name="busdb")
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        assert command.help == message(f"help.{name.replace('-', '_')}")
        assert name in listed
