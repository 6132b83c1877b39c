"""A person is forgotten wherever they were named, in records, what was, what waits and what was written; also again."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import areas, authority, fee, rule, service
from click.testing import Result
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import insert, select, text
from support import NOW, missing
from test_cli import answer, busdb, move_to
from test_ingest import lines

from api import create_app
from api.hub import Hub
from busdb import forgetting
from busdb.db import Database
from busdb.models import metadata
from busdb.models.webhooks import outbox, webhook
from busdb.records import AnyRecord, Contact, Document, LocalAddition, Notice, Person, Text
from busdb.search.log import SearchLog
from busdb.settings import Settings

ERIKA = Person(
    name="Dr. Erika Musterfrau", role="Leitung", phone="+49 30 23125 777", email="erika.musterfrau@example.org",
    published=True,
)  # fmt: skip
MAX = Person(name="Max Beispiel", phone="+49 30 23125 100", published=True)
SIGNS = ("erika musterfrau", "musterfrau, erika", "erika.musterfrau", "23125 777", "23125777")
"""How she may be met; in small letters."""
PROSE = "<p>Rückfragen: Musterfrau, Erika, Tel. (030) 23125-777</p>"
OFFICE = authority(persons=(ERIKA, MAX), description="<p>Fragen Sie <b>Erika</b> Musterfrau.</p>")


def cli(*words: str) -> Result:
    """A command that succeeds."""
    result = busdb(*words)
    assert result.exit_code == 0, result.output
    return result


def deliver(source: str, *records: AnyRecord, more: tuple[str, ...] = ()) -> Any:
    """Import records of a source."""
    Path("delivery.jsonl").write_bytes(lines(records))
    found = answer("import", "json", "delivery.jsonl", "--source", source, *more)
    Path("delivery.jsonl").unlink()
    return found


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty installation, as the working directory."""
    move_to(tmp_path, monkeypatch)
    Path("var").mkdir()
    shutil.copy(sqlite_template, "var/busdb.sqlite3")


