"""Tables as editors have them are understood; what is not certain is refused with its cell."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from books import book, deliver, kept, only, said, text
from builders import service
from openpyxl import Workbook
from support import NOW
from test_ingest import load

from busdb import ingest, runs
from busdb.db import Database
from busdb.errors import InputError, RefusedError
from busdb.formats import Input
from busdb.records import Criterion, Hours, Text
from busdb.sheets import grid, workbook

FEES = ["Leistung", "ARS", "Bezeichnung", "Betrag", "Rechtsgrundlage"]
FEE = ["lsa.ausweis", "150840355355", "Kopie", "0,50", "§ 1"]


def fees_of(database: Database) -> dict[str, Any]:
    """The fees that came in a table, by label."""
    return {one.label: one for one in kept(database, "fee").values() if one.label}  # type: ignore[union-attr]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_text_files_come_in_any_usual_form(state: Database, encoding: str, delimiter: str) -> None:
    rows = [["Gebühr", *FEES], ["Eilausstellung für Übereilte", *FEE]]
    rows[0][3], rows[1][4] = "Hinweis", '"1.600,00"'
    data = text(rows, delimiter, encoding)
    if encoding == "utf-16-le":
        data = b"\xff\xfe" + data
    report = deliver(state, data)
    assert [one["code"] for one in report.issues] == ["column_unknown"]
    assert fees_of(state)["Eilausstellung für Übereilte"].amount == Decimal("1600.00")


def test_columns_are_known_in_german_and_english_and_in_any_order(state: Database) -> None:
    deliver(
        state,
        text(
            [
                ["Amount", "label", "Rechtsgrundlage", "service", "AGS"],
                ["3.50", "Siegel", "§ 2", "lsa.pass", "15084355"],
            ]
        ),
    )
    made = fees_of(state)["Siegel"]
    assert (made.service, made.area, made.amount, made.kind) == ("lsa.pass", "150840355355", Decimal("3.50"), "fixed")


def test_rows_above_the_headings_are_passed_over_and_named(state: Database) -> None:
    report = deliver(state, text([["Gebühren der Stadt", "", "", "", ""], [""] * 5, FEES, FEE]))
    assert [(one["code"], one["line"]) for one in report.issues] == [("rows_skipped", 1)]
    assert report.counts["fee"]["added"] == 1


def test_references_are_ids_keys_and_exact_names(state: Database) -> None:
    rows = [["LeiKa", "Behörde", "Gebiet", "Nachnamen"]]
    rows += [["99008001012000", "Bürgerbüro Naumburg", "Naumburg (Saale)", "A-K"]]
    rows += [["reisepass BEANTRAGEN", "kommunal.buergerbuero", "15084 | Unstruttal", ""]]
    deliver(state, text(rows))
    made = [one for one in kept(state, "responsibility").values() if one.id != "lsa.ausweis-regel"]
    assert {(one.service, one.authority, one.areas) for one in made} == {  # type: ignore[union-attr]
        ("lsa.ausweis", "kommunal.buergerbuero", ("150840355355",)),
        ("lsa.pass", "kommunal.buergerbuero", ("15084", "150845051")),
    }
    (surnames,) = [one.criteria for one in made if one.criteria]  # type: ignore[union-attr]
    assert surnames == (Criterion(type="surname", first="A", last="K"),)


def test_what_is_unknown_or_ambiguous_is_answered_with_what_could_be_meant(state: Database) -> None:
    load(state, [service("zweit", "Personalausweis beantragen")])
    rows = [FEES, ["Personalausweis beantragen", *FEE[1:]], [FEE[0], "Naumburgg", *FEE[2:]]]
    report = deliver(state, text(rows), dry_run=True)
    assert said(report) == [
        ("cell_invalid", 2, "A", "Personalausweis beantragen"),
        ("cell_invalid", 3, "B", "Naumburgg"),
    ]
    first, second = (one["suggestion"] for one in report.issues)
    assert "lsa.ausweis" in first
    assert "lsa.zweit" in first
    assert second == "Meinten Sie Naumburg (Saale)?"


def test_an_office_has_hours_in_words_phones_and_a_place_in_the_tree(state: Database) -> None:
    head = ["Name", "Übergeordnet", "ARS", "Kategorie", "PLZ", "Telefon", "Öffnungszeiten", "Web", "Rollstuhl"]
    rows = [
        head,
        [
            "Standesamt",
            "Stadt",
            "15084355",
            "Standesamt|Trauungen",
            "6618",
            "0391/ 5 40-0",
            "Di 9-18 Uhr, Fr geschl.",
            "www.example.org",
            "x",
        ],
        ["Stadt", "", "Naumburg (Saale)", "", "06618", "", "Mo-Do 9-12 u. 13-16", "", "teilweise"],
        ["Archiv", "Stadt", "", "", "", "", "nach Vereinbarung", "", ""],
    ]
    report = deliver(state, text(rows, "\t"))
    offices: dict[str, Any] = {one.name: one for one in kept(state, "authority").values()}  # type: ignore[union-attr]
    assert offices["Standesamt"].parent == offices["Archiv"].parent == offices["Stadt"].id
    assert offices["Standesamt"].hours == (Hours(osm="Tu 09:00-18:00; Fr off"),)
    assert offices["Stadt"].hours == (Hours(osm="Mo-Th 09:00-12:00,13:00-16:00"),)
    assert offices["Archiv"].hours == (Hours(text="nach Vereinbarung"),)
    assert [one.value for one in offices["Standesamt"].contacts] == ["+49 391 5400", "https://www.example.org"]
    assert offices["Standesamt"].addresses[0].postal_code == "06618"
    assert (offices["Standesamt"].addresses[0].wheelchair, offices["Stadt"].addresses[0].wheelchair) == (
        "yes",
        "limited",
    )
    assert said(report) == [
        ("cell_repaired", 2, "E", "6618"),
        ("cell_repaired", 2, "H", "www.example.org"),
        ("hours_unreadable", 4, "G", "nach Vereinbarung"),
    ]
    assert deliver(state, text(rows, "\t")).changes == 0
    assert deliver(state, text([head, *reversed(rows[1:])], "\t")).changes == 0


@pytest.mark.parametrize(
    ("said_", "meant"),
    [
        ("1.1.26", dt.date(2026, 1, 1)),
        ("01.01.2026", dt.date(2026, 1, 1)),
        ("2026-01-01", dt.date(2026, 1, 1)),
        ("46023", dt.date(2026, 1, 1)),
        ("1. Januar 2026", dt.date(2026, 1, 1)),
        ("1. Mrz 99", dt.date(1999, 3, 1)),
        ("\u00a0 2026-01-01 00:00:00 ", dt.date(2026, 1, 1)),
        ("unbefristet", None),
        ("31.12.9999", None),
    ],
)
def test_days_come_in_every_habit(state: Database, said_: str, meant: dt.date | None) -> None:
    deliver(state, text([[*FEES, "gültig ab"], [*FEE, said_]]))
    assert fees_of(state)["Kopie"].valid_from == meant


def test_a_last_day_is_still_valid(state: Database) -> None:
    deliver(state, text([[*FEES, "Gültig bis"], [*FEE, "31.12.2026"]]))
    assert fees_of(state)["Kopie"].valid_to == dt.date(2027, 1, 1)


@pytest.mark.parametrize(
    ("said_", "meant"),
    [
        ("37,00 €", "37.00"),
        ("1.600,00", "1600.00"),
        ("1.600", "1600.00"),
        ("1600.5", "1600.50"),
        ("1,600.00", "1600.00"),
        ("EUR 12,-", "12.00"),
        ("5 Euro", "5.00"),
        ("37", "37.00"),
    ],
)
def test_amounts_come_in_german_and_english_manner(state: Database, said_: str, meant: str) -> None:
    deliver(state, text([FEES, [*FEE[:3], f'"{said_}"', "§ 1"]]))
    assert fees_of(state)["Kopie"].amount == Decimal(meant)


def test_the_kind_of_a_fee_follows_from_its_amounts(state: Database) -> None:
    head = ["Leistung", "Bezeichnung", "Betrag", "von", "bis", "Prozent", "Art", "Rechtsgrundlage"]
    rows = [
        head,
        ["lsa.ausweis", "a", "", 1, 2, "", "", "§"],
        ["lsa.ausweis", "b", "", 1, "", "", "", "§"],
        ["lsa.ausweis", "c", "", "", 2, "", "", "§"],
        ["lsa.ausweis", "d", "kostenfrei", "", "", "", "", "§"],
        ["lsa.ausweis", "e", "", "", "", "2,5 %", "", "§"],
        ["lsa.ausweis", "f", 3, "", "", "", "Satz", "§"],
    ]
    deliver(state, text(rows))
    kinds = {label: one.kind for label, one in fees_of(state).items()}
    assert kinds == {"a": "range", "b": "from", "c": "up_to", "d": "free", "e": "value_based", "f": "rate"}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("ARS", "1,5083E+11"),
        ("ARS", "150840"),
        ("Leistung", "9,9008E+13"),
        ("Betrag", "1,600"),
        ("Betrag", "ca. 5"),
        ("Betrag", "#REF!"),
        ("Gültig von", "31.02.2026"),
        ("Gültig von", "01/02/2026"),
        ("Zuschlag", "vielleicht"),
        ("Kostenart", "Spende"),
        ("Link Rechtsgrundlage", "javascript:alert(1)"),
        ("Leistung", ""),
    ],
)
def test_what_is_not_certain_is_refused_with_its_cell(state: Database, column: str, value: str) -> None:
    row = dict(zip(FEES, FEE, strict=True)) | {column: value}
    data = text([list(row), [f'"{cell}"' for cell in row.values()]])
    with pytest.raises(RefusedError) as caught:
        deliver(state, data)
    assert caught.value.code == "import_blocked"
    (issue,) = deliver(state, data, dry_run=True).issues
    assert (issue["code"], issue["severity"], issue["line"]) == ("cell_invalid", "muss", 2)
    assert (issue["heading"], issue["value"], issue["column"]) == (column, value, grid.letters(list(row).index(column)))


def test_all_bad_cells_of_a_row_are_named_and_it_counts_once(state: Database) -> None:
    report = deliver(state, text([FEES, ["fehlt", "1,5E+11", "x", "abc", "§"], FEE]), dry_run=True)
    assert [one["column"] for one in report.issues] == ["A", "B", "D"]
    assert (report.rejected, report.blocked, report.counts["fee"]["added"]) == (1, True, 1)


def test_what_a_table_does_not_say_stays_as_it_is(state: Database) -> None:
    before = kept(state, "authority")["kommunal.buergerbuero"]
    deliver(
        state,
        text([["Kennung", "Telefonzeiten", "Name"], ["buergerbuero", "Mo 9-12", "Bürgerbüro Naumburg"]]),
        "kommunal",
    )
    after: Any = only(state, "authority")
    assert after.internal115 == before.internal115  # type: ignore[union-attr]
    assert after.contacts == before.contacts  # type: ignore[union-attr]
    assert after.hours == (Hours(osm="Mo-Fr 09:00-12:00"), Hours(type="phone", osm="Mo 09:00-12:00"))


def test_an_empty_cell_empties_and_a_missing_column_does_not(state: Database) -> None:
    rows = [["Kennung", "Name", "Telefon", "Straße"], ["kommunal.buergerbuero", "Amt", "", ""]]
    deliver(state, text(rows), "kommunal")
    after: Any = only(state, "authority")
    assert [one.channel for one in after.contacts] == ["email"]
    assert (after.addresses[0].street, after.addresses[0].city) == (None, "Naumburg (Saale)")


def test_a_table_changes_no_record_of_another_source(state: Database) -> None:
    report = deliver(
        state, text([["Kennung", "Name"], ["kommunal.buergerbuero", "Meins"]]), dry_run=True, table="authorities"
    )
    assert [one["code"] for one in report.issues] == ["foreign_source"]
    assert "Naumburg" not in str(report.issues)


def test_several_texts_of_an_addition_are_one_record(state: Database) -> None:
    rows = [
        ["Leistung", "ARS", "Modul", "Text", "Sprache"],
        ["lsa.ausweis", "15002", "6", "Nur <b>montags</b>", ""],
        ["lsa.ausweis", "15002", "11 Verfahren", "A & B", "de"],
        ["lsa.ausweis", "15002", "06", "Mondays", "en"],
    ]
    report = deliver(state, text(rows))
    assert report.counts["local_addition"] == {"added": 1, "changed": 0, "unchanged": 0, "deleted": 0, "rejected": 0}
    made = only(state, "local_addition")
    assert made.texts == (
        Text(module="06", html="Nur <b>montags</b>"),
        Text(module="11", html="A &amp; B"),
        Text(module="06", html="Mondays", language="en"),
    )
    deliver(state, text([["Kennung", "Leistung", "ARS", "Modul", "Text"], [made.id, "lsa.ausweis", "15002", "11", ""]]))
    assert [one.module for one in only(state, "local_addition").texts] == ["06", "06"]


def test_synonyms_are_the_records_of_the_other_importer(state: Database) -> None:
    deliver(
        state, text([["Synonym", "Leistung", "Amtlich"], ["Perso | Plastikkarte", "lsa.ausweis", ""]]), table="synonyms"
    )
    made = {one.everyday: one.id for one in kept(state, "wording").values()}  # type: ignore[union-attr]
    assert set(made) == {"Perso", "Plastikkarte"}
    again = b"synonym;leistung\nPerso;lsa.ausweis\n"

    order = ingest.Order(format="synonyms", inputs=(Input("s.csv", io.BytesIO(again)),), source="lsa")
    assert ingest.import_(state, order, NOW).changes == 0


def test_online_services_and_forms(state: Database) -> None:
    deliver(
        state,
        book(
            (
                "Onlinedienste",
                [["Name", "URL", "Vertrauensniveau"], ["Antrag", "https://a.example.org", "substanziell"]],
            ),
            ("Formulare", [["Name", "URL", "Barrierefrei"], ["Blatt", "https://a.example.org/b.pdf", True]]),
            ("Zuständigkeiten", [["Leistung", "Onlinedienst"], ["lsa.ausweis", "Antrag"]]),
        ),
    )
    online = only(state, "online_service")
    assert (online.assurance_level, online.links[0].url) == ("30", "https://a.example.org")
    assert only(state, "form").accessible is True
    assert any(one.online_service == online.id for one in kept(state, "responsibility").values())  # type: ignore[union-attr]


def test_cells_of_workbooks_have_types(state: Database) -> None:
    rows = [[*FEES, "Gültig von"], ["lsa.ausweis", 150840355355, "Kopie", 37.5, "§ 1", dt.date(2026, 1, 1)]]
    rows += [["lsa.pass", "15084355 ", "Zahl", 1600, "§\u00a01", 46023]]
    report = deliver(state, book(("Tabelle1", rows)))
    assert report.issues == []
    made = fees_of(state)
    assert (made["Kopie"].area, made["Kopie"].amount) == ("150840355355", Decimal("37.50"))
    assert made["Kopie"].valid_from == made["Zahl"].valid_from == dt.date(2026, 1, 1)
    assert (made["Zahl"].legal_basis, made["Zahl"].amount) == ("§ 1", Decimal("1600.00"))


def test_a_lost_zero_is_given_back(state: Database) -> None:
    report = deliver(
        state, book(("Gebühren", [FEES, ["lsa.ausweis", 1001, "a", 1, "§"], ["lsa.ausweis", 10010000000, "b", 1, "§"]]))
    )
    assert {one.area for one in fees_of(state).values()} == {"01001"}
    assert [code for code, *_ in said(report)][:2] == ["cell_repaired", "cell_repaired"]


def test_merged_cells_hidden_rows_and_hidden_sheets_are_named(state: Database) -> None:
    def change(made: Workbook) -> None:
        made["Gebühren"].merge_cells("A2:A3")
        made["Gebühren"].row_dimensions[3].hidden = True
        made["Alt"].sheet_state = "hidden"

    rows = [FEES, FEE, [None, "15002", "Siegel", 3, "§ 1"]]
    report = deliver(
        state, book(("Gebühren", rows), ("Alt", [FEES, FEE]), ("Notizen", [["bitte", "lesen"]]), change=change)
    )
    assert sorted((one["code"], one["sheet"]) for one in report.issues) == [
        ("cells_merged", "Gebühren"),
        ("rows_hidden", "Gebühren"),
        ("sheet_hidden", "Alt"),
        ("sheet_unknown", "Notizen"),
    ]
    assert fees_of(state)["Siegel"].service == "lsa.ausweis"


def test_a_formula_is_never_worked_out(state: Database) -> None:
    data = book(("Gebühren", [FEES, [*FEE[:3], "=1+1", "§ 1"]]))
    (issue,) = deliver(state, data, dry_run=True).issues
    assert (issue["code"], issue["sheet"], issue["line"], issue["column"]) == ("cell_formula", "Gebühren", 2, "D")
    with zipfile.ZipFile(io.BytesIO(data)) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    name = "xl/worksheets/sheet1.xml"
    assert b"<f>1+1</f><v/>" in parts[name] or b"<f>1+1</f><v></v>" in parts[name]
    parts[name] = (
        parts[name]
        .replace(b"<f>1+1</f><v/>", b"<f>1+1</f><v>2</v>")
        .replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as after:
        for part, content in parts.items():
            after.writestr(part, content)
    deliver(state, buffer.getvalue())
    assert fees_of(state)["Kopie"].amount == Decimal("2.00")


def test_html_in_cells_is_cleaned(state: Database) -> None:
    rows = [
        ["Kennung", "Name", "Beschreibung"],
        ["kommunal.buergerbuero", "<b>Bürger</b>büro", "<p onclick=x>Gut</p><script>x</script>"],
    ]
    report = deliver(state, text(rows), "kommunal", name="behoerden_2026.csv")
    after = only(state, "authority")
    assert (after.name, after.description) == ("Bürgerbüro", "<p>Gut</p>")
    assert sorted((one["code"], one["column"]) for one in report.issues) == [
        ("html_cleaned", "B"),
        ("html_cleaned", "C"),
    ]


def test_what_is_wrong_with_a_record_names_its_cell(state: Database) -> None:
    rows = [
        ["Kennung", "Name", "Übergeordnet"],
        ["a", "Amt", "lsa.a"],
        ["b", "B" * 2001, ""],
        ["c", "C", ""],
        ["c", "C", ""],
    ]
    report = deliver(state, text(rows), dry_run=True)
    places = {(one["code"], one["line"], one["column"]) for one in report.issues}
    assert places == {("own_parent", 2, "C"), ("record_shape", 3, "B"), ("duplicate_id", 5, "A")}


def test_headings_of_a_source_are_taught_once(state: Database) -> None:
    rows = [
        ["Sachverhalt", "Kommune", "Summe", "Grundlage", "Benennung"],
        ["lsa.ausweis", "15002", "5", "§ 1", "Kopie"],
    ]
    with pytest.raises(InputError):
        deliver(state, text(rows))
    maps = {
        "Sachverhalt": "service",
        "Kommune": "area",
        "Summe": "amount",
        "Grundlage": "legal_basis",
        "Benennung": "label",
    }
    deliver(state, text(rows), headings=maps, table="fees")
    assert fees_of(state)["Kopie"].area == "15002"
    assert deliver(state, text(rows), table="fees").counts["fee"]["unchanged"] == 1
    with pytest.raises(InputError):
        deliver(state, text(rows), "andere", table="fees")


def test_a_column_that_is_there_twice_is_named_and_the_first_filled_cell_counts(state: Database) -> None:
    report = deliver(state, text([[*FEES, "Betrag"], [*FEE[:3], "", "§ 1", "7"]]))
    assert said(report) == [("column_double", 1, "F", "Betrag")]
    assert fees_of(state)["Kopie"].amount == Decimal("7.00")


def test_an_unknown_column_is_named_with_what_it_may_be(state: Database) -> None:
    report = deliver(state, text([[*FEES, "Rechtsgrundlge"], [*FEE, "x"]]))
    (issue,) = report.issues
    assert (issue["code"], issue["column"], issue["suggestion"]) == (
        "column_unknown",
        "F",
        "Meinten Sie Rechtsgrundlage?",
    )


def test_a_complete_table_ends_what_it_no_longer_has_of_its_own_kind_only(state: Database) -> None:
    report = deliver(state, text([FEES, FEE]), full=True, allow_deletions=1)
    assert report.counts["fee"]["deleted"] == 1
    assert report.counts["responsibility"]["deleted"] == 0
    assert "lsa.ausweis" in kept(state, "service")


def bomb(size: int) -> bytes:
    """A workbook that unpacks to more than it may."""
    with zipfile.ZipFile(io.BytesIO(book(("a", [FEES, FEE])))) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after:
        for part, content in parts.items():
            after.writestr(part, content)
        with after.open("xl/media/big.bin", "w", force_zip64=True) as big:
            for _ in range(size // 10_000_000):
                big.write(bytes(10_000_000))
    return buffer.getvalue()


def with_part(change: tuple[bytes, bytes], part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook with a part of its XML replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(("a", [FEES, FEE])))) as before, zipfile.ZipFile(buffer, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            after.writestr(name, data.replace(*change) if name == part else data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04\x00\x00", "workbook_broken"),
        (b"PK\x03\x04" + b"x" * 100, "workbook_broken"),
        (workbook.OLD + b"x" * 100, "workbook_old"),
        (book(("a", [FEES, FEE]))[:-200], "workbook_broken"),
        (with_part((b"<sheetData>", b"<sheetData><broken")), "workbook_broken"),
        (with_part((b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet')), "workbook_entities"),
        (with_part((b'r="E2"', b'r="ZZZ2"')), "table_too_wide"),
        (book(("a", [["x", "y"], [1, 2]])), "table_none"),
        (b"", "file_empty"),
        (b"a;b\n1;2\n", "table_none"),
        (b"Leistung;Name;Betrag\n" + b"a" * 1_100_000, "line_too_long"),
        (b"Name;Leistung\0;x\n", "not_text"),
        (b'Leistung;Betrag\n"a;b\n', "csv_broken"),
        (b"Leistung" + b";x" * 500 + b"\n", "table_too_wide"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(state: Database, data: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        deliver(state, data)
    assert caught.value.code == code
    assert "{" not in str(caught.value)


def test_a_bomb_is_not_unpacked(state: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "UNPACKED", 15_000_000)
    with pytest.raises(InputError) as caught:
        deliver(state, bomb(20_000_000))
    assert caught.value.code == "table_too_large"


def test_an_endless_table_is_given_up(state: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "ROWS", 1000)
    with pytest.raises(InputError) as caught:
        deliver(state, text([FEES, *[FEE] * 1001]))
    assert caught.value.code == "table_too_long"
    with pytest.raises(InputError) as caught:
        deliver(state, with_part((b'<row r="2"', b'<row r="1048577"')))
    assert caught.value.code == "table_too_long"


def test_a_table_that_can_be_two_things_is_asked_for(state: Database) -> None:
    rows = [["Name", "URL", "Beschreibung"], ["A", "https://a.example.org", "x"]]
    with pytest.raises(InputError) as caught:
        deliver(state, text(rows))
    assert caught.value.code == "table_ambiguous"
    assert deliver(state, text(rows), table="forms").counts["form"]["added"] == 1
    with pytest.raises(InputError) as caught:
        deliver(state, text(rows), table="fees")
    assert caught.value.code == "table_columns_missing"


def test_a_workbook_is_no_text_file_and_the_other_way_round(state: Database) -> None:

    for format_, data in (("csv", book(("a", [FEES, FEE]))), ("xlsx", text([FEES, FEE]))):
        order = ingest.Order(format=format_, inputs=(Input("x", io.BytesIO(data)),), source="lsa")
        with pytest.raises(InputError) as caught:
            ingest.import_(state, order, NOW)
        assert caught.value.code in {"table_is_text", "table_is_workbook"}


def test_each_row_needs_a_mandate(state: Database) -> None:
    with state.writing() as connection:
        mandate = {"mandate_areas": ("15084",), "mandate_kinds": ("fee",)}
        runs.edit_source(connection, "stadt", mandate, create=True, now=NOW)
    rows = [FEES, ["lsa.pass", "15084355", "Eigene", 1, "§"], ["lsa.pass", "15002", "Fremde", 1, "§"]]
    report = deliver(state, text(rows), "stadt", dry_run=True)
    assert [(one["code"], one["line"]) for one in report.issues] == [("mandate", 3)]
    offices = text([["Kennung", "Name", "ARS"], ["a", "Amt", "15084355"]])
    report = deliver(state, offices, "stadt", dry_run=True, table="authorities")
    assert [(one["code"], one["line"]) for one in report.issues] == [("mandate_kind", 2)]
