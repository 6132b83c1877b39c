"""API keys: made once, stored as a hash, limited by scope and day, revocable."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from busdb.errors import InputError, NotFoundError
from busdb.models.operations import api_key

SCOPES = frozenset({"read", "115:internal", "console"})


def digest(key: str) -> str:
    """What is stored of a key. It has 256 bits of chance in it, so that one plain hash suffices."""
    return hashlib.sha256(key.encode()).hexdigest()


def create(
    connection: Connection,
    name: str,
    scopes: tuple[str, ...],
    now: dt.datetime,
    *,
    expires_on: dt.date | None = None,
) -> tuple[dict[str, Any], str]:
    """Make a key; returns what is known of it, and the key itself, which is not kept. Raises ``InputError``."""
    for scope in scopes:
        if scope not in SCOPES:
            raise InputError("scope_unknown", scope=scope, known=", ".join(sorted(SCOPES)))
    secret = f"busdb_{secrets.token_urlsafe(32)}"
    number = (connection.scalar(select(func.max(api_key.c.key))) or 0) + 1
    row = {
        "key": number,
        "name": name,
        "digest": digest(secret),
        "scopes": tuple(dict.fromkeys(scopes)),
        "created_at": now,
        "expires_on": expires_on,
    }
    connection.execute(insert(api_key).values(**row))
    return {"id": number, "name": name, "scopes": row["scopes"], "expires_on": expires_on}, secret


def listing(connection: Connection) -> list[dict[str, Any]]:
    """All keys, without anything secret."""
    return [
        {
            "id": row.key,
            "name": row.name,
            "scopes": row.scopes,
            "created_at": row.created_at,
            "expires_on": row.expires_on,
            "revoked_at": row.revoked_at,
        }
        for row in connection.execute(select(api_key).order_by(api_key.c.key))
    ]


def revoke(connection: Connection, number: int, now: dt.datetime) -> None:
    """Make a key useless. Raises ``NotFoundError``."""
    done = connection.execute(update(api_key).where(api_key.c.key == number).values(revoked_at=now))
    if not done.rowcount:
        raise NotFoundError("key_not_found", number=number)


def scopes_of(connection: Connection, key: str, today: dt.date) -> frozenset[str] | None:
    """The scopes that a key opens today; ``None`` for one that is unknown, revoked or expired."""
    row = connection.execute(select(api_key).where(api_key.c.digest == digest(key))).first()
    if row is None or row.revoked_at is not None or (row.expires_on and row.expires_on < today):
        return None
    return frozenset(row.scopes)
