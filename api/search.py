"""/search and /suggest: from people's words to services."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response

from api import arguments as parameters
from api import paging
from api.hub import asking, hub
from api.openapi import Blueprint, answers
from busdb.changes import ALL
from busdb.search.results import ANYTHING, Narrowing

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
@blueprint.arguments(parameters.Search, location="query")
@answers("SearchAnswer", "Services, with authorities, places and suggestions apart")
def search(arguments: dict[str, Any]) -> Response:
    """Search for services; the line may name a place"""
    limit, offset = arguments["limit"], arguments["offset"]
    with asking(arguments) as ask:
        desk = hub().desk
        only = Narrowing(arguments.get("life_event"), arguments.get("audience"), arguments["online"])
        found = desk.search(
            arguments["q"],
            ask.place,
            ask.on,
            only=only,
            facets=arguments["facets"],
            language=ask.language,
            limit=limit,
            offset=offset,
        )
        response = ask.answer("search", lambda: found, [ALL], mark=desk.version)
        first = offset == 0 and only == ANYTHING
        if first and response.status_code != HTTPStatus.NOT_MODIFIED:
            hub().searched(arguments["q"], found.total)
        return paging.link(response, found.total, arguments)


@blueprint.get("/suggest")
@blueprint.arguments(parameters.Suggest, location="query")
@answers("Complete", "Completions")
def suggest(arguments: dict[str, Any]) -> Response:
    """Complete what is being typed"""
    with asking(arguments) as ask:
        desk = hub().desk
        found = desk.suggest(arguments["q"], ask.place, arguments["limit"])
        return ask.answer(
            "suggestions",
            lambda: paging.Complete(total=len(found), items=found),
            [ALL],
            mark=desk.version,
        )
