"""XZuFi is read as it comes, keeps what it says, and never does anything but read."""

from __future__ import annotations

import io
import os
import socket
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace
from xzufi_examples import wholes as examples
from xzufi_wild import CONTEXT, Wild, elements, read, write

from busdb.errors import InputError
from busdb.formats import Deleted, ImportContext, Input, Parsed
from busdb.interchange import canonical, encode
from busdb.issues import Issue
from busdb.records import Authority, Fee, LocalAddition, OnlineService, Responsibility, Service
from busdb.xzufi.names import namespace
from busdb.xzufi.structure import VERSIONS
from importers.xzufi import FORMAT

GOLDEN = Path(__file__).parent.parent / "golden" / "xzufi"
OBJECTS = ("leistung", "spezialisierung", "organisationseinheit", "onlinedienst", "formular")


def message(*instructions: str, version: str = "2.2.0", head: str = "<x:nachrichtenkopf/>") -> bytes:
    """A message with instructions in the prefix ``x``."""
    uri = namespace(version)
    xsi = "http://www.w3.org/2001/XMLSchema-instance"
    return f'<x:beliebig xmlns:x="{uri}" xmlns:xsi="{xsi}">{head}{"".join(instructions)}</x:beliebig>'.encode()


def service(inside: str = "", id_: str = "1", agency: str = "L999915") -> str:
    """An instruction to write a service with a name."""
    name = (
        "<x:modulText><x:leikaTextmodul><code>03</code></x:leikaTextmodul>"
        '<x:inhalt languageCode="de">Gewerbe</x:inhalt></x:modulText>'
    )
    identifier = f'<x:id schemeAgencyID="{agency}" schemeID="Leistung">{id_}</x:id>'
    return f"<x:schreibe><x:leistung>{identifier}{name}{inside}</x:leistung></x:schreibe>"


def found(data: bytes, context: ImportContext = CONTEXT) -> list[Any]:
    """Everything that the importer yields for one file."""
    return list(FORMAT.read([Input("x.xml", io.BytesIO(data))], context))


def records(data: bytes, context: ImportContext = CONTEXT) -> list[Any]:
    """The records of one file."""
    return [one.record for one in found(data, context) if isinstance(one, Parsed)]


def codes(data: bytes, context: ImportContext = CONTEXT) -> list[str]:
    """The codes of the findings but those of the schema."""
    issues = [one.code for one in found(data, context) if isinstance(one, Issue)]
    return [code for code in issues if code != "xzufi_schema"]


@pytest.mark.parametrize("name", ["wild-2.1.0", "wild-2.2.0", "wild-2.3.1"])
def test_a_message_of_the_wild_gives_the_golden_records(name: str) -> None:
    """``BUSDB_WRITE_GOLDEN=1`` writes the records anew."""
    found_, _ = read((GOLDEN / f"{name}.xml").read_bytes())
    data = b"".join(encode(one) + b"\n" for one in found_)
    path = GOLDEN / f"{name}.jsonl"
    if os.environ.get("BUSDB_WRITE_GOLDEN"):
        path.write_bytes(data)
    assert data.splitlines() == path.read_bytes().splitlines()


REWRITTEN = {
    ("leistung", "modulText", "inhalt"),
    ("leistung", "modulKosten", "kosten", "kostenauswahl", "betragUntergrenze"),
    ("leistung", "modulKosten", "kosten", "kostenauswahl", "kostenFix", "betrag"),
    ("leistung", "kennzeichenEA"),
    ("organisationseinheit", "zustaendigkeit", "gebietID"),
}
"""What the wild message says in another form: unsafe HTML, "20", another wire form, "1", a short regional key."""


@pytest.mark.parametrize(("name", "version", "rewritten"), [
    ("wild-2.2.0", "2.2.0", REWRITTEN), ("wild-2.3.1", "2.3.1", set()),
    ("state-2.2.0", "2.2.0", set()), ("state-2.3.1", "2.3.1", set()),
])  # fmt: skip
def test_a_golden_message_goes_through_without_a_loss(name: str, version: str, rewritten: set[Any]) -> None:
    lost = losses((GOLDEN / f"{name}.xml").read_bytes(), version)
    assert {path[:-1] for path in lost} == rewritten


def losses(data: bytes, version: str) -> set[tuple[Any, ...]]:
    """The values that are not there after import and export; what was exported is read and written as the same."""
    first = write(read(data)[0], version)
    records_ = read(first)[0]
    second = write(records_, version)
    assert second == first
    assert read(second)[0] == records_
    before, after = etree.fromstring(data), etree.fromstring(first)
    return {(one, *path) for one in OBJECTS for path in elements(before, one) - elements(after, one)}


