"""/feeds: all that a consumer needs for a place, whole or what has changed since a cursor, streamed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing
from typing import Any

from flask import Response, request

from api import arguments as parameters
from api import negotiation, paging, polls
from api.hub import Ask, asking, hub
from api.openapi import Blueprint, answers
from busdb import changes, delivery, deltas
from busdb.areas import Gazetteer
from busdb.changes import State
from busdb.errors import InputError, NotFoundError
from busdb.formats import exporter, names
from busdb.publication import Place

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/feeds/<name>")
@blueprint.arguments(parameters.Feed, location="query")
@answers("", "The feed: a head, the items, their count and checksum; with after a page of changes")
def feed(arguments: dict[str, Any], name: str) -> Response:
    """Read a feed (municipal, ea or 115), or what has changed in it"""
    with ExitStack() as stack:
        ask = stack.enter_context(asking(arguments, deltas.seen(arguments.get("after", "0"))))
        if name not in names("exporters") or exporter(name).takes != "publications":
            raise NotFoundError("feed_unknown", feed=name)
        ask.required_place()
        state = changes.state(ask.connection, ask.codes, internal=ask.internal)
        unchanged = ask.unchanged(state)
        if unchanged is not None:
            return polls.remember(ask, unchanged)
        wish = _wish(ask, name, arguments["scope"])
        if "after" in arguments:
            pieces = _changes(ask, wish, arguments, state)
        else:
            pieces = delivery.write(ask.connection, ask.gazetteer, wish)
        if request.method == "HEAD":
            return ask.tagged(Response(iter(()), content_type=negotiation.CONTENT_TYPES[ask.form]), state)
        pieces = stack.enter_context(closing(_closable(pieces)))
        first = next(pieces)
        open_until_sent = stack.pop_all()
    body = _sent(first, pieces, open_until_sent)
    return ask.tagged(Response(body, content_type=negotiation.CONTENT_TYPES[ask.form]), state)


def _changes(ask: Ask, wish: delivery.Wish, arguments: dict[str, Any], state: State) -> Iterator[bytes]:
    cursor = deltas.cursor(arguments["after"])
    full = paging.address(after=None, limit=None)
    oldest = ask.on - hub().settings.feed_age
    deltas.check(ask.connection, cursor, state, oldest, full)

    def where(gazetteer: Gazetteer, on: dt.date) -> Place | None:
        try:
            return ask.place_in(gazetteer, on)
        except (NotFoundError, InputError):
            return None

    asked = deltas.Question(wish=wish, where=where, cursor=cursor, limit=arguments.get("limit"))
    return deltas.write(ask.connection, ask.gazetteer, asked, state)


def _wish(ask: Ask, name: str, scope: delivery.Scope) -> delivery.Wish:
    return delivery.Wish(
        feed=name,
        place=ask.place,
        on=ask.on,
        language=ask.language,
        form=ask.form,
        internal=ask.internal and exporter(name).internal,
        base_url=hub().settings.base_url,
        scope=scope,
    )


def _closable(pieces: Iterator[bytes]) -> Generator[bytes, None, None]:
    yield from pieces


def _sent(first: bytes, pieces: Iterator[bytes], opened: ExitStack) -> Iterator[bytes]:
    """The pieces, with the transaction open until the last one."""
    with opened:
        yield first
        yield from pieces
