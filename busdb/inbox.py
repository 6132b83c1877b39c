"""The inbox: one folder for each source, into which its editors lay files (a drop by SFTP).

The folder says whose file it is; nothing that is in it or in its name can say otherwise. Its owner may be hostile, so
every step goes by the descriptor of the folder and follows no links: files are ordinary ones with one name, reports are
made under a name that nobody can have foreseen and then take their place.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import BinaryIO, NamedTuple

from busdb import formats

DONE, REFUSED, CORRECT = "done", "refused", "correct"
"""Where files go that were taken, those that were not, and where rows lie that are to be corrected."""
FORMATS = {".xlsx": "xlsx", ".csv": "csv", ".xml": "xzufi", ".json": "json", ".jsonl": "json"}
"""The format of a file by the end of its name."""
LARGEST = 512 * 1024 * 1024
_UNFINISHED = (".part", ".filepart", ".tmp", ".crdownload")
_REPORT = ".report"
_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")


class Arrived(NamedTuple):
    """A file of a source, copied while it lay still: its name, its bytes, and where it lies."""

    source: str
    name: str
    stream: BinaryIO
    folder: Folder
    seen: os.stat_result

    @property
    def format(self) -> str | None:
        """The format by its name, ``None`` for one that nobody reads."""
        found = FORMATS.get(os.path.splitext(self.name)[1].lower())  # noqa: PTH122  # a name, not a path
        return found if found in formats.names("importers") else None


class Folder:
    """The folder of a source, held open."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def names(self) -> list[str]:
        """What lies in it and may be a finished file, by name."""
        return sorted(
            name
            for name in os.listdir(self.descriptor)  # noqa: PTH208  # by descriptor
            if name.isprintable()
            and not name.startswith(".")
            and not name.lower().endswith(_UNFINISHED)
            and _REPORT not in name
        )

    def look(self, name: str) -> os.stat_result | None:
        """What a name is, without following links; ``None`` for what is no ordinary file of one name."""
        found = os.stat(name, dir_fd=self.descriptor, follow_symlinks=False)
        return found if stat.S_ISREG(found.st_mode) and found.st_nlink == 1 else None

    def copy(self, name: str) -> BinaryIO:
        """The bytes of a file, so that what is imported cannot be changed under way."""
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        copied: BinaryIO = TemporaryFile()  # noqa: SIM115  # the caller closes it
        with os.fdopen(os.open(name, flags, dir_fd=self.descriptor), "rb") as file:
            copyfileobj(file, copied)
        copied.seek(0)
        return copied

    def write(self, name: str, data: bytes) -> None:
        """Lay a file into the folder, whole and in place of what has its name."""
        draft = f".{secrets.token_hex(16)}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(draft, flags, 0o640, dir_fd=self.descriptor), "wb") as file:
            file.write(data)
        os.rename(draft, name, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)

    def archive(self, arrived: Arrived, where: str, prefix: str) -> None:
        """Move a file away, unless another has taken its name since."""
        found = self.look(arrived.name)
        if found is None or not _same(found, arrived.seen):
            return
        with self.below(where) as target:
            name = f"{prefix}-{arrived.name}"
            os.rename(arrived.name, name, src_dir_fd=self.descriptor, dst_dir_fd=target.descriptor)

    @contextmanager
    def below(self, name: str) -> Iterator[Folder]:
        """A folder in it, made if it is not there. Raises ``OSError`` for a link."""
        with suppress(FileExistsError):
            os.mkdir(name, 0o750, dir_fd=self.descriptor)
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
        descriptor = os.open(name, flags, dir_fd=self.descriptor)
        try:
            yield Folder(descriptor)
        finally:
            os.close(descriptor)


def arrived(inbox: Path, source: str, still: float, now: float) -> Iterator[Arrived]:
    """The finished files of a source, by name.

    One that was changed less than ``still`` seconds before ``now`` (seconds since 1970), or while it was copied, waits.
    """
    with _opened(inbox, source) as folder:
        for name in folder.names() if folder else ():
            seen = folder.look(name) if folder else None
            if folder is None or seen is None or seen.st_size > LARGEST or now - seen.st_mtime < still:
                continue
            with folder.copy(name) as stream:
                after = folder.look(name)
                if after is not None and _same(seen, after):
                    yield Arrived(source, name, stream, folder, seen)


def folders(inbox: Path) -> list[str]:
    """The names of the folders that can be those of sources, without links."""
    with os.scandir(inbox) as found:
        return sorted(one.name for one in found if one.is_dir(follow_symlinks=False) and _CODE.fullmatch(one.name))


def lay_back(
    one: Arrived, taken: bool, prefix: str, reports: Mapping[str, bytes], to_correct: bytes | None = None
) -> None:
    """Lay the reports beside the file, by the ends of their names, and move the file away.

    The rows that are ``to_correct`` lie in a folder of their own under the name of the file, where they are not taken.
    """
    for ending, data in reports.items():
        one.folder.write(f"{one.name}{_REPORT}{ending}", data)
    if to_correct is not None:
        with one.folder.below(CORRECT) as folder:
            folder.write(one.name, to_correct)
    one.folder.archive(one, DONE if taken else REFUSED, prefix)


@contextmanager
def _opened(inbox: Path, source: str) -> Iterator[Folder | None]:
    try:
        descriptor = os.open(inbox / source, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        yield None
        return
    try:
        yield Folder(descriptor)
    finally:
        os.close(descriptor)


def _same(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_ino, one.st_size, one.st_mtime_ns) == (other.st_ino, other.st_size, other.st_mtime_ns)
