"""A source is kept in step with another installation: page by page, over interruptions, with deletions and reviews."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click.testing
import pytest
from builders import areas, authority, fee, rule, service
from msgspec.structs import replace
from sqlalchemy import select, update
from support import NOW
from test_store import put
from werkzeug.serving import BaseWSGIServer, make_server

import cli
from api import create_app
from busdb import keys, mapping, queries, runs, validity
from busdb.changes import ChangeLog, Former
from busdb.db import Database
from busdb.errors import InputError, SetupError
from busdb.following import Following, Taken, follow, next_address
from busdb.models.operations import subscription
from busdb.records import AnyRecord, LocalAddition, Text
from busdb.remote import Access, Page, Remote
from busdb.reviews import reviews
from busdb.settings import Settings
from busdb.store import Store

PLACE = "/api/compat/pvog/bereitstelldienst/api/v3/verwaltungsobjekte/xzufi-2-3-1"
NAUMBURG = "150840355355"


def federal() -> list[AnyRecord]:
    """What the federal editors hand out."""
    texts = (Text(module="03", html="Ausweis (Bund)"), Text(module="06", html="<p>Alter Text.</p>"))
    return [
        service("ausweis", id="bund.ausweis", texts=texts, leika_keys=("99008001001000",), areas=(), layer="country"),
        *(service(f"b{number}", f"Dienst {number}", id=f"bund.b{number}") for number in range(9)),
        authority("amt", "Bundesamt", id="bund.amt", area="DE", categories=(), internal115=()),
        rule("zust", id="bund.zust", service="bund.ausweis", authority="bund.amt", areas=("15",)),
        fee("geb", id="bund.geb", service="bund.ausweis", area="DE"),
    ]


class Provider:
    """Another installation that runs on a port of its own."""

    def __init__(self, folder: Path, template: Path) -> None:
        self.database = Database(f"sqlite:///{folder / 'provider.sqlite3'}")
        Path(str(self.database.url.database)).write_bytes(template.read_bytes())
        put(self.database, [*areas(), *federal()])
        with self.database.writing() as connection:
            runs.ensure_source(connection, "bund", create=True)
            made, self.secret = keys.create(connection, "Land", ("pvog",), NOW)
        self.client = str(made["id"])
        self.asked: list[str] = []
        self._server = self._serve(folder)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self.url = f"{self.address}{PLACE}?limit=3"

    def _serve(self, folder: Path) -> BaseWSGIServer:
        def application(environ: Any, start: Any) -> Any:
            self.asked.append(f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}")
            return app(environ, start)

        server = make_server("127.0.0.1", 0, application, threaded=True)
        app = create_app(
            Settings(
                data_dir=str(folder),
                database_url=str(self.database.url),
                base_url=f"http://127.0.0.1:{server.server_port}",
            )
        )
        self._app = app
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._app.extensions["busdb"].database.close()
        self.database.close()

    @property
    def pages(self) -> list[str]:
        """The pages that were asked for."""
        return [one for one in self.asked if "verwaltungsobjekte" in one]

    def remove(self, kind: str, id: str) -> None:
        """Delete a record."""
        with self.database.writing() as connection:
            log = ChangeLog(connection, None, NOW, redistribute=True)
            store = Store(connection, log, NOW)
            stored = queries.one(connection, kind, id)
            assert stored is not None
            store.delete(kind, [(stored.number, stored.record, Former(stored.public_hash, stored.seq))])
            log.close()


@pytest.fixture
def provider(tmp_path: Path, sqlite_template: Path) -> Iterator[Provider]:
    """The other installation."""
    folder = tmp_path / "provider"
    folder.mkdir()
    made = Provider(folder, sqlite_template)
    yield made
    made.close()


def access(provider: Provider, **fields: str) -> Access:
    """How to get in."""
    return Access(**{"client": provider.client, "secret": provider.secret, **fields})


def step(
    database: Database,
    provider: Provider,
    fetch: Callable[[str], Page] | None = None,
    **fields: Any,
) -> list[Taken]:
    """One run."""
    what = Following(**{"url": provider.url, "source": "bund", **fields})
    read = fetch or Remote(provider.url, access(provider)).page
    return list(follow(database, what, read, validity.now))


def names(database: Database) -> dict[str, str]:
    """The services of the federal source by id."""
    with database.reading() as connection:
        found = (stored.record for stored in mapping.read(connection, "service"))
        return {one.id: queries.service_names(connection, None, "de")[one.id] for one in found if one.id[:5] == "bund."}


def ids(database: Database, kind: str) -> set[str]:
    """The ids of a kind from the federal source."""
    with database.reading() as connection:
        return {stored.record.id for stored in mapping.read(connection, kind) if stored.record.id[:5] == "bund."}


def test_a_source_gets_everything_page_by_page_and_then_only_what_is_new(
    database: Database, provider: Provider
) -> None:
    put(database, areas())
    taken = step(database, provider)
    assert len(taken) > 3
    assert [one.complete for one in taken] == [False] * (len(taken) - 1) + [True]
    assert len({one.report.run for one in taken if one.report}) == len(taken)
    assert names(database)["bund.ausweis"] == "Ausweis (Bund)"
    assert len(names(database)) == 10
    assert ids(database, "authority") == {"bund.amt"}
    assert len(ids(database, "responsibility")) == len(ids(database, "fee")) == 1
    before = len(provider.pages)
    (nothing,) = step(database, provider)
    assert (nothing.report, nothing.complete) == (None, True)
    assert len(provider.pages) == before + 1
    put(provider.database, [service("b3", "Anders", id="bund.b3")])
    provider.remove("service", "bund.b4")
    (one,) = step(database, provider)
    assert one.report is not None
    assert (one.report.counts["service"]["changed"], one.report.counts["service"]["deleted"]) == (1, 1)
    assert names(database)["bund.b3"] == "Anders"
    assert "bund.b4" not in names(database)


def test_a_run_goes_on_where_the_last_one_ended_or_was_cut_off(database: Database, provider: Provider) -> None:
    put(database, areas())
    remote = Remote(provider.url, access(provider))
    assert len(step(database, provider, pages=2)) == 2
    count = 0

    def cut(url: str) -> Page:
        nonlocal count
        count += 1
        if count == 2:
            raise SetupError("follow_unreachable", url=url, reason="cut off")
        return remote.page(url)

    with pytest.raises(SetupError):
        step(database, provider, cut)
    with database.reading() as connection:
        address = next_address(connection, provider.url)
    assert address
    step(database, provider)
    pages = provider.pages
    assert len(pages) == len(set(pages))
    assert len(names(database)) == 10


def test_editors_see_which_of_their_additions_to_check(database: Database, provider: Provider) -> None:
    put(database, areas())
    step(database, provider)
    addition = LocalAddition(
        id="kommunal.ausweis",
        service="bund.ausweis",
        area=NAUMBURG,
        texts=(Text(module="06", html="<p>In Naumburg nur mit Termin.</p>"),),
    )
    put(database, [addition])
    texts = (Text(module="03", html="Ausweis (Bund)"), Text(module="06", html="<p>Neuer Text.</p>"))
    put(provider.database, [replace(federal()[0], texts=texts)])
    step(database, provider)
    with database.reading() as connection:
        (due,) = reviews(connection, queries.gazetteer(connection), validity.today(validity.now()))
    assert (due.addition, due.module, due.old, due.new) == ("kommunal.ausweis", "06", "Alter Text.", "Neuer Text.")


def test_where_changes_are_no_longer_kept_a_restart_ends_what_is_no_more(
    database: Database, provider: Provider
) -> None:
    put(database, areas())
    step(database, provider)
    provider.remove("service", "bund.b7")
    old = f"{provider.address}{PLACE}?index=10001000"
    with database.writing() as connection:
        connection.execute(update(subscription).values(next_url=old))
    with pytest.raises(InputError, match="restart"):
        step(database, provider)
    (one,) = step(database, provider, restart=True)
    assert one.complete
    assert one.report is not None
    assert one.report.counts["service"]["deleted"] == 1
    assert "bund.b7" not in names(database)
    assert step(database, provider)[0].report is None


def test_a_wrong_secret_and_a_closed_door_say_so(provider: Provider) -> None:
    with pytest.raises(SetupError, match="BUSDB_FOLLOW_SECRET"):
        Remote(provider.url, access(provider, secret="falsch")).page(provider.url)
    with pytest.raises(SetupError, match="401"):
        Remote(provider.url, Access()).page(provider.url)
    with pytest.raises(SetupError):
        Remote("http://127.0.0.1:9/x", Access(), wait=lambda _: None).page("http://127.0.0.1:9/x")
    with pytest.raises(InputError, match="--token-url"):
        Remote(provider.address, Access(client="1", secret="geheim"))
    with pytest.raises(InputError):
        Remote(f"{provider.address}/healthz", Access()).page(f"{provider.address}/healthz")


@pytest.mark.parametrize("url", ["http://example.org/x", "https://127.0.0.1/x", "file:///etc/passwd", "ftp://x/y", "x"])
def test_no_address_leads_elsewhere(provider: Provider, url: str) -> None:
    remote = Remote(provider.url, access(provider))
    with pytest.raises(InputError):
        remote.page(url)


def test_a_token_that_has_ended_is_renewed_once(provider: Provider) -> None:
    remote = Remote(provider.url, access(provider))
    remote.page(provider.url)
    remote._authorization = "Bearer abgelaufen"
    assert remote.page(provider.url).anzahl_objekte
    assert sum("token" in one for one in provider.asked) == 2


def test_the_command_says_what_came_and_what_to_review(
    provider: Provider, tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    (folder / "busdb.sqlite3").write_bytes(sqlite_template.read_bytes())
    monkeypatch.setenv("BUSDB_DATA_DIR", str(folder))
    monkeypatch.delenv("BUSDB_DATABASE_URL", raising=False)
    monkeypatch.setenv("BUSDB_FOLLOW_SECRET", provider.secret)
    words = ["follow", provider.url, "--source", "bund", "--client", provider.client]

    def run(*more: str) -> Any:
        return click.testing.CliRunner().invoke(cli.Commands(name="busdb"), [*words, *more], prog_name="busdb")

    first = run("--json", "--pages", "1")
    assert first.exit_code == 0, first.output
    answer = json.loads(first.stdout)
    assert (answer["pages"], answer["complete"]) == (1, False)
    second = run()
    assert second.exit_code == 0, second.output
    assert "busdb reviews" not in second.stdout
    database = Database(f"sqlite:///{folder / 'busdb.sqlite3'}")
    assert len(names(database)) == 10
    with database.reading() as connection:
        assert connection.scalar(select(subscription.c.source)) == "bund"
    database.close()
