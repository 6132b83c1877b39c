"""How much one reader may ask, who counts as one, and what happens where nobody can count."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits.storage import MemoryStorage
from support import missing
from werkzeug.test import TestResponse

from api import create_app
from api.limits import Limits
from busdb.errors import SetupError
from busdb.settings import Rate, Settings

PATH = "/api/v1/areas?limit=1"
NEAR, NEIGHBOUR, FAR = "8.8.8.1", "8.8.8.200", "9.9.9.9"
Make = Callable[..., FlaskClient]


@pytest.fixture
def make(settings: Settings) -> Iterator[Make]:
    """Makes readers of an application with its own settings."""
    made: list[Flask] = []

    def one(**changed: str) -> FlaskClient:
        made.append(create_app(replace(settings, **{"rate": "3/hour", "rate_keys": "5/hour", **changed})))
        return made[-1].test_client()

    yield one
    for app in made:
        app.extensions["busdb"].close()


def ask(client: FlaskClient, address: str, path: str = PATH, **headers: str) -> TestResponse:
    """The answer to a reader at an address."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(path, environ_base={"REMOTE_ADDR": address}, headers=named)


def statuses(client: FlaskClient, count: int, address: str, **headers: str) -> list[int]:
    """The statuses of so many requests."""
    return [ask(client, address, **headers).status_code for _ in range(count)]


