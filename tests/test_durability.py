"""What a command has said to be done is on the disk: after a loss of power nothing is missing that anybody was told."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from builders import areas, authority, fee, rule, service
from disks import Disk, Event, traced, unsafe
from test_faults import tried
from test_store import put

from busdb import mapping, migration
from busdb.backup.inventory import inventory
from busdb.db import Database
from busdb.interchange import encode
from busdb.records import Fee

BUSDB = str(Path(sys.executable).with_name("busdb"))
FREE = (".lock", "-shm")
"""What may be lost: locks, and the index of the log of SQLite, which is made anew."""


@pytest.fixture
def state(tmp_path: Path) -> Database:
    """A small state on SQLite, which others read meanwhile, so that its log is not emptied at the end of a command."""
    database = Database(f"sqlite:///{tmp_path / 'var' / 'busdb.sqlite3'}")
    migration.upgrade(database)
    put(database, [*areas(), service(), authority(), fee(), rule()])
    return database


def lost(events: list[Event], root: Path) -> set[str]:
    """What a loss of power could take, but for what nobody needs."""
    return {one.removeprefix(f"{root}/") for one in unsafe(events, root) if not one.endswith(FREE)}


def test_what_an_import_has_committed_is_on_the_disk_before_it_says_so(state: Database, tmp_path: Path) -> None:
    delivery = tmp_path / "delivery.jsonl"
    delivery.write_bytes(encode(fee(amount="99.00")) + b"\n")
    with state.reading():
        words = [BUSDB, "import", "json", str(delivery), "--source", "lsa"]
        events = traced(words, {"BUSDB_DATA_DIR": str(tmp_path / "var")}, tmp_path)
    log = str(tmp_path / "var" / "busdb.sqlite3-wal")
    said = next(number for number, one in enumerate(events) if one.what == "say")
    assert [one.path for one in events[:said]].count(log) > 2
    assert lost(events[:said], tmp_path) == set()
    assert lost(events, tmp_path) == set()
    state.close()


@tried(10, 200)
@pytest.mark.parametrize("others_read", [True, False])
def test_whenever_the_power_is_lost_an_import_is_whole_or_not_there_and_there_once_it_was_said(
    state: Database, tmp_path: Path, others_read: bool, times: int
) -> None:
    delivery, file = tmp_path / "delivery.jsonl", tmp_path / "var" / "busdb.sqlite3"
    many = [service(f"d{number}", f"Dienst {number}") for number in range(10)]
    delivery.write_bytes(b"".join(encode(one) + b"\n" for one in (fee(amount="99.00"), *many)))
    if not others_read:
        state.close()
    with state.reading() if others_read else nullcontext():
        before = {f"{file}{ending}": _content(Path(f"{file}{ending}")) for ending in ("", "-wal")}
        words = [BUSDB, "import", "json", str(delivery), "--source", "lsa"]
        events = traced(words, {"BUSDB_DATA_DIR": str(tmp_path / "var")}, tmp_path)
    state.close()
    touched = [number for number, one in enumerate(events) if one.path in before]
    said = next(number for number, one in enumerate(events) if one.what == "say")
    seed = random.randrange(1_000_000)
    chance = random.Random(seed)
    moments = sorted([*chance.choices(touched, k=times), said, said, len(events) - 1])
    disk, place, found = Disk(before), 0, set()
    for number, event in enumerate(events):
        disk.take(event)
        while place < len(moments) and moments[place] == number:
            place += 1
            there = _held(disk.without_power(chance), file, tmp_path / "after")
            assert there in {(1, "46.00"), (11, "99.00")}, f"seed {seed}"
            assert number < said or there == (11, "99.00"), f"seed {seed}"
            found.add(there)
    assert times < 100 or len(found) == 2


def _content(path: Path) -> bytes:
    """Read by another process: one that closes a file gives back what locks SQLite has on it in the same process."""
    return subprocess.run(["cat", str(path)], check=True, capture_output=True).stdout if path.exists() else b""


def _held(files: dict[str, bytes], file: Path, folder: Path) -> tuple[int, str]:
    """How many services, and what the fee is, in a database that finds these files."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for path, content in files.items():
        (folder / Path(path).name).write_bytes(content)
    database = Database(f"sqlite:///{folder / file.name}")
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert inventory(connection).sound
        (amount,) = [one.record.amount for one in mapping.read(connection, "fee") if isinstance(one.record, Fee)]
        count = len(list(mapping.read(connection, "service")))
    database.close()
    return count, str(amount)


@pytest.mark.parametrize(
    ("words", "last"),
    [
        (["index", "rebuild"], "var/index/current"),
        (["publish", "files", "--formats", "municipal,json,xzufi"], "files/index.json"),
        (["publish", "files", "--formats", "municipal"], "files/index.json"),
        (["backup", "b.tar.gz"], "b.tar.gz"),
        (["export", "json", "-o", "all.json"], "all.json"),
    ],
)
def test_files_are_on_the_disk_before_their_names_and_the_pointer_to_them_comes_last(
    state: Database, tmp_path: Path, words: list[str], last: str
) -> None:
    files = {"files", "b.tar.gz", "all.json"}
    given = [str(tmp_path / one) if one in files else one for one in words]
    with state.reading():
        events = traced([BUSDB, *given], {"BUSDB_DATA_DIR": str(tmp_path / "var")}, tmp_path)
    pointed = next(number for number, one in enumerate(events) if one[:2] == ("name", str(tmp_path / last)))
    for number, one in enumerate(events):
        if one.what == "name" and one.before and not Path(one.path).match("index/*/*"):  # Whoosh's own are synced later
            assert one.before not in unsafe_content(events[:number]), one
    assert lost(events[:pointed], tmp_path) - {events[pointed].before.removeprefix(f"{tmp_path}/")} == set()
    assert lost(events, tmp_path) == set()
    state.close()


def unsafe_content(events: list[Event]) -> set[str]:
    """The files that were written since they were last synced."""
    content: set[str] = set()
    for one in events:
        if one.what == "write":
            content.add(one.path)
        elif one.what == "sync":
            content.discard(one.path)
    return content
