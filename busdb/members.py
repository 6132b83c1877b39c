"""A district or an association asks: do all its members get the same answer about a service?

Answers can only differ where a record is about an area within, or a level rule leaves the matter to the members.
Members for whom the same records count get the same answer, so that few have to be worked out, and the first that
differs decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, select, union

from busdb import explanation
from busdb.areas import MUNICIPALITIES, Gazetteer
from busdb.assembly import Assembler
from busdb.finder import EXECUTORS, Asking
from busdb.models.local import local_addition, offer
from busdb.models.responsibilities import (
    fee,
    responsibility,
    responsibility_areas,
    responsibility_excluded_areas,
)
from busdb.publication import Place, Publication, ResponsibilityAnswer
from busdb.textfold import sort_key
from busdb.validity import valid

BODIES = frozenset({"district", "association"})
"""The kinds of areas that have members."""


class Shared(NamedTuple):
    """A publication for a place, and where its members get different ones the members, by name."""

    publication: Publication
    members: tuple[Place, ...] = ()


def shared(connection: Connection, gazetteer: Gazetteer, asking: Asking, id_: str) -> Shared:
    """The publication of a service for all members of a place, or in general with the members to choose from.

    Any other place is its own only member. Raises ``NotFoundError``.
    """
    assembler = Assembler(connection, gazetteer, asking)
    own, place = assembler.one(id_), asking.place
    answer = own.responsibility
    below = bool(answer and answer.question and answer.question.places)
    codes = _members(gazetteer, asking)
    found = (one.one(id_) for one in _unlike(connection, gazetteer, asking, assembler.around(id_), codes, below=below))
    first = next(found, None)
    if first is None or place is None:
        return Shared(own)
    if any(_said(one) != _said(first) for one in found):
        return Shared(own, tuple(sorted(map(gazetteer.place, codes), key=lambda one: sort_key(one.name))))
    return Shared(replace(first, area=place))


def answered(
    connection: Connection, gazetteer: Gazetteer, asking: Asking, own: ResponsibilityAnswer
) -> ResponsibilityAnswer:
    """``own``, the answer for a place, or the one that all its members get; where these differ, the question for one.

    An answer that already asks which part of the place is meant stays.
    """
    if own.question and own.question.places:
        return own
    codes = _members(gazetteer, asking)
    around = Assembler(connection, gazetteer, asking).around(own.service.id) if codes else ()
    assemblers = _unlike(connection, gazetteer, asking, around, codes, below=False)
    found = (answer for one in assemblers if (answer := one.answer(own.service.id)[1]))
    first = next(found, None)
    if first is None:
        return own
    if any(_told(one) != _told(first) for one in found):
        names = sorted(filter(None, map(gazetteer.name, codes)), key=lambda one: sort_key(one.name))
        return explanation.which_member(own, names, asking.language)
    return replace(first, area=own.area)


def _unlike(
    connection: Connection,
    gazetteer: Gazetteer,
    asking: Asking,
    services: Iterable[int],
    codes: Sequence[str],
    *,
    below: bool,
) -> Iterator[Assembler]:
    """An assembler for each group of members for whom the same records count; none where all are in one with the body.

    ``below`` says that a level rule leaves the matter to the members.
    """
    if asking.place is None or not codes:
        return
    grounds = {code: frozenset(gazetteer.ground(code, asking.on)) for code in codes}
    inner = frozenset().union(*grounds.values()) - {link.code for link in gazetteer.chain(asking.place.code)}
    special = inner & set(_named(connection, services))
    if not (special or below):
        return
    alike = {
        (grounds[code] & special, tuple(gazetteer.executing(code, one) for one in EXECUTORS) if below else ()): code
        for code in reversed(codes)
    }
    for code in sorted(alike.values()):
        yield Assembler(connection, gazetteer, replace(asking, place=gazetteer.place(code)))


def _members(gazetteer: Gazetteer, asking: Asking) -> list[str]:
    """The codes of the municipalities of a body, in their order."""
    code = asking.place.code if asking.place else ""
    body = gazetteer.get(code)
    if body is None or body.kind not in BODIES:
        return []
    known = ((key, gazetteer.get(key)) for key in gazetteer.codes() if key.startswith(code))
    return sorted(key for key, area in known if area and area.kind in MUNICIPALITIES and valid(area, asking.on))


def _named(connection: Connection, services: Iterable[int]) -> Iterator[str]:
    """The areas that records about services name."""
    numbers = list(services)
    ruled = select(responsibility.c.object).where(responsibility.c.service.in_(numbers))
    lists = (responsibility_areas, responsibility_excluded_areas)
    tables = (fee, offer, local_addition)
    statement = union(
        *(select(one.c.value).where(one.c.owner.in_(ruled)) for one in lists),
        *(select(one.c.area).where(one.c.service.in_(numbers), one.c.area.is_not(None)) for one in tables),
    )
    yield from connection.scalars(statement)


def _said(one: Publication) -> tuple[object, ...]:
    """What a reader is told, without whom it is told of."""
    return (
        one.responsibility and _told(one.responsibility),
        (one.offer.status, one.offer.reason),
        [(fee.label, fee.text) for fee in one.fees],
        [(part.module, part.html) for part in one.parts],
        (one.documents, one.deadlines, one.processing_times),
        [(service.id, service.url) for service in one.online_services],
        [form.id for form in one.forms],
    )


def _told(answer: ResponsibilityAnswer) -> tuple[object, ...]:
    """Whom a reader is told of, or what he is asked."""
    return (
        (answer.status, answer.choice, [(match.authority.id, match.role) for match in answer.matches]),
        [(match.authority.id, match.role) for match in answer.others],
        answer.question and (answer.question.about, answer.question.text),
        answer.advice and answer.advice.authority and answer.advice.authority.id,
    )
