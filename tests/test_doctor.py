"""busdb doctor finds what is wrong with an installation, also where next to nothing works, and names what mends it."""

from __future__ import annotations

import ast
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from builders import areas, service
from sqlalchemy import delete, insert, text, update
from support import NOW, ROOT
from test_ingest import lines, load

from busdb import doctor, drafts, migration, validity
from busdb.db import Database
from busdb.doctor import Check, machine
from busdb.formats import Input
from busdb.ingest import Order
from busdb.models.operations import run, subscription
from busdb.models.webhooks import outbox, webhook
from busdb.search.desk import Desk
from busdb.settings import Settings

PAGES = ("IMPRINT", "PRIVACY", "ACCESSIBILITY")


class Installation:
    """A data folder with its database, and the environment that describes it."""

    def __init__(self, folder: Path, template: Path) -> None:
        self.folder = folder / "var"
        self.folder.mkdir(mode=0o750)
        self.file = self.folder / "busdb.sqlite3"
        shutil.copy(template, self.file)
        page = folder / "page.html"
        page.write_text("<p>Land Musterland</p>")
        self.environ = {
            "BUSDB_DATA_DIR": str(self.folder),
            "BUSDB_BASE_URL": "https://zufi.example.org",
            **{f"BUSDB_{name}": str(page) for name in PAGES},
        }

    @property
    def settings(self) -> Settings:
        """The settings, as they are now."""
        return Settings.from_env(self.environ)

    def open(self) -> Database:
        """The database."""
        return Database(self.settings.database)

    def found(self, name: str, now: dt.datetime = NOW) -> list[Check]:
        """What the doctor finds on one thing."""
        return [one for one in doctor.examine(self.environ, now) if one.name == name]

    def one(self, name: str, now: dt.datetime = NOW) -> Check:
        """The only finding on one thing."""
        (found,) = self.found(name, now)
        return found


@pytest.fixture
def well(tmp_path: Path, sqlite_template: Path) -> Installation:
    """An installation with a gazetteer and a service, at which nothing is wrong."""
    made = Installation(tmp_path, sqlite_template)
    database = made.open()
    load(database, areas(), source="destatis")
    load(database, [service()], source="lsa")
    Desk(made.settings, database).rebuild()
    database.close()
    return made


def test_of_what_is_well_nothing_is_to_be_mended(well: Installation) -> None:
    found = doctor.examine(well.environ, NOW)
    assert [one for one in found if one.status != "ok" or one.mend] == []
    assert {one.name for one in found} == {
        "settings", "pages", "permissions", "disk", "feedback", "database", "migrations", "clock", "runs", "imports",
        "drafts", "index", "webhooks",
    }  # fmt: skip


def test_before_the_first_day_it_says_how_to_begin_and_makes_nothing(well: Installation) -> None:
    shutil.rmtree(well.folder)
    found = doctor.examine(well.environ, NOW)
    assert [(one.name, one.mend) for one in found if one.status == "bad"] == [
        ("permissions", "busdb init"),
        ("database", "busdb init"),
    ]
    assert not well.folder.exists()


def test_what_it_advises_for_a_missing_database_makes_one_closed_to_others(well: Installation) -> None:
    shutil.rmtree(well.folder)
    done = run_busdb(well, *str(well.one("database").mend).split()[1:])
    assert done.returncode == 0, done.stderr
    assert well.one("database").status == well.one("permissions").status == "ok"


def test_a_file_that_is_no_database_is_damaged(well: Installation) -> None:
    well.file.write_bytes(b"Das ist keine Datenbank. " * 1000)
    check = well.one("database")
    assert (check.status, check.mend) == ("bad", f"sqlite3 {well.file} .recover | sqlite3 {well.file}.mended")


def test_a_database_with_a_broken_page_is_damaged(well: Installation) -> None:
    with well.file.open("r+b") as file:
        file.seek(4096 * 20)
        file.write(b"\xff" * 4096 * 10)
    assert well.one("database").status == "bad"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_that_is_not_there_is_said_without_its_password(well: Installation, database_url: str) -> None:
    well.environ["BUSDB_DATABASE_URL"] = "postgresql+psycopg://busdb:geheim@127.0.0.1:9/busdb"
    check = well.one("database")
    assert (check.status, check.mend) == ("bad", "pg_isready -d 'dbname=busdb host=127.0.0.1 port=9 user=busdb'")
    assert "geheim" not in check.message
    well.environ["BUSDB_DATABASE_URL"] = database_url
    assert well.one("database").status == "ok"


@pytest.mark.parametrize("url", ["nichts://busdb:geheim@db/busdb", "postgresql busdb:geheim@db"])
def test_an_address_of_no_database_is_said_without_its_password(well: Installation, url: str) -> None:
    well.environ["BUSDB_DATABASE_URL"] = url
    check = well.one("database")
    assert (check.status, check.mend) == ("bad", "unset BUSDB_DATABASE_URL")
    assert url.startswith("postgresql") or "geheim" not in check.message


