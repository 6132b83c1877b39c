"""Pages as readers, search engines and other machines get them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import authority, rule, service
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree, html
from support import ROOT
from test_store import put

from api import create_app
from api.hub import Hub
from api.pages import discovery
from busdb import legal
from busdb.db import Database
from busdb.records import Criterion, Notice, Offer, Text
from busdb.settings import Settings

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Language": "de"}
NAUMBURG = "ars=150840355355"
VOCABULARY: dict[str, dict[str, list[str]]] = json.loads((ROOT / "tests/data/schemaorg.json").read_text("utf-8"))
"""What of schema.org 30.0 is used: classes with those above them, properties with their domains and ranges."""


def read(client: FlaskClient, path: str) -> html.HtmlElement:
    """A page, answered with 200."""
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 200, path
    return html.fromstring(response.data)


def head(page: html.HtmlElement, query: str) -> list[str]:
    """What an expression finds in the head of a page."""
    return [str(one) for one in page.xpath(f"//head/{query}")]


PAGES = [
    "/",
    f"/?{NAUMBURG}",
    f"/search?q=ausweis&{NAUMBURG}",
    "/services/lsa.ausweis",
    f"/services/lsa.ausweis?{NAUMBURG}",
    "/services",
    "/authorities/kommunal.buergerbuero",
    "/life-events",
    "/life-events/lsa.le-ausweis",
    "/impressum",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_lets_nothing_in_from_elsewhere(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 200
    assert response.headers["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'"
    )
    page = html.fromstring(response.data)
    assert page.get("lang") == response.headers["Content-Language"] == "de"
    assert not page.xpath("//*[@style] | //style | //script[not(@src) and not(@type='application/ld+json')]")
    loaded = page.xpath("//script/@src | //link[@rel='stylesheet']/@href | //img/@src")
    assert loaded
    assert all(one.startswith("/") for one in loaded)
    for one in loaded:
        with client.get(one) as asset:
            assert asset.status_code == 200


def test_a_page_names_its_own_address_and_those_in_other_languages(client: FlaskClient) -> None:
    page = read(client, "/services/lsa.ausweis?place=Naumburg&q=perso&surname=Muster&utm_source=x")
    own = "http://127.0.0.1:5115/services/lsa.ausweis?ars=150840355355&lang="
    assert head(page, "link[@rel='canonical']/@href") == [own + "de"]
    assert head(page, "link[@rel='alternate']/@hreflang") == ["de", "en"]
    assert head(page, "link[@rel='alternate']/@href") == [own + "de", own + "en"]
    assert head(page, "meta[@property='og:title']/@content") == ["Personalausweis beantragen – Naumburg (Saale)"]
    assert head(read(client, f"/search?q=ausweis&{NAUMBURG}"), "meta[@name='robots']/@content") == ["noindex"]
    english = read(client, f"/services/lsa.ausweis?{NAUMBURG}&lang=en")
    assert head(english, "link[@rel='canonical']/@href") == [own + "en"]
    assert english.xpath("//h1/text()") == ["Apply for an identity card"]


def test_every_link_of_a_page_keeps_place_and_language_and_answers(client: FlaskClient) -> None:
    page = read(client, f"/services/lsa.ausweis?{NAUMBURG}&lang=en")
    links = [one for one in page.xpath("//a/@href") if one.startswith("/") and not one.startswith("/feedback")]
    assert len(links) > 8
    for link in links:
        assert "lang=" in link
        assert client.get(link, headers=BROWSER).status_code == 200, link


def test_texts_in_another_language_say_so(client: FlaskClient) -> None:
    page = read(client, f"/services/lsa.ausweis?{NAUMBURG}&lang=en")
    assert page.xpath("//div[@lang='de']//p/text()") == ["Personalausweis beantragen in vielen Worten."]


def test_errors_are_pages_for_people_and_data_for_programs(client: FlaskClient) -> None:
    for path, status in (("/gibt-es-nicht", 404), ("/services/lsa.nichts", 404), ("/search?q=a&offset=-1", 400)):
        response = client.get(path, headers=BROWSER)
        page = html.fromstring(response.data)
        assert (response.status_code, response.content_type) == (status, "text/html; charset=utf-8"), path
        assert page.xpath("//form[@role='search']")
        assert page.xpath("//a[@href='tel:115']")
        assert client.get(path, headers={"Accept": "application/json"}).get_json()["status"] == status
    assert client.get("/api/v1/nichts", headers=BROWSER).content_type == "application/problem+xml"


def test_a_place_that_can_be_several_is_asked_for(client: FlaskClient) -> None:
    many = client.get("/?place=Sachsen", headers=BROWSER)
    assert b"/?ars=" in many.data
    none = client.get("/?place=Atlantis", headers=BROWSER)
    assert none.status_code == 404
    assert "Atlantis" in none.get_data(as_text=True)


def test_a_line_that_only_names_a_place_leads_there_and_an_empty_one_to_the_start(client: FlaskClient) -> None:
    assert client.get("/search?q=Karsdorf", headers=BROWSER).headers["Location"] == "/?ars=150845051245"
    assert client.get("/search?q=&place=Naumburg", headers=BROWSER).headers["Location"] == f"/?{NAUMBURG}"


def test_what_the_place_field_says_beats_the_place_found_before(client: FlaskClient) -> None:
    kept = read(client, f"/search?q=ausweis&place=Naumburg+%28Saale%29&{NAUMBURG}")
    assert kept.xpath("//input[@name='place']/@value") == ["Naumburg (Saale)"]
    changed = read(client, f"/search?q=ausweis&place=Karsdorf&{NAUMBURG}")
    assert changed.xpath("//input[@name='place']/@value") == ["Karsdorf"]


def test_the_list_from_a_to_z_is_in_german_order(client: FlaskClient, settings: Settings) -> None:
    database = Database(settings.database)
    put(
        database,
        [service("oel", "Öl lagern"), service("obst", "Obst verkaufen"), service("ohr", "Ohrmarken bestellen")],
    )
    database.close()
    page = read(client, "/services?letter=o")
    assert page.xpath("//main//section//a/text()") == ["Obst verkaufen", "Ohrmarken bestellen", "Öl lagern"]


def test_notices_and_absent_services_are_said_on_top(client: FlaskClient, settings: Settings) -> None:
    database = Database(settings.database)
    closed = Notice(id="lsa.zu", text="Heute geschlossen.", authority="kommunal.buergerbuero", area="150840355355")
    absent = Offer(id="lsa.kein", service="lsa.s01", area="150840355355", status="not_offered", reason="Kein Bedarf.")
    inside = Notice(id="lsa.intern", text="Nur für 115.", authority="kommunal.buergerbuero", audience="115")
    put(database, [closed, absent, inside])
    database.close()
    card = client.get(f"/services/lsa.ausweis?{NAUMBURG}", headers=BROWSER).get_data(as_text=True)
    office = client.get("/authorities/kommunal.buergerbuero", headers=BROWSER).get_data(as_text=True)
    assert "Heute geschlossen." in card
    assert "Heute geschlossen." in office
    assert "Nur für 115." not in card + office
    assert "Kein Bedarf." in client.get(f"/services/lsa.s01?{NAUMBURG}", headers=BROWSER).get_data(as_text=True)


def test_what_is_internal_is_on_no_page(client: FlaskClient) -> None:
    for path in (f"/services/lsa.ausweis?{NAUMBURG}", "/authorities/kommunal.buergerbuero"):
        text = client.get(path, headers=BROWSER).get_data(as_text=True)
        assert "+49 30 23125 100" in text
        for hidden in ("23125 900", "Nur für 115", "rueckfragen@"):
            assert hidden not in text


def test_a_service_of_the_gateway_says_so(client: FlaskClient, settings: Settings) -> None:
    database = Database(settings.database)
    put(database, [service("gewerbe", "Gewerbe anmelden", sdg_areas=("2010100",), sdg_annex2=True)])
    database.close()
    page = read(client, "/services/lsa.gewerbe")
    named = {one.get("name"): one.get("content") for one in page.xpath("//head/meta[@name]")}
    wanted = {"sdg-tag": "sdg", "DC.ISO3166": "DE", "DC.Language": "de", "DC.Service": "procedure", "policy-code": "J1"}
    assert wanted.items() <= named.items()
    assert not head(read(client, "/services/lsa.ausweis"), "meta[@name='sdg-tag']")


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The typed objects in a JSON-LD value."""
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        for one in value.values():
            yield from objects(one)
    if isinstance(value, list):
        for one in value:
            yield from objects(one)


