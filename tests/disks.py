"""What a program does to files, as the system sees it (strace), and what of it a disk holds for certain."""

from __future__ import annotations

import codecs
import os
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from support import missing

CALLS = "write,pwrite64,writev,ftruncate,fsync,fdatasync,rename,renameat,renameat2,mkdir,mkdirat,openat,link"
SECTOR = 512
_CALL = re.compile(r"(?P<name>\w+)\((?P<given>.*)\)\s+= (?P<result>-?\d+|0x[0-9a-f]+)")
_DESCRIPTOR = re.compile(r"^-?\d+<([^>]*)>")
_PATH = re.compile(r'"([^"]*)"')
_WRITTEN = re.compile(r'[^"]*"(?P<data>.*)", \d+, (?P<offset>\d+)')


class Event(NamedTuple):
    """A call: ``write``, ``cut``, ``sync``, ``name`` (something gets this name) or ``say`` (to standard output)."""

    what: str
    path: str
    before: str = ""
    """The name that a file had until now."""
    offset: int = 0
    """Where is written, or after how many bytes a file is cut."""
    data: bytes = b""


def traced(words: list[str], environ: dict[str, str], root: Path) -> list[Event]:
    """Run a command; what it did to files below a folder, in order. Skips where there is no strace that may look."""
    if not shutil.which("strace"):
        missing("strace")
    log, there = root / "trace", {str(one) for one in root.rglob("*")}
    watched = ["strace", "-f", "-y", "-qq", "-x", "-s", "10000000", "-e", f"trace={CALLS}", "-o", str(log), *words]
    done = subprocess.run(watched, env={**os.environ, **environ}, capture_output=True, text=True, check=False)
    if "PTRACE" in done.stderr:
        missing("the right to trace processes")
    assert done.returncode == 0, done.stderr
    found = []
    for event in _events(log):
        if event.what != "name" or event.before or event.path not in there:
            found.append(event)
        there.add(event.path)
    return found


def _events(log: Path) -> Iterator[Event]:
    begun: dict[str, str] = {}
    for line in log.read_text(errors="replace").splitlines():
        process, _, call = line.partition(" ")
        call = call.strip()
        if call.endswith("<unfinished ...>"):
            begun[process] = call.removesuffix("<unfinished ...>")
            continue
        if call.startswith("<..."):
            call = begun.pop(process, "") + call.partition("resumed>")[2]
        found = _CALL.match(call)
        if found and not found["result"].startswith("-"):
            yield from _event(found["name"], found["given"])


def _event(name: str, given: str) -> Iterator[Event]:
    descriptor, paths = _DESCRIPTOR.match(given), _PATH.findall(given)
    if name == "pwrite64" and descriptor:
        written = _WRITTEN.fullmatch(given)
        assert written
        data, _ = codecs.escape_decode(written["data"].encode())
        yield Event("write", descriptor[1], offset=int(written["offset"]), data=data)
    elif name == "ftruncate" and descriptor:
        yield Event("cut", descriptor[1], offset=int(given.rpartition(", ")[2]))
    elif name in {"write", "writev"} and descriptor:
        yield Event("say" if given.startswith("1<") else "write", descriptor[1])
    elif name in {"fsync", "fdatasync"} and descriptor:
        yield Event("sync", descriptor[1])
    elif name.startswith("rename") and len(paths) == 2:
        yield Event("name", paths[1], paths[0])
    elif (name.startswith("mkdir") or (name == "openat" and "O_CREAT" in given)) and paths:
        yield Event("name", paths[0])


def unsafe(events: list[Event], root: Path) -> set[str]:
    """The files below a folder that are there and of which a loss of power now could take something.

    That is the content written since it was last synced, or a name since its folder was.
    """
    content: set[str] = set()
    names: set[str] = set()
    for event in events:
        if event.what in {"write", "cut"}:
            content.add(event.path)
        elif event.what == "sync":
            content.discard(event.path)
            names = {one for one in names if str(Path(one).parent) != event.path}
        elif event.what == "name":
            names.add(event.path)
            if event.before in content:
                content.add(event.path)
            content.discard(event.before)
            names.discard(event.before)
    return {one for one in content | names if Path(one).is_relative_to(root) and Path(one).exists()}


class Disk:
    """Files of SQLite on a disk that is honest: what was synced is there, of all else any part may be."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._synced = dict(files)
        self._pending: dict[str, list[Event]] = {path: [] for path in files}

    def take(self, event: Event) -> None:
        """Let the system have done something."""
        if event.path in self._pending:
            if event.what == "sync":
                for one in self._pending[event.path]:
                    self._synced[event.path] = _after(self._synced[event.path], one)
                self._pending[event.path] = []
            elif event.what in {"write", "cut"}:
                self._pending[event.path].append(event)

    def without_power(self, chance: random.Random) -> dict[str, bytes]:
        """What the files hold if the power is lost now: sectors that were not synced have been written, or have not."""
        found = {}
        for path, content in self._synced.items():
            share = chance.choice([0.0, 0.5, 1.0])
            for one in self._pending[path]:
                for piece in _sectors(one):
                    if chance.random() < share:
                        content = _after(content, piece)  # noqa: PLW2901  it is what is built here
            found[path] = content
        return found


def _sectors(event: Event) -> Iterator[Event]:
    if event.what == "cut":
        yield event
    for start in range(0, len(event.data), SECTOR):
        yield event._replace(offset=event.offset + start, data=event.data[start : start + SECTOR])


def _after(content: bytes, event: Event) -> bytes:
    if event.what == "cut":
        return content[: event.offset].ljust(event.offset, b"\0")
    end = event.offset + len(event.data)
    return content[: event.offset].ljust(event.offset, b"\0") + event.data + content[end:]
