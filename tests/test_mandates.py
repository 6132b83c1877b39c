"""What a source may write: every way in which a hostile editor may reach beyond it ends in a reason for a rejection."""

from __future__ import annotations

from typing import Any

import pytest
from builders import areas, authority, fee, rule, service
from support import NOW
from test_ingest import load

from busdb import runs
from busdb.db import Database
from busdb.records import (
    AnyRecord,
    Area,
    AreaMember,
    Document,
    Form,
    LocalAddition,
    Notice,
    Offer,
    OnlineService,
    Text,
    Wording,
)

NAUMBURG, KARSDORF, DISTRICT = "150840355355", "150845051245", "15084"


@pytest.fixture
def state(sqlite_database: Database) -> Database:
    """A gazetteer, central content, a district and a town with mandates; the town's source is hostile."""
    load(sqlite_database, areas(), source="destatis")
    part = Area(id="destatis.koesen", kind="locality", name="Bad Kösen", parent=NAUMBURG)
    spread = Area(id="destatis.wein", kind="custom", name="Weinregion", members=(AreaMember(area=NAUMBURG),))
    load(sqlite_database, [part, spread], source="destatis")
    load(sqlite_database, [service(), fee(), rule()])
    load(sqlite_database, [authority("kreis", id="kreis.amt", area=DISTRICT)], source="kreis")
    with sqlite_database.writing() as connection:
        mandate = {"mandate_areas": (NAUMBURG,), "mandate_modules": ("06", "08")}
        runs.edit_source(connection, "stadt", mandate, create=True, now=NOW)
    load(sqlite_database, [authority("rathaus", id="stadt.rathaus")], source="stadt")
    return sqlite_database


def addition(**fields: Any) -> LocalAddition:
    """A text of the town for a service of the Land."""
    texts = (Text(module="06", html="Bei uns im Rathaus."),)
    return LocalAddition(**{"id": "stadt.z", "service": "lsa.ausweis", "area": NAUMBURG, "texts": texts, **fields})


def own(**fields: Any) -> Area:
    """A district that the town has made."""
    return Area(**{"id": "stadt.nord", "kind": "custom", "name": "Nord", **fields})


