"""Links and webhooks through a proxy: it is led to addresses that were checked, and to no private network."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from support import ROOT
from test_cli import answer, busdb, home  # noqa: F401  a fixture

from busdb import post
from busdb.errors import SetupError
from busdb.linkcheck import Answer, Checker
from busdb.outward import Way, way
from busdb.settings import Settings

PUBLIC, PRIVATE = "93.184.215.14", "10.1.2.3"
NAMES = {"seite.example.org": PUBLIC, "innen.example.org": PRIVATE, "verboten.example.org": "192.0.2.7"}


class Site:
    """What the proxy leads to: a web server on this machine that notes who was asked for what."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"] or 0))
                site.asked.append((self.command, self.headers["Host"], self.path))
                self.send_response(302 if self.path == "/weiter" else 404 if self.path == "/robots.txt" else 200)
                self.send_header("Location", f"http://{PRIVATE}/geheim")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_HEAD = do_POST = answer  # noqa: N815  # the names that the library calls

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server."""
    one = Site()
    yield one
    one.server.shutdown()
    one.server.server_close()


class Proxy:
    """A proxy that runs as a program; ``asked()`` ends it and says for whom it was asked."""

    def __init__(self, port: int, *more: str) -> None:
        words = [sys.executable, str(ROOT / "tests" / "small_proxy.py"), str(port), *more]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.output = self.process.stdout
        self.port = int(self.output.readline())
        self.address = f"http://127.0.0.1:{self.port}"

    def asked(self) -> list[str]:
        """The requests so far, each once."""
        self.process.terminate()
        return list(dict.fromkeys(self.process.communicate()[0].splitlines()))


Start = Callable[..., Proxy]


@pytest.fixture
def start(site: Site) -> Iterator[Start]:
    """Starts proxies that lead to the web server."""
    started: list[Proxy] = []

    def begin(*more: str) -> Proxy:
        started.append(Proxy(site.port, *more))
        return started[-1]

    yield begin
    for one in started:
        one.process.kill()
        one.output.close()
        one.process.wait()


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    """What names lead to; all others as ever."""
    real = socket.getaddrinfo

    def look_up(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        return real(NAMES.get(host, host), port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def asked(through: Way, *urls: str, private: bool = False) -> list[Answer]:
    """The answers to links, asked for without waiting."""
    checker = Checker("redaktion@example.org", private=private, way=through, wait=lambda _: None)
    return sorted(checker.check(urls))


def test_a_proxy_is_led_to_the_address_that_was_checked_and_the_host_hears_its_name(start: Start, site: Site) -> None:
    proxy = start()
    assert asked(way(proxy.address), "http://seite.example.org/a") == [Answer("http://seite.example.org/a", 200)]
    assert site.asked[-1] == ("HEAD", "seite.example.org", "/a")
    assert proxy.asked() == [f"CONNECT {PUBLIC}:80"]


@pytest.mark.parametrize("url", [f"http://{PRIVATE}/", "http://innen.example.org/", "http://seite.example.org/weiter"])
def test_no_proxy_is_asked_for_a_private_network(start: Start, url: str) -> None:
    proxy = start()
    assert [one.error for one in asked(way(proxy.address), url)] == ["private"]
    assert proxy.asked() in ([], [f"CONNECT {PUBLIC}:80"])


def test_no_webhook_goes_through_a_proxy_into_a_private_network(start: Start) -> None:
    proxy = start()
    with pytest.raises(post.PostError, match="privaten Netz"):
        post.post("https://innen.example.org/hook", {}, b"{}", private=False, way=way(proxy.address))
    assert proxy.asked() == []


def test_what_the_proxy_refuses_is_no_fault_of_the_link(start: Start) -> None:
    proxy = start()
    (found,) = asked(way(proxy.address), "http://verboten.example.org/", private=True)
    assert (found.error, found.passed) == ("proxy", True)


def test_a_proxy_that_is_not_there_or_knows_us_not_is_named(start: Start) -> None:
    shut, proxy = start("busdb:ge/heim"), start()
    with pytest.raises(SetupError, match="HTTP 407"):
        asked(way(shut.address), "http://seite.example.org/")
    with pytest.raises(post.PostError, match="407"):
        post.post("http://seite.example.org/", {}, b"{}", private=True, way=way(shut.address))
    known = way(f"busdb:ge%2Fheim@127.0.0.1:{shut.port}")
    assert [one.status for one in asked(known, "http://seite.example.org/")] == [200]
    proxy.asked()
    with pytest.raises(SetupError, match=str(proxy.port)):
        asked(way(proxy.address), "http://seite.example.org/")


def test_hosts_of_no_proxy_are_reached_directly(start: Start, site: Site) -> None:
    proxy = start()
    through = way(proxy.address, direct=".example.com, 127.0.0.1")
    assert [one.status for one in asked(through, f"http://127.0.0.1:{site.port}/", private=True)] == [200]
    assert proxy.asked() == []


def test_webhooks_go_through_the_proxy_of_the_system(
    start: Start,
    site: Site,
    home: Path,  # noqa: F811  # a place for the installation
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy = start()
    monkeypatch.setenv("https_proxy", proxy.address)
    monkeypatch.setenv("BUSDB_WEBHOOKS_PRIVATE", "yes")
    busdb("init")
    answer("webhooks", "add", "http://empfang.invalid/hook")  # a name that only the proxy knows
    assert answer("webhooks", "test", "1") == {"id": 1, "delivered": True}
    assert site.asked == [("POST", "empfang.invalid", "/hook")]
    assert proxy.asked() == ["CONNECT empfang.invalid:80"]


def test_our_setting_goes_before_that_of_the_system() -> None:
    system = {"HTTPS_PROXY": "proxy.example.org:8080", "NO_PROXY": "example.org"}
    found = Settings.from_env(system).way_out()
    assert found == Way("proxy.example.org", 8080, direct="example.org")
    assert (found.leads_to("www.example.org"), found.leads_to("example.com")) == (False, True)
    assert Settings.from_env({**system, "BUSDB_HTTP_PROXY": "http://eigener"}).way_out() == Way(
        "eigener", 3128, direct="example.org"
    )
    assert Settings.from_env({**system, "BUSDB_HTTP_PROXY": "direct"}).way_out() is None
    assert Settings.from_env({}).way_out() is None


@pytest.mark.parametrize(
    "address", ["socks5://busdb:geheim@proxy:1080", "https://proxy", "http://", "http://proxy/pfad"]
)
def test_what_is_no_proxy_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(SetupError) as refused:
        Settings.from_env({"BUSDB_HTTP_PROXY": address}).way_out()
    assert "BUSDB_HTTP_PROXY" in str(refused.value)
    assert "geheim" not in str(refused.value)
