"""/changes: what changed since a cursor."""

from __future__ import annotations

from typing import Any

from flask import Response

from api import arguments as parameters
from api import paging
from api.hub import Ask, asking, hub
from api.openapi import Blueprint, answers
from busdb import changes
from busdb.errors import GoneError, InputError
from busdb.publication import ChangePage

blueprint = Blueprint("changes", __name__)


@blueprint.get("/changes")
@blueprint.arguments(parameters.Changes, location="query")
@answers("ChangePage", "Changes, compacted; count and checksum of the whole set on the last page")
def read(arguments: dict[str, Any]) -> Response:
    """Follow all public changes"""
    with asking(arguments, int(arguments["after"])) as ask:
        return ask.answer("changes", lambda: _page(ask, arguments), [changes.ALL])


def _page(ask: Ask, arguments: dict[str, Any]) -> ChangePage:
    after = int(arguments["after"])
    latest = changes.state(ask.connection).seq
    if after > latest:
        raise InputError("cursor_unknown", cursor=arguments["after"])
    if 0 < after < latest and changes.expired(ask.connection, after, ask.today - hub().settings.feed_age):
        raise GoneError("cursor_expired", cursor=arguments["after"], full=paging.address(after=0))
    return changes.page(ask.connection, after, arguments["limit"], arguments.get("kind"))
