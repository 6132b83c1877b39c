"""Whether English texts have kept up with the German ones, as the change log tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, func, select

from busdb.interchange import decode
from busdb.models.operations import change
from busdb.models.services import service, service_texts
from busdb.records import Service

AT_ONCE = 200
"""How many services are looked at with one query."""
MODULES = ("05", "06")
"""The modules that are compared: short and full text."""


def behind(connection: Connection) -> dict[str, str]:
    """The services whose German short or full text changed last without the English one: by id, the module.

    A change of both at once leaves none behind. States that are no longer kept tell nothing.
    """
    changed = select(change.c.number).where(change.c.kind == "service").group_by(change.c.number)
    translated = select(service_texts.c.owner).where(service_texts.c.language == "en")
    numbers = select(service.c.object).where(
        service.c.object.in_(changed.having(func.count() > 1)), service.c.object.in_(translated)
    )
    keys = sorted(connection.scalars(numbers))
    found: dict[str, str] = {}
    for start in range(0, len(keys), AT_ONCE):
        for states in _histories(connection, keys[start : start + AT_ONCE]):
            for module in MODULES:
                if _last(states, module, "de") > _last(states, module, "en") > -1:
                    found.setdefault(states[-1].id, module)
    return found


def _histories(connection: Connection, keys: Sequence[int]) -> Iterator[list[Service]]:
    """The states of services, each in the order of the log."""
    statement = select(change.c.number, change.c.record).where(change.c.number.in_(keys), change.c.record.is_not(None))
    states: dict[int, list[Service]] = {}
    for key, data in connection.execute(statement.order_by(change.c.seq)):
        record = decode(data)
        if isinstance(record, Service):
            states.setdefault(key, []).append(record)
    yield from states.values()


def _last(states: Sequence[Service], module: str, language: str) -> int:
    """In which state a text became what it is; -1 where there is none now."""
    texts = [_text(state, module, language) for state in states]
    if texts[-1] is None:
        return -1
    return max((place for place in range(1, len(texts)) if texts[place] != texts[place - 1]), default=0)


def _text(state: Service, module: str, language: str) -> str | None:
    return next((text.html for text in state.texts if text.module == module and text.language == language), None)
