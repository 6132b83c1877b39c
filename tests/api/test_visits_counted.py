"""Which requests are visits, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from api import create_app
from api.hub import Hub
from busdb import validity
from busdb.settings import Settings
from busdb.visits import PageVisits, visited

PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537 Chrome/126 Mobile Safari/537"
NAUMBURG = "ars=150840355355"


@pytest.fixture
def counting(settings: Settings) -> Iterator[Flask]:
    """An application that counts, behind a proxy that tells countries."""
    app = create_app(replace(settings, statistics="yes", country_header="X-Country", proxies="1"))
    yield app
    app.extensions["busdb"].close()


def counted(app: Flask) -> dict[str, PageVisits]:
    hub: Hub = app.extensions["busdb"]
    assert hub.visits.flush()
    with hub.database.reading() as connection:
        return {one.page: one for one in visited(connection, validity.today(validity.now()).replace(day=1))}


def test_pages_and_views_of_the_widget_are_counted_by_page_and_language(counting: Flask) -> None:
    client = counting.test_client()
    browser = {"User-Agent": PHONE, "X-Country": "PL", "X-Forwarded-For": "192.0.2.7"}
    for _ in range(3):
        client.get(f"/services/lsa.ausweis?{NAUMBURG}&lang=en", headers=browser)
        client.get(f"/embed/v1/detail?service=lsa.ausweis&{NAUMBURG}&lang=en", headers=browser)
        client.get(f"/services/lsa.ausweis?{NAUMBURG}&lang=en", headers={"User-Agent": "curl/8"})
        client.get(f"/services/lsa.ausweis?{NAUMBURG}", headers={**browser, "Sec-Purpose": "prefetch"})
    client.head("/", headers=browser)
    client.get("/services/lsa.nichts", headers=browser)
    client.get("/api/v1/services/lsa.ausweis", headers=browser)
    client.get(f"/?{NAUMBURG}", headers=browser)
    found = counted(counting)
    assert set(found) == {"/services/lsa.ausweis", "/"}
    card = found["/services/lsa.ausweis"]
    assert (card.visits, card.devices, card.countries) == (6, {"smartphone": 6}, {"PL": 6})
    assert (card.languages, card.faces) == ({"en": 6}, {"other": 6})


def test_without_being_asked_for_nothing_is_counted(app: Flask) -> None:
    app.test_client().get("/", headers={"User-Agent": PHONE})
    assert counted(app) == {}
