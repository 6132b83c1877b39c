"""What pages read beside publications and searches: names for lists, the town hall of a place, its notices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import ColumnElement, select

from api.hub import Ask, hub
from api.pages.shell import Visit
from api.services import applying
from busdb import mapping, queries
from busdb import notices as noticeboard
from busdb.assembly import Assembler
from busdb.finder import Asking
from busdb.models.authorities import authority
from busdb.models.services import service
from busdb.offices import Directory
from busdb.publication import AuthorityView, NoticeView, Place, Publication
from busdb.records import Authority
from busdb.textfold import sort_key
from busdb.visibility import view

FREQUENT = 6
"""How many services the first page names."""


def teasers(ask: Ask, *where: ColumnElement[bool]) -> list[Publication]:
    """The services that apply at the place and meet conditions, by name, in general."""
    numbers = list(ask.connection.scalars(select(service.c.object).where(*applying(ask, *where))))
    plain = Asking(place=None, on=ask.on, language=ask.language)
    found = Assembler(ask.connection, ask.gazetteer, plain).some(numbers)
    return sorted(found, key=lambda one: (sort_key(one.name), one.id))


class Named(NamedTuple):
    """A service by its name, and the language of that."""

    id: str
    name: str
    language: str


def names(ask: Ask, *where: ColumnElement[bool]) -> list[Named]:
    """The services that apply at the place and meet conditions, by name."""
    numbers = set(ask.connection.scalars(select(service.c.object).where(*applying(ask, *where))))
    named = [Named(id_, *said) for id_, said in queries.spoken_names(ask.connection, numbers, ask.language).items()]
    return sorted(named, key=lambda one: (sort_key(one.name), one.id))


def own(visit: Visit) -> list[ColumnElement[bool]]:
    """The condition that lists hold only what the body executes itself, where they are to.

    Raises ``InputError`` without a place.
    """
    if visit.scope != "own":
        return []
    body = visit.within or visit.required_place()
    key = ("executed", body.code, visit.on)
    return [service.c.object.in_(hub().remembered(visit.connection, key, lambda: _executed(visit, body)))]


def _executed(visit: Visit, body: Place) -> list[int]:
    """The numbers of the services that a body executes: all answers of its place are read for it."""
    named = visit.gazetteer.name(body.code)
    assembler = Assembler(visit.connection, visit.gazetteer, replace(visit.asking(), place=body))
    answers = (answer for _, answer in assembler.answers())
    ids = [one.service.id for one in answers if one and any(match.body == named for match in one.matches)]
    return list(queries.numbers(visit.connection, "service", ids).values())


def letters(found: list[Named]) -> list[tuple[str, list[Named]]]:
    """Services that are in the order of their names, by first letter; digits and signs stand under #."""
    groups: dict[str, list[Named]] = {}
    for one in found:
        first = sort_key(one.name)[0][:1].upper()
        groups.setdefault(first if "A" <= first <= "Z" else "#", []).append(one)
    return sorted(groups.items(), key=lambda group: (group[0] == "#", group[0]))


def frequent(ask: Ask) -> list[Named]:
    """What people ask for most, in the order of the 115 portfolio."""
    key = ("frequent", ask.place.code if ask.place else None, ask.on, ask.language)
    return hub().remembered(ask.connection, key, lambda: _frequent(ask))


def _frequent(ask: Ask) -> list[Named]:
    ranked = select(service.c.object).where(*applying(ask, service.c.d115_rank.is_not(None)))
    numbers = list(ask.connection.scalars(ranked.order_by(service.c.d115_rank, service.c.object).limit(FREQUENT)))
    found = queries.spoken_names(ask.connection, set(numbers), ask.language)
    ids = [id_ for key in numbers if (id_ := queries.identified(ask.connection, "service", key))]
    return [Named(id_, *found.get(id_, (id_, ask.language))) for id_ in ids]


def town_hall(ask: Ask) -> AuthorityView | None:
    """The administration of the place: where people turn when nothing else helps."""
    if ask.place is None:
        return None
    bodies = _bodies(ask, ask.place)
    known = Directory(_public(ask, authority.c.area.in_(bodies) & authority.c.parent.is_(None)), ask.language)
    first = next((one for code in bodies for one in known.of(code, None)), None)
    return known.show(first) if first else None


def offices(ask: Ask) -> list[AuthorityView]:
    """The authorities of the place and of its district, by name."""
    if ask.place is None:
        return []
    records = list(_public(ask, authority.c.area.in_(_bodies(ask, ask.place))))
    known = Directory(records, ask.language)
    return sorted((known.show(one) for one in records), key=lambda one: (sort_key(one.name), one.id))


def _bodies(ask: Ask, place: Place) -> list[str]:
    """The areas of the bodies that act at a place: that of the town, and that of its district."""
    return [code for one in ("local", "district") if (code := ask.gazetteer.executing(place.code, one))]


def _public(ask: Ask, here: ColumnElement[bool]) -> Iterator[Authority]:
    """What the public may see of the authorities that meet a condition."""
    valid = queries.valid_on(authority, ask.on)
    for stored in mapping.read(ask.connection, "authority", here, authority.c.public_hash.is_not(None), valid):
        shown = view(stored.record, "public")
        if isinstance(shown, Authority):
            yield shown


def notices(ask: Ask, about: str | None = None) -> list[NoticeView]:
    """The public notices on an authority by its id, or on the place where no authority and no service is meant."""
    asked = noticeboard.Asked(on=ask.on, language=ask.language)
    if about is not None:
        return noticeboard.of_office(ask.connection, about, asked)
    return noticeboard.of_place(ask.connection, ask.codes, asked)
