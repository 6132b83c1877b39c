"""The feed for the point of single contact (Einheitlicher Ansprechpartner), docs/formats/feeds.md.

It holds what Art. 7 of Directive 2006/123/EC and Art. 9 and 10 of Regulation (EU) 2018/1724 (Single Digital Gateway)
oblige to tell providers and users, for the services that are marked as relevant. Competence is told as far as it is
known; advice where to turn otherwise is not competence and stays out.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from busdb import records
from busdb.feeds import FeedItem, ItemFeed
from busdb.formats import FeedHead
from busdb.items import (
    AreaItem,
    AuthorityItem,
    ChannelItem,
    DeadlineItem,
    DocumentItem,
    LegalBasisItem,
    LinksItem,
    OfficeItem,
    ProcessingTimeItem,
    RegisterItem,
    RemedyItem,
    RequirementItem,
    StepItem,
    SupportBodyItem,
    Words,
    contact_point,
    line,
    links,
    made,
    offices,
    visible,
    words,
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
    View,
)
from busdb.validity import today


class Relevance(View, frozen=True, kw_only=True):
    """Why the service is in the feed; ``qualification``: recognition of professional qualifications."""

    ea: bool | None
    ea_basis: tuple[str, ...]
    qualification: bool | None
    sdg_areas: tuple[str, ...]
    sdg_annex2: bool | None


class ServiceEA(View, frozen=True, kw_only=True):
    """Which service it is, for whom, and why it is here."""

    id: str
    name: str
    official_name: str | None
    teaser: str | None
    summary: str | None
    description: str | None
    leika_keys: tuple[str, ...]
    audiences: tuple[records.Audience, ...]
    relevance: Relevance
    nace: tuple[str, ...]
    legal_forms: tuple[str, ...]
    nationalities: tuple[str, ...]
    valid_from: dt.date | None
    valid_to: dt.date | None


class Procedure(View, frozen=True, kw_only=True):
    """How to apply: the steps, the ways, and with which identification and signature."""

    steps: tuple[StepItem, ...]
    procedure_text: str | None
    channels: tuple[ChannelItem, ...]
    online_services: tuple[OnlineServiceView, ...]
    identification: tuple[str, ...]
    written_form: bool | None
    in_person: bool | None
    power_of_attorney: bool | None
    forms: tuple[FormView, ...]
    forms_text: str | None


class Deadlines(View, frozen=True, kw_only=True):
    """What the applicant must keep, what the authority must keep, and how long it takes on average."""

    user: tuple[DeadlineItem, ...]
    authority: tuple[ProcessingTimeItem, ...]
    average: tuple[ProcessingTimeItem, ...]
    deadlines_text: str | None
    processing_time_text: str | None


class TacitApproval(View, frozen=True, kw_only=True):
    """Whether silence of the authority is an approval, after which period from when, by which law."""

    applies: bool | None
    period: str | None
    start: str | None
    legal_basis: str | None


class RecordEA(FeedItem, frozen=True, kw_only=True):
    """A service at a place as providers and cross-border users must be told of it."""

    language: str
    available_languages: tuple[str, ...]
    area: AreaItem | None
    service: ServiceEA
    offer: OfferView
    notices: tuple[NoticeView, ...]
    requirements: tuple[RequirementItem, ...]
    conditions: str | None
    procedure: Procedure
    evidence: tuple[DocumentItem, ...]
    evidence_text: str | None
    fees: tuple[FeeView, ...]
    upcoming_fees: tuple[FeeView, ...]
    fees_text: str | None
    deadlines: Deadlines
    tacit_approval: TacitApproval
    status: Literal["answered", "question", "ambiguous", "none"] | None
    question: Question | None
    competent_authorities: tuple[OfficeItem, ...]
    point_of_single_contact: AuthorityItem | None
    redress: tuple[RemedyItem, ...]
    redress_text: str | None
    dispute_resolution: tuple[SupportBodyItem, ...]
    registers: tuple[RegisterItem, ...]
    support_bodies: tuple[SupportBodyItem, ...]
    legal_bases: tuple[LegalBasisItem, ...]
    legal_bases_text: str | None
    responsible_for_content: Attribution
    last_updated: dt.date
    links: LinksItem


class EA(ItemFeed):
    """The export of publications for the point of single contact; nothing internal, whatever the head allows."""

    schema = "urn:busdb:ea:1"
    item = RecordEA

    def selects(self, publication: Publication) -> bool:
        """What editors marked as relevant; relevance is never derived."""
        return publication.service.ea is True

    def made(self, publication: Publication, head: FeedHead) -> RecordEA:
        """The item of a publication."""
        return record(publication, head)


def record(publication: Publication, head: FeedHead) -> RecordEA:
    """The item of a publication."""
    answer, texts = publication.responsibility, words(publication)
    bodies = publication.service.support_bodies
    return made(
        RecordEA,
        publication,
        service=_service(publication, texts),
        notices=tuple(one for one in publication.notices if one.audience == "public"),
        procedure=made(Procedure, publication, **texts.prose(Procedure)),
        evidence=tuple(one for one in visible(publication.documents) if one.direction == "in"),
        deadlines=_deadlines(publication, texts),
        tacit_approval=_tacit_approval(publication.service),
        status=answer.status if answer else None,
        question=answer.question if answer else None,
        competent_authorities=offices(publication, text=True),
        point_of_single_contact=contact_point(publication, text=True),
        redress=publication.remedies,
        dispute_resolution=tuple(body for body in bodies if body.kind == "dispute_resolution"),
        support_bodies=tuple(body for body in bodies if body.kind != "dispute_resolution"),
        responsible_for_content=publication.source,
        last_updated=_last_updated(publication),
        links=links(publication, head),
        **texts.prose(RecordEA),
    )


def _service(publication: Publication, texts: Words) -> ServiceEA:
    return made(
        ServiceEA,
        publication,
        relevance=made(Relevance, publication),
        teaser=line(publication.teaser) if publication.teaser else None,
        **texts.prose(ServiceEA),
    )


def _deadlines(publication: Publication, texts: Words) -> Deadlines:
    return made(
        Deadlines,
        publication,
        user=publication.deadlines,
        authority=tuple(one for one in publication.processing_times if not one.average),
        average=tuple(one for one in publication.processing_times if one.average),
        **texts.prose(Deadlines),
    )


def _tacit_approval(service: records.Service) -> TacitApproval:
    return TacitApproval(
        applies=service.tacit_approval,
        period=service.tacit_period,
        start=service.tacit_start,
        legal_basis=service.tacit_legal_basis,
    )


def _last_updated(publication: Publication) -> dt.date:
    """The latest day that the sources state, else that of the last change here."""
    days = [publication.service.changed_on, *(part.changed_on for part in publication.parts)]
    return max((day for day in days if day), default=today(publication.changed_at))


FORMAT = EA()
