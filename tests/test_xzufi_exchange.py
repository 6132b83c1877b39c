"""States travel as XZuFi from one database to another and come out the same, byte for byte."""

from __future__ import annotations

import filecmp
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine
from support import NOW, TODAY, new_database
from test_states import sample  # noqa: F401  a fixture

from bench import large_state
from busdb import delivery, ingest, runs
from busdb.db import Database
from busdb.errors import InputError
from busdb.formats import Input
from busdb.ingest import Order
from busdb.undo import undo
from commands.import_ import command as import_command

SOURCES = {"lsa": ("L999915",), "kommunal": ("L999916",)}


def exported(database: Database, version: str = "2.2.0", *, internal: bool = False) -> bytes:
    """The state as one message."""
    with database.reading() as connection:
        gazetteer = delivery.gazetteer_of(connection)
        wish = delivery.Wish(feed="xzufi", place=None, on=TODAY, form="xml", version=version, internal=internal)
        return b"".join(delivery.write(connection, gazetteer, wish))


def take_in(database: Database, data: bytes, source: str, *, full: bool = True) -> runs.Report:
    """Import a message as a source."""
    order = Order(
        format="xzufi", inputs=(Input("x.xml", io.BytesIO(data)),), source=source, full=full, allow_deletions=10_000
    )
    return ingest.import_(database, order, NOW)


@pytest.fixture
def other(database: Database) -> Database:
    """An empty database that knows the agencies of the sources."""
    name_agencies(database, create=True)
    return database


def name_agencies(database: Database, *, create: bool = False) -> None:
    """Say under which agencies the sources deliver."""
    with database.writing() as connection:
        for code, agencies in SOURCES.items():
            runs.edit_source(connection, code, {"agencies": agencies}, create=create, now=NOW)


@pytest.mark.parametrize("version", ["2.2.0", "2.3.1"])
def test_the_sample_state_goes_to_an_empty_database_and_comes_out_byte_by_byte(
    sample: Database,  # noqa: F811
    other: Database,
    version: str,
) -> None:
    name_agencies(sample)
    first = exported(sample, version)
    for source in SOURCES:
        report = take_in(other, first, source)
        assert [
            issue for issue in report.issues if issue["code"] not in {"xzufi_foreign", "reference_missing", "no_text"}
        ] == []
    second = exported(other, version)
    assert second == first
    for source in SOURCES:
        again = take_in(other, first + b"\n", source)  # other bytes, so that they are read
        assert again.changes == 0


def message(*instructions: str) -> bytes:
    """A message with instructions."""
    uri = "http://xoev.de/schemata/xzufi/2_2_0"
    return f'<x:a xmlns:x="{uri}"><x:nachrichtenkopf/>{"".join(instructions)}</x:a>'.encode()


def service(*amounts: str, id_: str = "1") -> str:
    """A service with fees."""
    costs = "".join(
        f'<x:kosten><x:kostenauswahl><x:betrag>{amount}</x:betrag></x:kostenauswahl><x:beschreibung languageCode="de">'
        f"Fall {number}</x:beschreibung></x:kosten>"
        for number, amount in enumerate(amounts)
    )
    return (
        f"<x:schreibe><x:leistung><x:id>{id_}</x:id><x:modulText><x:leikaTextmodul><code>03</code></x:leikaTextmodul>"
        f'<x:inhalt languageCode="de">Gewerbe</x:inhalt></x:modulText><x:modulKosten>{costs}</x:modulKosten>'
        "</x:leistung></x:schreibe>"
    )


def deletion(class_: str, id_: str = "1") -> str:
    """An order to delete."""
    return f'<x:loesche klasse="{class_}"><x:id>{id_}</x:id></x:loesche>'


def local(*areas: str) -> str:
    """A specialisation with a text and a fee."""
    places = "".join(f"<x:gebietID>{area}</x:gebietID>" for area in areas)
    return (
        f"<x:schreibe><x:spezialisierung><x:id>s</x:id><x:leistungID>1</x:leistungID>{places}<x:modulText>"
        '<x:leikaTextmodul><code>16</code></x:leikaTextmodul><x:inhalt languageCode="de">Hier</x:inhalt></x:modulText>'
        "<x:modulKosten><x:kosten><x:kostenauswahl><x:betrag>9</x:betrag></x:kostenauswahl></x:kosten></x:modulKosten>"
        "</x:spezialisierung></x:schreibe>"
    )


def counts(report: runs.Report) -> dict[str, dict[str, int]]:
    """What was done, without what was not."""
    return {kind: done for kind, words in report.counts.items() if (done := {k: n for k, n in words.items() if n})}


def test_fees_that_do_not_come_again_with_their_service_are_deleted(database: Database) -> None:
    take_in(database, message(service("37.00", "5.00")), "lsa", full=False)
    report = take_in(database, message(service("46.00")), "lsa", full=False)
    assert counts(report) == {"service": {"unchanged": 1}, "fee": {"changed": 1, "deleted": 1}}
    assert take_in(database, message(service("46.00")) + b"\n", "lsa", full=False).changes == 0


