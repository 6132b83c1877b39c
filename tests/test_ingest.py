"""An import is one transaction: all of it or nothing, and a trace of the run in any case."""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from builders import areas, authority, fee, rule, service
from sqlalchemy import func, select
from support import NOW

from busdb import changes, ingest, runs
from busdb.db import Database
from busdb.errors import BusyError, InputError, RefusedError
from busdb.formats import Input
from busdb.ingest import Order
from busdb.interchange import encode
from busdb.mapping import read, shape
from busdb.records import KINDS, AnyRecord, Area
from busdb.undo import undo


def lines(records: Sequence[AnyRecord]) -> bytes:
    """Records as a file of our own format."""
    return b"".join(encode(record) + b"\n" for record in records)


def load(database: Database, data: bytes | Sequence[AnyRecord], source: str = "lsa", **order: Any) -> runs.Report:
    """Import a file of our own format."""
    content = data if isinstance(data, bytes) else lines(data)
    inputs = (Input("delivery.jsonl", io.BytesIO(content)),)
    return ingest.import_(database, Order(format="json", inputs=inputs, source=source, **order), NOW)


def ids(database: Database) -> set[str]:
    """The ids of all records."""
    with database.reading() as connection:
        return {stored.record.id for kind in KINDS for stored in read(connection, kind)}


def test_a_delivery_is_counted_by_kind(database: Database) -> None:
    report = load(database, [service(), fee(), rule()])
    assert report.run == 1
    assert report.counts["service"] == {"added": 1, "changed": 0, "unchanged": 0, "deleted": 0, "rejected": 0}
    assert report.changes == 3
    assert ids(database) == {"lsa.ausweis", "lsa.ausweis-gebuehr", "lsa.ausweis-regel"}


def test_the_same_file_twice_changes_nothing_whatever_its_order(database: Database) -> None:
    load(database, [service(), fee(), rule()])
    assert load(database, [rule(), service(), fee()]).changes == 0


def test_a_dry_run_tells_what_the_import_does_and_writes_nothing(database: Database) -> None:
    load(database, [service(), fee()])
    delivery = [service(name="Neuer Name"), rule()]
    dry = load(database, delivery, dry_run=True)
    assert dry.run is None
    assert ids(database) == {"lsa.ausweis", "lsa.ausweis-gebuehr"}
    with database.reading() as connection:
        assert len(runs.summaries(connection, 10)) == 1
    assert load(database, delivery).counts == dry.counts


def test_what_is_absent_stays_unless_the_delivery_is_full(database: Database) -> None:
    load(database, [service(), fee(), rule()])
    assert load(database, [service()]).changes == 0
    report = load(database, [service()], full=True, allow_deletions=2)
    assert (report.counts["fee"]["deleted"], report.counts["responsibility"]["deleted"]) == (1, 1)
    assert ids(database) == {"lsa.ausweis"}


def test_a_full_delivery_deletes_only_records_of_its_own_source(database: Database) -> None:
    load(database, [authority()], source="kommunal")
    load(database, [service(), fee()])
    load(database, [service()], full=True, allow_deletions=1)
    assert ids(database) == {"kommunal.buergerbuero", "lsa.ausweis"}


def test_a_full_delivery_for_an_area_leaves_other_areas_alone(database: Database) -> None:
    rules = [rule("a", areas=("15002",)), rule("b", areas=("150840355355",)), rule("c", areas=("15084",))]
    load(database, [service(), *rules])
    load(database, [service()], full=True, area="15084", allow_deletions=9)
    assert ids(database) == {"lsa.ausweis", "lsa.a"}


def test_many_deletions_are_refused_and_nothing_is_lost(database: Database) -> None:
    everything = [service(f"s{number}") for number in range(20)]
    load(database, everything)
    with pytest.raises(RefusedError) as caught:
        load(database, everything[:10], full=True)
    assert caught.value.values["deletions"] == "10"
    assert len(ids(database)) == 20
    assert load(database, everything[:10], full=True, allow_deletions=10).counts["service"]["deleted"] == 10


