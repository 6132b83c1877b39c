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
        folder.mkdir(parents=True, exist_ok=True)
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
    """Write a file that appears whole or not at all; returns its size. Raises ``InputError``."""
    written = draft(pieces, path.parent)
    written.path.replace(path)
    return written.size


def sync(*folders: Path) -> None:
    """Have on the disk what the names in folders have become."""
    for folder in dict.fromkeys(folders):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
