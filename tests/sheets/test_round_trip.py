"""What is exported as a table and imported as it is changes nothing, whatever is in it."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from books import deliver, exported, kept, text
from histories import authorities, fees, others, rules
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from openpyxl import load_workbook
from test_ingest import load

from busdb.db import Database
from busdb.formats import Edit, ImportContext, Input, Parsed, importer
from busdb.interchange import canonical
from busdb.records import (
    Address,
    AnyRecord,
    Authority,
    Contact,
    Criterion,
    Document,
    Fee,
    Form,
    Hours,
    Link,
    LocalAddition,
    OnlineService,
    Responsibility,
    Text,
    Wording,
)
from busdb.rows import NoNames
from busdb.sheets.marks import bare, defused, quoted
from busdb.sheets.table import Table
from busdb.sheets.tables import TABLES
from busdb.sheets.writing import as_text, as_workbook, rows

NASTY = st.text(alphabet="aÄ'=+-@|;,\"\t\n\r \u00a0\u200b<>&#0159.E", min_size=1, max_size=12)
SPECIAL = ["=1+1", "'=x", "''+", "-5", "<b>fett</b>", "ja", "1,5083E+11", "007", "46023", "frei", "#REF!"]
TEXT = st.one_of(NASTY, st.sampled_from(SPECIAL))
MAYBE = st.one_of(st.none(), TEXT)
DAY = st.one_of(st.none(), st.dates(dt.date(1850, 1, 1), dt.date(2400, 1, 1)))
MONEY = st.one_of(st.none(), st.integers(0, 10**13).map(lambda cents: Decimal(cents) / 100))
FLAG = st.one_of(st.none(), st.booleans())
AREAS = st.lists(st.sampled_from(["15", "15002", "DE", "lsa.bezirk"]), max_size=2, unique=True).map(tuple)
URL = st.sampled_from(["https://a.example.org/x", "https://a.example.org/y?a=1|2", "mailto:a@example.org"])
LINKS = st.lists(
    st.builds(Link, url=URL, title=MAYBE, visibility=st.sampled_from(["public", "internal"])), max_size=3
).map(tuple)
CONTACT = st.builds(
    Contact,
    channel=st.sampled_from(["phone", "fax", "email", "web", "mobile"]),
    value=TEXT,
    label=MAYBE,
    visibility=st.sampled_from(["public", "115"]),
)
HOURS = st.builds(
    Hours,
    type=st.sampled_from(["visit", "phone"]),
    osm=st.sampled_from(
        [None, "Mo-Fr 09:00-12:00", "Mo,We 08:00-12:00; PH off", '"nach Vereinbarung"', "Jan-Mar Mo 10:00+"]
    ),
    text=MAYBE,
    valid_from=DAY,
)
ADDRESS = st.builds(
    Address,
    type=st.sampled_from(["visit", "post"]),
    street=MAYBE,
    postal_code=st.sampled_from([None, "06618", "99999"]),
    city=MAYBE,
    lat=st.one_of(st.none(), st.floats(-90, 90)),
    wheelchair=st.sampled_from([None, "yes", "limited", "no"]),
)
CRITERION = st.builds(
    Criterion,
    type=st.sampled_from(["surname", "street", "branch", "text"]),
    first=MAYBE,
    last=MAYBE,
    street=MAYBE,
    text=MAYBE,
    parity=st.sampled_from([None, "odd"]),
)
BODY = st.builds(Text, module=st.sampled_from(["06", "11", "24"]), html=TEXT, language=st.sampled_from(["de", "en"]))
RECORD = st.one_of(
    st.builds(
        Authority,
        id=st.just("lsa.x"),
        name=TEXT,
        parent=st.sampled_from([None, "lsa.oben", "fremd.oben"]),
        area=st.sampled_from([None, "15002", "DE"]),
        categories=st.lists(TEXT, max_size=2, unique=True).map(tuple),
        addresses=st.lists(ADDRESS, max_size=2).map(tuple),
        contacts=st.lists(CONTACT, max_size=4).map(tuple),
        hours=st.lists(HOURS, max_size=3).map(tuple),
        description=MAYBE,
        site=st.booleans(),
        valid_from=DAY,
        valid_to=DAY,
    ),
    st.builds(
        Responsibility,
        id=st.just("lsa.x"),
        service=st.sampled_from(["lsa.ausweis", "fremd.dienst"]),
        authority=st.sampled_from(["kommunal.buergerbuero", "fremd.amt"]),
        areas=AREAS,
        excluded_areas=AREAS,
        criteria=st.lists(CRITERION, max_size=2).map(tuple),
        priority=st.integers(-3, 3),
        remark=MAYBE,
        valid_from=DAY,
    ),
    st.builds(
        Fee,
        id=st.just("lsa.x"),
        service=st.just("lsa.ausweis"),
        kind=st.just("free"),
        percent=st.just(None),
        base=MAYBE,
        label=MAYBE,
        condition=MAYBE,
        surcharge=st.booleans(),
        legal_basis=MAYBE,
        valid_to=DAY,
    ),
    st.builds(
        Fee,
        id=st.just("lsa.x"),
        service=st.just("lsa.ausweis"),
        kind=st.sampled_from(["fixed", "rate"]),
        amount=MONEY.filter(bool),
        percent=st.one_of(st.none(), st.decimals(0, 100, places=5)),
    ),
    st.builds(
        LocalAddition,
        id=st.just("lsa.x"),
        service=st.just("lsa.ausweis"),
        area=st.just("15002"),
        mode=st.sampled_from(["supplement", "replace"]),
        texts=st.lists(BODY, max_size=4).map(tuple),
        documents=st.just((Document(label="Blatt"),)),
    ),
    st.builds(Wording, id=st.just("lsa.x"), everyday=TEXT, official=TEXT, language=st.sampled_from(["de", "en"])),
    st.builds(OnlineService, id=st.just("lsa.x"), name=TEXT, links=LINKS, description=MAYBE, fully_online=FLAG,
              assurance_level=st.sampled_from([None, "00", "30"]), account=st.lists(TEXT, max_size=2).map(tuple)),
    st.builds(Form, id=st.just("lsa.x"), name=TEXT, links=LINKS, number=MAYBE, accessible=FLAG),
)  # fmt: skip


MOMENT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def written(table: Table, records: list[AnyRecord], form: str, language: str) -> bytes:
    """Records as a file."""
    values = rows(table, records, NoNames(), language)
    if form == "csv":
        return b"".join(as_text(table, values, language))
    return b"".join(as_workbook(table, values, language, MOMENT))


@settings(max_examples=80, deadline=None)
@given(record=RECORD, form=st.sampled_from(["csv", "xlsx"]), language=st.sampled_from(["de", "en"]))
def test_any_record_comes_back_unchanged(record: AnyRecord, form: str, language: str) -> None:
    record = canonical(record)
    for table in TABLES.values():
        if table.kind != record.kind_name:
            continue
        data = written(table, [record], form, language)
        context = ImportContext(source="lsa", table=table.name)
        edits = [one for one in importer(form).read([Input("x", io.BytesIO(data))], context) if isinstance(one, Edit)]
        assert edits
        for edit in edits:
            assert edit.id == record.id
            made = list(edit.make(record))
            assert [one.record for one in made if isinstance(one, Parsed)] == [record], made


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(st.one_of(authorities, rules, fees, others), min_size=4, max_size=9, unique_by=lambda one: one.id),
    form=st.sampled_from(["csv", "xlsx"]),
)
def test_a_random_state_comes_back_unchanged(state: Database, records: list[AnyRecord], form: str) -> None:
    mine = [replace(one, id=f"lsa.{one.ref.value}") for one in records]
    load(state, [canonical(one) for one in mine])
    for table in TABLES.values():
        if table.kind in {one.kind_name for one in mine}:
            report = deliver(state, exported(state, table.name, form), table=table.name)
            assert [one for one in report.issues if one["severity"] == "muss"] == []
            assert report.changes == 0, report.counts
            assert report.counts[table.kind]["unchanged"] == sum(
                one.startswith("lsa.") for one in kept(state, table.kind)
            )


@given(TEXT)
def test_no_exported_text_is_a_formula_and_each_comes_back(said: str) -> None:
    assert defused(said)[:1] not in set("=+-@\t\r")
    assert bare(defused(said)) == said
    assert bare(quoted(said)) == said


def test_a_workbook_holds_no_formula(state: Database) -> None:
    load(state, [Wording(id="lsa.x", everyday='=HYPERLINK("https://boese.example.org")', official="+49")])
    sheet = load_workbook(io.BytesIO(exported(state, "synonyms", "xlsx"))).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    lines = exported(state, "synonyms", "csv").decode("utf-8-sig").splitlines()
    assert "'=HYPERLINK" in lines[1]


def test_the_same_state_gives_the_same_bytes(state: Database) -> None:
    assert exported(state, "fees", "xlsx") == exported(state, "fees", "xlsx")


def test_an_export_is_of_a_source_and_of_an_area(state: Database) -> None:
    load(
        state,
        [
            Fee(id="lsa.h", service="lsa.ausweis", kind="free", area="15002"),
            Fee(id="b.f", service="lsa.ausweis", kind="free"),
        ][:1],
    )
    assert b"lsa.h" in exported(state, "fees", area="15002")
    assert b"lsa.h" not in exported(state, "fees", area="15084")
    assert b"lsa." not in exported(state, "fees", source="kommunal").replace(b"lsa.ausweis", b"")


def edited(database: Database, table: str, form: str, changes: dict[str, Any]) -> bytes:
    """An export with some cells of its first row changed, by headings."""
    if form == "csv":
        head, row, *_ = exported(database, table, "csv").decode("utf-8-sig").splitlines()
        cells = dict(zip(head.split(";"), row.split(";"), strict=True)) | changes
        return text([list(cells), list(cells.values())])
    book = load_workbook(io.BytesIO(exported(database, table, "xlsx")))
    sheet: Any = book.active
    heads = [cell.value for cell in sheet[1]]
    for heading, value in changes.items():
        sheet.cell(2, heads.index(heading) + 1, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_edited_export_changes_what_was_edited(state: Database, form: str) -> None:
    before = kept(state, "fee")["lsa.ausweis-gebuehr"]
    report = deliver(state, edited(state, "fees", form, {"Betrag": "52,00", "Bezeichnung": "Neu"}))
    assert report.counts["fee"]["changed"] == 1
    expected = replace(before, amount=Decimal("52.00"), label="Neu")  # type: ignore[arg-type]
    assert kept(state, "fee")["lsa.ausweis-gebuehr"] == canonical(expected)
