"""busdb publish-drafts: import what was delivered as drafts."""

from __future__ import annotations

import click

from busdb.i18n import message as _
from commands._changes import REJECTED
from commands._index import catch_up
from commands._session import emit, json_option, session
from commands.drafts import own


@click.command(help=_("help.publish_drafts"))
@click.argument("numbers", metavar="[DRAFT]...", nargs=-1, type=int)
@click.option("--approved-by", metavar="NAME", help=_("help.approved_by"))
@json_option
@click.pass_context
def command(ctx: click.Context, numbers: tuple[int, ...], approved_by: str | None, as_json: bool) -> None:
    """Publish the drafts of these numbers, or all of them, in the order of their delivery."""
    from busdb import drafts, validity
    from commands import import_

    reports = []
    with session() as opened:
        for number in numbers:
            own(opened, number)
        with opened.reading() as connection:
            mine = [one["run"] for one in drafts.waiting(connection) if opened.channel.covers(one["source"])]
        try:
            for number in numbers or mine:
                report = drafts.publish(opened.database, number, opened.channel, validity.now(), approved_by)
                reports.append(report)
        finally:
            if any(report.changes for report in reports):
                catch_up(opened)
    if as_json:
        emit({"items": reports})
    elif not reports:
        click.echo(_("text.no_drafts"))
    for report in () if as_json else reports:
        import_.show(report)
    if any(report.rejected for report in reports):
        ctx.exit(REJECTED)