@pytest.fixture
def redis() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A Redis of its own: address and process."""
    if shutil.which("redis-server") is None:
        missing("redis-server")
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    process = subprocess.Popen(["redis-server", "--port", str(port), "--save", ""], stdout=subprocess.DEVNULL)
    for _ in range(100):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}/0", process
    process.kill()
    process.wait()


def test_answers_say_what_is_left_until_nothing_is(make: Make) -> None:
    client = make()
    left = []
    for _ in range(3):
        answer = ask(client, NEAR)
        assert answer.headers["RateLimit-Policy"] == '"address";q=3;w=3600'
        name, remaining, reset = answer.headers["RateLimit"].split(";")
        assert name == '"address"'
        assert 0 < int(reset.removeprefix("t=")) <= 3600
        left.append(remaining)
    assert left == ["r=2", "r=1", "r=0"]
    late = ask(client, NEIGHBOUR)
    assert late.status_code == 429
    assert late.content_type == "application/problem+json"
    assert late.json is not None
    assert late.json["title"] == "Zu viele Anfragen"
    assert late.headers["RateLimit"].startswith('"address";r=0;t=')
    assert 0 < int(late.headers["Retry-After"]) <= 3600
    assert ask(client, FAR).status_code == 200


def test_a_refusal_is_in_the_language_of_the_reader_and_in_every_form(make: Make) -> None:
    client = make(rate="1/hour")
    ask(client, NEAR)
    assert "Too many requests" in ask(client, NEAR, Accept_Language="en").text
    assert "<problem" in ask(client, NEAR, Accept="application/xml").text
    assert "<html" in ask(client, NEAR, "/", Accept="text/html").text


def test_ipv6_counts_by_site(make: Make) -> None:
    client = make(rate="1/hour")
    assert ask(client, "2a01:4f8:1::1").status_code == 200
    assert ask(client, "2a01:4f8:1:ffff::2").status_code == 429
    assert ask(client, "2a01:4f8:2::1").status_code == 200


def test_a_key_has_a_rate_of_its_own_wherever_it_is_used(make: Make, key: str) -> None:
    client = make()
    bearer = {"Authorization": f"Bearer {key}"}
    assert statuses(client, 4, NEAR) == [200, 200, 200, 429]
    answer = ask(client, NEAR, **bearer)
    assert answer.headers["RateLimit-Policy"] == '"key";q=5;w=3600'
    assert statuses(client, 5, FAR, **bearer) == [200] * 4 + [429]


def test_keys_that_are_none_count_by_address(make: Make) -> None:
    client = make()
    guesses = [ask(client, NEAR, Authorization=f"Bearer busdb_{number}").status_code for number in range(5)]
    assert guesses == [401, 401, 401, 429, 429]


@pytest.mark.parametrize("path", ["/static/site.css", "/healthz", "/readyz", "/published/SHA256SUMS"])
def test_files_and_signs_of_life_are_not_counted(make: Make, path: str) -> None:
    client = make(rate="1/hour")
    answers = [ask(client, NEAR, path) for _ in range(3)]
    assert 429 not in {answer.status_code for answer in answers}
    assert "RateLimit" not in answers[0].headers
    assert ask(client, NEAR).status_code == 200


def test_questions_of_browsers_before_a_request_are_not_counted(make: Make) -> None:
    client = make(rate="1/hour")
    for _ in range(3):
        assert client.options(PATH, environ_base={"REMOTE_ADDR": NEAR}).status_code == 200


def test_limits_can_be_off(make: Make, key: str) -> None:
    client = make(rate="off", rate_keys="off")
    assert statuses(client, 9, NEAR) == [200] * 9
    assert statuses(client, 9, NEAR, Authorization=f"Bearer {key}") == [200] * 9


def test_readers_behind_a_proxy_that_nobody_named_are_not_taken_for_one(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    client = make()
    assert statuses(client, 9, "10.0.0.1", X_Forwarded_For=NEAR) == [200] * 9
    assert [one.name for one in caplog.records] == ["busdb.proxies"]


@pytest.mark.parametrize(
    ("proxies", "peer", "told", "counted"),
    [
        ("0", NEAR, FAR, "8.8.8.0/24"),
        ("1", "10.0.0.1", FAR, "9.9.9.0/24"),
        ("1", "10.0.0.1", f"{NEAR}, {FAR}", "9.9.9.0/24"),
        ("2", "10.0.0.1", f"{NEAR}, {FAR}, 10.0.0.2", "9.9.9.0/24"),
        ("10.0.0.0/8", "10.0.0.1", f"{NEAR}, {FAR}, 10.0.0.2, 10.0.0.3", "9.9.9.0/24"),
        ("10.0.0.0/8, 192.0.2.1", "192.0.2.1", FAR, "9.9.9.0/24"),
        ("10.0.0.0/8", NEAR, FAR, "8.8.8.0/24"),
        ("10.0.0.0/8", "10.0.1.1", "10.0.2.2", "10.0.2.0/24"),
        ("2", "10.0.0.1", FAR, None),
        ("10.0.0.0/8", "10.0.0.1", "unbekannt", None),
    ],
)
def test_a_reader_is_told_by_the_proxies_that_are_named_and_by_nobody_else(
    make: Make, proxies: str, peer: str, told: str, counted: str | None
) -> None:
    client = make(rate="1/hour", proxies=proxies)
    assert ask(client, peer, X_Forwarded_For=told).status_code == 200
    assert ask(client, peer, X_Forwarded_For=told).status_code == (429 if counted else 200)
    limits: Limits = client.application.extensions["busdb.limits"]
    assert isinstance(limits._storage, MemoryStorage)
    assert {key.split(":", 2)[2].rpartition(":")[0] for key in limits._storage.storage} == ({counted} - {None})


def test_all_processes_count_together_in_redis(make: Make, redis: tuple[str, Any]) -> None:
    nodes = [make(redis_url=redis[0]) for _ in range(2)]
    assert [ask(nodes[number % 2], NEAR).status_code for number in range(5)] == [200, 200, 200, 429, 429]


def test_where_redis_is_down_nobody_is_refused_and_the_log_says_so_once(
    make: Make, redis: tuple[str, subprocess.Popen[bytes]], caplog: pytest.LogCaptureFixture
) -> None:
    client = make(redis_url=redis[0])
    assert statuses(client, 4, NEAR) == [200, 200, 200, 429]
    redis[1].kill()
    redis[1].wait()
    assert statuses(client, 9, NEAR) == [200] * 9
    assert [one.name for one in caplog.records] == ["busdb.limits"]
    assert "8.8.8" not in caplog.text


def test_windows_of_one_reader_follow_each_other_and_those_of_others_begin_elsewhere() -> None:
    limits, rate = Limits(Settings()), Rate(10, 60)

    def reset(who: str, moment: float) -> int:
        standing = limits.count("address", who, rate, moment)
        assert standing is not None
        return standing.reset

    assert {(reset("a", 1000.0 + second) + second) % 60 for second in range(120)} == {reset("a", 1000.0) % 60}
    assert len({reset(f"10.0.{number}.0/24", 1000.0) for number in range(50)}) > 20


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BUSDB_RATE", "viel"),
        ("BUSDB_RATE", "0/minute"),
        ("BUSDB_RATE_KEYS", "5/fortnight"),
        ("BUSDB_PROXIES", "10.0.0.300"),
        ("BUSDB_PROXIES", "-1"),
    ],
)
def test_settings_that_cannot_be_are_refused(name: str, value: str) -> None:
    with pytest.raises(SetupError, match=name):
        Settings.from_env({name: value})


def test_a_wrong_address_of_redis_is_refused_without_showing_it() -> None:
    with pytest.raises(SetupError) as refused:
        Limits(Settings(redis_url="http://user:geheim@host"))
    assert "geheim" not in str(refused.value)