def test_an_old_schema_and_one_of_the_future_are_told_apart(well: Installation) -> None:
    database = well.open()
    migration.downgrade(database, "0013")
    assert (well.one("migrations").status, well.one("migrations").mend) == ("bad", "busdb init")
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert well.one("migrations").mend == "pip install --upgrade busdb"
    with database.writing() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    assert well.one("migrations").mend == "busdb init"
    database.close()


def test_a_clock_that_was_ahead_has_dated_changes_in_the_future(well: Installation) -> None:
    assert well.one("clock", NOW - dt.timedelta(hours=1)).status == "bad"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_clock_that_differs_from_that_of_the_database_is_wrong(well: Installation, database_url: str) -> None:
    well.environ["BUSDB_DATABASE_URL"] = database_url
    assert well.one("clock", validity.now()).status == "ok"
    check = well.one("clock", validity.now() + dt.timedelta(minutes=10))
    assert (check.status, check.mend) == ("bad", "timedatectl set-ntp true")


def test_an_import_that_broke_off_or_failed_is_named_until_its_source_has_a_good_one(well: Installation) -> None:
    database = well.open()
    with database.writing() as connection:
        row = {"run": 17, "source": "lsa", "format": "json", "files": (), "complete": False, "started_at": NOW}
        connection.execute(insert(run).values(**row, status="running"))
    assert (well.one("runs").status, well.one("runs").mend) == ("warn", "busdb runs show 17")
    with database.import_lock():
        assert well.one("runs").status == "ok"
    with database.writing() as connection:
        connection.execute(update(run).where(run.c.run == 17).values(status="failed"))
    assert (well.one("runs").status, well.one("runs").mend) == ("warn", "busdb runs show 17")
    load(database, [service(name="Neu")], source="lsa")
    assert well.one("runs").status == "ok"
    database.close()


def test_data_that_nobody_renews_are_said_to_be_old(well: Installation) -> None:
    later = NOW + dt.timedelta(days=31)
    assert (well.one("imports", later).status, well.one("imports", later).mend) == ("warn", "busdb runs list")
    database = well.open()
    with database.writing() as connection:
        row = {"url": "https://pvog.example.org/1", "source": "bund", "next_url": "", "followed_at": NOW}
        connection.execute(insert(subscription).values(**row))
    check = well.one("imports", NOW + dt.timedelta(days=3))
    assert (check.status, check.mend) == ("warn", "busdb follow https://pvog.example.org/1 --source bund")
    with database.writing() as connection:
        connection.execute(delete(subscription))
        connection.execute(update(run).values(status="failed"))
    assert well.one("imports").mend == "busdb import --help"
    database.close()


def test_a_draft_may_wait_a_fortnight(well: Installation, tmp_path: Path) -> None:
    database = well.open()
    (tmp_path / "draft.jsonl").write_bytes(lines([service(name="Entwurf")]))
    with (tmp_path / "draft.jsonl").open("rb") as stream:
        drafts.keep(database, Order(format="json", inputs=(Input("draft.jsonl", stream),), source="lsa"), NOW)
    database.close()
    assert well.one("drafts").status == "ok"
    check = well.one("drafts", NOW + dt.timedelta(days=15))
    assert (check.status, check.mend) == ("warn", "busdb drafts list")


def test_an_index_that_is_behind_other_or_damaged_is_found_out(well: Installation) -> None:
    database = well.open()
    load(database, [service(name="Später geändert")], source="lsa")
    assert (well.one("index").status, well.one("index").mend) == ("warn", "busdb index update")
    Desk(well.settings, database).update()
    assert well.one("index").status == "ok"
    with database.writing() as connection:
        past_the_log = "CAST(replace(CAST(record AS TEXT), 'Später geändert', 'Am Protokoll vorbei') AS BLOB)"
        connection.execute(text(f"UPDATE change SET record = {past_the_log}"))
    assert (well.one("index").status, well.one("index").mend) == ("bad", "busdb index rebuild")
    (well.folder / "index" / "current").write_text("77")
    assert (well.one("index").status, well.one("index").mend) == ("bad", "busdb index rebuild")
    database.close()


