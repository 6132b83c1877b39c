"""The municipal feed: all that a municipality's website needs to show its services (docs/formats/feeds.md)."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec.structs import replace

from busdb import records
from busdb.feeds import FeedItem, ItemFeed, Moment
from busdb.formats import FeedHead
from busdb.items import (
    AdviceItem,
    AreaItem,
    AuthorityItem,
    ChannelItem,
    DeadlineItem,
    DocumentItem,
    LegalBasisItem,
    LinksItem,
    OfficeItem,
    PartItem,
    ProcessingTimeItem,
    RegisterItem,
    RemedyItem,
    RequirementItem,
    StepItem,
    SupportBodyItem,
    advice,
    contact_point,
    links,
    made,
    offices,
    visible,
)
from busdb.publication import (
    Attribution,
    FeeView,
    FormView,
    NoticeView,
    OfferView,
    OnlineServiceView,
    Publication,
    Question,
    ServiceName,
)


class RecordMunicipal(FeedItem, frozen=True, kw_only=True):
    """A service at a place as a website shows it. ``offices`` are the competent ones, ``status`` says how sure."""

    id: str
    name: str
    official_name: str | None
    teaser: str | None
    language: str
    available_languages: tuple[str, ...]
    area: AreaItem | None
    leika_keys: tuple[str, ...]
    federal_types: tuple[str, ...]
    family: tuple[str, ...]
    layer: records.Layer
    audiences: tuple[records.Audience, ...]
    life_events: tuple[ServiceName, ...]
    synonyms: tuple[str, ...]
    ea: bool | None
    d115: bool | None
    d115_rank: int | None
    reference_place: records.ReferencePlace | None
    offer: OfferView
    notices: tuple[NoticeView, ...]
    parts: tuple[PartItem, ...]
    requirements: tuple[RequirementItem, ...]
    documents: tuple[DocumentItem, ...]
    fees: tuple[FeeView, ...]
    upcoming_fees: tuple[FeeView, ...]
    deadlines: tuple[DeadlineItem, ...]
    processing_times: tuple[ProcessingTimeItem, ...]
    steps: tuple[StepItem, ...]
    channels: tuple[ChannelItem, ...]
    online_services: tuple[OnlineServiceView, ...]
    forms: tuple[FormView, ...]
    identification: tuple[str, ...]
    written_form: bool | None
    in_person: bool | None
    power_of_attorney: bool | None
    appointment: bool | None
    legal_bases: tuple[LegalBasisItem, ...]
    remedies: tuple[RemedyItem, ...]
    registers: tuple[RegisterItem, ...]
    support_bodies: tuple[SupportBodyItem, ...]
    status: Literal["answered", "question", "ambiguous", "none"] | None
    choice: Literal["any"] | None
    offices: tuple[OfficeItem, ...]
    question: Question | None
    advice: AdviceItem | None
    contact_point: AuthorityItem | None
    source: Attribution
    valid_from: dt.date | None
    valid_to: dt.date | None
    changed_on: dt.date | None
    reviewed_on: dt.date | None
    review_due: dt.date | None
    changed_at: Moment
    links: LinksItem


class Municipal(ItemFeed):
    """The export of publications for websites; nothing internal, whatever the head allows."""

    schema = "urn:busdb:municipal:1"
    item = RecordMunicipal

    def selects(self, publication: Publication) -> bool:  # noqa: ARG002  the protocol asks; a website shows all
        """Every publication, also what is not offered here: its reason is worth showing."""
        return True

    def made(self, publication: Publication, head: FeedHead) -> RecordMunicipal:
        """The item of a publication."""
        return record(publication, head)


def record(publication: Publication, head: FeedHead) -> RecordMunicipal:
    """The item of a publication."""
    answer = publication.responsibility
    return made(
        RecordMunicipal,
        publication,
        notices=tuple(one for one in publication.notices if one.audience == "public"),
        parts=[replace(part, links=visible(part.links)) if part.links else part for part in publication.parts],
        documents=visible(publication.documents),
        status=answer.status if answer else None,
        choice=answer.choice if answer else None,
        offices=offices(publication, text=False),
        question=answer.question if answer else None,
        advice=advice(publication, text=False),
        contact_point=contact_point(publication, text=False),
        links=links(publication, head),
    )


FORMAT = Municipal()
