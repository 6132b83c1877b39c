"""A publication brings together what applies to a service at a place on a day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from builders import areas, authority, day, fee, rule, service
from support import TODAY
from test_store import put

from busdb import queries
from busdb.assembly import Assembler
from busdb.criteria import Facts
from busdb.db import Database
from busdb.errors import NotFoundError
from busdb.finder import Asking
from busdb.publication import Publication
from busdb.records import (
    AnyRecord,
    Document,
    Form,
    Link,
    LocalAddition,
    Name,
    Notice,
    Offer,
    OnlineService,
    Text,
)

UNSTRUTTAL = authority("unstruttal", "Bürgerbüro Unstruttal", area="150845051")
OFFICE = authority(parent="kommunal.rathaus")
TOWN_HALL = authority("rathaus", "Stadtverwaltung Naumburg", categories=("Verwaltung",))
STATE: list[AnyRecord] = [*areas(), service(), OFFICE, UNSTRUTTAL, TOWN_HALL, fee(), rule()]


def publish(database: Database, place: str = "Naumburg", **fields: Any) -> Publication:
    """The publication of the identity card at a place."""
    return publish_all(database, place, **fields)[0]


def publish_all(database: Database, place: str = "Naumburg", **fields: Any) -> list[Publication]:
    """All publications at a place."""
    with database.reading() as connection:
        gazetteer = queries.gazetteer(connection)
        asking = Asking(place=gazetteer.one(place), **{"on": TODAY, **fields})
        return list(Assembler(connection, gazetteer, asking).all())


def test_the_local_office_is_responsible_with_its_reason(database: Database) -> None:
    put(database, STATE)
    answer = publish(database).responsibility
    assert answer is not None
    assert answer.status == "answered"
    (match,) = answer.matches
    assert match.authority.id == "kommunal.buergerbuero"
    assert match.body is not None
    assert (match.body.ars, match.body.name) == ("150840355355", "Naumburg (Saale)")
    assert match.rule == "lsa.ausweis-regel"
    assert match.reason


def test_the_association_acts_for_its_member(database: Database) -> None:
    put(database, STATE)
    answer = publish(database, "Karsdorf").responsibility
    assert answer is not None
    assert [match.authority.name for match in answer.matches] == ["Bürgerbüro Unstruttal"]
    assert answer.matches[0].body is not None
    assert answer.matches[0].body.kind == "association"


def test_an_explicit_rule_of_a_nearer_area_beats_the_level_rule(database: Database) -> None:
    put(database, [*STATE, rule("naumburg", authority="kommunal.rathaus", areas=("150840355355",))])
    answer = publish(database).responsibility
    assert answer is not None
    assert [match.authority.id for match in answer.matches] == ["kommunal.rathaus"]


def test_an_excluded_area_has_nobody_but_advice(database: Database) -> None:
    put(database, [*STATE[:-1], rule(excluded_areas=("150840355355",))])
    answer = publish(database).responsibility
    assert answer is not None
    assert (answer.status, answer.matches) == ("none", ())
    assert answer.advice is not None
    assert answer.advice.phone == "115"
    assert answer.advice.authority is not None
    assert answer.advice.authority.id == "kommunal.rathaus"


def test_a_surname_settles_a_question(database: Database) -> None:
    split = [
        rule("a", authority="kommunal.rathaus", criteria=(_names("A", "K"),)),
        rule("l", authority="kommunal.buergerbuero", criteria=(_names("L", "Z"),)),
    ]
    put(database, [*STATE[:-1], *split])
    asked = publish(database).responsibility
    assert asked is not None
    assert asked.status == "question"
    assert asked.question is not None
    assert (asked.question.about, asked.question.choices) == ("surname", ("A-K", "L-Z"))
    for surname, office in [("Ärmel", "rathaus"), ("Kunze", "rathaus"), ("Lange", "buergerbuero")]:
        told = publish(database, facts=Facts(surname=surname)).responsibility
        assert told is not None
        assert [match.authority.id for match in told.matches] == [f"kommunal.{office}"]


def _names(first: str, last: str) -> Any:
    from busdb.records import Criterion

    return Criterion(type="surname", first=first, last=last)


@pytest.mark.parametrize(("on", "amount"), [("2026-02-06", "37.00"), ("2026-02-07", "46.00")])
def test_the_fee_is_that_of_the_day(database: Database, on: str, amount: str) -> None:
    changed = dt.date(2026, 2, 7)
    put(database, [*STATE[:-2], rule(), fee("alt", "37.00", valid_to=changed), fee("neu", valid_from=changed)])
    (due,) = publish(database, on=day(on)).fees
    assert due.amount == Decimal(amount)
    assert due.valid_to == (None if amount == "46.00" else dt.date(2026, 2, 6))


def test_a_local_statute_fills_what_the_state_leaves_open(database: Database) -> None:
    open_ = fee("steuer", None, kind="up_to", open=True, label="Hundesteuer", area="15")
    local = fee("steuer-karsdorf", "45.00", label="Hundesteuer je Hund", area="150845051245")
    put(database, [*STATE[:-2], rule(), open_, local])
    assert [due.id for due in publish(database, "Karsdorf").fees] == ["lsa.steuer-karsdorf"]
    assert [due.id for due in publish(database, "Naumburg").fees] == ["lsa.steuer"]


def test_a_local_addition_supplements_and_fills_but_does_not_replace(database: Database) -> None:
    addition = LocalAddition(
        id="kommunal.zusatz",
        service="lsa.ausweis",
        area="150840355355",
        mode="replace",
        texts=(
            Text(module="06", html="<p>In Naumburg nur dienstags.</p>"),
            Text(module="16", html="<p>Parkplatz.</p>"),
        ),
        documents=(Document(label="Stadtpass"),),
    )
    put(database, [*STATE, addition])
    parts = {(part.module, part.mode): part for part in publish(database).parts}
    assert ("06", "base") in parts
    assert parts["06", "supplement"].area is not None
    assert parts["16", "fill"].layer == "municipality"
    assert [document.label for document in publish(database).documents] == ["Stadtpass"]
    assert publish(database, "Halle").documents == ()


def test_a_replaceable_text_is_replaced(database: Database) -> None:
    open_ = service(texts=(Text(module="03", html="Ausweis"), Text(module="06", html="<p>Land</p>", replaceable=True)))
    addition = LocalAddition(
        id="k.z", service="lsa.ausweis", area="15084", mode="replace", texts=(Text(module="06", html="<p>Kreis</p>"),)
    )
    put(database, [*STATE[:7], open_, rule(), addition])
    assert [part.html for part in publish(database).parts] == ["<p>Kreis</p>"]


def test_texts_fall_back_to_german_and_say_so(database: Database) -> None:
    english = service(texts=(*service().texts, Text(module="03", html="Identity card", language="en")))
    put(database, [*STATE[:7], english, rule()])
    found = publish(database, language="en")
    assert found.name == "Identity card"
    assert found.available_languages == ("de", "en")
    assert {part.language for part in found.parts} == {"de"}


def test_online_services_forms_offers_and_notices_come_with_the_service(database: Database) -> None:
    online = OnlineService(
        id="lsa.od",
        name="Ausweis online",
        links=(Link(url="https://example.org/de"), Link(url="https://example.org/en", language="en")),
    )
    form = Form(id="lsa.f", name="Antrag", names=(Name(language="en", text="Application"),))
    put(
        database,
        [
            *STATE,
            online,
            form,
            rule("od", online_service="lsa.od"),
            rule("f", form="lsa.f"),
            Offer(id="k.o", service="lsa.ausweis", area="15002", status="not_offered", reason="Zu klein."),
            Notice(
                id="k.n", text="Heute geschlossen", authority="kommunal.buergerbuero", valid_to=dt.date(2026, 11, 24)
            ),
            Notice(id="k.alt", text="Vorbei", authority="kommunal.buergerbuero", valid_to=dt.date(2026, 11, 23)),
            Notice(id="k.115", text="Nur intern", authority="kommunal.buergerbuero", audience="115"),
        ],
    )
    found = publish(database, language="en")
    assert [one.url for one in found.online_services] == ["https://example.org/en"]
    assert [one.name for one in found.forms] == ["Application"]
    assert [one.text for one in found.notices] == ["Heute geschlossen"]
    assert found.offer.status == "offered"
    assert publish(database, "Halle").offer.reason == "Zu klein."
    assert {one.text for one in publish(database, internal=True).notices} == {"Heute geschlossen", "Nur intern"}


def test_internal_content_needs_the_right(database: Database) -> None:
    put(database, STATE)
    public, internal = publish(database), publish(database, internal=True)
    assert public.responsibility is not None
    assert public.responsibility.matches[0].authority.internal115 == ()
    assert internal.responsibility is not None
    assert internal.responsibility.matches[0].authority.internal115[0].note == "Nur für 115"


def test_the_most_specific_variant_of_a_key_represents_it_at_a_place(database: Database) -> None:
    key = ("99115005104000",)
    land = service("land", leika_keys=key)
    city = service("stadt", leika_keys=key, areas=("15002",), layer="municipality")
    munich = service("muenchen", leika_keys=key, areas=("09162",))
    put(database, [*areas(), land, city, munich])
    assert [one.id for one in publish_all(database, "Halle")] == ["lsa.stadt"]
    assert [one.id for one in publish_all(database, "Naumburg")] == ["lsa.land"]


def test_drafts_and_unknown_services_do_not_exist(database: Database) -> None:
    put(database, [*areas(), service(publication_state="draft")])
    with database.reading() as connection:
        gazetteer = queries.gazetteer(connection)
        assembler = Assembler(connection, gazetteer, Asking(place=None, on=TODAY))
        for id_ in ("lsa.ausweis", "lsa.nichts", "x.y"):
            with pytest.raises(NotFoundError):
                assembler.one(id_)
