"""What readers that only climb find in an export is what our own finder answers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

import pytest
from lxml import etree
from support import TODAY
from test_states import sample  # noqa: F401  a fixture
from test_whole_state import municipalities

from busdb import delivery, queries
from busdb.areas import Gazetteer
from busdb.assembly import Assembler
from busdb.db import Database
from busdb.finder import Asking
from busdb.publication import Place
from busdb.xzufi import schemas
from busdb.xzufi.names import area_id

Assignments = dict[tuple[str, str], set[str]]


def exported(database: Database) -> etree._Element:
    """The whole state in XZuFi."""
    with database.reading() as connection:
        gazetteer = delivery.gazetteer_of(connection)
        wish = delivery.Wish(feed="xzufi", place=None, on=TODAY, form="xml")
        return etree.fromstring(b"".join(delivery.write(connection, gazetteer, wish)))


def assignments(root: etree._Element) -> Assignments:
    """The ids of competent authorities by service and area."""
    found: Assignments = defaultdict(set)
    for office in root.iter("{*}organisationseinheit"):
        office_id = office.findtext("{*}id") or ""
        for one in office.findall("{*}zustaendigkeit"):
            if one.findtext("{*}rolle/code") == "01" and valid(one):
                for area in one.findall("{*}gebietID"):
                    found[one.findtext("{*}leistungID") or "", area.text or ""].add(office_id)
    return found


def valid(element: etree._Element) -> bool:
    """Whether an assignment holds on the day."""
    start = element.findtext("{*}gueltigkeit/{*}beginn") or "0"
    return start[:10] <= TODAY.isoformat()


def climb(found: Assignments, service: str, ars: str) -> set[str]:
    """As readers do: the municipality, the district, the Land, the country; the first that has any."""
    for area in (ars, f"{ars[:5]}0000000", f"{ars[:2]}0000000000", "0" * 12):
        if (service, area) in found:
            return found[service, area]
    return set()


Answer = tuple[str, str, set[str]]


def asked(database: Database, gazetteer: Gazetteer, places: list[Place], on: dt.date) -> Iterator[Answer]:
    """Service, place and the competent authorities as our finder answers by rules of the service itself."""
    with database.reading() as connection:
        for place in places:
            for one in Assembler(connection, gazetteer, Asking(place=place, on=on)).all():
                matches = one.responsibility.matches if one.responsibility else ()
                if all(match.explanation and match.explanation.via == "own" for match in matches):
                    offices = {match.authority.id.partition(".")[2] for match in matches}
                    yield one.id.partition(".")[2], area_id(place.code), offices


def check(database: Database, step: int) -> None:
    """Compare every service in every ``step``-th municipality."""
    root = exported(database)
    assert schemas.load("2.2.0").validate(root)
    found = assignments(root)
    with database.reading() as connection:
        gazetteer = queries.gazetteer(connection)
    compared = 0
    for service, ars, expected in asked(database, gazetteer, municipalities(gazetteer)[::step], TODAY):
        assert climb(found, service, ars) == expected, (service, ars)
        compared += 1
    assert compared > 50 * 218 / step


def test_a_climbing_reader_finds_in_some_municipalities_what_the_finder_answers(sample: Database) -> None:  # noqa: F811
    check(sample, 20)


@pytest.mark.soak
def test_a_climbing_reader_finds_everywhere_what_the_finder_answers(sample: Database) -> None:  # noqa: F811
    check(sample, 1)
