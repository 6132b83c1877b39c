"""A whole installation as one file, and back: the database, and reports of readers on their way to it.

What can be made anew is left out: the search index and published files. Settings, legal pages and looks are the
operator's own files.
"""

from __future__ import annotations

import datetime as dt
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from busdb import files, migration
from busdb.backup import archive, engines
from busdb.backup.archive import Manifest
from busdb.backup.inventory import Inventory, inventory
from busdb.db import PRIVATE, Database
from busdb.errors import InputError, RefusedError
from busdb.settings import Settings

__all__ = ["Inventory", "Manifest", "Restored", "backup", "examine", "restore"]
ENDING = ".tar.gz"


class Restored(Struct, frozen=True, kw_only=True):
    """What a restore did; ``upgraded`` says that the copy was of an older schema."""

    manifest: Manifest
    upgraded: bool


def backup(
    settings: Settings, database: Database, target: Path, now: dt.datetime, *, force: bool = False, keep: int = 0
) -> tuple[Path, Manifest]:
    """Write an installation to a file, or into a folder under a name of its own, while it is used.

    In a folder the newest ``keep`` are left, 0: all. Raises ``InputError``, ``RefusedError`` where there is a file
    already, ``SetupError`` without the tools of PostgreSQL.
    """
    folder = target if target.is_dir() or not target.name.endswith(ENDING) else None
    if folder:
        target = folder / f"busdb-{now:%Y%m%dT%H%M%SZ}{ENDING}"
    if target.exists() and not force:
        raise RefusedError("backup_there", file=target)
    with TemporaryDirectory(prefix=".busdb-backup-", dir=_made(target.parent)) as draft:
        # Reports first: one that reaches the database meanwhile is then in both, and is kept once
        members = _reports(settings, Path(draft))
        copied = Path(draft) / engines.member(database)
        found = engines.copy(database, copied)
        manifest = Manifest(
            version=version("busdb"),
            created_at=now,
            database="sqlite" if database.is_sqlite else "postgresql",
            inventory=found,
            files={},
        )
        archive.pack(target, {copied.name: copied, **members}, manifest)
        manifest = archive.unpack(target, Path(draft) / "again")
    if folder and keep:
        for old in sorted(folder.glob(f"busdb-*{ENDING}"))[:-keep]:
            old.unlink()
    return target, manifest


def _made(folder: Path) -> Path:
    try:
        files.made(folder)
    except OSError as error:
        raise InputError("file_unwritable", file=folder, reason=files.reason(error)) from error
    return folder


def _reports(settings: Settings, draft: Path) -> dict[str, Path]:
    """The reports of readers that wait for the database, copied."""
    found = {}
    (draft / "feedback").mkdir()
    for path in sorted((settings.folder / "feedback").glob("*.json")):
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            continue  # it has reached the database
        copied = draft / "feedback" / path.name
        copied.write_bytes(data)
        found[f"feedback/{path.name}"] = copied
    return found


def examine(source: Path) -> Manifest:
    """Read a file of :func:`backup` to its end. Raises ``InputError`` unless it is whole."""
    with TemporaryDirectory(prefix=".busdb-restore-", dir=source.parent) as draft:
        return _unpacked(source, Path(draft))


def _unpacked(source: Path, folder: Path) -> Manifest:
    manifest = archive.unpack(source, folder)
    engines.check(folder / (engines.SQLITE if manifest.database == "sqlite" else engines.POSTGRESQL))
    return manifest


def restore(settings: Settings, database: Database, source: Path, *, force: bool = False) -> Restored:
    """Make an installation what a file of :func:`backup` says; what it holds now is lost, so only with ``force``.

    Nothing is touched unless the file is whole; readers see the old state or the new one. Raises ``InputError``,
    ``RefusedError`` and ``SetupError``.
    """
    settings.folder.mkdir(PRIVATE, parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".busdb-restore-", dir=settings.folder) as draft:
        folder = Path(draft)
        manifest = _unpacked(source, folder)
        _fits(manifest, database)
        with database.import_lock():
            if not force:
                _require_empty(database)
            engines.load(database, folder / engines.member(database))
            _require_same(database, manifest)
        _give_reports(settings, folder)
    return Restored(manifest=manifest, upgraded=migration.upgrade(database))


def _fits(manifest: Manifest, database: Database) -> None:
    engine = "sqlite" if database.is_sqlite else "postgresql"
    if manifest.database != engine:
        raise RefusedError("restore_engine", found=manifest.database, wanted=engine)
    revision = manifest.inventory.revision or ""
    if revision > migration.head():
        raise RefusedError("restore_newer", found=revision, wanted=migration.head())


def _require_empty(database: Database) -> None:
    with database.reading() as connection:
        if not inventory(connection).empty:
            raise RefusedError("restore_full", address=database.url.render_as_string())


def _require_same(database: Database, manifest: Manifest) -> None:
    with database.reading() as connection:
        if not inventory(connection).agrees(manifest.inventory):
            raise RefusedError("restore_differs")


def _give_reports(settings: Settings, folder: Path) -> None:
    into = settings.folder / "feedback"
    for path in sorted((folder / "feedback").glob("*.json")):
        files.save([path.read_bytes()], into / path.name)
