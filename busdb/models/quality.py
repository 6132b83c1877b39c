"""What is known of the quality of the content over time: findings, their counts by day, and what links lead to."""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, Table, Text

from busdb.models.base import IdText, day, metadata, moment, text, whole

quality_finding = Table(
    "quality_finding",
    metadata,
    Column("source", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("id", IdText, primary_key=True),
    Column("path", Text, primary_key=True),
    day("since", required=True),
)
"""The findings of the last recorded run with the day on which each was first there. ``path`` is empty where a finding
is about the record as a whole."""

quality_count = Table(
    "quality_count",
    metadata,
    Column("day", Date, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("count", Integer, nullable=False),
)
"""How many findings of a rule a source had on a day. An empty source and code say that the day was recorded, and how
many there were in all."""

link = Table(
    "link",
    metadata,
    Column("url", Text, primary_key=True),
    moment("checked_at", required=True),
    whole("status"),
    text("error"),
    text("moved_to"),
    whole("failures", required=True),
    day("failed_on"),
)
"""What a link led to when it was last asked. ``failures`` counts the days in a row on which it failed, the last of them
``failed_on``; ``moved_to`` is where it is redirected for good."""