def test_an_object_that_comes_twice_counts_as_it_came_last(database: Database) -> None:
    report = take_in(database, message(service("1.00"), service("2.00")), "lsa", full=False)
    assert [issue["code"] for issue in report.issues if issue["severity"] == "muss"] == []
    assert b">2.00<" in exported(database)
    assert b">1.00<" not in exported(database)


def test_deletions_take_what_hangs_on_the_deleted_and_the_unknown_is_no_error(database: Database) -> None:
    take_in(database, message(service("1.00"), service(id_="2"), local("150840355355", "15002")), "lsa", full=False)
    report = take_in(database, message(deletion("LeistungSpezialisierung", "s")), "lsa", full=False)
    assert counts(report) == {"local_addition": {"deleted": 2}, "fee": {"deleted": 2}}
    orders = [deletion("Zustaendigkeit", str(number)) for number in range(1200)]
    assert take_in(database, message(*orders), "lsa", full=False).changes == 0
    report = take_in(database, message(deletion("Leistung"), deletion("Leistung", "7")), "lsa", full=False)
    assert counts(report) == {"service": {"deleted": 1}, "fee": {"deleted": 1}}
    assert exported(database).count(b"<xzufi:leistung>") == 1


def test_the_order_of_writing_and_deleting_is_kept(database: Database) -> None:
    take_in(database, message(service("1.00"), deletion("Leistung")), "lsa", full=False)
    assert b"<xzufi:leistung>" not in exported(database)
    take_in(database, message(deletion("Leistung"), service("1.00")), "lsa", full=False)
    assert b"<xzufi:leistung>" in exported(database)


def test_fewer_areas_of_a_specialisation_take_its_content_away_from_the_others(database: Database) -> None:
    take_in(database, message(service("1.00"), local("150840355355", "15002")), "lsa", full=False)
    report = take_in(database, message(local("150840355355")), "lsa", full=False)
    assert counts(report) == {
        "local_addition": {"unchanged": 1, "deleted": 1},
        "fee": {"unchanged": 1, "deleted": 1},
    }


def test_a_deletion_can_be_undone(database: Database) -> None:
    take_in(database, message(service("1.00")), "lsa", full=False)
    before = exported(database)
    report = take_in(database, message(deletion("Leistung")), "lsa", full=False)
    assert report.run is not None
    undo(database, report.run, NOW)
    assert exported(database) == before


def test_a_set_is_imported_by_its_index(tmp_path: Path, sqlite_database: Database) -> None:
    (tmp_path / "a.xml").write_bytes(message(service("1.00")))
    (tmp_path / "b.xml").write_bytes(message(service("2.00", id_="2")))
    (tmp_path / "index.txt").write_bytes(b"b.xml\r\na.xml\r\n")
    environment = {"BUSDB_DATABASE_URL": str(sqlite_database.engine.url), "BUSDB_DATA_DIR": str(tmp_path / "var")}
    arguments = ["xzufi", str(tmp_path / "index.txt"), "--source", "lsa", "--json"]
    done = CliRunner().invoke(import_command, arguments, env=environment, catch_exceptions=False)
    assert json.loads(done.stdout)["counts"]["service"]["added"] == 2
    for bad in (b"", b"../a.xml\n", b"fehlt.xml\n"):
        (tmp_path / "index.txt").write_bytes(bad)
        with pytest.raises(InputError):
            CliRunner().invoke(import_command, arguments, env=environment, catch_exceptions=False)


def travel(sqlite_database: Database, other: Database, tmp_path: Path, scale: float) -> None:
    """A made-up state goes from SQLite to another database and comes out the same."""
    state, first, second = (tmp_path / name for name in ("state.jsonl", "first.xml", "second.xml"))
    large_state.write(state, scale)
    with state.open("rb") as file:
        order = Order(format="json", inputs=(Input(state.name, file),), source="bench")
        ingest.import_(sqlite_database, order, NOW)
    write_to(first, sqlite_database)
    with first.open("rb") as file:
        order = Order(format="xzufi", inputs=(Input(first.name, file),), source="bench")
        report = ingest.import_(other, order, NOW)
    assert [issue for issue in report.issues if issue["severity"] == "muss"] == []
    write_to(second, other)
    assert filecmp.cmp(first, second, shallow=False)


def write_to(path: Path, database: Database) -> None:
    """Export into a file."""
    with database.reading() as connection, path.open("wb") as file:
        wish = delivery.Wish(feed="xzufi", place=None, on=TODAY, form="xml")
        for piece in delivery.write(connection, delivery.gazetteer_of(connection), wish):
            file.write(piece)


def test_a_made_up_state_comes_out_byte_by_byte(
    sqlite_database: Database, postgresql_database: Database, tmp_path: Path
) -> None:
    travel(sqlite_database, postgresql_database, tmp_path, 0.005)


@pytest.mark.soak
def test_ten_thousand_services_come_out_byte_by_byte(
    sqlite_database: Database, postgresql_database: Database, tmp_path: Path
) -> None:
    travel(sqlite_database, postgresql_database, tmp_path, 1.0)


@pytest.fixture
def postgresql_database(postgres_server: Engine | None, postgres_template: str | None) -> Iterator[Database]:
    """A fresh PostgreSQL database."""
    with new_database(postgres_server, postgres_template) as url:
        opened = Database(url)
        yield opened
        opened.close()
