"""Organisational units, persons and structures of the original's interface, with its names and nesting."""

from __future__ import annotations

import datetime as dt

from msgspec import UNSET, UnsetType

from api.compat.infodienste.model import Reference, Shape, Type


class GeoLocation(Shape, frozen=True, kw_only=True):
    """A point: longitude, latitude, and the system that they are of."""

    coordinate1: float
    coordinate2: float
    projection: str = "EPSG:4326"


class TransportationStop(Shape, frozen=True, kw_only=True):
    """How to get there without a car."""

    name: str
    lines: tuple[Reference, ...] = ()


class ParkingLot(Shape, frozen=True, kw_only=True):
    """Where to leave a car."""

    name: str
    type: Type


class Address(Shape, frozen=True, kw_only=True):
    """Where an organisational unit is; ``area`` names the town, as ``city`` does."""

    type: Type
    street: str
    house_number: str
    zipcode: str
    city: str
    area: Reference
    mailbox: str
    comment: str
    geo_location: GeoLocation | UnsetType = UNSET
    transportation_stops: tuple[TransportationStop, ...]
    parking_lots: tuple[ParkingLot, ...]
    elevator: bool | UnsetType = UNSET
    wheelchair_accessible: bool | UnsetType = UNSET
    accessible_info: str


class Communication(Shape, frozen=True, kw_only=True):
    """A phone number or an address of mail or web."""

    type: Type
    value: str
    title: str = ""
    note: str = ""


class CommunicationSystem(Shape, frozen=True, kw_only=True):
    """An address of electronic legal communication."""

    identification: str
    identification_addon: str = ""
    type: Type


class OnlineAppointment(Shape, frozen=True, kw_only=True):
    """Where an appointment is made."""

    link: str
    configuration_parameters: tuple[str, ...] = ()


class OrganisationalUnit(Shape, frozen=True, kw_only=True):
    """An authority."""

    id: str
    external_id: str
    name: str
    optional_name: str
    synonyms: tuple[str, ...] = ()
    description: str
    short_description: str = ""
    parent_id: str | UnsetType = UNSET
    placename: str
    generalized: bool = False
    opening_hours: str
    appointment_required: bool
    online_appointment: OnlineAppointment | UnsetType = UNSET
    addresses: tuple[Address, ...]
    bankaccounts: tuple[str, ...] = ()
    communications: tuple[Communication, ...]
    communication_systems: tuple[CommunicationSystem, ...]
    misc: str = ""
    images: tuple[str, ...] = ()
    payment_methods: tuple[Type, ...]
    last_updated: dt.datetime
    position: int | UnsetType = UNSET
    organisational_unit_structures: tuple[Reference, ...] = ()
    organisational_unit_categories: tuple[Reference, ...]


class OuCompetence(Shape, frozen=True, kw_only=True):
    """What an organisational unit is competent for, and where."""

    areas: tuple[Reference, ...]
    public_service_types: tuple[Reference, ...]
    organisational_unit: Reference


class Person(Shape, frozen=True, kw_only=True):
    """A contact person who is published. The list of their addresses is in the singular, as in the original."""

    id: str
    last_name: str
    first_name: str
    name_addition: str = ""
    title: str
    position: str
    function: str = ""
    department: str
    room: str
    comment: str = ""
    addresses: tuple[Address, ...]
    communication: tuple[Communication, ...]
    image: tuple[str, ...] = ()
    last_updated: dt.datetime
    anonymize: bool = False
    visible: bool = True


class StructureNode(Shape, frozen=True, kw_only=True):
    """An organisational unit within a structure."""

    id: str
    name: str
    organisational_unit: Reference
    description: str = ""
    children: tuple[StructureNode, ...]
    last_updated: dt.datetime


class Structure(Shape, frozen=True, kw_only=True):
    """A tree of organisational units."""

    id: str
    name: str
    title: str
    description: str = ""
    structure: StructureNode
    last_updated: dt.datetime