def test_messages_that_nobody_sends_or_that_were_given_up_are_named(well: Installation) -> None:
    database = well.open()
    with database.writing() as connection:
        row = {"webhook": 1, "url": "https://k.example.org", "secret": "s", "seq": 0, "on": NOW.date()}
        connection.execute(insert(webhook).values(**row, created_at=NOW))
        connection.execute(insert(outbox).values(webhook=1, id="m", payload="{}", attempts=0, next_at=NOW))
    assert well.one("webhooks").status == "ok"
    later = NOW + dt.timedelta(hours=2)
    assert (well.one("webhooks", later).status, well.one("webhooks", later).mend) == ("bad", "busdb deliver")
    with database.lock("deliver"):
        assert well.one("webhooks", later).status == "ok"
    with database.writing() as connection:
        connection.execute(update(outbox).values(next_at=None))
    assert "busdb deliver --once --dead" in str(well.one("webhooks").mend)
    database.close()


def test_reports_of_readers_that_wait_too_long_and_what_is_none_are_named(well: Installation) -> None:
    box = well.folder / "feedback"
    box.mkdir()
    report = {"id": "a", "created_at": "2026-11-23T12:00:00Z", "text": "Die Telefonnummer ist falsch."}
    (box / "a.json").write_text(json.dumps(report))
    os.utime(box / "a.json", (NOW.timestamp(), NOW.timestamp()))
    assert well.one("feedback").status == "ok"
    check = well.one("feedback", NOW + dt.timedelta(hours=2))
    assert (check.status, check.mend) == ("warn", "busdb feedback list")
    (box / "b.json").write_text("kein Bericht")
    assert [one.mend for one in well.found("feedback")] == [f"less {box / 'b.json'}"]


