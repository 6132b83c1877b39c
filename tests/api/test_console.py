"""The console of 115: who may see what, how a call is read from its address, and what stands on the card."""

from __future__ import annotations

import re
import shutil
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from builders import areas, authority, day, fee, rule, service
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from msgspec.structs import replace as changed
from support import NOW
from test_store import put
from werkzeug.test import TestResponse

from api import access, create_app
from api.hub import Hub
from busdb import keys
from busdb.db import Database
from busdb.records import (
    CallQuestion,
    Contact,
    Criterion,
    Deadline,
    Document,
    Internal115,
    Notice,
    Offer,
    ProcessingTime,
    Text,
)
from busdb.search.desk import Desk
from busdb.settings import Settings

BROWSER = {"Accept": "text/html", "Accept-Language": "de"}
SECRET = "geheimwort"
"""What everything internal has in it."""
AT_NAUMBURG = "ars=150840355355"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A small state with all that only agents may see, and with questions; made once."""
    folder = tmp_path_factory.mktemp("console")
    shutil.copy(sqlite_template, folder / "busdb.sqlite3")
    settings = Settings(data_dir=str(folder))
    card = service(
        texts=(
            *service().texts,
            Text(module="16", html=f"<p>{SECRET}-text</p>", visibility="115"),
            Text(module="09", html="<p>Sie sind Deutsche oder Deutscher.</p>"),
        ),
        documents=(
            Document(label="Biometrisches Foto"),
            Document(label="Vollmacht", condition="bei Vertretung", required=False),
            Document(label=f"{SECRET}-bogen", visibility="115"),
        ),
        deadlines=(Deadline(label="Abholung", duration="P2M"),),
        processing_times=(ProcessingTime(minimum="P2W", maximum="P3W"),),
        call_questions=(CallQuestion(text=f"{SECRET}-frage?"),),
        changed_on=day("2026-10-01"),
    )
    office = authority(
        contacts=(
            Contact(channel="phone", value="+49 30 23125 100"),
            Contact(channel="phone", value=f"+49 30 23125 555 {SECRET}-durchwahl", visibility="115"),
        ),
        internal115=(
            Internal115(second_level_phone=f"+49 30 23125 900 {SECRET}", forward_rule=f"{SECRET}-regel"),
            Internal115(note=f"{SECRET}-vorbei", note_valid_to=day("2020-01-01")),
        ),
    )
    birth = service("geburt", "Geburtsurkunde bestellen", reference_place="birth")
    sport = service("sport", "Sporthalle mieten")
    tax = service("hund", "Hund anmelden")
    split = [
        rule(
            f"hund-{first}",
            service="lsa.hund",
            authority=f"kommunal.steuer-{first}",
            criteria=(Criterion(type="surname", first=first, last=last),),
        )
        for first, last in (("A", "K"), ("L", "Z"))
    ]
    notice = Notice(id="lsa.intern", text=f"{SECRET}-hinweis", service="lsa.ausweis", audience="115")
    database = Database(settings.database)
    put(database, [*areas(), card, office, birth, sport, tax, notice, rule(), rule("geburt", service="lsa.geburt")])
    put(database, [authority(f"steuer-{first}", f"Steueramt {first}", internal115=()) for first in "AL"])
    put(database, split)
    put(database, [fee("jung", "22.80", condition="unter 24 Jahre"), fee(condition="ab 24 Jahre")])
    put(database, [Offer(id="k.x", service="lsa.sport", area="150840355355", status="not_offered", reason="Keine da.")])
    Desk(settings, database).rebuild()
    database.close()
    return folder


@pytest.fixture
def settings(state: Path, tmp_path: Path) -> Settings:
    """An installation with a copy of it."""
    return Settings(data_dir=str(shutil.copytree(state, tmp_path / "var")))


@pytest.fixture
def make_key(settings: Settings) -> Callable[..., str]:
    """Makes keys with scopes."""

    def make(*scopes: str) -> str:
        database = Database(settings.database)
        with database.writing() as connection:
            _, secret = keys.create(connection, "Servicecenter", scopes, NOW)
        database.close()
        return secret

    return make


@pytest.fixture
def closed(settings: Settings) -> Iterator[FlaskClient]:
    """A reader of an installation whose console is closed."""
    app = create_app(replace(settings, closed="115"))
    yield app.test_client()
    hub: Hub = app.extensions["busdb"]
    hub.close()


def get(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    return client.get(path, headers={**BROWSER, **headers})


def card(client: FlaskClient, query: str) -> html.HtmlElement:
    """The part with the answer."""
    response = get(client, f"/115/answer?{query}")
    assert response.status_code == 200, response.text
    return html.fromstring(response.text)


def text_of(part: html.HtmlElement, query: str) -> str:
    return " ".join(" ".join(found.text_content() for found in part.xpath(query)).split())


def names(page: html.HtmlElement) -> list[str]:
    return [one.text_content() for one in page.xpath("//ul[@id='options']//span[@class='console-name']")]


def log_in(client: FlaskClient, key: str, back: str = "", **headers: str) -> TestResponse:
    return client.post("/115/login", data={"key": key, "back": back}, headers=headers)


# What a line means


def test_one_line_names_concern_and_place(client: FlaskClient) -> None:
    page = html.fromstring(get(client, "/115?q=ausweis+naumburg").text)
    assert names(page)[0] == "Personalausweis beantragen"
    assert page.xpath("string(//input[@id='place']/@value)") == "Naumburg (Saale)"
    assert page.xpath("string(//input[@name='ars']/@value)") == "150840355355"
    assert page.xpath("string(//ul[@id='options']//a/@href)") == f"/115?q=ausweis+naumburg&{AT_NAUMBURG}&id=lsa.ausweis"


def test_the_place_stays_until_a_line_names_another(client: FlaskClient) -> None:
    for query, name in (
        (f"q=ausweis&{AT_NAUMBURG}", "Naumburg (Saale)"),
        (f"q=ausweis+halle&{AT_NAUMBURG}", "Halle (Saale)"),
        (f"q=ausweis+halle&place=Karsdorf&{AT_NAUMBURG}", "Karsdorf"),
        (f"q=ausweis&place=&{AT_NAUMBURG}", ""),
    ):
        part = html.fromstring(get(client, f"/115/list?{query}").text)
        assert part.get("data-place") == name, query


def test_a_place_of_its_own_field_takes_the_one_out_of_the_line(client: FlaskClient) -> None:
    page = html.fromstring(get(client, "/115?q=ausweis+halle&ars=150020000000&place=Karsdorf").text)
    assert page.xpath("string(//input[@id='line']/@value)") == "ausweis"
    assert page.xpath("string(//input[@id='place']/@value)") == "Karsdorf"


def test_what_can_be_several_places_is_asked(client: FlaskClient, settings: Settings) -> None:
    database = Database(settings.database)
    karsdorf = areas()[5]
    put(database, [changed(karsdorf, id="destatis.x", ars="150845051999", name="Karsdorf am Berg")])
    database.close()
    for query in ("q=ausweis+06638", "q=ausweis&place=06638"):
        part = html.fromstring(get(client, f"/115/list?{query}").text)
        assert names(part)[:2] == ["Karsdorf", "Karsdorf am Berg"]
        assert part.get("data-said") == "Welcher Ort ist gemeint? 2 kommen in Frage."
        assert part.xpath("string(.//a/@href)") == "/115?q=ausweis&ars=150845051245"
    part = html.fromstring(get(client, "/115/list?q=ausweis+06638&ars=150845051245").text)
    assert part.get("data-place") == "Karsdorf"


def test_an_unknown_place_is_said_and_the_call_goes_on(client: FlaskClient) -> None:
    response = get(client, "/115?q=ausweis&place=Atlantis")
    assert response.status_code == 200
    page = html.fromstring(response.text)
    assert "Den Ort „Atlantis“ kennen wir nicht." in page.text_content()
    assert "Personalausweis beantragen" in names(page)


def test_a_line_that_is_nothing_but_a_place_offers_it(client: FlaskClient) -> None:
    part = html.fromstring(get(client, "/115/list?q=karsdorf").text)
    assert names(part) == ["Karsdorf"]
    assert part.xpath("string(.//a/@href)") == "/115?ars=150845051245"


def test_an_address_of_a_telephony_system_opens_the_answer(client: FlaskClient) -> None:
    page = html.fromstring(get(client, f"/115?q=ausweis&{AT_NAUMBURG}&id=lsa.ausweis&callerid=0345&empty=").text)
    assert text_of(page, "//h2[@id='card-title']") == "Personalausweis beantragen in Naumburg (Saale)"
    assert names(page)[0] == "Personalausweis beantragen"
    gone = get(client, "/115?id=lsa.gibt-es-nicht")
    assert gone.status_code == 404


# What stands on the card


def test_the_card_answers_in_the_order_of_a_call(client: FlaskClient) -> None:
    found = card(client, f"{AT_NAUMBURG}&id=lsa.ausweis")
    assert text_of(found, "//p[contains(@class, 'console-line')]") == "Personalausweis beantragen in kurzen Worten."
    titles = [" ".join(one.text_content().split()) for one in found.xpath("//section/h3")]
    assert titles == [
        "1 Zuständig",
        "2 Mitbringen",
        "3 Kosten",
        "4 Frist",
        "5 Dauer",
        "6 Online",
        "7 Weitere Angaben",
        "9 Stand und Quelle",
    ]
    assert "+49 30 23125 100" in text_of(found, "//*[@id='part-1']")
    assert "Warum diese Stelle? " in text_of(found, "//*[@id='part-1']")
    assert "Vollmacht (bei Vertretung)" in text_of(found, "//*[@id='part-2']")
    assert "22,80 Euro, wenn Sie unter 24 sind, sonst 46,00 Euro" in text_of(found, "//*[@id='part-3']")
    assert text_of(found, "//*[@id='part-4']") == "4 Frist Abholung: 2 Monate"
    assert text_of(found, "//*[@id='part-5']") == "5 Dauer 2 Wochen – 3 Wochen"
    assert "Voraussetzungen" in text_of(found, "//*[@id='part-7']")
    assert "Land" in text_of(found, "//*[@id='part-9']")
    assert "1. Oktober 2026" in text_of(found, "//*[@id='part-9']")


def test_hours_are_those_of_today_and_now(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("busdb.validity.now", lambda: NOW)
    monkeypatch.setattr("api.pages.answering.now", lambda: NOW.replace(hour=9))
    found = card(client, f"{AT_NAUMBURG}&id=lsa.ausweis")
    assert "Heute: 9:00–12:00 Uhr" in text_of(found, "//*[@id='part-1']")
    assert "Jetzt geöffnet bis 12:00 Uhr" in text_of(found, "//*[@id='copy-text']")


def test_what_the_caller_says_narrows_the_costs(client: FlaskClient) -> None:
    found = card(client, f"{AT_NAUMBURG}&id=lsa.ausweis")
    (form,) = found.xpath("//form[.//input[@name='age']]")
    kept = {one.get("name"): one.get("value") for one in form.xpath(".//input[@type='hidden']")}
    assert (form.get("action"), kept) == ("/115", {"ars": "150840355355", "id": "lsa.ausweis"})
    young = card(client, f"{AT_NAUMBURG}&id=lsa.ausweis&age=20")
    costs = text_of(young, "//*[@id='part-3']")
    assert "22,80 Euro" in costs
    assert "46,00 Euro, wenn" not in costs
    assert text_of(young, "//ul[@aria-label='Angaben']") == "Alter: 20 aufheben"
    wrong = card(client, f"{AT_NAUMBURG}&id=lsa.ausweis&value=viel")
    assert "viel" in text_of(wrong, "//*[@role='alert']")


def test_a_question_about_the_caller_decides_the_office(client: FlaskClient) -> None:
    asked = card(client, f"{AT_NAUMBURG}&id=lsa.hund")
    (form,) = asked.xpath("//form[.//input[@name='surname']]")
    assert form.get("action") == "/115"
    assert "Noch zu klären: " in text_of(asked, "//*[@id='handover-text']")
    answer = card(client, f"{AT_NAUMBURG}&id=lsa.hund&surname=Müller")
    assert "Steueramt L" in text_of(answer, "//*[@id='part-1']")
    assert "Steueramt A" not in text_of(answer, "//*[@id='part-1']")
    assert "Nachname: Müller" in text_of(answer, "//*[@id='handover-text']")
    assert "Müller" not in text_of(answer, "//*[@id='copy-text']")


def test_where_another_place_counts_than_the_home_it_is_asked(client: FlaskClient) -> None:
    found = card(client, f"{AT_NAUMBURG}&id=lsa.geburt")
    assert "Wo wurde die Person geboren?" in text_of(found, "//*[@id='part-1']//label")
    assert "Die Antwort gilt jetzt für Naumburg (Saale)." in text_of(found, "//*[@id='part-1']")
    halle = card(client, f"{AT_NAUMBURG}&id=lsa.geburt&q=geburt+naumburg&place=Halle")
    assert text_of(halle, "//h2[@id='card-title']") == "Geburtsurkunde bestellen in Halle (Saale)"
    assert "geboren" not in text_of(card(client, f"{AT_NAUMBURG}&id=lsa.ausweis"), "//*[@id='part-1']")


def test_without_a_place_the_card_asks_for_it(client: FlaskClient) -> None:
    found = card(client, "id=lsa.ausweis")
    assert text_of(found, "//*[@id='part-1']//label") == "Für welchen Ort?"


def test_what_is_not_offered_says_why(client: FlaskClient) -> None:
    found = card(client, f"{AT_NAUMBURG}&id=lsa.sport")
    assert "Wird in Naumburg (Saale) nicht angeboten" in found.text_content()
    assert "Wird in Naumburg (Saale) nicht angeboten: Keine da." in text_of(found, "//*[@id='copy-text']")


def test_the_answer_as_text_can_be_sent_to_the_caller(client: FlaskClient) -> None:
    lines = card(client, f"{AT_NAUMBURG}&id=lsa.ausweis").xpath("string(//*[@id='copy-text'])").split("\n")
    assert lines[:2] == [
        "Personalausweis beantragen in Naumburg (Saale)",
        "Personalausweis beantragen in kurzen Worten.",
    ]
    assert "Zuständige Stelle: Bürgerbüro Naumburg" in lines
    assert "Beispielweg 1, 06618 Naumburg (Saale)" in lines
    assert "Telefon: +49 30 23125 100" in lines
    assert lines[lines.index("Mitbringen:") + 1 :][:2] == ["- Biometrisches Foto", "- Vollmacht (bei Vertretung)"]
    assert "Frist: Abholung: 2 Monate" in lines
    assert lines[-1] == f"http://127.0.0.1:5115/services/lsa.ausweis?{AT_NAUMBURG}"


def test_the_text_to_hand_over_leads_back_into_the_console(client: FlaskClient) -> None:
    found = card(client, f"q=perso&{AT_NAUMBURG}&id=lsa.ausweis&age=20")
    text = found.xpath("string(//*[@id='handover-text'])")
    assert re.match(r"Übergabe 115, \d+\. \w+ \d{4}, \d+:\d\d Uhr\nAnliegen:\n", text)
    assert "„perso“" in text
    assert "\nAngaben: Alter: 20\n" in text
    assert f"http://127.0.0.1:5115/115?q=perso&{AT_NAUMBURG}&id=lsa.ausweis" in text
    assert text.endswith("Anrufende Person: \nRückruf unter: \nNotiz: ")


def test_an_authority_is_found_and_answered_too(client: FlaskClient, make_key: Callable[..., str]) -> None:
    part = html.fromstring(get(client, f"/115/list?q=steueramt&{AT_NAUMBURG}").text)
    assert f"/115?q=steueramt&{AT_NAUMBURG}&office=kommunal.steuer-A" in part.xpath(".//a/@href")
    assert names(part)[0] == "Steueramt A"
    office = "q=bürgerbüro&office=kommunal.buergerbuero"
    found = card(client, office)
    assert text_of(found, "//h2") == "Bürgerbüro Naumburg"
    assert found.xpath("string(//*[@id='copy-text'])").startswith("Bürgerbüro Naumburg\nBeispielweg 1, 06618 Naumburg")
    assert "Anliegen: „bürgerbüro“" in found.xpath("string(//*[@id='handover-text'])")
    assert SECRET not in html.tostring(found, encoding="unicode")
    log_in(client, make_key("115:internal"))
    known = card(client, office)
    assert f"{SECRET}-durchwahl" in text_of(known, "//*[@id='part-8']")
    assert SECRET not in known.xpath("string(//*[@id='copy-text'])")
    assert get(client, "/115/answer?office=kommunal.gibt-es-nicht").status_code == 404


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


# What is counted


def test_searches_and_opened_answers_are_counted(app: Flask, client: FlaskClient) -> None:
    get(client, "/115/list?q=ausw")
    get(client, "/115/list?q=gibtesnicht&asked=true")
    get(client, f"/115/answer?q=ausweis&{AT_NAUMBURG}&id=lsa.ausweis")
    hub: Hub = app.extensions["busdb"]
    hub.log.flush()
    with hub.reading() as connection:
        rows = connection.exec_driver_sql("SELECT sightings, without_hits, clicks FROM search_line").fetchall()
    assert sorted(tuple(row) for row in rows) == [(1, 0, 1), (1, 1, 0)]
