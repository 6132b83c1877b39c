"""A set of XZuFi files is checked before it leaves the house."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from xzufi_examples import wholes, xzufi_head

from busdb.formats import Input
from busdb.issues import Issue
from busdb.records import Authority
from busdb.xzufi.lint import Lint, latin, listed
from commands.lint import command
from exporters.xzufi import File, files, index

BAD = {
    "lint_html": ("Alles rund ums Gewerbe", "&lt;table&gt;x&lt;/table&gt;"),
    "lint_language": ('languageCode="en"', 'languageCode="fr"'),
    "lint_charset": ("Gewerbeamt", "Гewerbeamt"),
    "lint_id_incomplete": (' schemeAgencyID="L999915" schemeID="Onlinedienst"', ""),
    "lint_schema": ("<xzufi:kennzeichenEA>true", "<xzufi:kennzeichenEA>ja"),
    "lint_code": (' listURI="urn:de:xzufi:codeliste:anschrifttyp"', ""),
    "lint_area": (">150840355355<", ">15084<"),
    "lint_reference": (">vollmacht</xzufi:id>", ">anderes</xzufi:id>"),
    "lint_unreadable": ("</xzufi:transferoperationen>", ""),
    "lint_version": ("/xzufi/2_2_0", "/xzufi/1_9_9"),
}


def whole_set() -> list[File]:
    """The files of the examples, whose parent authority is among them."""
    items = wholes()
    office = items[1].record
    assert isinstance(office, Authority)
    town_hall = Authority(id="kommunal.rathaus", name="Rathaus")
    return list(files([items[0], items[1], items[1]._replace(record=town_hall, parts=()), *items[2:]], xzufi_head()))


def checked(*some: File) -> list[Issue]:
    """The findings of files."""
    return list(Lint().files(Input(one.name, io.BytesIO(one.data)) for one in some))


def test_what_we_export_passes() -> None:
    assert checked(*whole_set()) == []


@pytest.mark.parametrize("code", BAD)
def test_what_the_gateway_refuses_is_found(code: str) -> None:
    before, after = BAD[code]
    some = [one._replace(data=one.data.replace(before.encode(), after.encode())) for one in whole_set()]
    assert [one.data for one in some] != [one.data for one in whole_set()]
    found = checked(*some)
    assert code in {one.code for one in found}
    assert all(one.line for one in found if one.code == code and code != "lint_unreadable")


def test_an_id_occurs_once_in_a_set() -> None:
    some = whole_set()
    twice = checked(*some, some[0]._replace(name="again.xml"))
    assert {one.code for one in twice} == {"lint_id_double"}
    assert {one.values["file"] for one in twice} == {some[0].name}


def test_an_empty_set_is_no_delivery() -> None:
    assert [one.code for one in checked()] == ["lint_empty"]


@pytest.mark.parametrize(("index_", "there", "codes"), [
    (b"a.xml\r\n\xef\xbb\xbf"[:7], ["a.xml", "index.txt"], []),
    (b"", ["a.xml"], ["lint_index_empty", "lint_file_unlisted"]),
    (b"a.xml\nb.xml\na.xml\n", ["a.xml"], ["lint_file_missing", "lint_file_double"]),
])  # fmt: skip
def test_the_index_names_the_files_that_are_there(index_: bytes, there: list[str], codes: list[str]) -> None:
    names, issues = listed(index_, there)
    assert [one.code for one in issues] == codes
    assert set(names) <= set(there)


@pytest.mark.parametrize(("text", "good"), [("äßÇŁœ§€„“–№²", True), ("Ж", False), ("😀", False), ("你", False)])
def test_letters_are_latin(text: str, good: bool) -> None:
    assert all(map(latin, text)) is good


def test_the_command_ends_with_a_status_of_its_own(tmp_path: Path) -> None:
    some = whole_set()
    for one in some:
        (tmp_path / one.name).write_bytes(one.data)
    (tmp_path / "index.txt").write_bytes(index(one.name for one in some))
    good = CliRunner().invoke(command, ["xzufi", str(tmp_path), "--json"])
    assert (good.exit_code, json.loads(good.stdout)["ok"]) == (0, True)
    (tmp_path / some[0].name).write_bytes(some[0].data.replace(b"true", b"wahr"))
    bad = CliRunner().invoke(command, ["xzufi", str(tmp_path)])
    assert bad.exit_code == 10
    assert f"{some[0].name}:" in bad.stdout
