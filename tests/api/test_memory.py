"""Finished answers are given again: the same bytes, to readers without a key, and only while nothing has changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import areas, authority, fee, rule, service
from flask import Flask
from flask.testing import FlaskClient
from support import statements
from test_store import put

from api import create_app
from api.memory import OVERHEAD, Memory
from busdb import keys, validity
from busdb.db import Database
from busdb.errors import SetupError
from busdb.settings import Settings

NAUMBURG = "ars=150840355355"
ANSWERS = (
    f"/api/v1/services/lsa.ausweis?{NAUMBURG}",
    f"/api/v1/services/lsa.ausweis/responsible?{NAUMBURG}",
    f"/api/v1/services/lsa.ausweis/quote?{NAUMBURG}&format=xml",
    f"/embed/v1/detail?service=lsa.ausweis&{NAUMBURG}",
)


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Iterator[Flask]:
    """An installation over a small state."""
    put(database, [*areas(), service(), authority(), rule(), fee()])
    url = database.url.render_as_string(hide_password=False)
    made = create_app(Settings(database_url=url, data_dir=str(tmp_path)))
    made.extensions["busdb"].desk.update()
    yield made
    made.extensions["busdb"].close()


def got(client: FlaskClient, address: str, **headers: str) -> tuple[bytes, str | None]:
    """The bytes of an answer, and its ETag."""
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.get_data(), response.headers["ETag"]


@pytest.mark.parametrize("address", ANSWERS)
def test_an_answer_is_given_again_without_reading_its_records(app: Flask, address: str) -> None:
    client = app.test_client()
    first = got(client, address)
    with statements(app.extensions["busdb"].database.engine) as sent:
        assert got(client, address) == first
    assert not [one for one in sent if "change.record" in one]


@pytest.mark.parametrize("address", ANSWERS)
def test_a_change_is_in_the_next_answer(app: Flask, database: Database, address: str) -> None:
    client = app.test_client()
    before = got(client, address)
    put(database, [service(name="Ausweis holen")])
    after = got(client, address)
    assert "Ausweis holen" in after[0].decode()
    assert after != before


def test_who_asks_otherwise_gets_another_answer(app: Flask) -> None:
    client, address = app.test_client(), ANSWERS[1]
    german = got(client, address)
    assert got(client, f"{address}&lang=en") != german
    assert got(client, address, Accept="application/xml") != german
    assert got(client, address, **{"Accept-Language": "en"}) != german
    assert got(client, address) == german


def test_nothing_is_kept_of_what_readers_with_a_key_get(app: Flask, database: Database) -> None:
    client = app.test_client()
    with database.writing() as connection:
        _, secret = keys.create(connection, "Probe", ("read", "115:internal"), validity.now())
    for address in ANSWERS:
        got(client, address, Authorization=f"Bearer {secret}")
    with statements(app.extensions["busdb"].database.engine) as sent:
        got(client, ANSWERS[0])
    assert [one for one in sent if "change.record" in one]


def test_the_room_is_kept_and_what_was_not_asked_for_the_longest_goes_first() -> None:
    size = 1000
    memory = Memory(20 * (size + OVERHEAD))
    asked: list[str] = []

    def ask(name: str, length: int = size) -> None:
        def make() -> bytes:
            asked.append(name)
            return b"x" * length

        assert memory.get(name, make) == b"x" * length

    for number in range(20):
        ask(f"{number}")
    ask("0")
    ask("20")
    ask("0")
    assert asked == [f"{number}" for number in range(21)]
    ask("1")
    ask("large", 20 * size)
    ask("large", 20 * size)
    assert asked[21:] == ["1", "large", "large"]


def test_without_room_every_answer_is_made() -> None:
    memory = Memory(0)
    made = iter([b"one", b"two"])
    assert memory.get("etag", lambda: next(made)) == b"one"
    assert memory.get("etag", lambda: next(made)) == b"two"


def test_room_is_a_number_of_megabytes() -> None:
    with pytest.raises(SetupError, match="BUSDB_MEMORY_MB"):
        Settings.from_env({"BUSDB_MEMORY_MB": "viel"})
