"""/changes: what changed since a cursor."""

from __future__ import annotations

from typing import Any

from flask import Response

from api import arguments as parameters
from api import paging
from api.hub import Ask, asking, hub
from api.openapi import Blueprint, answers
from busdb import changes, positions
from busdb.errors import GoneError
from busdb.positions import Position
from busdb.publication import ChangePage

blueprint = Blueprint("changes", __name__)


@blueprint.get("/changes")
@blueprint.arguments(parameters.Changes, location="query")
@answers("ChangePage", "Changes, compacted; count and checksum of the whole set on the last page")
def read(arguments: dict[str, Any]) -> Response:
    """Follow all public changes"""
    with asking(arguments, Position.parse(arguments["after"]).seq) as ask:
        return ask.answer("changes", lambda: _page(ask, arguments), [changes.ALL])


def _page(ask: Ask, arguments: dict[str, Any]) -> ChangePage:
    after = Position.parse(arguments["after"])
    full = paging.address(after=0)
    if after.seq and not positions.knows(ask.connection, after):
        raise GoneError("cursor_lost", cursor=str(after), full=full)
    latest = changes.state(ask.connection).seq
    if 0 < after.seq < latest and changes.expired(ask.connection, after.seq, ask.today - hub().settings.feed_age):
        raise GoneError("cursor_expired", cursor=str(after), full=full)
    return changes.page(ask.connection, after.seq, arguments["limit"], arguments.get("kind"))
