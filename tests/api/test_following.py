"""Following a feed: a page of changes tells exactly what differs, whatever the reason."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from builders import authority, fee, rule, service
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from msgspec.structs import replace
from support import NOW
from test_store import put
from test_whole_state import municipalities, sample  # noqa: F401  a fixture

from api import create_app
from api.hub import Hub
from busdb import changes, mapping, queries, runs, validity
from busdb.changes import ChangeLog
from busdb.db import Database
from busdb.records import AnyRecord, LocalAddition, Notice, Offer, Text
from busdb.settings import Settings
from busdb.store import Store

FEED = "/api/v1/feeds/municipal?place=Naumburg"
LAW = "lsa.ausweis"


@pytest.fixture
def database(app: Flask) -> Database:
    """The database of the application."""
    hub: Hub = app.extensions["busdb"]
    return hub.database


def read(client: FlaskClient, path: str) -> dict[str, Any]:
    """An answer."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    document: dict[str, Any] = json.loads(answer.get_data())
    return document


def told(client: FlaskClient, cursor: str, feed: str = FEED) -> list[tuple[str, str]]:
    """What a page of changes tells; it sums up to the whole feed."""
    page, whole = read(client, f"{feed}&after={cursor}"), read(client, feed)
    assert (page["complete"], page["count"], page["checksum"]) == (True, whole["count"], whole["checksum"])
    return [(item["op"], item["id"]) for item in page["items"]]


def remove(database: Database, kind: str, record: AnyRecord) -> None:
    """Delete a record."""
    with database.writing() as connection:
        log = ChangeLog(connection, None, NOW, redistribute=True)
        store = Store(connection, log, NOW)
        store.numbers.ensure([(kind, record.id)])
        key = store.numbers.of(record)
        store.delete(kind, [(key, record, changes.Former(*_stored(database, kind, key)))])
        log.close()


def _stored(database: Database, kind: str, key: int) -> tuple[str | None, int]:
    with database.reading() as connection:
        (found,) = mapping.read(connection, kind, mapping.shape(kind).table.c.object == key)
    return found.public_hash, found.seq


DEARER = [fee(amount="50.00")]
REASONS: dict[str, list[AnyRecord]] = {
    "a central text": [service(texts=(Text(module="02", html="Neu"),), ea=True, leika_keys=("99008001001000",))],
    "a federal fee": list(DEARER),
    "a fee of the district": [fee("kreis", area="15084", type="expense")],
    "an office": [authority(name="Neues Rathaus")],
    "a level rule": [rule(executor="district", category=None)],
    "a notice": [Notice(id="kommunal.n", text="Heute geschlossen", authority="kommunal.buergerbuero")],
    "an offer": [Offer(id="kommunal.o", service=LAW, area="150840355355", status="not_offered")],
    "an addition": [
        LocalAddition(id="kommunal.z", service=LAW, area="150840355355", texts=(Text(module="06", html="Nur hier"),))
    ],
}


@pytest.mark.parametrize("reason", REASONS)
def test_a_change_from_anywhere_is_told_once(client: FlaskClient, database: Database, reason: str) -> None:
    cursor = read(client, FEED)["cursor"]
    assert told(client, cursor) == []
    put(database, REASONS[reason])
    assert ("upsert", LAW) in told(client, cursor)
    after = read(client, f"{FEED}&after={cursor}")
    assert told(client, after["cursor"]) == []
    assert len(after["items"]) == 1 or reason in ("an office", "a level rule"), "others are advised to turn there"
    item = next(one for one in after["items"] if one["id"] == LAW)
    assert item["record"] == next(one for one in read(client, FEED)["items"] if one["id"] == LAW)
    assert item["hash"] == item["record"]["hash"]


