"""Whole feeds: records or publications through an exporter, under one head."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from busdb import changes, queries
from busdb.areas import Gazetteer
from busdb.assembly import Assembler
from busdb.errors import InputError
from busdb.finder import Asking
from busdb.formats import FeedHead, Form, Whole, exporter
from busdb.publication import Attribution, Place, PlaceName, Publication
from busdb.records import KINDS, AnyRecord
from busdb.visibility import view
from busdb.wholes import Wholes, agencies

gazetteer_of = queries.gazetteer
Scope = Literal["area", "own"]


class Wish(Struct, frozen=True, kw_only=True):
    """Which feed is wanted: for a place, on a day, in a language and form, with internal content or without.

    ``scope`` is all that applies in the ``area``, or only what its body executes itself (``own``); ``version`` is
    that of another system's format, empty for its usual one.
    """

    feed: str
    place: Place | None
    on: dt.date
    language: str = "de"
    form: Form = "json"
    internal: bool = False
    base_url: str = ""
    scope: Scope = "area"
    version: str = ""


EASY = "de-x-ls"
"""Leichte Sprache, the one variant that is a language of texts of its own."""


def language_code(text: str) -> str:
    """A language as typed (``de``, ``en``, ``de-DE``; ``de-x-ls``). Raises ``InputError`` for no language code."""
    written = text.replace("_", "-").lower()
    if written == EASY:
        return EASY
    code = written.split("-")[0]
    if not (code.isalpha() and code.isascii() and len(code) in {2, 3}):
        raise InputError("language_invalid", language=text)
    return code


def cursor(state: changes.State, on: dt.date) -> str:
    """The cursor of a feed: how far the log had come, and the day."""
    return f"{state.position}-{on:%Y%m%d}"


def codes_of(gazetteer: Gazetteer, place: Place | None) -> Sequence[str]:
    """The scope of a place: what contains it and parts of that by streets; everything without a place."""
    return gazetteer.scope(place.code) if place else [changes.ALL]


def write(connection: Connection, gazetteer: Gazetteer, wish: Wish) -> Iterator[bytes]:
    """The feed in pieces. Raises ``InputError`` for an unknown feed, form or a missing place, before any piece."""
    format_ = exporter(wish.feed)
    if wish.form not in format_.forms:
        raise InputError("form_unknown", form=wish.form, known=", ".join(format_.forms))
    if wish.internal and not format_.internal:
        raise InputError("feed_without_internal", feed=wish.feed)
    if format_.takes != "publications" and wish.place:
        raise InputError("feed_without_place", feed=wish.feed)
    if format_.takes == "records":
        return format_.write(_records(connection, internal=wish.internal), head(connection, gazetteer, wish), wish.form)
    if format_.takes == "wholes":
        found = whole_set(connection, gazetteer, wish)
        return format_.write(found.items, found.head, wish.form)
    if wish.place is None:
        raise InputError("feed_needs_place", feed=wish.feed)
    return format_.write(selected(connection, gazetteer, wish), head(connection, gazetteer, wish), wish.form)


def selected(connection: Connection, gazetteer: Gazetteer, wish: Wish) -> Iterator[Publication]:
    """The publications of a feed at its place, in an order that does not depend on anything else."""
    format_ = exporter(wish.feed)
    if format_.takes != "publications" or wish.place is None:
        raise InputError("feed_needs_place", feed=wish.feed)
    asking = Asking(place=wish.place, on=wish.on, language=wish.language, internal=wish.internal)
    body = gazetteer.name(wish.place.code)
    for one in Assembler(connection, gazetteer, asking).all():
        if format_.selects(one) and (wish.scope == "area" or _executes(body, one)):
            yield one


class WholeSet(NamedTuple):
    """The wholes of a state and the head of a delivery of them."""

    items: Iterator[Whole]
    head: FeedHead


def whole_set(connection: Connection, gazetteer: Gazetteer, wish: Wish) -> WholeSet:
    """All that a format takes that wants wholes (``exporters.xzufi``), whether as one file or as many."""
    found = Wholes(connection, gazetteer, wish.on, internal=wish.internal)
    above = replace(
        head(connection, gazetteer, wish),
        version=wish.version,
        agencies=agencies(connection),
        areas=found.reach.foreign(),
    )
    return WholeSet(found.all(), above)


def _executes(body: PlaceName | None, publication: Publication) -> bool:
    answer = publication.responsibility
    return answer is not None and any(match.body == body for match in answer.matches)


def head(connection: Connection, gazetteer: Gazetteer, wish: Wish) -> FeedHead:
    """What stands above the items of a feed."""
    state = changes.state(connection, codes_of(gazetteer, wish.place), internal=wish.internal)
    return FeedHead(
        feed=wish.feed,
        area=gazetteer.name(wish.place.code) if wish.place else None,
        language=wish.language,
        cursor=cursor(state, wish.on),
        changed_at=state.changed_at,
        on=wish.on,
        sources=tuple(_sources(connection)),
        base_url=wish.base_url.rstrip("/"),
        internal=wish.internal,
    )


def _sources(connection: Connection) -> Iterable[Attribution]:
    return queries.attributions(connection).values()


def _records(connection: Connection, *, internal: bool) -> Iterator[AnyRecord]:
    """All records in the order of kinds and ids: with everything for editors, else as the public may see them."""
    for record in queries.everything(connection, list(KINDS)):
        shown = record if internal else view(record, "public")
        if shown is not None:
            yield shown
