"""What is counted of searches over HTTP, and what is not."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from api.hub import Hub
from busdb import validity
from busdb.search.log import Searched, searched


def counted(app: Flask) -> list[Searched]:
    """What editors read."""
    hub: Hub = app.extensions["busdb"]
    assert hub.log.flush()
    with hub.database.reading() as connection:
        return searched(connection, validity.today(validity.now()))


def test_the_first_page_of_a_search_counts_once_for_each_reader(app: Flask, client: FlaskClient) -> None:
    for _ in range(3):
        first = client.get("/api/v1/search?q=Dienst&limit=2")
        assert first.status_code == 200
    client.get("/api/v1/search?q=Dienst&limit=2&offset=2")
    client.get("/api/v1/search?q=Dienst&online=true")
    again = client.get("/api/v1/search?q=Dienst&limit=2", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/api/v1/search").status_code == 400
    (one,) = counted(app)
    assert (one.line, one.sightings, one.without_hits, one.without_click) == ("dienst", 3, 0, 3)


def test_opening_a_service_with_the_search_that_led_to_it_is_a_click(app: Flask, client: FlaskClient) -> None:
    for _ in range(3):
        client.get("/api/v1/search?q=Dienst")
    assert client.get("/api/v1/services/lsa.s01?q=Dienst").status_code == 200
    assert client.get("/api/v1/services/lsa.nichts?q=Dienst").status_code == 404
    assert client.get("/api/v1/services/lsa.s02").status_code == 200
    (one,) = counted(app)
    assert one.without_click == 2


def test_the_search_that_led_to_a_service_changes_nothing_in_the_answer(client: FlaskClient) -> None:
    plain, led = (client.get(f"/api/v1/services/lsa.s01{query}") for query in ("", "?q=Dienst"))
    assert plain.data == led.data
