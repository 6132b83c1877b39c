"""The same delivery again is known by its bytes; what is then said is what reading it would have said."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from builders import areas, authority, fee, rule, service
from msgspec.structs import replace
from support import NOW
from test_ingest import ids, lines, load
from test_xzufi_exchange import deletion, message
from test_xzufi_exchange import service as described

from busdb import ingest, runs
from busdb.db import Database
from busdb.formats import Input
from busdb.records import AnyRecord, LifeEvent
from busdb.undo import undo
from importers.json import Json
from importers.xzufi import Xzufi

MISSING = replace(fee("offen"), service="lsa.fehlt")
FOREIGN = fee("fremd", id="anderswo.fremd")
DELIVERIES: dict[str, list[AnyRecord]] = {
    "plain": [service(), fee(), rule()],
    "with what is rejected": [service(), FOREIGN],
    "with what is missing": [service(), MISSING],
    "with an id given twice": [service(), fee(), fee(amount="1.00")],
}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read."""
    names: list[str] = []

    def spied(former: Any) -> Any:
        def reading(self: Any, inputs: Any, context: Any) -> Any:
            names.extend(one.name for one in inputs)
            return former(self, inputs, context)

        return reading

    for importer in (Json, Xzufi):
        monkeypatch.setattr(importer, "read", spied(importer.read))
    return names


@pytest.mark.parametrize("records", DELIVERIES.values(), ids=DELIVERIES.keys())
def test_a_repeated_delivery_is_answered_as_if_it_were_read(
    sqlite_database: Database, read: list[str], records: list[AnyRecord]
) -> None:
    load(sqlite_database, [service(name="Früher"), rule("weg")])
    load(sqlite_database, records, full=True, allow_deletions=9)
    read.clear()
    for dry in (True, False, False):
        repeated = load(sqlite_database, records, full=True, dry_run=dry)
        assert read == []
        again = load(sqlite_database, lines(records) + b"\n", full=True, dry_run=True)
        assert read.pop()
        assert (repeated.counts, repeated.issues) == (again.counts, again.issues)
        assert repeated.changes == 0
    with sqlite_database.reading() as connection:
        assert runs.report(connection, repeated.run or 0)["issues"] == repeated.issues


def other(database: Database) -> None:
    """Another delivery of the source changes one of its records."""
    load(database, [service(name="Anders")])


def back(database: Database) -> None:
    """The delivery is taken back."""
    undo(database, 1, NOW)


def gazetteer(database: Database) -> None:
    """Another source brings areas."""
    load(database, areas(), source="amtlich")


def said(database: Database) -> None:
    """The source loses its mandate for fees."""
    with database.writing() as connection:
        runs.edit_source(connection, "lsa", {"mandate_kinds": ("service",)}, create=False, now=NOW)


@pytest.mark.parametrize("event", [other, back, gazetteer, said])
def test_a_delivery_is_read_anew_where_something_has_changed_since(
    sqlite_database: Database, read: list[str], event: Callable[[Database], None]
) -> None:
    delivery = [service(), fee()]
    load(sqlite_database, delivery)
    event(sqlite_database)
    read.clear()
    report = load(sqlite_database, delivery)
    assert read
    assert report.changes or event in {gazetteer, said}
    assert bool(report.rejected) == (event is said)


def test_a_delivery_is_not_read_anew_for_what_others_change(sqlite_database: Database, read: list[str]) -> None:
    load(sqlite_database, [authority()], source="kommunal")
    load(sqlite_database, [service(), fee()])
    load(sqlite_database, [authority(name="Anders")], source="kommunal")
    read.clear()
    load(sqlite_database, [service(), fee()])
    assert read == []


def test_a_delivery_that_brings_what_importers_look_up_is_read_once_more(
    sqlite_database: Database, read: list[str]
) -> None:
    delivery = [service(), LifeEvent(id="lsa.umzug", name="Umzug")]
    for expected in (True, True, False):
        read.clear()
        load(sqlite_database, delivery)
        assert bool(read) == expected


def test_another_order_for_the_same_bytes_is_read(sqlite_database: Database, read: list[str]) -> None:
    load(sqlite_database, [service()])
    read.clear()
    load(sqlite_database, [service()], full=True)
    assert read


@pytest.mark.parametrize(
    "log",
    [
        (described("1.00"), described("2.00")),
        (described("1.00"), deletion("Leistung")),
        (deletion("Leistung"), described("1.00")),
    ],
)
def test_a_log_of_changes_is_read_each_time_and_comes_to_the_same(
    sqlite_database: Database, read: list[str], log: tuple[str, ...]
) -> None:
    states = []
    for _ in range(2):
        read.clear()
        inputs = (Input("log.xml", io.BytesIO(message(*log))),)
        ingest.import_(sqlite_database, ingest.Order(format="xzufi", inputs=inputs, source="lsa"), NOW)
        assert read == ["log.xml"]
        states.append(ids(sqlite_database))
    assert states[0] == states[1]
