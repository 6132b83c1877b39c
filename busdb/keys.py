"""API keys: made once, stored as a hash, limited by scope, area and day, revocable; and short-lived tokens for a key.

A key is looked up by its hash. How long that takes tells nothing of a key: a guess that differs by one letter has
quite another hash, and of the 256 bits of chance in a key none can be found bit by bit. Nothing of a key is held in
memory between requests, so that one that is revoked is useless at once on every node.

A token is what clients of OAuth 2 get for a key, or what the cookie of a page holds; each is good for its own use
only. It is not stored: it names its key, says until when it holds, and is signed with what is stored of the key, so
that it ends with it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct
from sqlalchemy import Connection, Row, func, insert, select, update

from busdb.errors import InputError, NotFoundError, RefusedError
from busdb.models.operations import api_key
from busdb.validity import today

SCOPES = frozenset({"read", "115:internal", "console", "pvog"})
TOKEN_LIFE = dt.timedelta(minutes=5)
SHIFT = dt.timedelta(hours=10)
"""For how long a page knows who has come in with a key: a working day."""
Use = Literal["api", "page"]


class Grant(Struct, frozen=True):
    """What a key opens: its scopes, and the areas (by code; none: all) in which it opens internal content."""

    key: int
    scopes: frozenset[str]
    areas: frozenset[str]
    used_on: dt.date | None


class _Claim(Struct, frozen=True):
    """What a token says: the number of its key, when it ends (seconds since 1970), and what it is good for."""

    key: Annotated[int, Meta(ge=0, lt=2**31)]  # anybody may have written it, and no database takes more
    ends: int
    use: Use = "api"


def digest(key: str) -> str:
    """What is stored of a key. It has 256 bits of chance in it, so that one plain hash suffices."""
    return hashlib.sha256(key.encode()).hexdigest()


def create(
    connection: Connection,
    name: str,
    scopes: tuple[str, ...],
    now: dt.datetime,
    *,
    areas: tuple[str, ...] = (),
    expires_on: dt.date | None = None,
) -> tuple[dict[str, Any], str]:
    """Make a key; returns what is known of it, and the key itself, which is not kept. Raises ``InputError``.

    ``areas`` are codes of areas.
    """
    for scope in scopes:
        if scope not in SCOPES:
            raise InputError("scope_unknown", scope=scope, known=", ".join(sorted(SCOPES)))
    secret = f"busdb_{secrets.token_urlsafe(32)}"
    number = (connection.scalar(select(func.max(api_key.c.key))) or 0) + 1
    limits = {
        "scopes": tuple(dict.fromkeys(scopes)),
        "areas": tuple(dict.fromkeys(areas)),
        "expires_on": expires_on,
    }
    row = {"key": number, "name": name, "digest": digest(secret), "created_at": now, **limits}
    connection.execute(insert(api_key).values(**row))
    return {"id": number, "name": name, **limits}, secret


def listing(connection: Connection) -> list[dict[str, Any]]:
    """All keys, without anything secret."""
    hidden = {"key", "digest"}
    return [
        {"id": row["key"], **{name: value for name, value in row.items() if name not in hidden}}
        for row in connection.execute(select(api_key).order_by(api_key.c.key)).mappings()
    ]


def revoke(connection: Connection, number: int, now: dt.datetime) -> None:
    """Make a key useless. Raises ``NotFoundError``."""
    done = connection.execute(update(api_key).where(api_key.c.key == number).values(revoked_at=now))
    if not done.rowcount:
        raise NotFoundError("key_not_found", number=number)


def rotate(
    connection: Connection, number: int, now: dt.datetime, overlap: dt.timedelta
) -> tuple[dict[str, Any], str, dt.date]:
    """A new key in place of one that ends by itself after the overlap, and the old one's last day.

    The new one opens the same for as long as the old one was made for. Raises ``NotFoundError``, and
    ``RefusedError`` for a key that has ended.
    """
    old = connection.execute(select(api_key).where(api_key.c.key == number)).first()
    if old is None:
        raise NotFoundError("key_not_found", number=number)
    if _ended(old, today(now)):
        raise RefusedError("key_ended", number=number)
    life = old.expires_on - today(old.created_at) if old.expires_on else None
    expires_on = today(now) + life if life else None
    made, secret = create(connection, old.name, old.scopes, now, areas=old.areas, expires_on=expires_on)
    last = min(filter(None, [old.expires_on, today(now) + overlap]))
    values = {"expires_on": last} if overlap else {"revoked_at": now}
    connection.execute(update(api_key).where(api_key.c.key == number).values(**values))
    return made, secret, last


def grant_of(connection: Connection, key: str, on: dt.date) -> Grant | None:
    """What a key opens on a day; ``None`` for one that is unknown, revoked or expired."""
    return _grant(connection.execute(select(api_key).where(api_key.c.digest == digest(key))).first(), on)


def issue_token(
    connection: Connection, client: str | None, secret: str, now: dt.datetime, use: Use = "api"
) -> tuple[str, frozenset[str]] | None:
    """A token for a key that is valid now, and its scopes.

    ``secret`` is the key, ``client`` its number where the client has to know it.
    """
    found = grant_of(connection, secret, today(now))
    if found is None or client not in {None, str(found.key)}:
        return None
    life = SHIFT if use == "page" else TOKEN_LIFE
    claim = _packed(msgspec.json.encode(_Claim(found.key, int((now + life).timestamp()), use)))
    return f"{claim}.{_signature(claim, digest(secret))}", found.scopes


def grant_of_token(connection: Connection, token: str, now: dt.datetime, use: Use = "api") -> Grant | None:
    """What a token opens now.

    ``None`` for one that is not ours, is for another use, or has ended, by itself or with its key.
    """
    packed, _, signature = token.partition(".")
    try:
        claim = msgspec.json.decode(urlsafe_b64decode(packed + "=="), type=_Claim)
    except (ValueError, msgspec.MsgspecError):
        return None
    row = connection.execute(select(api_key).where(api_key.c.key == claim.key)).first()
    if row is None or not hmac.compare_digest(signature.encode(), _signature(packed, row.digest).encode()):
        return None
    return None if claim.use != use or claim.ends <= now.timestamp() else _grant(row, today(now))


def _ended(row: Row[Any], on: dt.date) -> bool:
    return row.revoked_at is not None or (row.expires_on is not None and row.expires_on < on)


def _grant(row: Row[Any] | None, on: dt.date) -> Grant | None:
    if row is None or _ended(row, on):
        return None
    return Grant(row.key, frozenset(row.scopes), frozenset(row.areas), row.used_on)


def _packed(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _signature(packed: str, key: str) -> str:
    return _packed(hmac.digest(key.encode(), packed.encode(), "sha256"))
