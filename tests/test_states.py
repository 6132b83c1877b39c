"""Two states through the real importers: the sample, and an invented one of another structure."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from builders import day
from lxml import etree
from support import NOW, ROOT, TODAY

from busdb import delivery, ingest, queries
from busdb.assembly import Assembler
from busdb.criteria import Facts
from busdb.db import Database
from busdb.finder import Asking
from busdb.formats import Form, Input
from busdb.ingest import Order
from busdb.publication import Publication
from busdb.records import KINDS

SAMPLE = ROOT / "sample"
OTHER = ROOT / "tests" / "data" / "otherland"


def load(database: Database, format_: str, source: str, *paths: Path) -> list[dict[str, Any]]:
    """Import files; the findings."""
    with ExitStack() as stack:
        inputs = tuple(Input(path.name, stack.enter_context(path.open("rb"))) for path in paths)
        order = Order(format=format_, inputs=inputs, source=source)
        return ingest.import_(database, order, NOW).issues


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Database]:
    """The sample state."""
    path = tmp_path_factory.mktemp("sample") / "busdb.sqlite3"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    for one in json.loads((SAMPLE / "deliveries.json").read_text(encoding="utf-8"))["files"]:
        load(database, one["format"], one["source"], *(SAMPLE / name for name in one["files"]))
    yield database
    database.close()


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Database]:
    """The invented state."""
    path = tmp_path_factory.mktemp("other") / "busdb.sqlite3"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    assert load(database, "areas", "kueste", OTHER / "areas.csv") == []
    assert load(database, "json", "kueste", OTHER / "records.jsonl") == []
    yield database
    database.close()


def publications(database: Database, place: str, **asked: Any) -> dict[str, Publication]:
    """What applies at a place, by the value of the id."""
    with database.reading() as connection:
        gazetteer = queries.gazetteer(connection)
        on = asked.pop("on", TODAY)
        asking = Asking(place=gazetteer.one(place, on), on=on, **asked)
        return {one.id.partition(".")[2]: one for one in Assembler(connection, gazetteer, asking).all()}


def test_a_district_gets_what_it_executes_itself_or_all_that_applies(sample: Database) -> None:
    with sample.reading() as connection:
        gazetteer = queries.gazetteer(connection)
        found = {}
        for scope in ("own", "area"):
            wish = delivery.Wish(
                feed="municipal",
                place=gazetteer.one("15084"),
                on=TODAY,
                scope=scope,  # type: ignore[arg-type]  # one of the two
            )
            feed = json.loads(b"".join(delivery.write(connection, gazetteer, wish)))
            found[scope] = {item["id"] for item in feed["items"]}
    assert "lsa.kfz-zulassen" in found["own"]
    assert "lsa.hundesteuer-anmelden" not in found["own"]
    assert found["own"] < found["area"]


def office(publication: Publication) -> tuple[str, list[str]]:
    """How the question of responsibility ends, and the names of who is responsible."""
    assert publication.responsibility is not None
    return publication.responsibility.status, [one.authority.name for one in publication.responsibility.matches]


def test_the_sample_is_as_large_as_it_says(sample: Database) -> None:
    with sample.reading() as connection:
        found = queries.statistics(connection)
    assert found["municipalities"] == 218 + 3  # München, Berlin and Hamburg beside the state
    assert found["records"]["service"] >= 60
    assert found["records"]["authority"] >= 900
    english = [
        one for one in publications(sample, "Naumburg", language="en").values() if "en" in one.available_languages
    ]
    assert len(english) >= 25
    assert all(count > 0 for kind, count in found["records"].items() if kind in KINDS)


def test_everything_in_the_sample_refers_to_something_that_is_there(sample: Database) -> None:
    deliveries = json.loads((SAMPLE / "deliveries.json").read_text(encoding="utf-8"))["files"]
    codes = {
        (issue["code"], issue["message"])
        for one in deliveries
        for issue in load(sample, one["format"], one["source"], *(SAMPLE / name for name in one["files"]))
    }
    assert codes == set()


def test_nobody_real_can_be_reached_through_the_sample() -> None:
    for path in SAMPLE.glob("*.jsonl"):
        text = path.read_text(encoding="utf-8")
        assert all(mail.endswith("example.org") for mail in re.findall(r"[\w.-]+@[\w.-]+", text))
        assert all(number.startswith("+49 30 23125 ") for number in re.findall(r"\+49[\d ]+", text))


@pytest.mark.parametrize(
    ("place", "service", "facts", "expected"),
    [
        ("Naumburg", "personalausweis-beantragen", {}, "Bürgerbüro Naumburg (Saale)"),
        ("Karsdorf", "hundesteuer-anmelden", {}, "Kämmerei"),
        ("Karsdorf", "kfz-zulassen", {}, "Kfz-Zulassungsbehörde Burgenlandkreis"),
        ("Karsdorf", "eheschliessung-anmelden", {}, "Standesamt Bad Bibra"),
        ("Halle", "kfz-zulassen", {}, "Kfz-Zulassungsbehörde Stadt Halle (Saale)"),
        ("Magdeburg", "kfz-zulassen", {"surname": "Müller"}, "Kfz-Zulassungsbehörde Magdeburg, Buchstaben L–Z"),
        ("Magdeburg", "kfz-zulassen", {"surname": "Ärmel"}, "Kfz-Zulassungsbehörde Magdeburg, Buchstaben A–K"),
        ("Naumburg", "baugenehmigung", {}, "Bauamt Naumburg (Saale)"),
        ("Wernigerode", "baugenehmigung", {}, "Bauaufsichtsbehörde Landkreis Harz"),
        ("Stendal", "schwerbehindertenausweis", {}, "Landesverwaltungsamt Sachsen-Anhalt"),
        ("Naumburg", "steuernummer-beantragen", {}, "Finanzamt Naumburg (Saale)"),
        ("Halle", "versammlung-anzeigen", {}, "Polizeiinspektion Halle (Saale)"),
        ("Wernigerode", "kindergeld", {}, "Familienkasse"),
        ("Bad Kösen", "wohnsitz-anmelden", {}, "Bürgerbüro"),
    ],
)
def test_the_right_office_answers_in_the_sample(
    sample: Database, place: str, service: str, facts: dict[str, str], expected: str
) -> None:
    found = publications(sample, place, facts=Facts(**facts))[service]
    status, names = office(found)
    assert status == "answered", (status, names)
    assert any(name.startswith(expected) for name in names), names
    assert found.responsibility is not None
    assert all(match.reason.endswith(".") and match.rule for match in found.responsibility.matches)


def test_the_caller_is_asked_for_the_name_where_it_decides(sample: Database) -> None:
    found = publications(sample, "Magdeburg")["kfz-zulassen"].responsibility
    assert found is not None
    assert found.status == "question"
    assert found.question is not None
    assert found.question.choices == ("A-K", "L-Z")


@pytest.mark.parametrize(("on", "amounts"), [("2026-02-06", {"37.00", "22.80"}), ("2026-02-07", {"46.00", "27.60"})])
def test_the_identity_card_costs_what_the_law_says_on_the_day(sample: Database, on: str, amounts: set[str]) -> None:
    found = publications(sample, "Halle", on=day(on))["personalausweis-beantragen"]
    assert {str(one.amount) for one in found.fees} == amounts


@pytest.mark.parametrize(
    ("place", "first"), [("Karsdorf", "36.00"), ("Naumburg", "60.00"), ("Bad Kösen", "48.00"), ("Halle", "100.00")]
)
def test_the_dog_tax_is_that_of_the_nearest_statute(sample: Database, place: str, first: str) -> None:
    fees = publications(sample, place)["hundesteuer-anmelden"].fees
    assert Decimal(first) in [one.amount for one in fees]
    assert len(fees) == 2


@pytest.mark.parametrize(
    "place", ["Halle", "Naumburg", "Karsdorf", "Wernigerode", "Burgenlandkreis", "Unstruttal", "15"]
)
def test_every_service_is_answered_or_says_why_not_at_every_kind_of_place(sample: Database, place: str) -> None:
    for name, found in publications(sample, place).items():
        answer = found.responsibility
        assert answer is not None
        assert answer.status in {"answered", "question", "none"}, (name, office(found))
        asked = answer.question is not None and answer.question.about == "place"
        assert bool(answer.matches) != (answer.status == "none" or asked)


@pytest.mark.parametrize(
    ("place", "service", "choices"),
    [
        ("Burgenlandkreis", "personalausweis-beantragen", {"Naumburg (Saale)", "Verbandsgemeinde Unstruttal"}),
        ("15", "kfz-zulassen", {"Halle (Saale)", "Burgenlandkreis"}),
    ],
)
def test_where_lower_administrations_act_it_asks_in_which_place(
    sample: Database, place: str, service: str, choices: set[str]
) -> None:
    answer = publications(sample, place)[service].responsibility
    assert answer is not None
    assert answer.status == "question"
    assert answer.question is not None
    assert choices <= set(answer.question.choices)
    assert "Karsdorf" not in answer.question.choices


def test_what_is_not_offered_has_no_competent_authority(sample: Database) -> None:
    found = publications(sample, "Karsdorf")["bewohnerparkausweis"]
    assert found.responsibility is not None
    assert (found.responsibility.status, found.responsibility.cause) == ("none", "not_offered")
    assert found.responsibility.advice is not None
    assert "keine Bewohnerparkzonen" in found.responsibility.advice.text


@pytest.mark.parametrize("name", ["municipal", "ea", "115", "json"])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_the_feeds_of_the_sample_are_valid(sample: Database, name: str, form: Form) -> None:
    schemas = ROOT / "busdb" / "schemas"
    with sample.reading() as connection:
        gazetteer = queries.gazetteer(connection)
        place = None if name == "json" else gazetteer.one("Naumburg (Saale)")
        wish = delivery.Wish(feed=name, place=place, on=TODAY, form=form, internal=name in {"115", "json"})
        data = b"".join(delivery.write(connection, gazetteer, wish))
    if form == "json":
        schema = msgspec.json.decode((schemas / f"{name}.schema.json").read_bytes())
        jsonschema.Draft202012Validator(schema).validate(msgspec.json.decode(data))
    else:
        etree.XMLSchema(etree.parse(schemas / f"{name}.xsd")).assertValid(etree.fromstring(data))


@pytest.mark.parametrize(
    ("place", "service", "status", "expected"),
    [
        ("Norddorf", "strandkorb", "answered", ["Bürgerbüro Marsch"]),
        ("Leuchtturm", "strandkorb", "answered", ["Gemeinde Leuchtturm"]),
        ("Hafenstadt", "strandkorb", "answered", ["Bürgeramt Hafenstadt"]),
        ("Hafenstadt", "deichausweis", "none", []),
        ("Norddorf", "fischerei", "answered", ["Fischereiamt Deichland"]),
        ("Sandbank", "fischerei", "answered", ["Wattkreis"]),
        ("Hafenstadt", "fischerei", "answered", ["Bürgeramt Hafenstadt"]),
        ("Leuchtturm", "hafengebuehr", "answered", ["Hafenmeisterei"]),
        ("Sandbank", "hafengebuehr", "none", []),
        ("Sandbank", "leuchtfeuer", "answered", ["Bezirksregierung Nord"]),
        ("Altdorf", "strandkorb", "answered", ["Bürgerbüro Marsch"]),
    ],
)
def test_another_state_with_another_structure_works_alike(
    other: Database, place: str, service: str, status: str, expected: list[str]
) -> None:
    assert office(publications(other, place)[service]) == (status, expected)


def test_a_region_is_between_state_and_district_where_there_is_one(other: Database) -> None:
    with other.reading() as connection:
        chain = [link.kind for link in queries.gazetteer(connection).chain("881015001001")]
    assert chain == ["municipality", "association", "district", "region", "state", "country"]


def test_no_hours_of_the_sample_take_back_what_they_said_before() -> None:
    """A later rule replaces the whole day: "Mo-Fr 08:00-12:00; Tu 14:00-18:00" closes on Tuesday morning."""
    days = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
    for path in SAMPLE.glob("*.jsonl"):
        for expression in set(re.findall(r'"osm":"([^"]*)"', path.read_text(encoding="utf-8"))) - {"24/7"}:
            named: list[str] = []
            for rule in expression.split("; "):
                for part in rule.split(" ")[0].split(","):
                    first, _, last = part.partition("-")
                    named += days[days.index(first) : days.index(last or first) + 1]
            assert len(named) == len(set(named)), expression
