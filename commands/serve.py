"""busdb serve: answer over HTTP."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from busdb.i18n import message as _
from commands._session import emit, json_option, session

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


@click.command(help=_("help.serve"))
@click.option("--host", default="127.0.0.1", show_default=True, help=_("help.option_host"))
@click.option("--port", default=5115, show_default=True, type=click.IntRange(1, 65535), help=_("help.option_port"))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help=_("help.option_workers"))
@json_option
def command(host: str, port: int, workers: int, as_json: bool) -> None:
    """Serve until the process is told to end."""
    run(host, port, workers, as_json=as_json)


def run(host: str, port: int, workers: int, *, as_json: bool = False) -> None:
    """Serve the API and the pages; ends within ten seconds of SIGTERM.

    With ``as_json`` the address is the object on standard output.
    """
    from granian.constants import Interfaces
    from granian.server import Server

    from busdb import logs

    with session() as opened, opened.reading():
        settings = opened.settings
    address = f"http://{host}:{port}"
    if as_json:
        emit({"address": address, "workers": workers})
        sys.stdout.flush()
    else:
        click.echo(_("text.serving", {"address": address}), err=True)
    server = Server(
        "api.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=8,
        workers_kill_timeout=5,
        respawn_failed_workers=True,
        log_access=False,
        log_dictconfig=logs.config(settings.log),
        websockets=False,
    )
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
