"""A database is put back and goes on otherwise: whoever holds what it has lost is told to read all anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import areas, authority, fee, rule, service
from flask.testing import FlaskClient
from support import NOW
from test_store import put

from api import create_app
from busdb import backup, keys, validity
from busdb.db import Database
from busdb.search.desk import Desk
from busdb.settings import Settings

NAUMBURG = "?ars=150840355355"
PVOG = "/api/compat/pvog/bereitstelldienst/api/v3/verwaltungsobjekte/xzufi-2-3-1"
ADDRESSES = {
    "feed": f"/api/v1/feeds/municipal{NAUMBURG}",
    "feed in pages": f"/api/v1/feeds/municipal{NAUMBURG}&after=0&limit=1",
    "changes": "/api/v1/changes?limit=500",
    "pvog": PVOG,
    "pvog in pages": f"{PVOG}?limit=1",
}
KEPT, LOST, OTHER = ([service(f"d{step}", f"Dienst {step}"), fee(amount=f"4{step}.00")] for step in range(3))


class Reader:
    """Reads pages as a client of each interface does, from one address to the next."""

    def __init__(self, client: FlaskClient, secret: str, address: str) -> None:
        self._client, self._header = client, {"Authorization": f"Bearer {secret}"}
        self.address, self._first = address, address

    def read(self) -> int:
        """Read the next page, and keep where to go on; the status."""
        answer = self._client.get(self.address, headers=self._header)
        if answer.status_code == 200:
            self.address = self._following(answer.get_json())
        elif answer.status_code == 410:
            assert self._client.get(answer.get_json()["full"], headers=self._header).status_code == 200
        return answer.status_code

    def _following(self, page: dict[str, Any]) -> str:
        if "cursor" in page:
            first = self._first.replace("&after=0", "")
            return f"{first}{'&' if '?' in first else '?'}after={page['cursor']}"
        found: str = page["naechsteAnfrageUrl"]
        return found[found.index("/api") :]


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """An installation with a small state."""
    put(database, [*areas(), service(), authority(), rule()])
    put(database, KEPT)
    return Settings(data_dir=str(tmp_path / "var"), database_url=database.url.render_as_string(hide_password=False))


@pytest.fixture
def client(settings: Settings) -> Iterator[FlaskClient]:
    """A reader of it."""
    app = create_app(settings)
    yield app.test_client()
    app.extensions["busdb"].database.close()


def test_after_a_restore_only_those_are_told_who_hold_what_is_lost(
    settings: Settings, database: Database, client: FlaskClient, tmp_path: Path
) -> None:
    with database.writing() as connection:
        secret = keys.create(connection, "Verbund", ("pvog",), validity.now())[1]
    before = {name: Reader(client, secret, address) for name, address in ADDRESSES.items()}
    assert {reader.read() for reader in before.values()} == {200}
    path, _ = backup.backup(settings, database, tmp_path / "b.tar.gz", NOW)
    put(database, LOST, NOW + dt.timedelta(minutes=1))
    desk = Desk(settings, database)
    desk.update()
    after = {name: Reader(client, secret, address) for name, address in ADDRESSES.items()}
    assert {reader.read() for reader in after.values()} == {200}
    held = client.get(ADDRESSES["feed"]).headers["ETag"]

    backup.restore(settings, database, path, force=True)
    assert {name: reader.read() for name, reader in after.items()} == dict.fromkeys(ADDRESSES, 410)
    put(database, [*OTHER, service("mehr", "Noch ein Dienst")], NOW + dt.timedelta(minutes=2))
    assert {name: reader.read() for name, reader in after.items()} == dict.fromkeys(ADDRESSES, 410)
    assert {reader.read() for reader in before.values()} == {200}
    assert client.get(ADDRESSES["feed"], headers={"If-None-Match": held}).status_code == 200
    desk.update()
    assert desk.check().agrees
