"""What watches over an installation learns whether it lives, whether it is ready, and how it does."""

from __future__ import annotations

import datetime as dt
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest
from builders import service
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from support import NOW
from test_store import put

from api import create_app
from api.hub import Hub
from busdb import keys, migration, runs, webhooks
from busdb.db import Database
from busdb.models.operations import run
from busdb.models.webhooks import outbox
from busdb.settings import Settings


def figures(client: FlaskClient) -> dict[tuple[str, ...], float]:
    """What /metrics says, by name and labels; reading it is checked by the library of those who read it."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.get_data(as_text=True))
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def unready(client: FlaskClient) -> str:
    """The reason why a node is not ready; it comes with nothing else."""
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert answer.get_json().keys() == {"status", "reason"}
    reason: str = answer.get_json()["reason"]
    return reason


def test_a_node_lives_and_is_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert client.get("/readyz").get_json()["index"]["behind"] == 0
    assert figures(client)["busdb_ready",] == 1


def test_a_node_says_what_it_lacks(tmp_path: Path) -> None:
    nothing = Settings(data_dir=str(tmp_path / "leer"))
    assert unready(create_app(nothing).test_client()) == "database_empty"
    far = replace(nothing, database_url="postgresql+psycopg://geheim@127.0.0.1:1/fern")
    client = create_app(far).test_client()
    assert unready(client) == "database_unreachable"
    assert client.get("/healthz").status_code == 200
    assert figures(client)["busdb_ready",] == 0
    assert "geheim" not in client.get("/api/v1/services").get_data(as_text=True)


def test_a_node_without_an_index_mends_it(settings: Settings) -> None:
    index = Path(settings.data_dir) / "index"
    client = create_app(settings).test_client()
    shutil.rmtree(index)
    assert unready(client) == "index_missing"
    wait_until_ready(client)
    (index / "current").write_text("7")
    assert unready(client) == "index_damaged"
    wait_until_ready(client)
    assert client.get("/api/v1/search?q=Personalausweis").get_json()["total"] == 1


def wait_until_ready(client: FlaskClient) -> None:
    """Ask until a node is ready."""
    for _ in range(300):
        if client.get("/readyz").status_code == 200:
            return
        time.sleep(0.1)
    raise AssertionError("it did not get ready")


def test_a_node_of_a_former_version_stays_ready_through_a_migration_and_none_starts_on_it(
    settings: Settings, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr("api.hub.head", lambda: "0001")
    monkeypatch.setattr("busdb.migration.head", lambda: "0001")
    assert client.get("/readyz").status_code == 200
    assert unready(create_app(settings).test_client()) == "database_outdated"


def test_an_outdated_schema_is_not_ready(settings: Settings) -> None:
    database = Database(settings.database)
    migration.downgrade(database, "-1")
    database.close()
    assert unready(create_app(settings).test_client()) == "database_outdated"


def test_requests_are_counted_by_the_template_of_their_address(client: FlaskClient) -> None:
    before = figures(client)
    client.get("/api/v1/services/lsa.ausweis?place=Naumburg&surname=Musterfrau", buffered=True)
    client.get("/api/v1/services/lsa.geheim", buffered=True)
    client.get("/api/v1/services?place=Naumburg&place=Halle", buffered=True)
    client.get("/geheim", buffered=True)
    client.get("/api/v1/search?q=Personalausweis", buffered=True)
    client.get("/api/v1/search?q=nirgends", buffered=True)
    after = figures(client)

    def more(*labels: str) -> float:
        return after.get(labels, 0) - before.get(labels, 0)

    service_ = "/api/v1/services/<path:id>"
    assert more("busdb_requests_total", service_, "200") == 1
    assert more("busdb_requests_total", service_, "404") == 1
    assert more("busdb_requests_total", "/api/v1/services", "400") == 1
    assert more("busdb_requests_total", "none", "404") == 1
    assert more("busdb_request_seconds_count", service_) == 2
    assert (more("busdb_searches_total", "yes"), more("busdb_searches_total", "no")) == (1, 1)
    told = client.get("/metrics").get_data(as_text=True)
    assert not [word for word in ("geheim", "Musterfrau", "Naumburg", "nirgends", "lsa.") if word in told]


def test_what_stands_in_addresses_makes_no_series(client: FlaskClient) -> None:
    client.get("/api/v1/services/lsa.a0", buffered=True)
    client.get("/w0", buffered=True)
    before = figures(client).keys()
    for number in range(1, 30):
        client.get(f"/api/v1/services/lsa.a{number}?surname=X{number}", buffered=True)
        client.get(f"/w{number}", buffered=True)
    assert figures(client).keys() == before


def test_the_state_of_the_installation_is_told(client: FlaskClient, app_hub: Hub, tmp_path: Path) -> None:
    late = NOW + dt.timedelta(hours=1)
    with app_hub.database.writing() as connection:
        runs.ensure_source(connection, "lsa")
        one = runs.begin(connection, NOW, source="lsa", format="json", files=[], complete=False)
        runs.end(connection, one, late, "done", runs.Issues())
        runs.begin(connection, late, source="lsa", format="json", files=[], complete=False)
        runs.begin(connection, late, source="neu", format="json", files=[], complete=False)
        for address in ("https://a.example.org", "https://b.example.org"):
            webhooks.add(connection, address, None, NOW, ["*"])
    put(app_hub.database, [service("spaet")])
    webhooks.collect(app_hub.database, "", NOW)
    with app_hub.database.writing() as connection:
        connection.execute(outbox.update().where(outbox.c.webhook == 1).values(next_at=None))
        assert connection.scalar(run.select().where(run.c.status == "interrupted"))
    told = figures(client)
    assert told["busdb_import_timestamp_seconds", "lsa"] == late.timestamp()
    assert ("busdb_import_timestamp_seconds", "neu") not in told
    assert (told["busdb_runs", "interrupted"], told["busdb_runs", "running"]) == (1, 1)
    assert (told["busdb_webhook_messages", "waiting"], told["busdb_webhook_messages", "dead"]) == (1, 1)
    assert told["busdb_records", "service"] == 14
    assert told["busdb_index_behind",] == 1


def test_the_sizes_of_published_files_are_told(settings: Settings, tmp_path: Path) -> None:
    from click.testing import CliRunner

    import cli

    folder = tmp_path / "files"
    words = ["publish", str(folder), "--formats", "json,115"]
    environ = {"BUSDB_DATA_DIR": settings.data_dir}
    assert CliRunner().invoke(cli.Commands(), words, env=environ, catch_exceptions=False).exit_code == 0
    told = figures(create_app(replace(settings, published=str(folder))).test_client())
    assert told["busdb_feed_bytes", "json"] == sum(one.stat().st_size for one in (folder / "json").iterdir())
    assert told["busdb_feed_items", "115"] > 0


def test_metrics_can_be_closed(settings: Settings) -> None:
    client = create_app(replace(settings, closed="metrics")).test_client()
    assert client.get("/metrics").status_code == 401
    database = Database(settings.database)
    with database.writing() as connection:
        _, key = keys.create(connection, "Prometheus", ("console",), NOW)
    database.close()
    assert client.get("/metrics", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert client.get("/readyz").status_code == 200
