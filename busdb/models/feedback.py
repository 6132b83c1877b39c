"""Reports of readers that something is wrong."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from busdb.models.base import metadata, moment, text

feedback = Table(
    "feedback",
    metadata,
    Column("feedback", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    moment("created_at", required=True),
    text("text", required=True),
    text("kind"),
    text("record"),
    text("ars"),
    text("module"),
    text("seen"),
    text("source"),
    text("language", required=True),
    text("contact"),
    moment("closed_at"),
    text("closed_by"),
    text("remark"),
)
"""``record`` is the public id of a service or authority (``kind``), ``seen`` the hash that it had for the reader,
``source`` whose editors mend it. ``contact`` is emptied when a report is closed."""
