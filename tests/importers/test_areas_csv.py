"""The gazetteer comes from tables as offices have them."""

from __future__ import annotations

import io
from typing import Any

import pytest

from busdb.errors import InputError
from busdb.formats import ImportContext, Input, Parsed
from busdb.issues import Issue
from busdb.records import Area
from importers.areas import FORMAT


def load(*texts: str | bytes) -> tuple[dict[str, Area], list[Issue]]:
    """The areas by id, and the findings."""
    files = [text if isinstance(text, bytes) else text.encode() for text in texts]
    inputs = [Input(f"{number}.csv", io.BytesIO(data)) for number, data in enumerate(files)]
    found = list(FORMAT.read(inputs, ImportContext(source="destatis")))
    areas = [one.record for one in found if isinstance(one, Parsed)]
    return {one.id: one for one in areas if isinstance(one, Area)}, [one for one in found if isinstance(one, Issue)]


def one(row: str, heading: str = "ars,key,name,kind,parent,valid_to,successor,members,postal_codes") -> Area:
    """The area of a row without findings."""
    areas, issues = load(f"{heading}\n{row}\n")
    assert issues == []
    (area,) = areas.values()
    return area


def test_an_area_is_known_by_its_significant_digits() -> None:
    for ars in ("15002", "150020000000"):
        area = one(f"{ars},,Halle (Saale),kreisfreie Stadt,15,,,,")
        assert (area.id, area.ars, area.kind, area.parent) == ("destatis.15002", "150020000000", "city", "15")
    assert one("15,,Sachsen-Anhalt,Land,DE,,,,").id == "destatis.15"
    assert one("150840355355,,Naumburg,Gemeinde,15084,,,,").ars == "150840355355"
    assert one(",DE,Deutschland,Bund,,,,,").id == "destatis.DE"


def test_an_area_without_digits_has_a_key_and_members() -> None:
    area = one(",bezirk-a,Bezirk A,custom,15,,,15084|150020000000|ot-x,")
    assert area.id == "destatis.bezirk-a"
    assert [member.area for member in area.members] == ["15084", "15002", "destatis.ot-x"]


def test_a_merged_place_names_its_last_day_and_its_successor() -> None:
    area = one(",alt,Bad Kösen,Gemeinde,15084,2009-12-31,150840355355,,")
    assert (str(area.valid_to), area.successor) == ("2010-01-01", "150840355355")


def test_a_second_file_adds_postal_codes() -> None:
    areas, issues = load("ars;name;kind\n15084;Burgenlandkreis;Landkreis\n", "ars,postal_codes\n15084,06618|06628\n")
    assert issues == []
    assert areas["destatis.15084"].postal_codes == ("06618", "06628")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_usual_separator_and_a_mark_at_the_beginning_will_do(delimiter: str) -> None:
    text = "\ufeff" + "\r\n".join(delimiter.join(row) for row in (["kind", "ARS", "name"], ["Land", "15", "LSA"]))
    areas, issues = load(text)
    assert (list(areas), issues) == (["destatis.15"], [])


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("1,,X,Land", "ars"),
        ('"1,5083E+11",,X,Land', "ars"),
        ("15083040,,X,Gemeinde", "ars"),
        (",,X,Land", "ars"),
        ("15,,X,Königreich", "kind"),
        ("15,,,Land", "name"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_and_never_guessed(row: str, column: str) -> None:
    areas, issues = load(f"ars,key,name,kind\n{row}\n01,,Schleswig-Holstein,Land\n")
    assert list(areas) == ["destatis.01"]
    assert [(issue.code, issue.line, issue.path) for issue in issues] == [("cell_invalid", 2, column)]


def test_unknown_columns_and_repeated_rows_are_reported() -> None:
    areas, issues = load("ars,name,kind,farbe\n15,LSA,Land,rot\n15,LSA,Land,blau\n")
    assert list(areas) == ["destatis.15"]
    assert [(issue.code, issue.line) for issue in issues] == [("column_unknown", 1), ("duplicate_id", 3)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "areas_heading"),
        (b"name,kind\nX,Land\n", "areas_heading"),
        (b"ars,bevoelkerung\n15,7\n", "columns_missing"),
        (b"ars," + b"x" * 200_000 + b"\n15,7\n", "csv_broken"),
        (b"<?xml version='1.0'?><a/>", "areas_heading"),
        (b"PK\x03\x04\x00\x00", "not_text"),
        ("ars,name,kind\n15,Sachsen-Anhält,Land\n".encode("latin-1"), "not_utf8"),
        (b'ars,name,kind\n15,"offen,Land\n', "csv_broken"),
        (b"ars,name\n" + b"x" * 1_100_000, "line_too_long"),
    ],
)
def test_a_file_that_is_no_table_stops_the_import(data: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        load(data)
    assert caught.value.code == code
    assert caught.value.values.get("file") == "0.csv"


def test_a_file_of_one_endless_line_is_given_up_early() -> None:
    class Endless(io.RawIOBase):
        read_so_far = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            buffer[:] = b"x" * len(buffer)
            Endless.read_so_far += len(buffer)
            return len(buffer)

    with pytest.raises(InputError):
        list(FORMAT.read([Input("x", io.BufferedReader(Endless()))], ImportContext(source="a")))
    assert Endless.read_so_far < 5_000_000
