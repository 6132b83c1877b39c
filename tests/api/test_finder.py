"""The finder over HTTP: places, responsibility, quotes, bundles, opening hours, coverage; and hostile input to all."""

from __future__ import annotations

import re

import pytest
from builders import authority, rule, service
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_store import put

from busdb.records import Hours, Text

HERE = {"place": "Naumburg"}


def test_a_service_is_named_by_id_key_name_or_words(client: FlaskClient) -> None:
    for text in ("lsa.ausweis", "99008001001000", "Personalausweis beantragen", "personalausweis"):
        answer = client.get(f"/api/v1/services/{text}/responsible", query_string=HERE)
        assert answer.status_code == 200
        assert answer.json is not None
        assert answer.json["service"] == {"id": "lsa.ausweis", "name": "Personalausweis beantragen"}


def test_the_reason_comes_in_words_and_as_data(client: FlaskClient) -> None:
    answer = client.get("/api/v1/services/lsa.ausweis/responsible", query_string=HERE).json
    assert answer is not None
    (match,) = answer["matches"]
    assert "In Naumburg (Saale) ist die örtliche Verwaltung selbst zuständig." in match["reason"]
    assert (match["explanation"]["rule"], match["explanation"]["executor"]) == ("lsa.ausweis-regel", "local")


def test_unique_gives_one_authority_or_says_what_is_missing(client: FlaskClient) -> None:
    one = client.get("/api/v1/services/lsa.ausweis/responsible", query_string={**HERE, "unique": "true"})
    assert one.json is not None
    assert len(one.json["matches"]) == 1
    none = client.get("/api/v1/services/lsa.s01/responsible", query_string={**HERE, "unique": "true"})
    assert none.status_code == 404
    assert none.content_type == "application/problem+json"


def test_without_a_place_it_asks_for_the_one_that_counts(client: FlaskClient) -> None:
    answer = client.get("/api/v1/services/lsa.ausweis/responsible")
    assert (answer.status_code, answer.json and answer.json["detail"]) == (400, "Der Ort fehlt. Für welchen Ort?")


def test_a_district_whose_members_have_rules_of_their_own_asks_for_the_member(app: Flask, client: FlaskClient) -> None:
    explicit = rule(authority="kommunal.buergerbuero", areas=("150840355355",))
    put(app.extensions["busdb"].database, [explicit])
    for path in ("services/lsa.ausweis/responsible?", "responsibilities?service=lsa.ausweis&"):
        answer = client.get(f"/api/v1/{path}ars=15084").json
        assert answer is not None
        assert (answer["status"], answer["question"]["about"]) == ("question", "place")
        member = next(one["ars"] for one in answer["question"]["places"] if one["name"] == "Naumburg (Saale)")
        settled = client.get(f"/api/v1/{path}ars={member}").json
        assert settled is not None
        assert settled["matches"][0]["authority"]["id"] == "kommunal.buergerbuero"
    listed = client.get("/api/v1/responsibilities?ars=15084").json
    assert listed is not None
    assert {one["service"]["id"]: one["status"] for one in listed["items"]}["lsa.ausweis"] == "question"
    refused = client.get("/api/v1/services/lsa.ausweis/responsible?ars=15084&unique=true").json
    assert refused is not None
    assert "Naumburg (Saale)" in refused["detail"]


def test_parts_are_shown_only_on_demand(client: FlaskClient) -> None:
    plain = client.get("/api/v1/services/lsa.ausweis", query_string=HERE).json
    full = client.get("/api/v1/services/lsa.ausweis", query_string={**HERE, "parts": "true"}).json
    assert plain is not None
    assert full is not None
    assert (plain["parts"], bool(full["parts"])) == ([], True)
    assert plain["texts"] == full["texts"] != []


def test_a_quote_and_a_bundle(client: FlaskClient) -> None:
    quote = client.get("/api/v1/services/lsa.ausweis/quote", query_string={**HERE, "age": "22"}).json
    assert quote is not None
    assert (quote["total"], quote["text"]) == ("46.00", "46,00 Euro.")
    address = "/api/v1/bundles?service=lsa.ausweis&service=lsa.s01&place=Naumburg"
    found = client.get(address).json
    assert found is not None
    assert [one["id"] for one in found["services"]] == ["lsa.ausweis", "lsa.s01"]
    assert client.get(f"{address}&format=xml").data.startswith(b"<?xml")


def test_opening_hours_are_worked_out_for_the_moment(client: FlaskClient) -> None:
    address = "/api/v1/authorities/kommunal.buergerbuero/opening"
    found = client.get(address, query_string={"at": "2026-11-23T10:00:00+01:00"})
    assert found.json is not None
    assert found.json["visit"]["open"] is True
    assert found.json["phone"] is None
    assert found.headers["Cache-Control"] == "no-store"
    assert client.get(address, query_string={"at": "gestern"}).status_code == 400
    assert client.get("/api/v1/authorities/x.y/opening").status_code == 404


def test_of_several_offices_those_that_are_open_then_come_first(client: FlaskClient, app: Flask) -> None:
    late = authority("abends", "Bürgerbüro am Abend", parent="kommunal.buergerbuero", site=True)
    put(app.extensions["busdb"].database, [replace(late, hours=(Hours(osm="Mo-Fr 15:00-18:00"),))])
    path = "/api/v1/services/lsa.ausweis/responsible"

    def offices(**more: str) -> list[str]:
        answer = client.get(path, query_string={**HERE, **more}).json
        assert answer is not None
        return [match["authority"]["id"].removeprefix("kommunal.") for match in answer["matches"]]

    assert offices() == offices(at="2026-11-23T10:00:00+01:00") == ["buergerbuero", "abends"]
    assert offices(at="2026-11-23T16:00:00+01:00") == ["abends", "buergerbuero"]
    assert offices(at="2026-11-23T16:00:00+01:00", unique="true") == ["abends"]
    assert client.get(path, query_string={**HERE, "at": "16 Uhr"}).status_code == 400


