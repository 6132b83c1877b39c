"""The objects of the routing interface of FIT-Connect, and how an answer becomes one. What is unknown is left out."""

from __future__ import annotations

import re

from msgspec import UNSET, Struct, UnsetType

from api.compat import words
from busdb import records
from busdb.publication import AuthorityView, Publication

_POINT = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE)
_SIGNATURE = re.compile(r"\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+")
UNITS = {"JAHR": "year", "MONAT": "month", "WOCHE": "week", "TAG": "day", "STUNDE": "hour"}


class Shape(Struct, frozen=True, kw_only=True, rename="camel"):
    """A part of an answer."""


class ContactPerson(Shape, frozen=True, kw_only=True):
    """Whom to ask: a published person, else the authority itself."""

    name: str
    tel: str | UnsetType = UNSET
    fax: str | UnsetType = UNSET
    email: str | UnsetType = UNSET


class Address(Shape, frozen=True, kw_only=True):
    """Where the authority is."""

    street: str | UnsetType = UNSET
    house_number: str | UnsetType = UNSET
    additional: str | UnsetType = UNSET
    zip: str | UnsetType = UNSET
    city: str | UnsetType = UNSET


class PostOfficeBox(Shape, frozen=True, kw_only=True):
    """Its post-office box."""

    post_office_box: str
    zip: str | UnsetType = UNSET
    city: str | UnsetType = UNSET


class Words(Shape, frozen=True, kw_only=True):
    """A text in HTML by language."""

    description: dict[str, str]


class Duration(Shape, frozen=True, kw_only=True):
    """How long the authority takes."""

    min_duration: int
    max_duration: int
    unit: str


class Route(Shape, frozen=True, kw_only=True):
    """The body that takes applications."""

    destination_id: str | UnsetType = UNSET
    destination_signature: str | UnsetType = UNSET
    destination_name: str
    destination_short_name: str
    contact_persons: tuple[ContactPerson, ...] | UnsetType = UNSET
    address: Address | UnsetType = UNSET
    postal_address: Address | UnsetType = UNSET
    post_office_box: PostOfficeBox | UnsetType = UNSET
    further_information: Words | UnsetType = UNSET
    required_documents: Words | UnsetType = UNSET
    legal_basis: Words | UnsetType = UNSET
    deadline: Words | UnsetType = UNSET
    processing_duration: Duration | UnsetType = UNSET
    origin: str = "busdb"


class Routes(Shape, frozen=True, kw_only=True):
    """A page of routes."""

    count: int
    offset: int
    total_count: int
    routes: tuple[Route, ...]


class Area(Shape, frozen=True, kw_only=True):
    """An area by its number."""

    id: str
    name: str
    type: str


class Areas(Shape, frozen=True, kw_only=True):
    """A page of areas."""

    count: int
    offset: int
    total_count: int
    areas: tuple[Area, ...]


class Version(Shape, frozen=True, kw_only=True):
    """The version of this installation."""

    major: int
    minor: int
    patch: int


class Info(Shape, frozen=True, kw_only=True):
    """What runs here."""

    version: Version


def route(publication: Publication, view: AuthorityView, office: records.Authority) -> Route:
    """The route to an authority for a service at a place; ``view`` and ``office`` are that authority."""
    point, signature = _delivery_point(office)
    return Route(
        destination_id=point or UNSET,
        destination_signature=signature or UNSET,
        destination_name=" - ".join((*view.path, view.name)),
        destination_short_name=view.short_name or view.name,
        contact_persons=_persons(view) or UNSET,
        address=_address(view, "visit"),
        postal_address=_address(view, "post"),
        post_office_box=_box(view),
        further_information=_words("15", publication),
        required_documents=_words("08", publication),
        legal_basis=_words("07", publication),
        deadline=_words("97", publication),
        processing_duration=_duration(publication),
    )


def _delivery_point(office: records.Authority) -> tuple[str | None, str | None]:
    """Id and signature of the FIT-Connect delivery point, as XZuFi deliveries carry them; only both count."""
    for extension in office.extensions:
        point, signature = _POINT.search(extension.content), _SIGNATURE.search(extension.content)
        if point and signature:
            return point[0], signature[0]
    return None, None


def _persons(view: AuthorityView) -> tuple[ContactPerson, ...]:
    persons = tuple(
        ContactPerson(name=one.name, tel=one.phone or UNSET, email=one.email or UNSET)
        for one in view.persons
        if one.published
    )
    return persons or _itself(view)


def _itself(view: AuthorityView) -> tuple[ContactPerson, ...]:
    first = {contact.channel: contact.value for contact in reversed(view.contacts) if contact.visibility == "public"}
    tel, fax, email = (first.get(channel, UNSET) for channel in ("phone", "fax", "email"))
    known = tel is not UNSET or fax is not UNSET or email is not UNSET
    return (ContactPerson(name=view.name, tel=tel, fax=fax, email=email),) if known else ()


def _address(view: AuthorityView, type_: str) -> Address | UnsetType:
    one = next((address for address in view.addresses if address.type == type_ and not address.po_box), None)
    if one is None:
        return UNSET
    return Address(
        street=one.street or UNSET,
        house_number=one.house_number or UNSET,
        additional=", ".join(word for word in (one.addition, one.room) if word) or UNSET,
        zip=one.postal_code or UNSET,
        city=one.city or UNSET,
    )


def _box(view: AuthorityView) -> PostOfficeBox | UnsetType:
    one = next((address for address in view.addresses if address.po_box), None)
    if one is None or one.po_box is None:
        return UNSET
    return PostOfficeBox(post_office_box=one.po_box, zip=one.postal_code or UNSET, city=one.city or UNSET)


def _words(module: str, publication: Publication) -> Words | UnsetType:
    text = words.text(module, publication)
    return Words(description={publication.language: text}) if text else UNSET


def _duration(publication: Publication) -> Duration | UnsetType:
    """The first processing time, in days where its ends are of different units."""
    for one in publication.processing_times:
        ends = [end for end in (one.minimum, one.maximum) if end]
        if ends:
            (first, last), unit = words.measured_alike(ends[0], ends[-1])
            return Duration(min_duration=first, max_duration=last, unit=UNITS[unit])
    return UNSET
