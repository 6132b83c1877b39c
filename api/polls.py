"""Who polls is answered by one read: what was 304 stays so until the log or the day has moved.

A consumer asks every few minutes with the same address and the same ETag. What the answer depends on beside these
(place, language, scope) comes from the database, so that it need not be worked out again while that has not changed.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from flask import Flask, Response, current_app, request

from api import access
from api.hub import Ask, hub
from busdb import changes, validity
from busdb.changes import State

KEPT = 2000
"""How many polls a process remembers."""
_TOLD = ("Accept", "Accept-Language", "If-None-Match")
Key = tuple[str, ...]


class Poll(NamedTuple):
    """What was answered: the state of everything, the day, and the headers."""

    state: State
    on: dt.date
    headers: list[tuple[str, str]]


def install(app: Flask) -> None:
    """Let an application answer polls; after what checks and counts requests."""
    app.extensions["busdb.polls"] = {}
    app.before_request(_again)


def remember(ask: Ask, unchanged: Response) -> Response:
    """The answer 304, kept if it depends on the address, the headers named above, the database and the day alone."""
    key, polls = _key(), _polls()
    if key:
        if len(polls) >= KEPT:
            polls.clear()
        polls[key] = Poll(changes.state(ask.connection, internal=True), ask.today, list(unchanged.headers))
    return unchanged


def _polls() -> dict[Key, Poll]:
    found: dict[Key, Poll] = current_app.extensions["busdb.polls"]
    return found


def _key() -> Key | None:
    """By what a poll is known again; ``None`` for what is none, or is answered by a key or a cursor, too."""
    headers = request.headers
    if "If-None-Match" not in headers or access.carried() or "after" in request.args:
        return None
    asked = (request.method, request.path, request.environ.get("QUERY_STRING", ""))
    return (*asked, *(headers.get(name, "") for name in _TOLD))


def _again() -> Response | None:
    key = _key()
    poll = _polls().get(key) if key else None
    if poll is None or validity.today(validity.now()) != poll.on:
        return None
    with hub().reading() as connection:
        state = changes.state(connection, internal=True)
    return Response(status=304, headers=poll.headers) if state == poll.state else None
