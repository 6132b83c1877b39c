"""The rehearsal of an upgrade: on a copy, while the installation is used."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from busdb import migration
from busdb.backup import engines
from busdb.backup.inventory import Inventory, inventory
from busdb.db import Database


class Step(Struct, frozen=True):
    """A migration: its revision, what it brings, and how long it took on the copy."""

    revision: str
    words: str
    seconds: float


class Rehearsal(Struct, frozen=True, kw_only=True):
    """What an upgrade would do: ``lost`` names tables with fewer rows than before, ``same`` says that the public
    records are told as before.
    """

    found: str | None
    steps: tuple[Step, ...]
    lost: tuple[str, ...]
    same: bool

    @property
    def harmless(self) -> bool:
        """Whether the data stay as they are."""
        return self.same and not self.lost


def rehearse(database: Database, folder: Path) -> Rehearsal:
    """Upgrade a copy of a database, revision by revision; ``folder`` has room for it.

    Raises ``SetupError`` where a copy cannot be made, or what a migration raises.
    """
    with database.reading() as connection:
        found = migration.current(connection)
    if not migration.pending(found):
        return Rehearsal(found=found, steps=(), lost=(), same=True)
    with TemporaryDirectory(prefix=".busdb-rehearsal-", dir=folder) as draft:
        path = Path(draft) / engines.member(database)
        before = engines.copy(database, path)
        with engines.beside(database, Path(draft)) as copy:
            engines.load(copy, path)
            steps = tuple(_step(copy, revision, words) for revision, words in migration.pending(before.revision))
            with copy.reading() as connection:
                after = inventory(connection)
    return Rehearsal(found=before.revision, steps=steps, lost=_lost(before, after), same=_same(before, after))


def _step(copy: Database, revision: str, words: str) -> Step:
    began = time.monotonic()
    migration.upgrade(copy, revision)
    return Step(revision, words, round(time.monotonic() - began, 3))


def _lost(before: Inventory, after: Inventory) -> tuple[str, ...]:
    fewer = (name for name, count in before.tables.items() if after.tables.get(name, 0) < count)
    return tuple(sorted(set(fewer) - {"alembic_version"}))


def _same(before: Inventory, after: Inventory) -> bool:
    kinds = {kind: one for kind, one in after.records.items() if kind in before.records}
    return (before.records, before.told) == (kinds, after.told)
