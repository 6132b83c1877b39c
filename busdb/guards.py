"""What keeps an import from doing harm by mistake: a delivery that loses or spoils too much is refused as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from busdb.areas import within
from busdb.changes import Former, concerns
from busdb.errors import RefusedError
from busdb.mapping import read, shape
from busdb.models import number
from busdb.records import COUNTRY, KINDS, AnyRecord

DELETIONS, DELETIONS_SHARE = 50, 0.10
REJECTIONS, REJECTIONS_SHARE = 50, 0.05
_CHUNK = 500


def rejections(rejected: int, read: int, *, blocked: bool) -> None:
    """Refuse a delivery of which too much is rejected, or anything where that blocks it. Raises ``RefusedError``."""
    if blocked:
        raise RefusedError("import_blocked", rejected=rejected)
    if rejected > REJECTIONS and rejected > REJECTIONS_SHARE * read:
        raise RefusedError("too_many_rejections", rejected=rejected, read=read)


def absent(
    connection: Connection, source: str, area: str | None, kinds: Sequence[str], seen: bytearray, allowed: int | None
) -> dict[str, list[tuple[int, AnyRecord, Former]]]:
    """The records of a source that a complete delivery does not hold, by kind, in the order of their deletion.

    ``seen`` holds a mark at the number of each object that came. Raises ``RefusedError`` for more than are ``allowed``.
    """
    doomed: dict[str, list[tuple[int, AnyRecord, Former]]] = {}
    before = 0
    for kind in reversed([kind for kind in KINDS if kind in kinds]):
        table = shape(kind).table
        mine = select(number.c.number).where(number.c.kind == kind, number.c.source == source)
        keys = connection.scalars(select(table.c.object).where(table.c.object.in_(mine))).all()
        before += len(keys)
        gone = [key for key in keys if key >= len(seen) or not seen[key]]
        doomed[kind] = [
            (stored.number, stored.record, Former(stored.public_hash, stored.seq))
            for start in range(0, len(gone), _CHUNK)
            for stored in read(connection, kind, table.c.object.in_(gone[start : start + _CHUNK]))
            if area is None or _covered(stored.record, area)
        ]
    total = sum(len(items) for items in doomed.values())
    too_many = total > DELETIONS or total > DELETIONS_SHARE * before if allowed is None else total > allowed
    if too_many:
        raise RefusedError("too_many_deletions", deletions=total, records=before)
    return doomed


def _covered(record: AnyRecord, area: str) -> bool:
    """Whether a complete delivery for ``area`` covers the record; what names no area is not covered."""
    codes = concerns(record)
    return codes != [COUNTRY] and all(within(code, area) for code in codes)
