"""Consumers are told of changes, once, signed, at public addresses only; what they miss is not lost."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from builders import areas, authority, fee, rule, service
from support import NOW
from test_cli import answer, busdb, home  # noqa: F401  a fixture
from test_store import put

from busdb import delivery, post, webhooks
from busdb.db import Database
from busdb.errors import InputError, RefusedError
from busdb.records import Notice
from busdb.webhooks import Outcome

STATE = [*areas(), service(), authority(), fee(), rule()]
HALLE, NAUMBURG = "15002", "150840355355"


class Receiver:
    """A consumer that takes messages, or refuses them with a status."""

    def __init__(self) -> None:
        self.status = 204
        self.taken: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.taken.append(({name.lower(): value for name, value in self.headers.items()}, data))
                self.send_response(receiver.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Be quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?a=b"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What was said."""
        return [json.loads(data) for _, data in self.taken]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A consumer on this machine."""
    one = Receiver()
    yield one
    one.server.shutdown()
    one.server.server_close()


send = partial(post.post, private=True)


def follow(database: Database, url: str, place: str | None, now: dt.datetime = NOW) -> str:
    """Add a webhook; its secret."""
    with database.writing() as connection:
        gazetteer = delivery.gazetteer_of(connection)
        where = gazetteer.one(place) if place else None
        return webhooks.add(connection, url, where, now, list(delivery.codes_of(gazetteer, where)))[1]


def turn(database: Database, now: dt.datetime) -> Outcome:
    """One round of the worker."""
    webhooks.collect(database, "https://busdb.example.org", now)
    return webhooks.deliver(database, now, send)


def after(**more: float) -> dt.datetime:
    """A later moment."""
    return NOW + dt.timedelta(**more)


def test_a_change_is_told_to_those_whom_it_concerns(database: Database, receiver: Receiver) -> None:
    put(database, STATE)
    secret = follow(database, receiver.url, NAUMBURG)
    follow(database, receiver.url, HALLE)
    follow(database, receiver.url, None)
    assert turn(database, after(minutes=1)) == Outcome()
    put(database, [fee("halle", area=HALLE, type="expense")])
    put(database, [Notice(id="k.n", text="Geheim", audience="115", area=NAUMBURG)])
    assert turn(database, after(minutes=2)) == Outcome(delivered=2)
    assert turn(database, after(minutes=3)) == Outcome()
    halle, all_ = sorted(receiver.messages, key=lambda one: one["data"]["webhook"])
    assert halle["type"] == "changed"
    assert halle["data"]["area"]["name"] == "Halle (Saale)"
    assert halle["data"]["changes"].startswith("https://busdb.example.org/api/v1/feeds/municipal?ars=15002&after=")
    assert all_["data"]["changes"].startswith("https://busdb.example.org/api/v1/changes?after=")
    assert not [words for words, data in receiver.taken if b"Geheim" in data or secret in words.values()]


def test_a_message_is_signed_by_the_convention(database: Database, receiver: Receiver) -> None:
    put(database, STATE)
    secret = follow(database, receiver.url, None)
    put(database, [fee(amount="50.00")])
    turn(database, after(minutes=1))
    ((headers, data),) = receiver.taken
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + data
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert len(key) == 32
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert int(headers["webhook-timestamp"]) == int(after(minutes=1).timestamp())
    assert headers["content-type"] == "application/json"


def test_the_signature_is_that_of_the_published_example() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    payload = b'{"test": 2432232314}'
    assert (
        post.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, payload)
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_new_day_is_told_to_those_who_follow_a_place(database: Database, receiver: Receiver) -> None:
    put(database, STATE)
    follow(database, receiver.url, NAUMBURG)
    follow(database, receiver.url, None)
    assert turn(database, after(days=3)) == Outcome(delivered=1)
    assert turn(database, after(days=3, hours=1)) == Outcome()


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_is_refused_is_tried_again_ever_later_and_at_last_given_up(
    sqlite_database: Database, receiver: Receiver, status: int
) -> None:
    put(sqlite_database, STATE)
    follow(sqlite_database, receiver.url, None)
    put(sqlite_database, [fee(amount="50.00")])
    receiver.status = status
    now = NOW
    for wait in webhooks.WAITS:
        assert turn(sqlite_database, now) == Outcome(deferred=1)
        assert turn(sqlite_database, now + wait - dt.timedelta(seconds=1)) == Outcome()
        now += wait
    assert turn(sqlite_database, now) == Outcome(dead=1)
    with sqlite_database.reading() as connection:
        (one,) = webhooks.listing(connection)
    assert (one["state"], one["attempts"], one["error"]) == ("dead", len(webhooks.WAITS) + 1, f"HTTP {status}")
    assert len({headers["webhook-id"] for headers, _ in receiver.taken}) == 1
    receiver.status = 200
    assert turn(sqlite_database, now + dt.timedelta(days=300)) == Outcome()
    with sqlite_database.writing() as connection:
        assert webhooks.revive(connection, now) == 1
    assert turn(sqlite_database, now) == Outcome(delivered=1)


def test_a_receiver_that_was_away_gets_one_message_about_all(sqlite_database: Database, receiver: Receiver) -> None:
    put(sqlite_database, STATE)
    follow(sqlite_database, receiver.url, None)
    receiver.status = 503
    for number in range(4):
        put(sqlite_database, [fee(amount=f"{number}.00")])
        turn(sqlite_database, after(minutes=number))
    refused = {headers["webhook-id"] for headers, _ in receiver.taken}
    receiver.status, receiver.taken = 200, []
    assert turn(sqlite_database, after(days=1)) == Outcome(delivered=1)
    ((headers, _),) = receiver.taken
    assert headers["webhook-id"] not in refused


def test_a_receiver_that_is_gone_is_left_alone(sqlite_database: Database, receiver: Receiver) -> None:
    put(sqlite_database, STATE)
    follow(sqlite_database, receiver.url, None)
    put(sqlite_database, [fee(amount="50.00")])
    receiver.status = 410
    assert turn(sqlite_database, NOW) == Outcome(dead=1)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
     "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "::"],
)  # fmt: skip
def test_private_addresses_are_refused(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    assert not post.public(address)
    with pytest.raises(RefusedError):
        post.resolve(post.check(f"https://{host}/hook", private=False), private=False)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_not(address: str) -> None:
    assert post.public(address)


def test_a_name_that_leads_into_a_private_network_is_refused_when_it_is_added_and_when_it_is_called() -> None:
    with pytest.raises(RefusedError):
        post.resolve(post.check("https://localhost/hook", private=False), private=False)
    with pytest.raises(post.PostError, match="privaten Netz"):
        post.post("https://localhost/hook", {}, b"{}", private=False)


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example.org/", "https://", "https://user:word@a.example.org/", "javascript:1", "https://a.example.org:0/",
     "https://a.example.org:99999/", "https://a.example.org/ x", "http://a.example.org/", "https://a\r\nHost: b/"],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InputError):
        post.check(url, private=False)


def test_the_command_line_adds_tests_lists_delivers_and_removes(
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    home: Path,  # noqa: F811
) -> None:
    busdb("init")
    database = Database(f"sqlite:///{home / 'var' / 'busdb.sqlite3'}")
    put(database, STATE)
    refused = busdb("webhooks", "add", receiver.url)
    assert (refused.exit_code, "BUSDB_WEBHOOKS_PRIVATE" in refused.stderr) == (3, True)
    monkeypatch.setenv("BUSDB_WEBHOOKS_PRIVATE", "yes")
    added = answer("webhooks", "add", receiver.url, "--place", "Naumburg")
    assert added["area"] == NAUMBURG
    assert answer("webhooks", "test", "1") == {"id": 1, "delivered": True}
    put(database, [authority(name="Neues Rathaus")])
    assert answer("deliver", "--once") == {"delivered": 1, "deferred": 0, "dead": 0}
    assert [one["type"] for one in receiver.messages] == ["test", "changed"]
    receiver.status = 500
    failed = busdb("webhooks", "test", "1")
    assert (failed.exit_code, "HTTP 500" in failed.stderr) == (5, True)
    (listed,) = answer("webhooks", "list")["items"]
    assert (listed["state"], "secret" in listed) == ("idle", False)
    assert receiver.url in busdb("webhooks", "list").stdout
    assert answer("webhooks", "remove", "1") == {"id": 1, "removed": True}
    assert busdb("webhooks", "remove", "1").exit_code == 4
    with database.lock("deliver"):
        assert busdb("deliver", "--once").exit_code == 6
    database.close()


def test_the_worker_delivers_until_it_is_told_to_end(sqlite_database: Database, receiver: Receiver) -> None:
    put(sqlite_database, STATE)
    follow(sqlite_database, receiver.url, None)
    environ = {
        **os.environ,
        "BUSDB_DATABASE_URL": str(sqlite_database.url),
        "BUSDB_WEBHOOKS_PRIVATE": "yes",
    }
    program = Path(sys.executable).with_name("busdb")
    process = subprocess.Popen([program, "deliver", "--every", "1"], env=environ, stderr=subprocess.DEVNULL)
    put(sqlite_database, [fee(amount="50.00")])
    for _ in range(300):
        if receiver.taken:
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    assert receiver.messages[0]["type"] == "changed"


def test_receivers_that_hang_do_not_make_the_others_wait(database: Database) -> None:
    put(database, STATE)
    hanging = [f"https://h{number}.example.org/" for number in range(webhooks.AT_ONCE - 1)]
    for url in [*hanging, "https://quick.example.org/"]:
        follow(database, url, None)
    put(database, [fee(amount="50.00")])
    webhooks.collect(database, "https://busdb.example.org", NOW)
    told = threading.Event()

    def hang(url: str, _headers: dict[str, str], _payload: bytes) -> None:
        if url not in hanging:
            told.set()
        elif not told.wait(timeout=60):
            raise post.PostError("too late")

    assert webhooks.deliver(database, NOW, hang) == Outcome(delivered=webhooks.AT_ONCE)
    assert webhooks.deliver(database, NOW, hang) == Outcome()


def test_a_receiver_that_hangs_up_is_a_refusal(sqlite_database: Database) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
    with pytest.raises(post.PostError, match="Refused"):
        post.post(url, {}, b"{}", private=True)
