"""API keys: made once, stored as a hash, limited by scope and day, revocable; and short-lived tokens for a key.

A token is what clients of OAuth 2 get for a key. It is not stored: it names its key, says until when it holds, and is
signed with what is stored of the key, so that it ends with it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, func, insert, select, update

from busdb.errors import InputError, NotFoundError
from busdb.models.operations import api_key
from busdb.validity import today

SCOPES = frozenset({"read", "115:internal", "console", "pvog"})
TOKEN_LIFE = dt.timedelta(minutes=5)


class _Claim(Struct, frozen=True):
    """What a token says: the number of its key, and when it ends (seconds since 1970)."""

    key: int
    ends: int


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


def scopes_of(connection: Connection, key: str, on: dt.date) -> frozenset[str] | None:
    """The scopes that a key opens on a day; ``None`` for one that is unknown, revoked or expired."""
    row = connection.execute(select(api_key).where(api_key.c.digest == digest(key))).first()
    if row is None or row.revoked_at is not None or (row.expires_on and row.expires_on < on):
        return None
    return frozenset(row.scopes)


def issue_token(
    connection: Connection, client: str, secret: str, now: dt.datetime
) -> tuple[str, frozenset[str]] | None:
    """A token for a key that is valid now, and its scopes; ``client`` is the number of the key, ``secret`` the key."""
    row = connection.execute(select(api_key).where(api_key.c.digest == digest(secret))).first()
    found = scopes_of(connection, secret, today(now))
    if row is None or found is None or client != str(row.key):
        return None
    claim = _packed(msgspec.json.encode(_Claim(row.key, int((now + TOKEN_LIFE).timestamp()))))
    return f"{claim}.{_signature(claim, row.digest)}", found


def scopes_of_token(connection: Connection, token: str, now: dt.datetime) -> frozenset[str] | None:
    """The scopes that a token opens now; ``None`` for one that is not ours or has ended, by itself or with its key."""
    packed, _, signature = token.partition(".")
    try:
        claim = msgspec.json.decode(urlsafe_b64decode(packed + "=="), type=_Claim)
    except (ValueError, msgspec.MsgspecError):
        return None
    row = connection.execute(select(api_key).where(api_key.c.key == claim.key)).first()
    if row is None or not hmac.compare_digest(signature.encode(), _signature(packed, row.digest).encode()):
        return None
    ended = claim.ends <= now.timestamp() or row.revoked_at is not None
    return None if ended or (row.expires_on and row.expires_on < today(now)) else frozenset(row.scopes)


def _packed(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _signature(packed: str, key: str) -> str:
    return _packed(hmac.digest(key.encode(), packed.encode(), "sha256"))
