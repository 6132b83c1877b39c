"""What the items of our feeds are made of: the parts of a publication with every key present.

A part of a record leaves its defaults out; in a feed it shows them, so that a reader finds each key in each item.
Everything here chooses and renames; the facts come from the publication. Long as a list is: one function for each part.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Literal, NamedTuple, Protocol, TypeVar
from urllib.parse import quote

from msgspec import Struct, convert
from msgspec.structs import asdict, replace

from busdb import records
from busdb.formats import FeedHead
from busdb.html import plain
from busdb.publication import AuthorityView, Match, PlaceName, Publication, View

ItemT = TypeVar("ItemT", bound=Struct)
PartT = TypeVar("PartT", bound="Visible")
LINE = 200

PROSE = {
    "summary": ("05",),
    "description": ("06",),
    "legal_bases_text": ("07",),
    "documents_text": ("08",),
    "evidence_text": ("08",),
    "conditions": ("09",),
    "procedure_text": ("11",),
    "forms_text": ("14",),
    "further_information": ("15",),
    "notes": ("16",),
    "authority_text": ("22", "23"),
    "remedy_text": ("25",),
    "redress_text": ("25",),
    "processing_time_text": ("95",),
    "deadlines_text": ("97",),
    "fees_text": ("98",),
}
"""Which text modules a field of plain text is made of."""


class Visible(Protocol):
    """A part that is not for everybody."""

    @property
    def visibility(self) -> records.Visibility:
        """Who may see it."""
        ...


class LinkItem(records.Link, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False):
    """A web address with its title."""


class StepItem(records.Step, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False):
    """One step of the procedure, in the order of the list."""


class ChannelItem(records.Channel, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False):
    """A way to apply."""


class RequirementItem(records.Requirement, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False):
    """A requirement for providers (Directive 2006/123/EC, Art. 7(1)(a))."""


class DocumentItem(records.Document, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False):
    """A document that the applicant brings (``in``) or receives (``out``); ``form`` names one of the forms."""


class DeadlineItem(records.Deadline, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False):
    """A period or date that the applicant must keep."""


class ProcessingTimeItem(
    records.ProcessingTime, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False
):
    """How long the authority takes."""


class LegalBasisItem(records.LegalBasis, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False):
    """A citation and where to read it."""


class RemedyItem(records.Remedy, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False):
    """How a decision can be contested."""


class RegisterItem(records.Register, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False):
    """A public register."""


class SupportBodyItem(records.SupportBody, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False):
    """A body other than an authority that helps or settles disputes."""


class AddressItem(records.Address, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False):
    """Where an authority is or receives mail, and whether one can get in."""


class ContactItem(records.Contact, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False):
    """A phone number, address of mail or web, or another electronic access with its limits."""


class PersonItem(records.Person, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False):
    """A contact person whom the authority publishes."""


class HoursItem(records.Hours, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False):
    """Regular hours in the OSM ``opening_hours`` syntax, or as words; ``valid_to`` is the last day."""


class HoursExceptionItem(
    records.HoursException, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False
):
    """Days on which the regular hours do not hold; without ``osm`` closed."""


class Internal115Item(records.Internal115, frozen=True, kw_only=True, omit_defaults=False, forbid_unknown_fields=False):
    """What only 115 agents see about an authority."""


class AreaItem(PlaceName, frozen=True, kw_only=True):
    """The place asked for; ``parents`` from the nearest to the country."""

    ags: str | None = None
    parents: tuple[PlaceName, ...] = ()
    postal_codes: tuple[str, ...] = ()


class AuthorityItem(View, frozen=True, kw_only=True):
    """An authority as the public sees it; ``path`` names those above it, from the top."""

    id: str
    name: str
    short_name: str | None
    description: str | None
    path: tuple[str, ...]
    site: bool
    categories: tuple[str, ...]
    addresses: tuple[AddressItem, ...]
    contacts: tuple[ContactItem, ...]
    persons: tuple[PersonItem, ...]
    hours: tuple[HoursItem, ...]
    exceptions: tuple[HoursExceptionItem, ...]
    payment_methods: tuple[str, ...]
    appointment: bool | None
    appointment_url: str | None
    changed_on: dt.date | None


class OfficeItem(AuthorityItem, frozen=True, kw_only=True):
    """A competent authority and why it is: ``body`` is the area whose administration acts, ``rule`` the reason's id."""

    role: records.Role
    rank: int
    body: PlaceName | None
    level: records.AreaKind
    matched_area: PlaceName | None
    reason: str
    rule: str
    remark: str | None
    since: dt.date | None


class AdviceItem(View, frozen=True, kw_only=True):
    """Where to turn when nobody is known to be competent; never a competence."""

    text: str
    authority: AuthorityItem | None
    phone: str | None


class PartItem(View, frozen=True, kw_only=True):
    """A text of one module and layer in HTML; parts of one module belong together, from the general to the local."""

    module: str
    title: str
    html: str
    language: str
    layer: records.Layer
    area: PlaceName | None
    mode: Literal["base", "fill", "supplement", "replace"]
    source: str
    changed_on: dt.date | None
    machine_translated: bool
    links: tuple[LinkItem, ...]


class LinksItem(View, frozen=True, kw_only=True):
    """Addresses of the same answer: in the public interface, and as the page that citizens read."""

    self: str
    responsibility: str
    html: str


class LocalPart(View, frozen=True, kw_only=True):
    """A text of a lower layer for an area, as plain text; it is contained in the merged text of its module."""

    module: str
    title: str
    text: str
    language: str
    layer: records.Layer
    area: PlaceName | None
    mode: Literal["base", "fill", "supplement", "replace"]
    source: str
    changed_on: dt.date | None


