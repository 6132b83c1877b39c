"""What tests share besides fixtures: the day on which they happen, and the server that they may use."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import pty
import select
import socket
import struct
import subprocess
import sys
import termios
import time
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url

ROOT = Path(__file__).parent.parent
BUSDB = str(Path(sys.executable).with_name("busdb"))
"""The program, as it is installed beside the interpreter."""
NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 23)


def missing(what: str) -> None:
    """Skip a test for want of something; on CI a want is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is missing")


def execute(engine: Engine, statement: str) -> None:
    """Run a statement on the server."""
    with engine.connect() as connection:
        connection.execute(text(statement))


def address(engine: Engine, name: str) -> str:
    """The address of a database of the server."""
    return make_url(engine.url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is sent to a database."""
    sent: list[str] = []

    def note(*args: Any) -> None:
        sent.append(args[2])

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def environ(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of an installation."""
    found = {**os.environ, "BUSDB_DATA_DIR": str(folder), "BUSDB_LANG": "de", **settings}
    found.pop("BUSDB_DATABASE_URL", None)
    return found


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[str]:
    """The address of a server over a data folder."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [BUSDB, "serve", "--port", str(port)], env=environ(folder, BUSDB_BASE_URL=address, **settings)
    )
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{address}/healthz").close()
            break
        except OSError:
            time.sleep(0.1)
    try:
        yield address
    finally:
        server.terminate()
        server.wait(timeout=10)


class Terminal:
    """A shell in a terminal."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.seen = ""
        self._bytes = b""

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._descriptor, keys.encode())

    def wait_for(self, text: str, seconds: float = 30) -> None:
        """Read on until a text is shown."""
        until = time.monotonic() + seconds
        while text not in self.seen:
            ready, _, _ = select.select([self._descriptor], [], [], max(0.0, until - time.monotonic()))
            assert ready, self.seen
            self.seen += os.read(self._descriptor, 10_000).decode(errors="replace")

    def until_end(self) -> str:
        """All that is shown until the program ends."""
        with suppress(OSError):  # a terminal without a program cannot be read
            while piece := os.read(self._descriptor, 10_000):
                self._bytes += piece
        return self._bytes.decode()


@contextmanager
def terminal(words: list[str], environ: dict[str, str], columns: int = 80) -> Iterator[Terminal]:
    """A program in a terminal of its own, ended with the block."""
    own, theirs = pty.openpty()
    fcntl.ioctl(own, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    with subprocess.Popen(
        words,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environ,
        cwd=environ["HOME"],
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  # fish wants to control its terminal
    ) as process:
        os.close(theirs)
        try:
            yield Terminal(own)
        finally:
            process.kill()
            os.close(own)


@contextmanager
def sent(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The reading statements that are sent to a database, with their values."""
    found: list[tuple[str, Any]] = []

    def note(*args: Any) -> None:
        statement, values = args[2:4]
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            found.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


@contextmanager
def new_database(server: Engine | None, template: str | None) -> Iterator[str]:
    """The address of a PostgreSQL database of the present schema, which ends with the test."""
    if server is None:
        missing("PostgreSQL")
    assert server is not None
    name = f"busdb_test_{uuid.uuid4().hex[:12]}"
    execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield address(server, name)
    finally:
        execute(server, f"DROP DATABASE {name} WITH (FORCE)")
