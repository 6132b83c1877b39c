"""busdb init: make the database, or bring it up to date."""

from __future__ import annotations

import click

from busdb.i18n import message as _
from commands._session import emit, json_option, session


@click.command(help=_("help.init"))
@json_option
def command(as_json: bool) -> None:
    """Create or upgrade the database; harmless to repeat."""
    from busdb import migration
    from busdb.db import PRIVATE

    with session() as opened:
        opened.settings.folder.mkdir(PRIVATE, parents=True, exist_ok=True)
        done = migration.upgrade(opened.database)
        address = opened.database.url.render_as_string(hide_password=True)
    if as_json:
        emit({"database": address, "revision": migration.head(), "changed": done})
    else:
        click.echo(_("text.init_done" if done else "text.init_nothing", {"address": address}))
