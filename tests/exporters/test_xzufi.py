"""XZuFi is written as its readers want it: valid, complete, with nothing that is not for them."""

from __future__ import annotations

import os
import re
import tracemalloc
from pathlib import Path

import pytest
from builders import rule
from lxml import etree
from msgspec.structs import replace
from support import NOW
from xzufi_examples import wholes, xzufi_head

from busdb.errors import InputError
from busdb.html import TAGS
from busdb.xzufi import schemas
from busdb.xzufi.names import namespace
from busdb.xzufi.structure import VERSIONS
from exporters.xzufi import FORMAT, Gone, changes, files, index

GOLDEN = Path(__file__).parent.parent / "golden" / "xzufi"


def message(version: str = "2.2.0", *, internal: bool = False) -> bytes:
    """The examples as one message."""
    return b"".join(FORMAT.write(wholes(), xzufi_head(version, internal=internal), "xml"))


def check(data: bytes, version: str = "2.2.0") -> etree._Element:
    """The message parsed, after its schema was found right."""
    root = etree.fromstring(data)
    schema = schemas.load(version)
    assert schema.validate(root), list(schema.error_log)[:5]
    return root


def found(root: etree._Element, path: str) -> list[etree._Element]:
    """Elements by a path of local names."""
    return root.findall("/".join(f"{{*}}{step}" if step not in {".", ""} else step for step in path.split("/")))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_message_is_the_golden_one_and_valid(version: str) -> None:
    """``BUSDB_WRITE_GOLDEN=1`` writes it anew."""
    data = message(version)
    path = GOLDEN / f"state-{version}.xml"
    if os.environ.get("BUSDB_WRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    assert data.splitlines() == path.read_bytes().splitlines()
    check(data, version)


def test_the_committed_schemas_are_those_that_the_types_give(tmp_path: Path) -> None:
    schemas.write(tmp_path)
    for path in tmp_path.iterdir():
        assert path.read_text() == (Path(schemas.__file__).parent.parent / "schemas" / "xzufi" / path.name).read_text()


@pytest.mark.parametrize("version", VERSIONS)
def test_every_identifier_has_agency_and_scheme_and_every_code_its_list(version: str) -> None:
    for one in check(message(version), version).iter(f"{{{namespace(version)}}}*"):
        if any(name.startswith("scheme") for name in one.attrib) or (one.tag.endswith("ID") and "UUID" not in one.tag):
            assert one.get("schemeAgencyID"), one.tag
            assert one.get("schemeID"), one.tag
        if one.find("code") is not None:
            assert one.get("listURI"), one.tag
            assert one.get("listVersionID"), one.tag


def test_only_the_languages_and_tags_that_the_gateway_takes_are_written() -> None:
    root = check(message())
    languages = {one.get("languageCode") for one in root.iter("{*}*")}
    assert languages <= {None, "de", "en"}
    html = [one.text or "" for one in root.iter("{*}inhalt", "{*}beschreibung")]
    assert {tag for text in html for tag in re.findall(r"</?\s*(\w+)", text)} <= TAGS
    assert any("im Netz" in text for text in html)


def test_a_public_message_holds_nothing_internal_and_an_internal_one_does() -> None:
    public = message().decode()
    for word in ("Nur für 115", "rueckfragen@example.org", "Interner Prüfbogen", "Aktenvermerk"):
        assert word not in public
    internal = check(message(internal=True))
    assert [one.text for one in found(internal, "schreibe/organisationseinheit/infoInternServicecenter")] == [
        "Nur für 115"
    ]
    assert found(internal, "schreibe/leistung/modulAuskunftshinweis/inhalt")


def test_fees_have_the_shape_of_their_kind() -> None:
    root = check(message())
    shapes = [
        (one.get("{http://www.w3.org/2001/XMLSchema-instance}type"), [child.tag.rpartition("}")[2] for child in one])
        for one in found(root, "schreibe/leistung/modulKosten/kosten/kostenauswahl")
    ]
    assert shapes == [
        ("xzufi:KostenFix", ["betrag"]),
        ("xzufi:KostenVariabel", ["betragUntergrenze", "betragObergrenze"]),
        ("xzufi:KostenVariabel", ["betragUntergrenze"]),
        ("xzufi:KostenFrei", []),
        ("xzufi:KostenVariabel", ["beschreibungVariabilitaet"]),
        ("xzufi:KostenVariabel", ["betragUntergrenze", "beschreibungVariabilitaet"]),
        ("xzufi:KostenVariabel", []),
    ]
    assert {one.get("currencyCode") for one in root.iter("{*}betrag")} == {"EUR"}


def test_local_content_is_a_specialisation_for_the_areas_that_readers_know() -> None:
    root = check(message())
    local = {found(one, "id")[0].text: one for one in found(root, "schreibe/spezialisierung")}
    assert set(local) == {"zusatz", "gewerbe-150020000000"}
    assert [one.text for one in found(local["zusatz"], "gebietID")] == ["150845051245"]
    assert found(local["gewerbe-150020000000"], "modulKosten/kosten/gueltigkeit/ende")[0].text == (
        "2026-12-31T23:59:59+01:00"
    )
    places = [one.text for one in found(root, "schreibe/leistung/gueltigkeitGebietID")]
    assert places == ["150000000000", "150020000000", "150840355355"]


def test_responsibilities_are_nested_in_a_set_and_alone_in_a_delta() -> None:
    root = check(message())
    nested = found(root, "schreibe/organisationseinheit/zustaendigkeit")
    assert [found(one, "id")[0].text for one in nested] == ["r1", "r2"]
    assert [one.text for one in found(nested[1], "gebietID")] == ["150020000000", "000000000000"]
    alone = rule("OD-7", service="lsa.gewerbe", online_service="lsa.gewerbe-online")
    items = [wholes()[1], alone, Gone("responsibility", alone.id, alone), Gone("service", "lsa.alt")]
    delta = check(b"".join(changes(items, xzufi_head())))
    assert not found(delta, "schreibe/organisationseinheit/zustaendigkeit")
    (transfer,) = found(delta, "schreibe/zustaendigkeitTransferObjekt")
    assert found(transfer, "uebergeordnetesObjektID")[0].text == "gewerbe-online"
    identifier = found(transfer, "zustaendigkeit/id")[0]
    assert (identifier.text, identifier.get("schemeID")) == ("7", "ZustaendigkeitOnlinedienst")
    gone = [(one.get("klasse"), found(one, "id")[0].text) for one in found(delta, "loesche")]
    assert gone == [("Zustaendigkeit", "7"), ("Leistung", "alt")]


def test_level_rules_never_stand_in_a_delta() -> None:
    assert not found(check(b"".join(changes([rule()], xzufi_head()))), "schreibe")


def test_the_files_of_a_set_are_named_by_their_content_and_a_change_touches_only_its_file() -> None:
    whole = wholes()[0]
    many = [whole._replace(record=replace(whole.record, id=f"lsa.s{number}"), parts=()) for number in range(600)]
    before = list(files(many, xzufi_head()))
    assert len(before) > 3
    for file in before:
        check(file.data)
    assert list(files(many, replace(xzufi_head(), cursor="other", on=NOW.date()))) == before
    many[300] = many[300]._replace(record=replace(many[300].record, ea=None))
    after = {file.name for file in files(many, xzufi_head())}
    assert len(after - {file.name for file in before}) == 1
    assert len(after) == len(before)
    assert index(file.name for file in before).decode().split() == [file.name for file in before]


def test_an_empty_index_is_never_written() -> None:
    with pytest.raises(InputError):
        index([])


def test_an_unknown_version_is_refused_before_anything_is_written() -> None:
    with pytest.raises(InputError, match=r"2\.2\.0"):
        FORMAT.write(wholes(), xzufi_head("3.0"), "xml")


def test_a_message_is_written_in_constant_memory() -> None:
    one = wholes()[0]
    sum(map(len, FORMAT.write([one], xzufi_head(), "xml")))
    tracemalloc.start()
    size = sum(len(block) for block in FORMAT.write((one for _ in range(500)), xzufi_head(), "xml"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 2_000_000
    assert peak < 1_500_000
