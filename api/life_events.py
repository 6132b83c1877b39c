"""/life-events: the tree by which people find services."""

from __future__ import annotations

from typing import Any

from flask import Response

from api import arguments as parameters
from api.hub import Ask, asking
from api.openapi import Blueprint, answers
from api.paging import Complete
from busdb import mapping
from busdb.offices import localized_name
from busdb.publication import View
from busdb.records import Audience, LifeEvent

blueprint = Blueprint("life_events", __name__)


class Node(View, frozen=True, kw_only=True):
    """A node of the tree."""

    id: str
    name: str
    description: str | None
    parent: str | None
    audience: Audience
    code: str | None
    position: int


@blueprint.get("/life-events")
@blueprint.arguments(parameters.Common, location="query")
@answers("Complete", "All nodes, each with its parent")
def life_events(arguments: dict[str, Any]) -> Response:
    """List life events"""
    with asking(arguments) as ask:
        return ask.answer("life_events", lambda: _all(ask))


def _all(ask: Ask) -> Complete:
    found = nodes(ask)
    return Complete(total=len(found), items=found)


def nodes(ask: Ask) -> list[Node]:
    """All life events, those below one parent together and in their order."""
    found = [stored.record for stored in mapping.read(ask.connection, "life_event")]
    shown = [_node(one, ask.language) for one in found if isinstance(one, LifeEvent)]
    return sorted(shown, key=lambda node: (node.parent or "", node.position, node.id))


def _node(record: LifeEvent, language: str) -> Node:
    return Node(
        id=record.id,
        name=localized_name(record, language),
        description=record.description,
        parent=record.parent,
        audience=record.audience,
        code=record.code,
        position=record.position,
    )
