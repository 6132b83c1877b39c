"""The objects of the original's interface, version 4, with its names and nesting.

What a client reads unasked is always there, a list also when it is empty; what is unknown is left out, because
clients take a key that is there for a value. Ids are numbers in a string.
"""

from __future__ import annotations

import datetime as dt

from msgspec import UNSET, Struct, UnsetType, field


class Shape(Struct, frozen=True, kw_only=True, rename="camel"):
    """A part of an answer."""


class Reference(Shape, frozen=True, kw_only=True):
    """Another object by its id and name."""

    id: str
    name: str


class Type(Shape, frozen=True, kw_only=True):
    """A value of a code list. Clients go by ``key``, or by the German ``name``."""

    id: str
    name: str
    key: str
    description: str = ""
    not_public: bool = False


class ExternalLink(Shape, frozen=True, kw_only=True):
    """A web address that belongs to a text."""

    url: str
    name: str
    note: str = ""


class Specialisation(Shape, frozen=True, kw_only=True):
    """What a lower layer adds to a text for its area; the text of the block contains it already."""

    restricted_area: str
    text: str
    external_links: tuple[ExternalLink, ...] = ()
    legal_norms: tuple[Reference, ...] = ()


class TextBlock(Shape, frozen=True, kw_only=True):
    """A text of a service in HTML."""

    type: Type
    text: str
    external_links: tuple[ExternalLink, ...] = ()
    specialisations: tuple[Specialisation, ...] = ()


class Period(Shape, frozen=True, kw_only=True):
    """A deadline: ``SPAN``, ``SPANINTERVAL`` or ``DATEINTERVAL``."""

    type: str
    name: str
    note: str = ""
    restricted_area: str = ""
    time_span: int | UnsetType = UNSET
    time_span_to: int | UnsetType = UNSET
    period_unit: str | UnsetType = UNSET
    date_from: dt.date | UnsetType = UNSET
    date_to: dt.date | UnsetType = UNSET
    repetition: str | UnsetType = field(name="PeriodRepetition", default=UNSET)


class Charge(Shape, frozen=True, kw_only=True):
    """A fee: ``FIX`` with its amount, ``VARIABLE`` with limits, or ``FREE``; ``note`` is the fee in words."""

    type: str
    name: str
    note: str
    restricted_area: str = ""
    prepayment: bool | None = None
    currency: str
    payment_number: str = ""
    charge_specification_url: str = ""
    amount: float | UnsetType = UNSET
    lower_limit: float | UnsetType = UNSET
    upper_limit: float | UnsetType = UNSET
    valid_from: dt.date | UnsetType = UNSET
    valid_to: dt.date | UnsetType = UNSET


class Document(Shape, frozen=True, kw_only=True):
    """A document that is brought (``IN``) or received (``OUT``)."""

    direction: str
    name: str
    note: str = ""
    restricted_area: str = ""


class PublicServiceType(Shape, frozen=True, kw_only=True):
    """A service."""

    id: str
    external_id: str
    type: str
    leika_keys: tuple[str, ...]
    name: str
    teaser: str
    text_blocks: tuple[TextBlock, ...]
    periods: tuple[Period, ...]
    service_periods: tuple[Period, ...]
    charges: tuple[Charge, ...]
    documents: tuple[Document, ...]
    synonyms: tuple[str, ...]
    last_updated: dt.datetime
    restricted_areas: tuple[Reference, ...]
    related_public_service_types: tuple[Reference, ...] = ()
    written_form_required: bool | UnsetType = UNSET
    trust_level: Type | UnsetType = UNSET
    sdg_information_areas: tuple[Type, ...]
    receivers: tuple[Type, ...]
    single_point_of_contact: bool
    further_pst_objects_with_activity: tuple[Reference, ...] = ()
    further_pst_objects_with_activity_and_detail: tuple[Reference, ...] = ()


class FormLink(Shape, frozen=True, kw_only=True):
    """Where a form is."""

    type: Type
    url: str
    name: str


class Form(Shape, frozen=True, kw_only=True):
    """A form."""

    id: str
    external_id: str
    name: str
    description: str
    links: tuple[FormLink, ...]
    last_updated: dt.datetime
    public_service_types: tuple[Reference, ...]
    organisational_units: tuple[Reference, ...] = ()
    local_form: bool


class OnlineService(Shape, frozen=True, kw_only=True):
    """An online service; its address stands where either kind of client looks for it."""

    id: str
    external_id: str
    name: str
    description: str
    link: str
    link_title: str
    links: tuple[ExternalLink, ...]
    trust_level: str
    gdpr_text: str = ""
    online_payment_required: str = "false"
    supported_languages: tuple[str, ...]


class Category(Shape, frozen=True, kw_only=True):
    """A life event with the services that belong to it."""

    id: str
    external_id: str | UnsetType = UNSET
    name: str
    description: str
    parent_id: str | UnsetType = UNSET
    position: int
    public_service_types: tuple[Reference, ...]


class Area(Shape, frozen=True, kw_only=True):
    """An area by its keys: ``ags`` of municipalities with eight digits, ``rs`` with twelve."""

    id: str
    external_id: str
    name: str
    name_short: str
    display_name: str
    ags: str
    rs: str


class Language(Shape, frozen=True, kw_only=True):
    """A language that content is written in."""

    code: str
    name: str
    native_name: str
    short_name: str
    default_language: bool


class Hit(Shape, frozen=True, kw_only=True):
    """An object of a list with its weight."""

    score: float
    object: Shape


class Result(Shape, frozen=True, kw_only=True):
    """A page of a list."""

    count: int
    total_count: int
    results: tuple[Hit, ...]


class Areas(Shape, frozen=True, kw_only=True):
    """Areas that a search by words finds."""

    values: tuple[Area, ...]
