"""busdb backup: the whole installation as one file, while it is used."""

from __future__ import annotations

from pathlib import Path

import click

from busdb.i18n import message as _
from commands._changes import WOULD_CHANGE
from commands._session import emit, json_option, session


@click.command(help=_("help.backup"))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--keep", default=0, type=click.IntRange(0), help=_("help.backup_keep"))
@click.option("--force", is_flag=True, help=_("help.backup_force"))
@json_option
@click.pass_context
def command(ctx: click.Context, target: Path, keep: int, force: bool, as_json: bool) -> None:
    """Write the archive and read it again; a database whose sums do not fit its records ends with status 8."""
    from busdb import backup, validity

    with session() as opened:
        opened.check()
        path, manifest = backup.backup(opened.settings, opened.database, target, validity.now(), force=force, keep=keep)
    found = manifest.inventory
    if as_json:
        emit({"file": str(path), "bytes": path.stat().st_size, "sound": found.sound, "manifest": manifest})
    else:
        values = {"file": path, "bytes": path.stat().st_size, "count": found.public.count}
        click.echo(_("text.backup_done", {**values, "checksum": found.public.checksum}))
        if not found.sound:
            click.secho(_("text.backup_unsound"), fg="red", err=True)
    if not found.sound:
        ctx.exit(WOULD_CHANGE)
