"""Each finding at import, from a delivery that deserves it: what is wrong is said, and the rest comes in."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from builders import areas, authority, fee, rule, service
from support import NOW
from test_ingest import lines, load

from busdb import ingest, runs
from busdb.db import Database
from busdb.formats import Input
from busdb.ingest import Order
from busdb.issues import CODES, Issue
from busdb.mapping import read
from busdb.records import Area, Contact, Hours, HoursException, Text

LEIKA = "service_key,name,legal_basis\n"
AREAS = "ars,name,kind\n"
LONG = "Wort " * 500


def dldb(**fields: Any) -> list[bytes]:
    """A city of one service and one office."""
    location = {"id": "7", "name": "Amt", "address": {}}
    one = {"id": "1", "name": "Dienst", "description": "<p>Text</p>", "leika": "", **fields}
    return [json.dumps({"data": [item]}).encode() for item in (one, location)]


DELIVERIES: dict[str, tuple[str, Any]] = {
    "area_parent_unknown": ("areas", AREAS.replace("kind", "kind,parent") + "15084,Burgenlandkreis,Landkreis,14\n"),
    "area_unknown": ("json", [service(areas=("99",))]),
    "cell_invalid": ("areas", AREAS + "15,Sachsen-Anhalt,Königreich\n"),
    "column_unknown": ("areas", AREAS.replace("kind", "kind,farbe") + "15,Sachsen-Anhalt,Land,rot\n"),
    "control_characters": ("json", [authority("a", "Amt\u200b")]),
    "duplicate_id": ("json", [fee(), fee()]),
    "fee_shape": ("json", [fee(amount=None)]),
    "foreign_source": ("json", [fee("x", id="andere.x")]),
    "hours_unreadable": ("json", [authority("a", hours=(Hours(osm="werktags 9 bis 12"),))]),
    "html_cleaned": ("json", [service(texts=(*service().texts, Text(module="11", html="<p>a</p><script>x</script>")))]),
    "key_missing": ("leika", LEIKA + "keiner,Name,\n"),
    "leika_invalid": ("json", [service(leika_keys=("11008001001000",))]),
    "mandate": ("json", [authority("a", area="14")]),
    "name_missing": ("json", [service(texts=(Text(module="06", html="<p>x</p>"),))]),
    "no_text": ("json", [service(texts=(Text(module="02", html="Name"),))]),
    "not_json": ("json", b'{"record":"fee",}\n'),
    "own_parent": ("json", [authority("a", parent="lsa.a")]),
    "record_shape": ("json", b'{"record":"fee","id":"lsa.f"}\n'),
    "reference_missing": ("json", [fee(service="lsa.nichts")]),
    "responsibility_target": ("json", [rule(executor=None, category=None)]),
    "url_invalid": ("dldb", dldb(legal=[{"name": "§ 1", "link": "www.example.org"}])),
    "validity_reversed": (
        "json",
        b'{"record":"form","id":"lsa.f","name":"F","valid_from":"2026-02-01","valid_to":"2026-01-01"}\n',
    ),
    "value_cut": ("dldb", dldb(legal=[{"name": LONG}])),
    "wording_target": ("json", b'{"record":"wording","id":"lsa.w","everyday":"Perso"}\n'),
}
TABLES = {
    "cell_formula",
    "cell_repaired",
    "cells_merged",
    "column_double",
    "phone_unreadable",
    "rows_hidden",
    "rows_skipped",
    "sheet_hidden",
    "sheet_unknown",
}
"""Those of spreadsheets have tests of their own (tests/sheets)."""
MANDATES = {"mandate_kind", "mandate_module", "mandate_parent"}
"""Those of mandates, too (tests/test_mandates.py)."""
ELSEWHERE = TABLES | MANDATES | {"area_owned"}  # a test of its own below; those of XZuFi have files of their own


def delivered(database: Database, format_: str, content: Any) -> list[dict[str, Any]]:
    """The findings on a delivery of the source ``lsa``, which may write in Sachsen-Anhalt."""
    if isinstance(content, str):
        content = content.encode()
    if isinstance(content, list) and not isinstance(content[0], bytes):
        records = [one if one.id.startswith(("lsa.", "andere.")) else _own(one) for one in content]
        content = lines(records)
    parts = content if isinstance(content, list) else [content]
    inputs = tuple(Input(f"{number}.txt", io.BytesIO(part)) for number, part in enumerate(parts))
    return ingest.import_(database, Order(format=format_, inputs=inputs, source="lsa", area="15"), NOW).issues


def _own(record: Any) -> Any:
    return type(record)(
        **{name: getattr(record, name) for name in record.__struct_fields__} | {"id": f"lsa.{record.ref.value}"}
    )


@pytest.mark.parametrize("code", DELIVERIES)
def test_a_delivery_that_deserves_a_finding_gets_it_with_its_place(sqlite_database: Database, code: str) -> None:
    if code == "mandate":
        with sqlite_database.writing() as connection:
            runs.edit_source(connection, "lsa", {"mandate_areas": ("15",)}, create=True, now=NOW)
    if code == "area_unknown":
        load(sqlite_database, areas(), source="destatis")
    issues = [issue for issue in delivered(sqlite_database, *DELIVERIES[code]) if issue["code"] == code]
    assert issues
    for issue in issues:
        assert issue["file"]
        assert issue["line"] >= 1
        assert issue["severity"] == CODES[code]
        assert "{" not in issue["message"]


def test_there_is_such_a_delivery_for_every_finding() -> None:
    assert {code for code in CODES if not code.startswith(("xzufi_", "lint_"))} == DELIVERIES.keys() | ELSEWHERE


def test_an_area_stays_with_the_source_that_delivered_it_first(database: Database) -> None:
    load(database, areas(), source="destatis")
    mine = Area(id="lsa.150840355355", ars="150840355355", kind="municipality", name="Naumburg neu", parent="15")
    report = load(database, [mine, Area(id="lsa.eck", kind="custom", name="Eck")])
    (issue,) = report.issues
    assert (issue["code"], issue["ref"], report.rejected) == ("area_owned", mine.id, 1)
    assert "destatis" in issue["message"]
    with database.reading() as connection:
        names = {stored.record.id: stored.record.name for stored in read(connection, "area")}
    assert names["destatis.150840355355"] == "Naumburg (Saale)"
    assert mine.id not in names
    assert names["lsa.eck"] == "Eck"


def test_when_the_owner_has_given_an_area_up_another_source_may_deliver_it(database: Database) -> None:
    load(database, areas(), source="destatis")
    kept = [area for area in areas() if area.ars != "150840355355"]
    load(database, kept, source="destatis", full=True, allow_deletions=1)
    mine = Area(id="lsa.150840355355", ars="150840355355", kind="municipality", name="Naumburg", parent="15084")
    assert load(database, [mine]).issues == []


def test_unreadable_hours_stay_as_a_remark_and_what_is_read_again_changes_nothing(database: Database) -> None:
    day = NOW.date()
    office = authority(
        "a",
        id="lsa.a",
        hours=(Hours(osm="Mo-Fr 09:00-12:00"), Hours(osm='nur nach "Vereinbarung"')),
        exceptions=(HoursException(first_day=day, last_day=day, osm="vormittags"),),
    )
    report = load(database, [office])
    assert [(issue["code"], issue["path"]) for issue in report.issues] == [
        ("hours_unreadable", "$.hours[1].osm"),
        ("hours_unreadable", "$.exceptions[0].osm"),
    ]
    with database.reading() as connection:
        (stored,) = read(connection, "authority")
    assert [one.osm for one in stored.record.hours] == ["Mo-Fr 09:00-12:00", "\"nur nach 'Vereinbarung'\""]
    assert stored.record.exceptions[0].osm == '"vormittags"'
    assert load(database, lines([office]) + b"\n").changes == 0
    assert load(database, [stored.record]).issues == []


def test_html_is_cleaned_whoever_delivers_it(database: Database) -> None:
    bad = (
        Text(module="06", html='<p onclick="x()">Gut<img src=x onerror=alert(1)></p>'),
        Text(module="11", html="<script>alert(1)</script>"),
        Text(module="16", html='<div>Nur <a href="https://example.org">hier</a></div>'),
    )
    load(
        database,
        [service(texts=(*service().texts[:2], *bad)), authority("a", id="lsa.a", description="<b>a</b><iframe>")],
    )
    with database.reading() as connection:
        texts = {text.module: text.html for text in next(read(connection, "service")).record.texts}
        stored = next(read(connection, "authority")).record
    assert texts["06"] == "<p>Gut</p>"
    assert "11" not in texts
    assert texts["16"] == 'Nur <a href="https://example.org">hier</a>'
    assert stored.description == "<b>a</b>"


def test_a_web_address_that_nobody_can_follow_is_named(database: Database) -> None:
    contacts = (Contact(channel="web", value="www.example.org"), Contact(channel="web", value="https://example.org"))
    report = load(database, [authority("a", id="lsa.a", contacts=contacts)])
    assert [(issue["code"], issue["path"]) for issue in report.issues] == [("url_invalid", "$.contacts[0].value")]


@pytest.mark.parametrize("written", ["@{", "@home", "@", "{", "a@b.example.org"])
def test_what_somebody_has_written_is_shown_as_it_is(written: str) -> None:
    assert written in runs.describe(Issue(code="column_unknown", values={"column": written}))["message"]