def test_a_disk_without_room_for_the_data_once_more_is_full(well: Installation) -> None:
    free = shutil.disk_usage(well.folder).free
    with (well.folder / "sparse").open("wb") as file:
        file.truncate(free * 2 // 3)
    assert well.one("disk").status == "warn"
    with (well.folder / "sparse").open("wb") as file:
        file.truncate(free * 2)
    assert (well.one("disk").status, str(well.one("disk").mend)[:6]) == ("bad", "du -xh")


@pytest.mark.parametrize(("mode", "status"), [(0o755, "warn"), (0o757, "bad"), (0o700, "ok")])
def test_a_data_folder_is_closed_to_others(well: Installation, mode: int, status: str) -> None:
    well.folder.chmod(mode)
    check = well.one("permissions")
    assert (check.status, check.mend) == (status, None if status == "ok" else f"chmod o-rwx {well.folder}")


def test_a_database_beside_the_data_folder_is_closed_to_others_too(well: Installation, tmp_path: Path) -> None:
    beside = Path(shutil.move(well.file, tmp_path / "beside.sqlite3"))
    beside.chmod(0o644)
    well.environ["BUSDB_DATABASE_URL"] = f"sqlite:///{beside}"
    assert well.one("permissions").mend == f"chmod o-rwx {beside}"
    beside.chmod(0o640)
    assert well.one("permissions").status == "ok"
    assert [one.status for one in well.found("disk")] == ["ok", "ok"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_files_of_another_user_and_files_that_cannot_be_written_are_told_apart(well: Installation) -> None:
    (well.folder / "index").chmod(0o755)
    os.chown(well.folder / "index", 12345, 12345)
    assert (well.one("permissions").status, well.one("permissions").mend) == ("warn", f"chown -R root {well.folder}")


def as_another_user(settings: Settings) -> list[str]:
    """What is said of the permissions to a user who is not root."""
    if os.geteuid() != 0:
        return [one.message for one in machine.folder(settings)]
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setuid(12345)
            said = [one.message for one in machine.folder(settings)]
            os.write(write, json.dumps(said).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(write)
    with os.fdopen(read) as answer:
        found: list[str] = json.load(answer)
        return found


def test_what_may_not_be_written_is_bad_for_whoever_asks() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        file = Path(folder) / "busdb.sqlite3"
        file.write_bytes(b"")
        file.chmod(0o444)
        said = as_another_user(Settings(data_dir=folder))
    assert "busdb.sqlite3" in said[0] or f"{folder} nicht schreiben" in said[0]


def test_a_file_in_the_place_of_the_folder_is_moved_away(well: Installation) -> None:
    shutil.rmtree(well.folder)
    well.folder.write_text("")
    assert str(well.one("permissions").mend).startswith(f"mv {well.folder} ")


@pytest.mark.parametrize(
    ("name", "value", "status", "mend"),
    [
        ("BUSDB_DATADIR", "/srv", "warn", 'export BUSDB_DATA_DIR="$BUSDB_DATADIR"; unset BUSDB_DATADIR'),
        ("BUSDB_KAFFEE", "ja", "warn", "unset BUSDB_KAFFEE"),
        ("BUSDB_LANG", "fr", "warn", "export BUSDB_LANG=de"),
        ("BUSDB_SEARCH", "elastic", "bad", "unset BUSDB_SEARCH"),
        ("BUSDB_SEARCH", "postgresql", "bad", "export BUSDB_SEARCH=whoosh"),
        ("BUSDB_FEED_DAYS", "ewig", "bad", "unset BUSDB_FEED_DAYS"),
        ("BUSDB_FEED_DAYS", "0", "bad", "unset BUSDB_FEED_DAYS"),
        ("BUSDB_ARCHIVE_DAYS", "1", "bad", "unset BUSDB_ARCHIVE_DAYS"),
        ("BUSDB_PROXIES", "viele", "bad", "unset BUSDB_PROXIES"),
        ("BUSDB_COUNTRY_HEADER", "X-Country", "bad", "unset BUSDB_COUNTRY_HEADER"),
        ("BUSDB_RATE", "viel", "bad", "unset BUSDB_RATE"),
        ("BUSDB_FEEDBACK_DAYS", "-1", "bad", "unset BUSDB_FEEDBACK_DAYS"),
        ("BUSDB_SEARCH_LOG_DAYS", "x", "bad", "unset BUSDB_SEARCH_LOG_DAYS"),
        ("BUSDB_STRICT_SOURCES", "ja", "bad", "unset BUSDB_STRICT_SOURCES"),
        ("BUSDB_CLOSED", "kantine", "bad", "unset BUSDB_CLOSED"),
        ("BUSDB_CLOSED", "quality", "warn", "busdb keys create --name Redaktion --scope console"),
        ("BUSDB_BASE_URL", "zufi.example.org", "bad", "export BUSDB_BASE_URL=https://zufi.example.org"),
        ("BUSDB_BASE_URL", "https://[zufi", "bad", "export BUSDB_BASE_URL=https://zufi.example.org"),
        ("BUSDB_BASE_URL", "http://localhost:5115", "warn", "export BUSDB_BASE_URL=https://zufi.example.org"),
        ("BUSDB_BASE_URL", "http://a.example.org/z", "warn", "export BUSDB_BASE_URL=https://a.example.org/z"),
        ("BUSDB_PUBLISHED", "/srv/nirgends", "bad", "busdb publish /srv/nirgends"),
        ("BUSDB_THEME", "/srv/nirgends", "bad", "unset BUSDB_THEME"),
        ("BUSDB_XZUFI_SCHEMAS", "/srv/nirgends", "bad", "unset BUSDB_XZUFI_SCHEMAS"),
    ],
)
def test_settings_that_are_unknown_wrong_or_against_each_other_are_named(
    well: Installation, name: str, value: str, status: str, mend: str
) -> None:
    well.environ[name] = value
    found = [one for one in well.found("settings") if one.status != "ok"]
    assert [(one.status, one.mend) for one in found] == [(status, mend)]


def test_every_refusal_of_a_setting_names_it() -> None:
    tree = ast.parse((ROOT / "busdb" / "settings.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "SetupError"]
    assert len(calls) > 5
    assert [ast.unparse(call) for call in calls if "name" not in {one.arg for one in call.keywords}] == []


def test_several_wrong_settings_are_named_at_once_and_the_rest_is_looked_at(well: Installation) -> None:
    well.environ |= {"BUSDB_SEARCH": "elastic", "BUSDB_FEED_DAYS": "ewig", "BUSDB_STRICT_SOURCES": "ja"}
    assert len([one for one in well.found("settings") if one.status == "bad"]) == 3
    assert well.one("index").status == "ok"


def test_a_data_folder_that_depends_on_where_one_is_is_named(
    well: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(well.folder.parent)
    well.environ["BUSDB_DATA_DIR"] = "var"
    assert well.one("settings").mend == f"export BUSDB_DATA_DIR={well.folder}"


def test_legal_pages_that_are_empty_or_cannot_be_read_are_named(well: Installation) -> None:
    del well.environ["BUSDB_IMPRINT"]
    well.environ["BUSDB_PRIVACY"] = "/srv/nirgends.html"
    assert [(one.status, one.mend) for one in well.found("pages")] == [
        ("warn", "export BUSDB_IMPRINT=/srv/busdb/imprint.html"),
        ("bad", "export BUSDB_PRIVACY=/srv/busdb/privacy.html"),
    ]


def test_the_command_tells_people_and_programs_and_ends_with_10_where_something_is_bad(well: Installation) -> None:
    done = run_busdb(well, "doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert "✓ Suchindex" in done.stdout
    (well.folder / "index" / "current").write_text("77")
    done = run_busdb(well, "doctor", "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["status"]) == (10, "bad")
    assert {"name", "status", "message", "mend"} == answer["checks"][0].keys()
    assert "✗ Suchindex" in run_busdb(well, "doctor").stdout
    assert run_busdb(well, "index", "rebuild").returncode == 0
    assert run_busdb(well, "doctor").returncode == 0


def run_busdb(well: Installation, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line on an installation."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *words],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "BUSDB_LANG": "de", **well.environ},
        capture_output=True,
        text=True,
        check=False,
    )
