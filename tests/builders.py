"""Records for tests, with what a test does not care about filled in."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from busdb.formats import FeedHead
from busdb.publication import (
    Attribution,
    AuthorityView,
    Match,
    Part,
    Place,
    PlaceName,
    Publication,
    ResponsibilityAnswer,
    ServiceName,
)
from busdb.records import (
    Address,
    Area,
    Authority,
    Contact,
    Fee,
    Hours,
    Internal115,
    LifeEvent,
    Name,
    Responsibility,
    Service,
    Text,
)

EVENT = LifeEvent(id="lsa.le-ausweis", name="Ausweise", names=(Name(language="en", text="Identity documents"),))
NAUMBURG = PlaceName(ars="150840355355", name="Naumburg (Saale)", kind="municipality")
ATTRIBUTION = Attribution(
    source="lsa",
    name="Landesredaktion",
    licence="dl-de/by-2-0",
    attribution="Landesredaktion Sachsen-Anhalt (Beispiel)",
)


def service(value: str = "ausweis", name: str = "Personalausweis beantragen", **fields: Any) -> Service:
    """A service with a name, a short and a full text."""
    texts = (
        Text(module="02", html=f"{name} (amtlich)"),
        Text(module="03", html=name),
        Text(module="05", html=f"<p>{name} in kurzen Worten.</p>"),
        Text(module="06", html=f"<p>{name} in vielen Worten.</p>"),
    )
    return Service(**{"id": f"lsa.{value}", "texts": texts, "areas": ("15",), **fields})


def authority(value: str = "buergerbuero", name: str = "Bürgerbüro Naumburg", **fields: Any) -> Authority:
    """An office with address, phone and hours."""
    defaults: dict[str, Any] = {
        "id": f"kommunal.{value}",
        "area": "150840355355",
        "categories": ("Bürgerbüro",),
        "addresses": (Address(street="Beispielweg", house_number="1", postal_code="06618", city="Naumburg (Saale)"),),
        "contacts": (
            Contact(channel="phone", value="+49 30 23125 100"),
            Contact(channel="email", value="rueckfragen@example.org", visibility="internal"),
        ),
        "hours": (Hours(osm="Mo-Fr 09:00-12:00"),),
        "internal115": (Internal115(second_level_phone="+49 30 23125 900", note="Nur für 115"),),
    }
    return Authority(**{**defaults, "name": name, **fields})


def fee(value: str = "ausweis-gebuehr", amount: str | None = "46.00", **fields: Any) -> Fee:
    """A fixed federal fee."""
    defaults: dict[str, Any] = {
        "id": f"lsa.{value}",
        "service": "lsa.ausweis",
        "kind": "fixed",
        "amount": Decimal(amount) if amount else None,
        "legal_basis": "§ 1 PAuswGebV",
    }
    return Fee(**{**defaults, **fields})


def rule(value: str = "ausweis-regel", **fields: Any) -> Responsibility:
    """A level rule: the local administration's Bürgerbüro."""
    target: dict[str, Any] = {"executor": "local", "category": "Bürgerbüro"}
    if fields.keys() & {"authority", "online_service", "form"}:
        target = {}
    return Responsibility(**{"id": f"lsa.{value}", "service": "lsa.ausweis", "areas": ("15",), **target, **fields})


def areas() -> list[Area]:
    """A country, a state, a district, an Einheitsgemeinde, an association with a member, and a city."""

    def area(ars: str, kind: Any, name: str, **fields: Any) -> Area:
        return Area(id=f"destatis.{fields.pop('code', ars)}", ars=ars, kind=kind, name=name, **fields)

    return [
        Area(id="destatis.DE", kind="country", name="Deutschland"),
        area("15", "state", "Sachsen-Anhalt", parent="DE"),
        area("15084", "district", "Burgenlandkreis", parent="15"),
        area(
            "150840355355",
            "municipality",
            "Naumburg (Saale)",
            parent="15084",
            aliases=("Naumburg",),
            postal_codes=("06618", "06628"),
        ),
        area("150845051", "association", "Unstruttal", parent="15084"),
        area("150845051245", "municipality", "Karsdorf", parent="150845051", postal_codes=("06638",)),
        area("150020000000", "city", "Halle (Saale)", parent="15", code="15002", aliases=("Halle",)),
    ]


