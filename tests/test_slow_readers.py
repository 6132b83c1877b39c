"""Readers who take their answers slowly, and senders who do not send, hold up nobody else."""

from __future__ import annotations

import re
import select
import socket
import subprocess
from collections import Counter
from pathlib import Path

from test_serve import Local, ask, local, state, wait_for  # noqa: F401  # fixtures

from api import bodies, streams

SLOW, SIZE = 30, 20_000_000
LARGE = "/published/large.bin"


def sending(path: Path, text: str) -> socket.socket:
    """Somebody who has sent a text and waits."""
    one = socket.socket(socket.AF_UNIX)
    one.connect(str(path))
    one.sendall(text.encode())
    return one


def slow(path: Path) -> socket.socket:
    """A reader who has asked and does not take the answer."""
    return sending(path, f"GET {LARGE} HTTP/1.1\r\nHost: localhost\r\n\r\n")


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


def test_senders_who_do_not_send_leave_room_for_all_others(
    local: tuple[subprocess.Popen[bytes], Path],  # noqa: F811
) -> None:
    _, path = local
    post = "POST /feedback HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    senders = [sending(path, f"{post}Content-Length: 100\r\n\r\ntext=") for _ in range(SLOW)]
    try:
        for _ in range(10):
            assert ask(Local(path), "/api/v1/services")[0] == 200
        answered, _, _ = select.select(senders, [], [], 0)
        assert {sender.recv(12) for sender in answered} == {b"HTTP/1.1 503"}
        assert len(answered) == SLOW - bodies.MOST
    finally:
        for sender in senders:
            sender.close()

    def taken() -> bool:
        with sending(path, f"{post}Content-Length: 5\r\n\r\ntext=") as sender:
            return sender.recv(12) == b"HTTP/1.1 400"

    wait_for(taken)
