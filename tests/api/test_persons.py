"""Contact persons are shown by their flag only: whoever asks, whatever they ask for, in every feed, page and file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import authority
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from test_cli import answer, busdb
from test_ingest import lines
from werkzeug.routing import Rule

from busdb.db import Database
from busdb.formats import names
from busdb.models import number
from busdb.records import Person
from busdb.settings import Settings

SHOWN, HIDDEN = "Paula Paulinski", "Vera Verborginski"
SIGNS = ("Verborginski", "23125 666", "23125666", "vera.verborginski", "Zimmer V13")
PERSONS = (
    Person(name=SHOWN, phone="+49 30 23125 555", email="paula@example.org", published=True),
    Person(name=HIDDEN, phone="+49 30 23125 666", email="vera.verborginski@example.org", room="Zimmer V13"),
)
OFFICE = "kommunal.buergerbuero"
QUERIES = (
    "",
    "place=Naumburg",
    "place=Naumburg&format=xml",
    "q=Vera Verborginski",
    "q=ausweis&place=Naumburg",
    "ids=lsa.ausweis&place=Naumburg",
    "place=Naumburg&after=0",
    "searchText=Vera",
    "ars=150840355355&leikaKey=99008001001000",
)
LETTING = ("json", "municipal", "ea", "115", "xzufi")


@pytest.fixture(autouse=True)
def persons(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An office with a person who is published and one who is not, after a state in which both were otherwise."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BUSDB_DATA_DIR", settings.data_dir)
    monkeypatch.delenv("BUSDB_DATABASE_URL", raising=False)
    for name in ("Bürgerbüro", "Bürgerbüro Naumburg"):
        Path("office.jsonl").write_bytes(lines([authority(name=name, persons=PERSONS)]))
        answer("import", "json", "office.jsonl", "--source", "kommunal")
    answer("publish", settings.data_dir + "/out")


@pytest.fixture
def app(settings: Settings, persons: None) -> Iterator[Flask]:
    """The application, which serves the published files."""
    from api import create_app

    app = create_app(Settings(data_dir=settings.data_dir, published=settings.data_dir + "/out"))
    yield app
    app.extensions["busdb"].close()


def filled(rule: Rule, settings: Settings) -> Iterator[str]:
    """The addresses of a rule, with whatever can stand in its gaps."""
    out = Path(settings.data_dir) / "out"
    files = [str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()]
    database = Database(settings.database)
    with database.reading() as connection:
        keys = [str(key) for key in connection.scalars(select(number.c.number).where(number.c.kind == "authority"))]
    database.close()
    gaps: dict[str, list[str]] = {
        "id": [OFFICE, "lsa.ausweis", "lsa.le-ausweis", *keys],
        "mode": ["search", "list", "detail", "authority", "life-events"],
        "code": ["150840355355"],
        "path": files,
    }
    if "/feeds/" in rule.rule:
        gaps["name"] = list(names("exporters"))
    elif "verwaltungsobjekte" in rule.rule:
        gaps["name"] = ["leistungen", "organisationseinheiten", "zustaendigkeiten"]
    else:
        gaps["name"] = [Path(one).name for one in files]
    found = [rule.rule]
    for gap, name in re.findall(r"(<[^<>]*?(\w+)>)", rule.rule):
        found = [one.replace(gap, value) for one in found for value in gaps.get(name, ["1"])]
    yield from found


def test_a_person_who_is_not_published_is_nowhere(
    app: Flask, client: FlaskClient, settings: Settings, key: str
) -> None:
    showing, asked = set(), 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or "filename" in rule.rule or "/docs" in rule.rule:
            continue
        for address in filled(rule, settings):
            for place, query in enumerate(QUERIES if "published" not in address else QUERIES[:1]):
                headers = {"Authorization": f"Bearer {key}"} if place % 2 == 0 or "/feeds/" in address else {}
                response = client.get(f"{address}?{query}", headers=headers)
                text = response.get_data(as_text=True)
                response.close()
                asked += 1
                assert not any(sign in text and sign not in query for sign in SIGNS), f"{address}?{query}"
                if "Paulinski" in text:
                    showing.add(rule.rule)
    assert asked > 300
    wanted = {"/authorities/<path:id>", "/api/v1/services/<path:id>", "/api/v1/feeds/<name>", "/api/v1/changes"}
    assert wanted | {"/api/v1/authorities/<path:id>", "/published/<path:path>"} <= showing
    assert any("infodienste" in rule for rule in showing)


def test_exports_and_published_files_know_published_persons_only_but_for_the_whole_state(settings: Settings) -> None:
    for name in LETTING:
        for more in ((), ("--internal",), ("--as", "xml")):
            place = () if name in {"json", "xzufi"} else ("--place", "Naumburg")
            result = busdb("export", name, *place, *more)
            assert result.exit_code == 0 or more == ("--internal",), result.output
            editors = name == "json" and more == ("--internal",)
            assert any(sign in result.stdout for sign in SIGNS) == editors, (name, more)
    texts = [path.read_text() for path in (Path(settings.data_dir) / "out").rglob("*") if path.is_file()]
    assert any(SHOWN in text for text in texts)
    assert not any(sign in text for text in texts for sign in SIGNS)
