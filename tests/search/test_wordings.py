"""The words of editors find services at once, and stop doing so when they are taken back."""

from __future__ import annotations

import io
import time

import pytest
from builders import service
from support import NOW
from test_store import put

from busdb import ingest, mandates, undo
from busdb.db import Database
from busdb.formats import Input
from busdb.publication import SearchAnswer, Why
from busdb.records import Wording
from busdb.search import desk as desks
from busdb.search.desk import Desk
from busdb.settings import Settings


def load(database: Database, table: str, *, full: bool = False) -> int:
    """Import a table of synonyms; the number of the run."""
    inputs = (Input("synonyme.csv", io.BytesIO(table.encode())),)
    order = ingest.Order(format="synonyms", inputs=inputs, source="lsa", full=full, allow_deletions=100)
    report = ingest.import_(database, order, NOW)
    assert report.issues == []
    assert report.run
    return report.run


def names(answer: SearchAnswer) -> list[str]:
    """The names of the hits."""
    return [hit.name for hit in answer.results]


def test_a_service_is_found_by_the_words_of_its_editors(desk: Desk, database: Database) -> None:
    assert names(desk.search("glumpsel")) == []
    run = load(database, "synonym;leistung\nGlumpsel|Trallala;lsa.s3\n")
    assert desk.update() == 1
    for line in ("glumpsel", "Trallala", "glmpsel"):
        (hit,) = desk.search(line).results
        assert hit.name == "Führerschein umtauschen"
        assert hit.why[0].field == "synonym"
        assert hit.highlights[0].field == "synonym"
    assert [(one.text, one.kind) for one in desk.suggest("glump")] == [("Glumpsel", "synonym")]
    assert desk.check().agrees
    undo.undo(database, run, NOW)
    assert desk.check().stale == ("lsa.s3",)
    assert desk.update() == 1
    assert names(desk.search("glumpsel")) == []
    assert desk.check().agrees


def test_a_complete_delivery_takes_back_what_it_no_longer_has(desk: Desk, database: Database) -> None:
    load(database, "synonym;leistung\nGlumpsel;lsa.s3\nZwirbelchen;lsa.s5\n")
    desk.update()
    load(database, "synonym;leistung\nGlumpsel;lsa.s5\n", full=True)
    desk.update()
    assert names(desk.search("glumpsel")) == ["Kraftfahrzeug zulassen"]
    assert names(desk.search("zwirbelchen")) == []
    assert desk.check().agrees


def test_words_for_a_key_belong_to_every_service_that_bears_it(desk: Desk, database: Database) -> None:
    load(database, "synonym;leika\nWauwau;99102013000000\n")
    desk.update()
    assert names(desk.search("wauwau")) == ["Hundesteuer"]
    put(database, [service("zweite", "Hundesteuer zahlen", leika_keys=("99102013000000",), areas=("09",))])
    desk.update()
    assert set(names(desk.search("wauwau"))) == {"Hundesteuer", "Hundesteuer zahlen"}
    load(database, "synonym;leika\n", full=True)
    desk.update()
    assert names(desk.search("wauwau")) == []
    assert desk.check().agrees


def test_words_may_come_before_the_service_that_they_are_for(desk: Desk, database: Database) -> None:
    put(database, [Wording(id="lsa.w", everyday="Knolle", service="andere.neu")])
    desk.update()
    put(database, [service("neu", "Bußgeld zahlen", id="andere.neu")])
    desk.update()
    assert names(desk.search("knolle")) == ["Bußgeld zahlen"]


def test_official_words_hold_for_every_search_without_any_update_of_the_index(
    desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert names(desk.search("Wumpelding holen")) != ["Reisepass beantragen"]
    before = desk.version
    load(database, "synonym;amtlich\nWumpelding holen;der Reisepass\n")
    monkeypatch.setattr(desks, "LOOK", 0.0)
    (hit,) = desk.search("mein WUMPELDING bitte holen").results[:1]
    assert desk.version != before
    assert hit.name == "Reisepass beantragen"
    assert Why(field="name", term="reisepass", synonym="WUMPELDING holen") in hit.why
    load(database, "synonym;amtlich\n", full=True)
    assert "Reisepass beantragen" not in names(desk.search("wumpelding"))


def test_an_everyday_word_is_no_slip_of_another(desk: Desk, database: Database) -> None:
    put(database, [service("hort", "Hort finden"), Wording(id="lsa.w", everyday="Ja-Wort", official="Eheschließung")])
    desk.update()
    time.sleep(desks.LOOK)
    answer = desk.search("ja-wort")
    assert names(answer)[0] == "Eheschließung anmelden"
    assert answer.suggestions == ()


def test_a_hit_by_our_own_thesaurus_says_so_too(desk: Desk) -> None:
    (hit, *_) = desk.search("lappen").results
    assert {why.synonym for why in hit.why} == {"lappen"}
    (hit, *_) = desk.search("führerschein").results
    assert {why.synonym for why in hit.why} == {None}


def test_editors_add_to_our_own_entries_and_replace_none(desk: Desk, database: Database) -> None:
    load(database, "synonym;amtlich\nLappen;Hundesteuer\n")
    time.sleep(desks.LOOK)
    assert {"Führerschein umtauschen", "Hundesteuer"} <= set(names(desk.search("lappen")))


def test_words_of_a_source_that_may_not_be_redistributed_are_not_used(
    database: Database, settings: Settings, desk: Desk
) -> None:
    load(database, "synonym;leistung;amtlich\nGlumpsel;lsa.s3;\nWumpelding;;Reisepass\n")
    desk.update()
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE source SET redistribute = false WHERE code = 'lsa'")
        mandates.reclassify(connection, "lsa", NOW)
    desk.update()
    fresh = Desk(settings, database)
    assert names(fresh.search("glumpsel")) == []
    assert names(fresh.search("wumpelding")) == []
