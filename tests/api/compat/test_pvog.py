"""The stock for other systems, page by page: a mirror that follows it holds what a new one gets, whatever happens."""

from __future__ import annotations

import datetime as dt
import random
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from builders import fee, service
from compat_state import NAUMBURG, records
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace
from sqlalchemy import select
from support import NOW
from test_store import put

from api import create_app
from api.compat.pvog import index_of, mark_of
from busdb import changes, keys, mapping, validity
from busdb.changes import ChangeLog
from busdb.db import Database
from busdb.deltas import NOTHING, Mark
from busdb.mapping import shape
from busdb.records import AnyRecord, Text
from busdb.settings import Settings
from busdb.store import Store

TOKEN = "/api/compat/pvog/realms/pvog/protocol/openid-connect/token"
DATA = "/api/compat/pvog/bereitstelldienst/api/v3/verwaltungsobjekte/xzufi-2-2-0"
EARLIER = NOW - dt.timedelta(days=2)


@pytest.fixture
def pvog_settings(database: Database, database_url: str, tmp_path: Any) -> Settings:
    """An installation on each database with the state of the compatibility tests, some days old."""
    put(database, records(), EARLIER)
    return Settings(data_dir=str(tmp_path / "pvog"), database_url=database_url, base_url="https://zufi.example.org")


@pytest.fixture
def pvog(pvog_settings: Settings) -> Iterator[FlaskClient]:
    """A reader of it."""
    app: Flask = create_app(pvog_settings)
    yield app.test_client()
    app.extensions["busdb"].database.close()


@pytest.fixture
def credentials(database: Database) -> tuple[str, str]:
    """Id and secret of a key."""
    with database.writing() as connection:
        made, secret = keys.create(connection, "Abnehmer", ("pvog",), NOW)
    return str(made["id"]), secret


class Mirror:
    """Holds every object of the stock by class and identifier, as a client that follows the addresses would."""

    def __init__(self, client: FlaskClient, credentials: tuple[str, str], limit: int = 4) -> None:
        self._client = client
        self._credentials = credentials
        self.address = f"{DATA}?limit={limit}"
        self.held: dict[tuple[str, ...], bytes] = {}
        self.pages: list[Any] = []

    def _token(self) -> str:
        client, secret = self._credentials
        form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
        answer = self._client.post(TOKEN, data=form).get_json()
        return f"{answer['token_type']} {answer['access_token']}"

    def page(self) -> Any:
        """Take one page."""
        response = self._client.get(self.address, headers={"Authorization": self._token()})
        assert response.status_code == 200, response.get_data(as_text=True)
        page = response.get_json()
        self.pages.append(page)
        root = etree.fromstring(page["xzufiObjekte"].encode())
        instructions = root.findall("{*}schreibe") + root.findall("{*}loesche")
        assert len(instructions) == page["anzahlObjekte"]
        for one in root:
            if one.tag.endswith("schreibe"):
                self.held[_name(one[0])] = etree.tostring(one[0], method="c14n")
            elif one.tag.endswith("loesche"):
                self.held.pop(_identifier(one.get("klasse", ""), one.find("{*}id")), None)
        parts = urlsplit(page["naechsteAnfrageUrl"])
        assert parts.netloc == "zufi.example.org"
        self.address = f"{parts.path}?{parts.query}"
        return page

    def follow(self) -> dict[tuple[str, ...], bytes]:
        """Take pages until one is complete."""
        while not self.page()["vollstaendig"]:
            pass
        return self.held


CLASSES = {
    "leistung": "Leistung",
    "spezialisierung": "LeistungSpezialisierung",
    "organisationseinheit": "Organisationseinheit",
    "onlinedienst": "Onlinedienst",
    "formular": "Formular",
    "zustaendigkeitTransferObjekt": "Zustaendigkeit",
}


def _name(element: Any) -> tuple[str, ...]:
    inner = element.find("{*}zustaendigkeit/{*}id")
    class_ = CLASSES[etree.QName(element).localname]
    return _identifier(class_, element.find("{*}id") if inner is None else inner)


def _identifier(class_: str, id_: Any) -> tuple[str, ...]:
    return class_, id_.get("schemeAgencyID"), id_.get("schemeID"), id_.text


def remove(database: Database, kind: str, id: str) -> None:
    """Delete a record, as an import would."""
    with database.writing() as connection:
        log = ChangeLog(connection, None, NOW, redistribute=True)
        store = Store(connection, log, NOW)
        table = shape(kind).table
        doomed = [
            (one.number, one.record, changes.Former(one.public_hash, one.seq))
            for one in mapping.read(connection, kind, table.c.object.in_(select(table.c.object)))
            if one.record.id == id
        ]
        assert doomed
        store.delete(kind, doomed)
        log.close()


