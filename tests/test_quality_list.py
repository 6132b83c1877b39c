"""The work list at the command line: what editors and operators see of it, as a table, a file and over time."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from builders import authority, service
from openpyxl import load_workbook
from support import ROOT, TODAY
from test_cli import answer, busdb, home, state
from test_ingest import lines

from busdb import trends, validity, worklist
from busdb.db import Database
from busdb.records import AnyRecord, Contact

__all__ = ["home", "state"]


def deliver(source: str, *records: AnyRecord) -> None:
    """Import records of a source."""
    Path("more.jsonl").write_bytes(lines(list(records)))
    answer("import", "json", "more.jsonl", "--source", source)


def listed(*words: str, status: int = 0) -> Any:
    """The list as JSON."""
    result = busdb("quality", *words, "--json")
    assert result.exit_code == status, result.output
    return json.loads(result.stdout)


def test_the_list_names_what_is_wrong_and_what_to_do(state: Path) -> None:
    deliver("kommunal", authority(contacts=()))
    result = busdb("quality", "--rule", "Q03")
    assert result.exit_code == 10
    assert "muss Q03" in result.stdout
    assert "kommunal.buergerbuero" in result.stdout
    assert "Eine Telefonnummer oder E-Mail-Adresse eintragen." in result.stdout
    (item,) = listed("--rule", "Q03", status=10)["items"]
    assert item == {
        "code": "Q03",
        "severity": "muss",
        "source": "kommunal",
        "kind": "authority",
        "id": "kommunal.buergerbuero",
        "name": "Bürgerbüro Naumburg",
        "field": "$.contacts",
        "text": "„Bürgerbüro Naumburg“ hat weder Telefon noch E-Mail für die Öffentlichkeit.",
        "todo": "Eine Telefonnummer oder E-Mail-Adresse eintragen.",
        "since": None,
    }
    deliver("kommunal", authority(contacts=(Contact(channel="phone", value="+49 30 23125 100"),)))
    assert busdb("quality", "--rule", "Q03").exit_code == 0


def test_rules_are_switched_off_by_a_setting(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver("kommunal", authority(contacts=(), hours=()))
    monkeypatch.setenv("BUSDB_QUALITY_OFF", "Q03, Q22")
    found = listed("--source", "kommunal")
    assert found["items"] == []
    monkeypatch.setenv("BUSDB_QUALITY_OFF", "Q99")
    assert "Q99" in busdb("quality").stderr


def test_a_file_holds_all_and_no_formula(state: Path) -> None:
    evil = "=HYPERLINK(1)<b>"
    deliver("kommunal", authority("boese", evil, contacts=(), hours=()))
    assert busdb("quality", "--as", "xlsx", "-o", "liste.xlsx").exit_code == 10
    rows = list(load_workbook("liste.xlsx")["Arbeitsliste"].iter_rows())
    assert [cell.value for cell in rows[0]][:4] == ["Schwere", "Regel", "Quelle", "Kennung"]
    names = [row[4] for row in rows if row[4].value == evil]
    assert names
    assert {cell.data_type for cell in names} == {"s"}
    page = busdb("quality", "--as", "html").stdout
    assert "=HYPERLINK(1)&lt;b&gt;" in page
    assert '<tr class="muss">' in page
    piped = busdb("quality", "--as", "xlsx").stdout_bytes
    assert load_workbook(io.BytesIO(piped)).sheetnames == ["Arbeitsliste"]


def test_an_editor_sees_the_work_of_their_sources(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver("kommunal", authority(contacts=()))
    answer("editors", "add", "anna", "--source", "kommunal")
    monkeypatch.setenv("BUSDB_EDITOR", "anna")
    sources = {item["source"] for item in listed(status=10)["items"]}
    assert sources == {"kommunal"}
    assert busdb("quality", "--source", "lsa").exit_code == 5
    assert busdb("quality", "--record").exit_code == 5
    assert busdb("quality", "--trend").exit_code == 0


def test_what_was_recorded_before_is_not_new(state: Path) -> None:
    today = str(validity.today(validity.now()))
    assert "gelten als neu" in busdb("quality", "--since", today).stderr
    assert answer("quality", "--record")["gone"] == 0
    again = answer("quality", "--record")
    assert (again["new"], again["gone"]) == (0, 0)
    deliver("kommunal", authority(contacts=()))
    done = answer("quality", "--record")
    assert (done["new"], done["gone"]) == (1, 0)
    since = {item["since"] for item in listed(status=10)["items"]}
    assert since == {today}
    tomorrow = busdb("quality", "--since", "2999-01-01", "--rule", "Q03")
    assert tomorrow.exit_code == 0
    assert busdb("quality", "--record", "--rule", "Q03").exit_code == 3
    (day,) = answer("quality", "--trend")["days"]
    assert day["day"] == today
    (course,) = answer("quality", "--trend", "--source", "kommunal")["rules"]
    assert (course["code"], course["last"]) == ("Q03", 1)
    assert "Q03" in busdb("quality", "--trend").stdout


def test_a_trend_has_a_line_for_each_rule_and_days_without_findings(database: Database) -> None:
    def task(code: str, id_: str) -> worklist.Task:
        return worklist.Task(
            code=code, severity="muss", source="lsa", kind="service", id=id_, name="x", field=None, text="x", todo="x"
        )

    days = [TODAY.replace(day=number) for number in (1, 2, 3)]
    with database.writing() as connection:
        assert trends.record(connection, [task("Q06", "lsa.a"), task("Q06", "lsa.b")], days[0]).new == 2
        second = trends.record(connection, [task("Q06", "lsa.b"), task("Q21", "lsa.b")], days[1])
        assert (second.new, second.gone) == (1, 1)
        assert worklist.since(connection)["lsa", "Q06", "service", "lsa.b", ""] == days[0]
        trends.record(connection, [], days[2])
        found = trends.trend(connection)
    assert [(day.muss, day.soll) for day in found.days] == [(2, 0), (1, 1), (0, 0)]
    assert [(one.code, one.first, one.last) for one in found.rules] == [("Q06", 2, 0), ("Q21", 0, 0)]


def test_the_municipalities_are_listed_with_what_their_offices_have(state: Path) -> None:
    deliver("kommunal", authority("kahl", "Amt ohne alles", addresses=(), contacts=(), hours=()))
    (town,) = answer("quality", "--complete")["items"]
    assert town["place"]["name"] == "Naumburg (Saale)"
    assert town["offices"] == 2
    assert "50 %" in busdb("quality", "--complete", "--ars", "15084").stdout
    assert answer("quality", "--complete", "--ars", "15002")["items"] == []


def test_a_service_is_named_as_people_call_it(state: Path) -> None:
    deliver("lsa", service())
    names = {item["name"] for item in listed("--rule", "Q21")["items"]}
    assert names == {"Personalausweis beantragen"}


def test_every_command_of_the_page_for_editors_works(state: Path) -> None:
    page = (ROOT / "docs" / "de" / "arbeitsliste.md").read_text(encoding="utf-8")
    commands = re.findall(r"^    busdb (.+)$", page, re.MULTILINE)
    assert len(commands) > 5
    for command in commands:
        result = busdb(*shlex.split(command))
        assert result.exit_code in {0, 10}, f"{command}\n{result.output}"


def test_a_source_that_there_is_not_is_no_clean_list(state: Path) -> None:
    for words in (("quality",), ("quality", "--trend"), ("check-links",)):
        assert busdb(*words, "--source", "naumbrug").exit_code in {5, 7}


def test_counts_are_forgotten_after_two_years(sqlite_database: Database) -> None:
    with sqlite_database.writing() as connection:
        trends.record(connection, [], TODAY - trends.KEPT - dt.timedelta(days=1))
        trends.record(connection, [], TODAY - dt.timedelta(days=1))
        trends.record(connection, [], TODAY)
        assert len(trends.trend(connection).days) == 2
