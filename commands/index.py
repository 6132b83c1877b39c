"""busdb index: the search index, derived from the database and disposable."""

from __future__ import annotations

import click

from busdb.i18n import message as _
from commands._index import indexing
from commands._session import emit, json_option, session

SHOWN = 10


@click.group(help=_("help.index"))
def command() -> None:
    """The search index."""


@command.command(help=_("help.index_status"))
@json_option
def status(as_json: bool) -> None:
    """How far the index has come."""
    from busdb.search.desk import Desk

    with session() as opened, opened.reading():
        found = Desk(opened.settings, opened.database).status()
    if as_json:
        emit(found)
        return
    click.echo(_("text.index_status", found))


@command.command(help=_("help.index_update"))
@json_option
def update(as_json: bool) -> None:
    """Bring the index up to the last change."""
    _work("update", as_json=as_json)


@command.command(help=_("help.index_rebuild"))
@json_option
def rebuild(as_json: bool) -> None:
    """Build the index anew beside the present one, then switch."""
    _work("rebuild", as_json=as_json)


@command.command(help=_("help.index_check"))
@json_option
@click.pass_context
def check(context: click.Context, as_json: bool) -> None:
    """Compare the index with the database; a difference ends with status 1."""
    from busdb.search.desk import Desk

    with session() as opened, opened.reading():
        found = Desk(opened.settings, opened.database).check()
    if as_json:
        emit(found)
    elif found.agrees:
        click.echo(_("text.index_agrees", {"documents": found.documents}))
    else:
        lists = {
            "text.index_missing": found.missing,
            "text.index_stale": found.stale,
            "text.index_surplus": found.surplus,
        }
        for sentence, ids in lists.items():
            if ids:
                more = "" if len(ids) <= SHOWN else " …"
                click.echo(_(sentence, {"count": len(ids), "ids": ", ".join(ids[:SHOWN]) + more}))
        click.echo(_("text.index_mend"))
    if not found.agrees:
        context.exit(8)


def _work(what: str, *, as_json: bool) -> None:
    from busdb.search.desk import Desk

    with session() as opened:
        with opened.reading():
            pass
        desk = Desk(opened.settings, opened.database)
        with indexing() as progress:
            (desk.update if what == "update" else desk.rebuild)(progress)
        found = desk.status()
    if as_json:
        emit(found)
    else:
        click.echo(_("text.index_status", found))
