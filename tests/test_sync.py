"""Consumers in sync: after any history a mirror that follows the deltas equals the feed, and nothing is sent twice."""

from __future__ import annotations

import datetime as dt
import importlib.util
import io
import json
import shutil
import sqlite3
import urllib.error
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from histories import CUSTOM, edits, start
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, run_state_machine_as_test
from hypothesis.stateful import rule as step
from sqlalchemy import Engine
from support import ROOT, TODAY, new_database

from api import create_app
from busdb import ingest, runs, undo, validity
from busdb.db import Database
from busdb.errors import RefusedError
from busdb.formats import Input
from busdb.interchange import encode
from busdb.records import AnyRecord
from busdb.settings import Settings

spec = importlib.util.spec_from_file_location("consumer", ROOT / "docs" / "examples" / "consumer.py")
assert spec is not None
assert spec.loader is not None
consumer = importlib.util.module_from_spec(spec)
spec.loader.exec_module(consumer)

FEEDS = (
    "municipal?ars=150840355355",
    "municipal?ars=150845051245&lang=en",
    "115?ars=15002",
    "ea?ars=150840355355",
    "115?ars=150845051&scope=own",
    "municipal?ars=15084&scope=own",
)


class InterruptionError(Exception):
    """The consumer dies."""


class Reader:
    """A consumer with its mirror, reading from the application by the address of a feed."""

    def __init__(self, client: FlaskClient, feed: str, path: Path) -> None:
        self.client = client
        self.feed = feed
        self.path = path
        self.pages = 0

    def sync(self, on: dt.date, limit: int | None = None, dies_at: int | None = None) -> int:
        """Follow the feed on a day, by pages of ``limit``; it dies while it writes the page ``dies_at``."""
        more = f"&on={on}" + (f"&limit={limit}" if limit else "")
        self.pages = 0

        def fetch(url: str) -> Any:
            answer = self.client.get(url)
            if answer.status_code == 410:
                body = io.BytesIO(answer.get_data())
                raise urllib.error.HTTPError(url, 410, "Gone", Message(), body)
            assert answer.status_code == 200, answer.get_data(as_text=True)
            page = json.loads(answer.get_data())
            self.pages += 1
            if self.pages == dies_at:
                page["items"] = dying(page["items"])
            return page

        changed: int = consumer.sync(f"/api/v1/feeds/{self.feed}{more}", self.path, fetch)
        return changed

    def held(self) -> dict[str, str]:
        """The hashes of the mirror by id."""
        mirror = sqlite3.connect(self.path)
        found = dict(mirror.execute("SELECT id, hash FROM item").fetchall())
        mirror.close()
        return found