@pytest.mark.parametrize("version", VERSIONS)
@given(st.integers(0, 10**9))
@example(1744531)  # two versions of one language, of which one is a machine translation
@example(424422)  # a module of terms that holds none
@settings(max_examples=15, deadline=None)
def test_whatever_comes_goes_out_again(version: str, seed: int) -> None:
    assert losses(Wild(seed, version).message(), version) == set()


@pytest.mark.soak
@pytest.mark.parametrize("version", VERSIONS)
@given(st.integers(0, 10**9))
@settings(max_examples=1000, deadline=None)
def test_whatever_comes_goes_out_again_many_times(version: str, seed: int) -> None:
    assert losses(Wild(seed, version).message(), version) == set()


def test_what_export_writes_is_read_as_the_same_records() -> None:
    once = read(write(read(message(service()))[0], "2.2.0"))[0]
    first = [one for one in once if isinstance(one, Service)]
    again = read(write(once, "2.2.0"))[0]
    assert again == once
    assert first[0].texts[0].html == "Gewerbe"


def test_the_examples_are_read_as_they_were_written() -> None:
    context = replace(CONTEXT, agencies={"L999915": "lsa", "L999916": "kommunal"})
    data = (GOLDEN / "state-2.2.0.xml").read_bytes()
    mine = {one.id: one for one in records(data, context)}
    written = examples()[0].record
    assert isinstance(written, Service)
    read_ = mine[written.id]
    for field in ("leika_keys", "federal_types", "audiences", "ea", "sdg_areas", "written_form", "valid_from",
                  "changed_on", "reviewed_on", "synonyms", "nace", "kind"):  # fmt: skip
        assert getattr(read_, field) == getattr(written, field), field
    online = examples()[2].record
    assert isinstance(online, OnlineService)
    assert mine[online.id] == online
    assert mine["lsa.vollmacht"] == examples()[3].record
    rules = {one.id: one for one in mine.values() if isinstance(one, Responsibility)}
    assert rules["lsa.OD-7"].online_service == online.id
    assert rules["lsa.r1"].criteria == examples()[1].parts[1].criteria  # type: ignore[union-attr]  # a responsibility
    theirs = {one.id: one for one in records(data, replace(context, source="kommunal"))}
    office = theirs["kommunal.gewerbeamt"]
    assert isinstance(office, Authority)
    assert office.exceptions == examples()[1].record.exceptions  # type: ignore[union-attr]  # an authority
    assert [one.osm for one in office.hours if one.osm] == [
        "Mo 09:00-12:00; Tu 09:00-12:00,13:00-18:00; We-Fr 09:00-12:00"
    ]
    assert isinstance(theirs["kommunal.zusatz"], LocalAddition)


@pytest.mark.parametrize("name", ["wild-2.2.0", "state-2.2.0"])
def test_records_that_are_said_to_be_checked_are_canonical(name: str) -> None:
    checked = [
        one.record for one in found((GOLDEN / f"{name}.xml").read_bytes()) if isinstance(one, Parsed) and one.checked
    ]
    assert checked
    for one in checked:
        assert canonical(one) == one
        assert encode(canonical(one)) == encode(one)


def test_fees_keep_their_ids_when_only_the_amount_changes() -> None:
    def fees(*amounts: str) -> list[Fee]:
        words = '<x:beschreibung languageCode="de">Anmeldung</x:beschreibung>'
        cost = "".join(
            f"<x:kosten><x:typ><code>001</code></x:typ><x:kostenauswahl><x:betrag>{amount}</x:betrag></x:kostenauswahl>"
            f"{words}</x:kosten>"
            for amount in amounts
        )
        return [
            one for one in records(message(service(f"<x:modulKosten>{cost}</x:modulKosten>"))) if isinstance(one, Fee)
        ]

    before, after = fees("37.00"), fees("46.00", "12.00")
    assert before[0].id == after[0].id
    assert before[0].id.startswith("lsa.1~k")
    assert str(after[0].amount) == "46.00"
    assert after[1].id == f"{after[0].id}-1"


@pytest.mark.parametrize(("digits", "code"), [
    ("000000000000", "DE"), ("150000000000", "15"), ("150020000000", "15002"), ("15084", "15084"),
    ("150840355355", "150840355355"), ("15084355", "150840355355"), ("stadtteil-1", "lsa.stadtteil-1"),
])  # fmt: skip
def test_areas_come_by_any_key(digits: str, code: str) -> None:
    context = replace(CONTEXT, areas={"15084355": "150840355355"})
    one = records(message(service(f"<x:gueltigkeitGebietID>{digits}</x:gueltigkeitGebietID>")), context)[0]
    assert one.areas == (code,)


