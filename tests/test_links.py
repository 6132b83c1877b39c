"""Links are asked politely, at most once in a while, never in private networks, and cry after three days only."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from builders import authority, service
from support import NOW
from test_cli import answer, busdb, home, state
from test_ingest import lines
from test_store import put

from busdb import links
from busdb.db import Database
from busdb.linkcheck import Answer, Checker, quoted
from busdb.records import Contact, Link, Text

__all__ = ["home", "state"]
DAY = dt.timedelta(days=1)


class Site:
    """A web server with some pages, which notes how it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.agents: set[str] = set()
        self.most_at_once = 0
        self.robots = "User-agent: *\nDisallow: /geheim\n"
        self.broken: set[str] = set()
        self.slowness = 0.0
        self._at_once = 0
        self._lock = threading.Lock()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                site.answer(self)

            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                """Be quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self.asked.append((request.command, request.path))
            self.agents.add(request.headers["User-Agent"])
        status, headers, body = self._page(request.command, request.path)
        time.sleep(self.slowness)
        with self._lock:
            self._at_once -= 1
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if request.command == "GET":
            request.wfile.write(body)

    def _page(self, method: str, path: str) -> tuple[int, dict[str, str], bytes]:
        if path == "/robots.txt":
            return 200, {}, self.robots.encode()
        if path in self.broken or path == "/weg":
            return 404, {}, b""
        moves = {"/alt": (301, "/neu"), "/kurz": (302, "/neu"), "/kreis": (301, "/kreis"), "/fort": (308, "/weg")}
        if path in moves:
            return moves[path][0], {"Location": moves[path][1]}, b""
        if path == "/nur-get" and method == "HEAD":
            return 405, {}, b""
        return {"/anmelden": 401, "/zu-oft": 429, "/kaputt": 500}.get(path, 200), {}, b"<p>Seite</p>"


@pytest.fixture
def site() -> Iterator[Site]:
    """A web server on this machine."""
    one = Site()
    yield one
    one.server.shutdown()
    one.server.server_close()


def checker(**options: Any) -> Checker:
    """A checker that may ask this machine and does not wait."""
    return Checker("redaktion@example.org", **{"private": True, "wait": lambda _: None, **options})


def asked(urls: list[str], **options: Any) -> dict[str, Answer]:
    """The answers by the end of the address."""
    return {"/" + one.url.rpartition("/")[2]: one for one in checker(**options).check(urls)}


@pytest.mark.parametrize(
    ("path", "status", "error", "passed"),
    [
        ("/neu", 200, None, False),
        ("/nur-get", 200, None, False),
        ("/weg", 404, "HTTP 404", False),
        ("/kaputt", 500, "HTTP 500", False),
        ("/fort", 404, "HTTP 404", False),
        ("/kreis", 301, "redirects", False),
        ("/anmelden", 401, "HTTP 401", True),
        ("/geheim", None, "robots", True),
    ],
)
def test_what_a_link_leads_to(site: Site, path: str, status: int | None, error: str | None, passed: bool) -> None:
    found = asked([site.url + path])[path]
    assert (found.status, found.error, found.passed) == (status, error, passed)


def test_only_what_moved_for_good_has_a_new_address(site: Site) -> None:
    found = asked([f"{site.url}/alt", f"{site.url}/kurz"])
    assert found["/alt"].moved_to == f"{site.url}/neu"
    assert found["/kurz"].moved_to is None


def test_a_host_is_asked_by_one_request_at_a_time_with_pauses_under_an_honest_name(site: Site) -> None:
    site.robots = "User-agent: *\nCrawl-delay: 7\n"
    site.slowness = 0.01
    pauses: list[float] = []
    asked([f"{site.url}/{number}" for number in range(9)], pause=2.0, wait=pauses.append)
    assert site.most_at_once == 1
    assert site.agents == {"busdb-check-links (+redaktion@example.org)"}
    assert pauses == [2.0, *[7.0] * 9]
    assert site.asked.count(("GET", "/robots.txt")) == 1
    assert ("GET", "/1") not in site.asked


def test_a_host_that_has_enough_is_left_alone(site: Site) -> None:
    found = asked([f"{site.url}/zu-oft", f"{site.url}/neu"])
    assert found.keys() == {"/zu-oft"}
    assert found["/zu-oft"].passed


def test_private_networks_are_not_asked(site: Site) -> None:
    found = asked([f"{site.url}/neu"], private=False)
    assert found["/neu"].error == "private"
    assert site.asked == []


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://gibt-es-nicht.invalid/", "unresolved"),
        ("http://127.0.0.1:1/", "refused"),
        ("http://[::1/", "address"),
        ("https://user:pw@example.org/", "address"),
    ],
)
def test_a_link_that_nobody_answers_says_why(url: str, error: str) -> None:
    (found,) = checker().check([url])
    assert (found.error, found.passed) == (error, False)


def test_addresses_with_umlauts_go_over_the_line() -> None:
    assert (
        quoted("https://münchen.example/straße?q=ä%20b#x") == "https://xn--mnchen-3ya.example/stra%C3%9Fe?q=%C3%A4%20b"
    )


def test_a_failure_counts_once_a_day_and_a_success_begins_anew(database: Database) -> None:
    url = "https://example.org/a"
    put(database, [authority(appointment_url=url)])
    failed, fine, judged = Answer(url, 404, "HTTP 404"), Answer(url, 200), Answer(url, 401, "HTTP 401", passed=True)

    def failures() -> int:
        with database.reading() as connection:
            row = connection.execute(links.select(links.link)).one()
        return int(row.failures)

    seen = []
    for after, given in ((0, failed), (0, failed), (1, failed), (2, judged), (3, failed), (4, fine), (5, failed)):
        with database.writing() as connection:
            links.keep(connection, [given], NOW + after * DAY)
        seen.append(failures())
    assert seen == [1, 1, 2, 2, 3, 0, 1]


def test_a_link_is_asked_again_when_it_is_due(database: Database) -> None:
    first, second = "https://example.org/a", "https://example.org/b"
    html = f'<p><a href="{first}#oben">A</a></p>'
    put(
        database,
        [service(texts=(Text(module="03", html="x"), Text(module="06", html=html, links=(Link(url=second),))))],
    )
    put(database, [service("entwurf", publication_state="draft", texts=(Text(module="06", html=html + second),))])

    def due(after: float) -> list[str]:
        with database.reading() as connection:
            return list(links.stock(connection, NOW + after * DAY, 7).due)

    assert due(0) == [first, second]
    with database.writing() as connection:
        links.keep(connection, [Answer(first, 200), Answer(second, 404, "HTTP 404")], NOW)
    assert due(0) == []
    assert due(1) == [second]
    assert due(7) == [first, second]
    with database.reading() as connection:
        assert links.stock(connection, NOW, 7, ("anderswo",)).links == 0


def test_the_command_asks_remembers_and_goes_on(state: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    web = [Contact(channel="web", value=f"{site.url}/{path}") for path in ("neu", "alt", "weg")]
    Path("office.jsonl").write_bytes(lines([authority(contacts=(*authority().contacts, *web))]))
    answer("import", "json", "office.jsonl", "--source", "kommunal")
    assert "BUSDB_LINKS_CONTACT" in busdb("check-links").stderr
    monkeypatch.setenv("BUSDB_LINKS_CONTACT", "redaktion@example.org")
    monkeypatch.setenv("BUSDB_LINKS_PRIVATE", "yes")
    first = answer("check-links", "--pause", "0", "--limit", "2")
    assert (first["links"], first["asked"], first["left"]) == (3, 2, 1)
    second = busdb("check-links", "--pause", "0")
    assert "HTTP 404" in second.stderr
    assert "1 von 3 Links gefragt" in second.stdout
    assert answer("check-links", "--pause", "0")["asked"] == 0
    (moved,) = [item for item in answer_list("Q20") if "umgezogen" in item["text"]]
    assert moved["text"].endswith(f"ist dauerhaft umgezogen nach {site.url}/neu.")


def test_no_link_is_blamed_where_this_machine_is_cut_off(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web = [Contact(channel="web", value=f"https://host{number}.invalid/") for number in range(5)]
    Path("office.jsonl").write_bytes(lines([authority(contacts=tuple(web))]))
    answer("import", "json", "office.jsonl", "--source", "kommunal")
    monkeypatch.setenv("BUSDB_LINKS_CONTACT", "redaktion@example.org")
    result = busdb("check-links", "--pause", "0")
    assert result.exit_code == 7
    assert "nichts gezählt" in result.stderr
    assert answer("check-links", "--pause", "0", "--limit", "4")["failed"] == 4


def answer_list(code: str) -> list[dict[str, Any]]:
    """The findings of a rule."""
    found: list[dict[str, Any]] = answer("quality", "--rule", code)["items"]
    return found