def dying(items: list[Any]) -> Iterator[Any]:
    """The items, and then an interruption."""
    yield from items[: len(items) // 2]
    raise InterruptionError


class History(RuleBasedStateMachine):
    """A state that is edited, taken back and left alone, and consumers that follow it."""

    fresh: Callable[[], Any]

    @initialize()
    def begin(self) -> None:
        """An installation with its first delivery, and consumers with empty mirrors."""
        self.opened = self.fresh()
        self.database, client, folder = self.opened.__enter__()
        self.client = client
        self.on = TODAY
        self.records = start()
        self.runs: list[int] = []
        self.tags: dict[str, tuple[str, str]] = {}
        self.touched = True
        self.readers = [Reader(client, feed, folder / f"{number}.sqlite3") for number, feed in enumerate(FEEDS)]
        self.deliver()

    def deliver(self) -> None:
        """Import all records as a whole delivery."""
        self.touched = True
        data = b"\n".join(map(encode, self.records.values()))
        order = ingest.Order(
            format="json", inputs=(Input("alles.jsonl", io.BytesIO(data)),), source="lsa", full=True,
            allow_deletions=1000,
        )  # fmt: skip
        report = ingest.import_(self.database, order, validity.now())
        assert not [one for one in report.issues if one["severity"] == "muss"], report.issues
        if report.run and report.changes:
            self.runs.append(report.run)

    @step(edits=edits)
    def edit(self, edits: list[AnyRecord]) -> None:
        """Records are new or changed."""
        self.records |= {record.id: record for record in edits}
        self.deliver()

    @step(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        """A record is gone; the areas stay."""
        ids = [id_ for id_, record in self.records.items() if record.kind_name != "area" or id_ == CUSTOM]
        if ids:
            del self.records[data.draw(st.sampled_from(ids))]
            self.deliver()

    @step()
    def take_back(self) -> None:
        """The last run is taken back."""
        self.touched = True
        if len(self.runs) > 1:
            with suppress(RefusedError):
                undo.undo(self.database, self.runs.pop(), validity.now())

    @step(licence=st.sampled_from(["dl-de/by-2-0", "dl-de/zero-2-0"]))
    def license(self, licence: str) -> None:
        """Something else is said of the source."""
        self.touched = True
        with self.database.writing() as connection:
            runs.edit_source(connection, "lsa", {"licence": licence}, create=False, now=validity.now())

    @step(many=st.sampled_from([1, 2, 7, 30, 95]))
    def wait(self, many: int) -> None:
        """Days pass, and nobody does anything."""
        self.touched = True
        self.on += dt.timedelta(days=many)
        self.tags.clear()

    @step(who=st.integers(0, len(FEEDS) - 1), limit=st.sampled_from([None, None, 1, 2]))
    def follow(self, who: int, limit: int | None) -> None:
        """A consumer follows, and holds then exactly the feed."""
        reader = self.readers[who]
        reader.sync(self.on, limit)
        assert reader.held() == self.whole(reader.feed)
        assert reader.sync(self.on, limit) == 0

    @step(who=st.integers(0, len(FEEDS) - 1), limit=st.sampled_from([None, 1, 2]), page=st.integers(1, 3))
    def die(self, who: int, limit: int | None, page: int) -> None:
        """A consumer dies on the way."""
        with suppress(InterruptionError):
            self.readers[who].sync(self.on, limit, dies_at=page)

    def whole(self, feed: str) -> dict[str, str]:
        """The hashes of the whole feed by id."""
        document = json.loads(self.client.get(f"/api/v1/feeds/{feed}&on={self.on}").get_data())
        return {item.get("id") or item["service"]["id"]: item["hash"] for item in document["items"]}

    @invariant()
    def a_tag_stands_for_one_content(self) -> None:
        """As long as the tag of a feed is the same, so is its content; a consumer's reading touches neither."""
        if not getattr(self, "touched", False):
            return
        self.touched = False
        for feed in FEEDS[:3]:
            answer = self.client.get(f"/api/v1/feeds/{feed}&on={self.on}")
            tag, content = answer.headers["ETag"], json.loads(answer.get_data())["checksum"]
            assert self.tags.get(feed, (tag, content)) in {(tag, content)} or self.tags[feed][0] != tag, feed
            self.tags[feed] = (tag, content)

    def teardown(self) -> None:
        """Close and drop the database."""
        if hasattr(self, "opened"):
            self.opened.__exit__(None, None, None)


@contextmanager
def installed(folder: Path, url: str) -> Iterator[tuple[Database, FlaskClient, Path]]:
    """An installation over a database."""
    app = create_app(Settings(data_dir=str(folder), database_url=url))
    database: Database = app.extensions["busdb"].database
    yield database, app.test_client(), folder
    database.close()


def explore(fresh: Callable[[], Any], examples: int) -> None:
    """So many histories."""
    machine = type("History", (History,), {"fresh": staticmethod(fresh)})
    how = settings(
        max_examples=examples, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(machine, settings=how)


@pytest.fixture
def on_sqlite(tmp_path: Path, sqlite_template: Path) -> Callable[[], Any]:
    """Makes installations on SQLite."""

    @contextmanager
    def fresh() -> Iterator[Any]:
        folder = tmp_path / uuid.uuid4().hex
        folder.mkdir()
        shutil.copy(sqlite_template, folder / "busdb.sqlite3")
        with installed(folder, f"sqlite:///{folder / 'busdb.sqlite3'}") as opened:
            yield opened
        shutil.rmtree(folder)

    return fresh


@pytest.fixture
def on_postgres(tmp_path: Path, postgres_server: Engine | None, postgres_template: str | None) -> Callable[[], Any]:
    """Makes installations on PostgreSQL."""

    @contextmanager
    def fresh() -> Iterator[Any]:
        with new_database(postgres_server, postgres_template) as url:
            folder = tmp_path / url.rpartition("/")[2]
            folder.mkdir()
            with installed(folder, url) as opened:
                yield opened

    return fresh


def test_a_delta_that_is_taken_up_again_days_later_goes_on_to_the_present(on_sqlite: Callable[[], Any]) -> None:
    machine: Any = type("History", (History,), {"fresh": staticmethod(on_sqlite)})()
    machine.begin()
    reader = machine.readers[0]
    with pytest.raises(InterruptionError):
        reader.sync(machine.on, limit=1, dies_at=2)
    machine.on += dt.timedelta(days=30)
    del machine.records["lsa.drei"]
    machine.deliver()
    reader.sync(machine.on, limit=1)
    assert reader.held() == machine.whole(reader.feed)
    assert set(reader.held()) == {"lsa.eins", "lsa.zwei"}
    machine.teardown()


def test_a_feed_in_which_nothing_changes_for_long_is_followed_all_the_same(on_sqlite: Callable[[], Any]) -> None:
    machine: Any = type("History", (History,), {"fresh": staticmethod(on_sqlite)})()
    machine.begin()
    del machine.records["lsa.amt"]
    machine.deliver()
    machine.on += dt.timedelta(days=97)
    reader = machine.readers[2]
    reader.sync(machine.on)
    assert reader.sync(machine.on) == 0
    machine.teardown()


def test_mirrors_equal_the_feed_after_any_history_on_sqlite(on_sqlite: Callable[[], Any]) -> None:
    explore(on_sqlite, 8)


def test_mirrors_equal_the_feed_after_any_history_on_postgresql(on_postgres: Callable[[], Any]) -> None:
    explore(on_postgres, 4)


@pytest.mark.soak
def test_mirrors_equal_the_feed_after_a_thousand_histories_on_sqlite(on_sqlite: Callable[[], Any]) -> None:
    explore(on_sqlite, 1000)


@pytest.mark.soak
def test_mirrors_equal_the_feed_after_a_thousand_histories_on_postgresql(on_postgres: Callable[[], Any]) -> None:
    explore(on_postgres, 1000)