def test_agencies_tell_sources_apart_and_unknown_ones_stay_in_the_ids() -> None:
    context = ImportContext(source="pvog", agencies={"pvog": "pvog", "L999915": "lsa"})
    data = message(
        service(agency="L100042"), service(agency="L100108"), service(agency="L999915"), service(agency="L100042")
    )
    assert [one.id for one in records(data, context)] == ["pvog.L100042:1", "pvog.L100108:1", "pvog.L100042:1"]
    assert codes(data, context) == ["xzufi_agency", "xzufi_agency", "xzufi_foreign"]
    once = write(records(data, context)[:2], "2.2.0")
    assert b'schemeAgencyID="L100042" schemeID="Leistung">1<' in once
    assert b'schemeAgencyID="L100108" schemeID="Leistung">1<' in once


def test_numbers_of_responsibilities_do_not_meet_across_kinds_of_targets() -> None:
    def transfer(scheme: str) -> str:
        return (
            "<x:schreibe><x:zustaendigkeitTransferObjekt><x:uebergeordnetesObjektID>5</x:uebergeordnetesObjektID>"
            f'<x:zustaendigkeit><x:id schemeID="{scheme}">7</x:id><x:leistungID>1</x:leistungID></x:zustaendigkeit>'
            "</x:zustaendigkeitTransferObjekt></x:schreibe>"
        )

    schemes = ("ZustaendigkeitOrganisationseinheit", "ZustaendigkeitOnlinedienst", "ZustaendigkeitFormular")
    found_ = records(message(*map(transfer, schemes)))
    assert [one.id for one in found_] == ["lsa.7", "lsa.OD-7", "lsa.FO-7"]
    assert (found_[0].authority, found_[1].online_service, found_[2].form) == ("lsa.5", "lsa.5", "lsa.5")


def test_deletions_come_with_their_kind() -> None:
    data = message(
        '<x:loesche klasse="Leistung"><x:id>1</x:id></x:loesche>',
        '<x:loesche klasse="LeistungSpezialisierung"><x:id>2</x:id></x:loesche>',
        '<x:loesche klasse="Zustaendigkeit"><x:id schemeID="ZustaendigkeitOnlinedienst">3</x:id></x:loesche>',
        '<x:loesche klasse="Zustaendigkeit"><x:id>4</x:id></x:loesche>',
        '<x:loesche klasse="Unbekannt"><x:id>5</x:id></x:loesche>',
        "<x:loesche/>",
    )
    gone = [(one.kind, one.id) for one in found(data) if isinstance(one, Deleted)]
    assert gone == [
        ("service", "lsa.1"), ("local_addition", "lsa.2"), ("responsibility", "lsa.OD-3"),
        ("responsibility", "lsa.4"), ("responsibility", "lsa.FO-4"), ("responsibility", "lsa.OD-4"),
    ]  # fmt: skip
    assert codes(data) == ["xzufi_unknown", "xzufi_unknown"]


@pytest.mark.parametrize("head", ["", "<x:nachrichtenkopf/><x:nachrichtenkopf/>"])
def test_a_message_has_exactly_one_header(head: str) -> None:
    with pytest.raises(InputError, match=r"x\.xml"):
        found(message(service(), head=head))


def test_an_object_without_its_id_is_rejected_with_its_line() -> None:
    data = message("\n\n<x:schreibe><x:leistung/></x:schreibe>")
    (issue,) = [one for one in found(data) if isinstance(one, Issue) and one.severity == "muss"]
    assert (issue.code, issue.line) == ("xzufi_incomplete", 3)


def test_schema_errors_are_told_with_their_lines_and_nothing_is_lost_for_them() -> None:
    data = message(service("\n<x:kennzeichenEA>vielleicht</x:kennzeichenEA>\n<x:unsinn/>"), service(id_="2"))
    told = [(one.line, one.severity) for one in found(data) if isinstance(one, Issue) and one.code == "xzufi_schema"]
    assert {line for line, _ in told} >= {2}
    assert {severity for _, severity in told} == {"soll"}
    assert [one.id for one in records(data)] == ["lsa.1", "lsa.2"]


def test_what_is_wrong_with_the_message_itself_is_told_once() -> None:
    data = message(*(service(id_=str(number)) for number in range(50)))
    told = [one.values["reason"] for one in found(data) if isinstance(one, Issue) and one.code == "xzufi_schema"]
    assert any("produktbezeichnung" in reason for reason in told)
    assert len(told) == len(set(told))


def test_a_hint_at_other_schemas_is_not_followed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        hint = f'xsi:schemaLocation="urn:x http://127.0.0.1:{server.getsockname()[1]}/x.xsd"'
        data = message(service()).replace(b"<x:leistung>", f"<x:leistung {hint}>".encode())
        assert records(data.replace(b"<x:beliebig", f"<x:beliebig {hint}".encode()))
        with pytest.raises(TimeoutError):
            server.accept()