class Layers(View, frozen=True, kw_only=True):
    """When the content of each layer last changed."""

    country: dt.date | None = None
    state: dt.date | None = None
    district: dt.date | None = None
    association: dt.date | None = None
    municipality: dt.date | None = None


class Words(NamedTuple):
    """The texts of a publication without markup: those of each module merged, and what lower layers added."""

    merged: dict[str, str]
    local: tuple[LocalPart, ...]

    def prose(self, type_: type[Struct]) -> dict[str, str | None]:
        """The fields of ``type_`` that are made of text modules; ``None`` where no module has a text."""
        return {
            field: "\n".join(self.merged[module] for module in modules if module in self.merged) or None
            for field, modules in PROSE.items()
            if field in type_.__struct_fields__
        }


def made(type_: type[ItemT], publication: Publication, **computed: object) -> ItemT:
    """An item, or a part of one: what is not ``computed`` comes under its own name from the publication, else from
    its service. Records become what the item's types say they are shown as.

    Raises ``AttributeError`` for a field that neither has.
    """
    service = publication.service
    for name, in_publication in _fields(type_):
        if name not in computed:
            computed[name] = getattr(publication if in_publication else service, name)
    return convert(computed, type_, from_attributes=True)


@cache
def _fields(type_: type[Struct]) -> tuple[tuple[str, bool], ...]:
    """The fields of an item, and whether a publication has them."""
    return tuple((name, name in Publication.__struct_fields__) for name in type_.__struct_fields__ if name != "hash")


def visible(parts: Iterable[PartT], *, internal: bool = False) -> tuple[PartT, ...]:
    """Of documents, links or contacts those that the readers of a feed may see."""
    shown = {"public", "115"} if internal else {"public"}
    return tuple([part for part in parts if part.visibility in shown])


def shown(view: AuthorityView, *, text: bool) -> AuthorityView:
    """An authority without anything internal; with ``text`` its description loses its markup."""
    return replace(
        view,
        description=plain(view.description) or None if text and view.description else view.description,
        contacts=visible(view.contacts),
        persons=tuple(person for person in view.persons if person.published),
        internal115=(),
    )


@lru_cache(maxsize=256)
def authority_item(view: AuthorityView, *, text: bool) -> AuthorityItem:
    """An authority as items hold it; kept, since the same few stand in most items of a place."""
    return convert(shown(view, text=text), AuthorityItem, from_attributes=True)


def office(match: Match, rank: int, *, text: bool) -> dict[str, object]:
    """The values of an :class:`OfficeItem`; ``rank`` counts from 1."""
    return {**asdict(match), **asdict(authority_item(match.authority, text=text)), "rank": rank}


def everyone(publication: Publication) -> tuple[Match, ...]:
    """All authorities of an answer: the competent first, then those with other roles."""
    answer = publication.responsibility
    return (*answer.matches, *answer.others) if answer else ()


def offices(publication: Publication, *, text: bool) -> list[dict[str, object]]:
    """The authorities of a publication with their roles, in the order of the answer."""
    return [office(match, rank, text=text) for rank, match in enumerate(everyone(publication), 1)]


def contact_point(publication: Publication, *, text: bool) -> AuthorityItem | None:
    """The point of single contact."""
    return authority_item(publication.contact_point, text=text) if publication.contact_point else None


def advice(publication: Publication, *, text: bool) -> AdviceItem | None:
    """Where to turn when nobody is known to be competent."""
    answer = publication.responsibility
    if answer is None or answer.advice is None:
        return None
    found = answer.advice
    authority = authority_item(found.authority, text=text) if found.authority else None
    return AdviceItem(text=found.text, authority=authority, phone=found.phone)


def links(publication: Publication, head: FeedHead) -> LinksItem:
    """Where the publication is for machines and for people; relative where the feed knows no address of its own."""
    place = publication.area
    here = f"ars={place.ars}&" if place and place.ars else ""
    there = f"{here}lang={publication.language}"
    base, id_ = f"{head.base_url}/api/v1", quote(publication.id, safe="")
    return LinksItem(
        self=f"{base}/services/{id_}?{there}",
        responsibility=f"{base}/responsibilities?service={id_}&{there}",
        html=f"{head.base_url}/services/{id_}?{there}",
    )


def words(publication: Publication) -> Words:
    """The texts of a publication without markup."""
    merged: dict[str, str] = {}
    local: list[LocalPart] = []
    for part in publication.parts:
        text = plain(part.html)
        if not text:
            continue
        merged[part.module] = f"{merged[part.module]}\n{text}" if part.module in merged else text
        if part.mode != "base":
            local.append(
                LocalPart(
                    module=part.module,
                    title=part.title,
                    text=text,
                    language=part.language,
                    layer=part.layer,
                    area=part.area,
                    mode=part.mode,
                    source=part.source,
                    changed_on=part.changed_on,
                )
            )
    return Words(merged, tuple(local))


def layers(publication: Publication) -> Layers:
    """When each layer of a publication last changed, as far as its sources say."""
    dates: dict[str, dt.date] = {}
    dated = [(publication.service.layer, publication.service.changed_on)]
    for layer, day in (*dated, *((part.layer, part.changed_on) for part in publication.parts)):
        if day is not None:
            dates[layer] = max(day, dates.get(layer, day))
    return Layers(**dates)


def line(text: str) -> str:
    """One line of at most 200 characters, cut at a word."""
    one = " ".join(text.split())
    if len(one) <= LINE:
        return one
    return one[: LINE - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"
