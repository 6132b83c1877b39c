"""/responsibilities and /fees: who acts at a place, and what it costs there."""

from __future__ import annotations

from itertools import islice
from typing import Any

from flask import Response

from api import arguments as parameters
from api import paging
from api.hub import Ask, asking
from api.openapi import Blueprint, answers

blueprint = Blueprint("responsibilities", __name__)


@blueprint.get("/responsibilities")
@blueprint.arguments(parameters.ResponsibilityList, location="query")
@answers("ResponsibilityAnswer", "Who is responsible, and why; without a service a page of answers")
def responsibilities(arguments: dict[str, Any]) -> Response:
    """Ask who is responsible for a service at a place"""
    with asking(arguments) as ask:
        ask.required_place()
        id_ = arguments.get("service")
        if id_ is None:
            return ask.answer("responsibilities", lambda: _page(ask, arguments))
        return ask.answer("responsibility", lambda: ask.assembler().one(id_).responsibility)


def _page(ask: Ask, arguments: dict[str, Any]) -> Any:
    everything = [publication.responsibility for publication in ask.assembler().all()]
    everything.sort(key=lambda one: one.service.id if one else "")
    start, limit = arguments["offset"], arguments["limit"]
    return paging.page(len(everything), arguments, list(islice(everything, start, start + limit)))


@blueprint.get("/fees")
@blueprint.arguments(parameters.FeeList, location="query")
@answers("Page", "The fees that are due")
def fees(arguments: dict[str, Any]) -> Response:
    """Ask what a service costs at a place on a day"""
    with asking(arguments) as ask:
        return ask.answer("fees", lambda: _fees(ask, arguments["service"]))


def _fees(ask: Ask, id_: str) -> dict[str, Any]:
    due = ask.assembler().one(id_).fees
    return {"total": len(due), "items": due}
