"""The whole sample state: every municipality and service is answered, and every reason leads to its answer."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from support import TODAY
from test_states import sample  # noqa: F401  a fixture

from busdb import mapping, queries
from busdb.areas import Gazetteer
from busdb.assembly import Assembler
from busdb.coverage import coverage
from busdb.db import Database
from busdb.finder import Asking
from busdb.publication import Match, Place, Publication
from busdb.records import Responsibility


def municipalities(gazetteer: Gazetteer) -> list[Place]:
    """The 218 of the state."""
    codes = [code for code in sorted(gazetteer.codes()) if code.startswith("15")]
    places = [gazetteer.place(code) for code in codes]
    return [place for place in places if place.kind in {"municipality", "city"} and place.valid_to is None]


def test_every_question_of_responsibility_has_an_end(sample: Database) -> None:  # noqa: F811
    with sample.reading() as connection:
        gazetteer = queries.gazetteer(connection)
        found = coverage(connection, gazetteer, TODAY, gazetteer.one("15"))
    assert (len(found.places), len(found.rows)) == (218, 63)
    print(found.totals)
    assert sum(found.totals.values()) == 218 * 63
    assert (found.totals["ambiguous"], found.totals["missing"], found.totals["advice"]) == (0, 0, 0)


def leads_to_its_answer(place: Place, publication: Publication, match: Match, gazetteer: Gazetteer) -> bool:
    """Whether the answer follows from its reason alone, as data."""
    reason = match.explanation
    assert reason is not None
    if reason.target == "authority":
        return True
    assert reason.executor is not None
    body = gazetteer.name(gazetteer.executing(place.code, reason.executor) or "")
    return body == match.body and (reason.category in match.authority.categories or not match.authority.path)


def check(database: Database, places: Sequence[Place], gazetteer: Gazetteer) -> None:
    """Every answer at the places is explained, and follows from what explains it."""
    with database.reading() as connection:
        rules = {
            one.record.id: one.record
            for one in mapping.read(connection, "responsibility")
            if isinstance(one.record, Responsibility)
        }
        for place in places:
            for publication in Assembler(connection, gazetteer, Asking(place=place, on=TODAY)).all():
                answer = publication.responsibility
                assert answer is not None
                assert answer.matches or answer.advice
                for match in answer.matches:
                    rule = rules[match.rule]
                    assert rule.service == publication.id
                    assert rule.authority in {None, match.authority.id}
                    assert leads_to_its_answer(place, publication, match, gazetteer), (place.name, publication.id)
                    assert match.rule in match.reason


def test_every_reason_leads_to_its_answer_in_some_municipalities(sample: Database) -> None:  # noqa: F811
    with sample.reading() as connection:
        gazetteer = queries.gazetteer(connection)
    check(sample, municipalities(gazetteer)[::20], gazetteer)


@pytest.mark.soak
def test_every_reason_leads_to_its_answer_in_all_municipalities(sample: Database) -> None:  # noqa: F811
    with sample.reading() as connection:
        gazetteer = queries.gazetteer(connection)
    places = municipalities(gazetteer)
    assert len(places) == 218
    check(sample, places, gazetteer)
