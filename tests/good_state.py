"""A state in which nothing is to be mended, and how tests change it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from builders import areas, authority, fee, rule, service
from support import NOW, TODAY
from test_store import put

from busdb.db import Database
from busdb.records import (
    Address,
    AnyRecord,
    Channel,
    Contact,
    Criterion,
    Document,
    Form,
    LegalBasis,
    LifeEvent,
    Link,
    LocalAddition,
    OnlineService,
    ProcessingTime,
    Remedy,
    Requirement,
    Responsibility,
    Service,
    Step,
    SupportBody,
    Synonym,
    Text,
)

NAUMBURG, KARSDORF, HALLE = "150840355355", "150845051245", "15002"
YESTERDAY = TODAY - dt.timedelta(days=1)
ENGLISH = (Text(module="03", html="Identity card", language="en"), Text(module="05", html="Short.", language="en"))
EA: dict[str, Any] = {
    "ea": True,
    "ea_basis": ("§ 1 EAG LSA",),
    "requirements": (Requirement(text="Zuverlässigkeit"),),
    "steps": (Step(text="Antrag stellen"),),
    "channels": (Channel(kind="online"),),
    "documents": (Document(label="Ausweis"),),
    "deadlines": (),
    "processing_times": (ProcessingTime(minimum="P1W"),),
    "tacit_approval": False,
    "support_bodies": (SupportBody(name="Kammer", kind="chamber", phone="+49 30 23125 700"),),
}


def full(value: str = "ausweis", **fields: Any) -> Service:
    """A service that lacks nothing."""
    more: tuple[Text, ...] = fields.pop("more", ())
    given = service()
    defaults: dict[str, Any] = {
        "federal_types": ("4b",),
        "texts": (*given.texts, *ENGLISH, Text(module="24", html="Kurz gesagt."), *more),
        "synonyms": (Synonym(term="Perso"),),
        "life_events": ("lsa.umzug",),
        "remedies": (Remedy(kind="Widerspruch"),),
        "legal_bases": (LegalBasis(citation="§ 9 PAuswG", url="https://example.org/gesetz"),),
        "changed_on": TODAY,
    }
    return service(value, **{**defaults, **fields})


def good() -> list[AnyRecord]:
    """A state in which nothing is to be mended."""
    return [
        *areas(),
        LifeEvent(id="lsa.umzug", name="Umzug"),
        full(),
        authority(contacts=(Contact(channel="phone", value="+49 30 23125 100"),)),
        authority("halle", "Bürgerbüro Halle", area=HALLE),
        authority("unstruttal", "Bürgerbüro Unstruttal", area="150845051", addresses=(address("2"),)),
        rule(),
        fee(),
        OnlineService(id="lsa.online", name="Antrag", assurance_level="20", links=(Link(url="https://example.org/o"),)),
        Form(id="lsa.formular", name="Formular", accessible=True, links=(Link(url="https://example.org/a.pdf"),)),
    ]


def stated(database: Database, *records: AnyRecord, now: dt.datetime = NOW) -> None:
    """The state in which all is well, with some records more, or in place of those of the same id."""
    put(database, [*{(one.kind_name, one.id): one for one in (*good(), *records)}.values()], now)


def address(number: str = "1", **fields: Any) -> Address:
    """Where an office is."""
    there: dict[str, Any] = {"street": "Beispielweg", "postal_code": "06618", "city": "Naumburg (Saale)"}
    return Address(house_number=number, **{**there, **fields})


def split(value: str, first: str, last: str) -> Responsibility:
    """A rule of Naumburg for a range of surnames."""
    named = (Criterion(type="surname", first=first, last=last),)
    return rule(value, authority="kommunal.buergerbuero", areas=(NAUMBURG,), criteria=named)


def addition(**fields: Any) -> LocalAddition:
    """What Naumburg adds."""
    text = Text(module="06", html="<p>In Naumburg im Rathaus.</p>")
    return LocalAddition(id="kommunal.zusatz", service="lsa.ausweis", area=NAUMBURG, texts=(text,), **fields)