ATTACKS: dict[str, tuple[AnyRecord, str]] = {
    "an area of another municipality": (fee(id="stadt.f", area=KARSDORF), "mandate"),
    "its own district": (authority(id="stadt.a", area=DISTRICT), "mandate"),
    "raising its own office to the Land": (authority("rathaus", id="stadt.rathaus", area="15"), "mandate"),
    "an office without a place": (authority(id="stadt.a", area=None), "mandate"),
    "a fee for everybody": (fee(id="stadt.f", area=None), "mandate"),
    "a rule for everybody": (rule(id="stadt.r", areas=()), "mandate"),
    "a rule for itself and a neighbour": (rule(id="stadt.r", areas=(NAUMBURG, KARSDORF)), "mandate"),
    "its office under one of the district": (authority(id="stadt.a", parent="kreis.amt"), "mandate_parent"),
    "its office under one that is not there yet": (authority(id="stadt.a", parent="land.kommt"), "mandate_parent"),
    "an office without a place under another's": (
        authority(id="stadt.a", area=None, parent="kreis.amt"),
        "mandate_parent",
    ),
    "another's id": (authority("kreis", id="kreis.amt"), "foreign_source"),
    "another's id with a dot in its own": (authority(id="stadt-x.a"), "foreign_source"),
    "a module of the central editors": (addition(texts=(Text(module="05", html="Falsch."),)), "mandate_module"),
    "a central module without a text": (addition(processing_times=(), deadlines=(), texts=(
        Text(module="06", html="Gut."), Text(module="02", html="Falsch."))), "mandate_module"),
    "a notice on another's office": (Notice(id="stadt.h", text="Zu!", authority="kreis.amt"), "mandate"),
    "a notice on a service everywhere": (Notice(id="stadt.h", text="Zu!", service="lsa.ausweis"), "mandate"),
    "saying that a service is offered elsewhere": (
        Offer(id="stadt.o", service="lsa.ausweis", area=KARSDORF, status="not_offered"),
        "mandate",
    ),
    "a word for another's service": (Wording(id="stadt.w", everyday="Perso", service="lsa.ausweis"), "mandate"),
    "a word for everybody": (Wording(id="stadt.w", everyday="Perso", official="Personalausweis"), "mandate"),
    "the gazetteer": (own(kind="municipality", ars=KARSDORF, name="Karsdorf"), "mandate"),
    "its own row of the gazetteer": (own(kind="municipality", ars=NAUMBURG, name="Naumburg"), "area_owned"),
    "a place with the name of a city": (own(kind="city", name="Halle"), "mandate"),
    "a district that hangs nowhere": (own(), "mandate"),
    "a district with a part of a neighbour": (
        own(members=(AreaMember(area=NAUMBURG), AreaMember(area=KARSDORF))),
        "mandate",
    ),
    "a district of another source": (fee(id="stadt.f", area="destatis.wein"), "mandate"),
    "a service for the Land": (service(id="stadt.s"), "mandate"),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_a_source_cannot_reach_beyond_its_mandate(state: Database, name: str) -> None:
    record, code = ATTACKS[name]
    report = load(state, [record], source="stadt")
    assert [issue["code"] for issue in report.issues if issue["severity"] == "muss"] == [code]
    assert (report.changes, report.rejected) == (0, 1)
    (message,) = [issue["message"] for issue in report.issues if issue["severity"] == "muss"]
    assert "Bürgerbüro Naumburg" not in message
    assert "{" not in message


ALLOWED: dict[str, AnyRecord] = {
    "its office": authority(id="stadt.a"),
    "its office under its own": authority(id="stadt.a", parent="stadt.rathaus", area=None),
    "an office in a part of town of the gazetteer": authority(id="stadt.a", area="destatis.koesen"),
    "its fee": fee(id="stadt.f", area=NAUMBURG),
    "its rule for a service of the Land": rule(id="stadt.r", areas=(NAUMBURG,), authority="stadt.rathaus"),
    "its addition": addition(documents=(Document(label="Foto"),)),
    "its online service": OnlineService(id="stadt.o", name="Antrag"),
    "its form": Form(id="stadt.f", name="Antrag"),
    "a notice on its office": Notice(id="stadt.h", text="Heute zu", authority="stadt.rathaus"),
    "a district of its own": own(members=(AreaMember(area=NAUMBURG, street="Am Markt"),)),
    "a fee in a district of its own": fee(id="stadt.f", area="stadt.nord"),
    "a word for its own service": Wording(id="stadt.w", everyday="Parken", service="stadt.parken"),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_a_source_may_do_what_its_mandate_says(state: Database, name: str) -> None:
    report = load(state, [ALLOWED[name]], source="stadt")
    assert (report.changes, report.rejected) == (1, 0), report.issues


def test_a_mandate_ends_where_the_digits_of_a_key_go_on_in_another_group(state: Database) -> None:
    with state.writing() as connection:
        mandate = {"mandate_areas": ("15083",), "mandate_kinds": ("authority",)}
        runs.edit_source(connection, "boerde", mandate, create=True, now=NOW)
    tried = ("15083", "150830040040", "15084", "1508", "150", "15", "DE", "15008")
    records = [authority(f"a{code}", id=f"boerde.a{code}", area=code) for code in tried if len(code) != 4]
    taken = load(state, records, source="boerde")
    assert taken.counts["authority"]["added"] == 2
    refused = load(state, [fee(id="boerde.f", area="15083")], source="boerde")
    assert [one["code"] for one in refused.issues if one["severity"] == "muss"] == ["mandate_kind"]
    assert "Gebühr" in refused.issues[0]["message"]
