"""Visits are counted by page, and nothing of a visit can be put together again."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
from builders import service
from sqlalchemy import select
from test_store import put

from busdb import validity
from busdb.db import Database
from busdb.models.visits import visit
from busdb.settings import Settings
from busdb.visits import PageVisits, Visits, country, device, visited

MONTH = validity.today(validity.now()).replace(day=1)
PC = {"device": "pc", "country": "DE", "language": "de", "face": "page"}
PHONE = {"device": "smartphone", "country": "PL", "language": "en", "face": "widget"}


def make(database: Database, on: str = "yes") -> Visits:
    """The counts of a process of its own."""
    url = database.url.render_as_string(hide_password=False)
    return Visits(Settings(database_url=url, statistics=on))


def listed(database: Database, month: dt.date = MONTH) -> list[PageVisits]:
    with database.reading() as connection:
        return visited(connection, month)


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "pc"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Mobile/15E148 Safari/604",
            "smartphone",
        ),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537 Chrome/126 Mobile Safari/537", "smartphone"),
        ("Mozilla/5.0 (Linux; Android 14; SM-X700) AppleWebKit/537 Chrome/126 Safari/537", "tablet"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605 Mobile/15E148", "tablet"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", None),
        ("curl/8.5.0", None),
        ("", None),
    ],
)
def test_a_device_is_known_by_its_kind_and_machines_visit_nothing(agent: str, kind: str | None) -> None:
    assert device(agent) == kind


@pytest.mark.parametrize(
    ("text", "known"), [("PL", "PL"), ("pl", "unknown"), ("XX", "unknown"), ("T1", "unknown"), ("POL", "unknown")]
)
def test_a_country_has_two_letters(text: str, known: str) -> None:
    assert country(text) == known


def test_what_is_too_little_is_not_told_apart(database: Database) -> None:
    put(database, [service(sdg_areas=("2010100",)), service("dienst", "Dienst", sdg_areas=("0000000",))])
    visits = make(database)
    for _ in range(6):
        visits.count("/services/lsa.ausweis", PC)  # type: ignore[arg-type]
    visits.count("/services/lsa.ausweis", PHONE)  # type: ignore[arg-type]
    for _ in range(9):
        visits.count("/services/lsa.dienst", PC)  # type: ignore[arg-type]
    for _ in range(5):
        visits.count("/services/lsa.dienst", PHONE)  # type: ignore[arg-type]
    visits.close()
    dienst, ausweis = listed(database)
    assert (dienst.page, dienst.visits, dienst.sdg, dienst.devices) == (
        "/services/lsa.dienst", 14, False, {"pc": 9, "smartphone": 5},
    )  # fmt: skip
    assert (ausweis.visits, ausweis.sdg, ausweis.countries, ausweis.devices) == (7, True, {"other": 7}, {"other": 7})
    assert listed(database, dt.date(2020, 1, 1)) == []


def test_no_two_words_of_a_visit_stand_together(database: Database) -> None:
    visits = make(database)
    visits.count("/", PC)  # type: ignore[arg-type]
    visits.close()
    with database.reading() as connection:
        rows = connection.execute(select(visit)).mappings().all()
    assert {(row["month"], row["page"], row["what"], row["value"], row["count"]) for row in rows} == {
        (MONTH, "/", what, value, 1) for what, value in PC.items()
    }


def test_nothing_is_counted_unless_it_is_wanted(database: Database) -> None:
    visits = make(database, "no")
    visits.count("/", PC)  # type: ignore[arg-type]
    visits.close()
    assert listed(database) == []


def test_counts_of_several_processes_add_up_and_wait_while_another_writes(database: Database) -> None:
    processes = [make(database) for _ in range(3)]

    def work(own: Visits) -> None:
        for number in range(20):
            own.count(f"/services/lsa.s{number % 4}", PC)  # type: ignore[arg-type]
        while not own.flush():
            pass

    threads = [threading.Thread(target=work, args=(one,)) for one in processes]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for one in processes:
        one.close()
    assert [one.visits for one in listed(database)] == [15] * 4


def test_a_database_that_cannot_be_written_costs_no_reader_anything(sqlite_database: Database) -> None:
    visits = make(sqlite_database)
    with sqlite_database.writing():
        visits.count("/", PC)  # type: ignore[arg-type]
        assert not visits.flush()
    assert visits.flush()
    visits.close()
    assert [one.visits for one in listed(sqlite_database)] == [1]


def test_a_country_is_believed_only_behind_a_trusted_proxy() -> None:
    from busdb.errors import SetupError

    environ = {"BUSDB_COUNTRY_HEADER": "X-Country"}
    with pytest.raises(SetupError):
        Settings.from_env(environ)
    assert Settings.from_env({**environ, "BUSDB_PROXIES": "1"}).country_header == "X-Country"
    assert replace(Settings(), statistics="yes").statistics == "yes"