def test_a_rejected_record_keeps_its_former_state_even_in_a_full_delivery(database: Database) -> None:
    load(database, [service(), fee()])
    broken = b'{"record":"fee","id":"lsa.ausweis-gebuehr","service":"lsa.ausweis","kind":"fixed"}\n'
    report = load(database, lines([service()]) + broken, full=True)
    assert report.counts["fee"] == {"added": 0, "changed": 0, "unchanged": 0, "deleted": 0, "rejected": 1}
    assert [issue["code"] for issue in report.issues if issue["severity"] == "muss"] == ["fee_shape"]
    assert "lsa.ausweis-gebuehr" in ids(database)


def test_too_many_rejections_refuse_the_whole_delivery(database: Database) -> None:
    bad = b"".join(b'{"record":"fee","id":"lsa.f%d"}\n' % number for number in range(60))
    with pytest.raises(RefusedError):
        load(database, lines([service()]) + bad)
    assert ids(database) == set()
    with database.reading() as connection:
        (run,) = runs.summaries(connection, 10)
        assert (run["status"], run["findings"]) == ("failed", 60)
        assert runs.report(connection, run["run"])["issues"][0]["line"] == 2


def test_a_record_of_another_source_is_rejected(database: Database) -> None:
    report = load(database, [service(), authority()], source="kommunal")
    assert [(issue["code"], issue["ref"]) for issue in report.issues if issue["severity"] == "muss"] == [
        ("foreign_source", "lsa.ausweis")
    ]
    assert ids(database) == {"kommunal.buergerbuero"}


def test_a_source_writes_only_within_its_mandate(database: Database) -> None:
    with database.writing() as connection:
        values = {"mandate_areas": ("15083",), "mandate_kinds": ("authority",)}
        runs.edit_source(connection, "kommunal", values, create=True, now=NOW)
    delivery = [authority("a", area="150830040040"), authority("b", area="150840355355"), authority("c", area="1508")]
    report = load(database, delivery[:2], source="kommunal")
    assert [issue["code"] for issue in report.issues if issue["severity"] == "muss"] == ["mandate"]
    assert ids(database) == {"kommunal.a"}


def test_the_second_record_of_an_id_is_rejected(database: Database) -> None:
    report = load(database, [service(), service(name="Zweiter")])
    assert [(issue["code"], issue["line"]) for issue in report.issues if issue["severity"] == "muss"] == [
        ("duplicate_id", 2)
    ]
    assert report.counts["service"]["added"] == 1


def test_a_reference_that_is_missing_is_kept_and_reported_until_it_comes(database: Database) -> None:
    report = load(database, [rule(authority="kommunal.amt")])
    assert {issue["code"] for issue in report.issues} >= {"reference_missing"}
    missing = [issue["message"] for issue in report.issues if issue["code"] == "reference_missing"]
    assert any("kommunal.amt" in message for message in missing)
    with database.reading() as connection:
        (stored,) = read(connection, "responsibility")
    assert stored.record == rule(authority="kommunal.amt")


def test_an_area_that_the_gazetteer_does_not_know_is_reported(database: Database) -> None:
    load(database, areas(), source="destatis")
    report = load(database, [service(areas=("15099",))])
    assert [issue["code"] for issue in report.issues] == ["area_unknown"]


def test_an_area_whose_parent_is_not_known_is_reported(database: Database) -> None:
    lost = Area(id="destatis.150999999999", kind="municipality", name="Irgendwo", ars="150999999999", parent="15099")
    report = load(database, [*areas(), lost], source="destatis")
    assert [(issue["code"], issue["ref"]) for issue in report.issues] == [("area_parent_unknown", lost.id)]


def test_a_record_of_a_kind_that_does_not_exist_counts_under_no_kind_of_its_own(database: Database) -> None:
    report = load(database, lines([service()]) + b'{"record":"auto","id":"lsa.q"}\n')
    assert report.rejected == 1
    assert "auto" not in report.counts


