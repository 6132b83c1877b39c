"""The server as an operator runs it: it starts, answers several readers at once, and ends when it is told to."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from builders import areas, authority, fee, rule, service
from test_store import put

from busdb import validity
from busdb.db import Database
from busdb.search.desk import Desk
from busdb.search.log import searched
from busdb.settings import Settings
from busdb.visits import visited


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


BUSDB = str(Path(sys.executable).with_name("busdb"))


def start(url: str, folder: Path, *options: str, **more: str) -> subprocess.Popen[bytes]:
    """A server process over a database and a data folder."""
    environ = {**os.environ, "BUSDB_DATA_DIR": str(folder), "BUSDB_DATABASE_URL": url, **more}
    return subprocess.Popen([BUSDB, "serve", *options], env=environ)


class Local(http.client.HTTPConnection):
    """A connection to a socket of the system."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(str(self.path))


def ask(connection: http.client.HTTPConnection, path: str) -> tuple[int, bytes]:
    """Status and body of an answer on a connection of its own."""
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def wait_for(done: Callable[[], object], tries: int = 1200) -> None:
    """Wait until something holds."""
    for _ in range(tries):
        try:
            if done():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("it did not come to that")


@pytest.fixture
def state(sqlite_database: Database) -> str:
    """The address of a small state."""
    put(sqlite_database, [*areas(), service(), authority(), fee(), rule()])
    return str(sqlite_database.url)


@pytest.fixture
def server(state: str, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server process over a small state, and its address."""
    port = free_port()
    process = start(
        state,
        tmp_path,
        "--port",
        str(port),
        "--workers",
        "2",
        BUSDB_PUBLISHED=str(tmp_path / "files"),
        BUSDB_STATISTICS="yes",
    )
    address = f"http://127.0.0.1:{port}"
    wait_for(lambda: urllib.request.urlopen(f"{address}/healthz").close() is None)
    yield process, address
    process.kill()
    process.wait()


@pytest.fixture
def local(state: str, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A server process on a socket of the system, told of to somebody like systemd."""
    path = tmp_path / "busdb.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(tmp_path / "notify"))
        told.settimeout(60)
        told_at, files = str(tmp_path / "notify"), str(tmp_path / "files")
        process = start(state, tmp_path, "--socket", str(path), NOTIFY_SOCKET=told_at, BUSDB_PUBLISHED=files)
        assert told.recv(100) == b"READY=1"
    yield process, path
    process.kill()
    process.wait()


def read(address: str, path: str) -> bytes:
    """The body of an answer."""
    with urllib.request.urlopen(f"{address}/api/v1/{path}") as response:
        body: bytes = response.read()
        return body


def test_the_server_answers_many_and_ends_at_a_sign(server: tuple[subprocess.Popen[bytes], str]) -> None:
    process, address = server
    with ThreadPoolExecutor(8) as pool:
        bodies = set(pool.map(lambda _: read(address, "feeds/115?place=Naumburg"), range(40)))
    assert len(bodies) == 1
    with urllib.request.urlopen(f"{address}/metrics") as response:
        told = response.read().decode()
    assert 'busdb_requests_total{route="/api/v1/feeds/<name>",status="200"} 40.0' in told
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0


def test_searches_and_visits_are_counted_over_all_workers_also_while_an_import_runs(
    server: tuple[subprocess.Popen[bytes], str], sqlite_database: Database, tmp_path: Path
) -> None:
    process, address = server
    Desk(Settings(data_dir=str(tmp_path), database_url=str(sqlite_database.url)), sqlite_database).rebuild()
    with sqlite_database.writing(), ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: read(address, "search?q=Personalausweis"), range(20)))
        read(address, "services/lsa.ausweis?q=personalausweis")
        read(address, "search?q=nirgends")
        read(address, "search?q=nirgends&offset=10")
        read(address, "search?q=nirgends&online=true")
        read(address, "search?q=nirgends")
        page = urllib.request.Request(f"{address}/services/lsa.ausweis", headers={"User-Agent": "Mozilla/5.0 Firefox"})
        list(pool.map(lambda _: urllib.request.urlopen(page).close(), range(20)))
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    with sqlite_database.reading() as connection:
        (found,) = searched(connection, validity.today(validity.now()))
        (visits,) = visited(connection, validity.today(validity.now()).replace(day=1))
    assert (visits.page, visits.visits, visits.devices) == ("/services/lsa.ausweis", 20, {"pc": 20})
    assert (found.line, found.sightings, found.without_hits, found.without_click) == ("personalausweis", 20, 0, 19)
    sqlite_database.close()
    assert b"nirgends" not in b"".join(path.read_bytes() for path in tmp_path.glob("busdb.sqlite3*"))


