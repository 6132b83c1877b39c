"""A card as plain text: the answer for a mail or a message, and what is handed over to a colleague."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from msgspec import Struct

from busdb.card import Card, Internal, Office
from busdb.i18n import message
from busdb.publication import AuthorityView
from busdb.records import Address
from busdb.timewords import clock, date, deadline, processing, spans

_TO_FILL_IN = ("card.handover_caller", "card.handover_callback", "card.handover_note")
MOST = 3
"""How many offices a text names."""


class Call(Struct, frozen=True, kw_only=True):
    """What is known of a call: when and where it is, what was typed, what the caller said by its label; its address."""

    moment: dt.datetime
    place: str | None
    line: str | None
    facts: Mapping[str, str]
    address: str


def answer(card: Card, address: str) -> str:
    """The answer as a caller may get it in writing, with the address to read it at; nothing internal is in it."""
    publication = card.publication
    question = _question(card)
    stand = publication.service.changed_on
    source = publication.source.attribution or publication.source.name
    blocks = [
        [_title(card), card.line, *_refused(card)],
        *(_office(one) for one in card.offices[:MOST]),
        [question] if question and not card.offices else _advice(card),
        [
            *_part("card.bring", _bring(card)),
            *_part("card.costs", [costs(card)]),
            *_part("card.deadline", _lines(_deadlines(card), card.prose["deadlines_text"])),
            *_part("card.duration", _lines(_durations(card), card.prose["processing_time_text"])),
            *_part("card.online", [f"{one.name}: {one.url}" for one in publication.online_services if one.url]),
        ],
        [
            message("card.text_source", {"source": source}),
            *([message("page.as_of", {"date": date(stand)})] if stand else []),
            address,
        ],
    ]
    return _joined(blocks)


def office_answer(office: Office, address: str) -> str:
    """An authority as a caller may get it in writing."""
    return _joined([_office(office), [address]])


def handover(about: Card | Office, call: Call, internal: Internal | None = None) -> str:
    """What a colleague needs to go on: the concern, what was said, the office, and lines to fill in.

    ``internal`` are contacts of the second level, for those who may see them.
    """
    when = {"date": date(call.moment.date()), "time": clock(call.moment)}
    card = about if isinstance(about, Card) else None
    offices = about.offices[:MOST] if isinstance(about, Card) else (about,)
    question = _question(card) if card else None
    concern = [card.publication.name] if card else []
    facts = "; ".join(f"{label}: {value}" for label, value in call.facts.items())
    known = [
        *_part("card.handover_concern", [*concern, *([f"„{call.line}“"] if call.line else [])]),
        *_part("card.handover_place", [call.place] if call.place else []),
        *_part("card.handover_facts", [facts] if facts else []),
        *_part("card.handover_open", [question] if question else []),
    ]
    empty = [f"{message(code)}: " for code in _TO_FILL_IN]
    head = [message("card.handover_head", when), *known]
    return _joined([head, *map(_office, offices), _second_level(internal), [call.address], empty])


def costs(card: Card) -> str:
    """What it costs, in one sentence or in the words of the source."""
    settled = card.publication.fees or card.publication.offer.status == "not_offered"
    return card.quote.text if settled else card.prose["fees_text"] or card.quote.text


def address_line(one: Address) -> str:
    """An address in one line, with the room."""
    street = " ".join(filter(None, (one.street, one.house_number)))
    city = " ".join(filter(None, (one.postal_code, one.city)))
    room = message("page.room", {"room": one.room}) if one.room else None
    return ", ".join(filter(None, (street, one.addition, city, room)))


def _joined(blocks: Iterable[list[str]]) -> str:
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _part(code: str, lines: list[str]) -> list[str]:
    """Lines under their label, on its line if there is but one."""
    if not lines:
        return []
    label = message(code)
    return [f"{label}: {lines[0].removeprefix('- ')}"] if len(lines) == 1 else [f"{label}:", *lines]


def _lines(own: list[str], prose: str | None) -> list[str]:
    return [*own, *(prose.split("\n") if prose else [])]


def _title(card: Card) -> str:
    place = card.publication.area
    at = f" {message('page.at_place', {'place': place.name})}" if place else ""
    return f"{card.publication.name}{at}"


def _refused(card: Card) -> list[str]:
    if card.publication.offer.status != "not_offered":
        return []
    place = card.publication.area
    said = message("page.not_offered", {"place": place.name if place else ""})
    return [": ".join(filter(None, (said, card.publication.offer.reason)))]


def _question(card: Card) -> str | None:
    answer = card.publication.responsibility
    return answer.question.text if answer and answer.question else None


def _advice(card: Card) -> list[str]:
    answer = card.publication.responsibility
    if answer is None or answer.advice is None or answer.matches:
        return []
    found = answer.advice.authority
    return [answer.advice.text, *(_authority(found) if found else [])]


def _office(one: Office) -> list[str]:
    name = one.authority.name
    return [
        f"{message(f'page.role_{one.role}')}: {name}" if one.role else name,
        *([one.remark] if one.remark else []),
        *_authority(one.authority),
        *([message("card.text_today", {"hours": spans(one.today)})] if one.today else []),
        *([one.now.text] if one.now else []),
    ]


def _authority(body: AuthorityView) -> list[str]:
    phones = [f"{message(f'contact.{one.channel}')}: {one.value}" for one in body.contacts if one.channel in _CHANNELS]
    booking = [f"{message('page.book')}: {body.appointment_url}"] if body.appointment_url else []
    return [*(address_line(one) for one in body.addresses if one.type == "visit"), *phones, *booking]


_CHANNELS = frozenset({"phone", "mobile", "email"})


def _bring(card: Card) -> list[str]:
    own = [f"- {one.label} ({one.condition})" if one.condition else f"- {one.label}" for one in card.documents]
    return _lines(own, card.prose["documents_text"])


def _deadlines(card: Card) -> list[str]:
    return [": ".join(filter(None, (one.label, deadline(one)))) for one in card.publication.deadlines]


def _durations(card: Card) -> list[str]:
    return [said for one in card.publication.processing_times if (said := processing(one))]


def _second_level(internal: Internal | None) -> list[str]:
    """Whom to reach, and when; notes stay on the screen."""
    lines = []
    for one in internal.offices if internal else ():
        for told in one.instructions:
            known = filter(None, (told.second_level_phone, told.back_office_email, told.forward_rule))
            lines.append(f"{message('card.second_level')} ({one.name}): {', '.join(known)}")
        lines += [f"{one.name}: {contact.value}" for contact in one.contacts]
    return lines
