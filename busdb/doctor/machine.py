"""Checks of the data folder, its permissions, and the room on its disk."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from babel.numbers import format_decimal

from busdb import i18n
from busdb.doctor.checks import Check, bad, ok, warn
from busdb.i18n import message as _
from busdb.settings import Settings

MEGABYTE = 1_000_000
LEAST = 100 * MEGABYTE
"""Bytes that must be free in any case; where less than ten times as much is free, somebody should look."""


def folder(settings: Settings) -> list[Check]:
    """Whether the data folder is there, ours, and closed to others."""
    name, path = "permissions", settings.folder
    if not path.is_dir():
        code = "doctor.folder_no_folder" if path.exists() else "doctor.folder_missing"
        mend = f"mv {quote(str(path))} {quote(f'{path}.bak')}; busdb init" if path.exists() else "busdb init"
        return [bad(name, _(code, {"folder": path}), mend)]
    found = [*_foreign(path), *_open(settings)]
    return found or [ok(name, _("doctor.folder_ok", {"folder": path}))]


def _foreign(path: Path) -> Iterator[Check]:
    """What cannot be written, or only by another user than the rest."""
    owner = path.stat().st_uid
    closed, others = [], []
    for one in (path, *path.rglob("*")):
        try:
            belongs = one.stat().st_uid
        except FileNotFoundError:
            continue  # a process that runs beside has just removed it
        if not os.access(one, os.W_OK | os.X_OK if one.is_dir() else os.W_OK):
            closed.append(one)
        elif belongs != owner:
            others.append(one)
    if closed:
        values = {"user": _user(os.geteuid()), "path": closed[0], "more": len(closed) - 1}
        yield bad("permissions", _("doctor.unwritable", values), f"chown -R {_user(os.geteuid())} {quote(str(path))}")
    if others:
        values = {"user": _user(owner), "path": others[0], "more": len(others) - 1}
        yield warn("permissions", _("doctor.foreign", values), f"chown -R {_user(owner)} {quote(str(path))}")


def _open(settings: Settings) -> Iterator[Check]:
    """What holds secrets of webhooks, addresses of readers and internal texts, and is open to all users."""
    file = settings.file
    paths = [settings.folder]
    if file and file.exists() and settings.folder.resolve() not in file.resolve().parents:
        paths.append(file)
    for path in paths:
        mode = path.stat().st_mode
        if mode & stat.S_IWOTH:
            yield bad("permissions", _("doctor.open_write", {"path": path}), f"chmod o-rwx {quote(str(path))}")
        elif mode & (stat.S_IROTH | stat.S_IXOTH):
            yield warn("permissions", _("doctor.open_read", {"path": path}), f"chmod o-rwx {quote(str(path))}")


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def disk(settings: Settings) -> list[Check]:
    """Whether the disk has room for the data once more: for a new index beside the old one, or a large import."""
    return [_room(path, used) for path, used in _places(settings)]


def _places(settings: Settings) -> Iterator[tuple[Path, int]]:
    """Where data lies, and how many bytes."""
    path, file = settings.folder, settings.file
    yield path, _size(path.rglob("*"))
    if file and path.resolve() not in file.resolve().parents:
        yield file, _size(file.parent.glob(f"{file.name}*"))


def _room(path: Path, used: int) -> Check:
    free = shutil.disk_usage(path).free
    values = {"folder": path, "free": _shown(free), "used": _shown(used)}
    mend = f"du -xh --max-depth=1 {quote(str(path if path.is_dir() else path.parent))} | sort -h"
    if free < max(used, LEAST):
        return bad("disk", _("doctor.disk_full", values), mend)
    if free < max(2 * used, 10 * LEAST):
        return warn("disk", _("doctor.disk_low", values), mend)
    return ok("disk", _("doctor.disk_ok", values))


def _size(paths: Iterator[Path]) -> int:
    """The bytes of files."""
    total = 0
    for one in paths:
        try:
            total += one.stat().st_size if one.is_file() else 0
        except FileNotFoundError:
            continue  # a process that runs beside has just removed it
    return total


def _shown(size: int) -> str:
    """Bytes as people read them."""
    unit, name = (1_000 * MEGABYTE, "GB") if size >= 1_000 * MEGABYTE else (MEGABYTE, "MB")
    return f"{format_decimal(round(size / unit, 1), locale=i18n.current())} {name}"
