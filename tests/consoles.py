"""What the tests of the console over HTTP share: how it is read, and what marks everything internal."""

from __future__ import annotations

from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

BROWSER = {"Accept": "text/html", "Accept-Language": "de"}
SECRET = "geheimwort"
"""What everything internal has in it."""
AT_NAUMBURG = "ars=150840355355"


def get(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    return client.get(path, headers={**BROWSER, **headers})


def card(client: FlaskClient, query: str) -> html.HtmlElement:
    """The part with the answer."""
    response = get(client, f"/115/answer?{query}")
    assert response.status_code == 200, response.text
    return html.fromstring(response.text)


def text_of(part: html.HtmlElement, query: str) -> str:
    return " ".join(" ".join(found.text_content() for found in part.xpath(query)).split())


def names(page: html.HtmlElement) -> list[str]:
    return [one.text_content() for one in page.xpath("//ul[@id='options']//span[@class='console-name']")]


def log_in(client: FlaskClient, key: str, back: str = "", **headers: str) -> TestResponse:
    return client.post("/115/login", data={"key": key, "back": back}, headers=headers)
