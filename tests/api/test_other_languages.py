"""Readers of another language: what there is in theirs is shown in it, the rest says that it is German."""

from __future__ import annotations

import re

import pytest
from builders import fee, service
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from support import NOW
from test_store import put

from busdb.records import Deadline, FeeText, ProcessingTime, Text

BROWSER = {"Accept": "text/html"}


def links(client: FlaskClient, address: str) -> dict[str, tuple[str | None, str]]:
    """The language of each link to a service, and what stands behind it."""
    page = html.fromstring(client.get(address, headers=BROWSER).data)
    found = {one.text_content(): one for one in page.xpath("//a[contains(@href, '/services/lsa.')]")}
    return {
        name: (one.get("lang"), one.getparent().text_content().removeprefix(name).strip())
        for name, one in found.items()
    }


@pytest.mark.parametrize(
    "address",
    [
        "/services?lang=en",
        "/search?q=ausweis+dienst&lang=en",
        "/embed/v1/list?lang=en",
        "/embed/v1/search?q=ausweis+dienst&lang=en",
    ],
)
def test_names_are_in_the_readers_language_or_say_that_they_are_german(client: FlaskClient, address: str) -> None:
    found = links(client, address)
    assert found["Apply for an identity card"] == (None, "")
    assert found["Dienst 1"] == ("de", "(Deutsch)")
    assert "Personalausweis beantragen" not in found


def test_hits_are_told_in_the_language_asked_for(client: FlaskClient) -> None:
    (hit,) = [
        one for one in client.get("/api/v1/search?q=ausweis&lang=en").json["results"] if one["id"] == "lsa.ausweis"
    ]
    assert (hit["name"], hit["language"], hit["teaser_language"]) == ("Apply for an identity card", "en", "de")
    (hit,) = [one for one in client.get("/api/v1/search?q=ausweis").json["results"] if one["id"] == "lsa.ausweis"]
    assert (hit["name"], hit["language"]) == ("Personalausweis beantragen", "de")


def test_a_card_marks_each_german_part_and_tells_durations_by_numbers(app: Flask, client: FlaskClient) -> None:
    mixed = service(
        texts=(*service().texts, Text(module="03", html="Apply for an identity card", language="en")),
        processing_times=(ProcessingTime(minimum="P2W", maximum="P3W", text="zwei bis drei Wochen"),),
        deadlines=(Deadline(label="Frist", text="vor der Reise", duration="P0D"),),
    )
    put(app.extensions["busdb"].database, [mixed], NOW)
    page = html.fromstring(client.get("/services/lsa.ausweis?ars=150840355355&lang=en", headers=BROWSER).data)
    assert page.xpath("//h1/@lang") == []
    said = {one.text_content(): one.get("lang") for one in page.xpath("//dd")}
    assert said == {"2 weeks – 3 weeks": None, "vor der Reise": "de"}
    assert page.xpath("//p[@class='kern-body kern-body--large']/@lang") == ["de"]
    assert re.search(r"\(Deutsch\)", page.xpath("//section[@aria-labelledby='s-about']")[0].text_content())


def test_the_words_of_a_fee_that_are_german_are_marked_wherever_they_stand(app: Flask, client: FlaskClient) -> None:
    english = (FeeText(language="en", label="Card"),)
    half = fee(label="Karte", condition="ab 24 <Jahren>", exemption="Frei für Bedürftige.", translations=english)
    hourly = fee("zeit", amount="9.00", kind="rate", label="Aufwand", unit="angefangene Stunde")
    put(app.extensions["busdb"].database, [half, hourly], NOW)
    marked = {"ab 24 <Jahren>", "Frei für Bedürftige.", "angefangene Stunde", "Aufwand"}
    for address in ("/services/lsa.ausweis?", "/embed/v1/detail?service=lsa.ausweis&", "/115?id=lsa.ausweis&"):
        page = html.fromstring(client.get(f"{address}ars=150840355355&lang=en", headers=BROWSER).text)
        found = page.xpath("//ul[contains(@class, 'busdb-fees')]//span[@lang='de']")
        assert {one.text_content() for one in found} == marked, address
        listed = page.xpath("//ul[contains(@class, 'busdb-fees')]")[0].text_content()
        assert "Card: 46.00 euros (ab 24 <Jahren>)" in " ".join(listed.split())
    german = client.get("/services/lsa.ausweis?ars=150840355355&lang=de", headers=BROWSER).text
    assert 'lang="de"' not in german.partition("busdb-fees")[2].partition("</ul>")[0]
    items = client.get("/api/v1/fees?service=lsa.ausweis&ars=150840355355&lang=en").json["items"]
    assert {one["id"]: one["untranslated_words"] for one in items} == {
        "lsa.ausweis-gebuehr": ["condition", "exemption"],
        "lsa.zeit": ["label", "unit"],
    }