def test_an_unknown_source_is_created_unless_sources_are_strict(database: Database) -> None:
    with pytest.raises(RefusedError):
        load(database, [service()], strict_sources=True)
    load(database, [service()])
    assert load(database, [service()], strict_sources=True).changes == 0


def test_a_broken_file_leaves_a_failed_run_and_nothing_else(database: Database) -> None:
    with pytest.raises(InputError):
        load(database, b"<?xml version='1.0'?><leistungen/>")
    assert ids(database) == set()
    with database.reading() as connection:
        assert [run["status"] for run in runs.summaries(connection, 10)] == ["failed"]


def test_two_imports_at_once_the_second_says_so(database: Database) -> None:
    with database.import_lock(), pytest.raises(BusyError):
        load(database, [service()])


def test_undo_restores_what_a_run_changed(database: Database) -> None:
    load(database, [service(), fee()])
    load(database, [service(name="Anders"), rule()])
    outcome = undo(database, 2, NOW)
    assert (outcome.restored, outcome.removed, outcome.conflicts) == (1, 1, ())
    with database.reading() as connection:
        assert next(read(connection, "service")).record == service()
    assert ids(database) == {"lsa.ausweis", "lsa.ausweis-gebuehr"}


def test_undo_leaves_alone_what_was_changed_since(database: Database) -> None:
    load(database, [service()])
    load(database, [service(name="Zweiter")])
    load(database, [service(name="Dritter")])
    (conflict,) = undo(database, 2, NOW).conflicts
    assert (conflict.kind, conflict.id, conflict.run) == ("service", "lsa.ausweis", 3)
    assert {(one.before, one.after) for one in conflict.fields} >= {("Zweiter", "Dritter")}
    with database.reading() as connection:
        assert next(read(connection, "service")).record == service(name="Dritter")


def test_undo_of_a_deletion_brings_the_record_back_with_its_number(database: Database) -> None:
    load(database, [service(), fee()])
    with database.reading() as connection:
        number = next(read(connection, "fee")).number
    load(database, [service()], full=True, allow_deletions=1)
    undo(database, 2, NOW)
    with database.reading() as connection:
        stored = next(read(connection, "fee"))
    assert (stored.number, stored.record) == (number, fee())


class Slow(io.RawIOBase):
    """A file that never ends: it stands for a delivery that is under way when the process dies."""

    def __init__(self) -> None:
        self._lines = self._endless()

    def _endless(self) -> Iterator[bytes]:
        number = 0
        while True:
            yield encode(service(f"s{number}")) + b"\n"
            number += 1

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        line = next(self._lines)
        buffer[: len(line)] = line
        return len(line)


def _endless_import(url: str) -> None:
    inputs = (Input("endless.jsonl", io.BufferedReader(Slow())),)
    ingest.import_(Database(url), Order(format="json", inputs=inputs, source="lsa"), NOW)


def test_a_killed_import_leaves_the_database_as_before_and_the_next_one_works(
    database: Database, database_url: str
) -> None:
    load(database, [service()])
    with database.reading() as connection:
        before = changes.totals(connection)
    process = multiprocessing.get_context("spawn").Process(target=_endless_import, args=(database_url,))
    process.start()
    _wait_for_run(database, 2)
    time.sleep(0.5)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    with database.reading() as connection:
        assert changes.totals(connection) == before
        table = shape("service").table
        assert connection.scalar(select(func.count()).select_from(table)) == 1
    _retry(database)
    with database.reading() as connection:
        assert [run["status"] for run in runs.summaries(connection, 10)] == ["done", "interrupted", "done"]


def _wait_for_run(database: Database, run: int) -> None:
    for _ in range(200):
        with database.reading() as connection:
            if len(runs.summaries(connection, run)) == run:
                return
        time.sleep(0.05)
    pytest.fail("the import did not begin")


def _retry(database: Database) -> None:
    """The server may need a moment to notice that the process is gone and to give its lock back."""
    for _ in range(100):
        try:
            load(database, [fee()])
        except BusyError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the lock of the killed import stayed")
