"""The server as an operator runs it: it starts, answers several readers at once, and ends when it is told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
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


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@pytest.fixture
def server(sqlite_database: Database, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A server process over a small state, and its address."""
    put(sqlite_database, [*areas(), service(), authority(), fee(), rule()])
    port = free_port()
    environ = {**os.environ, "BUSDB_DATA_DIR": str(tmp_path), "BUSDB_DATABASE_URL": str(sqlite_database.url)}
    program = str(Path(sys.executable).with_name("busdb"))
    process = subprocess.Popen([program, "serve", "--port", str(port), "--workers", "2"], env=environ)
    address = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{address}/healthz").close()
            break
        except OSError:
            time.sleep(0.1)
    yield process, address
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


def test_searches_are_counted_over_all_workers_also_while_an_import_runs(
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
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    with sqlite_database.reading() as connection:
        (found,) = searched(connection, validity.today(validity.now()))
    assert (found.line, found.sightings, found.without_hits, found.without_click) == ("personalausweis", 20, 0, 19)
    sqlite_database.close()
    assert b"nirgends" not in b"".join(path.read_bytes() for path in tmp_path.glob("busdb.sqlite3*"))
