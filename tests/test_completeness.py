"""The figures for editors, on both databases: each counts what it says, once."""

from __future__ import annotations

import datetime as dt

from builders import areas, authority, fee, service
from test_store import put

from busdb.completeness import completeness, whole
from busdb.db import Database
from busdb.publication import PlaceName
from busdb.queries import gazetteer
from busdb.records import Text

DAY = dt.date(2026, 11, 24)


def figures(database: Database) -> tuple[dict[str, tuple[int, int]], dict[str, dict[str, int]], dict[str, int]]:
    with database.reading() as connection:
        found = completeness(connection, gazetteer(connection), DAY)
    towns = {town.place.name: (town.offices, town.percent) for town in found.towns}
    return towns, {one.source: dict(one.counts) for one in found.prices}, dict(found.ages)


def test_an_office_lacks_what_it_does_not_have(database: Database) -> None:
    bare = authority("kahl", "Amt ohne alles", addresses=(), contacts=(), hours=())
    gone = authority("alt", "Amt von früher", valid_to=dt.date(2020, 1, 1))
    put(database, [*areas(), authority(), bare, gone])
    towns, _, _ = figures(database)
    assert towns == {"Naumburg (Saale)": (2, 50)}
    put(database, [authority("kahl", "Amt mit allem")])
    towns, _, _ = figures(database)
    assert towns == {"Naumburg (Saale)": (2, 100)}


def test_a_service_counts_once_by_the_best_of_its_fees(database: Database) -> None:
    prose = service("prosa", "Mit Text", texts=(*service().texts, Text(module="98", html="Es kostet etwas.")))
    read = fee(id="lsa.g2", service="lsa.gelesen", parsed=True)
    both = [fee(), fee(id="lsa.g3", parsed=True)]
    records = [*areas(), service(), prose, service("gelesen", "Gelesen"), service("nichts", "Nichts"), read, *both]
    put(database, records)
    _, prices, _ = figures(database)
    assert prices == {"lsa": {"structured": 1, "parsed": 1, "prose": 1, "unstated": 1}}
    with database.reading() as connection:
        assert whole(completeness(connection, gazetteer(connection), DAY)).prices == prices["lsa"]


def test_a_text_is_as_old_as_its_last_review(database: Database) -> None:
    put(
        database,
        [
            *areas(),
            service("neu", "Neu", changed_on=dt.date(2026, 1, 1)),
            service("geprueft", "Geprüft", changed_on=dt.date(2015, 1, 1), reviewed_on=dt.date(2025, 1, 1)),
            service("alt", "Alt", changed_on=dt.date(2015, 1, 1)),
            service("ohne", "Ohne", changed_on=None),
        ],
    )
    _, _, ages = figures(database)
    assert ages == {"year": 1, "two_years": 1, "three_years": 0, "older": 1, "undated": 1}


def test_a_body_with_everything_is_a_hundred_percent_and_only_then(database: Database) -> None:
    many = [authority(f"a{number}", f"Amt {number}") for number in range(200)]
    put(database, [*areas(), *many, authority("kahl", "Amt ohne Zeiten", hours=())])
    with database.reading() as connection:
        (town,) = completeness(connection, gazetteer(connection), DAY).towns
    assert isinstance(town.place, PlaceName)
    assert town.percent == 99