def children(process: subprocess.Popen[bytes]) -> list[int]:
    """The workers of a server."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state, words = (path / "stat").read_text(), (path / "cmdline").read_text()
        except OSError:
            continue
        if int(state.rpartition(")")[2].split()[1]) == process.pid and "spawn_main" in words:
            found.append(int(path.name))
    return found


def test_a_server_on_a_socket_of_the_system_is_there_when_systemd_is_told(
    local: tuple[subprocess.Popen[bytes], Path], state: str, tmp_path: Path
) -> None:
    process, path = local
    assert ask(Local(path), "/healthz")[0] == 200
    assert path.stat().st_mode & 0o777 == 0o660
    second = subprocess.run(
        [BUSDB, "serve", "--socket", str(path)],
        env={**os.environ, "BUSDB_DATA_DIR": str(tmp_path), "BUSDB_DATABASE_URL": state, "BUSDB_LANG": "en"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (second.returncode, "Another server" in second.stderr) == (7, True)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert not path.exists()


def test_workers_end_with_a_server_that_is_killed_and_its_socket_is_taken_over(
    local: tuple[subprocess.Popen[bytes], Path], state: str, tmp_path: Path
) -> None:
    process, path = local
    workers = children(process)
    assert workers
    process.kill()
    process.wait()
    wait_for(lambda: not [pid for pid in workers if Path(f"/proc/{pid}").exists()])
    assert path.exists()
    again = start(state, tmp_path, "--socket", str(path))
    try:
        wait_for(lambda: ask(Local(path), "/healthz")[0] == 200)
    finally:
        again.kill()
        again.wait()


def test_a_worker_that_is_killed_is_replaced(server: tuple[subprocess.Popen[bytes], str]) -> None:
    process, address = server
    wait_for(lambda: len(children(process)) == 2)
    victim = children(process)[0]
    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: len(set(children(process)) - {victim}) == 2)
    wait_for(lambda: read(address, "services"))
    assert process.poll() is None


def test_what_is_under_way_is_finished_before_the_end(
    server: tuple[subprocess.Popen[bytes], str], tmp_path: Path
) -> None:
    process, address = server
    (tmp_path / "files").mkdir()
    size = 40_000_000
    with (tmp_path / "files" / "large.bin").open("wb") as file:
        file.truncate(size)
    with urllib.request.urlopen(f"{address}/published/large.bin") as response:
        taken = len(response.read(1_000_000))
        process.send_signal(signal.SIGTERM)
        taken += len(response.read())
    assert taken == size
    assert process.wait(timeout=10) == 0


@pytest.mark.soak
def test_replacing_the_workers_costs_no_request(local: tuple[subprocess.Popen[bytes], Path]) -> None:
    process, path = local
    former = children(process)
    ended = False

    def load() -> set[int]:
        seen = set()
        while not ended:
            seen.add(ask(Local(path), "/api/v1/services")[0])
        return seen

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(load) for _ in range(4)]
        process.send_signal(signal.SIGHUP)
        try:
            wait_for(lambda: children(process) and not set(children(process)) & set(former), 600)
        finally:
            ended = True
        assert {status for reader in readers for status in reader.result()} == {200}
