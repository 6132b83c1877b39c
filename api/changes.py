"""/changes: what changed since a cursor."""

from __future__ import annotations

from typing import Any

from flask import Response

from api import arguments as parameters
from api.hub import Ask, asking
from api.openapi import Blueprint, answers
from busdb import changes
from busdb.errors import InputError
from busdb.publication import ChangePage

blueprint = Blueprint("changes", __name__)


@blueprint.get("/changes")
@blueprint.arguments(parameters.Changes, location="query")
@answers("ChangePage", "Changes, compacted; count and checksum of the whole set on the last page")
def read(arguments: dict[str, Any]) -> Response:
    """Follow all public changes"""
    with asking(arguments) as ask:
        return ask.answer("changes", lambda: _page(ask, arguments), [changes.ALL])


def _page(ask: Ask, arguments: dict[str, Any]) -> ChangePage:
    after = int(arguments["after"])
    if after > changes.state(ask.connection).seq:
        raise InputError("cursor_unknown", cursor=arguments["after"])
    return changes.page(ask.connection, after, arguments["limit"], arguments.get("kind"))
