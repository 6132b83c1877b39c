"""Wholes in which everything occurs that XZuFi carries."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from builders import authority, fee, head, rule
from examples import trade
from msgspec.structs import replace
from support import NOW

from busdb.formats import FeedHead, Whole
from busdb.records import (
    Contact,
    Criterion,
    Deadline,
    Document,
    Fee,
    FeeText,
    Form,
    Hours,
    HoursException,
    Link,
    LocalAddition,
    Name,
    OnlineService,
    Person,
    ProcessingTime,
    Responsibility,
    Service,
    Text,
)

AGENCIES = {"lsa": "L999915", "kommunal": "L999916"}


def xzufi_head(version: str = "2.2.0", *, internal: bool = False) -> FeedHead:
    """The head of a delivery."""
    areas = {"150845051": ("150845051245",), "kommunal.sued": ("15002", "150840355355")}
    return replace(head("xzufi", internal=internal), version=version, agencies=AGENCIES, areas=areas)


def service() -> Service:
    """Gewerbe anmelden with texts in two languages and with texts for 115."""
    whole = trade()
    texts = (
        *whole.texts,
        Text(module="03", html="Register a trade", language="en"),
        Text(module="03", html="Déclarer une activité", language="fr"),
        Text(module="15", html="<p>Mehr <table><tr><td>im Netz</td></tr></table></p>", links=(
            Link(url="https://example.org/?a=1&b=2", title="Mehr & mehr"),
        )),
        Text(module="16", html="<p>Nur für 115: nachfragen.</p>", visibility="115"),
        Text(module="93", html="Ministerium &amp; Kammer"),
        Text(module="98", html="<p>Gebühr nach Aufwand.</p>"),
    )  # fmt: skip
    documents = (*whole.documents, Document(label="Power of attorney", language="en"))
    deadlines = (
        Deadline(label="Antragsfrist", duration="P1M", duration_max="P3M", type="application"),
        Deadline(label="Stichtag", date_from="2026-01-01", date_to="--12-31"),
    )
    return replace(
        whole, texts=texts, documents=documents, deadlines=deadlines, areas=("15", "kommunal.sued"),
        legal_forms=("GmbH", "111000"), nationalities=("EU", "000"),
        processing_times=(*whole.processing_times, ProcessingTime(minimum="P1W", maximum="P6W", text="meist vier")),
    )  # fmt: skip


def fees() -> tuple[Fee, ...]:
    """Fees of every kind, of the service and local ones."""
    common = {"service": "lsa.gewerbe", "legal_basis_url": "https://example.org/allgo"}
    english = (FeeText(language="en", label="Registration"),)
    return (
        fee("k-fest", "26.00", label="Anmeldung", translations=english, prepayment=True, position=1, **common),
        fee("k-spanne", None, kind="range", amount_min=Decimal(15), amount_max=Decimal(65), position=2, **common),
        fee("k-ab", None, kind="from", amount_min=Decimal(5), type="expense", position=3, **common),
        fee("k-frei", None, kind="free", label="Abmeldung", condition="online", position=4, **common),
        fee("k-satz", "10.00", kind="rate", period="hour", label="Beratung", position=5, **common),
        fee("k-wert", None, kind="value_based", percent=Decimal("1.5"), amount_min=Decimal(20), position=6, **common),
        fee("k-offen", None, kind="range", open=True, position=7, **common),
        Fee(
            id="kommunal.x", service="lsa.gewerbe", area="150020000000", kind="fixed", amount=Decimal(30),
            type="private_law", valid_from=dt.date(2026, 1, 1), valid_to=dt.date(2027, 1, 1),
        ),
    )  # fmt: skip


def addition() -> LocalAddition:
    """What two municipalities add."""
    return LocalAddition(
        id="kommunal.zusatz", service="lsa.gewerbe", area="150845051", changed_on=dt.date(2026, 11, 2),
        texts=(Text(module="16", html="<p>Nur dienstags.</p>"),), documents=(Document(label="Lageplan"),),
    )  # fmt: skip


def wholes() -> list[Whole]:
    """One whole of each sort."""
    office = authority(
        "gewerbeamt", "Gewerbeamt", names=(Name(language="en", text="Trade office"),), parent="kommunal.rathaus",
        description="<p>Alles rund ums Gewerbe</p>", short_name="GewA",
        contacts=(
            Contact(channel="phone", value="+49 30 23125 100", label="Zentrale", limits="nur vormittags"),
            Contact(channel="web", value="https://example.org", label="Im Netz"),
            Contact(channel="bebpo", value="bebpo-example"),
            Contact(channel="email", value="rueckfragen@example.org", visibility="internal"),
        ),
        hours=(
            Hours(osm="Mo-Fr 09:00-12:00; Tu 09:00-12:00,13:00-18:00"), Hours(type="phone", text="vormittags"),
            Hours(osm='Mo "nach Vereinbarung"'),
        ),
        exceptions=(HoursException(first_day=dt.date(2026, 12, 24), last_day=dt.date(2026, 12, 26), text="zu"),),
        persons=(Person(name="Erika Beispiel", role="Leitung", published=True, phone="+49 30 23125 101"),),
    )  # fmt: skip
    rules = (
        rule("r2", service="lsa.gewerbe", authority=office.id, areas=("15002", "DE"), remark="Eingang B"),
        rule("r1", service="lsa.gewerbe", authority=office.id, role="contact", areas=("150840355355",), criteria=(
            Criterion(type="surname", first="A", last="K"),
            Criterion(type="street", street="Markt", first="1", last="9", parity="odd"),
        )),
    )  # fmt: skip
    online = OnlineService(
        id="lsa.gewerbe-online", name="Gewerbe online", assurance_level="20", languages=("de", "en"),
        links=(Link(url="https://example.org/online", title="Los"),), valid_from=dt.date(2026, 1, 1),
    )  # fmt: skip
    form = Form(id="lsa.vollmacht", name="Vollmacht", number="GewA 1", links=(Link(url="https://example.org/v.pdf"),))
    lead: tuple[Responsibility, ...] = (rule("OD-7", service="lsa.gewerbe", online_service=online.id),)
    return [
        Whole(service(), (*fees(), addition()), NOW, ("2010100",)),
        Whole(office, rules, NOW),
        Whole(online, lead, NOW),
        Whole(form, (rule("FO-7", service="lsa.gewerbe", form=form.id),), NOW),
    ]
