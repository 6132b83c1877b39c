"""The tables of what acts or is used: authorities, online services, forms."""

from __future__ import annotations

from busdb.records import (
    Authority,
    Form,
    OnlineService,
)
from busdb.sheets import cells, values
from busdb.sheets.cells import Choice
from busdb.sheets.columns import address, contact, field, links, opening
from busdb.sheets.table import Table, area, id_, name, validity


def authorities() -> Table:
    """The table of authorities."""
    parent = field(
        "parent",
        values.reference("authority"),
        named="authority",
        aliases="uebergeordnete_stelle oberbehoerde parent_id",
        example="Stadt Musterstadt",
    )
    categories = field(
        "categories", cells.words, empty=(), aliases="kategorie category typ art", example=("Bürgerbüro",)
    )
    barrier = Choice(
        ("yes", "limited", "no"),
        {
            "rollstuhlgerecht": "yes",
            "eingeschraenkt": "limited",
            "j": "yes",
            "x": "yes",
            "n": "no",
            "teilweise": "limited",
        },
    )
    columns = (
        id_("oe"),
        name(example="Bürgerbüro Musterstadt"),
        field("short_name", aliases="abkuerzung kuerzel"),
        parent,
        area(),
        categories,
        field("site", cells.yes, empty=False, aliases="nebenstelle aussenstelle"),
        address("street", aliases="str", example="Beispielweg"),
        address("house_number", aliases="hausnr hnr", example="5 a"),
        address("postal_code", values.postal_code, aliases="postleitzahl zip", example="06618"),
        address("city", aliases="stadt wohnort", example="Musterstadt"),
        address("room", aliases="zimmer etage"),
        address("lat", values.real, aliases="breitengrad geo_lat"),
        address("lon", values.real, aliases="laengengrad geo_lon lng"),
        address("wheelchair", barrier, aliases="barrierefrei rollstuhlgerecht"),
        address("transit", aliases="haltestelle oepnv"),
        address("parking", aliases="parkplaetze parkplatz"),
        contact("phone", values.phone, aliases="tel telefonnummer fon telephone", example="030 23125 000"),
        contact("fax", values.phone, aliases="telefax faxnummer"),
        contact("email", values.email, aliases="e-mail mail e-mail-adresse", example="amt@example.org"),
        contact("web", values.url, aliases="internet homepage website url webseite"),
        opening(
            "hours",
            "visit",
            aliases="oeffnungszeit sprechzeiten sprechzeit zeiten",
            example="Mo-Do 9-12 u. 13-16, Fr geschl.",
        ),
        opening("phone_hours", "phone", aliases="telefonzeiten telefonische_sprechzeiten"),
        field("description", cells.markup, aliases="text hinweise hinweis"),
        field("appointment_url", values.url, aliases="terminbuchung termin_url termin"),
        *validity(),
    )
    return Table(
        "authorities", "authority", columns, ("name", "parent"), lambda id_: Authority(id=id_, name=""), by_name=True
    )


def online_services() -> Table:
    """The table of online services."""
    level = Choice(
        ("00", "10", "15", "20", "30", "40"),
        {
            "kein": "00",
            "keines": "00",
            "basis": "10",
            "niedrig": "10",
            "substanziell": "30",
            "substantiell": "30",
            "hoch": "40",
        },
    )
    status = Choice(("active", "planned", "disturbed", "off"), {"online": "active", "in planung": "planned"})
    columns = (
        id_("onlinedienst"),
        name(example="Meldebescheinigung online beantragen"),
        links(aliases="link adresse internetadresse webadresse", example=("https://amt.example.org/antrag",)),
        field("description", cells.markup, aliases="text beschreibungstext"),
        field("assurance_level", level, aliases="vertrauensniveau_stufe niveau", example="substanziell"),
        field("account", cells.words, empty=(), aliases="nutzerkonto servicekonto"),
        field("fully_online", cells.yes, aliases="volldigital ende_zu_ende"),
        field("cross_border", cells.yes, aliases="eu_weit"),
        field("status", status, empty="active", aliases="betriebsstatus"),
        *validity(),
    )
    return Table(
        "online-services",
        "online_service",
        columns,
        ("name",),
        lambda id_: OnlineService(id=id_, name=""),
        by_name=True,
    )


def forms() -> Table:
    """The table of forms."""
    columns = (
        id_("formular"),
        name(example="Antrag auf Meldebescheinigung"),
        field("number", aliases="formularnummer formular_nr"),
        links(aliases="link adresse datei", example=("https://amt.example.org/antrag.pdf",)),
        field("description", cells.markup, aliases="text"),
        field("accessible", cells.yes, aliases="barrierefrei_pdf"),
        *validity(),
    )
    return Table("forms", "form", columns, ("name",), lambda id_: Form(id=id_, name=""), by_name=True)
