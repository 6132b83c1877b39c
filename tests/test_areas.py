"""Every spelling of a place leads to its area, and an area to all that contains it."""

from __future__ import annotations

import datetime as dt

import pytest
from builders import areas

from busdb.areas import Gazetteer
from busdb.errors import InputError, NotFoundError
from busdb.records import Area, AreaMember

PAST = Area(
    id="destatis.bad-koesen-alt",
    kind="municipality",
    name="Bad Kösen",
    parent="15084",
    successor="150840355355",
    valid_to=dt.date(2010, 1, 1),
)
PART = Area(
    id="destatis.ot-koesen",
    kind="locality",
    name="Bad Kösen",
    parent="150840355355",
    valid_from=dt.date(2010, 1, 1),
)
QUARTER = Area(id="destatis.ot-neustadt", kind="locality", name="Südstadt", parent="15002")
REGISTRY = Area(
    id="destatis.standesamt-a", kind="custom", name="Standesamtsbezirk", members=(AreaMember(area="150845051245"),)
)
TWINS = [
    Area(id="destatis.15085", ars="15085", kind="district", name="Harz", parent="15"),
    *(
        Area(id=f"destatis.{ars}", ars=ars, kind="municipality", name="Neustadt", parent=ars[:5])
        for ars in ("150840001001", "150850001001")
    ),
]
GAZETTEER = Gazetteer([*areas(), *TWINS, PAST, PART, QUARTER, REGISTRY])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("150840355355", "Naumburg (Saale)"),
        ("15084355", "Naumburg (Saale)"),
        ("150840355", "Naumburg (Saale)"),
        ("Naumburg (Saale)", "Naumburg (Saale)"),
        ("NAUMBURG SAALE", "Naumburg (Saale)"),
        ("naumburg", "Naumburg (Saale)"),
        ("06618", "Naumburg (Saale)"),
        ("06618 Naumburg", "Naumburg (Saale)"),
        ("06618, Naumburg (Saale)", "Naumburg (Saale)"),
        ("Naumburg 06618", "Naumburg (Saale)"),
        ("D-06618 Naumburg", "Naumburg (Saale)"),
        ("15 0 84 0355 355", "Naumburg (Saale)"),
        ("Stadt Naumburg", "Naumburg (Saale)"),
        ("Gemeinde Karsdorf", "Karsdorf"),
        ("VG Unstruttal", "Unstruttal"),
        ("Landkreis Harz", "Harz"),
        ("15085000", "Harz"),
        ("150845051000", "Unstruttal"),
        ("Halle-Südstadt", "Südstadt"),
        ("Südstadt (Halle)", "Südstadt"),
        ("15002", "Halle (Saale)"),
        ("150020000000", "Halle (Saale)"),
        ("15002000", "Halle (Saale)"),
        ("15", "Sachsen-Anhalt"),
        ("150845051", "Unstruttal"),
    ],
)
def test_a_place_is_found_by_every_spelling(text: str, name: str) -> None:
    assert [place.name for place in GAZETTEER.find(text)] == [name]


def test_a_mistyped_place_is_refused_with_what_it_may_mean() -> None:
    for text in ("Naumbrug", "06618 Naumbrug", "06618 Halle"):
        with pytest.raises(NotFoundError) as caught:
            GAZETTEER.one(text)
        assert "Naumburg (Saale) (Burgenlandkreis)" in caught.value.values["choices"]


def test_the_key_of_an_unknown_association_means_all_its_members() -> None:
    area = [one for one in areas() if one.kind != "association"]
    more = Area(id="destatis.m2", ars="150845051246", kind="municipality", name="Nachbar", parent="15084")
    assert [one.name for one in Gazetteer([*area, more]).find("150845051")] == ["Karsdorf", "Nachbar"]


def test_districts_of_courts_and_registries_are_found_by_their_names() -> None:
    assert [one.kind for one in GAZETTEER.search("standesamtsbez")] == ["custom"]
    assert GAZETTEER.search("Halle") == GAZETTEER.find("Halle")


def test_on_an_earlier_day_only_what_existed_then_is_meant() -> None:
    assert GAZETTEER.one("Bad Kösen", dt.date(2009, 12, 31)).code == "destatis.bad-koesen-alt"
    assert GAZETTEER.one("Bad Kösen", dt.date(2010, 1, 1)).code == "destatis.ot-koesen"


@pytest.mark.parametrize("text", ["99999", "Atlantis", "", "1508403553551", "٠٦٦١٨"])
def test_what_is_no_place_is_not_found(text: str) -> None:
    with pytest.raises(NotFoundError):
        GAZETTEER.one(text)


def test_an_ambiguous_name_is_refused_with_its_choices() -> None:
    with pytest.raises(InputError) as caught:
        GAZETTEER.one("Neustadt")
    assert caught.value.values["choices"] == "Neustadt (Burgenlandkreis); Neustadt (Harz)"


def test_of_places_within_each_other_the_innermost_is_meant() -> None:
    assert GAZETTEER.one("Bad Kösen", dt.date(2026, 1, 1)).code == "destatis.ot-koesen"


def test_a_merged_place_answers_with_its_successor() -> None:
    assert {place.name for place in GAZETTEER.find("Bad Kösen", dt.date(2026, 1, 1))} == {
        "Naumburg (Saale)",
        "Bad Kösen",
    }


def test_the_chain_of_a_member_runs_over_its_association_to_the_country() -> None:
    chain = [(link.code, link.kind) for link in GAZETTEER.chain("150845051245")]
    assert chain == [
        ("150845051245", "municipality"),
        ("destatis.standesamt-a", "custom"),
        ("150845051", "association"),
        ("15084", "district"),
        ("15", "state"),
        ("DE", "country"),
    ]


def test_the_nine_digits_of_a_single_municipality_are_in_its_chain() -> None:
    assert [link.code for link in GAZETTEER.chain("150840355355")] == [
        "150840355355",
        "150840355",
        "15084",
        "15",
        "DE",
    ]


def test_the_chain_of_a_part_runs_over_its_municipality() -> None:
    assert [link.code for link in GAZETTEER.chain("destatis.ot-koesen")][:2] == ["destatis.ot-koesen", "150840355355"]


@pytest.mark.parametrize(
    ("code", "executor", "body"),
    [
        ("150845051245", "local", "150845051"),
        ("150845051245", "municipality", "150845051245"),
        ("150840355355", "local", "150840355355"),
        ("15002", "local", "15002"),
        ("15002", "district", "15002"),
        ("150845051245", "district", "15084"),
        ("150840355355", "state", "15"),
        ("150840355355", "country", "DE"),
    ],
)
def test_the_administration_of_each_level_is_known(code: str, executor: str, body: str) -> None:
    assert GAZETTEER.executing(code, executor) == body  # type: ignore[arg-type]


def test_answers_name_municipalities_with_twelve_digits_and_others_by_prefix() -> None:
    place = GAZETTEER.place("15002")
    assert (place.ars, place.ags) == ("150020000000", "15002000")
    assert [parent.ars for parent in GAZETTEER.place("150845051245").parents] == ["150845051", "15084", "15", None]
