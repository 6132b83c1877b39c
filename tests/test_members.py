"""A district or an association asks: its members choose where their answers differ, and only there."""

from __future__ import annotations

import pytest
from builders import areas, authority, fee, rule, service
from support import TODAY
from test_store import put

from busdb.areas import Gazetteer
from busdb.assembly import Assembler
from busdb.db import Database
from busdb.finder import Asking
from busdb.members import Shared, answered, shared
from busdb.publication import ResponsibilityAnswer
from busdb.records import Area, LocalAddition, Offer, Text

NEBRA = Area(
    id="destatis.150845051250", ars="150845051250", kind="municipality", name="Nebra (Unstrut)", parent="150845051"
)
AREAS = [*areas(), NEBRA]
OFFICE = authority("amt", "Amt", area="150845051")
EXPLICIT = rule("eigene", authority="kommunal.amt", areas=("150845051245",))
OTHER = rule("andere", authority="kommunal.buergerbuero", areas=("150845051250",))


def asked(database: Database, place: str, *records: object) -> Shared:
    put(database, [*AREAS, service(), authority(), OFFICE, *records])  # type: ignore[list-item]
    gazetteer = Gazetteer(AREAS)
    with database.reading() as connection:
        return shared(connection, gazetteer, Asking(place=gazetteer.place(place), on=TODAY), "lsa.ausweis")


def names(found: Shared) -> list[str]:
    return [one.name for one in found.members]


@pytest.mark.parametrize(
    "special",
    [
        fee("satzung", amount="30.00", area="150845051245"),
        rule("anders", authority="kommunal.buergerbuero", areas=("150845051245",)),
        rule("ausser", authority="kommunal.buergerbuero", areas=("15",), excluded_areas=("150845051245",)),
        Offer(id="k.o", service="lsa.ausweis", area="150845051245", status="not_offered"),
        LocalAddition(
            id="k.a", service="lsa.ausweis", area="150845051245", texts=(Text(module="06", html="Nur hier."),)
        ),
    ],
    ids=["fee", "rule", "exclusion", "offer", "addition"],
)
def test_members_choose_where_a_record_counts_for_one_of_them(database: Database, special: object) -> None:
    found = asked(database, "150845051", rule(), special)
    assert names(found) == ["Karsdorf", "Nebra (Unstrut)"]


def test_nobody_is_asked_where_all_get_the_same(database: Database) -> None:
    found = asked(database, "150845051", rule())
    assert found.members == ()
    assert found.publication.responsibility.matches[0].authority.id == "kommunal.amt"  # type: ignore[union-attr]


def test_the_same_by_rules_of_their_own_is_told_for_all(database: Database) -> None:
    twin = rule("zweite", authority="kommunal.amt", areas=("150845051250",))
    found = asked(database, "150845051", EXPLICIT, twin)
    assert found.members == ()
    answer = found.publication.responsibility
    assert answer
    assert [one.authority.id for one in answer.matches] == ["kommunal.amt"]
    assert found.publication.area
    assert found.publication.area.name == "Unstruttal"


def test_a_district_asks_for_the_municipality_where_its_members_act(database: Database) -> None:
    assert names(asked(database, "15084", rule())) == ["Karsdorf", "Naumburg (Saale)", "Nebra (Unstrut)"]


def test_what_a_record_says_of_elsewhere_asks_nobody(database: Database) -> None:
    assert asked(database, "150845051", rule(), fee("halle", amount="30.00", area="15002")).members == ()
    assert asked(database, "150845051245", EXPLICIT, OTHER).members == ()


def told(database: Database, place: str, *records: object) -> ResponsibilityAnswer:
    """The answer of the interface and the command."""
    asked(database, place, *records)
    gazetteer = Gazetteer(AREAS)
    asking = Asking(place=gazetteer.place(place), on=TODAY)
    with database.reading() as connection:
        own = Assembler(connection, gazetteer, asking).answer("lsa.ausweis")[1]
        assert own
        return answered(connection, gazetteer, asking, own)


@pytest.mark.parametrize("place", ["150845051", "15084"])
def test_a_body_whose_members_have_rules_of_their_own_is_asked_for_the_member(database: Database, place: str) -> None:
    answer = told(database, place, EXPLICIT, OTHER)
    assert (answer.status, answer.cause, answer.matches, answer.advice) == ("question", None, (), None)
    assert answer.question
    assert answer.question.about == "place"
    assert {"Karsdorf", "Nebra (Unstrut)"} <= set(answer.question.choices)
    assert tuple(one.name for one in answer.question.places) == answer.question.choices


def test_an_answer_that_does_not_hold_for_one_member_asks_for_it(database: Database) -> None:
    answer = told(
        database, "15084", rule(executor="district", category=None), EXPLICIT, authority("kreis", area="15084")
    )
    assert answer.question
    assert answer.question.choices == ("Karsdorf", "Naumburg (Saale)", "Nebra (Unstrut)")


def test_what_all_members_get_is_the_answer_of_the_body(database: Database) -> None:
    twin = rule("zweite", authority="kommunal.amt", areas=("150845051250",))
    answer = told(database, "150845051", EXPLICIT, twin)
    assert (answer.status, [one.authority.id for one in answer.matches]) == ("answered", ["kommunal.amt"])
    assert answer.area
    assert answer.area.name == "Unstruttal"


def test_what_the_members_differ_in_beside_the_office_asks_nobody_who_is_responsible(database: Database) -> None:
    answer = told(database, "150845051", rule(), fee("satzung", amount="30.00", area="150845051245"))
    assert answer.status == "answered"


def test_a_question_for_the_part_and_the_answer_of_a_municipality_stay(database: Database) -> None:
    question = told(database, "15084", rule(), EXPLICIT, OTHER).question
    assert question
    assert "Verbandsgemeinde Unstruttal" in question.choices
    assert told(database, "150845051245", EXPLICIT, OTHER).matches[0].authority.id == "kommunal.amt"
