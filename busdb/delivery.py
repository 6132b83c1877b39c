"""Whole feeds: records or publications through an exporter, under one head."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct
from sqlalchemy import Connection

from busdb import changes, queries
from busdb.areas import Gazetteer
from busdb.assembly import Assembler
from busdb.errors import InputError
from busdb.finder import Asking
from busdb.formats import FeedHead, Form, exporter
from busdb.publication import Attribution, Place, PlaceName, Publication
from busdb.records import KINDS, AnyRecord
from busdb.visibility import view

gazetteer_of = queries.gazetteer
Scope = Literal["area", "own"]


class Wish(Struct, frozen=True, kw_only=True):
    """Which feed is wanted: for a place, on a day, in a language and form, with internal content or without.

    ``scope`` is all that applies in the ``area``, or only what its body executes itself (``own``).
    """

    feed: str
    place: Place | None
    on: dt.date
    language: str = "de"
    form: Form = "json"
    internal: bool = False
    base_url: str = ""
    scope: Scope = "area"


def language_code(text: str) -> str:
    """A language as typed (``de``, ``en``, ``de-DE``). Raises ``InputError`` for what is no language code."""
    code = text.replace("_", "-").split("-")[0].lower()
    if not (code.isalpha() and code.isascii() and len(code) in {2, 3}):
        raise InputError("language_invalid", language=text)
    return code


def cursor(state: changes.State, on: dt.date) -> str:
    """The cursor of a feed: how far the log had come, and the day."""
    return f"{state.seq}-{on:%Y%m%d}"


def codes_of(gazetteer: Gazetteer, place: Place | None) -> Sequence[str]:
    """The scope of a place: its chain of codes; everything without a place."""
    return [link.code for link in gazetteer.chain(place.code)] if place else [changes.ALL]


def write(connection: Connection, gazetteer: Gazetteer, wish: Wish) -> Iterator[bytes]:
    """The feed in pieces. Raises ``InputError`` for an unknown feed, form or a missing place, before any piece."""
    format_ = exporter(wish.feed)
    if wish.form not in format_.forms:
        raise InputError("form_unknown", form=wish.form, known=", ".join(format_.forms))
    if wish.internal and not format_.internal:
        raise InputError("feed_without_internal", feed=wish.feed)
    if format_.takes == "records":
        if wish.place:
            raise InputError("feed_without_place", feed=wish.feed)
        return format_.write(_records(connection, internal=wish.internal), head(connection, gazetteer, wish), wish.form)
    if wish.place is None:
        raise InputError("feed_needs_place", feed=wish.feed)
    asking = Asking(place=wish.place, on=wish.on, language=wish.language, internal=wish.internal)
    body = gazetteer.name(wish.place.code)
    found = (
        one
        for one in Assembler(connection, gazetteer, asking).all()
        if format_.selects(one) and (wish.scope == "area" or _executes(body, one))
    )
    return format_.write(found, head(connection, gazetteer, wish), wish.form)


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
