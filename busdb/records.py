"""The interchange records: one frozen structure for each kind of thing the hub keeps.

A record says what one source says about one object. Importers make records from bytes, exporters make bytes from
records, and the database stores them; this module does no input or output. It is long
because it is the one list of what there is: every table, schema and format is derived from it or held against it.

Conventions: ``None`` means that the source said nothing; an empty string is never stored. ``id`` and every reference
is ``source.value``, split at its first dot. An area is named by its *code*: ``DE`` for the country, the significant
prefix of the ARS (2, 3, 5, 9 or 12 digits), or the id of an area that has no ARS of its own (Ortsteile, court
districts). ``valid_to`` is exclusive here and inclusive in every file (see ``busdb.interchange``).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, NamedTuple

from msgspec import Meta, Struct

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]+\.\S(?:.*\S)?$", max_length=200)]
AreaCode = Annotated[
    str, Meta(pattern=r"^(DE|\d{2}|\d{3}|\d{5}|\d{9}|\d{12}|[A-Za-z0-9_-]+\.\S(?:.*\S)?)$", max_length=200)
]
LeikaKey = Annotated[str, Meta(pattern=r"^\d{14}$")]
Duration = Annotated[
    str, Meta(pattern=r"^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?)?$", description="ISO 8601 duration")
]
Line = Annotated[str, Meta(min_length=1, max_length=2000)]
Html = Annotated[str, Meta(min_length=1)]
Url = Annotated[str, Meta(pattern=r"^(https?://|mailto:|tel:)\S+$", max_length=2000)]

Language = Literal[
    "de",
    "de-x-ls",
    "en",
    "ar",
    "bg",
    "cs",
    "da",
    "dsb",
    "el",
    "es",
    "et",
    "fa",
    "fi",
    "fr",
    "ga",
    "hr",
    "hsb",
    "hu",
    "it",
    "ku",
    "lt",
    "lv",
    "mt",
    "nl",
    "pl",
    "pt",
    "ro",
    "ru",
    "sk",
    "sl",
    "sq",
    "sr",
    "sv",
    "tr",
    "uk",
    "vi",
    "zh",
]
"""German, Leichte Sprache, English, the official languages of the Union and those that are often asked for."""
Visibility = Literal["public", "115", "internal"]
Layer = Literal["country", "state", "district", "association", "municipality"]
Audience = Literal["citizen", "business", "administration"]
AreaKind = Literal[
    "country", "state", "city_state", "region", "district", "city", "association", "municipality", "locality", "custom"
]
ReferencePlace = Literal["residence", "birth", "event", "business", "plot", "vehicle_keeper", "free"]
PublicationState = Literal["draft", "review", "approved", "published", "archived"]
FeeType = Literal["fee", "expense", "tax", "charge", "deposit", "private_law"]
FeeKind = Literal["fixed", "range", "from", "up_to", "rate", "value_based", "free"]
FeePeriod = Literal["hour", "day", "week", "month", "quarter", "year", "once"]
Role = Literal["competent", "contact", "assisting"]
Executor = Literal["municipality", "local", "district", "state", "country"]
HoursType = Literal["visit", "phone"]

COUNTRY = "DE"


class Ref(NamedTuple):
    """The identity of an object: unique per kind, source and value."""

    kind: str
    source: str
    value: str

    @property
    def id(self) -> str:
        """The public id, ``source.value``."""
        return f"{self.source}.{self.value}"


def ref(kind: str, id: str) -> Ref:
    """Split a public id at its first dot into a :class:`Ref` of ``kind``."""
    source, _, value = id.partition(".")
    return Ref(kind, source, value)


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """A part of a record without an identity of its own."""


class Record(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="record", gc=False
):
    """What one source says about one object."""

    kind_name: ClassVar[str]
    id: Id

    @property
    def ref(self) -> Ref:
        """The identity of the object."""
        return ref(self.kind_name, self.id)


class Name(Item, frozen=True, kw_only=True):
    """A name or short text in another language than German."""

    language: Language
    text: Line


class Link(Item, frozen=True, kw_only=True):
    """A web address with its title."""

    url: Url
    title: Line | None = None
    language: Language = "de"
    visibility: Visibility = "public"


class Extension(Item, frozen=True, kw_only=True):
    """What a format says that records have no field for, kept as it came so that it can be exported again.

    ``path`` is where it stands in an object of the format, ``content`` is the source of it (for XML an element).
    """

    format: Line
    path: Line
    content: Annotated[str, Meta(max_length=1_000_000)]
    visibility: Visibility = "public"


class Text(Item, frozen=True, kw_only=True):
    """One text module of a service in one language.

    ``module`` is a code of ``urn:de:xzufi:codeliste:leistungstextmodulleika`` (02 official name, 03 citizens' name,
    05 short text, 06 full text ...) or one of the codes under which the national gateway shows the prose of the
    structured modules (95 processing time, 97 deadline, 98 costs). ``layer`` defaults to that of the service.
    """

    module: Annotated[str, Meta(pattern=r"^\d{2}$")]
    html: Html
    language: Language = "de"
    layer: Layer | None = None
    visibility: Visibility = "public"
    replaceable: bool = False
    machine_translated: bool = False
    links: tuple[Link, ...] = ()


class Synonym(Item, frozen=True, kw_only=True):
    """A word under which people look for a service (module 04, Begriff im Kontext)."""

    term: Line
    language: Language = "de"


class Step(Item, frozen=True, kw_only=True):
    """One step of the procedure, in the order of the list."""

    text: Line
    language: Language = "de"
    legal_effect: Line | None = None


class Channel(Item, frozen=True, kw_only=True):
    """A way to apply."""

    kind: Literal["online", "written", "in_person", "phone", "email", "fax"]
    text: Line | None = None
    language: Language = "de"


class Requirement(Item, frozen=True, kw_only=True):
    """A requirement for providers (Directive 2006/123/EC, Art. 7(1)(a))."""

    text: Line
    applies_to: tuple[Literal["establishment", "cross_border"], ...] = ()
    legal_basis: Line | None = None
    language: Language = "de"


class Document(Item, frozen=True, kw_only=True):
    """A document that the applicant brings (``in``) or receives (``out``)."""

    label: Line
    description: Line | None = None
    required: bool = True
    condition: Line | None = None
    direction: Literal["in", "out"] = "in"
    formats: tuple[Literal["original", "copy", "electronic"], ...] = ()
    translation: Literal["none", "simple", "certified"] | None = None
    certified: bool = False
    form: Id | None = None
    url: Url | None = None
    language: Language = "de"
    visibility: Visibility = "public"


class Deadline(Item, frozen=True, kw_only=True):
    """A period or date that the applicant must keep."""

    label: Line
    text: Line | None = None
    duration: Duration | None = None
    duration_max: Duration | None = None
    date_from: Annotated[str, Meta(pattern=r"^(\d{4}|-)-\d{2}-\d{2}$")] | None = None
    date_to: Annotated[str, Meta(pattern=r"^(\d{4}|-)-\d{2}-\d{2}$")] | None = None
    type: Literal["application", "notification", "appeal", "payment", "validity", "other"] = "other"
    language: Language = "de"


class ProcessingTime(Item, frozen=True, kw_only=True):
    """How long the authority takes."""

    minimum: Duration | None = None
    maximum: Duration | None = None
    text: Line | None = None
    starts_with: Literal["application", "complete_documents"] | None = None
    extendable: Line | None = None
    average: bool = False
    language: Language = "de"


class LegalBasis(Item, frozen=True, kw_only=True):
    """A citation, as lawyers write it, and where to read it."""

    citation: Line
    url: Url | None = None


class Remedy(Item, frozen=True, kw_only=True):
    """How a decision can be contested (Art. 7(1)(d); module 25)."""

    kind: Line
    text: Line | None = None
    deadline: Duration | None = None
    authority: Line | None = None
    legal_basis: Line | None = None
    language: Language = "de"


class Register(Item, frozen=True, kw_only=True):
    """A public register about providers and services (Art. 7(1)(c))."""

    name: Line
    url: Url | None = None
    access: Line | None = None
    language: Language = "de"


class SupportBody(Item, frozen=True, kw_only=True):
    """A body other than an authority that helps (Art. 7(1)(e)) or settles disputes."""

    name: Line
    kind: Literal["chamber", "association", "dispute_resolution", "advice"]
    url: Url | None = None
    phone: Line | None = None
    email: Line | None = None


class CallQuestion(Item, frozen=True, kw_only=True):
    """A question that a 115 agent asks before answering."""

    text: Line
    language: Language = "de"


class Service(Record, tag="service", frozen=True, kw_only=True):
    """Leistung: a service as one source describes it."""

    kind_name = "service"
    kind: Literal["lo", "lov", "lovd"] | None = None
    layer: Layer = "state"
    leika_keys: tuple[LeikaKey, ...] = ()
    federal_types: tuple[str, ...] = ()
    derived_from: Id | None = None
    reference_place: ReferencePlace | None = None
    audiences: tuple[Audience, ...] = ()
    areas: tuple[AreaCode, ...] = ()
    ea: bool | None = None
    ea_basis: tuple[Line, ...] = ()
    qualification: bool | None = None
    d115: bool | None = None
    d115_rank: int | None = None
    sdg_areas: tuple[Annotated[str, Meta(pattern=r"^[012]\d{6}$")], ...] = ()
    sdg_annex2: bool | None = None
    life_events: tuple[Id, ...] = ()
    nace: tuple[str, ...] = ()
    legal_forms: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    written_form: bool | None = None
    in_person: bool | None = None
    power_of_attorney: bool | None = None
    appointment: bool | None = None
    tacit_approval: bool | None = None
    tacit_period: Duration | None = None
    tacit_start: Line | None = None
    tacit_legal_basis: Line | None = None
    identification: tuple[str, ...] = ()
    publication_state: PublicationState = "published"
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    changed_on: dt.date | None = None
    reviewed_on: dt.date | None = None
    review_due: dt.date | None = None
    unverified: tuple[Line, ...] = ()
    texts: tuple[Text, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    steps: tuple[Step, ...] = ()
    channels: tuple[Channel, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    documents: tuple[Document, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    processing_times: tuple[ProcessingTime, ...] = ()
    legal_bases: tuple[LegalBasis, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    registers: tuple[Register, ...] = ()
    support_bodies: tuple[SupportBody, ...] = ()
    call_questions: tuple[CallQuestion, ...] = ()
    extensions: tuple[Extension, ...] = ()


class Address(Item, frozen=True, kw_only=True):
    """Where an authority is or receives mail."""

    type: Literal["visit", "post", "delivery"] = "visit"
    street: Line | None = None
    house_number: Line | None = None
    addition: Line | None = None
    room: Line | None = None
    po_box: Line | None = None
    postal_code: Annotated[str, Meta(pattern=r"^\d{5}$")] | None = None
    city: Line | None = None
    locality: Line | None = None
    lat: float | None = None
    lon: float | None = None
    wheelchair: Literal["yes", "limited", "no"] | None = None
    elevator: bool | None = None
    accessibility: Line | None = None
    transit: Line | None = None
    parking: Line | None = None


class Contact(Item, frozen=True, kw_only=True):
    """A phone number, address of mail or web, or another electronic access with its limits."""

    channel: Literal["phone", "mobile", "fax", "email", "web", "de_mail", "bebpo", "egvp"]
    value: Line
    label: Line | None = None
    limits: Line | None = None
    visibility: Visibility = "public"


class Person(Item, frozen=True, kw_only=True):
    """A contact person; shown only where ``published``."""

    name: Line
    role: Line | None = None
    room: Line | None = None
    phone: Line | None = None
    email: Line | None = None
    published: bool = False


class Hours(Item, frozen=True, kw_only=True):
    """Regular hours in the OSM ``opening_hours`` syntax, or as words where they have no other form."""

    type: HoursType = "visit"
    osm: Line | None = None
    text: Line | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class HoursException(Item, frozen=True, kw_only=True):
    """Days on which the regular hours do not hold; without ``osm`` closed. Both days are included."""

    first_day: dt.date
    last_day: dt.date
    type: HoursType = "visit"
    osm: Line | None = None
    text: Line | None = None


class Internal115(Item, frozen=True, kw_only=True):
    """What only 115 agents see about an authority."""

    second_level_phone: Line | None = None
    back_office_email: Line | None = None
    forward_rule: Line | None = None
    note: Line | None = None
    note_valid_to: dt.date | None = None


class Authority(Record, tag="authority", frozen=True, kw_only=True):
    """Organisationseinheit: an administration, an office of it, or a site of an office.

    ``area`` is the area whose administration it is; ``site`` marks another address of its parent, which never
    competes with it.
    """

    kind_name = "authority"
    name: Line
    names: tuple[Name, ...] = ()
    short_name: Line | None = None
    description: Html | None = None
    parent: Id | None = None
    site: bool = False
    area: AreaCode | None = None
    categories: tuple[Line, ...] = ()
    addresses: tuple[Address, ...] = ()
    contacts: tuple[Contact, ...] = ()
    persons: tuple[Person, ...] = ()
    hours: tuple[Hours, ...] = ()
    exceptions: tuple[HoursException, ...] = ()
    payment_methods: tuple[Literal["cash", "girocard", "credit_card", "invoice", "transfer", "online"], ...] = ()
    appointment: bool | None = None
    appointment_url: Url | None = None
    position: int | None = None
    internal115: tuple[Internal115, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    changed_on: dt.date | None = None
    extensions: tuple[Extension, ...] = ()


class Criterion(Item, frozen=True, kw_only=True):
    """What else decides besides the place: a range of surnames, a street, a branch, or words."""

    type: Literal["surname", "street", "branch", "text"]
    first: Line | None = None
    last: Line | None = None
    parity: Literal["odd", "even"] | None = None
    street: Line | None = None
    text: Line | None = None


class Responsibility(Record, tag="responsibility", frozen=True, kw_only=True):
    """Zuständigkeit: which target acts for a service, where, in which role and under which condition.

    Exactly one target: ``authority``, ``online_service``, ``form``, or a level rule, ``executor`` with ``category``
    ("executed by the local administration, office Standesamt").
    """

    kind_name = "responsibility"
    service: Id
    authority: Id | None = None
    online_service: Id | None = None
    form: Id | None = None
    executor: Executor | None = None
    category: Line | None = None
    role: Role = "competent"
    areas: tuple[AreaCode, ...] = ()
    excluded_areas: tuple[AreaCode, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    priority: int = 0
    remark: Line | None = None
    legal_basis: Line | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    extensions: tuple[Extension, ...] = ()


class FeeText(Item, frozen=True, kw_only=True):
    """The words of a fee in another language than German."""

    language: Language
    label: Line | None = None
    condition: Line | None = None
    exemption: Line | None = None


class Fee(Record, tag="fee", frozen=True, kw_only=True):
    """Gebühr: ``type`` says what it is (XZuFi Kostentyp), ``kind`` how the amount is given.

    Amounts have two places. ``percent`` with floor ``amount_min`` and cap ``amount_max`` belongs to ``value_based``;
    the value is first rounded to a multiple of ``base_step``, down or (for "je angefangene") up.
    ``open`` leaves the amount to lower levels; without it they may only add or fix a value inside a range.
    """

    kind_name = "fee"
    service: Id
    area: AreaCode | None = None
    type: FeeType = "fee"
    kind: FeeKind
    amount: Decimal | None = None
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    percent: Decimal | None = None
    base: Line | None = None
    base_step: Decimal | None = None
    base_rounding: Literal["down", "up"] = "down"
    currency: Literal["EUR"] = "EUR"
    unit: Line | None = None
    period: FeePeriod | None = None
    step: int | None = None
    label: Line | None = None
    condition: Line | None = None
    exemption: Line | None = None
    surcharge: bool = False
    prepayment: bool | None = None
    payment_methods: tuple[Literal["cash", "girocard", "credit_card", "invoice", "transfer", "online"], ...] = ()
    vat: Literal["none", "included", "added"] = "none"
    legal_basis: Line | None = None
    legal_basis_url: Url | None = None
    tariff_number: Line | None = None
    open: bool = False
    parsed: bool = False
    position: int = 0
    translations: tuple[FeeText, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    extensions: tuple[Extension, ...] = ()


class AreaMember(Item, frozen=True, kw_only=True):
    """A part of a custom area: a whole area, or one street of it (with numbers ``first`` to ``last``)."""

    area: AreaCode
    street: Line | None = None
    first: Line | None = None
    last: Line | None = None
    parity: Literal["odd", "even"] | None = None


class Area(Record, tag="area", frozen=True, kw_only=True):
    """Gebiet: a row of the gazetteer. ``ars`` as published by Destatis, 12 digits for municipalities."""

    kind_name = "area"
    kind: AreaKind
    name: Line
    names: tuple[Name, ...] = ()
    ars: Annotated[str, Meta(pattern=r"^(\d{2}|\d{3}|\d{5}|\d{9}|\d{12})$")] | None = None
    parent: AreaCode | None = None
    aliases: tuple[Line, ...] = ()
    postal_codes: tuple[Annotated[str, Meta(pattern=r"^\d{5}$")], ...] = ()
    successor: AreaCode | None = None
    population: int | None = None
    members: tuple[AreaMember, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class OnlineService(Record, tag="online_service", frozen=True, kw_only=True):
    """Onlinedienst: where a service can be applied for electronically."""

    kind_name = "online_service"
    name: Line
    names: tuple[Name, ...] = ()
    description: Html | None = None
    links: tuple[Link, ...] = ()
    assurance_level: Literal["00", "10", "15", "20", "30", "40"] | None = None
    account: tuple[str, ...] = ()
    identification: tuple[str, ...] = ()
    signature: Literal["none", "simple", "advanced", "qualified"] | None = None
    payment_methods: tuple[Literal["invoice", "transfer", "online", "credit_card"], ...] = ()
    fully_online: bool | None = None
    cross_border: bool | None = None
    languages: tuple[Language, ...] = ()
    status: Literal["active", "planned", "disturbed", "off"] = "active"
    checked_on: dt.date | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    extensions: tuple[Extension, ...] = ()


class Form(Record, tag="form", frozen=True, kw_only=True):
    """Formular: a form to fill in."""

    kind_name = "form"
    name: Line
    names: tuple[Name, ...] = ()
    description: Html | None = None
    links: tuple[Link, ...] = ()
    number: Line | None = None
    accessible: bool | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    extensions: tuple[Extension, ...] = ()


class LifeEvent(Record, tag="life_event", frozen=True, kw_only=True):
    """Lebenslage: a node of the tree by which people find services; ``code`` from the list pvlagen."""

    kind_name = "life_event"
    name: Line
    names: tuple[Name, ...] = ()
    description: Line | None = None
    parent: Id | None = None
    audience: Audience = "citizen"
    code: str | None = None
    position: int = 0
    synonyms: tuple[Synonym, ...] = ()


class LocalAddition(Record, tag="local_addition", frozen=True, kw_only=True):
    """Ergänzung, Spezialisierung: what a lower layer adds to a service for its area."""

    kind_name = "local_addition"
    service: Id
    area: AreaCode
    mode: Literal["supplement", "replace"] = "supplement"
    texts: tuple[Text, ...] = ()
    documents: tuple[Document, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    processing_times: tuple[ProcessingTime, ...] = ()
    forms: tuple[Id, ...] = ()
    online_services: tuple[Id, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    changed_on: dt.date | None = None
    extensions: tuple[Extension, ...] = ()


class Offer(Record, tag="offer", frozen=True, kw_only=True):
    """Angebot vor Ort: whether a service exists in an area, and why not."""

    kind_name = "offer"
    service: Id
    area: AreaCode
    status: Literal["offered", "not_offered", "covered_by", "unknown"]
    reason: Line | None = None
    names: tuple[Name, ...] = ()
    covered_by: Id | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class Notice(Record, tag="notice", frozen=True, kw_only=True):
    """Hinweis: a short-lived message on an authority, a service, an area, or a service in an area."""

    kind_name = "notice"
    text: Line
    names: tuple[Name, ...] = ()
    authority: Id | None = None
    service: Id | None = None
    area: AreaCode | None = None
    audience: Literal["public", "115"] = "public"
    severity: Literal["info", "warning"] = "info"
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class Wording(Record, tag="wording", frozen=True, kw_only=True):
    """Synonym der Redaktion: what people call a service, or what the administration calls it.

    Exactly one target: ``service``, ``leika_key`` (every service that bears it), or ``official``, the words that are
    meant wherever the everyday ones are searched.
    """

    kind_name = "wording"
    everyday: Line
    service: Id | None = None
    leika_key: LeikaKey | None = None
    official: Line | None = None
    language: Language = "de"


AnyRecord = (
    Service
    | Authority
    | Responsibility
    | Fee
    | Area
    | OnlineService
    | Form
    | LifeEvent
    | LocalAddition
    | Offer
    | Notice
    | Wording
)

KINDS: dict[str, type[Record]] = {
    record.kind_name: record
    for record in (
        Area,
        LifeEvent,
        Service,
        Authority,
        OnlineService,
        Form,
        Responsibility,
        Fee,
        LocalAddition,
        Offer,
        Notice,
        Wording,
    )
}
