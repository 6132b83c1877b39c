"""What consumers get: a service, at a place, on a day, in a language; and the answers around it.

Every feed, page and answer is a view of these structures. They hold no time of making and nothing that depends on
the hour. Keys are always present in JSON, ``null`` where nothing is known. ``valid_to`` is inclusive here.
They stand in one module, however many they are, since schemas and XML are made from them together.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct, field

from busdb import records


class View(Struct, frozen=True, kw_only=True, gc=False):
    """A part of an answer."""


class PlaceName(View, frozen=True, kw_only=True):
    """An area as answers name it; ``ars`` is ``None`` for the country and for areas without one."""

    ars: str | None
    name: str
    kind: records.AreaKind


class Place(PlaceName, frozen=True, kw_only=True):
    """An area with its surroundings. ``code`` is its key in records; ``parents`` from the nearest to the country."""

    code: str
    ags: str | None = None
    parents: tuple[PlaceName, ...] = ()
    postal_codes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    successor: PlaceName | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class Attribution(View, frozen=True, kw_only=True):
    """Whose content it is and under which licence."""

    source: str
    name: str
    licence: str | None = None
    attribution: str | None = None


class Part(View, frozen=True, kw_only=True):
    """A text module of one layer. ``mode`` says how it joins the parts above: it fills, supplements or replaces."""

    module: str
    title: str
    html: str
    language: str
    layer: records.Layer
    area: PlaceName | None = None
    source: str
    changed_on: dt.date | None = None
    mode: Literal["base", "fill", "supplement", "replace"] = "base"
    machine_translated: bool = False
    links: tuple[records.Link, ...] = ()


class ModuleText(View, frozen=True, kw_only=True):
    """The merged text of a module: its parts in order, from the general to the local.

    ``languages`` are those of its parts, which may differ from the one asked for; ``layers`` those it comes from.
    """

    module: str
    title: str
    html: str
    languages: tuple[str, ...]
    layers: tuple[records.Layer, ...]
    machine_translated: bool = False


class AppliedAddition(View, frozen=True, kw_only=True):
    """What a lower layer adds for its area, as it came: whose it is, and which parts of the publication are from it."""

    id: str
    layer: records.Layer
    area: PlaceName | None
    source: str
    changed_on: dt.date | None
    mode: Literal["supplement", "replace"]
    modules: tuple[str, ...]
    documents: tuple[records.Document, ...]
    deadlines: tuple[records.Deadline, ...]
    processing_times: tuple[records.ProcessingTime, ...]
    forms: tuple[str, ...]
    online_services: tuple[str, ...]


FeeWord = Literal["label", "condition", "exemption", "base", "unit"]


class FeeView(View, frozen=True, kw_only=True):
    """A fee as it is due; the words are those of ``records.Fee``.

    ``untranslated_words`` names those of its words that are in German for want of a translation; ``text`` holds some of
    them, too.
    """

    id: str
    type: records.FeeType
    kind: records.FeeKind
    amount: Decimal | None = None
    amount_min: Decimal | None = None
    amount_max: Decimal | None = None
    percent: Decimal | None = None
    base: str | None = None
    base_step: Decimal | None = None
    base_rounding: Literal["down", "up"] = "down"
    currency: str = "EUR"
    unit: str | None = None
    period: str | None = None
    step: int | None = None
    label: str | None = None
    condition: str | None = None
    exemption: str | None = None
    surcharge: bool = False
    prepayment: bool | None = None
    payment_methods: tuple[str, ...] = ()
    vat: Literal["none", "included", "added"] = "none"
    legal_basis: str | None = None
    legal_basis_url: str | None = None
    tariff_number: str | None = None
    open: bool = False
    area: PlaceName | None = None
    text: str = ""
    untranslated_words: tuple[FeeWord, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class AuthorityView(View, frozen=True, kw_only=True, cache_hash=True):
    """An authority as it is shown. ``internal115`` is filled only for readers with the scope ``115:internal``."""

    id: str
    name: str
    short_name: str | None = None
    description: str | None = None
    path: tuple[str, ...] = ()
    site: bool = False
    categories: tuple[str, ...] = ()
    addresses: tuple[records.Address, ...] = ()
    contacts: tuple[records.Contact, ...] = ()
    persons: tuple[records.Person, ...] = ()
    hours: tuple[records.Hours, ...] = ()
    exceptions: tuple[records.HoursException, ...] = ()
    payment_methods: tuple[str, ...] = ()
    appointment: bool | None = None
    appointment_url: str | None = None
    internal115: tuple[records.Internal115, ...] = ()
    changed_on: dt.date | None = None


Via = Literal["own", "family", "lov"]


class ServiceName(View, frozen=True, kw_only=True):
    """A service by its id and name."""

    id: str
    name: str


class Beaten(View, frozen=True, kw_only=True):
    """A rule that would hold if a stronger one did not: ``because`` that is nearer, explicit, or of more priority."""

    rule: str
    target: str
    area: PlaceName | None
    because: Literal["nearer", "explicit", "priority"]


class Explanation(View, frozen=True, kw_only=True):
    """Why a match is one, as data: its rule and whose it is, where it holds, and which rules it beats.

    ``via`` says whose rule it is: of the service itself (``own``), of a variant of it (``family``), or of the
    service that it details (``lov``). ``open`` are the criteria that nobody has answered.
    """

    rule: str
    source: str
    target: Literal["authority", "level"]
    executor: records.Executor | None
    category: str | None
    area: PlaceName | None
    criteria: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    via: Via
    service: ServiceName
    legal_basis: str | None
    since: dt.date | None
    beats: tuple[Beaten, ...] = ()


class Match(View, frozen=True, kw_only=True):
    """A competent authority. ``body`` is the area whose administration acts; ``rule`` the id of the responsibility."""

    authority: AuthorityView
    body: PlaceName | None
    role: records.Role
    level: records.AreaKind
    reason: str
    rule: str
    matched_area: PlaceName | None = None
    remark: str | None = None
    since: dt.date | None = None
    explanation: Explanation | None = None


class Question(View, frozen=True, kw_only=True):
    """What must be known before the answer is one: ``about`` names the fact, ``text`` asks.

    About a ``service``, its ``services`` are the ones to choose from; about a ``place``, its ``places``: parts or
    members of the one that was asked for.
    """

    about: Literal["surname", "street", "branch", "text", "service", "place"]
    text: str
    choices: tuple[str, ...] = ()
    services: tuple[ServiceName, ...] = ()
    places: tuple[PlaceName, ...] = ()


class Advice(View, frozen=True, kw_only=True):
    """Where to turn when nobody is known to be competent; never a competence."""

    text: str
    authority: AuthorityView | None = None
    phone: str | None = None


class ResponsibilityAnswer(View, frozen=True, kw_only=True):
    """Who is responsible for a service at a place on a day, and why.

    ``matches`` hold the competent (or, where another role is asked, those of that role), ``others`` the authorities
    with other roles. Without a match, ``cause`` says why: no rule, a gap between criteria, a rule whose authority is
    not there, or that the service is not offered. ``place_question`` asks for the place that counts.
    """

    service: ServiceName
    area: PlaceName | None
    on: dt.date
    status: Literal["answered", "question", "ambiguous", "none"]
    choice: Literal["any"] | None = None
    matches: tuple[Match, ...] = ()
    others: tuple[Match, ...] = ()
    question: Question | None = None
    advice: Advice | None = None
    cause: Literal["no_rule", "criterion", "target", "not_offered"] | None = None
    reference_place: records.ReferencePlace | None = None
    place_question: str | None = None


class OnlineServiceView(View, frozen=True, kw_only=True):
    """An online service with one address for the language of the answer."""

    id: str
    name: str
    url: str | None
    description: str | None = None
    assurance_level: str | None = None
    account: tuple[str, ...] = ()
    identification: tuple[str, ...] = ()
    signature: str | None = None
    payment_methods: tuple[str, ...] = ()
    fully_online: bool | None = None
    cross_border: bool | None = None
    status: str = "active"
    checked_on: dt.date | None = None


class FormView(View, frozen=True, kw_only=True):
    """A form with one address for the language of the answer."""

    id: str
    name: str
    url: str | None
    number: str | None = None
    accessible: bool | None = None


class NoticeView(View, frozen=True, kw_only=True):
    """A notice that is valid on the day."""

    id: str
    text: str
    language: str = "de"
    severity: Literal["info", "warning"]
    audience: Literal["public", "115"]
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class OfferView(View, frozen=True, kw_only=True):
    """Whether the service exists at the place; where nothing is recorded, it is offered."""

    status: Literal["offered", "not_offered", "covered_by", "unknown"]
    reason: str | None = None
    covered_by: ServiceName | None = None


class Finding(View, frozen=True, kw_only=True):
    """A quality finding on a publication."""

    code: str
    severity: Literal["muss", "soll"]
    text: str


class Publication(View, frozen=True, kw_only=True):
    """A service at a place, on a day, in a language.

    ``language`` is the one asked for; a part in another language says so itself. ``service`` is the record in its
    public view (or with internal content for those who may see it): flags, keys and structured content are read from
    there; lists that depend on language or place stand here.
    """

    id: str
    name: str
    official_name: str | None
    teaser: str | None
    language: str
    available_languages: tuple[str, ...]
    area: Place | None
    service: records.Service
    family: tuple[str, ...] = ()
    source: Attribution
    texts: tuple[ModuleText, ...] = ()
    parts: tuple[Part, ...] = ()
    additions: tuple[AppliedAddition, ...] = ()
    documents: tuple[records.Document, ...] = ()
    deadlines: tuple[records.Deadline, ...] = ()
    processing_times: tuple[records.ProcessingTime, ...] = ()
    steps: tuple[records.Step, ...] = ()
    channels: tuple[records.Channel, ...] = ()
    requirements: tuple[records.Requirement, ...] = ()
    remedies: tuple[records.Remedy, ...] = ()
    registers: tuple[records.Register, ...] = ()
    call_questions: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    life_events: tuple[ServiceName, ...] = ()
    fees: tuple[FeeView, ...] = ()
    upcoming_fees: tuple[FeeView, ...] = ()
    refused_fees: tuple[str, ...] = ()
    responsibility: ResponsibilityAnswer | None = None
    online_services: tuple[OnlineServiceView, ...] = ()
    forms: tuple[FormView, ...] = ()
    notices: tuple[NoticeView, ...] = ()
    offer: OfferView = OfferView(status="offered")
    contact_point: AuthorityView | None = None
    findings: tuple[Finding, ...] = ()
    changed_at: dt.datetime


class Why(View, frozen=True, kw_only=True):
    """Why a hit was found: the field and the term that the line met.

    ``synonym`` is what people typed where the term is another word for it, ``correction`` where it is a slip.
    """

    field: Literal["name", "synonym", "teaser", "text", "key", "ngram"]
    term: str
    synonym: str | None = None
    correction: str | None = None


class Span(View, frozen=True, kw_only=True):
    """A part of a text, by the numbers of its first character and of the one behind its last."""

    start: int
    end: int


class Highlight(View, frozen=True, kw_only=True):
    """A fragment of a hit's text, and where it meets the line."""

    field: Literal["name", "synonym", "teaser", "text"]
    text: str
    spans: tuple[Span, ...] = ()


