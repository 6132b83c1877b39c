"""busdb tidy: let go of what is kept no longer."""

from __future__ import annotations

import click

from busdb.i18n import message as _
from commands._session import emit, json_option, session


@click.command(help=_("help.tidy"))
@click.option("--force", is_flag=True, help=_("help.tidy_force"))
@json_option
def command(force: bool, as_json: bool) -> None:
    """Apply all settings that say for how long something is kept."""
    from msgspec.structs import asdict

    from busdb import retention, validity

    with session() as opened:
        opened.operator_only()
        with opened.database.import_lock(), opened.writing() as connection:
            done = retention.tidy(connection, opened.settings, validity.now(), force=force)
    if as_json:
        emit(done)
        return
    for name, count in asdict(done).items():
        click.echo(f"{_(f'tidy.{name}')}: {count}")
