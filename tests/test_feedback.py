"""Reports of readers: kept whatever happens, read by editors, closed without a trace of the reader."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from builders import areas, authority, service
from support import NOW
from test_store import put

from busdb import feedback
from busdb.db import Database
from busdb.editors import Channel
from busdb.errors import InputError, NotFoundError
from busdb.settings import Settings

ERIKA = Channel(name="erika")


@pytest.fixture
def box(database: Database, tmp_path: Path) -> feedback.Box:
    """Where reports arrive, over a small state."""
    put(database, [*areas(), authority(), service()])
    url = database.url.render_as_string(hide_password=False)
    return feedback.Box(Settings(data_dir=str(tmp_path), database_url=url))


def made(database: Database, text: str = "Die Telefonnummer stimmt nicht.", **about: str) -> feedback.Report:
    with database.reading() as connection:
        return feedback.report(connection, text, NOW, **about)  # type: ignore[arg-type]  # keywords by name


def open_ones(database: Database) -> list[feedback.Kept]:
    with database.reading() as connection:
        return feedback.listing(connection)


def test_a_report_names_its_record_as_it_was_seen_and_whose_editors_mend_it(
    database: Database, box: feedback.Box
) -> None:
    box.put(made(database, service="lsa.ausweis", contact="leser@example.org"))
    box.close()
    (one,) = open_ones(database)
    assert (one.kind, one.record, one.source, one.changed) == ("service", "lsa.ausweis", "lsa", False)
    put(database, [service(ea=True)])
    assert open_ones(database)[0].changed


def test_a_report_waits_on_the_disk_while_another_writes_and_comes_with_the_next(
    sqlite_database: Database, tmp_path: Path
) -> None:
    box = feedback.Box(Settings(data_dir=str(tmp_path), database_url=str(sqlite_database.url)))
    with sqlite_database.writing():
        box.put(made(sqlite_database, "Der erste"))
        assert [path.suffix for path in (tmp_path / "feedback").iterdir()] == [".json"]
    assert open_ones(sqlite_database) == []
    box.put(made(sqlite_database, "Der zweite"))
    box.close()
    assert sorted(one.text for one in open_ones(sqlite_database)) == ["Der erste", "Der zweite"]
    assert list((tmp_path / "feedback").iterdir()) == []


def test_a_report_that_two_take_in_at_once_stands_there_once(database: Database, box: feedback.Box) -> None:
    given = made(database)
    box.put(given)
    box.put(given)
    box.close()
    assert len(open_ones(database)) == 1


def test_a_strange_file_in_the_folder_is_left_alone(database: Database, box: feedback.Box) -> None:
    box.folder.mkdir()
    (box.folder / "fremd.json").write_text("kein Bericht")
    box.put(made(database))
    box.close()
    assert [path.name for path in box.folder.iterdir()] == ["fremd.json"]
    assert len(open_ones(database)) == 1


def test_closing_deletes_the_address_of_the_reader_and_is_done_once(database: Database, box: feedback.Box) -> None:
    box.put(made(database, contact="leser@example.org"))
    box.close()
    (one,) = open_ones(database)
    with database.writing() as connection:
        done = feedback.close(connection, one.number, ERIKA, NOW, "Nummer berichtigt")
        assert (done.contact, done.closed_by, done.remark) == (None, "erika", "Nummer berichtigt")
        assert feedback.listing(connection) == []
        assert len(feedback.listing(connection, closed=True)) == 1
        with pytest.raises(InputError, match="schon geschlossen"):
            feedback.close(connection, one.number, ERIKA, NOW)
        assert feedback.forget(connection, NOW) == 0
        assert feedback.forget(connection, NOW + dt.timedelta(days=1)) == 1
        with pytest.raises(NotFoundError):
            feedback.show(connection, one.number)


def test_an_editor_sees_and_closes_reports_on_records_of_their_sources_only(
    database: Database, box: feedback.Box
) -> None:
    box.put(made(database, "Die Leistung", service="lsa.ausweis"))
    box.put(made(database, "Die Stelle", authority="kommunal.buergerbuero"))
    box.put(made(database, "Ohne Bezug"))
    box.close()
    town = Channel(name="anna", role="editor", sources=("kommunal",))
    numbers = {one.text: one.number for one in open_ones(database)}
    with database.writing() as connection:
        assert [one.text for one in feedback.listing(connection, sources=town.sources)] == ["Die Stelle"]
        for text in ("Die Leistung", "Ohne Bezug"):
            with pytest.raises(NotFoundError):
                feedback.close(connection, numbers[text], town, NOW)
        assert feedback.close(connection, numbers["Die Stelle"], town, NOW).closed_by == "anna"


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (feedback.LENGTH + 1)])
def test_a_report_has_a_text_of_some_length(database: Database, text: str) -> None:
    with pytest.raises(InputError):
        made(database, text)


def test_what_nobody_can_have_seen_cannot_be_reported(database: Database, box: feedback.Box) -> None:
    with pytest.raises(NotFoundError):
        made(database, service="lsa.nichts")
    box.close()
