"""busdb serve: answer over HTTP."""

from __future__ import annotations

import click

from busdb.i18n import message as _
from commands._session import session


@click.command(help=_("help.serve"))
@click.option("--host", default="127.0.0.1", show_default=True, help=_("help.option_host"))
@click.option("--port", default=5115, show_default=True, type=click.IntRange(1, 65535), help=_("help.option_port"))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help=_("help.option_workers"))
def command(host: str, port: int, workers: int) -> None:
    """Serve until the process is told to end."""
    run(host, port, workers)


def run(host: str, port: int, workers: int) -> None:
    """Serve the API and the pages; ends within ten seconds of SIGTERM."""
    from granian.constants import Interfaces
    from granian.server import Server

    with session() as opened, opened.reading():
        pass
    click.echo(_("text.serving", {"address": f"http://{host}:{port}"}), err=True)
    Server(
        "api.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=8,
        workers_kill_timeout=5,
        log_access=False,
        websockets=False,
    ).serve()
