"""Webhooks: consumers are told that something has changed for them, and then ask what.

A reader of the change log with a cursor for each consumer, like the index and the feeds: what an import has committed
cannot be lost, only late. Each consumer has at most one message in the outbox. A later change takes its place under a
new id and keeps its count of attempts, so that a receiver that was away for a week gets one message, not a thousand.
"""

from __future__ import annotations

import base64
import datetime as dt
import secrets
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from sqlalchemy import Connection, delete, func, insert, or_, select, update

from busdb import changes, delivery, positions, post, validity
from busdb.areas import Gazetteer
from busdb.db import Database
from busdb.errors import NotFoundError
from busdb.models.webhooks import outbox, webhook
from busdb.publication import Place

_SECOND, _HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)
WAITS = (
    5 * _SECOND,
    300 * _SECOND,
    1800 * _SECOND,
    2 * _HOUR,
    5 * _HOUR,
    10 * _HOUR,
    14 * _HOUR,
    20 * _HOUR,
    24 * _HOUR,
)
"""How long after each attempt the next one follows; a message that was refused after the last is dead."""

AT_ONCE = 16
"""Receivers that are told at a time: some that hang do not make all others wait."""

Send = Callable[[str, dict[str, str], bytes], None]
"""Sends payload with headers to an address. Raises ``post.PostError``."""


class Outcome(NamedTuple):
    """What a round did: how many messages were delivered, will be tried again, and are dead."""

    delivered: int = 0
    deferred: int = 0
    dead: int = 0


def add(connection: Connection, url: str, place: Place | None, now: dt.datetime, codes: list[str]) -> tuple[int, str]:
    """Add a webhook that begins now; ``codes`` are the scope of its place. Returns its number and its secret."""
    key = (connection.scalar(select(func.max(webhook.c.webhook))) or 0) + 1
    secret = post.PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    row = {
        "webhook": key,
        "url": url,
        "secret": secret,
        "area": place.code if place else None,
        "seq": changes.state(connection, codes).seq,
        "on": validity.today(now),
        "created_at": now,
    }
    connection.execute(insert(webhook).values(**row))
    return key, secret


def listing(connection: Connection) -> list[dict[str, Any]]:
    """All webhooks with their state, without their secrets."""
    statement = select(webhook, outbox.c.id, outbox.c.attempts, outbox.c.next_at, outbox.c.error)
    return [
        {
            "id": row.webhook,
            "url": row.url,
            "area": row.area,
            "created_at": row.created_at,
            "delivered_at": row.delivered_at,
            "state": "idle" if row.id is None else "dead" if row.next_at is None else "waiting",
            "attempts": row.attempts or 0,
            "next_at": row.next_at,
            "error": row.error,
        }
        for row in connection.execute(statement.outerjoin(outbox).order_by(webhook.c.webhook))
    ]


def backlog(connection: Connection) -> dict[str, int]:
    """How many messages wait to be taken, and how many are dead."""
    dead = func.count().filter(outbox.c.next_at.is_(None))
    total, given_up = connection.execute(select(func.count(), dead).select_from(outbox)).one()
    return {"waiting": total - given_up, "dead": given_up}


def remove(connection: Connection, key: int) -> None:
    """Remove a webhook with what it has not been told. Raises ``NotFoundError``."""
    if not connection.execute(delete(webhook).where(webhook.c.webhook == key)).rowcount:
        raise NotFoundError("webhook_not_found", number=key)


def revive(connection: Connection, now: dt.datetime) -> int:
    """Try dead messages again; returns how many."""
    again = update(outbox).where(outbox.c.next_at.is_(None)).values(next_at=now, attempts=0)
    return connection.execute(again).rowcount


def test(connection: Connection, key: int, now: dt.datetime, send: Send) -> None:
    """Send a message that says nothing but that it is a test. Raises ``NotFoundError`` and ``post.PostError``."""
    row = connection.execute(select(webhook).where(webhook.c.webhook == key)).first()
    if row is None:
        raise NotFoundError("webhook_not_found", number=key)
    _send(send, row.url, row.secret, _id(), _payload("test", now, {"webhook": key}), now)


