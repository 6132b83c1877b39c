"""Every error has one shape, RFC 9457, whatever failed, in JSON and in XML, in German and in English."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from api import create_app
from busdb.settings import Settings

KEYS = {"type", "title", "status", "detail", "instance", "request", "errors"}

WAYS: list[tuple[str, str, int]] = [
    ("GET", "/nichts", 404),
    ("GET", "/api/v1/nichts", 404),
    ("GET", "/api/v1/services/lsa.nichts", 404),
    ("GET", "/api/v1/services/ohnepunkt", 404),
    ("GET", "/api/v1/authorities/x.y", 404),
    ("GET", "/api/v1/areas/99999", 404),
    ("GET", "/api/v1/areas?kind=quatsch", 400),
    ("GET", "/api/v1/feeds/nichts?ars=15084", 404),
    ("GET", "/api/v1/feeds/json?ars=15084", 404),
    ("GET", "/api/v1/feeds/115?place=Atlantis", 404),
    ("GET", "/api/v1/feeds/115", 400),
    ("GET", "/api/v1/responsibilities?service=lsa.ausweis", 400),
    ("GET", "/api/v1/fees", 400),
    ("GET", "/api/v1/search", 400),
    ("GET", "/api/v1/search?q=", 400),
    ("GET", "/api/v1/services?limit=0", 400),
    ("GET", "/api/v1/services?limit=100000", 400),
    ("GET", "/api/v1/services?offset=-1", 400),
    ("GET", "/api/v1/services?limit=viele", 400),
    ("GET", "/api/v1/services?unbekannt=1", 400),
    ("GET", "/api/v1/services?ars=15&ars=09", 400),
    ("GET", "/api/v1/services?on=2026-02-30", 400),
    ("GET", "/api/v1/services?lang=%3Cscript%3E", 400),
    ("GET", "/api/v1/services?place=%00", 400),
    ("GET", "/api/v1/services?place=%ff%fe", 404),
    ("GET", "/api/v1/services?ars=15084&place=Halle", 400),
    ("GET", "/api/v1/services?format=pdf", 400),
    ("GET", "/api/v1/services?api_key=geheim", 400),
    ("GET", "/api/v1/changes?after=gestern", 400),
    ("GET", "/api/v1/changes?kind=nichts", 400),
    ("GET", "/api/v1/search?q=" + "a" * 5000, 414),
    ("POST", "/api/v1/services", 405),
    ("DELETE", "/", 405),
]


def assert_problem(response: Any, status: int) -> dict[str, Any]:
    """The canonical error."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = response.get_json()
    assert problem.keys() == KEYS
    assert problem["status"] == status
    assert problem["type"].startswith("/api/v1/problems/")
    assert problem["detail"]
    assert "Traceback" not in problem["detail"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return problem


@pytest.mark.parametrize(("method", "path", "status"), WAYS)
def test_every_way_to_fail_has_the_same_shape(client: FlaskClient, method: str, path: str, status: int) -> None:
    assert_problem(client.open(path, method=method), status)


@pytest.mark.parametrize(("method", "path", "status"), WAYS[::4])
def test_errors_are_there_in_xml(client: FlaskClient, method: str, path: str, status: int) -> None:
    response = client.open(path, method=method, headers={"Accept": "application/xml"})
    if "format=" in path:
        return
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+xml"
    root = etree.fromstring(response.get_data())
    assert root.findtext("{*}status") == str(status)


def test_what_no_form_satisfies_is_not_acceptable(client: FlaskClient) -> None:
    problem = assert_problem(client.get("/api/v1/services", headers={"Accept": "image/png"}), 406)
    assert "application/xml" in problem["detail"]


@pytest.mark.parametrize("header", ["Bearer falsch", "Basic abc", "Bearer", "Bearer \t"])
def test_a_key_that_is_not_valid_is_refused(client: FlaskClient, header: str) -> None:
    response = client.get("/api/v1/services", headers={"Authorization": header})
    assert_problem(response, 401)
    assert response.headers["WWW-Authenticate"].lower().startswith("bearer")


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    assert "GET" in client.post("/api/v1/services").headers["Allow"]


def test_errors_speak_the_language_of_the_reader(client: FlaskClient) -> None:
    german = assert_problem(client.get("/api/v1/nichts"), 404)["detail"]
    english = assert_problem(client.get("/api/v1/nichts", headers={"Accept-Language": "en"}), 404)["detail"]
    assert german != english


def test_an_ambiguous_place_names_its_choices(client: FlaskClient) -> None:
    response = client.get("/api/v1/services?place=Neustadt")
    assert response.status_code == 404
    several = assert_problem(client.get("/api/v1/services?ars=15084&place=Karsdorf"), 400)
    assert "Karsdorf" in several["detail"]


def test_an_unexpected_error_tells_nothing_of_the_inside(app: Flask) -> None:
    @app.get("/kaputt")
    def broken() -> str:
        raise RuntimeError("geheime Einzelheit")

    problem = assert_problem(app.test_client().get("/kaputt"), 500)
    assert "geheim" not in problem["detail"]


def test_an_installation_without_a_database_says_so_and_asks_to_come_back(tmp_path: Any) -> None:
    client = create_app(Settings(data_dir=str(tmp_path / "leer"))).test_client()
    for path in ("/api/v1/services", "/"):
        response = client.get(path)
        assert_problem(response, 503)
        assert response.headers["Retry-After"]
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE service; --", "%", "*" * 300, "😀", "ſ", "a OR b", '"', "\\", "../../etc"]
)
def test_any_text_in_any_parameter_is_only_text(client: FlaskClient, text: str) -> None:
    for path, name in [
        ("/search", "q"),
        ("/suggest", "q"),
        ("/areas", "q"),
        ("/services", "place"),
        ("/services", "life_event"),
        ("/authorities", "category"),
    ]:
        response = client.get(f"/api/v1{path}", query_string={name: text})
        assert response.status_code in {200, 404}, (path, response.get_data(as_text=True))


