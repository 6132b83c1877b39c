"""A request ends in time, whatever it is busy with, and the next one finds everything as it was."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from builders import EVENT, areas, authority, rule, service
from flask import Flask, Response
from sqlalchemy import text
from support import TODAY, statements
from test_store import put

from api import create_app
from api.hub import hub
from busdb import deadline, queries
from busdb.assembly import Assembler
from busdb.db import Database
from busdb.errors import OverdueError
from busdb.finder import Asking
from busdb.search.desk import Desk
from busdb.settings import Settings

ENDLESS = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n)"
PAUSE = 0.4


@pytest.fixture
def app(database: Database, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application over a small state on each engine, with a second for each request."""
    put(database, [*areas(), EVENT, service(), authority(), rule()])
    settings = Settings(data_dir=str(tmp_path), database_url=database_url, request_seconds="1", archive_days="0")
    Desk(settings, database).rebuild()
    made = create_app(settings)
    yield made
    made.extensions["busdb"].close()


def many_short_ones() -> Response:
    """Reads without end, a little at a time."""
    with hub().reading() as connection:
        while True:
            queries.attributions(connection)


@contextmanager
def endless(database: Database) -> Iterator[None]:
    """While whoever reads life events never comes to an end."""
    with database.writing() as connection:
        connection.execute(text("ALTER TABLE life_event RENAME TO life_event_kept"))
        connection.execute(text(f"CREATE VIEW life_event AS SELECT * FROM life_event_kept WHERE {ENDLESS} > 0"))
    yield
    with database.writing() as connection:
        connection.execute(text("DROP VIEW life_event"))
        connection.execute(text("ALTER TABLE life_event_kept RENAME TO life_event"))


def test_one_long_statement_or_many_short_ones_end_with_a_problem(
    app: Flask, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    app.add_url_rule("/viele", "many", many_short_ones)
    client = app.test_client()
    with endless(database), caplog.at_level(logging.WARNING, "busdb"):
        answer = client.get("/api/v1/life-events")
        page = client.get("/life-events", headers={"Accept": "text/html"})
    assert (answer.status_code, page.status_code) == (503, 503)
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Retry-After"]
    assert answer.json["type"].endswith("/overdue")
    assert "zu lange gedauert" in answer.json["detail"]
    assert "zu lange gedauert" in page.text
    assert [record.getMessage() for record in caplog.records] == ["a request was not answered within 1 seconds"] * 2
    assert client.get("/api/v1/life-events").json["total"] == 1
    assert client.get("/viele").status_code == 503
    for _ in range(20):
        assert client.get("/api/v1/life-events").json["total"] == 1
    assert app.extensions["busdb"].database.engine.pool.checkedout() == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_is_told_what_is_left_only_where_that_has_changed(database_url: str) -> None:
    patient = Database(database_url, longest=60)
    with statements(patient.engine), patient.reading() as connection:

        def limit() -> str:
            return str(connection.scalar(text("SHOW statement_timeout")))

        assert limit() == "1min"
        with deadline.within(59.5):
            assert limit() == "1min"
        with deadline.within(5):
            assert limit() != "1min"
        assert limit() == "1min"
    patient.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_computes_ends_too_save_what_serves_all_who_come_after(app: Flask, tmp_path: Path) -> None:
    installation = app.extensions["busdb"]
    desk: Desk = installation.desk
    with installation.reading() as connection:
        gazetteer = desk.gazetteer_for(connection)
        here = Asking(place=gazetteer.one("150840355355", TODAY), on=TODAY)
        assembler = Assembler(connection, gazetteer, here)
        with deadline.within(-1):
            with pytest.raises(OverdueError):
                desk.search("reisepass")
            with pytest.raises(OverdueError):
                assembler.answer("lsa.ausweis")
        assert desk.search("ausweis").total == 1
        assert assembler.answer("lsa.ausweis")
    bare = Desk(replace(installation.settings, data_dir=str(tmp_path / "bare")), installation.database)
    with deadline.within(-1), pytest.raises(OverdueError):
        bare.search("ausweis")
    assert bare.status()["documents"] == 2


def test_a_long_answer_takes_as_long_as_it_goes_on(app: Flask) -> None:
    def pieces(statement: str) -> Iterator[bytes]:
        with app.extensions["busdb"].reading() as connection:
            for _ in range(4):
                time.sleep(PAUSE)
                yield str(connection.scalar(text(statement))).encode()

    app.add_url_rule("/lange", "going", lambda: Response(pieces("SELECT 7")))
    app.add_url_rule("/nie", "standing", lambda: Response(pieces(f"SELECT {ENDLESS}")))
    client = app.test_client()
    assert client.get("/lange").text == "7777"
    with pytest.raises(OverdueError):
        client.get("/nie").text  # noqa: B018  # which reads it
    assert client.get("/lange").text == "7777"


def test_no_limit_can_be_set(settings: Settings) -> None:
    assert Settings.from_env({"BUSDB_REQUEST_SECONDS": "0"}).longest == float("inf")
