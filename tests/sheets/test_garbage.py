"""Any table of garbage ends in findings or in one clear refusal, never in another exception."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from books import book, deliver, text
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from busdb import runs
from busdb.db import Database
from busdb.errors import BusdbError
from busdb.formats import Edit, ImportContext, Input, Parsed, importer
from busdb.hours import readable
from busdb.hourwords import parse, words
from busdb.issues import Issue
from busdb.rows import NoNames
from busdb.sheets.headings import title
from busdb.sheets.tables import TABLES

WORDS = [
    *("lsa.ausweis", "15002", "150840355355", "1,5083E+11", "ja", "46023", "31.02.2026", "1.600,00", "=1+1", "#REF!"),
    *("06", "\u00a0", "a|b", "Mo-Fr 9-12", "0391/ 5 40-0", "www.example.org", "a@b", "<script>x</script>", "'", "٣٤"),
]
CELL = st.one_of(st.none(), st.sampled_from(WORDS), st.text(max_size=12))
MOMENTS = st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(2200, 1, 1))  # noqa: DTZ001  # cells have no zone
TYPED = st.one_of(CELL, st.integers(), st.floats(), st.booleans(), MOMENTS, st.times())
BEGINNINGS = [b"", b"PK\x03\x04", b"Name;Leistung\n", b"\xff\xfe", b"\xef\xbb\xbfName;URL\n"]
TABLE = st.sampled_from(list(TABLES.values()))


@st.composite
def tables(draw: st.DrawFn, cell: st.SearchStrategy[Any]) -> tuple[str, list[list[Any]]]:
    """Rows under headings of a table, some of them missing, doubled or wrong."""
    table = draw(TABLE)
    names = [title(column.name, draw(st.sampled_from(["de", "en"]))) for column in table.columns]
    head = draw(st.lists(st.one_of(st.sampled_from(names), st.text(max_size=6)), min_size=2, max_size=8))
    head += [title(column.name, "de") for column in table.columns if column.required]
    rows = draw(st.lists(st.lists(cell, max_size=len(head) + 1), max_size=5))
    return table.name, [head, *rows]


def findings(data: bytes, table: str | None) -> list[dict[str, Any]]:
    """All findings on a file, as reports show them; a refusal is one."""
    format_ = "xlsx" if data.startswith(b"PK") else "csv"
    context = ImportContext(source="lsa", table=table, names=NoNames())
    found: list[Issue] = []
    try:
        for one in importer(format_).read([Input("x", io.BytesIO(data))], context):
            made = one.make(None) if isinstance(one, Edit) else [one]
            found += [each for each in made if isinstance(each, Issue)]
            assert all(isinstance(each, Issue | Parsed) for each in made if isinstance(one, Edit))
    except BusdbError as error:
        return [{"code": error.code, "message": str(error)}]
    return [runs.describe(one) for one in found]


def complete(issues: list[dict[str, Any]]) -> bool:
    """Whether each finding says where it is and has its sentence."""
    return all(
        one["line"] and one["message"] and one["heading"] is not None
        for one in issues
        if one["code"].startswith("cell_")
    )


@settings(max_examples=80, deadline=None)
@given(tables(CELL))
def test_text_files_of_garbage_end_in_findings(made: tuple[str, list[list[Any]]]) -> None:
    rows = [['"' + str(cell or "").replace('"', '""') + '"' for cell in row] for row in made[1]]
    assert complete(findings(text(rows, encoding="utf-8"), made[0]))


@settings(max_examples=40, deadline=None)
@given(tables(TYPED))
def test_workbooks_of_garbage_end_in_findings(made: tuple[str, list[list[Any]]]) -> None:
    rows = [[_writable(cell) for cell in row] for row in made[1]]
    assert complete(findings(book(("x", rows)), made[0]))


def _writable(cell: Any) -> Any:
    """What a workbook can hold of a cell."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return ILLEGAL_CHARACTERS_RE.sub("", cell).encode(errors="ignore").decode() if isinstance(cell, str) else cell


@settings(max_examples=80, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(BEGINNINGS),
)
def test_bytes_of_garbage_end_in_findings_or_a_refusal(data: bytes, begin: bytes) -> None:
    findings(begin + data, None)


@settings(max_examples=30, deadline=None)
@given(place=st.integers(0, 10_000), junk=st.binary(min_size=1, max_size=4))
def test_a_damaged_workbook_ends_in_findings_or_a_refusal(place: int, junk: bytes) -> None:
    data = bytearray(book(("Gebühren", [["Leistung", "Betrag"], ["lsa.ausweis", 5]])))
    at = place % len(data)
    data[at : at + len(junk)] = junk
    findings(bytes(data), None)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=tables(st.sampled_from([*WORDS, None])))
def test_a_dry_run_of_garbage_tells_what_the_import_does(state: Database, made: tuple[str, list[list[Any]]]) -> None:
    rows = [['"' + str(cell or "").replace('"', '""') + '"' for cell in row] for row in made[1]]
    data = text(rows)
    outcomes = []
    for dry in (True, False):
        try:
            report = deliver(state, data, table=made[0], dry_run=dry, good_rows=True)
            outcomes.append((report.counts, [one["code"] for one in report.issues]))
        except BusdbError as error:
            outcomes.append((error.code, []))
    assert outcomes[0] == outcomes[1]


@example("Mo 9-12; Mo 13-16")
@given(st.text(alphabet='MoDiTuWeFrSauß0129-–.:,; \nuhrbisgeschl/PH+"', max_size=30))
def test_hours_in_words_become_an_expression_or_nothing(said: str) -> None:
    found = parse(said)
    if found is not None:
        assert readable(found)
        assert parse(words(found)) == found


@pytest.mark.parametrize(
    ("said", "osm"),
    [
        ("Mo-Do 9-12 u. 13-16", "Mo-Th 09:00-12:00,13:00-16:00"),
        ("Di 9-18 Uhr, Fr geschl.", "Tu 09:00-18:00; Fr off"),
        ("Mo - Fr: 8.00 bis 12.00 Uhr und 13:00–15:30 Uhr", "Mo-Fr 08:00-12:00,13:00-15:30"),
        ("Montag bis Donnerstag von 9 bis 12 Uhr sowie 14 bis 16 Uhr; Freitag 9 bis 12 Uhr",
         "Mo-Th 09:00-12:00,14:00-16:00; Fr 09:00-12:00"),
        ("Mo/Di/Do 9-12, Fr 9.30-11", "Mo-Tu,Th 09:00-12:00; Fr 09:30-11:00"),
        ("Mo: 9-12 Uhr\nDi: 9-12 Uhr", "Mo-Tu 09:00-12:00"),
        ("Mo 9-12; Mo 13-16", "Mo 09:00-12:00,13:00-16:00"),
        ("täglich 8-20 Uhr", "Mo-Su 08:00-20:00"),
        ("Feiertags geschlossen, Mo 9-12", "Mo 09:00-12:00; PH off"),
        ("rund um die Uhr", "24/7"),
        ("Mo-Fr 09:00-12:00; Aug off", "Mo-Fr 09:00-12:00; Aug off"),
        ("werktags 9-12", None),
        ("nach Vereinbarung", None),
        ("Mo 12-9", None),
        ("Mo 9-12, Mo geschlossen", None),
        ("9-12", None),
        ("Mo 9-12 und jeden 1. Samstag", None),
    ],
)  # fmt: skip
def test_hours_as_offices_write_them(said: str, osm: str | None) -> None:
    assert parse(said) == osm