def test_pages_and_the_console_show_those_first_that_are_open_now(client: FlaskClient, app: Flask) -> None:
    always = authority("immer", "Immer offen", parent="kommunal.buergerbuero", site=True)
    never = authority(hours=(Hours(osm="Mo-Su off"),))
    put(app.extensions["busdb"].database, [never, replace(always, hours=(Hours(osm="24/7"),))])
    for path in ("/services/lsa.ausweis?", "/embed/v1/detail?service=lsa.ausweis&", "/115?id=lsa.ausweis&"):
        page = client.get(f"{path}ars=150840355355").text
        assert page.index("kommunal.immer") < page.index("kommunal.buergerbuero"), path
    later = client.get("/services/lsa.ausweis?ars=150840355355&on=2027-05-03").text
    assert later.index("kommunal.buergerbuero") < later.index("kommunal.immer")


@pytest.mark.parametrize(
    ("wish", "said", "language"),
    [("xx", "de", "de"), ("fr", "fr, de", "fr"), ("en-GB", "en", "en"), ("de_DE", "de", "de")],
)
def test_the_language_of_an_answer_is_what_it_says(
    client: FlaskClient, app: Flask, wish: str, said: str, language: str
) -> None:
    french = service("carte", texts=(*service().texts, Text(module="03", html="Carte", language="fr")))
    put(app.extensions["busdb"].database, [french])
    answer = client.get("/api/v1/services/lsa.carte", query_string={**HERE, "lang": wish})
    assert answer.json is not None
    assert answer.headers["Content-Language"] == said
    assert answer.json["language"] == language
    assert (answer.json["name"] == "Carte") == (wish == "fr")
    assert client.get("/api/v1/services/lsa.carte?lang=12").status_code == 400


def test_coverage_is_a_page_a_table_and_data(client: FlaskClient) -> None:
    page = client.get("/quality/coverage")
    assert page.status_code == 200
    assert "Abdeckung" in page.text
    data = client.get("/quality/coverage?format=json&service=lsa.ausweis").json
    assert data is not None
    assert [place["name"] for place in data["places"]] == ["Halle (Saale)", "Naumburg (Saale)", "Karsdorf"]
    assert [row["states"] for row in data["rows"]] == [["missing", "answered", "missing"]]
    lines = client.get("/quality/coverage?format=csv").text.splitlines()
    assert lines[0] == "\ufeffservice;name;ars;place;state"
    assert len(lines) == 1 + 13 * 3


def test_the_pages_of_editors_can_be_closed(client: FlaskClient, app: Flask) -> None:
    hub = app.extensions["busdb"]
    object.__setattr__(hub.settings, "closed", "quality")
    assert client.get("/quality/coverage").status_code == 401


PATHS = (
    "/api/v1/services/lsa.ausweis/responsible",
    "/api/v1/services/lsa.ausweis/quote",
    "/api/v1/services/lsa.ausweis",
    "/api/v1/bundles",
    "/api/v1/areas",
    "/api/v1/authorities/kommunal.buergerbuero/opening",
    "/quality/coverage",
)
NAMES = (
    "ars",
    "place",
    "on",
    "surname",
    "street",
    "branch",
    "case",
    "role",
    "unique",
    "age",
    "count",
    "value",
    "q",
    "at",
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(PATHS),
    query=st.dictionaries(st.sampled_from((*NAMES, "service", "parts", "nichts")), st.text(max_size=60), max_size=4),
)
def test_hostile_input_gets_an_answer_or_a_clear_refusal(client: FlaskClient, path: str, query: dict[str, str]) -> None:
    answer = client.get(path, query_string=query)
    assert answer.status_code in {200, 304, 400, 404, 409}
    if answer.status_code >= 400:
        assert answer.json is not None
        assert answer.json["detail"]


@pytest.mark.parametrize("text", ["x" * 5000, "%00", "lsa.", ".", "..", "99999999999999", "' OR 1=1", "🦄"])
def test_hostile_names_of_services_get_a_clear_answer(client: FlaskClient, text: str) -> None:
    answer = client.get(f"/api/v1/services/{text}/responsible", query_string=HERE)
    assert answer.status_code in {200, 308, 400, 404, 414}


HOSTILE = (
    "",
    "a\x00b",
    "x" * 301,
    "' OR 1=1 --",
    "<b>",
    "🦄" * 50,
    "\u202e",
    "-1",
    "9" * 20,
    "1e309",
    "NaN",
    "2026-02-30",
)
HOSTILE += ("9999-12-31", "0001-01-01", "true", "DE", "٣٤", "Halle\n", "%", "{0}", "((*", "2026-11-23T25:00:00Z")


def test_no_value_of_any_parameter_of_any_address_is_too_much(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document is not None
    asked = 0
    for path, operations in document["paths"].items():
        if not path.startswith("/api/v1/") or "get" not in operations:
            continue
        address = re.sub(r"\{\w+\}", "lsa.ausweis", path)
        given = [one for one in operations["get"].get("parameters", []) if one["in"] == "query"]
        needed = {one["name"]: "lsa.ausweis" for one in given if one.get("required")}
        for name in (one["name"] for one in given):
            for value in HOSTILE:
                answer = client.get(address, query_string={**needed, name: value})
                asked += 1
                assert answer.status_code in {200, 400, 404, 409, 410}, (address, name, value)
                if answer.status_code >= 400:
                    assert answer.content_type.startswith("application/problem+"), (address, name, value)
                    assert answer.json is None or answer.json["detail"], (address, name, value)
    assert asked > 1500