@pytest.mark.parametrize("path", [f"/services/lsa.ausweis?{NAUMBURG}", "/authorities/kommunal.buergerbuero"])
def test_linked_data_uses_properties_within_their_domains(client: FlaskClient, path: str) -> None:
    (text,) = read(client, path).xpath("//script[@type='application/ld+json']/text()")
    data = json.loads(text)
    found = list(objects(data))
    assert any(one["@type"] == "GovernmentOffice" for one in found)
    for one in found:
        classes = VOCABULARY["classes"][one["@type"]]
        for name, value in one.items():
            if name.startswith("@"):
                continue
            assert set(classes) & set(VOCABULARY["domains"][name]), (one["@type"], name)
            for part in objects(value if isinstance(value, list) else [value]):
                if part in (value if isinstance(value, list) else [value]):
                    reached = set(VOCABULARY["classes"][part["@type"]])
                    assert reached & set(VOCABULARY["ranges"][name]), (name, part["@type"])


def test_linked_data_cannot_end_its_element(client: FlaskClient, settings: Settings) -> None:
    database = Database(settings.database)
    put(database, [authority("boese", "Amt </script><script>alert(1)</script>")])
    database.close()
    page = read(client, "/authorities/kommunal.boese")
    assert len(page.xpath("//script")) == 2
    (text,) = page.xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(text)["name"] == "Amt </script><script>alert(1)</script>"


SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_sitemaps_list_what_there_is_in_parts_that_may_be_read(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "MOST", 5)
    robots = client.get("/robots.txt").get_data(as_text=True)
    assert "Sitemap: http://127.0.0.1:5115/sitemap.xml" in robots
    index = etree.fromstring(client.get("/sitemap.xml").data)
    assert index.tag == f"{SITEMAP}sitemapindex"
    listed: list[str] = []
    for part in index.iter(f"{SITEMAP}loc"):
        root = etree.fromstring(client.get(str(part.text).removeprefix("http://127.0.0.1:5115")).data)
        assert root.tag == f"{SITEMAP}urlset"
        assert 1 <= len(root) <= 5
        for one in root:
            assert [child.tag for child in one] in ([f"{SITEMAP}loc"], [f"{SITEMAP}loc", f"{SITEMAP}lastmod"])
            moment = one.findtext(f"{SITEMAP}lastmod")
            assert moment is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", moment)
            listed.append(str(one.findtext(f"{SITEMAP}loc")).removeprefix("http://127.0.0.1:5115"))
    assert len(listed) == len(set(listed))
    assert {"/services/lsa.ausweis?lang=de", "/services/lsa.ausweis?lang=en", "/services/lsa.s11?lang=de"} <= set(
        listed
    )
    assert {"/?lang=de", f"/?{NAUMBURG}&lang=de", "/authorities/kommunal.buergerbuero?lang=de"} <= set(listed)
    for path in listed:
        page = html.fromstring(client.get(path, headers=BROWSER).data)
        assert head(page, "link[@rel='canonical']/@href") == [f"http://127.0.0.1:5115{path}"]
    assert client.get("/sitemap-services-9.xml").status_code == 404


def test_stylesheets_stay_small() -> None:
    assert sum((ROOT / "api/static" / name).stat().st_size for name in ("kern.css", "busdb.css")) <= 25_000


