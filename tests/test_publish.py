"""File drops: complete at any moment, and as they were wherever nothing has changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from builders import areas, authority, fee, rule, service
from support import TODAY
from test_cli import answer, busdb, home, state  # noqa: F401  two fixtures
from test_states import sample  # noqa: F401  a fixture
from test_store import put

from busdb import delivery, publishing, validity
from busdb.db import Database, file_lock
from busdb.errors import BusyError
from busdb.publishing import Order, Outcome
from busdb.records import Notice

DAY = dt.timedelta(days=1)
FORMATS = ("municipal", "115", "json", "xzufi")
STATE = [*areas(), service(), service("zwei", "Zwei"), authority(), fee(), rule()]


def publish(database: Database, folder: Path, **fields: Any) -> Outcome:
    """Bring a folder up to date."""
    order = Order(**{"formats": FORMATS, "on": TODAY, "base_url": "https://busdb.example.org", **fields})
    with database.reading() as connection:
        return publishing.publish(connection, folder, order)


def there(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Content and time of every file but the index, by path."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in {publishing.LOCK, publishing.INDEX, "index.txt"}
    }


def check(folder: Path) -> dict[str, Any]:
    """The index, with every file that it names there and whole, and every sum right."""
    index: dict[str, Any] = json.loads((folder / publishing.INDEX).read_bytes())
    for one in index["files"]:
        data = (folder / one["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (one["bytes"], one["sha256"])
    sums = (folder / publishing.SUMS).read_text().splitlines()
    for line in sums:
        digest, _, path = line.partition("  ")
        assert hashlib.sha256((folder / path).read_bytes()).hexdigest() == digest
    for path in index["indexes"]:
        assert all((folder / path).with_name(name).exists() for name in (folder / path).read_text().split())
    return index


def test_every_feed_of_every_municipality_and_of_the_state_is_a_file(database: Database, tmp_path: Path) -> None:
    put(database, STATE)
    found = publish(database, tmp_path / "out", forms=("json", "xml"), languages=("de", "en"))
    index = check(tmp_path / "out")
    places = ["15", "150020000000", "150840355355", "150845051245"]
    assert sorted({one["ars"] for one in index["files"] if one["feed"] == "115"}) == places
    assert len([one for one in index["files"] if one["feed"] == "municipal"]) == 4 * 2 * 2
    assert found.written == len(index["files"])
    assert index["indexes"] == ["xzufi/index.txt"]


def test_a_file_is_the_feed_that_the_api_gives(sqlite_database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    put(sqlite_database, STATE)
    publish(sqlite_database, folder, formats=("municipal",), ars="15084")
    (one,) = [one for one in check(folder)["files"] if one["ars"] == "150840355355"]
    with sqlite_database.reading() as connection:
        gazetteer = delivery.gazetteer_of(connection)
        wish = delivery.Wish(
            feed="municipal", place=gazetteer.one("Naumburg"), on=TODAY, base_url="https://busdb.example.org"
        )
        data = b"".join(delivery.write(connection, gazetteer, wish))
    assert (folder / one["path"]).read_bytes() == data
    document = json.loads(data)
    assert (one["cursor"], one["count"], one["checksum"]) == (
        document["cursor"],
        document["count"],
        document["checksum"],
    )


def test_what_has_not_changed_is_left_alone(sqlite_database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    put(sqlite_database, STATE)
    publish(sqlite_database, folder)
    before = there(folder)
    assert publish(sqlite_database, folder).written == 0
    assert there(folder) == before
    put(sqlite_database, [Notice(id="k.n", text="Geheim", audience="115", area="15002")])
    assert publish(sqlite_database, folder).written == 0
    assert publish(sqlite_database, folder, on=TODAY + DAY).written == 0
    assert there(folder) == before
    put(sqlite_database, [fee("halle", area="15002", type="expense")])
    publish(sqlite_database, folder, on=TODAY + DAY)
    after = there(folder)
    fresh = {path.partition(".")[0] for path in after.keys() - before.keys()}
    assert {path for path in fresh if "xzufi" not in path} == {"municipal/150020000000", "115/150020000000", "json/all"}
    assert {path: after[path] for path in before if path in after and path != publishing.SUMS} == {
        path: content for path, content in before.items() if path in after and path != publishing.SUMS
    }
    check(folder)


def test_the_files_of_the_former_set_stay_until_the_next_run(sqlite_database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    put(sqlite_database, STATE)
    publish(sqlite_database, folder, formats=("115",))
    first = set(there(folder))
    put(sqlite_database, [fee(amount="50.00")])
    publish(sqlite_database, folder, formats=("115",))
    second = set(there(folder))
    assert first < second
    publish(sqlite_database, folder, formats=("115",))
    assert there(folder).keys() == second - (first - {publishing.SUMS})


def test_the_cursor_of_a_file_can_always_be_continued(sqlite_database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    put(sqlite_database, STATE)
    publish(sqlite_database, folder, formats=("115",))
    assert publish(sqlite_database, folder, formats=("115",), on=TODAY + 44 * DAY).written == 0
    assert publish(sqlite_database, folder, formats=("115",), on=TODAY + 46 * DAY).written == 4


def test_two_runs_do_not_meet(sqlite_database: Database, tmp_path: Path) -> None:
    put(sqlite_database, STATE)
    with file_lock(tmp_path / publishing.LOCK, "publish_running"), pytest.raises(BusyError):
        publish(sqlite_database, tmp_path)


@pytest.mark.parametrize("wait", [1.5, *(pytest.param(wait, marks=pytest.mark.soak) for wait in (0.2, 1.0, 2.0, 3.5))])
def test_a_run_that_is_killed_leaves_the_former_set_whole(
    sample: Database,  # noqa: F811
    tmp_path: Path,
    wait: float,
) -> None:
    environ = {**os.environ, "BUSDB_DATABASE_URL": str(sample.url), "BUSDB_DATA_DIR": str(tmp_path / "var")}
    folder = tmp_path / "out"
    publish(sample, folder, formats=("municipal", "xzufi"), ars="150845051", base_url="https://alt.example.org")
    before = check(folder)
    words = ["publish", str(folder), "--formats", "municipal,xzufi", "--ars", "150845051"]
    program = Path(sys.executable).with_name("busdb")
    process = subprocess.Popen([program, *words], env=environ, stderr=subprocess.DEVNULL)
    time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    process.wait()
    index = check(folder)
    assert index == before or {one["base"] for one in index["files"]} != {one["base"] for one in before["files"]}
    subprocess.run([program, *words], env=environ, check=True, capture_output=True)
    assert check(folder) != before
    subprocess.run([program, *words], env=environ, check=True, capture_output=True)
    named = {one["path"] for one in check(folder)["files"]}
    assert {path for path in there(folder) if "/" in path} == named


def test_the_command_says_what_it_did(state: Path) -> None:  # noqa: F811
    assert answer("publish", "out", "--formats", "115,json")["written"] == 5
    again = busdb("publish", "out", "--formats", "115,json")
    assert "5 Dateien, davon 0 neu" in again.stderr
    wrong = busdb("publish", "out", "--formats", "115,pdf")
    assert (wrong.exit_code, "pdf" in wrong.stderr) == (3, True)
    assert check(Path("out"))["on"] == validity.today(validity.now()).isoformat()
