"""What stands beside the list of the console: the card of a service, an authority, or the town hall of the place.

What only agents see is read apart, and only for them.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from api import access
from api import authorities as authority_views
from api.hub import hub
from api.pages import reads
from api.pages.call import Caller
from api.pages.links import Links
from busdb import card as cards
from busdb import cardtext, members, notices, queries, quotes
from busdb.errors import InputError, NotFoundError
from busdb.i18n import message
from busdb.offices import Directory
from busdb.records import Authority
from busdb.validity import BERLIN, now
from busdb.visibility import view

_FACTS = ("surname", "street", "branch", "case", "age", "online", "urgent", "abroad", "count", "value")


def answer(caller: Caller) -> dict[str, object]:
    """The values of the template. Raises ``NotFoundError`` for a service or an authority that is not there."""
    if caller.line and caller.opens:
        hub().log.clicked(caller.line)
    common = _common(caller)
    if id_ := caller.arguments.get("id"):
        return common | _service(caller, id_)
    if id_ := caller.arguments.get("office"):
        return common | _office(caller, id_)
    return common | _no_answer(caller)


def missing(caller: Caller, error: NotFoundError) -> dict[str, object]:
    """The values of the template where an address names what is not there, or is no more."""
    return _common(caller) | _no_answer(caller) | {"missing": str(error)}


def _common(caller: Caller) -> dict[str, object]:
    return {"card": None, "office": None, "finder": Links(caller.links.ars, caller.links.lang)}


def _no_answer(caller: Caller) -> dict[str, object]:
    messages = reads.notices(caller) if caller.place else []
    return {"messages": messages, "town_hall": reads.town_hall(caller)}


def _service(caller: Caller, id_: str) -> dict[str, object]:
    case, error = _case(caller)
    public = caller.assembler().one(id_)
    if own := public.responsibility:
        settled = members.answered(caller.connection, caller.gazetteer, caller.asking(), own)
        public = replace(public, responsibility=settled)
    sources = {code: one.name for code, one in queries.attributions(caller.connection).items()}
    made = cards.card(public, now(), case, sources)
    whole = caller.assembler(internal=True).one(id_) if caller.internal else None
    internal = cards.internal(public, whole, caller.today) if whole else None
    facts = facts_of(caller.arguments)
    told = _call(caller, facts, caller.links.service(public.id))
    address = Links(caller.links.ars, caller.links.lang).service(public.id)
    return {
        "card": made,
        "internal": internal,
        "facts": facts,
        "error": error,
        "answer_text": cardtext.answer(made, f"{caller.base_url}{address}"),
        "handover_text": cardtext.handover(made, told, internal),
    }


def _office(caller: Caller, id_: str) -> dict[str, object]:
    family = authority_views.family(caller, id_)
    made = cards.office(family.shown, now(), family.area or caller.links.ars or "")
    internal = _internal(caller, id_, family.area)
    told = _call(caller, {}, caller.links.authority(id_))
    address = Links(caller.links.ars, caller.links.lang).authority(id_)
    return {
        "office": made,
        "above": family.above,
        "below": family.below,
        "messages": reads.notices(caller, id_),
        "internal": internal,
        "answer_text": cardtext.office_answer(made, f"{caller.base_url}{address}"),
        "handover_text": cardtext.handover(made, told, internal),
    }


def _internal(caller: Caller, id_: str, area: str | None) -> cards.Internal | None:
    """What agents see about an authority where their key opens the area that it belongs to."""
    if not access.opens_internal(caller.grant, caller.gazetteer.chain(area) if area else None):
        return None
    asked = notices.Asked(on=caller.on, language=caller.language, internal=True)
    found = notices.of_office(caller.connection, id_, asked)
    stored = queries.one(caller.connection, "authority", id_)
    record = view(stored.record, "115") if stored else None
    offices = []
    if isinstance(record, Authority):
        body = Directory([record], caller.language).show(record)
        offices = [one for one in [cards.internal_office(body, caller.today)] if one]
    return cards.Internal(notices=tuple(one for one in found if one.audience == "115"), offices=tuple(offices))


def _call(caller: Caller, facts: dict[str, str], address: str) -> cardtext.Call:
    return cardtext.Call(
        moment=now().astimezone(BERLIN),
        place=caller.place.name if caller.place else None,
        line=caller.line,
        facts={message(f"card.fact_{name}"): value for name, value in facts.items()},
        address=f"{caller.base_url}{address}",
    )


def _case(caller: Caller) -> tuple[quotes.Wanted, str | None]:
    """What is known for the costs; a value that is no number is said so, and left out."""
    known = {name: caller.arguments.get(name) for name in ("age", "online", "urgent", "abroad")}
    known["count"] = caller.arguments["count"]
    try:
        return quotes.wanted(value=caller.arguments.get("value"), **known), None
    except InputError as error:
        return quotes.wanted(**known), str(error)


def facts_of(arguments: dict[str, Any]) -> dict[str, str]:
    """What the caller has said, by the name of its parameter, in words."""
    found = {name: arguments[name] for name in _FACTS if arguments.get(name) is not None}
    if found.get("count") == 1:
        del found["count"]
    yes = {True: message("card.yes"), False: message("card.no")}
    return {name: yes[value] if isinstance(value, bool) else str(value) for name, value in found.items()}
