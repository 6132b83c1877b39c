"""busdb serve: answer over HTTP."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from busdb.i18n import message as _
from commands._address import clear, shown
from commands._session import emit, json_option, session
from commands._systemd import tell_when_answering

HOST, PORT = "127.0.0.1", 5115
THREADS = 16
"""Threads of a worker: for long answers (``api.streams``), for bodies (``api.bodies``), and some for all others."""
RESPAWN = 15.0
"""Seconds that a new worker has to get ready before the old one ends."""
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
ARENAS = "MALLOC_ARENA_MAX"
"""How many heaps the C library makes in a worker; by default it makes one for each thread, and keeps what is free."""


@click.command(help=_("help.serve"))
@click.option("--host", default=HOST, show_default=True, help=_("help.option_host"))
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535), help=_("help.option_port"))
@click.option("--socket", "path", type=click.Path(path_type=Path, dir_okay=False), help=_("help.option_socket"))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help=_("help.option_workers"))
@json_option
def command(host: str, port: int, path: Path | None, workers: int, as_json: bool) -> None:
    """Serve until the process is told to end."""
    run(host, port, workers, path=path, as_json=as_json)


def run(host: str, port: int, workers: int, *, path: Path | None = None, as_json: bool = False) -> None:
    """Serve the API and the pages, on a port or on a socket of the system.

    Ends within ten seconds of SIGTERM; at SIGHUP workers are replaced one by one, with the program as it is then. With
    ``as_json`` the address is the object on standard output.
    """
    import multiprocessing

    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.server import Server

    from busdb import logs

    with session() as opened, opened.reading():
        settings = opened.settings
    address = path or (host, port)
    clear(address)
    if as_json:
        emit({"address": shown(address), "workers": workers})
        sys.stdout.flush()
    else:
        click.echo(_("text.serving", {"address": shown(address)}), err=True)
    os.environ.setdefault(ARENAS, "2")
    # A worker that were a copy of this process would run the program as it was when this process began
    multiprocessing.set_start_method("spawn", force=True)
    server = Server(
        "commands._worker:application",
        address=host,
        port=port,
        uds=path,
        uds_permissions=0o660 if path else None,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        workers_kill_timeout=5,
        respawn_failed_workers=True,
        respawn_interval=RESPAWN,
        log_access=False,
        log_dictconfig=logs.config(settings.log),
        websockets=False,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=10_000, max_buffer_size=65_536),
    )
    server.on_startup(lambda: tell_when_answering(address))
    with _measures():
        server.serve()


@contextmanager
def _measures() -> Iterator[None]:
    """A folder in which the workers add up what they count; the library learns of it by the environment only."""
    from tempfile import TemporaryDirectory

    if os.environ.get(FOLDER):
        yield
        return
    with TemporaryDirectory(prefix="busdb-") as folder:
        os.environ[FOLDER] = folder
        yield
        del os.environ[FOLDER]