@pytest.fixture
def dressed(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The application with the look, the name and the legal pages of an operator."""
    look = tmp_path / "look"
    look.mkdir()
    (look / "kern.min.css").write_text("body { color: black }")
    (look / "theme.css").write_text(":root { --kern-color-action-default: #083 }")
    (tmp_path / "impressum.html").write_text("<h1>Betreiber</h1><p onclick='x()'>Musterland</p>")
    (tmp_path / "impressum.en.html").write_text("<p>Operator</p>")
    app = create_app(
        Settings(
            data_dir=settings.data_dir,
            title="Finder Musterland",
            theme=str(look),
            imprint=str(tmp_path / "impressum.html"),
            privacy="https://www.example.org/datenschutz",
        )
    )
    yield app
    hub: Hub = app.extensions["busdb"]
    hub.close()


def test_an_operator_gives_name_look_and_legal_pages(dressed: Flask) -> None:
    client = dressed.test_client()
    page = read(client, "/impressum")
    assert head(page, "link[@rel='stylesheet']/@href")[::2] == ["/theme/kern.min.css", "/theme/theme.css"]
    assert head(page, "title/text()") == ["Impressum – Finder Musterland"]
    assert page.xpath("//main//p/text()") == ["Musterland"]
    assert not page.xpath("//*[@onclick]")
    with client.get("/theme/theme.css") as sheet:
        assert b"#083" in sheet.data
    assert client.get("/theme/../impressum.html", headers=BROWSER).status_code == 404
    assert read(client, "/impressum?lang=en").xpath("//main//p/text()") == ["Operator"]
    assert read(client, "/datenschutz").xpath("//main//a/@href") == ["https://www.example.org/datenschutz"]


def test_legal_pages_that_say_nothing_are_known_and_say_so(client: FlaskClient, dressed: Flask) -> None:
    assert legal.missing(Settings()) == ["imprint", "privacy", "accessibility"]
    assert legal.missing(dressed.extensions["busdb"].settings) == ["accessibility"]
    assert "noch nicht hinterlegt" in client.get("/barrierefreiheit", headers=BROWSER).get_data(as_text=True)


def test_plain_language_is_a_language_of_its_own(client: FlaskClient, settings: Settings) -> None:
    easy = Text(module="06", html="<p>Der Ausweis ist wichtig.</p>", language="de-x-ls")
    database = Database(settings.database)
    put(database, [service("leicht", "Ausweis", texts=(*service().texts, easy))])
    database.close()
    page = read(client, "/services/lsa.leicht?lang=de-x-ls")
    assert page.xpath("//div[@lang='de-x-ls']/p/text()") == ["Der Ausweis ist wichtig."]
    assert head(page, "link[@hreflang='de-x-ls']/@href") == ["http://127.0.0.1:5115/services/lsa.leicht?lang=de-x-ls"]


def test_a_split_by_name_is_asked_as_a_form(client: FlaskClient, settings: Settings) -> None:
    database = Database(settings.database)
    put(
        database,
        [
            service("wohngeld", "Wohngeld beantragen"),
            authority("a-k", "Wohngeldstelle A bis K"),
            authority("l-z", "Wohngeldstelle L bis Z"),
            *(
                rule(
                    f"wg-{first}",
                    service="lsa.wohngeld",
                    authority=f"kommunal.{first}-{last}",
                    criteria=(Criterion(type="surname", first=first.upper(), last=last.upper()),),
                )
                for first, last in (("a", "k"), ("l", "z"))
            ),
        ],
    )
    database.close()
    page = read(client, f"/services/lsa.wohngeld?{NAUMBURG}")
    (form,) = [one for one in page.forms if "surname" in one.fields]
    assert dict(form.fields)["ars"] == "150840355355"
    answered = read(client, f"{form.action}?{NAUMBURG}&surname=Muster")
    assert "Wohngeldstelle L bis Z" in answered.xpath("string(//aside | //main)")
    assert "Wohngeldstelle A bis K" not in answered.xpath("string(//main)")
