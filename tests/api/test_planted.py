"""What is not public leaves without its scope nowhere: not in bodies, headers, errors, indexes or logs."""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from lxml import html
from planted import BASE, FOR_115, INFODIENSTE, NAUMBURG, PHONE, Seen, crawl, marked, marks, plant_beside
from support import NOW, TODAY
from test_store import put

from api import create_app
from busdb import keys, publishing, validity
from busdb.db import Database
from busdb.search.desk import Desk
from busdb.settings import Settings

ORDER = publishing.Order(formats=("municipal", "115", "ea", "json", "xzufi"), on=TODAY, base_url=BASE)
CHANGING = re.compile(r"/metrics|/readyz|/opening|/embed/|/quality|/115|POST .*/feedback")
"""What tells the time, or of the work of editors: its bytes may differ from one moment to the next."""


class Lines(logging.Handler):
    """Everything that is logged."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.text.append(f"{self.format(record)} {record.__dict__}")


class House:
    """An installation whose secrets bear marks, and its readers."""

    def __init__(self, folder: Path, template: Path) -> None:
        (folder / "var").mkdir()
        shutil.copy(template, folder / "var" / "busdb.sqlite3")
        files = folder / "files"
        self.settings = Settings(
            data_dir=str(folder / "var"), published=str(files), base_url=BASE, log="json", closed="quality"
        )
        self.database = Database(self.settings.database)
        self.plant("1")
        with self.database.reading() as connection:
            publishing.publish(connection, files, ORDER)
        self.app: Flask = create_app(self.settings)

    def plant(self, turn: str) -> None:
        """Put the records in, and marks beside them."""
        put(self.database, marked(turn), validity.now() if turn != "1" else NOW)
        plant_beside(self.database, turn)
        Desk(self.settings, self.database).update()

    def key(self, *scopes: str, areas: tuple[str, ...] = ()) -> dict[str, str]:
        """The header that carries a new key."""
        with self.database.writing() as connection:
            _, secret = keys.create(connection, "Probe", scopes, validity.now(), areas=areas)
        return {"Authorization": f"Bearer {secret}"}

    def crawl(self, bearer: dict[str, str] | None = None) -> dict[str, Seen]:
        """All answers to a reader, by what was asked; links are followed without a key."""
        return {one.asked: one for one in crawl(self.app, bearer or {}, pages=0 if bearer else 150)}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[House]:
    """The installation."""
    made = House(tmp_path_factory.mktemp("planted"), sqlite_template)
    yield made
    made.app.extensions["busdb"].close()
    made.database.close()


@pytest.fixture(scope="module")
def public(house: House) -> dict[str, Seen]:
    """What everybody sees."""
    return house.crawl()


def shown(answers: dict[str, Seen]) -> dict[str, set[str]]:
    """The marks that answers show, by what was asked."""
    found = {asked: marks([one.headers, one.body]) for asked, one in answers.items()}
    return {asked: names for asked, names in found.items() if names}


def test_nobody_sees_a_mark_without_a_key(public: dict[str, Seen]) -> None:
    assert shown(public) == {}
    assert {one.status for one in public.values()} >= {200, 304, 400, 401, 404, 405}
    assert len(public) > 500
    assert any("Bei uns auch samstags" in one.body for one in public.values())


def test_the_crawl_comes_to_every_route(house: House, public: dict[str, Seen]) -> None:
    routes = house.app.url_map.bind("zufi.example.org")
    refused = {308, 400, 404, 405}
    reached = set()
    for asked, one in public.items():
        method, _, address = asked.partition(" ")
        if method in {"GET", "POST"} and one.status not in refused:
            rule, _ = routes.match(address.partition("?")[0], method, return_rule=True)
            reached.add((method, rule.rule))
    there = {(method, rule.rule) for rule in house.app.url_map.iter_rules() for method in rule.methods or ()}
    left = {(method, rule) for method, rule in there - reached if method in {"GET", "POST"}}
    assert left == {("GET", "/theme/<path:name>"), ("GET", f"{INFODIENSTE}/<everything:rest>")}, "which have nothing"


@pytest.mark.parametrize(
    ("scopes", "areas"),
    [(("console", "pvog", "read"), ()), (("115:internal", "console", "pvog"), ("15002",))],
    ids=["of another scope", "of another area"],
)
def test_nobody_sees_a_mark_with_a_key(
    house: House, public: dict[str, Seen], scopes: tuple[str, ...], areas: tuple[str, ...]
) -> None:
    answers = house.crawl(house.key(*scopes, areas=areas))
    assert shown(answers) == {}
    for asked in answers.keys() & public.keys():
        if answers[asked].status == public[asked].status and not CHANGING.search(asked):
            assert answers[asked].body == public[asked].body, asked


def test_with_the_right_key_agents_see_what_is_theirs_and_nothing_else(house: House) -> None:
    answers = house.crawl(house.key("115:internal", areas=(NAUMBURG,)))
    seen = {name for names in shown(answers).values() for name in names}
    assert seen >= {"phone", "note", "forward", "backoffice", "text115", "document115", "question", "addition115"}
    assert seen <= FOR_115
    for asked in shown(answers):
        assert "no-store" in answers[asked].headers, asked


def test_no_page_runs_what_sources_say(public: dict[str, Seen]) -> None:
    pages = {asked: one.body for asked, one in public.items() if "Content-Type: text/html" in one.headers and one.body}
    assert sum("svg onload" in body for body in pages.values()) > 20
    for asked, body in pages.items():
        for element in html.fromstring(body).iter():
            assert not [name for name in element.attrib if name.startswith("on")], asked
            if element.tag == "script" and element.get("type") == "application/ld+json":
                json.loads(element.text)
            elif element.tag == "script":
                assert element.get("src"), asked
                assert not element.text, asked


def test_words_of_the_inside_find_nothing(house: House) -> None:
    client = house.app.test_client()
    for word in ("GEHEIM1", PHONE):
        for path in ("/api/v1/search", "/api/v1/suggest"):
            answer = client.get(path, query_string={"q": word}).text
            assert "lsa." not in answer, (path, word)
            assert "kommunal." not in answer, (path, word)


def test_no_index_file_and_no_published_file_holds_a_mark(house: House) -> None:
    folders = [house.settings.folder / "index", Path(house.settings.published)]
    held = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert held
    for path in held:
        assert not marks([path.read_bytes().decode("latin-1")]), path


def test_no_log_holds_a_mark_a_key_or_what_is_typed(house: House) -> None:
    lines, logger = Lines(), logging.getLogger("busdb")
    level = logger.level
    logger.addHandler(lines)
    logger.setLevel(logging.DEBUG)
    try:
        bearer, far = house.key("115:internal"), {"REMOTE_ADDR": "8.8.4.77"}
        client = house.app.test_client()
        for path in ("/api/v1/feeds/115", "/115/answer", "/services/lsa.ausweis", "/api/v1/search", "/nichts"):
            typed = {"ars": NAUMBURG, "q": "Getippt", "id": "lsa.ausweis"}
            client.get(path, query_string=typed, headers=bearer, environ_base=far, buffered=True)
        client.post("/api/v1/feedback", json={"text": "Getippt", "contact": "getippt@example.org"})
    finally:
        logger.removeHandler(lines)
        logger.setLevel(level)
    text = "\n".join(lines.text)
    assert "request" in text
    assert marks([text]) == set()
    for secret in (bearer["Authorization"].removeprefix("Bearer "), "8.8.4.77", "etippt"):
        assert secret not in text


def test_what_changes_inside_changes_nothing_outside(house: House, public: dict[str, Seen]) -> None:
    house.plant("22")
    after = house.crawl()
    assert shown(after) == {}
    assert after.keys() == public.keys()
    for asked, one in after.items():
        if not CHANGING.search(asked):
            assert one == public[asked], asked
