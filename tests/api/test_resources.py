"""What each address answers."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from flask.testing import FlaskClient
from lxml import etree
from openapi_spec_validator import validate

PLACE = {"ars": "150840355355"}


def get(client: FlaskClient, path: str, **arguments: Any) -> Any:
    """The answer to a request that must succeed."""
    response = client.get(f"/api/v1{path}", query_string=arguments)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()


def test_services_are_listed_page_by_page(client: FlaskClient) -> None:
    first = get(client, "/services", limit=5)
    assert (first["total"], first["limit"], first["offset"]) == (13, 5, 0)
    seen, page = [one["id"] for one in first["items"]], first
    while page["next"]:
        page = client.get(page["next"]).get_json()
        seen += [one["id"] for one in page["items"]]
    assert seen == sorted(seen)
    assert len(set(seen)) == 13


def test_pages_have_links(client: FlaskClient) -> None:
    links = client.get("/api/v1/services?limit=5&offset=5").headers["Link"]
    assert 'rel="first"' in links
    assert 'offset=0>; rel="prev"' in links
    assert 'offset=10>; rel="next"' in links


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        ({"leika": "99008001001000"}, 1),
        ({"life_event": "lsa.le-ausweis"}, 1),
        ({"life_event": "lsa.nichts"}, 0),
        ({"ea": "true"}, 1),
        ({"ea": "false"}, 12),
        ({"d115": "true"}, 0),
        ({"ars": "09"}, None),
        (PLACE, 13),
    ],
)
def test_services_are_filtered(client: FlaskClient, arguments: dict[str, str], count: int | None) -> None:
    if count is None:
        assert client.get("/api/v1/services", query_string=arguments).status_code == 404
    else:
        assert get(client, "/services", **arguments)["total"] == count


def test_a_service_is_read_with_all_that_applies_at_a_place(client: FlaskClient) -> None:
    found = get(client, "/services/lsa.ausweis", place="Naumburg")
    assert found["name"] == "Personalausweis beantragen"
    assert found["area"]["ars"] == "150840355355"
    assert found["fees"][0]["amount"] == "46.00"
    assert found["responsibility"]["matches"][0]["authority"]["id"] == "kommunal.buergerbuero"
    assert len(found["hash"]) == 64
    assert get(client, "/services/lsa.ausweis")["responsibility"] is None


def test_the_language_is_by_parameter_then_by_header_then_german(client: FlaskClient) -> None:
    path = "/api/v1/services/lsa.ausweis"
    assert client.get(path).headers["Content-Language"] == "de"
    assert client.get(path, headers={"Accept-Language": "en-GB"}).get_json()["name"] == "Apply for an identity card"
    assert client.get(f"{path}?lang=de", headers={"Accept-Language": "en"}).headers["Content-Language"] == "de"
    assert client.get(path, headers={"Accept-Language": "fr"}).headers["Content-Language"] == "de"


def test_authorities_are_listed_and_read_without_internal_content(client: FlaskClient) -> None:
    assert [one["id"] for one in get(client, "/authorities", **PLACE)["items"]] == ["kommunal.buergerbuero"]
    assert get(client, "/authorities", category="Standesamt")["total"] == 0
    text = client.get("/api/v1/authorities/kommunal.buergerbuero").get_data(as_text=True)
    assert "Nur für 115" not in text
    assert "rueckfragen" not in text


def test_areas_are_found_by_any_spelling(client: FlaskClient) -> None:
    for text in ("Naumburg", "06618", "15084355", "150840355355", "06618 naumburg"):
        assert [one["name"] for one in get(client, "/areas", q=text)["items"]][:1] == ["Naumburg (Saale)"]
    assert get(client, "/areas", kind="municipality")["total"] == 2
    assert get(client, "/areas/15084")["name"] == "Burgenlandkreis"
    assert {one["ars"] for one in get(client, "/areas", ars="150845051")["items"]} == {"150845051", "150845051245"}


def test_responsibility_is_answered_with_its_reason(client: FlaskClient) -> None:
    found = get(client, "/responsibilities", service="lsa.ausweis", **PLACE)
    assert (found["status"], found["service"]["id"], found["area"]["ars"]) == ("answered", "lsa.ausweis", PLACE["ars"])
    match = found["matches"][0]
    assert match["body"] == {"ars": "150840355355", "name": "Naumburg (Saale)", "kind": "municipality"}
    assert match["rule"] == "lsa.ausweis-regel"
    assert "Naumburg" in match["reason"]
    assert get(client, "/responsibilities", limit=2, **PLACE)["total"] == 13


def test_fees_are_decimal_strings(client: FlaskClient) -> None:
    (due,) = get(client, "/fees", service="lsa.ausweis", **PLACE)["items"]
    assert (due["type"], due["kind"], due["amount"], due["currency"]) == ("fee", "fixed", "46.00", "EUR")
    assert due["text"] == "46,00 Euro"


def test_life_events_are_a_tree_in_both_languages(client: FlaskClient) -> None:
    assert get(client, "/life-events")["items"][0]["name"] == "Ausweise"
    assert get(client, "/life-events", lang="en")["items"][0]["name"] == "Identity documents"


def test_search_answers_with_services_and_how_it_understood_the_line(client: FlaskClient) -> None:
    found = get(client, "/search", q="ausweis naumburg")
    assert [hit["id"] for hit in found["results"]] == ["lsa.ausweis"]
    assert found["understood"]["concern"] == "ausweis"
    assert [place["name"] for place in found["understood"]["places"]] == ["Naumburg (Saale)"]
    assert {"total", "results", "authorities", "places", "understood", "suggestions"} <= found.keys()


def test_suggestions_complete_names_and_places(client: FlaskClient) -> None:
    assert get(client, "/suggest", q="pers")["items"][0]["text"] == "Personalausweis beantragen"
    assert {"text": "Naumburg (Saale)", "kind": "place"}.items() <= get(client, "/suggest", q="naum")["items"][
        0
    ].items()


@pytest.mark.parametrize("name", ["municipal", "ea", "115"])
def test_feeds_are_whole_in_json_and_xml(client: FlaskClient, name: str) -> None:
    found = get(client, f"/feeds/{name}", **PLACE)
    assert {"feed", "area", "language", "cursor", "count", "checksum", "items"} <= found.keys()
    assert found["count"] == len(found["items"]) == (1 if name == "ea" else 13)
    assert int(found["checksum"], 16) == sum(int(item["hash"], 16) for item in found["items"]) % 2**256
    response = client.get(f"/api/v1/feeds/{name}", query_string=PLACE, headers={"Accept": "application/xml"})
    root = etree.fromstring(response.get_data())
    assert root.findtext("{*}checksum") == found["checksum"]


def test_internal_content_of_the_115_feed_needs_a_key(client: FlaskClient, key: str) -> None:
    path = "/api/v1/feeds/115?ars=150840355355"
    public = client.get(path).get_data(as_text=True)
    assert "internal115" not in public
    assert "Nur für 115" not in public
    response = client.get(path, headers={"Authorization": f"Bearer {key}"})
    assert "Nur für 115" in response.get_data(as_text=True)
    assert response.headers["Cache-Control"] == "private, no-store"
    municipal = client.get("/api/v1/feeds/municipal?ars=150840355355", headers={"Authorization": f"Bearer {key}"})
    assert "Nur für 115" not in municipal.get_data(as_text=True)


def test_changes_are_followed_to_the_end(client: FlaskClient) -> None:
    held: dict[tuple[str, str], str] = {}
    after, complete = "0", False
    while not complete:
        page = get(client, "/changes", after=after, limit=7)
        held |= {(item["kind"], item["id"]): item["hash"] for item in page["items"]}
        after, complete = page["cursor"], page["complete"]
    assert page["count"] == len(held)
    assert int(page["checksum"], 16) == sum(int(digest, 16) for digest in held.values()) % 2**256
    again = get(client, "/changes", after=after)
    assert (again["items"], again["complete"], again["cursor"]) == ([], True, after)


@pytest.mark.parametrize(
    "path",
    [
        "/services",
        "/services/lsa.ausweis?place=Naumburg",
        "/authorities",
        "/authorities/kommunal.buergerbuero",
        "/areas?q=naum",
        "/responsibilities?service=lsa.ausweis&place=Karsdorf",
        "/fees?service=lsa.ausweis&place=Naumburg",
        "/life-events",
        "/search?q=ausweis",
        "/suggest?q=pe",
        "/changes?limit=3",
    ],
)
def test_every_answer_is_there_in_xml_too(client: FlaskClient, path: str) -> None:
    joint = "&" if "?" in path else "?"
    for response in (
        client.get(f"/api/v1{path}{joint}format=xml"),
        client.get(f"/api/v1{path}", headers={"Accept": "text/xml;q=0.9, application/json;q=0.1"}),
    ):
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("application/xml")
        etree.fromstring(response.get_data())


def test_the_description_is_valid_and_names_every_address(client: FlaskClient) -> None:
    description = client.get("/api/v1/openapi.json").get_json()
    validate(description)
    assert description["openapi"] == "3.1.0"
    paths = {path.removeprefix("/api/v1") for path in description["paths"]}
    wanted = "services authorities areas responsibilities fees life-events search suggest changes"
    assert {f"/{name}" for name in wanted.split()} | {"/services/{id}", "/authorities/{id}", "/feeds/{name}"} <= paths


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/services/lsa.ausweis?place=Naumburg", "Publication"),
        ("/responsibilities?service=lsa.ausweis&place=Naumburg", "ResponsibilityAnswer"),
        ("/search?q=ausweis", "SearchAnswer"),
        ("/changes", "ChangePage"),
        ("/areas/15084", "Place"),
        ("/nichts", "Problem"),
    ],
)
def test_answers_are_as_described(client: FlaskClient, path: str, schema: str) -> None:
    description = client.get("/api/v1/openapi.json").get_json()
    answer: Any = client.get(f"/api/v1{path}").get_json()
    if schema == "Publication":
        answer.pop("hash")
    components = {"components": description["components"], "$ref": f"#/components/schemas/{schema}"}
    jsonschema.Draft202012Validator(components).validate(answer)


def test_the_pages_say_what_runs_here_in_both_languages(client: FlaskClient) -> None:
    german = client.get("/about").get_data(as_text=True)
    english = client.get("/about?lang=en").get_data(as_text=True)
    assert '<html lang="de">' in german
    assert "Zuständigkeitsfinder" in german
    assert '<html lang="en">' in english
    assert "Responsibility finder" in english
    assert "http://" not in german.replace("http://www.w3.org", "")
    assert client.get("/api/v1/docs").status_code == 200
    with client.get("/api/v1/docs/swagger-ui-bundle.js") as script:
        assert script.status_code == 200
