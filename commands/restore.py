"""busdb restore: an installation as a file of busdb backup says."""

from __future__ import annotations

from pathlib import Path

import click

from busdb.i18n import message as _
from commands._index import indexing
from commands._session import ago, emit, json_option, session


@click.command(help=_("help.restore"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help=_("help.restore_check"))
@click.option("--force", is_flag=True, help=_("help.restore_force"))
@json_option
def command(file: Path, check: bool, force: bool, as_json: bool) -> None:
    """Restore, bring the schema up to date, forget whom to forget, and build the index; or only read the file."""
    from busdb import backup, changes, forgetting, validity
    from busdb.backup.inventory import Sum
    from busdb.search.desk import Desk

    if check:
        manifest, upgraded = backup.examine(file), False
        public = manifest.inventory.public
    else:
        with session() as opened:
            done = backup.restore(opened.settings, opened.database, file, force=force)
            manifest, upgraded = done.manifest, done.upgraded
            where = forgetting.Where(settings=opened.settings, database=opened.database)
            if where.list.exists():
                forgetting.again(where, validity.now(), opened.channel)
            with indexing() as progress:
                Desk(opened.settings, opened.database).rebuild(progress)
            with opened.database.reading() as connection:
                public = Sum(*changes.totals(connection))
    if as_json:
        emit({"file": str(file), "restored": not check, "upgraded": upgraded, "public": public, "manifest": manifest})
        return
    values = {"file": file, "time": ago(manifest.created_at), "count": public.count, "checksum": public.checksum}
    click.echo(_("text.backup_whole" if check else "text.restored", values))
    if public != manifest.inventory.public:
        click.echo(_("text.restore_forgotten", {"checksum": manifest.inventory.public.checksum}))
    if upgraded:
        click.echo(_("text.restore_upgraded"))
