"""The file of a backup: a compressed tar whose last member says what is in it, so that half a file is never whole."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import os
import re
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from busdb import files
from busdb.backup.inventory import Inventory
from busdb.errors import InputError

MANIFEST = "manifest.json"
SCHEMA = "urn:busdb:backup:1"
_MEMBER = re.compile(r"database\.(sqlite3|pgdump)|feedback/[\w-]+\.json")
_PIECE = 1 << 20


class File(Struct, frozen=True):
    """A file of an archive."""

    bytes: int
    sha256: str


class Manifest(Struct, frozen=True, kw_only=True):
    """What an archive holds: ``database`` is the engine, ``version`` that of busdb."""

    schema: str = SCHEMA
    version: str
    created_at: dt.datetime
    database: str
    inventory: Inventory
    files: dict[str, File]


@contextmanager
def drafting(target: Path) -> Iterator[Path]:
    """A name beside the target for a file that is renamed to it when the block ends, safe on the disk.

    Only its owner may read it. Raises ``InputError``.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".draft-")
    except OSError as error:
        raise InputError("file_unwritable", file=target, reason=files.reason(error)) from error
    draft = Path(name)
    try:
        os.close(descriptor)
        yield draft
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(target)
        files.sync(target.parent)
    except OSError as error:
        raise InputError("file_unwritable", file=target, reason=files.reason(error)) from error
    finally:
        draft.unlink(missing_ok=True)


def pack(target: Path, members: dict[str, Path], manifest: Manifest) -> None:
    """Write an archive of files by their names in it; the manifest is completed with their sums and stands last."""
    told = msgspec.structs.replace(manifest, files={name: _file(path) for name, path in members.items()})
    with drafting(target) as draft, tarfile.open(draft, "w:gz", compresslevel=1) as tar:
        for name, path in members.items():
            tar.add(path, name, filter=_nobody)
        data = msgspec.json.format(msgspec.json.encode(told), indent=1)
        last = tarfile.TarInfo(MANIFEST)
        last.size = len(data)
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.seek(0)
            tar.addfile(last, file)


def _nobody(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


def unpack(source: Path, folder: Path) -> Manifest:
    """Lay the files of an archive into a folder and compare them with its manifest.

    Raises ``InputError`` for a file that cannot be read, or is none, or not whole.
    """
    try:
        with gzip.open(source) as packed, tarfile.open(fileobj=packed, mode="r:") as tar:
            found = dict(_members(tar, folder))
            for _ in _pieces(packed):
                pass  # the sum of the whole stands at its very end
    except (tarfile.TarError, zlib.error, EOFError, ValueError) as error:
        raise InputError("backup_broken", file=source) from error
    except OSError as error:
        if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
            raise InputError("file_unreadable", file=source, reason=files.reason(error)) from error
        raise InputError("backup_broken", file=source) from error
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise InputError("backup_broken", file=source) from error
    if manifest.files != found or manifest.schema != SCHEMA:
        raise InputError("backup_broken", file=source)
    return manifest


def _members(tar: tarfile.TarFile, folder: Path) -> Iterator[tuple[str, File]]:
    """The files of an archive but the manifest, each laid into the folder. Raises ``ValueError`` for a strange one."""
    for info in tar:
        content = tar.extractfile(info) if info.isfile() else None
        if content is None or not (info.name == MANIFEST or _MEMBER.fullmatch(info.name)):
            raise ValueError(info.name)
        path = folder / info.name
        path.parent.mkdir(exist_ok=True)
        with path.open("wb") as file:
            for piece in _pieces(content):
                file.write(piece)
        if info.name != MANIFEST:
            yield info.name, _file(path)


def _file(path: Path) -> File:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for piece in _pieces(file):
            digest.update(piece)
    return File(path.stat().st_size, digest.hexdigest())


def _pieces(file: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece
