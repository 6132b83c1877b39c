"""What happens to processes happens here to real ones: nothing is lost, nothing is half, and nobody has to lend a hand.

The long forms repeat each fault; docs/faults.md says how often, and what was lost.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import http.client
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from builders import areas, authority, fee, rule, service
from clusters import Cluster, cluster
from sqlalchemy import select
from support import NOW, missing
from test_serve import Local, ask, children, start, wait_for
from test_store import everything, put
from test_webhooks import Receiver

from busdb import backup, changes, migration, post, webhooks
from busdb.backup.inventory import inventory
from busdb.db import Database
from busdb.interchange import encode
from busdb.models.webhooks import outbox
from busdb.positions import Position
from busdb.records import AnyRecord
from busdb.search.desk import Desk
from busdb.settings import Settings

BUSDB = str(Path(sys.executable).with_name("busdb"))
STATE: list[AnyRecord] = [*areas(), service(), authority(), fee(), rule()]


def tried(short: int, long: int) -> pytest.MarkDecorator:
    """How often a fault is tried: in the short form, and in the long one."""
    return pytest.mark.parametrize("times", [short, pytest.param(long, marks=pytest.mark.soak)])


def sums(database: Database) -> tuple[int, str]:
    """What readers are told; it must be what the records themselves come to."""
    with database.reading() as connection:
        held = inventory(connection)
        assert held.sound
        return changes.totals(connection)


class Readers:
    """Readers who go on asking, whatever comes; ``seen`` counts the statuses, 0 where nobody answered."""

    def __init__(self, path: Path, *asked: str) -> None:
        self.seen: Counter[int] = Counter()
        self.bare = 0
        self._path, self._asked, self._ended = path, asked, threading.Event()
        self._threads = [threading.Thread(target=self._read) for _ in range(3)]

    def __enter__(self) -> Readers:
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for one in self._threads:
            one.join()

    def _read(self) -> None:
        while not self._ended.is_set():
            for asked in self._asked:
                self.seen[self._status(asked)] += 1

    def _status(self, asked: str) -> int:
        connection = Local(self._path)
        try:
            connection.request("GET", asked)
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
        self.bare += response.status == 503 and not response.headers["Retry-After"]
        return response.status


@contextmanager
def serving(url: str, folder: Path, **more: str) -> Iterator[Path]:
    """A server over a database; gives its socket."""
    path = folder / "busdb.sock"
    process = start(url, folder, "--socket", str(path), **more)
    try:
        wait_for(lambda: ask(Local(path), "/healthz")[0] == 200)
        yield path
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A PostgreSQL that may be stopped."""
    with cluster() as made:
        yield made


@tried(1, 12)
def test_readers_outlive_a_database_that_is_stopped_or_dies(server: Cluster, tmp_path: Path, times: int) -> None:
    name = f"busdb_down_{times}"
    server.ask(f"CREATE DATABASE {name}")
    database = Database(server.url(name))
    migration.upgrade(database)
    put(database, STATE)
    before, records = sums(database), everything(database)
    Desk(Settings(search="postgresql", data_dir=str(tmp_path)), database).rebuild()
    database.close()
    asked = ("/api/v1/services", "/api/v1/search?q=Personalausweis", "/api/v1/feeds/115?place=Naumburg")
    with serving(server.url(name), tmp_path, BUSDB_SEARCH="postgresql") as path, Readers(path, *asked) as readers:
        for number in range(times):
            wait_for(lambda: readers.seen[200] > 20)
            server.stop("immediate" if number % 2 == 0 else "fast")
            wait_for(lambda: ask(Local(path), "/readyz")[0] == 503)
            refused = readers.seen[503]
            wait_for(lambda past=refused: readers.seen[503] > past)
            assert ask(Local(path), "/healthz")[0] == 200
            server.start()
            wait_for(lambda: ask(Local(path), "/readyz")[0] == 200)
            readers.seen[200] = 0
        wait_for(lambda: readers.seen[200] > 20)
    assert readers.seen.keys() <= {200, 503}
    assert readers.bare == 0
    assert (sums(database), everything(database)) == (before, records)
    database.close()


