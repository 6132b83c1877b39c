"""The documents of the database, by its change log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from busdb import positions, queries
from busdb.db import Database
from busdb.interchange import decode
from busdb.mapping import read, shape
from busdb.models import number
from busdb.models.operations import change
from busdb.models.responsibilities import responsibility
from busdb.models.services import service_leika_keys, wording
from busdb.positions import Position
from busdb.records import Authority, Service, Wording
from busdb.search.documents import Document, of_authority, of_service

KINDS = ("service", "authority")
BATCH = 500


_SEEN = change.c.public_op.is_not(None)
"""What readers see of the log: a change inside must not move the index, whose state is told in ETags."""


class DatabaseSource:
    """The documents of the database, by its change log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cursor(self) -> Position:
        """The last public change."""
        with self._database.reading() as connection:
            return positions.at(connection, connection.scalar(select(func.max(change.c.seq)).where(_SEEN)) or 0)

    def knows(self, cursor: Position) -> bool:
        """Whether the log has been there."""
        with self._database.reading() as connection:
            return positions.knows(connection, cursor)

    def changed(self, after: int) -> list[tuple[str, str]]:
        """Kind and id of the services and authorities that changed after a cursor, or what people call them."""
        statement = (
            select(change.c.kind, number.c.source, number.c.value)
            .join(number, number.c.number == change.c.number)
            .where(change.c.seq > after, _SEEN, change.c.kind.in_(KINDS))
            .distinct()
        )
        with self._database.reading() as connection:
            changed = [(kind, f"{source}.{value}") for kind, source, value in connection.execute(statement)]
            return list(dict.fromkeys([*changed, *(("service", id_) for id_ in _renamed(connection, after))]))

    def documents(self, objects: Iterable[tuple[str, str]]) -> Iterator[Document]:
        """The documents of objects that exist and are public."""
        wanted: dict[str, list[str]] = {kind: [] for kind in KINDS}
        for kind, id_ in objects:
            wanted[kind].append(id_)
        with self._database.reading() as connection:
            for kind, ids in wanted.items():
                keys = [key for id_ in ids if (key := queries.number_of(connection, kind, id_)) is not None]
                if keys:
                    yield from self._read(connection, kind, keys)

    def online(self, after: int) -> frozenset[str] | None:
        """The ids of the services that can be done online; ``None`` if nothing about that changed after a cursor."""
        touched = exists().where(change.c.seq > after, _SEEN, change.c.kind == "responsibility")
        with self._database.reading() as connection:
            return _online(connection, None) if connection.scalar(select(touched)) else None

    def all(self) -> Iterator[Document]:
        """All documents."""
        with self._database.reading() as connection:
            for kind in KINDS:
                yield from self._read(connection, kind, None)

    @staticmethod
    def _read(connection: Connection, kind: str, keys: list[int] | None) -> Iterator[Document]:
        table = shape(kind).table
        where: list[ColumnElement[bool]] = [table.c.public_hash.is_not(None)]
        if keys is not None:
            where.append(table.c.object.in_(keys))
        online = _online(connection, keys)
        wordings = _wordings(connection, keys) if kind == "service" else {}
        for stored in read(connection, kind, *where):
            record = stored.record
            if isinstance(record, Service):
                said = [word for name in (record.id, *record.leika_keys) for word in wordings.get(name, ())]
                document = of_service(record, said, online=record.id in online)
                if document is not None:
                    yield document
            elif isinstance(record, Authority):
                yield of_authority(record)


def _online(connection: Connection, keys: list[int] | None) -> frozenset[str]:
    """The ids of the services for which some rule names an online service."""
    statement = (
        select(number.c.source, number.c.value)
        .join(responsibility, responsibility.c.service == number.c.number)
        .where(responsibility.c.online_service.is_not(None), responsibility.c.public_hash.is_not(None))
        .distinct()
    )
    if keys is not None:
        statement = statement.where(number.c.number.in_(keys))
    return frozenset(f"{source}.{value}" for source, value in connection.execute(statement))


def _wordings(connection: Connection, keys: list[int] | None) -> dict[str, list[str]]:
    """What people call services by their editors, by the id of a service or the LeiKa key of all that bear it."""
    statement = (
        select(wording.c.everyday, wording.c.leika_key, number.c.source, number.c.value)
        .outerjoin(number, number.c.number == wording.c.service)
        .where(wording.c.public_hash.is_not(None), wording.c.official.is_(None))
        .order_by(wording.c.object)
    )
    if keys is not None:
        borne = select(service_leika_keys.c.value).where(service_leika_keys.c.owner.in_(keys))
        statement = statement.where(or_(wording.c.service.in_(keys), wording.c.leika_key.in_(borne)))
    found: dict[str, list[str]] = {}
    for everyday, key, source, value in connection.execute(statement):
        found.setdefault(key or f"{source}.{value}", []).append(everyday)
    return found


def _renamed(connection: Connection, after: int) -> list[str]:
    """The ids of the services of which a wording came, changed or went after a cursor."""
    touched = select(change.c.number).where(change.c.seq > after, change.c.kind == "wording")
    states = select(change.c.record).where(change.c.number.in_(touched), change.c.record.is_not(None))
    wordings = [decode(data) for data in connection.scalars(states)]
    ids = {one.service for one in wordings if isinstance(one, Wording) and one.service}
    borne = sorted({one.leika_key for one in wordings if isinstance(one, Wording) and one.leika_key})
    for start in range(0, len(borne), BATCH):
        bearers = (
            select(number.c.source, number.c.value)
            .join(service_leika_keys, service_leika_keys.c.owner == number.c.number)
            .where(service_leika_keys.c.value.in_(borne[start : start + BATCH]))
        )
        ids |= {f"{source}.{value}" for source, value in connection.execute(bearers)}
    return sorted(ids)
