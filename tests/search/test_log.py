"""The log of searches counts lines, not people, and never stands in the way of anybody."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from busdb import validity
from busdb.db import Database
from busdb.models.search import search_line
from busdb.search import log
from busdb.search.log import Searched, SearchLog, searched
from busdb.settings import Settings

TODAY = validity.today(validity.now())


def make(database: Database, days: int = 90) -> SearchLog:
    """The log of a process of its own."""
    return SearchLog(
        Settings(database_url=database.url.render_as_string(hide_password=False), search_log_days=str(days))
    )


@pytest.fixture
def notes(database: Database) -> Iterator[SearchLog]:
    """A log over an empty database."""
    made = make(database)
    yield made
    made.close()


def listed(database: Database, **wanted: object) -> list[Searched]:
    """What editors read."""
    with database.reading() as connection:
        return searched(connection, **{"since": TODAY - dt.timedelta(89), **wanted})  # type: ignore[arg-type]


def stored(database: Database) -> list[str | None]:
    """The lines that stand in the database as text."""
    with database.reading() as connection:
        return list(connection.scalars(select(search_line.c.line)))


def test_a_line_is_kept_as_text_from_its_third_sighting(database: Database, notes: SearchLog) -> None:
    for _ in range(2):
        notes.searched("Max Beispiel Geburtsurkunde", 1)
        assert notes.flush()
    assert stored(database) == [None]
    assert listed(database) == []
    notes.searched("  max beispiel  GEBURTSURKUNDE ", 0)
    assert notes.flush()
    assert listed(database) == [
        Searched(line="max beispiel geburtsurkunde", sightings=3, without_hits=1, without_click=2, last_day=TODAY)
    ]


def test_a_line_seen_twice_is_nowhere_in_the_files_of_the_database(sqlite_database: Database, tmp_path: Path) -> None:
    notes = make(sqlite_database)
    for _ in range(2):
        notes.searched("geheimniskrämer", 0)
        notes.clicked("geheimniskrämer")
        notes.flush()
    for _ in range(3):
        notes.searched("wohngeld", 3)
    notes.close()
    sqlite_database.close()
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"wohngeld" in held
    assert b"geheimnis" not in held


def test_clicks_tell_what_helped(database: Database, notes: SearchLog) -> None:
    for line, hits, clicks in (("perso", 3, 3), ("klo", 0, 0), ("hundesteuer", 2, 1)):
        for number in range(4):
            notes.searched(line, hits)
            if number < clicks:
                notes.clicked(line)
    notes.flush()
    assert {one.line: (one.sightings, one.without_hits, one.without_click) for one in listed(database)} == {
        "perso": (4, 0, 1),
        "klo": (4, 4, 0),
        "hundesteuer": (4, 0, 3),
    }
    assert [one.line for one in listed(database, without="hits")] == ["klo"]
    assert [one.line for one in listed(database, without="clicks")] == ["hundesteuer", "perso"]
    assert len(listed(database, limit=1)) == 1


def test_clicks_alone_show_no_line(database: Database, notes: SearchLog) -> None:
    for _ in range(5):
        notes.clicked("max.beispiel@example.org")
    notes.flush()
    assert stored(database) == [None]


def test_the_sightings_of_several_processes_add_up(database: Database, notes: SearchLog) -> None:
    others = [make(database) for _ in range(3)]
    lines = [f"zeile {number}" for number in range(40)]

    def work(own: SearchLog, order: list[str]) -> None:
        for line in order:
            own.searched(line, 1)
        while not own.flush():
            pass

    threads = [
        threading.Thread(target=work, args=(own, lines if number % 2 else lines[::-1]))
        for number, own in enumerate(others)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for own in others:
        own.close()
    assert {one.line for one in listed(database)} == set(lines)
    assert {one.sightings for one in listed(database)} == {3}


def test_while_another_writes_lines_wait_and_none_is_lost(sqlite_database: Database) -> None:
    notes = make(sqlite_database)
    with sqlite_database.writing():
        for _ in range(3):
            notes.searched("wohngeld", 1)
        assert not notes.flush()
        assert not notes.flush()
    assert notes.flush()
    assert [one.sightings for one in listed(sqlite_database)] == [3]
    notes.close()


def test_a_database_that_is_gone_disturbs_nobody(tmp_path: Path) -> None:
    notes = SearchLog(Settings(database_url="postgresql+psycopg://nobody@127.0.0.1:1/none"))
    notes.searched("wohngeld", 1)
    assert not notes.flush()
    notes.close()


def test_what_is_collected_is_bounded(database: Database, notes: SearchLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MOST", 5)
    with notes._writing:
        for number in range(20):
            for _ in range(3):
                notes.searched(f"zeile {number}", 1)
        assert len(notes._collected) <= 5
    notes.flush()
    assert {one.sightings for one in listed(database)} == {3}


def test_old_lines_are_forgotten_and_without_days_there_is_no_log(database: Database, notes: SearchLog) -> None:
    for _ in range(3):
        notes.searched("alt", 1)
    notes.flush()
    with database.writing() as connection:
        connection.execute(update(search_line).values(day=TODAY - dt.timedelta(89)))
    for _ in range(3):
        notes.searched("neu", 1)
    notes.flush()
    assert {one.line for one in listed(database)} == {"alt", "neu"}
    assert [one.line for one in listed(database, since=TODAY)] == ["neu"]
    with database.writing() as connection:
        connection.execute(update(search_line).where(search_line.c.line == "alt").values(day=TODAY - dt.timedelta(90)))
    notes.searched("neu", 1)
    notes.flush()
    assert set(stored(database)) == {"neu"}
    silent = make(database, days=0)
    silent.searched("neu", 1)
    silent.flush(always=True)
    silent.close()
    assert stored(database) == []


@pytest.mark.parametrize("line", ["", "   ", "\u0000 x\ud800", "a" * 100_000, "😀 " * 500, "' OR 1=1 --"])
def test_any_line_can_be_noted(database: Database, notes: SearchLog, line: str) -> None:
    for _ in range(3):
        notes.searched(line, 1)
    assert notes.flush()
    assert all(len(one.line) <= log.LENGTH for one in listed(database))
