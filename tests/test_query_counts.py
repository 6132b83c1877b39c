"""How often the database is asked does not depend on how much it holds. Counting queries is no timing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from builders import areas, authority, fee, rule, service
from support import TODAY, statements
from test_store import put

from busdb import queries, quotes
from busdb.assembly import Assembler
from busdb.bundles import bundle
from busdb.db import Database
from busdb.finder import Asking
from busdb.records import AnyRecord, LocalAddition, Offer, Text

KEY = "99008001001000"
FIRST = ["lsa.ausweis", "lsa.s0", "lsa.s1"]


def belongings(number: int) -> list[AnyRecord]:
    """A service with all that may hang on one: a rule, an office, a fee, an addition, an offer, and kin."""
    own = f"lsa.s{number}"
    return [
        service(f"s{number}", f"Dienst {number}", leika_keys=(KEY[:-3] + f"{number:03}",)),
        authority(f"amt{number}", f"Amt {number}"),
        rule(f"r{number}", service=own, authority=f"kommunal.amt{number}"),
        fee(f"f{number}", service=own),
        LocalAddition(
            id=f"kommunal.e{number}", service=own, area="150840355355", texts=(Text(module="05", html="<p>Mehr</p>"),)
        ),
        Offer(id=f"kommunal.o{number}", service=own, area="150840355355", status="offered"),
    ]


def an_answer(assembler: Assembler) -> object:
    """Who is responsible for one service."""
    return assembler.answer("lsa.s1")


def a_municipality(assembler: Assembler) -> object:
    """All publications of a place."""
    return list(assembler.all())


def all_answers(assembler: Assembler) -> object:
    """Who is responsible for each service of a place."""
    return list(assembler.answers())


def a_quote(assembler: Assembler) -> object:
    """What one service costs."""
    return quotes.of(assembler.one("lsa.s1"), TODAY, quotes.wanted(), "de")


def a_bundle(assembler: Assembler) -> object:
    """Three services together."""
    return bundle(assembler.several(FIRST), TODAY, "de")


def asked(database: Database, question: Callable[[Assembler], object]) -> int:
    """How many queries a question at Naumburg takes."""
    with database.reading() as connection:
        gazetteer = queries.gazetteer(connection)
        assembler = Assembler(connection, gazetteer, Asking(place=gazetteer.one("Naumburg"), on=TODAY))
        with statements(database.engine) as sent:
            assert question(assembler)
    return len(sent)


@pytest.mark.parametrize("question", [an_answer, all_answers, a_municipality, a_quote, a_bundle])
def test_the_number_of_queries_does_not_depend_on_the_size_of_the_state(
    database: Database, question: Callable[[Assembler], object]
) -> None:
    put(database, [*areas(), service(leika_keys=(KEY,)), authority(), rule(), fee()])
    put(database, [one for number in range(2) for one in belongings(number)])
    few = asked(database, question)
    put(database, [one for number in range(2, 60) for one in belongings(number)])
    assert asked(database, question) == few


def test_a_bundle_takes_no_more_queries_than_one_of_its_services(database: Database) -> None:
    put(database, [*areas(), service(leika_keys=(KEY,)), authority(), rule(), fee()])
    put(database, [one for number in range(3) for one in belongings(number)])
    several = asked(database, a_bundle)
    assert several <= asked(database, lambda assembler: assembler.one("lsa.s1"))
