"""Consumers that are told of changes, and what is yet to be told to them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table

from busdb.models.base import day, metadata, moment, text, whole

webhook = Table(
    "webhook",
    metadata,
    Column("webhook", Integer, primary_key=True),
    text("url", required=True),
    text("secret", required=True),
    text("area"),
    Column("seq", BigInteger, nullable=False),
    day("on", required=True),
    moment("created_at", required=True),
    moment("delivered_at"),
)
"""``area`` is an area code, NULL for all; ``seq`` and ``on`` are the state of which the consumer has been told, or will
be by its message in the outbox."""

outbox = Table(
    "outbox",
    metadata,
    Column("webhook", ForeignKey(webhook.c.webhook, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    text("id", required=True),
    text("payload", required=True),
    whole("attempts", required=True),
    moment("next_at"),
    text("error"),
)
"""The one message that a consumer has not taken yet; a newer one takes its place. Without ``next_at`` it is dead."""
