"""What a key opens, where, for how long, and what is kept of its use."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from support import address, execute

from api import create_app
from busdb import keys, validity
from busdb.db import Database
from busdb.models.operations import api_key
from busdb.settings import Settings
from busdb.uses import Uses

FEED = "/api/v1/feeds/115"
NAUMBURG, KARSDORF, DISTRICT, STATE = "150840355355", "150845051245", "15084", "15"


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The database under the application."""
    opened = Database(settings.database)
    yield opened
    opened.close()


def make(database: Database, *scopes: str, **limits: Any) -> tuple[int, dict[str, str]]:
    """The number of a new key, and the header that carries it."""
    with database.writing() as connection:
        made, secret = keys.create(connection, "Probe", scopes, validity.now(), **limits)
    return made["id"], {"Authorization": f"Bearer {secret}"}


def used_on(database: Database, number: int) -> dt.date | None:
    """The day of a key's last use as it is stored."""
    with database.reading() as connection:
        return connection.scalar(select(api_key.c.used_on).where(api_key.c.key == number))


@pytest.mark.parametrize(
    ("area", "opened"),
    [
        ("15084", {NAUMBURG, KARSDORF, DISTRICT}),
        ("150845051", {KARSDORF}),
        (NAUMBURG, {NAUMBURG}),
        ("15", {NAUMBURG, KARSDORF, DISTRICT, STATE}),
        ("DE", {NAUMBURG, KARSDORF, DISTRICT, STATE}),
        ("1508", set()),
        ("15083", set()),
    ],
)
def test_a_key_opens_internal_content_in_its_area_and_nowhere_else(
    client: FlaskClient, database: Database, area: str, opened: set[str]
) -> None:
    _, bearer = make(database, "115:internal", areas=(area,))
    for place in (NAUMBURG, KARSDORF, DISTRICT, STATE):
        given = client.get(FEED, query_string={"ars": place}, headers=bearer)
        plain = client.get(FEED, query_string={"ars": place})
        assert (given.headers["ETag"] != plain.headers["ETag"]) is (place in opened)
        assert ("Nur für 115" in given.text) is (place == NAUMBURG and place in opened)


def test_two_areas_add_up(client: FlaskClient, database: Database) -> None:
    _, bearer = make(database, "115:internal", areas=(NAUMBURG, "15002"))
    opened = {
        place: "no-store" in client.get(FEED, query_string={"ars": place}, headers=bearer).headers["Cache-Control"]
        for place in (NAUMBURG, KARSDORF, "150020000000")
    }
    assert opened == {NAUMBURG: True, KARSDORF: False, "150020000000": True}


def test_a_key_is_useless_on_every_node_as_soon_as_it_is_revoked(
    app: Flask, settings: Settings, database: Database
) -> None:
    other = create_app(settings)
    number, bearer = make(database, "115:internal")
    try:
        nodes = [app.test_client(), other.test_client()]
        assert [node.get("/api/v1/areas", headers=bearer).status_code for node in nodes] == [200, 200]
        with database.writing() as connection:
            keys.revoke(connection, number, validity.now())
        assert [node.get("/api/v1/areas", headers=bearer).status_code for node in nodes] == [401, 401]
    finally:
        other.extensions["busdb"].close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_replica_that_is_behind_opens_nothing_that_was_revoked(
    settings: Settings, database_url: str, postgres_server: Engine, postgres_template: str
) -> None:
    name = f"busdb_behind_{uuid.uuid4().hex[:12]}"
    execute(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    behind = Database(address(postgres_server, name))
    _, bearer = make(behind, "read")
    behind.close()
    app = create_app(replace(settings, database_url=database_url, replica_url=address(postgres_server, name)))
    client = app.test_client()
    assert client.get("/api/v1/areas").status_code == 200
    assert client.get("/api/v1/areas", headers=bearer).status_code == 401
    app.extensions["busdb"].close()
    execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


def test_after_a_rotation_both_keys_hold_until_the_overlap_ends(sqlite_database: Database) -> None:
    now = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    today = now.date()
    with sqlite_database.writing() as connection:
        made, old = keys.create(
            connection, "Probe", ("115:internal",), now, areas=("15084",), expires_on=today + dt.timedelta(365)
        )
        later, day = now + dt.timedelta(300), today + dt.timedelta(300)
        _, new, last = keys.rotate(connection, made["id"], later, dt.timedelta(7))
        assert last == day + dt.timedelta(7)
        for secret in (old, new):
            grant = keys.grant_of(connection, secret, last)
            assert grant is not None
            assert (grant.scopes, grant.areas) == ({"115:internal"}, {"15084"})
        assert keys.grant_of(connection, old, last + dt.timedelta(1)) is None
        assert keys.grant_of(connection, new, day + dt.timedelta(365)) is not None
        assert keys.grant_of(connection, new, day + dt.timedelta(366)) is None


def test_a_rotation_gives_no_key_a_longer_life(sqlite_database: Database) -> None:
    now = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
    with sqlite_database.writing() as connection:
        made, old = keys.create(connection, "Probe", ("read",), now, expires_on=now.date())
        _, _, last = keys.rotate(connection, made["id"], now, dt.timedelta(7))
        assert last == now.date()
        assert keys.grant_of(connection, old, now.date() + dt.timedelta(1)) is None
        with pytest.raises(Exception, match="gilt nicht mehr"):
            keys.rotate(connection, made["id"], now + dt.timedelta(2), dt.timedelta(7))


def test_the_day_of_the_last_use_is_written_once_and_not_by_the_request(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    number, bearer = make(database, "read")
    uses: Uses = app.extensions["busdb"].uses
    uses.flush()
    with database.writing():  # while somebody else writes, nobody waits
        assert client.get("/api/v1/areas", headers=bearer).status_code == 200
        assert uses.flush() is False
        assert used_on(database, number) is None
    assert uses.flush()
    assert used_on(database, number) == validity.today(validity.now())
    assert client.get("/api/v1/areas", headers=bearer).status_code == 200
    assert uses.take() == {}


def test_an_unknown_key_leaves_no_trace(app: Flask, client: FlaskClient) -> None:
    assert client.get("/api/v1/areas", headers={"Authorization": "Bearer busdb_x"}).status_code == 401
    assert app.extensions["busdb"].uses.take() == {}


def test_an_earlier_day_never_replaces_a_later_one(database_url: str) -> None:
    database, uses = Database(database_url), Uses(Settings(database_url=database_url))
    number, _ = make(database, "read")
    today = dt.date(2026, 11, 23)
    grant = keys.Grant(number, frozenset(), frozenset(), None)
    for day in (today, today - dt.timedelta(1)):
        uses.note(grant, day)
        assert uses.flush()
    assert used_on(database, number) == today
    uses.close()
    database.close()
