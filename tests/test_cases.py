"""Cases as clerks know them: who wants what where on which day, and who does it, for how much, and why.

``tests/data/cases.csv`` is to be read and written by people. ``stelle``, ``gebuehr`` and ``warum`` are words that the
answer must contain; empty means that the case does not look. ``Frage:`` in ``warum`` is a case that must be asked back:
for a fact, or for the place. A ``koerperschaft`` bears its title, for the town of Stendal is not the Landkreis Stendal;
``keine`` is where nobody acts, ``nichts`` where nothing is to be paid. With an ``alter`` only fees for that age count.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from support import ROOT
from test_states import SAMPLE, load

from busdb import queries, quotes
from busdb.areas import MUNICIPALITIES, Gazetteer
from busdb.assembly import Assembler
from busdb.criteria import Facts
from busdb.db import Database
from busdb.errors import InputError, NotFoundError
from busdb.finder import Asking
from busdb.mapping import read
from busdb.publication import FeeView, Place, PlaceName, Publication

FACTS = {"nachname": "surname", "strasse": "street"}
TITLES = {"association": "Verbandsgemeinde {}", "district": "Landkreis {}", "state": "Land {}", "country": "Bund"}
QUESTION = "Frage: "
with (ROOT / "tests" / "data" / "cases.csv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file, delimiter=";"))


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Database]:
    """The sample state, built once for all cases."""
    path = tmp_path_factory.mktemp("cases") / "busdb.sqlite3"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    for one in json.loads((SAMPLE / "deliveries.json").read_text(encoding="utf-8"))["files"]:
        load(database, one["format"], one["source"], *(SAMPLE / name for name in one["files"]))
    yield database
    database.close()


@pytest.fixture(scope="session")
def gazetteer(state: Database) -> Gazetteer:
    """The places of the sample state."""
    with state.reading() as connection:
        return queries.gazetteer(connection)


def day(case: dict[str, str]) -> dt.date:
    """The day of a case."""
    return dt.date.fromisoformat(case["tag"])


def person(case: dict[str, str]) -> dict[str, str]:
    """What is known of the person: ``nachname=Meier, alter=22``."""
    said = [one.split("=", 1) for one in filter(None, case["person"].split(","))]
    found = {name.strip(): value.strip() for name, value in said}
    assert found.keys() <= {*FACTS, "alter"}, found
    return found


def publish(database: Database, gazetteer: Gazetteer, case: dict[str, str]) -> Publication:
    """What the case asks for."""
    facts = Facts(**{FACTS[name]: value for name, value in person(case).items() if name in FACTS})
    asking = Asking(place=gazetteer.one(case["ort"], day(case)), on=day(case), facts=facts)
    with database.reading() as connection:
        return Assembler(connection, gazetteer, asking).one(f"lsa.{case['leistung']}")


def title(body: PlaceName | None) -> str:
    """A body as it is called: ``Landkreis Stendal`` beside the town of ``Stendal``, but ``Saalekreis``."""
    assert body is not None
    own = body.kind == "district" and "kreis" in body.name.lower()
    return body.name if own else TITLES.get(body.kind, "{}").format(body.name)


def due(found: Publication, case: dict[str, str]) -> Sequence[FeeView]:
    """The fees due; where the age is known, those that are for it or for any age."""
    age = person(case).get("alter")
    if age is None:
        return found.fees
    quote = quotes.of(found, day(case), quotes.wanted(age=int(age)), "de")
    return [one.fee for one in quote.fees if one.applies != "no"]


def check_fees(found: Publication, case: dict[str, str]) -> None:
    """Whether the fee of the case is among those due."""
    texts = [fee.text for fee in due(found, case)]
    if case["gebuehr"] == "nichts":
        assert all(fee.kind == "free" for fee in due(found, case)), texts
    elif case["gebuehr"]:
        assert any(case["gebuehr"] in text for text in texts), texts


def check_that_nobody_acts(found: Publication, case: dict[str, str]) -> None:
    """Whether the answer says that there is no such service here, or that nobody is known to be competent."""
    answer = found.responsibility
    assert answer is not None
    if found.offer.status == "not_offered":
        assert case["warum"] in (found.offer.reason or "")
        return
    assert answer.status == "none"
    assert answer.matches == ()
    assert answer.advice is not None
    assert case["warum"] in answer.advice.text


def place_question(database: Database, gazetteer: Gazetteer, case: dict[str, str]) -> str:
    """How the place is asked for: it is unknown or means several, or lower administrations act in it."""
    try:
        answer = publish(database, gazetteer, case).responsibility
    except (InputError, NotFoundError) as error:
        return str(error)
    assert answer is not None
    assert answer.question is not None
    assert answer.question.about == "place"
    return answer.question.text


def check_answer(found: Publication, case: dict[str, str]) -> None:
    """Whether the body and the office of the case act for its reason, or its question is asked."""
    answer = found.responsibility
    assert answer is not None
    if case["warum"].startswith(QUESTION):
        assert answer.status == "question"
        assert answer.question is not None
        assert case["warum"].removeprefix(QUESTION) in answer.question.text
        assert {title(match.body) for match in answer.matches} == {case["koerperschaft"]}
        return
    assert answer.status == "answered"
    first = answer.matches[0]
    assert title(first.body) == case["koerperschaft"]
    assert case["stelle"] in first.authority.name
    assert case["warum"] in first.reason


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['fall']}-{case['leistung']}-{case['ort']}")
def test_a_clerk_would_say_the_same(state: Database, gazetteer: Gazetteer, case: dict[str, str]) -> None:
    if case["koerperschaft"] == "keine" and case["warum"].startswith(QUESTION):
        assert case["warum"].removeprefix(QUESTION) in place_question(state, gazetteer, case)
        return
    found = publish(state, gazetteer, case)
    if case["koerperschaft"] == "keine":
        check_that_nobody_acts(found, case)
    else:
        check_answer(found, case)
    check_fees(found, case)


def municipality_kind(place: Place) -> str:
    """What sort of municipality a place is; other places have none."""
    if place.kind not in MUNICIPALITIES:
        return ""
    member = any(parent.kind == "association" for parent in place.parents)
    return "member" if member else place.kind


def places_of_cases(gazetteer: Gazetteer) -> list[Place]:
    """Every place that a case means, if it means one."""
    wanted = {(case["ort"], day(case)) for case in CASES}
    return [found[0] for ort, on in sorted(wanted) if len(found := gazetteer.find(ort, on)) == 1]


def test_there_are_enough_cases_and_each_has_a_number_of_its_own() -> None:
    assert len(CASES) >= 428
    assert len({case["fall"] for case in CASES}) == len(CASES)


def test_every_service_occurs(state: Database) -> None:
    with state.reading() as connection:
        services = {one.record.id.removeprefix("lsa.") for one in read(connection, "service")}
    assert len(services) == 63
    assert services == {case["leistung"] for case in CASES}


def test_every_kind_of_municipality_district_and_association_occurs(gazetteer: Gazetteer) -> None:
    everywhere = [gazetteer.place(code) for code in gazetteer.codes() if code.startswith("15")]
    assert sum(place.kind in MUNICIPALITIES for place in everywhere) == 218
    places = places_of_cases(gazetteer)
    kinds = {municipality_kind(place) for place in everywhere}
    assert kinds - {""} == {"city", "municipality", "member"}
    assert {municipality_kind(place) for place in places} >= kinds
    assert {place.name for place in everywhere if place.kind == "city"} <= {place.name for place in places}
    around = {parent for place in places for parent in place.parents}
    for kind, count in (("district", 11), ("association", 18)):
        there = {place.name for place in everywhere if place.kind == kind}
        assert len(there) == count
        assert {parent.name for parent in around if parent.kind == kind} >= there
