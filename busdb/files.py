"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from busdb.errors import InputError
from busdb.i18n import message

TAIL = 1000
"""How many bytes of its end are remembered of a file that is written."""


class Draft(NamedTuple):
    """A file that is written and not yet named: its size, SHA-256 in hex, and last bytes."""

    path: Path
    size: int
    sha256: str
    tail: bytes


def reason(error: OSError) -> str:
    """Why a file cannot be opened, in the reader's language where it is one of the usual reasons."""
    usual: dict[type, str] = {
        FileNotFoundError: "reason.no_file",
        PermissionError: "reason.no_permission",
        IsADirectoryError: "reason.folder",
        FileExistsError: "reason.exists",
    }
    code = "reason.no_space" if error.errno == errno.ENOSPC else usual.get(type(error))
    return message(code) if code else str(error.strerror)


def draft(pieces: Iterable[bytes], folder: Path) -> Draft:
    """Write a file to a folder, safe on the disk but under a name that nobody looks at. Raises ``InputError``."""
    try:
        made(folder)
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=".draft-")
    except OSError as error:
        raise InputError("file_unwritable", file=folder, reason=reason(error)) from error
    digest, size, tail = hashlib.sha256(), 0, b""
    try:
        with os.fdopen(descriptor, "wb") as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
                tail = (tail + piece[-TAIL:])[-TAIL:]
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Draft(Path(name), size, digest.hexdigest(), tail)


def save(pieces: Iterable[bytes], path: Path) -> int:
    """Write a file that appears whole or not at all, and is on the disk afterwards; its size. Raises ``InputError``."""
    written = draft(pieces, path.parent)
    written.path.replace(path)
    sync(path.parent)
    return written.size


def made(folder: Path) -> None:
    """Make a folder that may be there already, with those above it, safe on the disk. Raises ``OSError``."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    sync(*(one.parent for one in reversed(missing)))


def sync(*paths: Path) -> None:
    """Have on the disk what files hold, and what the names in folders have become."""
    for path in dict.fromkeys(paths):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