class Hit(View, frozen=True, kw_only=True):
    """A service found by a search.

    ``applies`` is false where it does not apply at the place;
    ``offer`` and ``reason`` say that it is not offered there. ``language`` is that of the name, ``teaser_language``
    that of the teaser: German where there is none in the language asked for.
    """

    id: str
    name: str
    official_name: str | None
    teaser: str | None
    score: float
    leika_keys: tuple[str, ...] = ()
    why: tuple[Why, ...] = ()
    applies: bool = True
    offer: Literal["not_offered", "covered_by"] | None = None
    reason: str | None = None
    highlights: tuple[Highlight, ...] = ()
    language: str = "de"
    teaser_language: str = "de"


class AuthorityHit(View, frozen=True, kw_only=True):
    """An authority found by a search."""

    id: str
    name: str
    score: float


class Understood(View, frozen=True, kw_only=True):
    """How the line was read: what is wanted, and where."""

    concern: str
    places: tuple[PlaceName, ...] = ()


class Suggestion(View, frozen=True, kw_only=True):
    """A completion or a correction; ``kind`` says of what, ``count`` how many services a correction finds."""

    text: str
    kind: Literal["service", "synonym", "place", "correction"]
    id: str | None = None
    count: int | None = None


class Facet(View, frozen=True, kw_only=True):
    """A value by which results can be narrowed, and how many there are."""

    value: str
    label: str
    count: int


