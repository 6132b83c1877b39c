"""How often pages were visited in a month: counts and nothing about visitors."""

from __future__ import annotations

from sqlalchemy import Column, Date, Table, Text

from busdb.models.base import metadata, whole

visit = Table(
    "visit",
    metadata,
    Column("month", Date, primary_key=True),
    Column("page", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    whole("count", required=True),
)
"""``page`` is a path without place; ``what`` says what ``value`` is: a device, a country, a language or a face."""
