"""Fragments for other sites, the files of the widget, and the wizard: addresses, refusals, caching, frames."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import unquote

import pytest
from builders import authority, rule
from flask import Flask
from flask.testing import FlaskClient
from support import NOW, ROOT
from test_store import put

from api.pages import widget
from busdb.i18n import message

SERVICE = "lsa.ausweis"
PLACE = "ars=150840355355"


def hrefs(client: FlaskClient, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200, response.text
    return [unescape(one) for one in re.findall(r'href="([^"]+)"', response.text)]


def test_a_fragment_is_nothing_but_a_fragment_and_open_to_every_site(client: FlaskClient) -> None:
    response = client.get(f"/embed/v1/list?{PLACE}")
    assert response.text.lstrip().startswith('<div class="zufi"')
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


def test_addresses_lead_to_the_finder_or_to_the_page_of_the_other_site_or_stay_in_the_frame(
    client: FlaskClient,
) -> None:
    assert f"http://127.0.0.1:5115/services/{SERVICE}" in [
        one.split("?")[0] for one in hrefs(client, f"/embed/v1/list?{PLACE}")
    ]
    assert f"/amt/?zufi=detail?ars=150840355355%26service={SERVICE}" in hrefs(
        client, f"/embed/v1/list?{PLACE}&base-path=/amt/"
    )
    joomla = "/embed/v1/list?" + PLACE + "&base-path=/index.php%3FItemid%3D5"
    assert f"/index.php?Itemid=5&zufi=detail?ars=150840355355%26service={SERVICE}" in hrefs(client, joomla)
    framed = hrefs(client, f"/embed/v1/list?{PLACE}&as=page&heading-level=1")
    inside = [one for one in framed if one.startswith("/embed/v1/detail")]
    assert inside
    assert client.get(inside[0]).status_code == 200


def test_feeds_and_data_in_pages_lead_to_the_canonical_page_at_the_place(client: FlaskClient) -> None:
    page = client.get(f"/services/{SERVICE}?place=Naumburg&lang=en").text
    address = unescape(re.findall(r'<link rel="canonical" href="([^"]+)"', page)[0])
    assert address == f"http://127.0.0.1:5115/services/{SERVICE}?{PLACE}&lang=en"
    for name in ("municipal", "115", "ea"):
        items = client.get(f"/api/v1/feeds/{name}?{PLACE}&lang=en").json["items"]
        assert address in {one["links"]["html"] for one in items}, name
    for html in (page, client.get(f"/embed/v1/detail?{PLACE}&service={SERVICE}&lang=en").text):
        data = json.loads(re.findall(r'<script type="application/ld.json">(.*?)</script>', html)[0])
        assert data["@id"] == data["url"] == address


@pytest.mark.parametrize(
    "path",
    ["javascript:alert(1)", "//elsewhere.example", "http://a.example/", "/a b", "/x%22onclick", "data:x", "/a#b"],
)
def test_base_paths_that_lead_astray_are_refused(client: FlaskClient, path: str) -> None:
    response = client.get("/embed/v1/list", query_string={"ars": "150840355355", "base-path": path.replace("%22", '"')})
    assert response.status_code == 400
    assert "base-path" in response.json["detail"]


def test_a_mode_says_what_it_needs(client: FlaskClient) -> None:
    assert "service" in client.get("/embed/v1/detail").json["detail"]
    assert "authority" in client.get("/embed/v1/authority").json["detail"]
    assert client.get("/embed/v1/elsewhere").status_code == 404
    assert client.get("/embed/v1/list?life-event=lsa.no").status_code == 404
    assert client.get("/embed/v1/list?scope=own").status_code == 400


def test_headings_begin_where_the_page_wants_them(client: FlaskClient) -> None:
    text = client.get(f"/embed/v1/detail?{PLACE}&service={SERVICE}&heading-level=3").text
    assert re.findall(r"<h(\d)", text)[0] == "3"
    assert min(re.findall(r"<h(\d)", text)) == "3"


def test_what_the_reader_holds_is_not_sent_again(client: FlaskClient) -> None:
    address = f"/embed/v1/detail?{PLACE}&service={SERVICE}"
    first = client.get(address)
    assert "max-age=300" in first.headers["Cache-Control"]
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


def test_only_the_page_for_a_frame_may_be_framed(client: FlaskClient) -> None:
    response = client.get(f"/embed/v1/search?{PLACE}&as=page")
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert "<title>" in response.text


def test_the_script_has_an_address_that_never_changes_and_one_that_does(client: FlaskClient) -> None:
    exact = client.get(f"/widget/{widget.VERSION}/zufi.js")
    newest = client.get("/widget/v1/zufi.js")
    assert exact.data == newest.data
    assert "immutable" in exact.headers["Cache-Control"]
    assert "immutable" not in newest.headers["Cache-Control"]
    assert client.get("/widget/9.9.9/zufi.js").status_code == 404
    assert client.get("/widget/..%2fx/zufi.js").status_code == 404


def test_the_stylesheet_holds_no_data_and_every_icon_answers(client: FlaskClient) -> None:
    text = client.get("/widget/v1/zufi.css").text
    assert "data:" not in text
    assert ":root" not in text
    assert all(f"var({name}," in text for name in widget.TOKENS)
    icons = set(re.findall(r'url\("(icon-\d+\.svg)"\)', text))
    assert icons
    assert all(client.get(f"/widget/v1/{icon}").content_type.startswith("image/svg+xml") for icon in icons)
    assert client.get("/widget/v1/icon-99.svg").status_code == 404


def test_sentences_of_the_widget_are_those_of_the_catalogue() -> None:
    said = (widget.STATIC / "zufi.js").read_text("utf-8")
    for language in ("de", "en"):
        for name in ("loading", "failed", "stale", "again", "call", "d115"):
            assert f'{name}: "{message("widget." + name, language=language)}"' in said


def test_the_hash_in_the_documentation_is_that_of_the_script() -> None:
    assert widget.integrity() in (ROOT / "docs" / "embedding.md").read_text("utf-8")


def test_the_wizard_writes_code_that_works(client: FlaskClient) -> None:
    page = client.get(f"/einbinden?{PLACE}&mode=detail&service={SERVICE}&color=%23004b76&lang=de")
    assert page.status_code == 200
    blocks = [unescape(one) for one in re.findall(r"<code>([\s\S]*?)</code>", page.text)]
    assert f'service="{SERVICE}"' in blocks[0]
    assert widget.integrity() in blocks[0]
    assert blocks[1] == "zufi-finder { --zufi-color-primary: #004b76 }"
    frame = next(block for block in blocks if "<iframe" in block)
    address = unescape(re.search(r'iframe src="http://127.0.0.1:5115([^"]+)"', frame)[1])  # type: ignore[index]
    assert client.get(address).status_code == 200
    assert client.get("/einbinden?color=red").status_code == 400
    assert "<code>" not in client.get("/einbinden").text


def test_a_district_chooses_a_member_in_every_form_and_keeps_its_own_lists(client: FlaskClient) -> None:
    asked = f"service={SERVICE}&ars=15084&scope=own"
    chosen = "ars=150845051245&within=15084"
    for address in (f"/services/{SERVICE}?{asked}", f"/embed/v1/detail?{asked}", f"/embed/v1/detail?{asked}&as=page"):
        (link,) = [one for one in hrefs(client, address) if "ars=150845051245" in one]
        assert "within=15084" in link
        assert "scope=own" in link
        card = client.get(link.removeprefix("http://127.0.0.1:5115"))
        assert card.status_code == 200
        assert message("page.members_differ") not in card.text
        assert any(
            "ars=15084&" in one or one.endswith("ars=15084")
            for one in map(unescape, re.findall(r'href="([^"]+)"', card.text))
        )
    widget_ = hrefs(client, f"/embed/v1/detail?{asked}&base-path=/amt/")
    assert [
        one
        for one in widget_
        if {"ars=150845051245", "scope=own", "within=15084"} <= set(re.split("[?&]", unquote(one)))
    ]
    lists = {client.get(f"/embed/v1/list?{one}&scope=own").text.count(SERVICE) for one in ("ars=15084", chosen)}
    assert lists == {0}
    assert SERVICE in client.get(f"/embed/v1/list?{PLACE}&scope=own&within=15002").text


def test_the_wizard_offers_a_district_its_own_services(client: FlaskClient) -> None:
    assert 'scope="own"' in unescape(client.get("/einbinden?ars=15084&mode=list&scope=own&lang=de").text)
    assert 'name="scope"' not in client.get(f"/einbinden?{PLACE}&mode=list").text


def test_what_a_body_executes_follows_the_rules(client: FlaskClient, app: Flask) -> None:
    address = "/embed/v1/list?ars=15084&scope=own"
    assert "lsa.s01" not in client.get(address).text
    office = authority("kreis", "Landratsamt", area="15084")
    put(app.extensions["busdb"].database, [office, rule("kreis", service="lsa.s01", authority="kommunal.kreis")], NOW)
    assert "lsa.s01" in client.get(address).text
