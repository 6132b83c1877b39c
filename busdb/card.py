"""The answer card of a 115 agent: what is said first stands first; what only agents see is apart from it.

A card is made of what everybody may see. What only agents see is what the same publication has more when it is put
together for them, so that nothing internal can get into a text that leaves the house.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from busdb import hours, items, quotes
from busdb.explanation import open_first
from busdb.hours import DayHours, Opening
from busdb.i18n import message
from busdb.publication import AuthorityView, NoticeView, Part, Publication
from busdb.quotes import Quote, Wanted
from busdb.records import Contact, Document, Internal115, Role
from busdb.spoken import line, unsaid
from busdb.validity import today


class Office(Struct, frozen=True, kw_only=True):
    """An authority as a caller needs it: open ``now``, its hours ``today``, and for ``calls``.

    ``role`` is that in an answer, with its ``remark``; ``None`` where the authority itself was asked for.
    """

    authority: AuthorityView
    role: Role | None
    remark: str | None
    now: Opening | None
    today: DayHours | None
    calls: Opening | None


class Stand(Struct, frozen=True, kw_only=True):
    """How old some parts are, and whose: their names, who delivers them, for which area, and since when they are so."""

    parts: tuple[str, ...]
    source: str
    area: str
    day: dt.date | None


class Card(Struct, frozen=True, kw_only=True):
    """A publication as an agent answers it. ``line`` is read aloud; ``prose`` are the texts of its modules, plain."""

    publication: Publication
    line: str
    prose: Mapping[str, str | None]
    offices: tuple[Office, ...]
    quote: Quote
    stands: tuple[Stand, ...]
    overdue: bool

    @property
    def documents(self) -> tuple[Document, ...]:
        """What the caller brings."""
        return tuple(one for one in items.visible(self.publication.documents) if one.direction == "in")


class InternalOffice(Struct, frozen=True, kw_only=True):
    """What only agents see about an authority."""

    name: str
    instructions: tuple[Internal115, ...]
    contacts: tuple[Contact, ...]


class Internal(Struct, frozen=True, kw_only=True):
    """What only agents see about an answer."""

    questions: tuple[str, ...] = ()
    notices: tuple[NoticeView, ...] = ()
    documents: tuple[Document, ...] = ()
    parts: tuple[Part, ...] = ()
    offices: tuple[InternalOffice, ...] = ()


def card(publication: Publication, moment: dt.datetime, case: Wanted, sources: Mapping[str, str]) -> Card:
    """The card of a public publication at an aware moment; of several offices those that are open come first.

    ``sources`` are the names of sources by their codes; ``case`` is what is known for the costs.
    """
    day, texts = today(moment), items.words(publication)
    said = line(publication, texts)
    answer = publication.responsibility and open_first(publication.responsibility, moment)
    area = publication.area
    due = publication.service.review_due
    return Card(
        publication=publication,
        line=said,
        prose=unsaid(texts.prose(_Prose), publication, said, items.visible(publication.documents)),
        offices=tuple(
            office(match.authority, moment, (area.ars if area else None) or "", match.role, match.remark)
            for match in (answer.matches if answer else ())
        ),
        quote=quotes.of(publication, day, case, publication.language),
        stands=tuple(_stands(publication, sources)),
        overdue=due is not None and due < day,
    )


class _Prose(Struct):
    """The prose that a card has beside its structured content."""

    documents_text: str | None
    fees_text: str | None
    deadlines_text: str | None
    processing_time_text: str | None


def office(
    body: AuthorityView, moment: dt.datetime, ars: str, role: Role | None = None, remark: str | None = None
) -> Office:
    """An authority at a moment, without anything internal; ``ars`` tells the Land, whose holidays count."""
    shown = items.shown(body, text=False)
    return Office(
        authority=shown,
        role=role,
        remark=remark,
        now=hours.opening(shown, moment, ars[:2]),
        today=hours.on_day(shown, today(moment), ars[:2]),
        calls=hours.opening(shown, moment, ars[:2], "phone"),
    )


def internal(public: Publication, whole: Publication, day: dt.date) -> Internal:
    """What agents see more in ``whole`` than everybody sees in ``public``."""
    known = {part.html for part in public.parts}
    advice = whole.responsibility.advice if whole.responsibility else None
    bodies = [match.authority for match in items.everyone(whole)]
    bodies += [advice.authority] if advice and advice.authority else []
    return Internal(
        questions=whole.call_questions,
        notices=tuple(one for one in whole.notices if one.audience == "115"),
        documents=tuple(one for one in whole.documents if one.visibility == "115"),
        parts=tuple(part for part in whole.parts if part.html not in known),
        offices=tuple(one for body in bodies if (one := internal_office(body, day))),
    )


def internal_office(body: AuthorityView, day: dt.date) -> InternalOffice | None:
    """What agents see about an authority on a day, without a note that has ended; ``None`` where that is nothing."""
    hidden = tuple(one for one in body.contacts if one.visibility == "115")
    current = (
        replace(one, note=None, note_valid_to=None) if one.note_valid_to and one.note_valid_to < day else one
        for one in body.internal115
    )
    instructions = tuple(one for one in current if one != Internal115())
    if not (instructions or hidden):
        return None
    return InternalOffice(name=body.name, instructions=instructions, contacts=hidden)


def _stands(publication: Publication, sources: Mapping[str, str]) -> Iterable[Stand]:
    """The age of each part, those of one source, area and day together."""
    own = publication.service
    found: dict[tuple[str, str, dt.date | None], list[str]] = {}

    def add(title: str, source: str, area: str, day: dt.date | None) -> None:
        names = found.setdefault((sources.get(source, source), area, day), [])
        if title not in names:
            names.append(title)

    add(message("card.service"), publication.source.source, message(f"area.{own.layer}"), own.changed_on)
    for part in publication.parts:
        area = part.area.name if part.area else message(f"area.{part.layer}")
        add(part.title, part.source, area, part.changed_on)
    for addition in publication.additions:
        titles = [code for code, there in _structured(addition).items() if there]
        for code in titles:
            area = addition.area.name if addition.area else message(f"area.{addition.layer}")
            add(message(code), addition.source, area, addition.changed_on)
    for fee in publication.fees:
        place = fee.area.name if fee.area else message("area.country")
        add(message("card.costs"), fee.id.partition(".")[0], place, fee.valid_from)
    for match in items.everyone(publication):
        body = match.body.name if match.body else ""
        add(match.authority.name, match.authority.id.partition(".")[0], body, match.authority.changed_on)
    for online in publication.online_services:
        add(online.name, online.id.partition(".")[0], "", online.checked_on)
    return (
        Stand(parts=tuple(parts), source=source, area=area, day=day) for (source, area, day), parts in found.items()
    )


def _structured(addition: object) -> dict[str, object]:
    """What an addition holds beside texts, by the name of the section that shows it."""
    names = {
        "card.bring": "documents",
        "card.deadline": "deadlines",
        "card.duration": "processing_times",
        "card.online": "online_services",
    }
    return {code: getattr(addition, name) for code, name in names.items()}
