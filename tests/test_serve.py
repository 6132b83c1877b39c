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

from busdb.db import Database


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


def test_the_server_answers_many_and_ends_at_a_sign(server: tuple[subprocess.Popen[bytes], str]) -> None:
    process, address = server

    def read(_: int) -> bytes:
        with urllib.request.urlopen(f"{address}/api/v1/feeds/115?place=Naumburg") as response:
            body: bytes = response.read()
            return body

    with ThreadPoolExecutor(8) as pool:
        bodies = set(pool.map(read, range(40)))
    assert len(bodies) == 1
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
