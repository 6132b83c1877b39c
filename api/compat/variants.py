"""Which service a LeiKa key means, for clients that take only one."""

from __future__ import annotations

from sqlalchemy import select

from api.hub import Ask
from api.services import applying
from busdb.models.base import number
from busdb.models.services import service, service_leika_keys

_LAYERS = ("state", "country", "district", "association", "municipality")
"""Whose variant stands for all where no area is asked for: the Land writes for everybody."""


def by_leika_key(ask: Ask, key: str) -> list[tuple[int, str]]:
    """Number and id of the service that a key means at the area: several only where one source has several."""
    keyed = service.c.object.in_(select(service_leika_keys.c.owner).where(service_leika_keys.c.value == key))
    statement = (
        select(service.c.object, service.c.layer, number.c.source, number.c.value)
        .join(number, number.c.number == service.c.object)
        .where(*applying(ask, keyed))
    )
    rows = sorted(ask.connection.execute(statement), key=lambda row: (_LAYERS.index(row.layer), row.source, row.value))
    return [
        (row.object, f"{row.source}.{row.value}")
        for row in rows
        if (row.source, row.layer) == (rows[0].source, rows[0].layer)
    ]
