"""Readers that hold the present state are told so with one cheap read; others get what changed."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from builders import authority, fee
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from support import statements
from test_store import put

from api.hub import Hub
from busdb.db import Database
from busdb.records import Notice

PATHS = [
    "/services",
    "/services/lsa.ausweis?place=Naumburg",
    "/authorities",
    "/areas?q=naumburg",
    "/responsibilities?service=lsa.ausweis&place=Naumburg",
    "/fees?service=lsa.ausweis&place=Naumburg",
    "/life-events",
    "/search?q=ausweis",
    "/feeds/municipal?place=Naumburg",
    "/feeds/ea?place=Naumburg&format=xml",
    "/feeds/115?place=Naumburg",
    "/changes",
]


def database(app: Flask) -> Database:
    """The database of the application."""
    hub: Hub = app.extensions["busdb"]
    return hub.database


@pytest.mark.parametrize("path", PATHS)
def test_the_same_state_is_not_sent_twice(client: FlaskClient, path: str) -> None:
    first = client.get(f"/api/v1{path}")
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800"
    assert "Accept" in first.headers["Vary"]
    again = client.get(f"/api/v1{path}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    since = client.get(f"/api/v1{path}", headers={"If-Modified-Since": "Fri, 31 Dec 2100 23:59:59 GMT"})
    assert since.status_code == 304


@pytest.mark.parametrize("path", ["/", "/api/v1/docs", "/api/v1/openapi.json", "/quality/coverage"])
def test_pages_are_not_sent_twice_either(client: FlaskClient, path: str) -> None:
    for accepted in ("identity", "gzip"):
        first = client.get(path, headers={"Accept-Encoding": accepted})
        held = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": accepted}
        again = client.get(path, headers=held)
        assert (first.status_code, again.status_code, again.get_data()) == (200, 304, b"")
        assert first.headers["Cache-Control"] == "no-cache"


def test_another_form_or_language_has_another_tag(client: FlaskClient) -> None:
    tags = {
        client.get(f"/api/v1/services/lsa.ausweis{query}").headers["ETag"]
        for query in ("", "?format=xml", "?lang=en", "?place=Naumburg", "?on=2026-01-01")
    }
    assert len(tags) == 5


def test_a_304_touches_no_record(app: Flask, client: FlaskClient) -> None:
    path = "/api/v1/feeds/115?place=Naumburg"
    tag = client.get(path).headers["ETag"]
    statements: list[str] = []

    def note(*args: Any) -> None:
        statements.append(args[2])

    event.listen(database(app).engine, "before_cursor_execute", note)
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    event.remove(database(app).engine, "before_cursor_execute", note)
    reads = [one for one in statements if one.lstrip().upper().startswith("SELECT")]
    assert all("FROM scope" in one or "FROM tally" in one for one in reads)
    assert len(reads) <= 3


@pytest.mark.parametrize(("place", "status"), [("Naumburg", 200), ("Halle", 304)])
def test_a_change_in_one_place_leaves_the_feeds_of_others(
    app: Flask, client: FlaskClient, place: str, status: int
) -> None:
    path = f"/api/v1/feeds/municipal?place={place}"
    tag = client.get(path).headers["ETag"]
    put(database(app), [authority(name="Neuer Name")])
    assert client.get(path, headers={"If-None-Match": tag}).status_code == status


def test_who_polls_a_feed_costs_one_read_and_is_told_of_a_change_at_once(app: Flask, client: FlaskClient) -> None:
    feed, db = "/api/v1/feeds/115?place=Naumburg", database(app)
    held = {"If-None-Match": client.get(feed).headers["ETag"]}
    first = client.get(feed, headers=held)
    with statements(db.engine) as sent:
        again = client.get(feed, headers=held)
    assert len([one for one in sent if one.lstrip().upper().startswith("SELECT")]) == 1
    assert (first.status_code, again.status_code) == (304, 304)
    volatile = {"X-Request-ID"}
    assert {(k, v) for k, v in first.headers if k not in volatile} == {
        (k, v) for k, v in again.headers if k not in volatile
    }
    english = client.get(feed, headers={**held, "Accept-Language": "en"})
    assert (english.status_code, english.headers["Content-Language"]) == (200, "en")
    put(db, [fee(amount="99.00")])
    assert client.get(feed, headers=held).status_code == 200


def test_a_central_fee_changes_every_feed(app: Flask, client: FlaskClient) -> None:
    tags = {place: client.get(f"/api/v1/feeds/115?place={place}").headers["ETag"] for place in ("Naumburg", "Halle")}
    put(database(app), [fee(amount="50.00")])
    for place, tag in tags.items():
        assert client.get(f"/api/v1/feeds/115?place={place}", headers={"If-None-Match": tag}).status_code == 200


def test_internal_content_moves_no_public_tag(app: Flask, client: FlaskClient) -> None:
    path = "/api/v1/feeds/115?place=Naumburg"
    tag = client.get(path).headers["ETag"]
    put(database(app), [Notice(id="k.n", text="Intern", audience="115", area="150840355355")])
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_answers_are_compressed_where_the_reader_takes_it(client: FlaskClient) -> None:
    for path in ("/api/v1/feeds/115?place=Naumburg", "/api/v1/services"):
        plain = client.get(path)
        packed = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.get_data()) == plain.get_data()
        assert packed.headers["ETag"] != plain.headers["ETag"]
        tag = packed.headers["ETag"]
        assert client.get(path, headers={"If-None-Match": tag, "Accept-Encoding": "gzip"}).status_code == 304


@pytest.mark.parametrize("path", ["/api/v1/services", "/api/v1/feeds/115?place=Naumburg", "/healthz", "/"])
def test_head_is_get_without_a_body(client: FlaskClient, path: str) -> None:
    head, whole = client.head(path), client.get(path)
    assert (head.status_code, head.get_data()) == (200, b"")
    assert head.headers.get("ETag") == whole.headers.get("ETag")


def test_any_page_may_read(client: FlaskClient) -> None:
    preflight = client.options("/api/v1/services", headers={"Origin": "https://stadt.example.org"})
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"]
    assert "ETag" in client.get("/api/v1/services").headers["Access-Control-Expose-Headers"]
