"""Records for tests, with what a test does not care about filled in."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from busdb.records import (
    Address,
    Area,
    Authority,
    Contact,
    Fee,
    Hours,
    Internal115,
    Responsibility,
    Service,
    Text,
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
