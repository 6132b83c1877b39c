"""busdb reviews: local additions whose parent text has changed."""

from __future__ import annotations

import difflib

import click

from busdb.i18n import message as _
from commands._session import ago, day, emit, json_option, known_source, session


@click.command(help=_("help.reviews"))
@click.option("--source", help=_("help.option_source"))
@click.option("--on", help=_("help.option_on"))
@json_option
def command(source: str | None, on: str | None, as_json: bool) -> None:
    """List what to look at again, with what changed above it."""
    from busdb import delivery
    from busdb.reviews import reviews

    with session() as opened, opened.reading() as connection:
        if source:
            known_source(connection, source)
        found = list(reviews(connection, delivery.gazetteer_of(connection), day(on), source))
    if as_json:
        emit({"total": len(found), "items": found})
        return
    for one in found:
        area = f" · {one.area.name}" if one.area else ""
        click.secho(f"{one.addition}{area} · {one.service} · {_(f'module.{one.module}')} ({one.language})", bold=True)
        click.echo(_("text.review_changed", {"at": ago(one.changed_at)}))
        old, new = (one.old or "").splitlines(), (one.new or "").splitlines()
        for line in list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]:
            click.secho(f"  {line}", fg={"+": "green", "-": "red"}.get(line[:1]))
        click.echo(f"  {_('text.review_own')}")
        for line in one.own.splitlines():
            click.echo(f"  = {line}")
        click.echo()
    click.echo(_("text.reviews", {"total": len(found)}))
