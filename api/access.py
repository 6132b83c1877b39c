"""API keys, and tokens for them: in the header ``Authorization: Bearer`` only. Public reads need none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from flask import request
from sqlalchemy import Connection
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from busdb.areas import Link
from busdb.i18n import message
from busdb.keys import Grant, grant_of, grant_of_token
from busdb.settings import Settings
from busdb.validity import now

INTERNAL = "115:internal"
CONSOLE = "console"


def check_open(page: str, settings: Settings, opened: frozenset[str]) -> None:
    """Refuse a page that the settings close to readers without the scope ``console``.

    Raises ``Unauthorized`` for a reader without a key, ``Forbidden`` for one whose key opens something else.
    """
    if page in settings.closed_pages and CONSOLE not in opened:
        if "Authorization" in request.headers:
            raise Forbidden(message("page_closed"))
        raise Unauthorized(message("page_closed"), www_authenticate=WWWAuthenticate("bearer", {"realm": "busdb"}))


def opens_internal(grant: Grant | None, chain: Iterable[Link] | None) -> bool:
    """Whether internal content is open at a place, told by what contains it (``None``: without a place)."""
    if grant is None or INTERNAL not in grant.scopes:
        return False
    return not grant.areas or any(link.code in grant.areas for link in chain or ())


def granted(connection: Connection, today: dt.date) -> Grant | None:
    """What the key or token of the request opens, if it has one. Raises ``Unauthorized`` for one not valid."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    kind, _, key = header.partition(" ")
    found = None
    if kind.casefold() == "bearer":
        found = grant_of(connection, key.strip(), today)
        found = grant_of_token(connection, key.strip(), now()) if found is None else found
    if found is None:
        raise Unauthorized(message("key_invalid"), www_authenticate=WWWAuthenticate("bearer", {"realm": "busdb"}))
    return found
