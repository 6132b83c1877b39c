"""Rules over single records (first form)."""

from __future__ import annotations

from busdb.issues import Issue
from busdb.records import AnyRecord


def check(record: AnyRecord) -> list[Issue]:
    """The findings on a record."""
    return [] if record.id else [Issue(code="name_missing")]
