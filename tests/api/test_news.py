"""People follow a place in a feed reader: what was, and what is."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import feedparser
import pytest
from builders import authority, fee, rule, service
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from support import NOW
from test_following import remove
from test_store import put

from busdb import newsfeed, queries, validity
from busdb.db import Database
from busdb.records import AnyRecord, Contact, Document, Notice, Text

NAUMBURG = "/api/v1/news.json?place=Naumburg"
LATER = validity.now()


@pytest.fixture
def database(app: Flask) -> Database:
    """The database of the application."""
    found: Database = app.extensions["busdb"].database
    return found


def news(client: FlaskClient, path: str = NAUMBURG) -> list[dict[str, Any]]:
    """The items of a JSON Feed."""
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/feed+json")
    found: list[dict[str, Any]] = json.loads(answer.get_data())["items"]
    return found


def title(client: FlaskClient, database: Database, record: AnyRecord, path: str = NAUMBURG) -> str:
    """What is told of a change."""
    put(database, [record], LATER)
    newest: str = news(client, path)[0]["title"]
    return newest


def test_a_fee_is_told_with_before_and_after(client: FlaskClient, database: Database) -> None:
    dearer = fee(amount="50.50")
    assert title(client, database, dearer) == "Gebühr geändert: 46,00 -> 50,50 Euro (Personalausweis beantragen)"
    (item, *_) = news(client)
    (told,) = item["_busdb"]["differences"]
    assert told == {"label": "Betrag", "before": "46,00 Euro", "after": "50,50 Euro"}
    assert "<td>46,00 Euro</td><td>50,50 Euro</td>" in item["content_html"]
    english = news(client, "/api/v1/news.json?place=Naumburg&lang=en")[0]["title"]
    assert english == "Fee changed: 46.00 -> 50.50 euros (Apply for an identity card)"


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (fee("neu", "9.00"), "Neue Gebühr: 9,00 Euro (Personalausweis beantragen)"),
        (authority(name="Neues Rathaus"), "Behörde geändert: Neues Rathaus"),
        (rule(executor="district"), "Zuständigkeit geändert: Personalausweis beantragen"),
        (Notice(id="k.n", text="Heute zu", area="15084"), "Hinweis neu: Heute zu"),
        (service("s01", "Dienst 1", publication_state="draft"), "Leistung entfallen: Dienst 1"),
    ],
)
def test_every_kind_of_change_has_its_words(
    client: FlaskClient, database: Database, record: AnyRecord, expected: str
) -> None:
    assert title(client, database, record) == expected


def test_texts_and_lists_are_told_by_their_names(client: FlaskClient, database: Database) -> None:
    texts = (*service("s01", "Dienst 1").texts[:3], Text(module="06", html="<p>Neu &amp; kurz.</p>"))
    put(database, [service("s01", "Dienst 1", texts=texts, documents=(Document(label="Foto"),), d115=True)], LATER)
    told = {one["label"]: (one["before"], one["after"]) for one in news(client)[0]["_busdb"]["differences"]}
    assert told == {
        "Volltext": ("Dienst 1 in vielen Worten.", "Neu & kurz."),
        "Unterlagen": (None, "Foto"),
        "Weitere Angaben": (None, None),
    }


def test_news_are_of_the_place_and_of_nothing_internal(client: FlaskClient, database: Database) -> None:
    halle = "/api/v1/news.json?place=Halle"
    before = news(client, halle)
    hidden = Contact(channel="phone", value="+49 30 23125 555", visibility="115")
    put(database, [authority(contacts=(*authority().contacts, hidden)), fee("ort", area="150840355355")], LATER)
    assert news(client, halle) == before
    assert [one["_busdb"]["kind"] for one in news(client)][:1] == ["fee"]
    assert "23125 555" not in str(news(client)) + str(news(client, "/api/v1/news.json"))


def test_an_office_elsewhere_is_news_where_a_rule_names_it(client: FlaskClient, database: Database) -> None:
    put(database, [authority("fern", "Fernes Amt", area="15002"), rule(authority="kommunal.fern")])
    assert title(client, database, authority("fern", "Nahes Amt", area="15002")) == "Behörde geändert: Nahes Amt"


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_atom_feed_is_valid_and_says_the_same(client: FlaskClient, database: Database, language: str) -> None:
    put(database, [fee(amount="50.50"), Notice(id="k.n", text="A & <b>\x07", area="15084")], LATER)
    answer = client.get(f"/api/v1/news.atom?place=Naumburg&lang={language}")
    assert answer.mimetype == "application/atom+xml"
    parsed = feedparser.parse(answer.get_data())
    assert (parsed.bozo, parsed.version) == (False, "atom10")
    assert parsed.feed.language == language
    items = news(client, f"{NAUMBURG}&lang={language}")
    assert [one.title for one in parsed.entries] == [one["title"].replace("\x07", "") for one in items]
    assert [one.id for one in parsed.entries] == [one["id"] for one in items]
    assert all(one.updated_parsed and one.links and one.content for one in parsed.entries)
    assert len({one.id for one in parsed.entries}) == len(parsed.entries)


def test_news_lead_to_the_pages_that_citizens_read(client: FlaskClient, database: Database) -> None:
    office = authority(name="Bürgerbüro am Markt")
    put(database, [fee(amount="50.50"), office, Notice(id="k.n", text="Heute zu", area="15084")], LATER)
    parsed = feedparser.parse(client.get("/api/v1/news.atom?place=Naumburg").get_data())
    assert parsed.feed.link == "http://127.0.0.1:5115/?ars=150840355355&lang=de"
    pages = {client.get(one.link, headers={"Accept": "text/html"}): one.tags[0].term for one in parsed.entries}
    assert {(page.status_code, page.mimetype) for page in pages} == {(200, "text/html")}
    assert set(pages.values()) >= {"fee", "authority", "notice"}
    assert all("Heute zu" in page.text for page, kind in pages.items() if kind == "notice")
    assert [one.link for one in parsed.entries] == [one["url"] for one in news(client)]


def test_news_of_what_is_gone_are_withdrawn(client: FlaskClient, database: Database) -> None:
    notice = Notice(id="k.n", text="Heute zu", area="15084")
    put(database, [notice], LATER)
    (entry, *_) = feedparser.parse(client.get("/api/v1/news.atom?place=Naumburg").get_data()).entries
    remove(database, "notice", notice)
    root = etree.fromstring(client.get("/api/v1/news.atom?place=Naumburg").get_data())
    (gone,) = root.iter("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert gone.get("ref") == entry.id
    assert news(client)[0]["title"] == "Hinweis entfallen: Heute zu"
    assert entry.id not in {one["id"] for one in news(client)}


def test_news_are_conditional_and_no_older_than_cursors(client: FlaskClient, database: Database) -> None:
    answer = client.get(NAUMBURG)
    again = client.get(NAUMBURG, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    long_ago = service("s02", "Dienst 2", ea=True)
    put(database, [long_ago], NOW - dt.timedelta(days=400))
    assert "Leistung geändert: Dienst 2" not in {one["title"] for one in news(client)}


def test_changes_elsewhere_hide_no_news_of_a_place(client: FlaskClient, database: Database) -> None:
    closed = Notice(id="k.n", text="Heute zu", area="15084")
    put(database, [closed, fee(amount="50.50")], LATER)
    remove(database, "notice", closed)
    elsewhere = [fee(f"fern-{number}", "1.00", area="15002") for number in range(20)]
    put(database, elsewhere, LATER)
    since = min(NOW, LATER) - dt.timedelta(days=1)
    with database.reading() as connection:
        gazetteer = queries.gazetteer(connection)
        codes = gazetteer.scope(gazetteer.one("Naumburg").code)
        found = newsfeed.latest(connection, codes, "de", 2, since, looked=5)
        all_ = newsfeed.latest(connection, codes, "de", 2, since, looked=1000)
    assert [(one.kind, one.op) for one in found.news] == [("notice", "gone"), ("fee", "changed")]
    assert found.news == all_.news


@pytest.mark.parametrize("accept", ["application/atom+xml", "*/*", "text/html"])
def test_a_feed_reader_gets_its_feed_whatever_it_accepts(client: FlaskClient, accept: str) -> None:
    assert client.get("/api/v1/news.atom", headers={"Accept": accept}).status_code == 200
