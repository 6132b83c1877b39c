"""/feeds: all that a consumer needs for a place, streamed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from flask import Response

from api import arguments as parameters
from api import negotiation
from api.hub import Ask, asking, hub
from api.openapi import Blueprint, answers
from busdb import changes, delivery
from busdb.errors import NotFoundError
from busdb.formats import exporter, names

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/feeds/<name>")
@blueprint.arguments(parameters.Feed, location="query")
@answers("", "The feed: a head, the items, their count and checksum")
def feed(arguments: dict[str, Any], name: str) -> Response:
    """Read a whole feed: municipal, ea or 115"""
    with ExitStack() as stack:
        ask = stack.enter_context(asking(arguments))
        if name not in names("exporters") or exporter(name).takes != "publications":
            raise NotFoundError("feed_unknown", feed=name)
        ask.required_place()
        state = changes.state(ask.connection, ask.codes, internal=ask.internal)
        unchanged = ask.unchanged(state)
        if unchanged is not None:
            return unchanged
        pieces = delivery.write(ask.connection, ask.gazetteer, _wish(ask, name, arguments["scope"]))
        first = next(pieces)
        open_until_sent = stack.pop_all()
    body = _sent(first, pieces, open_until_sent)
    return ask.tagged(Response(body, content_type=negotiation.CONTENT_TYPES[ask.form]), state)


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


def _sent(first: bytes, pieces: Iterator[bytes], opened: ExitStack) -> Iterator[bytes]:
    """The pieces, with the transaction open until the last one."""
    with opened:
        yield first
        yield from pieces