def test_schemas_of_ones_own_take_the_place_of_ours(tmp_path: Path) -> None:
    uri = namespace("2.2.0")
    strict = (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{uri}">'
        '<xs:element name="beliebig" type="xs:string"/></xs:schema>'
    )
    (tmp_path / "xzufi-2.2.0.xsd").write_text(strict)
    context = replace(CONTEXT, schemas=str(tmp_path))
    assert any(one.code == "xzufi_schema" for one in found(message(service()), context) if isinstance(one, Issue))


BILLION = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY h SYSTEM "http://127.0.0.1:9/">]>"""


@pytest.mark.parametrize("entity", ["&b;", "&f;", "&h;", ""])
def test_entities_and_document_types_are_refused(entity: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> None:
        pytest.fail("the network was used")

    monkeypatch.setattr(socket.socket, "connect", never)
    with pytest.raises(InputError):
        found(BILLION + message(service(entity)))


def seeds() -> list[bytes]:
    """Whole messages to be broken."""
    return [(GOLDEN / f"{name}.xml").read_bytes() for name in ("wild-2.2.0", "wild-2.3.1", "wild-2.1.0", "state-2.2.0")]


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A message with pieces cut, doubled, swapped or overwritten."""
    data = bytearray(draw(st.sampled_from(seeds())))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        size = draw(st.integers(0, 200))
        match draw(st.sampled_from(["cut", "double", "write", "digits", "tag"])):
            case "cut":
                del data[at : at + size]
            case "double":
                data[at:at] = data[at : at + size]
            case "write":
                data[at : at + size] = draw(st.binary(max_size=20))
            case "digits":
                data[at:at] = draw(st.sampled_from([b"9999999999999999", b"-1", b"0", b"1e9", b"2999-99-99T25:00:00Z"]))
            case _:
                data[at:at] = draw(
                    st.sampled_from([b"<code/>", b"</code>", b"<x:id/>", b"]]>", b"&#0;", b"\xff", b"<!--"])
                )
    return bytes(data)


@given(broken())
@settings(max_examples=150, deadline=None)
def test_a_broken_message_ends_in_records_findings_or_a_parse_error(data: bytes) -> None:
    check_broken(data)


@pytest.mark.soak
@given(broken())
@settings(max_examples=20_000, deadline=None)
def test_many_broken_messages_end_in_records_findings_or_a_parse_error(data: bytes) -> None:
    check_broken(data)


def check_broken(data: bytes) -> None:
    """Whatever was read is a record or a finding, and can be written again."""
    try:
        records_, _ = read(data)
    except InputError:
        return
    for version in VERSIONS:
        etree.fromstring(write(records_, version))


@given(st.integers(0, 10**9), st.sampled_from(VERSIONS), st.data())
@settings(max_examples=60, deadline=None)
def test_moved_and_emptied_elements_end_in_records_or_findings(seed: int, version: str, data: st.DataObject) -> None:
    root = etree.fromstring(Wild(seed, version).message())
    every = [one for one in root.iter("*") if one.getparent() is not None]
    for _ in range(data.draw(st.integers(1, 10))):
        one, other = data.draw(st.sampled_from(every)), data.draw(st.sampled_from(every))
        match data.draw(st.sampled_from(["empty", "text", "move", "attributes"])):
            case "empty":
                one.clear()
            case "text":
                one.text = data.draw(
                    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=50)
                )
            case "attributes":
                one.attrib.clear()
            case _ if one is not other and one not in other.iterancestors():
                other.append(one)
    check_broken(etree.tostring(root))


def test_deep_and_long_messages_are_read_quickly_or_refused() -> None:
    start = time.process_time()
    with pytest.raises(InputError):
        found(message(service("<x:a>" * 100_000)))
    long = "<x:modulBegriffImKontext>" + (
        "<x:begriffImKontext><x:begriff languageCode='de'>w</x:begriff></x:begriffImKontext>" * 20_000
    )
    many = records(message(service(long + "</x:modulBegriffImKontext>")))
    assert len(many[0].synonyms) == 20_000
    assert time.process_time() - start < 60


def test_a_large_message_is_read_in_constant_memory() -> None:
    data = message(*(service(id_=str(number)) for number in range(3_000)))
    stream = io.BytesIO(data)
    list(FORMAT.read([Input("x.xml", io.BytesIO(message(service())))], CONTEXT))
    tracemalloc.start()
    count = sum(1 for _ in FORMAT.read([Input("x.xml", stream)], CONTEXT))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count >= 6_000
    assert peak < 3_000_000
