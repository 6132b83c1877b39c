"""busdb deliver: tell the webhooks."""

from __future__ import annotations

import signal
import threading

import click

from busdb.i18n import message as _
from commands._session import Session, emit, json_option, session


@click.command(help=_("help.deliver"))
@click.option("--once", is_flag=True, help=_("help.deliver_once"))
@click.option("--every", default=5, show_default=True, type=click.IntRange(1, 3600), help=_("help.deliver_every"))
@click.option("--dead", is_flag=True, help=_("help.deliver_dead"))
@json_option
def command(once: bool, every: int, dead: bool, as_json: bool) -> None:
    """Deliver until the process is told to end, or one round."""
    with session() as opened, opened.reading():
        pass
    ended = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: ended.set())
    with session() as opened, opened.database.lock("deliver"):
        if dead:
            _revive(opened)
        while True:
            _round(opened, as_json=as_json, once=once)
            if once or ended.wait(every):
                return


def _revive(opened: Session) -> None:
    from busdb import validity, webhooks

    with opened.writing() as connection:
        webhooks.revive(connection, validity.now())


def _round(opened: Session, *, as_json: bool, once: bool) -> None:
    """Tell what is to be told; while an import writes, a later round does."""
    from functools import partial

    from busdb import post, validity, webhooks
    from busdb.errors import BusyError

    now, settings = validity.now(), opened.settings
    try:
        webhooks.collect(opened.database, settings.base_url, now)
        done = webhooks.deliver(
            opened.database, now, partial(post.post, private=settings.private_webhooks, way=settings.way_out())
        )
    except BusyError:
        if once:
            raise
        return
    if as_json and (once or any(done)):
        emit(done._asdict())
    elif once or any(done):
        click.echo(_("text.delivered", done._asdict()), err=True)
