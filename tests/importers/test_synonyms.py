"""Editors' synonyms come from tables as editors have them."""

from __future__ import annotations

import io

import pytest

from busdb.errors import InputError
from busdb.formats import ImportContext, Input, Parsed
from busdb.issues import Issue
from busdb.records import Wording
from importers.synonyms import FORMAT


def load(data: str | bytes) -> tuple[list[Wording], list[Issue]]:
    """The wordings and the findings of a file."""
    raw = data if isinstance(data, bytes) else data.encode()
    found = list(FORMAT.read([Input("synonyme.csv", io.BytesIO(raw))], ImportContext(source="lsa")))
    wordings = [one.record for one in found if isinstance(one, Parsed)]
    return [one for one in wordings if isinstance(one, Wording)], [one for one in found if isinstance(one, Issue)]


def targets(data: str | bytes) -> list[tuple[str, str | None, str | None, str | None]]:
    """Each wording with what it means; there must be no findings."""
    wordings, issues = load(data)
    assert issues == []
    return [(one.everyday, one.service, one.leika_key, one.official) for one in wordings]


def test_words_belong_to_a_service_to_a_key_or_to_official_words() -> None:
    table = (
        "Synonym;Leistung;LeiKa;Amtlich\n"
        "Perso;muenchen.1063441;;\n"
        "Ausweis weg;personalausweis-verlust;;\n"
        "Reisepaß;;99085001012000;\n"
        "Kinderpass;99085001012000;;\n"
        "Perso neu;lsa.perso;99008001012000;\n"
        "Lappen;;;Fahrerlaubnis  Führerschein\n"
    )
    assert targets(table) == [
        ("Perso", "muenchen.1063441", None, None),
        ("Ausweis weg", "lsa.personalausweis-verlust", None, None),
        ("Reisepaß", None, "99085001012000", None),
        ("Kinderpass", None, "99085001012000", None),
        ("Perso neu", "lsa.perso", None, None),
        ("Lappen", None, None, "Fahrerlaubnis Führerschein"),
    ]


def test_a_cell_may_hold_several_words_and_a_row_its_language() -> None:
    wordings, issues = load(
        "everyday,service,language\nid card | ID  card|passport,lsa.ausweis,EN\nPerso,lsa.ausweis,\n"
    )
    assert issues == []
    assert [(one.everyday, one.language) for one in wordings] == [
        ("id card", "en"),
        ("ID card", "en"),
        ("passport", "en"),
        ("Perso", "de"),
    ]


def test_a_row_is_the_same_record_wherever_it_stands() -> None:
    first, _ = load("synonym;leistung\nPerso;lsa.a\nLappen;lsa.b\n")
    second, _ = load("leistung\tdeutsch\tsynonym\nlsa.b\t\tLappen\nlsa.a\t\tPerso\n")
    assert {one.id: one for one in first} == {one.id: one for one in second}
    third, _ = load("synonym;leistung;amtlich\nPerso;lsa.b;\nPerso;;lsa.a\n")
    assert not {one.id for one in third} & {one.id for one in first}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_any_usual_separator_and_encoding_will_do(encoding: str, delimiter: str) -> None:
    rows = [["Amtlich", "Synonym"], ["Wohngeld", "Miete zu teuer"], ["Führerschein – für 5 €", "Fleppen"]]
    table = "\r\n".join(delimiter.join(row) for row in rows)
    assert [official for *_, official in targets(table.encode(encoding))] == ["Wohngeld", "Führerschein – für 5 €"]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (";lsa.a;;", "everyday"),
        (" | ;lsa.a;;", "everyday"),
        ("Perso;;;", "service"),
        ("Perso;lsa.a;;Personalausweis", "official"),
        ("Perso;lsa.;;", "service"),
        ("Perso;die Leistung da.x;;", "service"),
        ("Perso;9,9008E+13;;", "leika_key"),
        ("Perso;;9900800101200;", "leika_key"),
    ],
)
def test_a_row_without_one_clear_meaning_is_named_and_never_guessed(row: str, column: str) -> None:
    wordings, issues = load(f"synonym;leistung;leika;amtlich\n{row}\nLappen;lsa.b;;\n")
    assert [one.everyday for one in wordings] == ["Lappen"]
    assert [(one.code, one.file, one.line, one.path) for one in issues] == [("cell_invalid", "synonyme.csv", 2, column)]


def test_an_unknown_language_and_an_unknown_column_are_named() -> None:
    wordings, issues = load("synonym,leistung,sprache,wichtig\nPerso,lsa.a,deutsch,ja\nPerso,lsa.a,de,ja\n")
    assert len(wordings) == 1
    assert [(one.code, one.line, one.path) for one in issues] == [
        ("column_unknown", 1, "wichtig"),
        ("cell_invalid", 2, "language"),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "synonyms_heading"),
        (b"leistung;amtlich\nx.y;z\n", "synonyms_heading"),
        ("synonym;leistung\nPerso;lsa.a\n".encode("utf-16"), "not_text"),
        ("synonym;amtlich\nFleppen;Führerschein\n".encode() + "Straße;x\n".encode("cp1252"), "not_utf8"),
        (b"\xef\xbb\xbfsynonym;amtlich\nStra\xdfe;x\n", "not_utf8"),
        (b"synonym;amtlich\n\x81;x\n", "not_utf8"),
        (b'synonym;amtlich\n"offen;x\n', "csv_broken"),
    ],
)
def test_a_file_that_is_no_table_stops_the_import(data: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        load(data)
    assert caught.value.code == code
    assert caught.value.values["file"] == "synonyme.csv"
