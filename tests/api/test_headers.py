"""What every answer carries, and what is refused before it is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from crawl import addresses
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import create_app
from busdb.errors import SetupError
from busdb.settings import Settings

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture
def open_app(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The application with published files, behind one proxy, for one name."""
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.json").write_text("[" + "0," * 900 + "0]")
    made = create_app(
        replace(
            settings,
            published=str(tmp_path / "files"),
            proxies="1",
            base_url="https://zufi.example.org",
            hosts="www.example.org, ZUFI.example.com",
            hsts="300",
        )
    )

    @made.get("/kaputt")
    def broken() -> str:
        raise RuntimeError("geheim")

    yield made
    made.extensions["busdb"].close()


def check(answer: TestResponse) -> None:
    """The headers that no answer lacks."""
    for name, value in ALWAYS.items():
        assert answer.headers.get(name) == value, (name, answer.request)
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src 'unsafe" not in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors" in policy
    assert "Server" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers


def test_every_answer_of_every_route_carries_them(open_app: Flask) -> None:
    client = open_app.test_client()
    for number, path in enumerate(addresses(open_app)):
        for method in ("GET", "HEAD", "OPTIONS", "POST") if number % 4 == 0 else ("GET",):
            answer = client.open(path, method=method, buffered=True)
            check(answer)
            if method == "GET" and (tag := answer.headers.get("ETag")):
                check(client.get(path, headers={"If-None-Match": tag}, buffered=True))


def test_every_failure_carries_them(open_app: Flask) -> None:
    client = open_app.test_client()
    found = {}
    for path, given in [
        ("/nichts", {}),
        ("/kaputt", {}),
        ("/api/v1/services?limit=0", {}),
        ("/api/v1/services", {"headers": {"Authorization": "Bearer x"}}),
        ("/api/v1/services", {"headers": {"Accept": "image/png"}}),
        ("/api/v1/services", {"headers": {"Host": "fremd.example.org"}}),
        ("/api/v1/services", {"headers": {"Accept": "a/b," * 9000}}),
        ("/api/v1/services?q=" + "x" * 9000, {}),
        ("/published/a.json", {"headers": {"Range": "bytes=9999999-"}}),
        ("/published/a.json", {"headers": {"Range": "bytes=0-9"}}),
        ("/published/../busdb.sqlite3", {}),
        ("/static/../wsgi.py", {}),
    ]:
        answer = client.get(path, buffered=True, **given)
        check(answer)
        found[answer.status_code] = answer
    assert found.keys() == {404, 500, 400, 401, 406, 421, 431, 414, 416, 206}
    for status, answer in found.items():
        if status != 206:
            assert answer.content_type == "application/problem+json"
            assert "geheim" not in answer.text
            assert "Traceback" not in answer.text


def test_browsers_are_kept_on_https_only_where_they_came_by_it(open_app: Flask) -> None:
    client = open_app.test_client()
    safe = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
    for path in ("/", "/nichts", "/static/site.css"):
        assert client.get(path, headers=safe, buffered=True).headers["Strict-Transport-Security"] == "max-age=300"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("zufi.example.org", 200),
        ("ZUFI.EXAMPLE.ORG:443", 200),
        ("www.example.org", 200),
        ("zufi.example.com:8080", 200),
        ("localhost:5115", 200),
        ("[::1]:5115", 200),
        ("example.org", 421),
        ("zufi.example.org.fremd.example.com", 421),
        ("zufi.example.org@fremd.example.com", 421),
        ("192.0.2.1", 421),
        ("", 421),
        ("[::1", 421),
    ],
)
def test_only_our_own_hosts_are_answered(open_app: Flask, host: str, status: int) -> None:
    client = open_app.test_client()
    assert client.get("/api/v1/areas", headers={"Host": host}).status_code == status
    told = {"X-Forwarded-Host": host} if host else {"Host": host}
    assert client.get("/api/v1/areas", headers=told).status_code == status
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_an_installation_that_was_given_no_name_answers_by_any(client: FlaskClient) -> None:
    assert client.get("/api/v1/areas", headers={"Host": "rechner-7"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/services?" + "&".join(f"a{number}=1" for number in range(101)), 400),
        ("/api/compat/pvog/suchdienst?" + "&".join("a=1" for _ in range(101)), 400),
        ("/api/v1/services?%FF=1", 400),
        ("/api/v1/services?a%00=1", 400),
        ("/api/v1/services/%FF%FE", 400),
        ("/api/v1/services/" + "a" * 60_000, 404),
    ],
)
def test_addresses_that_are_none_are_refused(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


@pytest.mark.parametrize("name", ["Accept", "Accept-Language", "If-None-Match", "Cookie", "Authorization", "X-Any"])
def test_a_long_header_is_refused_whatever_it_is(app: Flask, name: str) -> None:
    answer = app.test_client(use_cookies=False).get("/api/v1/services", headers={name: "a;q=0.5," * 9000})
    assert answer.status_code == 431
    assert "8000" in answer.get_json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        "[" * 30_000,
        '{"text":' + "[" * 20_000 + "]" * 20_000 + "}",
        '{"text": "\\ud800"}',
        '{"text": "a\\u0000b"}',
        '{"text": "a", "module": "\\u0000"}',
        b'{"text": "\xff"}',
        '{"text": NaN}',
        "null",
        "[]",
        "",
    ],
)
def test_a_body_that_is_no_text_of_bearable_depth_is_refused(client: FlaskClient, body: str | bytes) -> None:
    answer = client.post("/api/v1/feedback", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("body", ["text=a%00b", "a%00=1&text=x"])
def test_a_form_that_is_no_text_is_refused(client: FlaskClient, body: str) -> None:
    sent: dict[str, Any] = {"data": body, "content_type": "application/x-www-form-urlencoded"}
    assert client.post("/feedback", **sent).status_code == 400


@pytest.mark.parametrize("name", ["BUSDB_HSTS", "BUSDB_REQUEST_SECONDS"])
def test_seconds_are_whole_numbers(name: str) -> None:
    with pytest.raises(SetupError, match=name):
        Settings.from_env({name: "ein Jahr"})