def test_a_full_walk_gives_every_object_once_and_then_nothing_is_new(
    pvog: FlaskClient, credentials: tuple[str, str]
) -> None:
    mirror = Mirror(pvog, credentials)
    held = mirror.follow()
    assert len(mirror.pages) > 5
    assert sum(page["anzahlObjekte"] for page in mirror.pages) == len(held)
    assert {name[0] for name in held} == set(CLASSES.values())
    indexes = [page["naechsterIndex"] for page in mirror.pages]
    assert indexes == sorted(set(indexes))
    again = mirror.page()
    assert (again["anzahlObjekte"], again["vollstaendig"], again["naechsterIndex"]) == (0, True, indexes[-1])
    assert Mirror(pvog, credentials, limit=500).follow() == held


BEETLE = "<p>Neu.</p>"


def edits() -> dict[str, list[AnyRecord]]:
    """Changes that reach the stock, each in its own way."""
    by_id = {one.id: one for one in records()}

    def changed(id_: str, **fields: Any) -> AnyRecord:
        return replace(by_id[id_], **fields)

    return {
        "a text": [changed("lsa.hund", texts=(Text(module="03", html="Hund melden"), Text(module="05", html=BEETLE)))],
        "a new service": [service("neu", "Ganz neu")],
        "a fee for all": [fee("hund-gebuehr", "10.00", service="lsa.hund")],
        "a fee in one town": [fee("hund-ort", "20.00", id="kommunal.hund-ort", service="lsa.hund", area=NAUMBURG)],
        "the text of an addition": [changed("kommunal.ausweis-naumburg", texts=(Text(module="06", html=BEETLE),))],
        "the name of an office": [changed("kommunal.buergerbuero", name="Bürgeramt")],
        "an assignment that moves to another office": [
            changed("lsa.streit-1", authority="kommunal.kreis", role="contact")
        ],
        "a level rule that shrinks": [changed("lsa.ausweis-regel", areas=("15002",))],
        "an exception to a level rule": [changed("lsa.ausweis-regel", excluded_areas=(NAUMBURG,))],
        "an office that does no longer what a level rule names": [changed("kommunal.buergerbuero", categories=())],
        "a service that is withdrawn": [changed("lsa.hund", publication_state="archived")],
        "an online service for another service": [changed("lsa.ausweis-online", name="Anders")],
        "nothing that shows": [changed("kommunal.amt", internal115=())],
    }


@pytest.mark.parametrize("what", list(edits()))
def test_a_mirror_that_follows_holds_what_a_new_one_gets(
    pvog: FlaskClient, database: Database, credentials: tuple[str, str], what: str
) -> None:
    mirror = Mirror(pvog, credentials, limit=500)
    before = dict(mirror.follow())
    put(database, edits()[what])
    held = mirror.follow()
    assert held == Mirror(pvog, credentials, limit=500).follow()
    assert (held == before) == (what == "nothing that shows")
    assert mirror.pages[-1]["anzahlObjekte"] < 12


@pytest.mark.parametrize(
    ("kind", "id"),
    [
        ("service", "lsa.hund"),
        ("fee", "lsa.ausweis-gebuehr"),
        ("local_addition", "kommunal.ausweis-naumburg"),
        ("responsibility", "lsa.ausweis-regel"),
        ("responsibility", "lsa.hund-a"),
        ("authority", "kommunal.nebenstelle"),
        ("authority", "kommunal.steuer-a"),
        ("online_service", "lsa.ausweis-online"),
    ],
)
def test_a_mirror_that_follows_loses_what_is_deleted(
    pvog: FlaskClient, database: Database, credentials: tuple[str, str], kind: str, id: str
) -> None:
    mirror = Mirror(pvog, credentials, limit=500)
    mirror.follow()
    remove(database, kind, id)
    held = mirror.follow()
    assert "<xzufi:loesche" in mirror.pages[-1]["xzufiObjekte"] or kind == "fee"
    assert held == Mirror(pvog, credentials, limit=500).follow()


def test_a_walk_goes_on_after_an_interruption_and_over_changes_on_the_way(
    pvog: FlaskClient, database: Database, credentials: tuple[str, str]
) -> None:
    mirror = Mirror(pvog, credentials, limit=3)
    mirror.page()
    mirror.page()
    put(database, edits()["a level rule that shrinks"])
    remove(database, "service", "lsa.s03")
    other = Mirror(pvog, credentials, limit=3)
    other.address, other.held = mirror.address, dict(mirror.held)
    other.follow()
    assert other.follow() == Mirror(pvog, credentials, limit=500).follow()


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 60))])
def test_a_mirror_is_right_after_any_history(
    pvog: FlaskClient, database: Database, credentials: tuple[str, str], seed: int
) -> None:
    chance = random.Random(seed)
    mirror = Mirror(pvog, credentials, limit=500)
    mirror.follow()
    gone = {"service": "lsa.streit", "responsibility": "lsa.hund-l", "authority": "kommunal.amt"}
    for what in chance.sample(list(edits()), 9):
        put(database, edits()[what])
        if gone and chance.random() < 0.4:
            kind = chance.choice(list(gone))
            remove(database, kind, gone.pop(kind))
        if chance.random() < 0.5:
            mirror.follow()
        if chance.random() < 0.2:
            put(database, records())
    held, whole = mirror.follow(), Mirror(pvog, credentials, limit=500).follow()
    assert held.keys() == whole.keys()
    assert held == whole


