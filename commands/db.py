"""busdb db: the schema of the database, and its upgrades."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from busdb.i18n import message as _
from commands._changes import WOULD_CHANGE
from commands._session import Session, emit, json_option, session, table

if TYPE_CHECKING:
    from busdb.rehearsal import Rehearsal

HARMFUL = 10


@click.group(help=_("help.db"))
def command() -> None:
    """The schema."""


@command.command(help=_("help.db_current"))
@json_option
def current(as_json: bool) -> None:
    """The revision of the database, that of the program, and what lies between."""
    from busdb import migration

    with session() as opened:
        found = _found(opened)
    steps = migration.pending(found)
    if as_json:
        pending = [{"revision": revision, "words": words} for revision, words in steps]
        emit({"revision": found, "head": migration.head(), "pending": pending})
        return
    click.echo(_("text.db_current", {"found": found or "–", "head": migration.head()}))
    if steps:
        table([_("label.revision"), _("label.brings")], [list(step) for step in steps])


def _found(opened: Session) -> str | None:
    from busdb import migration

    with opened.database.reading() as connection:
        return migration.current(connection)


@command.command(help=_("help.db_upgrade"))
@click.option("--check", is_flag=True, help=_("help.db_check"))
@json_option
@click.pass_context
def upgrade(ctx: click.Context, check: bool, as_json: bool) -> None:
    """Bring the schema up to date, or rehearse that on a copy.

    A rehearsal ends with status 8 if there is something to do, with 10 if data would be lost by it.
    """
    from busdb import migration, rehearsal
    from busdb.db import PRIVATE

    with session() as opened:
        opened.settings.folder.mkdir(PRIVATE, parents=True, exist_ok=True)
        if check:
            found = rehearsal.rehearse(opened.database, opened.settings.folder)
        else:
            before = _found(opened)
            migration.upgrade(opened.database)
    if not check:
        steps = migration.pending(before)
        if as_json:
            emit({"found": before, "revision": migration.head(), "steps": [revision for revision, _words in steps]})
        else:
            click.echo(_("text.db_upgraded", {"found": before or "–", "head": migration.head(), "count": len(steps)}))
        return
    if as_json:
        emit(found)
    else:
        _show(found)
    if found.steps:
        ctx.exit(WOULD_CHANGE if found.harmless else HARMFUL)


def _show(found: Rehearsal) -> None:
    if not found.steps:
        click.echo(_("text.db_nothing", {"found": found.found or "–"}))
        return
    rows = [[step.revision, step.words, f"{step.seconds:.1f}"] for step in found.steps]
    table([_("label.revision"), _("label.brings"), _("label.seconds")], rows)
    if found.lost:
        click.secho(_("text.db_lost", {"tables": ", ".join(found.lost)}), fg="red")
    if not found.same:
        click.secho(_("text.db_differs"), fg="red")
    if found.harmless:
        click.echo(_("text.db_harmless"))
