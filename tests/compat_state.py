"""A small state as clients of the original need it: one clear answer, an open question, a split, and mere advice."""

from __future__ import annotations

from builders import areas, authority, fee, rule, service

from busdb.records import (
    Address,
    AnyRecord,
    Area,
    AreaMember,
    Contact,
    Criterion,
    Deadline,
    Document,
    Form,
    Hours,
    LegalBasis,
    LifeEvent,
    Link,
    LocalAddition,
    Name,
    OnlineService,
    Person,
    ProcessingTime,
    Synonym,
    Text,
)

NAUMBURG = "150840355355"
AUSWEIS = "99008001001000"


def records() -> list[AnyRecord]:
    """The state."""
    office = authority(
        short_name="Bürgerbüro",
        parent="kommunal.stadt",
        contacts=(
            Contact(channel="phone", value="+49 30 23125 100", label="Zentrale"),
            Contact(channel="email", value="buergerbuero@example.org"),
            Contact(channel="web", value="https://naumburg.example.org"),
            Contact(channel="egvp", value="DE.Justiz.1"),
            Contact(channel="phone", value="+49 30 23125 901", visibility="internal"),
        ),
        addresses=(
            Address(type="post", po_box="Postfach 8 15", postal_code="06618", city="Naumburg (Saale)"),
            Address(
                street="Beispielweg",
                house_number="1a",
                room="Zimmer 3",
                postal_code="06618",
                city="Naumburg (Saale)",
                lat=51.15,
                lon=11.81,
                wheelchair="yes",
                elevator=True,
                transit="Bus 101, Haltestelle Markt",
            ),
        ),
        persons=(
            Person(name="Dr. Erika Beispiel", role="Leitung", room="3", phone="+49 30 23125 101", published=True),
            Person(name="Nicht Genannt", published=False),
        ),
        hours=(Hours(osm="Mo-Fr 09:00-12:00; Tu 14:00-18:00"),),
        payment_methods=("cash", "girocard"),
        appointment=True,
        appointment_url="https://termine.example.org",
    )
    return [
        *areas(),
        Area(
            id="destatis.ot-bad-koesen",
            kind="locality",
            name="Bad Kösen",
            parent=NAUMBURG,
            members=(AreaMember(area=NAUMBURG, street="Lindenweg"),),
        ),
        *life_events(),
        authority("stadt", "Stadt Naumburg (Saale)", categories=()),
        office,
        authority("nebenstelle", "Bürgerbüro Bad Kösen", parent="kommunal.stadt", position=2),
        authority("amt", "Amt Unstruttal", area="150845051"),
        authority("kreis", "Landratsamt", area="15084", categories=("Bauamt",)),
        authority("steuer-a", "Steueramt A bis K", categories=("Steueramt",)),
        authority("steuer-l", "Steueramt L bis Z", categories=("Steueramt",)),
        *services(),
        *rules(),
        fee(condition="ab 24 Jahren", label="Personalausweis", legal_basis_url="https://recht.example.org/pauswgebv"),
        LocalAddition(
            id="kommunal.ausweis-naumburg",
            service="lsa.ausweis",
            area=NAUMBURG,
            texts=(Text(module="06", html="<p>In Naumburg nur mit Termin.</p>"),),
            forms=("kommunal.vollmacht",),
        ),
        Form(id="kommunal.vollmacht", name="Vollmacht", links=(Link(url="https://formulare.example.org/v.pdf"),)),
        OnlineService(
            id="lsa.ausweis-online",
            name="Ausweis online",
            links=(Link(url="https://online.example.org/ausweis"),),
            assurance_level="30",
        ),
    ]


def life_events() -> list[AnyRecord]:
    """Two levels for citizens, one for businesses."""
    return [
        LifeEvent(id="lsa.le-alltag", name="Alltag", names=(Name(language="en", text="Everyday life"),), position=1),
        LifeEvent(id="lsa.le-ausweis", name="Ausweise", parent="lsa.le-alltag", position=2, description="Papiere"),
        LifeEvent(id="lsa.le-firma", name="Gründung", audience="business"),
    ]


def services() -> list[AnyRecord]:
    """A rich service in two variants, one split by surname, one of two bodies, one that nobody has, and many more."""
    base = service()
    return [
        service(
            texts=(
                *base.texts,
                Text(module="24", html="Der Ausweis für alle ab 16."),
                Text(
                    module="09",
                    html="<p>Sie sind Deutsche oder Deutscher.</p>",
                    links=(Link(url="https://x.example.org"),),
                ),
                Text(module="03", html="Apply for an identity card", language="en"),
            ),
            leika_keys=(AUSWEIS,),
            life_events=("lsa.le-ausweis",),
            ea=True,
            written_form=False,
            audiences=("citizen",),
            synonyms=(Synonym(term="Perso"),),
            documents=(
                Document(label="Lichtbild", condition="biometrisch"),
                Document(label="Ausweis", direction="out"),
            ),
            deadlines=(Deadline(label="Antrag", duration="P2W"), Deadline(label="Jedes Jahr", date_to="--03-31")),
            processing_times=(ProcessingTime(minimum="P2W", maximum="P1M"),),
            legal_bases=(LegalBasis(citation="§ 9 PAuswG", url="https://recht.example.org/pauswg"),),
        ),
        service(
            "bund-ausweis",
            "Personalausweis (Bund)",
            id="bund.ausweis",
            leika_keys=(AUSWEIS,),
            areas=(),
            layer="country",
        ),
        service("hund", "Hund anmelden", leika_keys=("99102013000000",), life_events=("lsa.le-alltag",)),
        service("streit", "Streit um Zuständigkeit"),
        service("niemand", "Geisterdienst"),
        service("halle", "Nur in Halle", areas=("15002",)),
        *(service(f"s{number:02}", f"Dienst {number}") for number in range(12)),
    ]


def rules() -> list[AnyRecord]:
    """Who acts for them."""
    return [
        rule(),
        rule("ausweis-online", online_service="lsa.ausweis-online"),
        rule(
            "hund-a",
            service="lsa.hund",
            authority="kommunal.steuer-a",
            areas=(NAUMBURG,),
            criteria=(Criterion(type="surname", first="A", last="K"),),
        ),
        rule(
            "hund-l",
            service="lsa.hund",
            authority="kommunal.steuer-l",
            areas=(NAUMBURG,),
            criteria=(Criterion(type="surname", first="L", last="Z"),),
        ),
        rule("streit-1", service="lsa.streit", authority="kommunal.amt", areas=(NAUMBURG,)),
        rule("streit-2", service="lsa.streit", authority="kommunal.kreis", areas=(NAUMBURG,)),
    ]
