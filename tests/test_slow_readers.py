"""Readers who take their answers slowly hold up nobody else."""

from __future__ import annotations

import re
import socket
import subprocess
from collections import Counter
from pathlib import Path

from test_serve import Local, ask, local, state, wait_for  # noqa: F401  # fixtures

from api import streams

SLOW, SIZE = 30, 20_000_000
LARGE = "/published/large.bin"


def slow(path: Path) -> socket.socket:
    """A reader who has asked and does not take the answer."""
    one = socket.socket(socket.AF_UNIX)
    one.connect(str(path))
    one.sendall(f"GET {LARGE} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return one


def test_slow_readers_of_long_answers_leave_room_for_all_others(
    local: tuple[subprocess.Popen[bytes], Path],  # noqa: F811
    tmp_path: Path,
) -> None:
    _, path = local
    (tmp_path / "files").mkdir()
    with (tmp_path / "files" / "large.bin").open("wb") as file:
        file.truncate(SIZE)
    readers = [slow(path) for _ in range(SLOW)]
    try:
        began = Counter(reader.recv(12) for reader in readers)
        assert began.keys() == {b"HTTP/1.1 200", b"HTTP/1.1 503"}
        assert began[b"HTTP/1.1 200"] <= streams.MOST
        for _ in range(10):
            assert ask(Local(path), "/api/v1/services")[0] == 200
            assert ask(Local(path), "/static/busdb.css")[0] == 200
    finally:
        for reader in readers:
            reader.close()
    wait_for(lambda: ask(Local(path), LARGE) == (200, bytes(SIZE)))
    told = ask(Local(path), "/metrics")[1].decode()
    counted = re.findall(r'busdb_requests_total{route="/published/<path:path>",status="(\d+)"} (\d+)', told)
    assert {status: int(count) >= 1 for status, count in counted} == {"200": True, "503": True}
