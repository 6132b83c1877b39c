"""What is new for a place, as mail: changes in words, new findings, and headers for sendmail."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
from pathlib import Path

import pytest
from builders import authority, fee, rule, service
from support import NOW, TODAY
from test_cli import answer, busdb, home, state
from test_ingest import lines
from test_store import put

from busdb import newsmail, queries, trends, worklist
from busdb.db import Database
from busdb.records import AnyRecord, Text

__all__ = ["home", "state"]
NAUMBURG, HALLE = "150840355355", "15002"
WEEK = dt.timedelta(days=7)


def edition(database: Database, ars: str = NAUMBURG) -> newsmail.Edition:
    """What was new in the week before."""
    with database.reading() as connection:
        gazetteer = queries.gazetteer(connection)
        return newsmail.edition(connection, gazetteer, gazetteer.place(ars), TODAY - WEEK, NOW, "de")


def told(database: Database, ars: str = NAUMBURG) -> str:
    """The text of the mail."""
    return newsmail.text(edition(database, ars), "de", "https://busdb.example.org")


@pytest.fixture
def before(database: Database) -> Database:
    """A state from the week before last, with an office in Halle."""
    from builders import areas

    halle = authority("halle", "Bürgerbüro Halle", area=HALLE)
    put(database, [*areas(), service(), authority(), halle, fee(), rule()], NOW - 2 * WEEK)
    return database


def test_a_week_without_changes_says_so(before: Database) -> None:
    assert "Gebühren: 0;" in told(before)


def test_what_changed_is_told_by_kind_with_before_and_after(before: Database) -> None:
    changed: list[AnyRecord] = [fee(amount="50.50"), authority(name="Neues Bürgerbüro"), fee("neu", "3.00")]
    put(before, changed, NOW - dt.timedelta(days=1))
    text = told(before)
    assert "Behörden (1)" in text
    assert "Gebühren (2)" in text
    assert "- 22.11. Gebühr geändert: 46,00 -> 50,50 Euro (Personalausweis beantragen)" in text
    assert "Neue Gebühr: 3,00 Euro (Personalausweis beantragen)" in text
    assert max(map(len, text.splitlines())) <= newsmail.WIDTH


def test_another_place_hears_nothing_of_it(before: Database) -> None:
    put(before, [authority(name="Neues Bürgerbüro"), fee("ort", "3.00", area=NAUMBURG)], NOW)
    assert "Gebühren: 2;" in told(before)
    assert "Gebühren: 0;" in told(before, HALLE)


def test_of_long_texts_only_what_differs_is_told(before: Database) -> None:
    words = " ".join(f"Wort{number}" for number in range(200))
    texts = (*service().texts[:3], Text(module="06", html=words))
    put(before, [service(texts=texts)], NOW - WEEK - dt.timedelta(days=1))
    put(before, [service(texts=(*texts[:3], Text(module="06", html=words.replace("Wort150", "Satz"))))], NOW)
    text = told(before)
    assert "Wort150" in text
    assert "Satz" in text
    assert "Wort100" not in text
    assert "Wort199" not in text


@pytest.mark.parametrize(
    ("before_", "after"), [("a", ""), ("", "b"), ("gleich " * 30, "gleich " * 31), ("x" * 300, "y")]
)
def test_narrowing_never_loses_all_of_a_text(before_: str, after: str) -> None:
    was, now = newsmail.narrowed(before_, after)
    assert bool(was) == bool(before_)
    assert bool(now) == bool(after)


def test_findings_are_new_only_against_a_recorded_day(before: Database) -> None:
    put(before, [authority(contacts=())], NOW - WEEK)
    assert edition(before).findings == ()
    with before.writing() as connection:
        found = worklist.tasks(connection, queries.gazetteer(connection), TODAY, "de", worklist.Wanted())
        trends.record(connection, found, TODAY - dt.timedelta(days=3))
    assert edition(before).findings == ()
    put(before, [authority(contacts=(), hours=())], NOW)
    (finding,) = edition(before).findings
    assert finding.code == "Q22"
    assert "soll Q22" in told(before)


def test_the_mail_can_be_piped_to_sendmail(state: Path) -> None:
    words = (
        "news",
        "--ars",
        NAUMBURG,
        "--to",
        "amt@example.org",
        "--to",
        "b@example.org",
        "--from",
        "busdb@example.org",
    )
    result = busdb(*words)
    assert result.exit_code == 0
    mail = email.message_from_bytes(result.stdout_bytes, policy=email.policy.default)
    assert mail["To"] == "amt@example.org, b@example.org"
    assert mail["From"] == "busdb@example.org"
    assert "Neues für Naumburg (Saale)" in mail["Subject"]
    assert mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_content()
    assert body == busdb("news", "--ars", NAUMBURG).stdout
    english = busdb("news", "--ars", NAUMBURG, "--lang", "en").stdout
    assert english.startswith("Naumburg (Saale), ")


@pytest.mark.parametrize("address", ["kein", "a@example.org\nBcc: b@example.org", "a@example.org, b@example.org"])
def test_no_address_brings_headers_of_its_own(state: Path, address: str) -> None:
    result = busdb("news", "--ars", NAUMBURG, "--to", address)
    assert result.exit_code == 3
    assert result.stdout == ""


def test_editors_hear_of_findings_on_their_own_records_only(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Ort" in busdb("news").stderr
    answer("quality", "--record")
    answer("sources", "add", "stadt")
    answer("editors", "add", "anna", "--source", "stadt")
    Path("office.jsonl").write_bytes(lines([authority(contacts=())]))
    answer("import", "json", "office.jsonl", "--source", "kommunal")
    assert [one["code"] for one in answer("news", "--ars", NAUMBURG)["findings"]] == ["Q03"]
    monkeypatch.setenv("BUSDB_EDITOR", "anna")
    mine = answer("news", "--ars", NAUMBURG)
    assert mine["findings"] == []
    assert mine["news"]
