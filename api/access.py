"""API keys: in the header ``Authorization: Bearer`` only. Public reads need none."""

from __future__ import annotations

import datetime as dt

from flask import request
from sqlalchemy import Connection
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from busdb.i18n import message
from busdb.keys import scopes_of
from busdb.settings import Settings

INTERNAL = "115:internal"
CONSOLE = "console"


def check_open(page: str, settings: Settings, opened: frozenset[str]) -> None:
    """Raise ``Unauthorized`` for a page that the settings close to readers without the scope ``console``."""
    if page in settings.closed_pages and CONSOLE not in opened:
        raise Unauthorized(message("page_closed"), www_authenticate=WWWAuthenticate("bearer", {"realm": "busdb"}))


def scopes(connection: Connection, today: dt.date) -> frozenset[str]:
    """What the key of the request opens; nothing without one. Raises ``Unauthorized`` for a key that is not valid."""
    header = request.headers.get("Authorization")
    if header is None:
        return frozenset()
    kind, _, key = header.partition(" ")
    found = scopes_of(connection, key.strip(), today) if kind.casefold() == "bearer" else None
    if found is None:
        raise Unauthorized(message("key_invalid"), www_authenticate=WWWAuthenticate("bearer", {"realm": "busdb"}))
    return found
