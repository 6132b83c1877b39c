"""What became of a record, and giving it back a former state; what changed between two days; how long that is kept."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from builders import authority, fee, service
from sqlalchemy import update
from support import NOW
from test_cli import answer, busdb, home, state
from test_ingest import lines, load
from test_store import put

from busdb import changes, history, past
from busdb.db import Database
from busdb.errors import GoneError, InputError, NotFoundError
from busdb.mapping import read
from busdb.models.operations import change
from busdb.records import Internal115

__all__ = ["home", "state"]


def again(*records: object, source: str = "lsa") -> None:
    """Import records by the command line."""
    Path("again.jsonl").write_bytes(lines(records))  # type: ignore[arg-type]  # records
    assert busdb("import", "json", "again.jsonl", "--source", source).exit_code == 0


def test_a_history_tells_who_when_in_which_run_and_field_by_field(database: Database) -> None:
    load(database, [fee()], editor="anna")
    load(database, [fee(amount="50.00")], editor="bernd")
    load(database, [service()], full=True, allow_deletions=1)
    with database.reading() as connection:
        named = history.find(connection, "lsa.ausweis-gebuehr")
        gone, changed, added = history.entries(connection, named.key)
    assert [(one.op, one.run, one.editor) for one in (added, changed, gone)] == [
        ("added", 1, "anna"),
        ("changed", 2, "bernd"),
        ("deleted", 3, None),
    ]
    assert changed.fields is not None
    assert [(one.path, one.before, one.after) for one in changed.fields] == [("$.amount", "46.00", "50.00")]


def test_an_id_of_several_kinds_and_one_that_never_was_are_refused(database: Database) -> None:
    put(database, [service("x"), fee("x"), service("mit leer")])
    with database.reading() as connection:
        with pytest.raises(InputError):
            history.find(connection, "lsa.x")
        assert history.find(connection, "lsa.x", "fee").kind == "fee"
        assert history.find(connection, "lsa.mit%20leer").id == "lsa.mit leer"
        with pytest.raises(NotFoundError):
            history.find(connection, "lsa.nie")


def test_one_field_is_restored_and_later_changes_of_others_stay(state: Path) -> None:
    again(authority(contacts=()), source="kommunal")
    again(authority(name="Neu", contacts=()), source="kommunal")
    report = answer("history", "kommunal.buergerbuero", "--restore", "contacts")
    assert report["counts"]["authority"]["changed"] == 1
    (entry, *_) = answer("history", "kommunal.buergerbuero")["items"]
    assert (entry["run"], {one["path"].split("[")[0] for one in entry["fields"]}) == (report["run"], {"$.contacts"})
    assert "Neu" in busdb("export", "json").stdout


def test_a_whole_state_is_restored_by_its_number_even_after_a_deletion(state: Path) -> None:
    first = answer("history", "lsa.ausweis-gebuehr")["items"][0]["state"]
    again(fee(amount="50.00"))
    Path("all.jsonl").write_bytes(lines([service()]))
    assert busdb("import", "json", "all.jsonl", "--source", "lsa", "--full", "--allow-deletions", "9").exit_code == 0
    assert busdb("history", "lsa.ausweis-gebuehr", "--restore", "amount").exit_code == 4
    assert busdb("history", "lsa.ausweis-gebuehr", "--restore-to", str(first)).exit_code == 0
    shown = busdb("history", "lsa.ausweis-gebuehr").stdout
    assert "Betrag: 46.00 → 50.00" in shown
    assert [one["op"] for one in answer("history", "lsa.ausweis-gebuehr")["items"]] == [
        "added",
        "deleted",
        "changed",
        "added",
    ]
    assert busdb("history", "lsa.ausweis-gebuehr", "--restore", "farbe").exit_code == 3


def test_two_days_differ_by_what_changed_between_their_ends(state: Path) -> None:
    today = dt.datetime.now(dt.UTC).astimezone().date()
    before = str(today - dt.timedelta(days=2))
    found = answer("diff", before)
    assert found["counts"]["service"] == {"added": 1, "changed": 0, "deleted": 0}
    assert answer("diff", str(today), str(today))["differences"] == []
    local = json.loads(busdb("diff", before, "--ars", "15084", "--source", "kommunal", "--json").stdout)
    assert [one["id"] for one in local["differences"]] == ["kommunal.buergerbuero"]
    assert "neu  Leistung  lsa.ausweis" in busdb("diff", before).stdout
    assert busdb("diff", str(today), before).exit_code == 3


def test_the_archive_forgets_only_states_that_ended_before_its_days(database: Database) -> None:
    for amount in ("1.00", "2.00", "3.00"):
        load(database, [fee(amount=amount), service()])
    with database.writing() as connection:
        connection.execute(update(change).where(change.c.run < 3).values(changed_at=NOW - dt.timedelta(days=10)))
        assert history.prune(connection, NOW - dt.timedelta(days=5)) == 1
    with database.reading() as connection:
        key = history.find(connection, "lsa.ausweis-gebuehr").key
        assert [one.fields is None for one in history.entries(connection, key)] == [False, True, True]
        assert len(history.entries(connection, history.find(connection, "lsa.ausweis").key)) == 1
        with pytest.raises(GoneError):
            list(history.between(connection, history.of_run(connection, 2)))
        assert [one.op for one in history.between(connection, history.of_run(connection, 3))] == ["changed"]


def test_the_archive_keeps_what_the_public_still_sees_whatever_has_changed_inside(database: Database) -> None:
    for note in ("eins", "zwei"):
        load(database, [authority(internal115=(Internal115(note=note),))], "kommunal")
    load(database, [authority("anderes")], "kommunal")
    with database.writing() as connection:
        connection.execute(update(change).values(changed_at=NOW - dt.timedelta(days=10)))
        assert history.prune(connection, NOW - dt.timedelta(days=5)) == 0
    with database.reading() as connection:
        assert len(changes.page(connection, 0, 10).items) == 2
        with past.at(connection, 2):
            assert [one.record.id for one in read(connection, "authority")] == ["kommunal.buergerbuero"]


def test_a_restoration_can_wait_as_a_draft(state: Path) -> None:
    Path("offices.jsonl").write_bytes(lines([authority(name="Rathaus", contacts=())]))
    answer("import", "json", "offices.jsonl", "--source", "kommunal")
    draft = answer("history", "kommunal.buergerbuero", "--restore", "name", "--draft")
    assert draft["draft"]
    assert '"Rathaus"' in busdb("export", "json").stdout
    answer("publish-drafts", str(draft["run"]))
    record = next(one for one in json.loads(busdb("export", "json").stdout)["items"] if one["record"] == "authority")
    assert (record["name"], "contacts" in record) == ("Bürgerbüro Naumburg", False)
    assert busdb("history", "kommunal.buergerbuero", "--draft").exit_code == 2
