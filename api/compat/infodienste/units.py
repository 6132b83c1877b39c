"""Organisational units: authorities with addresses, ways to reach them, hours, and their published persons."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import UNSET
from sqlalchemy import ColumnElement

from api.compat.infodienste.answers import Numbers, known
from api.compat.infodienste.model import Reference
from api.compat.infodienste.types import ADDRESSES, COMMUNICATIONS, PAYMENTS, SYSTEMS, type_
from api.compat.infodienste.unit_model import (
    Address,
    Communication,
    CommunicationSystem,
    GeoLocation,
    OnlineAppointment,
    OrganisationalUnit,
    ParkingLot,
    Person,
    TransportationStop,
)
from api.hub import Ask
from busdb import i18n, mapping, queries, records
from busdb.mapping import Stored
from busdb.models.authorities import authority
from busdb.offices import localized_name
from busdb.validity import valid
from busdb.visibility import view

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_WORDS = re.compile(rf"\b(?:{'|'.join(DAYS)}|PH|off|closed)\b")
_TITLE = re.compile(r"(?:(?:Prof|Dr|Dipl|Ing|jur|med|h|c|M|A|B|Sc|LL)\.\s*|-)+")


def read(ask: Ask, *where: ColumnElement[bool]) -> list[Stored]:
    """The authorities that meet conditions, as the public sees them on the day, ordered by number."""
    conditions = (authority.c.public_hash.is_not(None), queries.valid_on(authority, ask.on), *where)
    found = mapping.read(ask.connection, "authority", *conditions)
    return [one._replace(record=shown) for one in found if (shown := view(one.record, "public"))]


def named(ask: Ask, ids: Iterable[str]) -> list[Stored]:
    """Authorities by their public ids, in the order given."""
    listed = list(dict.fromkeys(ids))
    keys = queries.numbers(ask.connection, "authority", listed) if listed else {}
    found = {one.record.id: one for one in read(ask, authority.c.object.in_(keys.values()))} if keys else {}
    return [found[id_] for id_ in listed if id_ in found]


class Units:
    """Shows authorities; what several of them name is read once."""

    def __init__(self, ask: Ask, found: Iterable[Stored]) -> None:
        self._ask = ask
        self._language = ask.language
        self.numbers = Numbers(ask)
        self.by_id = {one.record.id: one for one in found}
        offices = [one for stored in self.by_id.values() if isinstance(one := stored.record, records.Authority)]
        self.numbers.learn("authority", [one.parent for one in offices if one.parent])
        self.numbers.areas({one.area for one in offices if one.area})

    def show(self, stored: Stored) -> OrganisationalUnit:
        """An authority."""
        one = stored.record
        assert isinstance(one, records.Authority)
        addresses = self._addresses(one)
        return OrganisationalUnit(
            id=str(stored.number),
            external_id=one.id,
            name=localized_name(one, self._language),
            optional_name=one.short_name or "",
            description=one.description or "",
            parent_id=self.numbers.of("authority", one.parent) if one.parent else UNSET,
            placename=next((address.city for address in addresses if address.city), ""),
            opening_hours=self._hours(one),
            appointment_required=bool(one.appointment),
            online_appointment=OnlineAppointment(link=one.appointment_url) if one.appointment_url else UNSET,
            addresses=addresses,
            communications=tuple(self._communications(one)),
            communication_systems=tuple(
                CommunicationSystem(
                    identification=contact.value,
                    identification_addon=contact.label or "",
                    type=type_("CommunicationSystem", SYSTEMS[contact.channel], self._language),
                )
                for contact in one.contacts
                if contact.channel in SYSTEMS
            ),
            payment_methods=tuple(
                type_("PaymentMethod", PAYMENTS[method], self._language) for method in one.payment_methods
            ),
            last_updated=stored.changed_at,
            position=known(one.position),
            organisational_unit_categories=tuple(Reference(id=name, name=name) for name in one.categories),
        )

    def persons(self, stored: Stored) -> Iterator[Person]:
        """The published persons of an authority; a person's id is that of the authority and their place there."""
        one = stored.record
        assert isinstance(one, records.Authority)
        for position, person in enumerate(one.persons, 1):
            title = _TITLE.match(person.name)
            rest = person.name[title.end() if title else 0 :].strip()
            first, _, last = rest.rpartition(" ")
            yield Person(
                id=f"{stored.number}-{position}",
                last_name=last,
                first_name=first,
                title=title[0].strip() if title else "",
                position=person.role or "",
                department=localized_name(one, self._language),
                room=person.room or "",
                addresses=self._addresses(one),
                communication=tuple(self._reached(person)),
                last_updated=stored.changed_at,
            )

    def _reached(self, person: records.Person) -> Iterator[Communication]:
        for key, value in (("TELEFON", person.phone), ("EMAIL", person.email)):
            if value:
                yield Communication(type=type_("Communication", key, self._language), value=value)

    def _communications(self, one: records.Authority) -> Iterator[Communication]:
        for contact in one.contacts:
            if contact.channel in COMMUNICATIONS:
                yield Communication(
                    type=type_("Communication", COMMUNICATIONS[contact.channel], self._language),
                    value=contact.value,
                    title=contact.label or "",
                    note=contact.limits or "",
                )

    def _addresses(self, one: records.Authority) -> tuple[Address, ...]:
        """The addresses, that for visitors first: clients read the first one."""
        ordered = sorted(one.addresses, key=lambda address: tuple(ADDRESSES).index(address.type))
        return tuple(self._address(address, one.area) for address in ordered)

    def _address(self, one: records.Address, area: str | None) -> Address:
        place = self.numbers.area(area).id if area else ""
        points = one.lat is not None and one.lon is not None
        return Address(
            type=type_("Address", ADDRESSES[one.type], self._language),
            street=one.street or "",
            house_number=one.house_number or "",
            zipcode=one.postal_code or "",
            city=one.city or "",
            area=Reference(id=place, name=one.city or ""),
            mailbox=one.po_box or "",
            comment=", ".join(word for word in (one.addition, one.room, one.locality) if word),
            geo_location=GeoLocation(coordinate1=one.lon or 0.0, coordinate2=one.lat or 0.0) if points else UNSET,
            transportation_stops=(TransportationStop(name=one.transit),) if one.transit else (),
            parking_lots=(ParkingLot(name=one.parking, type=self._parking()),) if one.parking else (),
            elevator=known(one.elevator),
            wheelchair_accessible=one.wheelchair == "yes" if one.wheelchair else UNSET,
            accessible_info=one.accessibility or "",
        )

    def _parking(self) -> Any:
        return type_("ParkingLot", "ALLGEMEIN", self._language)

    def _hours(self, one: records.Authority) -> str:
        """The hours of the day asked for as HTML; words where the source gave words."""
        phone = i18n.message("infodienste.phone_hours", language=self._language)
        lines = [
            line if hours.type == "visit" else f"{phone}: {line}"
            for hours in one.hours
            if valid(hours, self._ask.on)
            for line in self._lines(hours)
        ]
        return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines)

    def _lines(self, hours: records.Hours) -> list[str]:
        if hours.text:
            return [hours.text]
        return [_WORDS.sub(self._spoken, rule.strip()) for rule in (hours.osm or "").split(";") if rule.strip()]

    def _spoken(self, word: re.Match[str]) -> str:
        return i18n.message(f"infodienste.day.{word[0]}", language=self._language)