@tried(2, 36)
def test_an_index_that_is_deleted_or_damaged_under_a_server_is_mended(
    sqlite_database: Database, tmp_path: Path, times: int
) -> None:
    put(sqlite_database, STATE)
    Desk(Settings(data_dir=str(tmp_path)), sqlite_database).rebuild()
    generator = random.Random(11)
    index, asked = tmp_path / "index", "/api/v1/search?q=Personalausweis"

    def found(path: Path) -> bool:
        status, body = ask(Local(path), asked)
        return status == 200 and json.loads(body)["total"] == 1

    with serving(str(sqlite_database.url), tmp_path) as path:
        wait_for(lambda: found(path))
        with Readers(path, asked, "/api/v1/suggest?q=perso") as readers:
            for number in range(times):
                generation = index / (index / "current").read_text()
                if number % 3 == 0:
                    shutil.rmtree(index)
                elif number % 3 == 1:
                    for one in generation.iterdir():
                        one.write_bytes(generator.randbytes(one.stat().st_size // 2))
                else:
                    (index / "current").write_text("unsinn")
                time.sleep(1.2)  # for so long readers trust what they have seen
                wait_for(lambda: found(path))
    assert readers.seen.keys() <= {200, 503}
    desk = Desk(Settings(data_dir=str(tmp_path)), sqlite_database)
    assert desk.check().agrees


@contextmanager
def small_disk(folder: Path, size: str = "6m") -> Iterator[Path]:
    """A disk of few megabytes, where this user may mount one."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False)
    if done.returncode:
        missing("the right to mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def fill(folder: Path, left: int) -> None:
    """Fill a disk up to so many bytes."""
    room = os.statvfs(folder)
    size = max(0, room.f_bavail * room.f_frsize - left)
    with (folder / "ballast").open("wb") as file:
        file.write(bytes(size))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
@tried(1, 8)
def test_on_a_full_disk_nothing_is_half_done(tmp_path: Path, times: int) -> None:
    generator = random.Random(5)
    with small_disk(tmp_path / "disk") as disk:
        database = Database(f"sqlite:///{disk / 'var' / 'busdb.sqlite3'}")
        migration.upgrade(database)
        put(database, STATE)
        delivery = tmp_path / "delivery.jsonl"
        many = [service(f"d{number}", f"Dienst {number}") for number in range(700)]

        delivery.write_bytes(b"".join(encode(one) + b"\n" for one in many))
        before = sums(database)
        environ = {**os.environ, "BUSDB_DATA_DIR": str(disk / "var"), "BUSDB_LANG": "de"}

        def busdb(*words: str) -> tuple[int, str]:
            done = subprocess.run([BUSDB, *words], env=environ, capture_output=True, text=True, check=False)
            return done.returncode, done.stderr

        assert busdb("publish", str(disk / "files"), "--formats", "json")[0] == 0
        orders = [
            ("import", "json", str(delivery), "--source", "lsa"),
            ("index", "rebuild"),
            ("publish", str(disk / "files")),
            ("backup", str(disk / "b.tar.gz")),
        ][:: 2 if times == 1 else 1]
        held = before
        for _ in range(times):
            fill(disk, generator.choice([0, 8_000, 40_000, 200_000]) if times > 1 else 0)
            ended = [busdb(*words) for words in orders]
            assert not [said for status, said in ended if "Traceback" in said or (status and not said)]
            assert times > 1 or all(status for status, _ in ended)
            index = json.loads((disk / "files" / "index.json").read_text())
            assert all((disk / "files" / one["path"]).stat().st_size == one["bytes"] for one in index["files"])
            if (disk / "b.tar.gz").exists():
                backup.examine(disk / "b.tar.gz")
                (disk / "b.tar.gz").unlink()
            (disk / "ballast").unlink()
            now = sums(database)
            assert now == held or (now[0] == before[0] + len(many) and ended[0][0] == 0)
            held = now
        for words in orders[1:]:
            assert busdb(*words)[0] == 0, words
        if (disk / "b.tar.gz").exists():
            assert backup.examine(disk / "b.tar.gz").inventory.told.count == held[0]
            (disk / "b.tar.gz").unlink()
        assert busdb(*orders[0])[0] == 0
        assert sums(database)[0] == before[0] + len(many)
        assert Desk(Settings(data_dir=str(disk / "var")), database).check().agrees
        database.close()


@tried(2, 40)
def test_a_worker_that_tells_webhooks_may_be_killed_at_any_moment_and_its_queue_may_be_full(
    sqlite_database: Database, tmp_path: Path, times: int
) -> None:
    put(sqlite_database, STATE)
    living, dead = [Receiver(), Receiver()], 40
    with sqlite_database.writing() as connection:
        for receiver in living:
            webhooks.add(connection, receiver.url, None, NOW, [changes.ALL])
        for number in range(dead):
            webhooks.add(connection, f"http://127.0.0.1:9/{number}", None, NOW, [changes.ALL])
    environ = {
        **os.environ, "BUSDB_DATA_DIR": str(tmp_path), "BUSDB_DATABASE_URL": str(sqlite_database.url),
        "BUSDB_WEBHOOKS_PRIVATE": "yes",
    }  # fmt: skip
    generator = random.Random(3)
    for number in range(times):
        worker = subprocess.Popen([BUSDB, "deliver", "--every", "1"], env=environ, stderr=subprocess.DEVNULL)
        put(sqlite_database, [service(f"w{number}", f"Dienst {number}")])
        time.sleep(generator.uniform(0.3, 2.0))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    put(sqlite_database, [service("zuletzt", "Zuletzt")])
    assert subprocess.run([BUSDB, "deliver", "--once"], env=environ, check=False).returncode == 0
    with sqlite_database.reading() as connection:
        last = changes.state(connection).seq
        waiting = connection.execute(select(outbox)).all()
    assert len(waiting) == dead
    for receiver in living:
        cursors = [json.loads(body)["data"]["cursor"] for _, body in receiver.taken]
        told = [Position.parse(one).seq for one in cursors]
        assert told[-1] == last
        assert told == sorted(told)
        receiver.server.shutdown()
        receiver.server.server_close()
    sums(sqlite_database)


def test_a_clock_that_jumps_loses_no_change_and_no_message(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    year = dt.timedelta(days=365)
    receiver = Receiver()
    with database.writing() as connection:
        webhooks.add(connection, receiver.url, None, NOW, [changes.ALL])
    held: dict[str, str] = {}
    cursor = 0

    send = partial(post.post, private=True)
    for number, now in enumerate((NOW, NOW + year, NOW - year, NOW, NOW + dt.timedelta(seconds=1))):
        put(database, [service("s", f"Stand {number}"), service(f"s{number}", "Neu")], now)
        receiver.status = 500 if number == 1 else 204
        webhooks.collect(database, "", now)
        webhooks.deliver(database, now, send)
        with database.reading() as connection:
            while True:
                page = changes.page(connection, cursor, 100)
                for entry in page.items:
                    if entry.op == "upsert":
                        held[f"{entry.kind} {entry.id}"] = entry.hash or ""
                    else:
                        held.pop(f"{entry.kind} {entry.id}", None)
                cursor = Position.parse(page.cursor).seq
                if page.complete:
                    break
        assert f"{sum(int(one, 16) for one in held.values()) % 2**256:064x}" == sums(database)[1]
    with database.reading() as connection:
        assert connection.execute(select(outbox)).all() == []
        assert json.loads(receiver.taken[-1][1])["data"]["cursor"] == str(changes.state(connection).position)
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.mark.soak
def test_workers_that_are_killed_again_and_again_cost_only_what_was_under_way(
    sqlite_database: Database, tmp_path: Path
) -> None:

    put(sqlite_database, STATE)
    path = tmp_path / "busdb.sock"
    process = start(str(sqlite_database.url), tmp_path, "--socket", str(path), "--workers", "2")
    try:
        wait_for(lambda: ask(Local(path), "/healthz")[0] == 200)
        with Readers(path, "/api/v1/services") as readers:
            for _ in range(12):
                time.sleep(6)  # the server gives up where a worker dies again at once
                os.kill(random.choice(children(process)), signal.SIGKILL)
                past = readers.seen[200]
                wait_for(lambda so_far=past: readers.seen[200] > so_far + 50)
        assert readers.seen.keys() <= {0, 200}
        assert readers.seen[0] < readers.seen[200] / 100
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


def test_an_import_counts_although_the_index_cannot_follow(tmp_path: Path) -> None:
    environ = {**os.environ, "BUSDB_DATA_DIR": str(tmp_path), "BUSDB_LANG": "de"}
    delivery = tmp_path / "delivery.jsonl"
    delivery.write_bytes(encode(service()) + b"\n")

    def busdb(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([BUSDB, *words], env=environ, capture_output=True, text=True, check=False)

    assert busdb("init").returncode == 0
    (tmp_path / "index").mkdir()
    with (tmp_path / "index" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = busdb("import", "json", str(delivery), "--source", "lsa")
    assert (done.returncode, "busdb index update" in done.stderr) == (0, True)
    assert busdb("index", "check").returncode == 8
    assert busdb("index", "update").returncode == 0
    assert busdb("index", "check").returncode == 0