def collect(database: Database, base_url: str, now: dt.datetime) -> int:
    """Put a message in the outbox for each consumer for whom something has changed, or the day; returns how many.

    Raises ``BusyError`` while an import writes; nothing is written where nothing has changed.
    """
    today = validity.today(now)
    with database.reading() as connection:
        gazetteer = delivery.gazetteer_of(connection)
        rows = connection.execute(select(webhook).order_by(webhook.c.webhook)).all()
        told = [(row, seq) for row in rows if (seq := _news(connection, gazetteer, row, today)) is not None]
    if not told:
        return 0
    with database.writing() as connection:
        for row, seq in told:
            data = {
                "webhook": row.webhook,
                "area": gazetteer.name(row.area) if row.area else None,
                "cursor": _cursor(connection, row.area, seq, today),
                "changes": base_url.rstrip("/") + _address(connection, row),
            }
            _put(connection, row.webhook, _payload("changed", now, data), now)
            connection.execute(update(webhook).where(webhook.c.webhook == row.webhook).values(seq=seq, on=today))
    return len(told)


def _news(connection: Connection, gazetteer: Gazetteer, row: Any, today: dt.date) -> int | None:
    """The position of the last change for a consumer that has not been told of it, ``None`` if it has been."""
    codes = gazetteer.scope(row.area) if row.area else [changes.ALL]
    seq = max(changes.state(connection, codes).seq, row.seq)
    return None if seq == row.seq and (today == row.on or row.area is None) else seq


def _cursor(connection: Connection, area: str | None, seq: int, on: dt.date) -> str:
    position = positions.at(connection, seq)
    return f"{position}-{on:%Y%m%d}" if area else str(position)


def _address(connection: Connection, row: Any) -> str:
    """Where the consumer finds what has changed since the state of which it was told before."""
    after = _cursor(connection, row.area, row.seq, row.on)
    if row.area is None:
        return f"/api/v1/changes?after={after}"
    return f"/api/v1/feeds/municipal?{urlencode({'ars': row.area, 'after': after})}"


def _put(connection: Connection, key: int, payload: str, now: dt.datetime) -> None:
    fresh = {"id": _id(), "payload": payload}
    if not connection.execute(update(outbox).where(outbox.c.webhook == key).values(**fresh)).rowcount:
        connection.execute(insert(outbox).values(webhook=key, attempts=0, next_at=now, **fresh))


def _id() -> str:
    return f"msg_{uuid.uuid4().hex}"


def _payload(type_: str, now: dt.datetime, data: dict[str, Any]) -> str:
    return msgspec.json.encode({"type": type_, "timestamp": now, "data": data}).decode()


def deliver(database: Database, now: dt.datetime, send: Send) -> Outcome:
    """Send what is due. Nothing is held locked while a receiver takes its time."""
    with database.reading() as connection:
        # What is due later than any wait was put off by a clock that has been wrong
        due = or_(outbox.c.next_at <= now, outbox.c.next_at > now + WAITS[-1])
        rows = connection.execute(select(webhook.c.url, webhook.c.secret, outbox).join(webhook).where(due)).all()
    outcome, pool = Outcome(), ThreadPoolExecutor(AT_ONCE)
    try:
        sent = {pool.submit(_refusal, send, row, now): row for row in rows}
        for one in as_completed(sent):
            with database.writing() as connection:
                outcome = _settle(connection, sent[one], one.result(), now, outcome)
    finally:
        pool.shutdown(cancel_futures=True)
    return outcome


def _refusal(send: Send, row: Any, now: dt.datetime) -> post.PostError | None:
    """Send a message; why it was not taken, ``None`` if it was."""
    try:
        _send(send, row.url, row.secret, row.id, row.payload, now)
    except post.PostError as refused:
        return refused
    return None


def _settle(
    connection: Connection, row: Any, error: post.PostError | None, now: dt.datetime, so_far: Outcome
) -> Outcome:
    if error is None:
        taken = (outbox.c.webhook == row.webhook) & (outbox.c.id == row.id)
        connection.execute(delete(outbox).where(taken))
        connection.execute(update(webhook).where(webhook.c.webhook == row.webhook).values(delivered_at=now))
        return so_far._replace(delivered=so_far.delivered + 1)
    dead = error.gone or row.attempts >= len(WAITS)
    connection.execute(
        update(outbox)
        .where(outbox.c.webhook == row.webhook)
        .values(attempts=row.attempts + 1, error=str(error), next_at=None if dead else now + WAITS[row.attempts])
    )
    return so_far._replace(dead=so_far.dead + 1) if dead else so_far._replace(deferred=so_far.deferred + 1)


def _send(send: Send, url: str, secret: str, id_: str, payload: str, now: dt.datetime) -> None:
    seconds, data = int(now.timestamp()), payload.encode()
    headers = {
        "webhook-id": id_,
        "webhook-timestamp": str(seconds),
        "webhook-signature": post.signature(secret, id_, seconds, data),
        "User-Agent": "busdb",
    }
    send(url, headers, data)