def day(text: str) -> dt.date:
    """A date."""
    return dt.date.fromisoformat(text)


def head(feed: str = "115", **fields: Any) -> FeedHead:
    """The head of a feed of Naumburg (Saale)."""
    defaults: dict[str, Any] = {
        "feed": feed,
        "area": NAUMBURG,
        "language": "de",
        "cursor": "42-20261123",
        "changed_at": dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC),
        "on": dt.date(2026, 11, 23),
        "sources": (ATTRIBUTION,),
        "base_url": "https://busdb.example.org",
    }
    return FeedHead(**{**defaults, **fields})


def office(value: str = "buergerbuero", **fields: Any) -> AuthorityView:
    """An office as answers show it, with what only 115 agents see."""
    record = authority(value)
    defaults = {name: getattr(record, name) for name in AuthorityView.__struct_fields__ if hasattr(record, name)}
    internal = (Contact(channel="phone", value="+49 30 23125 555", label="Nur für 115", visibility="115"),)
    defaults |= {"path": ("Stadt Naumburg (Saale)",), "contacts": (*record.contacts, *internal)}
    return AuthorityView(**{**defaults, **fields})


def match(authority: AuthorityView | None = None, **fields: Any) -> Match:
    """An office that is competent by the level rule."""
    defaults: dict[str, Any] = {
        "authority": authority or office(),
        "body": NAUMBURG,
        "role": "competent",
        "level": "municipality",
        "reason": "Zuständig ist die örtliche Verwaltung (Bürgerbüro).",
        "rule": "lsa.ausweis-regel",
        "matched_area": PlaceName(ars="15", name="Sachsen-Anhalt", kind="state"),
    }
    return Match(**{**defaults, **fields})


def publication(record: Service | None = None, **fields: Any) -> Publication:
    """A service in Naumburg (Saale), answered by one office, as an assembler gives it to internal readers."""
    record = record or service()
    name = fields.get("name", "Personalausweis beantragen")
    texts = {text.module: text.html for text in record.texts}
    defaults: dict[str, Any] = {
        "id": record.id,
        "name": name,
        "official_name": texts.get("02"),
        "teaser": "Personalausweis in kurzen Worten.",
        "language": "de",
        "available_languages": ("de",),
        "area": Place(
            code="150840355355",
            ars="150840355355",
            ags="15084355",
            name="Naumburg (Saale)",
            kind="municipality",
            parents=(PlaceName(ars="15084", name="Burgenlandkreis", kind="district"),),
            postal_codes=("06618", "06628"),
        ),
        "service": record,
        "source": ATTRIBUTION,
        "parts": tuple(
            Part(module=code, title=f"Modul {code}", html=html, language="de", layer="state", source="lsa")
            for code, html in texts.items()
            if code not in {"02", "03", "24"}
        ),
        "responsibility": ResponsibilityAnswer(
            service=ServiceName(id=record.id, name=name),
            area=NAUMBURG,
            on=dt.date(2026, 11, 23),
            status="answered",
            matches=(match(),),
        ),
        "changed_at": dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC),
    }
    same = ("documents", "deadlines", "processing_times", "steps", "channels", "requirements", "remedies", "registers")
    defaults |= {name: getattr(record, name) for name in same}
    defaults["call_questions"] = tuple(question.text for question in record.call_questions)
    defaults["synonyms"] = tuple(synonym.term for synonym in record.synonyms)
    return Publication(**{**defaults, **fields})


WELL_KNOWN = (
    "Personalausweis beantragen",
    "Personalausweis: Verlust melden",
    "Reisepass beantragen",
    "Führerschein umtauschen",
    "Eheschließung anmelden",
    "Kraftfahrzeug zulassen",
    "Hund anmelden",
    "Gewerbe-Anmeldung",
    "Wohnsitz ummelden",
    "Bewohnerparkausweis beantragen",
    "Führung durch die Feuerwache für Bürgerinnen und Bürger",
)
"""Names of services that everybody knows."""
