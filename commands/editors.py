"""busdb editors: the people whom a channel may name, and the sources in whose name they act."""

from __future__ import annotations

import click

from busdb.i18n import message as _
from commands._session import emit, json_option, session, table


@click.group(help=_("help.editors"))
def command() -> None:
    """The editors."""


@command.command("list", help=_("help.editors_list"))
@json_option
def list_(as_json: bool) -> None:
    """All editors."""
    from busdb import editors

    with session() as opened, opened.reading() as connection:
        found = editors.everyone(connection)
    if as_json:
        emit({"items": found})
        return
    rows = [[one["name"], _(f"role.{one['role']}"), " ".join(one["sources"]) or _("label.all")] for one in found]
    table([_("label.name"), _("label.role"), _("label.source")], rows)


@command.command(help=_("help.editors_add"))
@click.argument("name")
@click.option("--role", default="editor", show_default=True, help=_("help.editor_role"))
@click.option("--source", "sources", multiple=True, help=_("help.editor_source"))
@json_option
def add(name: str, role: str, sources: tuple[str, ...], as_json: bool) -> None:
    """Let a person act for sources."""
    from busdb import editors, validity

    with session() as opened, opened.database.import_lock(), opened.writing() as connection:
        editors.add(connection, name, role, sources, validity.now())
    if as_json:
        emit({"name": name, "role": role, "sources": sources})
    else:
        click.echo(_("text.editor_added", {"editor": name}))


@command.command(help=_("help.editors_remove"))
@click.argument("name")
@json_option
def remove(name: str, as_json: bool) -> None:
    """Let a person act no more."""
    from busdb import editors

    with session() as opened, opened.writing() as connection:
        editors.remove(connection, name)
    if as_json:
        emit({"name": name})
    else:
        click.echo(_("text.editor_removed", {"editor": name}))
