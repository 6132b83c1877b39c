"""The 115 feed: one record for each service at a place, in the order in which an agent answers a call.

Nobody prescribes this format; it is described in docs/formats/feeds.md. 115 answers everything, so that every
publication belongs to the feed; what is in the 115 portfolio says ``d115``.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import UNSET, UnsetType

from busdb import records
from busdb.feeds import FeedItem, ItemFeed, Moment
from busdb.formats import FeedHead
from busdb.items import (
    AdviceItem,
    AreaItem,
    ContactItem,
    DeadlineItem,
    DocumentItem,
    Internal115Item,
    Layers,
    LegalBasisItem,
    LinksItem,
    LocalPart,
    OfficeItem,
    ProcessingTimeItem,
    RemedyItem,
    StepItem,
    advice,
    everyone,
    layers,
    links,
    made,
    offices,
    visible,
    words,
)
from busdb.publication import (
    Attribution,
    FeeView,
    Finding,
    FormView,
    NoticeView,
    OfferView,
    OnlineServiceView,
    Publication,
    Question,
    ServiceName,
    View,
)
from busdb.spoken import line, unsaid


class Service115(View, frozen=True, kw_only=True):
    """Which service it is: its names, keys, place in the 115 portfolio, and how fresh it is."""

    id: str
    name: str
    official_name: str | None
    synonyms: tuple[str, ...]
    leika_keys: tuple[str, ...]
    federal_types: tuple[str, ...]
    audiences: tuple[records.Audience, ...]
    life_events: tuple[ServiceName, ...]
    d115: bool | None
    d115_rank: int | None
    reference_place: records.ReferencePlace | None
    source: Attribution
    valid_from: dt.date | None
    valid_to: dt.date | None
    changed_on: dt.date | None
    reviewed_on: dt.date | None
    review_due: dt.date | None
    changed_at: Moment


class Appointment(View, frozen=True, kw_only=True):
    """Whether an appointment is needed, and where the first office that takes bookings does."""

    required: bool | None
    url: str | None


class Answer115(View, frozen=True, kw_only=True):
    """What the agent says, from the sentence to read aloud to the small print. Texts are plain, lists by lines."""

    one_line: str
    call_questions: tuple[str, ...]
    summary: str | None
    description: str | None
    authority_text: str | None
    documents: tuple[DocumentItem, ...]
    documents_text: str | None
    fees: tuple[FeeView, ...]
    upcoming_fees: tuple[FeeView, ...]
    fees_text: str | None
    deadlines: tuple[DeadlineItem, ...]
    deadlines_text: str | None
    processing_times: tuple[ProcessingTimeItem, ...]
    processing_time_text: str | None
    online_services: tuple[OnlineServiceView, ...]
    appointment: Appointment
    in_person: bool | None
    power_of_attorney: bool | None
    written_form: bool | None
    conditions: str | None
    steps: tuple[StepItem, ...]
    procedure_text: str | None
    forms: tuple[FormView, ...]
    forms_text: str | None
    legal_bases: tuple[LegalBasisItem, ...]
    legal_bases_text: str | None
    remedies: tuple[RemedyItem, ...]
    remedy_text: str | None
    notes: str | None
    further_information: str | None
    local_additions: tuple[LocalPart, ...]
    layers: Layers


class InternalOffice(View, frozen=True, kw_only=True):
    """What only 115 agents see about an office: instructions, and contacts that are not public."""

    instructions: tuple[Internal115Item, ...]
    contacts: tuple[ContactItem, ...]


class Office115(OfficeItem, frozen=True, kw_only=True):
    """A competent authority; ``internal115`` is present only in the internal form of the feed."""

    internal115: InternalOffice | UnsetType = UNSET


class Quality(View, frozen=True, kw_only=True):
    """Whether the record can be relied on: ``block`` with a finding that must not be, ``warn`` with another."""

    status: Literal["ok", "warn", "block"]
    issues: tuple[Finding, ...]


class Record115(FeedItem, frozen=True, kw_only=True):
    """A service at a place as a 115 agent answers it.

    ``status`` says whether ``offices`` are the answer, need the ``question``, or contradict each other; ``advice``
    is where to turn when there is none, and never a competence.
    """

    language: str
    available_languages: tuple[str, ...]
    area: AreaItem | None
    service: Service115
    offer: OfferView
    notices: tuple[NoticeView, ...]
    answer: Answer115
    status: Literal["answered", "question", "ambiguous", "none"] | None
    choice: Literal["any"] | None
    question: Question | None
    offices: tuple[Office115, ...]
    advice: AdviceItem | None
    quality: Quality
    links: LinksItem


class D115(ItemFeed):
    """The export of publications for 115."""

    schema = "urn:busdb:115:1"
    item = Record115
    internal = True

    def selects(self, publication: Publication) -> bool:  # noqa: ARG002  the protocol asks; 115 answers everything
        """Every publication."""
        return True

    def made(self, publication: Publication, head: FeedHead) -> Record115:
        """The item of a publication."""
        return record(publication, head)


def record(publication: Publication, head: FeedHead) -> Record115:
    """The item of a publication."""
    answer = publication.responsibility
    audiences = {"public", "115"} if head.internal else {"public"}
    return made(
        Record115,
        publication,
        service=made(Service115, publication),
        notices=tuple(one for one in publication.notices if one.audience in audiences),
        answer=_answer(publication, internal=head.internal),
        status=answer.status if answer else None,
        choice=answer.choice if answer else None,
        question=answer.question if answer else None,
        offices=_offices(publication, internal=head.internal),
        advice=advice(publication, text=True),
        quality=_quality(publication.findings),
        links=links(publication, head),
    )


def _answer(publication: Publication, *, internal: bool) -> Answer115:
    texts = words(publication)
    one_line = line(publication, texts)
    documents = visible(publication.documents, internal=internal)
    return made(
        Answer115,
        publication,
        one_line=one_line,
        call_questions=publication.call_questions if internal else (),
        documents=documents,
        appointment=Appointment(
            required=publication.service.appointment,
            url=next(filter(None, (match.authority.appointment_url for match in everyone(publication))), None),
        ),
        local_additions=texts.local,
        layers=layers(publication),
        **unsaid(texts.prose(Answer115), publication, one_line, documents),
    )


def _offices(publication: Publication, *, internal: bool) -> list[dict[str, object]]:
    found = offices(publication, text=True)
    if internal:
        for values, match in zip(found, everyone(publication), strict=True):
            hidden = [one for one in match.authority.contacts if one.visibility == "115"]
            values["internal115"] = {"instructions": match.authority.internal115, "contacts": hidden}
    return found


def _quality(findings: tuple[Finding, ...]) -> Quality:
    severities = {finding.severity for finding in findings}
    status: Literal["ok", "warn", "block"] = "block" if "muss" in severities else "warn" if severities else "ok"
    return Quality(status=status, issues=findings)


FORMAT = D115()
