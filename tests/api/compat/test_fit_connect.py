"""The routing interface of FIT-Connect: which body takes applications, by exactly one of three keys of the area."""

from __future__ import annotations

from typing import Any

import pytest
from builders import authority
from flask.testing import FlaskClient
from test_store import put

from busdb.db import Database
from busdb.records import Extension
from busdb.settings import Settings

BASE = "/api/compat/fit-connect/v2"
KEY = "99008001001000"
POINT = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
SIGNATURE = "eyJhbGciOiJQUzUxMiJ9.eyJkZXN0aW5hdGlvbklkIjoiMyJ9.c2lnbmF0dXI"


def get(client: FlaskClient, path: str) -> Any:
    """The answer to a request that must succeed."""
    response = client.get(f"{BASE}{path}")
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()


def test_areas_are_found_by_words_stars_and_postal_codes(client: FlaskClient) -> None:
    found = get(client, "/areas?areaSearchexpression=Halle&areaSearchexpression=Saale")
    assert {name: found[name] for name in ("count", "offset", "totalCount")} == {
        "count": 1,
        "offset": 0,
        "totalCount": 1,
    }
    (area,) = found["areas"]
    assert (area["name"], area["type"]) == ("Halle (Saale)", "Kreisfreie Stadt")
    assert area["id"].isdigit()
    assert [one["name"] for one in get(client, "/areas?areaSearchexpression=Nau*rg")["areas"]] == ["Naumburg (Saale)"]
    assert get(client, "/areas?areaSearchexpression=06638")["areas"][0]["name"] == "Karsdorf"
    page = get(client, "/areas?areaSearchexpression=*burg*&limit=1&offset=1")
    assert (page["count"], page["offset"], page["totalCount"]) == (1, 1, 2)


def test_the_route_is_the_same_by_each_key_of_the_area(client: FlaskClient) -> None:
    id_ = get(client, "/areas?areaSearchexpression=Naumburg")["areas"][0]["id"]
    answers = [
        get(client, f"/routes?leikaKey={KEY}&{one}") for one in (f"areaId={id_}", "ags=15084355", "ars=150840355355")
    ]
    assert answers[0] == answers[1] == answers[2]
    assert {name: answers[0][name] for name in ("count", "offset", "totalCount")} == {
        "count": 1,
        "offset": 0,
        "totalCount": 1,
    }
    (route,) = answers[0]["routes"]
    assert route["destinationName"] == "Stadt Naumburg (Saale) - Bürgerbüro Naumburg"
    assert route["destinationShortName"] == "Bürgerbüro"
    assert route["address"] == {
        "street": "Beispielweg",
        "houseNumber": "1a",
        "additional": "Zimmer 3",
        "zip": "06618",
        "city": "Naumburg (Saale)",
    }
    assert route["postOfficeBox"]["postOfficeBox"] == "Postfach 8 15"
    assert route["contactPersons"] == [{"name": "Dr. Erika Beispiel", "tel": "+49 30 23125 101"}]
    assert "Lichtbild" in route["requiredDocuments"]["description"]["de"]
    assert route["processingDuration"] == {"minDuration": 14, "maxDuration": 30, "unit": "day"}
    assert "destinationId" not in route
    assert None not in route.values()


@pytest.mark.parametrize("key", ["99102013000000", "99000000000000"])
def test_there_is_no_route_without_one_answer(client: FlaskClient, key: str) -> None:
    found = get(client, f"/routes?leikaKey={key}&ars=150840355355")
    assert found == {"count": 0, "offset": 0, "totalCount": 0, "routes": []}


def test_a_delivery_point_on_record_is_given(client: FlaskClient, settings: Settings) -> None:
    content = f"<system><k:kennung>{POINT}</k:kennung><k:zusatz>{SIGNATURE}</k:zusatz></system>"
    extension = Extension(format="xzufi", path="kommunikationssystem", content=content)
    database = Database(settings.database)
    put(database, [authority(parent="kommunal.stadt", extensions=(extension,))])
    database.close()
    (route,) = get(client, f"/routes?leikaKey={KEY}&ags=15084355")["routes"]
    assert (route["destinationId"], route["destinationSignature"]) == (POINT, SIGNATURE)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/routes?ars=150840355355", 400),
        ("/routes?leikaKey=1&ars=150840355355", 400),
        (f"/routes?leikaKey={KEY}", 400),
        (f"/routes?leikaKey={KEY}&ars=150840355355&ags=15084355", 400),
        (f"/routes?leikaKey={KEY}&ars=150840355355&ars=15", 400),
        (f"/routes?leikaKey={KEY}&ars=1508", 400),
        (f"/routes?leikaKey={KEY}&ags=Naumburg", 400),
        (f"/routes?leikaKey={KEY}&ars=", 400),
        (f"/routes?leikaKey={KEY}&ars=15084&limit=501", 400),
        (f"/routes?leikaKey={KEY}&ars=990000000000", 404),
        (f"/routes?leikaKey={KEY}&areaId=99999999", 404),
        ("/areas", 400),
        ("/areas?areaSearchexpression=a", 400),
        ("/areas?areaSearchexpression=*", 400),
        ("/areas?" + "&".join(["areaSearchexpression=Halle"] * 11), 400),
        ("/nichts", 404),
    ],
)
def test_every_error_is_a_problem(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(f"{BASE}{path}")
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.get_json()
    assert (problem["status"], bool(problem["type"]), bool(problem["title"])) == (status, True, True)


def test_answers_can_be_kept_and_name_the_version(client: FlaskClient) -> None:
    response = client.get(f"{BASE}/routes?leikaKey={KEY}&ars=150840355355")
    again = client.get(
        f"{BASE}/routes?leikaKey={KEY}&ars=150840355355", headers={"If-None-Match": response.headers["ETag"]}
    )
    assert again.status_code == 304
    assert get(client, "/info")["version"].keys() == {"major", "minor", "patch"}