class Facets(View, frozen=True, kw_only=True):
    """What all results belong to; ``online`` counts those that can be done online."""

    life_events: tuple[Facet, ...] = ()
    audiences: tuple[Facet, ...] = ()
    online: int = 0


class SearchAnswer(View, frozen=True, kw_only=True):
    """The answer to a search; ``results`` holds services only, ``total`` counts them."""

    total: int
    results: tuple[Hit, ...] = ()
    authorities: tuple[AuthorityHit, ...] = ()
    places: tuple[PlaceName, ...] = ()
    understood: Understood
    suggestions: tuple[Suggestion, ...] = ()
    facets: Facets | None = None


class ChangeEntry(View, frozen=True, kw_only=True):
    """One record that changed; ``record`` is its public interchange form, ``None`` after a deletion."""

    seq: int
    op: Literal["upsert", "delete"]
    kind: str
    id: str
    hash: str | None
    changed_at: dt.datetime
    record: dict[str, Any] | None = None


class ChangePage(View, frozen=True, kw_only=True):
    """A page of changes; ``count`` and ``checksum`` of what the consumer then holds stand on the last page."""

    items: tuple[ChangeEntry, ...] = ()
    cursor: str
    complete: bool
    count: int | None = None
    checksum: str | None = None


class Page(View, frozen=True, kw_only=True):
    """A page of a list; ``next`` is the address of the following page."""

    total: int
    limit: int
    offset: int
    items: list[Any] = field(default_factory=list)
    next: str | None = None
