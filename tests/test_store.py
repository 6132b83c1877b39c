"""Records go into the tables and come out as they were; every change is in the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest
from builders import areas, authority, fee, rule, service
from sqlalchemy import Column, Row, select, update
from support import NOW

from busdb import changes, mapping
from busdb.changes import ChangeLog
from busdb.db import Database
from busdb.interchange import content_hash, encode
from busdb.models import number
from busdb.models.operations import change
from busdb.positions import Position
from busdb.records import KINDS, AnyRecord, Document, Link, Notice, Text
from busdb.store import Store


def put(database: Database, records: Sequence[AnyRecord], now: dt.datetime = NOW) -> list[str]:
    """Store records in one transaction; what became of each."""
    with database.writing() as connection:
        log = ChangeLog(connection, None, now, redistribute=True)
        outcomes = Store(connection, log, now).put(records)
        log.close()
    return [outcome.result for outcome in outcomes]


def everything(database: Database) -> dict[str, AnyRecord]:
    """All records by id."""
    with database.reading() as connection:
        return {stored.record.id: stored.record for kind in KINDS for stored in mapping.read(connection, kind)}


def a_rich_state() -> list[AnyRecord]:
    """Records of several kinds with lists, parts of parts, and references to what is there and what is not."""
    rich = service(
        leika_keys=("99115005104000", "99008001011001"),
        derived_from="leika.99115005104000",
        life_events=("lsa.le-umzug",),
        documents=(Document(label="Ausweis", form="lsa.formular", formats=("copy",)), Document(label="Foto")),
    )
    rich = msgspec.structs.replace(
        rich, texts=(*rich.texts, Text(module="07", html="x", links=(Link(url="https://example.org", title="Gesetz"),)))
    )
    return [*areas(), rich, authority(), fee(), rule(excluded_areas=("15002",)), rule("zwei", authority="x.y")]


def test_records_of_every_kind_come_back_as_they_were(database: Database) -> None:
    records = a_rich_state()
    assert put(database, records) == ["added"] * len(records)
    back = everything(database)
    assert back == {record.id: record for record in records}
    assert {id_: encode(record) for id_, record in back.items()} == {record.id: encode(record) for record in records}


def test_the_tables_by_which_records_are_found_say_what_they_say(database: Database) -> None:
    records = a_rich_state()
    put(database, records)
    with database.reading() as connection:
        numbers = connection.execute(select(number)).all()
        ids = {row.number: f"{row.source}.{row.value}" for row in numbers}
        keys = {(row.kind, f"{row.source}.{row.value}"): row.number for row in numbers}
        for record in records:
            lay, key = mapping.shape(record.kind_name), keys[record.kind_name, record.id]
            (root,) = connection.execute(select(*lay.columns).where(lay.table.c.object == key))
            assert said(root, lay.columns, ids) == tuple(getattr(record, column.name) for column in lay.columns)
            for part in lay.parts:
                rows = select(*part.columns).where(part.table.c.owner == key).order_by(part.table.c.position)
                found = [said(row, part.columns, ids) for row in connection.execute(rows)]
                items = getattr(record, part.field)
                assert found == [msgspec.structs.astuple(one) if part.type else (one,) for one in items]


def said(row: Row[Any], columns: Sequence[Column[Any]], ids: Mapping[int, str]) -> tuple[Any, ...]:
    """The values of a row with public ids for references."""
    named = ["reference" in column.info for column in columns]
    return tuple(ids.get(value, value) if is_id else value for value, is_id in zip(row, named, strict=True))


def test_a_record_whose_line_is_missing_is_an_error_and_no_record_less(database: Database) -> None:
    put(database, [service()])
    with database.writing() as connection:
        connection.execute(update(change).values(record=None))
    with database.reading() as connection, pytest.raises(TypeError):
        list(mapping.read(connection, "service"))


def test_the_same_records_again_change_nothing(database: Database) -> None:
    put(database, [service(), authority(), fee()])
    with database.reading() as connection:
        before = changes.state(connection)
    assert put(database, [fee(), authority(), service()]) == ["unchanged"] * 3
    with database.reading() as connection:
        assert changes.state(connection) == before


def test_a_change_replaces_the_record_with_all_its_parts(database: Database) -> None:
    put(database, [service(leika_keys=("99115005104000",))])
    renamed = service(name="Ausweis holen", valid_from=dt.date(2026, 1, 1))
    assert put(database, [renamed]) == ["changed"]
    assert everything(database) == {"lsa.ausweis": renamed}


def test_the_public_pages_of_changes_sum_up_to_the_checksum_of_the_set(database: Database) -> None:
    records = [*areas(), service(), authority(), fee(), rule()]
    put(database, records)
    put(database, [fee(amount="37.00")])
    held: dict[tuple[str, str], str] = {}
    cursor, complete = 0, False
    with database.reading() as connection:
        while not complete:
            page = changes.page(connection, cursor, limit=3)
            for entry in page.items:
                assert entry.hash == content_hash(msgspec.json.encode(entry.record))
                held[entry.kind, entry.id] = entry.hash or ""
            cursor, complete = Position.parse(page.cursor).seq, page.complete
    total = sum(int(digest, 16) for digest in held.values()) % 2**256
    assert (page.count, page.checksum) == (len(held), f"{total:064x}")
    assert len(held) == len(records)


def test_internal_content_is_in_no_public_change_and_moves_no_public_cursor(database: Database) -> None:
    put(database, [authority()])
    with database.reading() as connection:
        before, page = changes.state(connection), changes.page(connection, 0, 10)
    assert b"115" not in msgspec.json.encode(page.items[0].record)
    assert "rueckfragen" not in str(page.items[0].record)
    silent = msgspec.structs.replace(authority(), internal115=())
    put(database, [silent, Notice(id="kommunal.hinweis", text="Geheim", audience="115", area="15002")])
    with database.reading() as connection:
        assert changes.state(connection) == before
        assert changes.state(connection, internal=True).seq > before.seq
        assert changes.page(connection, before.seq, 10).items == ()


@pytest.mark.parametrize(("code", "moved"), [("150840355355", True), ("15002", False), (changes.ALL, True)])
def test_a_change_in_one_area_leaves_the_cursor_of_another(database: Database, code: str, moved: bool) -> None:
    put(database, [*areas(), service(), rule()])
    with database.reading() as connection:
        before = changes.state(connection, [code])
    put(database, [authority()])
    with database.reading() as connection:
        assert (changes.state(connection, [code]).seq > before.seq) is moved


def test_an_office_concerns_every_area_whose_rules_name_it(database: Database) -> None:
    put(database, [*areas(), service(), authority(), rule(authority="kommunal.buergerbuero", areas=("15002",))])
    with database.reading() as connection:
        before = changes.state(connection, ["15002"])
    put(database, [authority(name="Umbenannt")])
    with database.reading() as connection:
        assert changes.state(connection, ["15002"]).seq > before.seq


def test_an_area_that_a_rule_leaves_is_concerned_too(database: Database) -> None:
    put(database, [*areas(), service(), rule(areas=("15002",))])
    with database.reading() as connection:
        before = changes.state(connection, ["15002"])
    put(database, [rule(areas=("15084",))])
    with database.reading() as connection:
        assert changes.state(connection, ["15002"]).seq > before.seq


def test_every_field_of_every_record_has_a_column_or_a_table() -> None:
    for kind, record in KINDS.items():
        lay = mapping.shape(kind)
        mapped = {"id"} | {column.name for column in lay.columns} | {part.field for part in lay.parts}
        assert mapped == set(record.__struct_fields__)
        columns = {column.name for column in lay.table.c}
        book = {"object", "hash", "public_hash", "seq", "changed_at", *(column.name for column in lay.computed)}
        assert columns - book == {column.name for column in lay.columns}


def test_the_hash_is_that_of_the_canonical_bytes(database: Database) -> None:
    put(database, [fee()])
    with database.reading() as connection:
        (stored,) = mapping.read(connection, "fee")
    assert stored.hash == content_hash(encode(fee()))
