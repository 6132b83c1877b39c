"""The console of 115: who may see what, keys and cookies, and what other sites cannot do."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import replace

import pytest
from consoles import AT_NAUMBURG, BROWSER, SECRET, get, log_in, text_of
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from support import NOW

from api import access, create_app
from api.hub import Hub
from busdb import keys
from busdb.db import Database
from busdb.settings import Settings

# Who sees what

PAGES = ["", "/list", "/answer", "/gibt-es-nicht"]
QUERY = f"?q=ausweis&{AT_NAUMBURG}&id=lsa.ausweis"


@pytest.mark.parametrize("path", PAGES)
def test_nothing_of_the_console_is_kept_or_open_to_other_sites(client: FlaskClient, path: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "POST"):
        response = client.open(f"/115{path}{QUERY}", method=method, headers=BROWSER)
        assert response.headers["Cache-Control"] == "private, no-store", method
        assert not [name for name, _ in response.headers if name.startswith("Access-Control")], method
        assert "ETag" not in response.headers
    assert "Access-Control-Allow-Origin" in client.get("/api/v1/services").headers


@pytest.mark.parametrize("path", PAGES)
def test_without_the_scope_nothing_internal_leaves(
    client: FlaskClient, make_key: Callable[..., str], path: str
) -> None:
    for headers in ({}, {"Authorization": f"Bearer {make_key('console')}"}):
        response = get(client, f"/115{path}{QUERY}", **headers)
        assert SECRET not in response.text
        assert SECRET not in str(response.headers)
    wrong = get(client, "/115/answer?id=lsa.ausweis&age=geheim")
    assert wrong.status_code == 400
    assert SECRET not in wrong.text


def test_with_the_scope_the_internal_block_is_there_and_only_there(
    client: FlaskClient, make_key: Callable[..., str]
) -> None:
    headers = {**BROWSER, "Authorization": f"Bearer {make_key('115:internal')}"}
    found = html.fromstring(client.get(f"/115/answer{QUERY}", headers=headers).text)
    block = text_of(found, "//*[contains(@class, 'console-internal')]")
    for word in ("frage?", "durchwahl", "regel", "hinweis", "text", "bogen"):
        assert f"{SECRET}-{word}" in block
    assert f"{SECRET}-vorbei" not in block
    handover = found.xpath("string(//*[@id='handover-text'])")
    assert f"Zweite Ebene (Bürgerbüro Naumburg): +49 30 23125 900 {SECRET}" in handover
    assert f"{SECRET}-text" not in handover
    for one in found.xpath("//*[contains(@class, 'console-internal')] | //*[@id='handover-text']"):
        one.drop_tree()
    assert SECRET not in html.tostring(found, encoding="unicode")
    assert SECRET not in client.get(f"/115/list{QUERY}", headers=headers).text


def test_a_key_for_some_areas_opens_the_block_there_alone(settings: Settings, client: FlaskClient) -> None:
    database = Database(settings.database)
    with database.writing() as connection:
        _, key = keys.create(connection, "Karsdorf", ("115:internal",), NOW, areas=("150845051245",))
    database.close()
    log_in(client, key)
    here = "q=ausweis+karsdorf&id=lsa.ausweis"
    assert f"{SECRET}-frage?" in get(client, f"/115/answer?{here}").text
    assert f"{SECRET}-frage?" in get(client, f"/115/answer?{here}&{AT_NAUMBURG}").text
    office = "ars=150845051245&office=kommunal.buergerbuero"
    for elsewhere in (f"{AT_NAUMBURG}&id=lsa.ausweis", f"{here}&place=Naumburg", "id=lsa.ausweis", office):
        assert SECRET not in get(client, f"/115/answer?{elsewhere}").text


def test_a_closed_console_asks_for_a_key(closed: FlaskClient, make_key: Callable[..., str]) -> None:
    for path in ("", "/list", "/answer"):
        response = get(closed, f"/115{path}{QUERY}")
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
        assert "Personalausweis" not in response.text
        assert get(closed, f"/115{path}?age=x&place=Atlantis").status_code == 401
        for scope, status in (("115:internal", 403), ("read", 403), ("console", 200)):
            answer = get(closed, f"/115{path}{QUERY}", Authorization=f"Bearer {make_key(scope)}")
            assert answer.status_code == status, (path, scope)
    assert get(closed, "/").status_code == 200


def test_a_key_is_given_once_and_a_cookie_stands_for_it(closed: FlaskClient, make_key: Callable[..., str]) -> None:
    form = html.fromstring(get(closed, f"/115{QUERY}").text)
    back = form.xpath("string(//input[@name='back']/@value)")
    key = make_key("console", "115:internal")
    response = log_in(closed, key, back, Origin="http://localhost", **{"Sec-Fetch-Site": "same-origin"})
    assert (response.status_code, response.headers["Location"]) == (303, f"/115{QUERY}")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "Path=/115" in cookie
    assert "SameSite=Strict" in cookie
    assert "Max-Age=36000" in cookie
    assert "Secure" not in cookie
    assert key not in cookie
    assert SECRET in get(closed, f"/115/answer{QUERY}").text
    assert closed.post("/115/logout").status_code == 303
    assert get(closed, f"/115/answer{QUERY}").status_code == 401


def test_over_tls_the_cookie_stays_there(settings: Settings, make_key: Callable[..., str]) -> None:
    client = create_app(replace(settings, base_url="https://zufi.example.org")).test_client()
    assert "; Secure" in log_in(client, make_key("console")).headers["Set-Cookie"]


def test_a_wrong_key_stays_out_and_says_why(closed: FlaskClient, make_key: Callable[..., str]) -> None:
    for key, status, said in (
        ("busdb_falsch", 401, "Diesen Schlüssel gibt es nicht"),
        (make_key("115:internal"), 403, "öffnet die 115-Auskunft nicht"),
        (make_key("read"), 403, "öffnet die 115-Auskunft nicht"),
    ):
        response = log_in(closed, key, "q=ausweis")
        assert response.status_code == status
        assert "Set-Cookie" not in response.headers
        assert said in response.text
        assert 'value="q=ausweis"' in response.text
        assert key not in response.text


def test_an_open_console_takes_a_key_for_the_internal_block(client: FlaskClient, make_key: Callable[..., str]) -> None:
    assert log_in(client, make_key("read")).status_code == 403
    assert log_in(client, make_key("115:internal")).status_code == 303
    assert SECRET in get(client, f"/115/answer{QUERY}").text


def test_a_cookie_ends_with_its_key_at_once(app: Flask, client: FlaskClient, make_key: Callable[..., str]) -> None:
    log_in(client, make_key("115:internal"))
    assert SECRET in get(client, f"/115/answer{QUERY}").text
    hub: Hub = app.extensions["busdb"]
    with hub.database.writing() as connection:
        keys.revoke(connection, 1, NOW)
    response = get(client, f"/115/answer{QUERY}")
    assert (response.status_code, SECRET in response.text) == (200, False)


def test_a_cookie_is_of_no_use_elsewhere_and_tokens_of_the_interface_are_none_here(
    app: Flask, client: FlaskClient, make_key: Callable[..., str]
) -> None:
    key = make_key("115:internal")
    token = re.search(r"busdb-115=([^;]+)", log_in(client, key).headers["Set-Cookie"])
    assert token
    assert key.encode() not in urlsafe_b64decode(token[1].split(".")[0] + "==")
    stolen = {"Cookie": f"{access.COOKIE}={token[1]}"}
    other = app.test_client(use_cookies=False)
    assert SECRET not in other.get(f"/services/lsa.ausweis?{AT_NAUMBURG}", headers=stolen).text
    assert "second_level" not in other.get("/api/v1/authorities/kommunal.buergerbuero", headers=stolen).text
    bearer = {"Authorization": f"Bearer {token[1]}"}
    assert other.get("/api/v1/authorities/kommunal.buergerbuero", headers=bearer).status_code == 401
    hub: Hub = app.extensions["busdb"]
    with hub.reading() as connection:
        issued = keys.issue_token(connection, "1", key, NOW.replace(year=2100))
    assert issued
    assert SECRET not in other.get(f"/115{QUERY}", headers={"Cookie": f"{access.COOKIE}={issued[0]}"}).text


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://boese.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_forms_of_other_sites_are_refused(
    client: FlaskClient, make_key: Callable[..., str], headers: dict[str, str]
) -> None:
    assert log_in(client, make_key("console"), **headers).status_code == 403
    log_in(client, make_key("115:internal"))
    assert client.post("/115/logout", headers=headers).status_code == 403
    assert SECRET in get(client, f"/115/answer{QUERY}").text


def test_a_key_in_an_address_is_refused(closed: FlaskClient, make_key: Callable[..., str]) -> None:
    assert get(closed, f"/115?key={make_key('console')}").status_code == 400


def test_the_way_back_leads_nowhere_else(client: FlaskClient, make_key: Callable[..., str]) -> None:
    response = log_in(client, make_key("console"), "//boese.example/?q=ausweis&next=https://boese.example")
    assert response.headers["Location"] == "/115"


def test_a_link_of_another_site_leads_on_to_the_page_itself(closed: FlaskClient) -> None:
    first = get(closed, f"/115{QUERY}", **{"Sec-Fetch-Site": "cross-site"})
    (target,) = html.fromstring(first.text).xpath("//meta[@http-equiv='refresh']/@content")
    assert target == f"0; url=/115{QUERY}&again=true"
    assert get(closed, target.partition("url=")[2], **{"Sec-Fetch-Site": "cross-site"}).status_code == 401
