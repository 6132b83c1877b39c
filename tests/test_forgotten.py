"""Who is to be forgotten is met as people write them, and others are not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_forget import MAX, OFFICE

from busdb import forgotten
from busdb.forgotten import Forgotten, Matcher, Term
from busdb.scrubbing import in_file, scrubbed


def matcher(*terms: tuple[Any, str]) -> Matcher:
    """A matcher for what somebody is known by."""
    return Matcher(forgotten.with_terms(Forgotten(key="00" * 32), [Term(*one) for one in terms]))


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("Frau Erika Musterfrau hilft.", "Frau […] hilft."),
        ("ERIKA  MUSTERFRAU", "[…]"),
        ("Musterfrau, Erika (Leitung)", "[…] (Leitung)"),
        ("<p>Erika <b>Musterfrau</b></p>", "<p>[…]<b></b></p>"),
        ("Tel. 030 / 23125-777, 030/23125-778", "Tel. […], 030/23125-778"),
        ("tel:+493023125777", "tel:[…]"),
        ("0049 (0)30 23 12 57 77", "[…]"),
        ("Erika.Musterfrau@Example.org", "[…]"),
        ("Erika Musterfraus Büro", "Erika Musterfraus Büro"),
        ("Musterfrau und Erika Muster", "Musterfrau und Erika Muster"),
        ("1030 23125777", "1030 23125777"),
    ],
)
def test_people_are_met_as_they_are_written_and_others_are_not(written: str, left: str) -> None:
    known = matcher(("name", "Erika Musterfrau"), ("mail", "erika.musterfrau@example.org"), ("phone", "030 23125777"))
    assert known.erased(written) == left


def test_umlauts_are_met_in_all_their_forms() -> None:
    known = matcher(("name", "Jörg Groß-Lüdenscheid"))
    for written in ("Joerg Gross-Luedenscheid", "JÖRG GROẞ LÜDENSCHEID", "Groß-Lüdenscheid, Jörg"):
        assert known.meets(written)
    for data in (b'"J\\u00f6rg Gro\\u00df-L\\u00fcdenscheid"', b"J&ouml;rg Gro&#223;-L&uuml;denscheid"):
        assert in_file(data, known)
    for encoding in ("utf-8-sig", "cp1252", "utf-16"):
        assert in_file("Jörg Groß-Lüdenscheid".encode(encoding), known)


@given(st.text(max_size=80), st.text(max_size=80))
def test_what_is_erased_is_not_met_again(before: str, after: str) -> None:
    known = matcher(("name", "Erika Musterfrau"), ("phone", "030 23125777"))
    left = known.erased(f"{before} Erika Musterfrau {after} 030 23125777")
    assert "Erika Musterfrau" not in left
    assert known.erased(left) == left


@given(st.binary(max_size=300))
def test_any_file_can_be_looked_at(data: bytes) -> None:
    known = matcher(("name", "Erika Musterfrau"))
    for start in (b"", b"PK\x03\x04", b"\x1f\x8b", b"\xff\xfe"):
        assert not in_file(start + data, known)


def test_records_stay_whole_without_whoever_they_named() -> None:
    changed, found = scrubbed(OFFICE, matcher(("name", "Erika Musterfrau")))
    assert [one.path for one in found] == ["$.description", "$.persons[0]"]
    assert changed.persons == (MAX,)  # type: ignore[union-attr]
    same, found = scrubbed(OFFICE, matcher(("name", "Niemand Sonst")))
    assert same is OFFICE
    assert found == []
