"""What a command has said to be done is on the disk: after a loss of power nothing is missing that anybody was told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from builders import areas, authority, fee, rule, service
from disks import Event, traced, unsafe
from test_store import put

from busdb import migration
from busdb.db import Database
from busdb.interchange import encode

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