def test_an_office_is_told_with_those_above_it(client: FlaskClient, database: Database) -> None:
    elsewhere = authority("amt", "Gemeinsames Amt", area="15002")
    put(database, [elsewhere, authority("stelle", parent="kommunal.amt"), rule(authority="kommunal.stelle")])
    whole = client.get(FEED)
    cursor = json.loads(whole.get_data())["cursor"]
    put(database, [authority("amt", "Umbenannt", area="15002")])
    assert client.get(FEED, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 200
    assert told(client, cursor) == [("upsert", LAW)]


def test_what_leaves_the_scope_is_a_tombstone_there_and_only_there(client: FlaskClient, database: Database) -> None:
    halle = "/api/v1/feeds/municipal?place=Halle"
    here, there = read(client, FEED)["cursor"], read(client, halle)["cursor"]
    put(database, [service("s00", "Dienst 0", areas=("15002",))])
    assert told(client, here) == [("delete", "lsa.s00")]
    assert told(client, there, halle) == []
    assert read(client, f"{FEED}&after={here}")["items"][0]["record"] is None


def test_a_deleted_service_is_a_tombstone(client: FlaskClient, database: Database) -> None:
    cursor = read(client, FEED)["cursor"]
    remove(database, "service", service("s01", "Dienst 1"))
    assert told(client, cursor) == [("delete", "lsa.s01")]


def test_what_begins_or_ends_on_a_day_is_told_without_any_edit(client: FlaskClient, database: Database) -> None:
    today = validity.today(validity.now())
    day = dt.timedelta(days=1)
    put(
        database,
        [
            service("s02", "Dienst 2", valid_to=today),
            service("s03", "Dienst 3", valid_from=today),
            fee("neu", "60.00", service="lsa.s04", valid_from=today),
        ],
    )
    before = read(client, f"{FEED}&on={today - 9 * day}")
    assert told(client, before["cursor"]) == [("upsert", "lsa.s03"), ("upsert", "lsa.s04"), ("delete", "lsa.s02")]


def test_what_is_said_of_a_source_is_a_change_for_all_its_readers(client: FlaskClient, database: Database) -> None:
    with database.writing() as connection:
        runs.edit_source(connection, "lsa", {"licence": "dl-de/zero-2-0"}, create=True, now=NOW)
    whole = client.get(FEED)
    cursor = json.loads(whole.get_data())["cursor"]
    with database.writing() as connection:
        runs.edit_source(connection, "lsa", {"contact_email": "a@example.org"}, create=False, now=NOW)
    assert client.get(FEED, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    with database.writing() as connection:
        runs.edit_source(connection, "lsa", {"licence": "dl-de/by-2-0"}, create=False, now=NOW)
    assert client.get(FEED, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 200
    assert len(told(client, cursor)) == 13


def test_internal_changes_are_told_nowhere_public(client: FlaskClient, database: Database, key: str) -> None:
    feed = "/api/v1/feeds/115?place=Naumburg"
    whole = read(client, feed)
    inside = {"Authorization": f"Bearer {key}"}
    internal = json.loads(client.get(feed, headers=inside).get_data())
    put(database, [Notice(id="k.n", text="Intern", audience="115", area="150840355355"), authority(internal115=())])
    assert read(client, feed) == whole
    assert read(client, f"{feed}&after={whole['cursor']}")["items"] == []
    page = json.loads(client.get(f"{feed}&after={internal['cursor']}", headers=inside).get_data())
    assert [item["id"] for item in page["items"]][:1] == [LAW]
    assert b"Intern" in client.get(feed, headers=inside).get_data()


def test_pages_may_be_small_and_the_state_may_move_between_them(client: FlaskClient, database: Database) -> None:
    held: dict[str, str] = {}
    cursor, complete, pages = "0", False, 0
    sums = []
    while not complete:
        page = read(client, f"{FEED}&after={cursor}&limit=4")
        for item in page["items"]:
            held.pop(item["id"], None)
            if item["op"] == "upsert":
                held[item["id"]] = item["hash"]
        if pages < 4:
            put(database, [fee(amount=f"{pages}.00"), service(f"s{pages:02}", f"Neuer {pages}", areas=("15002",))])
        cursor, complete, pages = page["cursor"], page["complete"], pages + 1
        if page["checksum"]:
            assert page["checksum"] == f"{sum(int(one, 16) for one in held.values()) % 2**256:064x}"
            sums.append(complete)
    assert (pages, sums) == (6, [False, True])  # the walk to the state of its beginning, and one to that of its end
    assert held == {item["id"]: item["hash"] for item in read(client, FEED)["items"]}
    assert told(client, cursor) == []


def test_a_page_of_changes_in_xml_says_the_same(client: FlaskClient, database: Database) -> None:
    cursor = read(client, FEED)["cursor"]
    put(database, [fee(amount="50.00"), service("s00", "Dienst 0", areas=("15002",))])
    page = read(client, f"{FEED}&after={cursor}")
    root = etree.fromstring(client.get(f"{FEED}&after={cursor}&format=xml").get_data())
    assert root.tag == "changes"
    assert [one.findtext("op") for one in root.iterfind("items/item")] == ["upsert", "delete"]
    assert [one.findtext("hash") for one in root.iterfind("items/item")] == [item["hash"] for item in page["items"]]
    assert root.findtext("items/item/record/id") == LAW
    assert (root.findtext("cursor"), root.findtext("checksum")) == (page["cursor"], page["checksum"])


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{FEED}&after=5-20200101", 410, "cursor_expired"),
        (f"{FEED}&after=99999-20261123", 410, "cursor_lost"),
        (f"{FEED}&after=5-0a1b2c3d4e-20261123", 410, "cursor_lost"),
        (f"{FEED}&after=x", 400, "cursor_unknown"),
        (f"{FEED}&after=5-20261301", 400, "cursor_unknown"),
        ("/api/v1/changes?after=99999", 410, "cursor_lost"),
        ("/api/v1/changes?after=5-0a1b2c3d4e", 410, "cursor_lost"),
    ],
)
def test_a_cursor_that_cannot_be_continued_is_refused(client: FlaskClient, path: str, status: int, code: str) -> None:
    answer = client.get(path)
    problem = json.loads(answer.get_data())
    assert (answer.status_code, problem["type"].rpartition("/")[2]) == (status, code)
    assert ("full" in problem) == (status == 410)
    if status == 410:
        assert problem["full"] in {FEED, "/api/v1/changes?after=0"}
        assert client.get(problem["full"]).status_code == 200


def test_changes_expire_after_the_days_of_the_setting(settings: Settings) -> None:
    database = Database(settings.database)
    with database.reading() as connection:
        cursor = changes.state(connection).seq
    put(database, [fee(amount="11.00")], validity.now() - dt.timedelta(days=40))
    database.close()
    for days, status in (("30", 410), ("50", 200)):
        app = create_app(Settings(data_dir=settings.data_dir, feed_days=days))
        answer = app.test_client().get(f"/api/v1/changes?after={cursor}&kind=fee")
        assert answer.status_code == status
        if status == 410:
            full = json.loads(answer.get_data())["full"]
            assert full == "/api/v1/changes?after=0&kind=fee"
            assert app.test_client().get(full).status_code == 200
        app.extensions["busdb"].database.close()


def test_a_place_of_which_nothing_has_changed_for_long_can_be_followed(settings: Settings) -> None:
    database = Database(settings.database)
    put(database, [fee("halle", area="15002", amount="11.00")], validity.now() - dt.timedelta(days=40))
    put(database, [fee("halle", area="15002", amount="12.00")])
    database.close()
    app = create_app(Settings(data_dir=settings.data_dir, feed_days="30"))
    client = app.test_client()
    assert told(client, read(client, FEED)["cursor"]) == []
    app.extensions["busdb"].database.close()


@pytest.mark.parametrize("path", [FEED, "/api/v1/changes?kind=fee"])
def test_who_is_up_to_date_stays_so_however_long_ago_others_changed(
    client: FlaskClient, settings: Settings, path: str
) -> None:
    database = Database(settings.database)
    held = read(client, path)["cursor"] if path == FEED else read(client, f"{path}&after=0")["cursor"]
    elsewhere = Notice(id="lsa.intern", text="Nur für Agenten", area="15002", audience="115")
    put(database, [elsewhere], validity.now() - dt.timedelta(days=400))
    database.close()
    page = read(client, f"{path}&after={held}")
    assert (page["items"], page["cursor"]) == ([], held)


def test_the_change_of_day_is_a_change_for_caches(client: FlaskClient) -> None:
    answer = client.get(FEED)
    began = dt.datetime.combine(validity.today(validity.now()), dt.time(), ZoneInfo("Europe/Berlin"))
    assert answer.last_modified is not None
    assert answer.last_modified >= began
    again = client.get(FEED, headers={"If-Modified-Since": answer.headers["Last-Modified"]})
    assert again.status_code == 304
    earlier = {
        "If-Modified-Since": (began.astimezone(dt.UTC) - dt.timedelta(seconds=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    }
    assert client.get(FEED, headers=earlier).status_code == 200


@pytest.fixture
def state(sample: Database, tmp_path: Path) -> Iterator[FlaskClient]:  # noqa: F811
    """A reader of the whole sample state."""
    app = create_app(Settings(data_dir=str(tmp_path), database_url=sample.url.render_as_string(hide_password=False)))
    yield app.test_client()
    app.extensions["busdb"].database.close()


def test_a_second_run_over_all_municipalities_transfers_the_one_feed_that_changed(
    state: FlaskClient,
    sample: Database,  # noqa: F811
) -> None:
    with sample.reading() as connection:
        codes = [place.ars for place in municipalities(queries.gazetteer(connection))]
    tags = {ars: state.head(f"/api/v1/feeds/municipal?ars={ars}").headers["ETag"] for ars in codes}
    assert len(tags) == 218
    with sample.reading() as connection:
        dogs = queries.one(connection, "fee", "kommunal.hundesteuer-naumburg-1")
    assert dogs is not None
    put(sample, [replace(dogs.record, amount=Decimal("61.00"))])
    transferred = [
        ars
        for ars, tag in tags.items()
        if state.get(f"/api/v1/feeds/municipal?ars={ars}", headers={"If-None-Match": tag}).status_code == 200
    ]
    assert transferred == ["150840355355"]