@pytest.mark.parametrize(
    ("query", "german", "english"),
    [
        ("limit=viele", "Erwartet wird eine ganze Zahl.", "Expected is a whole number."),
        ("limit=0", "Möglich sind Werte von 1 bis 200.", "Possible are values from 1 to 200."),
        ("unbekannt=1", "Diese Angabe gibt es hier nicht.", "There is no such parameter here."),
        ("on=gestern", "Erwartet wird ein Tag als JJJJ-MM-TT.", "Expected is a day as YYYY-MM-DD."),
        ("ea=vielleicht", "Erwartet wird true oder false.", "Expected is true or false."),
        ("leika=7", "Der Wert hat nicht die verlangte Form.", "The value does not have the required form."),
    ],
)
def test_what_is_wrong_with_a_parameter_is_said_in_the_language_of_the_reader(
    client: FlaskClient, query: str, german: str, english: str
) -> None:
    for language, sentence, title in (("de", german, "Falsche Anfrage"), ("en", english, "Bad Request")):
        problem = client.get(f"/api/v1/services?{query}", headers={"Accept-Language": language}).get_json()
        assert (problem["errors"][0]["message"], problem["title"]) == (sentence, title)


def described_errors(client: FlaskClient) -> dict[str, dict[str, dict[str, Any]]]:
    """What the description says of errors: by address the responses by status, references followed."""
    description = client.get("/api/v1/openapi.json").get_json()
    components = description["components"]["responses"]
    return {
        path: {
            status: components[response["$ref"].rpartition("/")[2]]
            for status, response in methods["get"]["responses"].items()
            if status == "default" or int(status) >= 400
        }
        for path, methods in description["paths"].items()
        if "get" in methods
    }


def test_the_description_names_no_status_that_is_never_answered(client: FlaskClient) -> None:
    assert {status for errors in described_errors(client).values() for status in errors} == {"400", "default"}


def test_every_error_is_described_as_the_problem_that_it_is(client: FlaskClient) -> None:
    answered = {client.get(f"/api/v1/services?{query}").content_type for query in ("limit=0", "limit=0&format=xml")}
    for path, errors in described_errors(client).items():
        if path.startswith("/api/v1/"):
            for error in errors.values():
                assert error["content"].keys() == answered, path
                for form in error["content"].values():
                    assert form["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert "Error" not in client.get("/api/v1/openapi.json").get_json()["components"]["schemas"]


def test_a_closed_page_asks_for_a_key_and_refuses_one_that_opens_something_else(settings: Settings, key: str) -> None:
    client = create_app(replace(settings, closed="quality")).test_client()
    for header, status in (({}, 401), ({"Authorization": f"Bearer {key}"}, 403)):
        answer = client.get("/quality/coverage?place=Naumburg", headers=header)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
        assert answer.get_json()["title"] == {401: "Nicht angemeldet", 403: "Nicht erlaubt"}[status]
