"""A node whose readers a real streaming replica answers, which lags, stops and loses its primary."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import areas, authority, fee, rule, service
from clusters import Cluster, cluster, replica
from flask.testing import FlaskClient
from test_store import put

from api import create_app
from api.hub import Hub
from busdb import keys, migration, validity
from busdb.db import Database
from busdb.errors import SetupError
from busdb.settings import Settings

NAUMBURG = "?ars=150840355355"
QUOTE = f"/api/v1/services/lsa.ausweis/quote{NAUMBURG}"
FEEDS = [f"/api/v1/feeds/115{NAUMBURG}", "/api/v1/changes?limit=500"]


class Pair:
    """A primary with its replica, and a node on each."""

    def __init__(self, primary: Cluster, standby: Cluster, folder: Path) -> None:
        self.primary, self.standby = primary, standby
        self.database = Database(primary.url())
        settings = {"database_url": primary.url(), "data_dir": str(folder), "search": "postgresql"}
        self.near = create_app(Settings(**settings))
        self.far = create_app(Settings(**settings, replica_url=standby.url()))

    @property
    def hub(self) -> Hub:
        """The installation of the node that reads from the replica."""
        found: Hub = self.far.extensions["busdb"]
        return found

    def replayed(self) -> None:
        """Wait until the replica has all that was written."""
        self.standby.follows(self.primary)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A pair with a small state."""
    with cluster() as primary, replica(primary) as standby:
        made = Pair(primary, standby, tmp_path_factory.mktemp("nodes"))
        migration.upgrade(made.database)
        put(made.database, [*areas(), service(), authority(), fee(), rule()])
        made.replayed()
        made.hub.desk.rebuild()
        made.replayed()
        yield made
        for app in (made.near, made.far):
            app.extensions["busdb"].close()
        made.database.close()


@pytest.fixture
def near(pair: Pair) -> FlaskClient:
    """A reader of the node on the primary."""
    return pair.near.test_client()


@pytest.fixture
def far(pair: Pair) -> FlaskClient:
    """A reader of the node on the replica."""
    return pair.far.test_client()


@pytest.fixture
def lagging(pair: Pair) -> Iterator[None]:
    """The replica stands still."""
    pair.replayed()
    pair.standby.ask("SELECT pg_wal_replay_pause()")
    yield
    pair.standby.ask("SELECT pg_wal_replay_resume()")


def cost(client: FlaskClient) -> str:
    """What the service costs in Naumburg."""
    answer = client.get(QUOTE)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: str = answer.get_json()["text"]
    return found


@pytest.mark.usefixtures("lagging")
def test_readers_read_from_the_replica(pair: Pair, near: FlaskClient, far: FlaskClient) -> None:
    before = cost(far)
    put(pair.database, [fee(amount="41.00")])
    assert "41,00" in cost(near)
    assert cost(far) == before


@pytest.mark.usefixtures("lagging")
@pytest.mark.parametrize("feed", FEEDS)
def test_a_cursor_from_a_node_that_has_seen_more_is_followed(
    pair: Pair, near: FlaskClient, far: FlaskClient, feed: str
) -> None:
    def cursor(client: FlaskClient, after: str) -> str:
        answer = client.get(f"{feed}&after={after}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: str = answer.get_json()["cursor"]
        return found

    behind = cursor(far, "0")
    put(pair.database, [fee(amount="42.00" if "115" in feed else "43.00")])
    ahead = cursor(near, behind)
    assert ahead != behind
    assert cursor(far, ahead) == ahead
    assert cursor(far, behind) == behind
    nobodys = ahead.replace(ahead.partition("-")[0], "999999", 1)
    assert far.get(f"{feed}&after={nobodys}").status_code == 410


@pytest.mark.usefixtures("lagging")
def test_a_walk_of_the_delivery_service_goes_on_after_a_node_that_has_seen_more(
    pair: Pair, near: FlaskClient, far: FlaskClient
) -> None:
    with pair.database.writing() as connection:
        _, secret = keys.create(connection, "Verbund", ("pvog",), validity.now())
    pair.standby.ask("SELECT pg_wal_replay_resume()")
    pair.replayed()
    pair.standby.ask("SELECT pg_wal_replay_pause()")
    path = "/api/compat/pvog/bereitstelldienst/api/v3/verwaltungsobjekte/xzufi-2-2-0"
    header = {"Authorization": f"Bearer {secret}"}
    put(pair.database, [fee(amount="44.00")])
    index = near.get(path, headers=header).get_json()["naechsterIndex"]
    answer = far.get(f"{path}?index={index}", headers=header)
    assert (answer.status_code, answer.get_json()["anzahlObjekte"]) == (200, 0)


def test_what_the_node_writes_goes_to_the_primary(pair: Pair, far: FlaskClient) -> None:
    put(pair.database, [service("hund", "Hund anmelden")])
    pair.replayed()
    pair.hub.desk.update()
    pair.replayed()
    found = far.get("/api/v1/search?q=hund").get_json()["results"]
    assert [one["id"] for one in found] == ["lsa.hund"]


def test_without_its_replica_a_node_reads_from_the_primary_and_returns_to_it(pair: Pair, far: FlaskClient) -> None:
    pair.standby.stop("immediate")
    try:
        assert cost(far)
        assert far.get("/readyz").status_code == 200
    finally:
        pair.standby.start()


def test_without_the_primary_readers_are_answered_by_the_replica(
    pair: Pair, near: FlaskClient, far: FlaskClient
) -> None:
    pair.replayed()
    before = cost(far)
    pair.primary.stop("immediate")
    try:
        assert cost(far) == before
        refused = near.get(QUOTE)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    finally:
        pair.primary.start()
    assert cost(near) == before


def test_without_the_primary_the_replica_knows_keys_and_with_it_they_are_revoked_at_once(
    pair: Pair, near: FlaskClient, far: FlaskClient
) -> None:
    made = {}
    with pair.database.writing() as connection:
        for name in ("valid", "revoked", "doomed"):
            made[name] = keys.create(connection, name, ("console", "115:internal"), validity.now())
        keys.revoke(connection, made["revoked"][0]["id"], validity.now())
    pair.replayed()

    def status(reader: FlaskClient, secret: str) -> int:
        return reader.get(FEEDS[0], headers={"Authorization": f"Bearer {secret}"}).status_code

    pair.primary.stop("immediate")
    try:
        assert [status(far, made[name][1]) for name in made] == [200, 401, 200]
        assert status(far, "busdb_erfunden") == 401
        assert status(near, made["valid"][1]) == 503
        entered = far.post("/115/login", data={"key": made["valid"][1]})
        assert entered.status_code == 303, entered.get_data(as_text=True)
        assert far.get(f"/115{NAUMBURG}").status_code == 200
    finally:
        pair.primary.start()
    pair.replayed()
    pair.standby.ask("SELECT pg_wal_replay_pause()")
    try:
        with pair.database.writing() as connection:
            keys.revoke(connection, made["doomed"][0]["id"], validity.now())
        assert status(far, made["doomed"][1]) == 401
    finally:
        pair.standby.ask("SELECT pg_wal_replay_resume()")


def test_sqlite_has_no_replica(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="PostgreSQL"):
        create_app(Settings(data_dir=str(tmp_path), replica_url="postgresql+psycopg://postgres@127.0.0.1/nichts"))