def test_what_ends_with_a_day_ends_in_the_mirror(
    pvog: FlaskClient, database: Database, credentials: tuple[str, str]
) -> None:
    today = validity.today(validity.now())
    put(database, [service("kurz", "Gilt bis gestern", valid_to=today)], EARLIER)
    with database.reading() as connection:
        seq = changes.state(connection).seq
    mirror = Mirror(pvog, credentials, limit=500)
    mirror.address = f"{DATA}?index={index_of(Mark(seq, today - dt.timedelta(days=1)))}"
    page = mirror.page()
    assert (page["anzahlObjekte"], page["vollstaendig"]) == (1, True)
    assert ">kurz<" in page["xzufiObjekte"]
    assert 'klasse="Leistung"' in page["xzufiObjekte"]


def test_what_is_not_public_is_not_in_the_stock(pvog: FlaskClient, credentials: tuple[str, str]) -> None:
    text = b"".join(Mirror(pvog, credentials, limit=500).follow().values()).decode()
    assert "Nur für 115" not in text
    assert "Nicht Genannt" not in text
    assert "901" not in text


def test_a_token_is_needed_and_ends_with_its_key(
    pvog: FlaskClient, database: Database, credentials: tuple[str, str]
) -> None:
    client, secret = credentials
    assert pvog.get(DATA).status_code == 401
    assert pvog.get(DATA, headers={"Authorization": "Bearer a.b"}).status_code == 401
    assert pvog.get(DATA, headers={"Authorization": "Bearer é.ü"}).status_code == 401
    basic = b64encode(f"{client}:{secret}".encode()).decode()
    answer = pvog.post(TOKEN, data={"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"})
    assert answer.headers["Cache-Control"] == "no-store"
    bearer = {"Authorization": f"Bearer {answer.get_json()['access_token']}"}
    assert pvog.get(f"{DATA}?limit=1", headers=bearer).status_code == 200
    with database.writing() as connection:
        keys.revoke(connection, int(client), NOW)
    assert pvog.get(f"{DATA}?limit=1", headers=bearer).status_code == 401
    with database.writing() as connection:
        made, other = keys.create(connection, "Anders", ("console",), NOW)
        issued = keys.issue_token(connection, str(made["id"]), other, validity.now())
    assert issued is not None
    assert pvog.get(DATA, headers={"Authorization": f"Bearer {issued[0]}"}).status_code == 403


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "1", "client_secret": "falsch"}, 401, "invalid_client"),
    ],
)
def test_a_token_is_refused_as_oauth_says(pvog: FlaskClient, form: dict[str, str], status: int, error: str) -> None:
    response = pvog.post(TOKEN, data=form)
    assert (response.status_code, response.get_json()["error"]) == (status, error)


def test_tokens_end_by_themselves_and_cannot_be_changed(sqlite_database: Database) -> None:
    with sqlite_database.writing() as connection:
        made, secret = keys.create(connection, "Abnehmer", ("pvog",), NOW)
        issued = keys.issue_token(connection, str(made["id"]), secret, NOW)
        assert issued is not None
        token, scopes = issued
        assert scopes == {"pvog"}
        grant = keys.grant_of_token(connection, token, NOW)
        assert grant is not None
        assert grant.scopes == {"pvog"}
        assert keys.grant_of_token(connection, token, NOW + keys.TOKEN_LIFE) is None
        beyond = b64encode(b'{"key":9223372036854775808,"ends":9}').decode() + ".x"
        for wrong in (token[:-1], "x" + token, token.replace(".", ""), "", ".", "e30.e30", beyond):
            assert keys.grant_of_token(connection, wrong, NOW) is None
        assert keys.issue_token(connection, "99", secret, NOW) is None


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("index=-1", 400),
        ("index=viele", 400),
        ("index=99999999999999", 410),
        ("nach=service.1", 400),
        ("bis=20370328000", 400),
        ("index=0&bis=20370328000&nach=nichts.1", 400),
        ("limit=0", 400),
        (f"index={index_of(Mark(1, dt.date(2026, 1, 2)))}", 410),
    ],
)
def test_a_wrong_index_is_a_problem(pvog: FlaskClient, credentials: tuple[str, str], query: str, status: int) -> None:
    mirror = Mirror(pvog, credentials)
    response = pvog.get(f"{DATA}?{query}", headers={"Authorization": mirror._token()})
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.headers["Content-Type"] == "application/problem+json"
    if status == 410:
        assert response.get_json()["full"].endswith("xzufi-2-2-0?")


marks = st.builds(Mark, st.integers(1, 10**8), st.dates(dt.date(2026, 1, 1), dt.date(2050, 1, 1)), st.just(""))


@given(marks, st.integers(0, 999), marks)
def test_the_index_grows_with_every_state_and_page(mark: Mark, page: int, other: Mark) -> None:
    assert mark_of(index_of(mark, page)) == (mark, page)
    assert mark_of(index_of(NOTHING, page)) == (NOTHING, page)
    assert index_of(NOTHING, page) < index_of(mark) < 2**53
    assert (index_of(mark) < index_of(other)) == (mark < other)
    if mark < other:
        assert index_of(mark, page) < index_of(other)
