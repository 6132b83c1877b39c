"""States travel as XZuFi from one database to another and come out the same, byte for byte."""

from __future__ import annotations

import io

import pytest
from support import NOW, TODAY
from test_states import sample  # noqa: F401  a fixture

from busdb import delivery, ingest, runs
from busdb.db import Database
from busdb.formats import Input
from busdb.ingest import Order

SOURCES = {"lsa": ("L999915",), "kommunal": ("L999916",)}


def exported(database: Database, version: str = "2.2.0", *, internal: bool = False) -> bytes:
    """The state as one message."""
    with database.reading() as connection:
        gazetteer = delivery.gazetteer_of(connection)
        wish = delivery.Wish(feed="xzufi", place=None, on=TODAY, form="xml", version=version, internal=internal)
        return b"".join(delivery.write(connection, gazetteer, wish))


def take_in(database: Database, data: bytes, source: str, *, full: bool = True) -> runs.Report:
    """Import a message as a source."""
    order = Order(
        format="xzufi", inputs=(Input("x.xml", io.BytesIO(data)),), source=source, full=full, allow_deletions=10_000
    )
    return ingest.import_(database, order, NOW)


@pytest.fixture
def other(database: Database) -> Database:
    """An empty database that knows the agencies of the sources."""
    name_agencies(database, create=True)
    return database


def name_agencies(database: Database, *, create: bool = False) -> None:
    """Say under which agencies the sources deliver."""
    with database.writing() as connection:
        for code, agencies in SOURCES.items():
            runs.edit_source(connection, code, {"agencies": agencies}, create=create)


@pytest.mark.parametrize("version", ["2.2.0", "2.3.1"])
def test_the_sample_state_goes_to_an_empty_database_and_comes_out_byte_by_byte(
    sample: Database,  # noqa: F811
    other: Database,
    version: str,
) -> None:
    name_agencies(sample)
    first = exported(sample, version)
    for source in SOURCES:
        report = take_in(other, first, source)
        assert [
            issue for issue in report.issues if issue["code"] not in {"xzufi_foreign", "reference_missing", "no_text"}
        ] == []
    second = exported(other, version)
    assert second == first
    for source in SOURCES:
        again = take_in(other, first, source)
        assert again.changes == 0
