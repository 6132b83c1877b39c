"""The console of 115: how a call is read from its address, and what stands on the card."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from builders import areas
from consoles import AT_NAUMBURG, SECRET, card, get, log_in, names, text_of
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from msgspec.structs import replace as changed
from support import NOW
from test_store import put

from api.hub import Hub
from busdb.db import Database
from busdb.settings import Settings

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
    gone = get(client, f"/115?q=ausweis&{AT_NAUMBURG}&id=lsa.gibt-es-nicht")
    assert gone.status_code == 404
    page = html.fromstring(gone.text)
    assert names(page)[0] == "Personalausweis beantragen", "the list stays of use"
    assert "lsa.gibt-es-nicht" in text_of(page, "//div[contains(@class, 'console-empty')]/p")


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
