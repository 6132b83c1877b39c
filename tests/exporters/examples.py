"""A service in which every field is filled, and one of which hardly anything is known."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from builders import ATTRIBUTION, NAUMBURG, head, match, office, publication, service

from busdb.formats import FeedHead
from busdb.publication import (
    Advice,
    FeeView,
    Finding,
    FormView,
    NoticeView,
    OfferView,
    OnlineServiceView,
    Part,
    PlaceName,
    Publication,
    Question,
    ResponsibilityAnswer,
    ServiceName,
)
from busdb.records import (
    Address,
    CallQuestion,
    Channel,
    Deadline,
    Document,
    Hours,
    HoursException,
    LegalBasis,
    Link,
    Person,
    ProcessingTime,
    Register,
    Remedy,
    Requirement,
    Service,
    Step,
    SupportBody,
    Synonym,
    Text,
)

STATE = PlaceName(ars="15", name="Sachsen-Anhalt", kind="state")
DAY = dt.date(2026, 10, 1)


def trade() -> Service:
    """Gewerbe anmelden, with everything that a service can say."""
    return service(
        "gewerbe",
        "Gewerbe anmelden",
        kind="lov",
        leika_keys=("99050012104000",),
        federal_types=("2/3",),
        audiences=("business",),
        ea=True,
        ea_basis=("Art. 9 RL 2006/123/EG",),
        qualification=False,
        d115=True,
        d115_rank=7,
        sdg_areas=("2010100",),
        sdg_annex2=True,
        nace=("I",),
        legal_forms=("GmbH",),
        nationalities=("EU",),
        written_form=False,
        in_person=False,
        power_of_attorney=True,
        appointment=True,
        reference_place="business",
        tacit_approval=False,
        identification=("eIDAS", "BundID"),
        valid_from=dt.date(2026, 1, 1),
        changed_on=DAY,
        reviewed_on=DAY,
        review_due=dt.date(2027, 10, 1),
        synonyms=(Synonym(term="Gewerbeanmeldung"), Synonym(term="Firma gründen")),
        steps=(
            Step(text="Formular ausfüllen"),
            Step(text="Bestätigung erhalten", legal_effect="Anzeige gilt als erstattet"),
        ),
        channels=(Channel(kind="online"), Channel(kind="in_person", text="im Gewerbeamt")),
        requirements=(Requirement(text="Anzeige vor Beginn", applies_to=("establishment",), legal_basis="§ 14 GewO"),),
        documents=(
            Document(label="Personalausweis oder Reisepass", formats=("copy", "electronic"), translation="none"),
            Document(label="Vollmacht", required=False, condition="bei Vertretung", form="lsa.vollmacht"),
            Document(label="Gewerbeschein", direction="out"),
            Document(label="Interner Prüfbogen", visibility="115"),
            Document(label="Aktenvermerk", visibility="internal"),
        ),
        deadlines=(Deadline(label="Anzeige", text="gleichzeitig mit dem Beginn", duration="P0D", type="notification"),),
        processing_times=(
            ProcessingTime(maximum="P3D", starts_with="complete_documents", extendable="einmal"),
            ProcessingTime(maximum="P1D", average=True),
        ),
        legal_bases=(LegalBasis(citation="§ 14 GewO", url="https://www.gesetze-im-internet.de/gewo/__14.html"),),
        remedies=(Remedy(kind="Widerspruch", deadline="P1M", authority="Burgenlandkreis", legal_basis="§ 68 VwGO"),),
        registers=(Register(name="Gewerberegister", access="berechtigtes Interesse"),),
        support_bodies=(
            SupportBody(name="IHK Beispiel", kind="chamber", url="https://ihk.example.org"),
            SupportBody(name="Schlichtungsstelle", kind="dispute_resolution", email="schlichtung@example.org"),
        ),
        call_questions=(CallQuestion(text="Haben Sie schon begonnen?"),),
    )


def parts() -> tuple[Part, ...]:
    """Texts of two layers."""
    link = Link(url="https://intern.example.org", title="Nur für 115", visibility="115")
    base = {"language": "de", "layer": "state", "source": "lsa", "changed_on": DAY}
    texts = {
        "05": "<p>Vor Beginn anzeigen und bestätigen lassen.</p>",
        "06": "<p>Wer ein Gewerbe beginnt, zeigt es an.</p>",
        "09": "<p>Sie beginnen ein Gewerbe.</p>",
        "16": "<p>Das Finanzamt meldet sich selbst.</p>",
    }
    found = [Part(module=code, title=f"Modul {code}", html=html, **base) for code, html in texts.items()]
    public = Link(url="https://example.org/gewerbe", title="Mehr")
    local = Part(
        module="16",
        title="Hinweise",
        html="<p>In Naumburg nur dienstags.</p>",
        language="de",
        layer="municipality",
        area=NAUMBURG,
        source="kommunal",
        changed_on=dt.date(2026, 11, 2),
        mode="supplement",
        links=(link, public),
    )
    return (*found, local)


def full() -> Publication:
    """Everything that a publication can hold, as internal readers get it."""
    record = trade()
    accessible = Address(street="Markt", house_number="1", room="0.12", lat=51.15, lon=11.81, wheelchair="yes")
    trade_office = office(
        "gewerbeamt",
        name="Gewerbeamt",
        description="<p>Alles rund ums Gewerbe</p>",
        addresses=(accessible, Address(type="post", po_box="12 34", postal_code="06600", city="Naumburg (Saale)")),
        hours=(Hours(osm="Tu 09:00-12:00,13:00-18:00"), Hours(type="phone", text="werktags vormittags")),
        exceptions=(
            HoursException(first_day=dt.date(2026, 12, 24), last_day=dt.date(2026, 12, 26), text="Weihnachten"),
        ),
        persons=(
            Person(name="Erika Beispiel", role="Leitung", published=True),
            Person(name="Unbekannt Bleibend", published=False),
        ),
        payment_methods=("cash", "girocard"),
        appointment=True,
        appointment_url="https://example.org/termin",
        changed_on=DAY,
    )
    view = FeeView(
        id="lsa.gewerbe-gebuehr",
        type="fee",
        kind="range",
        amount_min=Decimal("15.00"),
        amount_max=Decimal("65.00"),
        label="Gewerbeanmeldung",
        payment_methods=("invoice",),
        legal_basis="AllGO LSA",
        tariff_number="65.1",
        area=STATE,
        text="15,00 bis 65,00 Euro",
        valid_from=dt.date(2026, 1, 1),
    )
    return publication(
        record,
        name="Gewerbe anmelden",
        teaser="Vor Beginn anzeigen und bestätigen lassen.",
        available_languages=("de", "en"),
        parts=parts(),
        family=("leika.99050012104000",),
        life_events=(ServiceName(id="lsa.gruenden", name="Firma gründen"),),
        fees=(view,),
        responsibility=ResponsibilityAnswer(
            service=ServiceName(id=record.id, name="Gewerbe anmelden"),
            area=NAUMBURG,
            on=dt.date(2026, 11, 23),
            status="question",
            matches=(match(trade_office, remark="Eingang B", since=dt.date(2020, 1, 1)),),
            question=Question(about="surname", text="Wie heißen Sie mit Nachnamen?", choices=("A-K", "L-Z")),
        ),
        online_services=(
            OnlineServiceView(
                id="lsa.gewerbe-online",
                name="Gewerbe online",
                url="https://example.org/online?a=1&b=2",
                assurance_level="20",
                account=("BundID", "MUK"),
                identification=("eIDAS",),
                signature="none",
                payment_methods=("online",),
                fully_online=True,
                cross_border=True,
                checked_on=DAY,
            ),
        ),
        forms=(FormView(id="lsa.vollmacht", name="Vollmacht", url="https://example.org/v.pdf", number="GewA 1"),),
        notices=(
            NoticeView(id="lsa.zu", text="Heute geschlossen", severity="warning", audience="public", valid_from=DAY),
            NoticeView(id="lsa.intern", text="Vertretung: Zimmer 3", severity="info", audience="115"),
        ),
        contact_point=office("ea", name="Einheitlicher Ansprechpartner", categories=("Einheitlicher Ansprechpartner",)),
        findings=(Finding(code="no_hours", severity="soll", text="Öffnungszeiten fehlen."),),
    )


def bare() -> Publication:
    """A service for which nobody is known to be competent, not offered here, with nothing but a name."""
    record = service("leer", "Hafen anlegen", texts=(Text(module="03", html="Hafen anlegen"),), ea=True)
    return publication(
        record,
        name="Hafen anlegen",
        official_name=None,
        teaser=None,
        parts=(),
        offer=OfferView(status="not_offered", reason="Naumburg hat keinen Hafen."),
        responsibility=ResponsibilityAnswer(
            service=ServiceName(id=record.id, name="Hafen anlegen"),
            area=NAUMBURG,
            on=dt.date(2026, 11, 23),
            status="none",
            advice=Advice(text="Fragen Sie die Stadtverwaltung.", authority=office("rathaus"), phone="115"),
        ),
        findings=(Finding(code="no_authority", severity="muss", text="Es ist keine Stelle bekannt."),),
        source=ATTRIBUTION,
    )


def nowhere() -> Publication:
    """A service without a place."""
    return publication(service("ueberall", ea=True), area=None, responsibility=None)


def some() -> list[Publication]:
    """One publication of each sort."""
    return [full(), bare(), nowhere()]


def feed_head(feed: str, *, internal: bool = False) -> FeedHead:
    """The head of a feed, public or internal."""
    return head(feed, internal=internal)
