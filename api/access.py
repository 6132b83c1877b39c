"""API keys, and tokens for them: in the header ``Authorization: Bearer``. Public reads need none.

Under ``/115`` alone a cookie does as well; it holds a token that is good for nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

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
CONSOLE_PATH = "/115"
COOKIE = "busdb-115"


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


def carried() -> bool:
    """Whether the request carries a key or a token, whatever it opens."""
    return "Authorization" in request.headers or (in_console() and COOKIE in request.cookies)


def granted(connection: Connection, today: dt.date) -> Grant | None:
    """What the key or token of the request opens, if it has one. Raises ``Unauthorized`` for one not valid."""
    header = request.headers.get("Authorization")
    if header is None:
        token = request.cookies.get(COOKIE) if in_console() else None
        return grant_of_token(connection, token, now(), "page") if token else None
    kind, _, key = header.partition(" ")
    found = None
    if kind.casefold() == "bearer":
        found = grant_of(connection, key.strip(), today)
        found = grant_of_token(connection, key.strip(), now()) if found is None else found
    if found is None:
        raise Unauthorized(message("key_invalid"), www_authenticate=WWWAuthenticate("bearer", {"realm": "busdb"}))
    return found


def in_console() -> bool:
    """Whether the request is for the console or a part of it."""
    return f"{request.path}/".startswith(f"{CONSOLE_PATH}/")


def check_own_form() -> None:
    """Refuse a form that another site sends. Raises ``Forbidden``."""
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.host
    if foreign or site not in {"same-origin", "none"}:
        raise Forbidden(message("form_foreign"))
