"""PostgreSQL servers of a test's own, which it may stop, and a streaming replica of one."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support import missing

SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
wal_level = replica
max_wal_senders = 4
shared_buffers = 32MB
max_connections = 60
"""


class Cluster:
    """A server in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port: int = one.getsockname()[1]

    def url(self, name: str = "postgres") -> str:
        """The address of a database on it."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        run("pg_ctl", "-D", self.folder, "-o", f"-p {self.port}", "-l", f"{self.folder}.log", "-w", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; with ``immediate`` as if the machine had lost its power."""
        run("pg_ctl", "-D", self.folder, "-m", mode, "-w", "stop")

    def alive(self) -> bool:
        """Whether it runs, whatever it says."""
        mark = self.folder / "postmaster.pid"
        return mark.exists() and Path(f"/proc/{mark.read_text().split()[0]}").exists()

    def kill(self) -> None:
        """Kill it (-9); what it has not told its replica is lost with it."""
        mark = self.folder / "postmaster.pid"
        number = int(mark.read_text().split()[0])
        os.kill(number, signal.SIGKILL)
        while Path(f"/proc/{number}").exists():
            time.sleep(0.02)
        mark.unlink()

    def promote(self) -> None:
        """Let a replica take over."""
        run("pg_ctl", "-D", self.folder, "-w", "promote")

    def follows(self, primary: Cluster) -> None:
        """Wait until a replica has all that was written."""
        position = primary.ask("SELECT pg_current_wal_lsn()")
        while self.ask(f"SELECT pg_last_wal_replay_lsn() >= '{position}'") != "t":
            time.sleep(0.02)

    def ask(self, statement: str) -> str:
        """What a statement gives, as text."""
        command = ["psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-qtAc", statement]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def run(program: str, *words: str | Path) -> None:
    """Run a program of the server; it refuses to be run by root, so that root lends itself to its user."""
    found = next((path for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)), None)
    path = str(found) if found else shutil.which(program)
    if path is None:
        missing(f"{program} of PostgreSQL")
    lent = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    command = [*lent, str(path), *map(str, words)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


@contextmanager
def cluster(within: Path | None = None) -> Iterator[Cluster]:
    """A running server, which ends with its folder; ``within`` is the disk on which it lies."""
    with _folder(within) as folder:
        run("initdb", "-D", folder / "data", "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8")
        made = Cluster(folder / "data")
        with (made.folder / "postgresql.conf").open("a") as file:
            file.write(SETTINGS)
        yield from _running(made)


@contextmanager
def replica(of: Cluster) -> Iterator[Cluster]:
    """A running streaming replica of a server, which ends with its folder."""
    with _folder() as folder:
        made = Cluster(folder / "data")
        source = f"host=127.0.0.1 port={of.port} user=postgres"
        run("pg_basebackup", "-D", made.folder, "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync")
        yield from _running(made)


def _running(made: Cluster) -> Iterator[Cluster]:
    made.start()
    try:
        yield made
    finally:
        if (made.folder / "postmaster.pid").exists():
            made.stop("immediate")


@contextmanager
def _folder(within: Path | None = None) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="busdb-cluster-", dir=within))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
