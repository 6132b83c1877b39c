"""/news: what has changed at a place, in words, for feed readers."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from api import arguments as parameters
from api.hub import Ask, asking, hub
from api.openapi import Blueprint, answers
from busdb import changes, newsfeed, syndication, validity
from busdb.i18n import message
from busdb.syndication import Head

blueprint = Blueprint("news", __name__)


@blueprint.get("/news.atom")
@blueprint.arguments(parameters.News, location="query")
@answers("", "What has changed at a place, in words, as Atom", "application/atom+xml")
def atom(arguments: dict[str, Any]) -> Response:
    """Follow a place in a feed reader, as Atom"""
    return _answer(arguments, "application/atom+xml; charset=utf-8")


@blueprint.get("/news.json")
@blueprint.arguments(parameters.News, location="query")
@answers("", "What has changed at a place, in words, as JSON Feed", "application/feed+json")
def json(arguments: dict[str, Any]) -> Response:
    """Follow a place in a feed reader, as JSON Feed"""
    return _answer(arguments, "application/feed+json; charset=utf-8")


def _answer(arguments: dict[str, Any], type_: str) -> Response:
    with asking({**arguments, "format": "json"}) as ask:
        state = changes.state(ask.connection, ask.codes)
        unchanged = ask.unchanged(state)
        if unchanged is not None:
            return unchanged
        since = dt.datetime.combine(ask.today, dt.time(), validity.BERLIN) - hub().settings.feed_age
        codes = ask.codes if ask.place else None
        found = newsfeed.latest(ask.connection, codes, ask.language, arguments["limit"], since)
        head = _head(ask, state)
        is_atom = type_.startswith("application/atom")
        data = syndication.atom(head, *found) if is_atom else syndication.json_feed(head, found.news)
        return ask.tagged(Response(data, content_type=type_), state)


def _head(ask: Ask, state: changes.State) -> Head:
    base_url = hub().settings.base_url.rstrip("/")
    place = {"ars": ask.place.ars or ask.place.code} if ask.place else {}
    query = {**place, "lang": ask.language}
    where = ask.place.name if ask.place else ask.gazetteer.name("DE")
    return Head(
        title=message("news.title", {"place": where if isinstance(where, str) else where.name if where else "busdb"}),
        author="busdb",
        address=f"{base_url}{request.path}?{urlencode(query)}",
        base_url=base_url,
        place=f"?{urlencode(query)}",
        language=ask.language,
        updated=state.changed_at,
        before=message("news.before"),
        after=message("news.after"),
    )