@pytest.fixture
def state(home: None, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation that names Erika Musterfrau wherever somebody can be named."""
    monkeypatch.setenv("BUSDB_DATABASE_URL", database_url)
    deliver("destatis", *areas())
    deliver("lsa", service(texts=(*service().texts, Text(module="08", html=PROSE))), fee(), rule())
    deliver("kommunal", OFFICE, authority("zweite", contacts=(Contact(channel="phone", value="030/23125777"),)))
    gone = Notice(id="kommunal.weg", text="Erika Musterfrau ist krank.", area="15084")
    held = LocalAddition(
        id="kommunal.mehr", service="lsa.ausweis", area="150840355355",
        documents=(Document(label="Formular von Erika Musterfrau"),),
    )  # fmt: skip
    deliver("kommunal", gone, held)
    answer("notice", "remove", "kommunal.weg")
    deliver("kommunal", OFFICE, more=("--draft",))
    Path("inbox").mkdir()
    Path("inbox/x.csv").write_text("id;Name;E-Mail\nx;Amt;Erika Musterfrau\n")
    busdb("import", "csv", "inbox/x.csv", "--source", "kommunal", "--kind", "authorities", "--good-rows")
    settings = Settings.from_env()
    database = Database(settings.database)
    log = SearchLog(settings)
    for _ in range(4):
        log.searched("Erika Musterfrau", 0)
    log.close()
    with database.writing() as connection:
        row = {"url": "https://example.org/", "secret": "x", "seq": 1, "on": NOW.date(), "created_at": NOW}
        connection.execute(insert(webhook).values(webhook=1, **row))
        payload = {"webhook": 1, "id": "m", "payload": '{"name":"Erika Musterfrau"}', "attempts": 1, "next_at": NOW}
        connection.execute(insert(outbox).values(**payload))
    database.close()
    files(settings)
    return settings


def files(settings: Settings) -> None:
    """What lies in folders: published feeds, an archived table, a report, a packed delivery, a waiting report."""
    cli("publish", "out")
    done = Path("inbox/kommunal/done")
    done.mkdir(parents=True)
    book = Workbook()
    book.active.append(["Amt", "Ansprechperson"])
    book.active.append(["Rathaus", "Erika Musterfrau"])
    book.save(done / "behörden.xlsx")
    (done / "andere.csv").write_text("name\nRathaus\n")
    (done / "umlaut.csv").write_bytes("Straße;Musterfrau;Erika\n".encode("cp1252"))
    (done / "alt.jsonl.gz").write_bytes(gzip.compress(lines([OFFICE])))
    app = create_app(settings)
    said = {"text": "Die Nummer von Erika Musterfrau ist falsch", "contact": "erika.musterfrau@example.org"}
    assert app.test_client().post("/api/v1/feedback", json=said).status_code == 201
    hub: Hub = app.extensions["busdb"]
    hub.close()
    box = settings.folder / "feedback"
    box.mkdir(exist_ok=True)
    report = {"id": "f" * 32, "created_at": "2026-11-23T12:00:00Z", "text": "Erika Musterfrau ist nett"}
    (box / f"{'f' * 32}.json").write_text(json.dumps(report))


def unpacked(data: bytes) -> Iterator[bytes]:
    """A file, and what is packed in it."""
    yield data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    if data.startswith(b"\x1f\x8b"):
        yield gzip.decompress(data)


def naming(settings: Settings) -> set[str]:
    """Every file and every table of the database that names her, byte by byte."""
    found = set()
    for path in Path().rglob("*"):
        if path.is_file():
            said = [piece.lower() for piece in unpacked(path.read_bytes())]
            if any(sign.encode() in piece for sign in SIGNS for piece in said):
                found.add(str(path))
    database = Database(settings.database)
    with database.reading() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(text(f'* FROM "{table.name}"'))):
                if any(sign in repr(bytes(one) if isinstance(one, memoryview) else one).lower()
                       for one in row for sign in SIGNS):  # fmt: skip
                    found.add(f"table {table.name}")
    database.close()
    return found


FORGET = (
    "forget", "--record", "kommunal.buergerbuero", "--path", "persons[0]", "--phone", "030 23125777",
    "--folder", "out", "--folder", "inbox",
)  # fmt: skip


def listed_first(before: set[str], state: Settings) -> None:
    """A dry run lists each place and changes nothing."""
    result = busdb(*FORGET, "--dry-run", "--json")
    assert result.exit_code == 8
    places = json.loads(result.stdout)["places"]
    found = {(one["where"], one["what"].removeprefix("out/").partition("/")[0]) for one in places}
    assert ("record", "authority kommunal.buergerbuero") in found
    assert ("record", "notice kommunal.weg") in found
    assert {("row", "feedback"), ("row", "finding"), ("row", "search_line"), ("row", "outbox")} <= found
    assert ("file", "index.json") in found
    assert ("file", "inbox") in found
    assert [one["where"] for one in places].count("draft") == 1
    person = next(one for one in places if one["path"] == "$.persons[0]")
    assert "Leitung" in person["text"]
    assert person["states"] == 1
    assert busdb(*FORGET, "--dry-run").stdout.count("\n") > 20
    assert naming(state) == before
    assert not (state.folder / forgetting.LIST).exists()


def told_without_telling_what(state: Settings) -> None:
    """The log tells that something was forgotten, not what."""
    runs = [one for one in answer("runs", "list")["items"] if one["format"] == "forget"]
    assert {one["source"] for one in runs} == {"lsa", "kommunal"}
    told = answer("history", "kommunal.buergerbuero")["items"]
    assert told[0]["format"] == "forget"
    assert told[0]["fields"] == []
    listed = (state.folder / forgetting.LIST).read_text()
    assert "usterfrau" not in listed
    assert "23125" not in listed


def test_nothing_is_left_of_a_person_who_is_forgotten(state: Settings) -> None:
    before = naming(state)
    listed_first(before, state)
    assert {"table authority_persons", "table change", "table draft_file", "table feedback", "table finding"} <= before
    assert {"table search_line", "table outbox", "table service_texts", "table local_addition_documents"} <= before
    assert any(path.startswith("out/municipal/") for path in before)
    assert any(path.startswith("out/xzufi/") for path in before)
    cli(*FORGET)
    assert naming(state) == set()
    told_without_telling_what(state)
    kept = busdb("export", "json", "--internal").stdout
    assert "Max Beispiel" in kept
    assert "23125 100" in kept
    assert "Fragen Sie <b>[…]</b>" in kept
    assert {path.name for path in Path("inbox").rglob("*") if path.is_file()} == {"andere.csv"}
    assert busdb("index", "check").exit_code == 0
    assert answer("publish", "out")["written"] == 0


def test_a_restore_brings_nobody_back(state: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    if shutil.which("pg_dump") is None and not state.database.startswith("sqlite"):
        missing("pg_dump")
    kept = str(tmp_path_factory.mktemp("backup") / "busdb.tar.gz")
    cli("backup", kept)
    cli(*FORGET)
    told = cli("restore", kept, "--force").output
    assert naming(state) == set()
    there = answer("backup", str(Path(kept).with_name("after.tar.gz")))["manifest"]["inventory"]["public"]
    assert f"Prüfsumme {there['checksum']}" in told
    assert told.count("Prüfsumme") == 2, "that of the backup is another"
    before = busdb("export", "json", "--internal").stdout
    cli("forget", "--again", "--folder", "out")
    assert busdb("export", "json", "--internal").stdout == before
    shutil.copy(kept, "inbox")
    if state.database.startswith("sqlite"):
        assert busdb("forget", "--again", "--folder", "inbox").exit_code == 9, "a copy of a database stays"
        assert Path("inbox/busdb.tar.gz").exists()


def test_a_search_by_name_mail_or_phone_finds_what_names_them_so(home: None) -> None:
    deliver("lsa", service(texts=(*service().texts, Text(module="08", html=PROSE))))
    deliver("kommunal", OFFICE, authority("zweite", contacts=(Contact(channel="phone", value="030/23125777"),)))

    def hit(*words: str) -> set[str]:
        return {one["what"] for one in json.loads(busdb("forget", *words, "--dry-run", "--json").stdout)["places"]}

    assert "service lsa.ausweis" in hit("--name", "erika MUSTERFRAU")
    assert "authority kommunal.zweite" not in hit("--name", "Erika Musterfrau")
    assert "authority kommunal.zweite" in hit("--phone", "+49 (0)30 23125-777")
    assert "authority kommunal.buergerbuero" in hit("--mail", "Erika.Musterfrau@example.org")
    assert hit("--name", "Erika Musterfrauen") == set()


@pytest.mark.parametrize(
    ("words", "status", "named"),
    [
        (("--name", "Musterfrau"), 3, "Musterfrau"),
        (("--name", "Dr. Musterfrau"), 3, "Musterfrau"),
        (("--phone", "777"), 3, "777"),
        (("--mail", "erika"), 3, "erika"),
        (("--record", "kommunal.buergerbuero"), 3, "persons[1] (Max Beispiel)"),
        (("--record", "kommunal.buergerbuero", "--path", "persons[7]"), 4, "persons[7]"),
        (("--record", "kommunal.fehlt"), 4, "kommunal.fehlt"),
        ((), 2, "--record"),
        (("--again", "--name", "Erika Musterfrau"), 2, "--again"),
    ],
)
def test_who_would_meet_others_is_refused(home: None, words: tuple[str, ...], status: int, named: str) -> None:
    deliver("kommunal", OFFICE)
    result = busdb("forget", *words)
    assert result.exit_code == status, result.output
    assert named in result.stderr
    assert "Erika" in busdb("export", "json").stdout


def test_a_number_of_the_office_is_not_taken_for_that_of_its_person(home: None) -> None:
    deliver("kommunal", authority(persons=(MAX,)), authority("zweite"))
    cli("forget", "--record", "kommunal.buergerbuero")
    kept = busdb("export", "json").stdout
    assert "Max" not in kept
    assert kept.count("23125 100") == 2


def test_what_stands_in_an_id_is_named_and_stays(home: None) -> None:
    deliver("kommunal", authority("erika-musterfrau"))
    result = busdb("forget", "--name", "Erika Musterfrau")
    assert result.exit_code == 9
    assert "kommunal.erika-musterfrau" in result.stdout


def test_followers_are_told_and_cursors_from_before_have_expired(home: None) -> None:
    deliver("destatis", *areas())
    deliver("lsa", service(), rule())
    deliver("kommunal", OFFICE)
    client: FlaskClient = create_app(Settings.from_env()).test_client()
    feed, log = "/api/v1/feeds/municipal?place=Naumburg", "/api/v1/changes"
    held, cursor = client.get(feed), client.get(log).get_json()["cursor"]
    before = held.get_json()["cursor"]
    cli("forget", "--record", "kommunal.buergerbuero", "--path", "persons[0]")
    gone = client.get(f"{feed}&after={before}")
    assert gone.status_code == 410
    assert client.get(feed, headers={"If-None-Match": held.headers["ETag"]}).status_code == 200
    now = client.get(feed).get_json()["cursor"]
    assert client.get(f"{feed}&after={now}").get_json()["items"] == []
    (entry,) = client.get(f"{log}?after={cursor}").get_json()["items"]
    assert entry["id"] == "kommunal.buergerbuero"
    assert [one["name"] for one in entry["record"]["persons"]] == ["Max Beispiel"]


def test_who_was_never_published_moves_nothing_for_the_public(home: None) -> None:
    deliver("destatis", *areas())
    deliver("lsa", service(), rule())
    deliver("kommunal", authority(persons=(Person(name="Erika Musterfrau"),)))
    client: FlaskClient = create_app(Settings.from_env()).test_client()
    feed = "/api/v1/feeds/municipal?place=Naumburg"
    held = client.get(feed)
    assert "Erika" not in held.get_data(as_text=True)
    cli("forget", "--record", "kommunal.buergerbuero")
    assert "Erika" not in busdb("export", "json", "--internal").stdout
    assert client.get(feed, headers={"If-None-Match": held.headers["ETag"]}).status_code == 304


def test_runs_from_before_can_be_undone_and_do_not_bring_anybody_back(home: None) -> None:
    deliver("kommunal", OFFICE)
    run = deliver("kommunal", authority(name="Rathaus", persons=(ERIKA,)))["run"]
    cli("forget", "--name", "Erika Musterfrau")
    cli("runs", "undo", str(run))
    record = json.loads(busdb("export", "json").stdout)["items"][0]
    assert record["name"] == "Bürgerbüro Naumburg"
    assert [one["name"] for one in record["persons"]] == ["Max Beispiel"]
    answer("diff", "2020-01-01")


def test_editors_do_not_forget_anybody(home: None, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver("kommunal", OFFICE)
    answer("editors", "add", "anna", "--source", "kommunal")
    monkeypatch.setenv("BUSDB_EDITOR", "anna")
    assert busdb("forget", "--name", "Erika Musterfrau").exit_code == 5
