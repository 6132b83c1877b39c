"""busdb drafts: deliveries that wait for publication."""

from __future__ import annotations

import click

from busdb.i18n import message as _
from commands._changes import REJECTED, WOULD_CHANGE
from commands._session import Session, ago, emit, json_option, session, table


@click.group(help=_("help.drafts"))
def command() -> None:
    """The drafts."""


@command.command("list", help=_("help.drafts_list"))
@json_option
def list_(as_json: bool) -> None:
    """The drafts that nobody has published yet."""
    from busdb import drafts

    with session() as opened, opened.reading() as connection:
        found = [one for one in drafts.waiting(connection) if opened.channel.covers(one["source"])]
    if as_json:
        emit({"items": found})
        return
    rows = [
        [str(one["run"]), ago(one["started_at"]), one["source"], one["editor"] or "", " ".join(one["files"])]
        for one in found
    ]
    table([_(f"label.{word}") for word in ("draft", "time", "source", "editor", "files")], rows)


@command.command(help=_("help.drafts_show"))
@click.argument("draft", type=int)
@json_option
@click.pass_context
def show(ctx: click.Context, draft: int, as_json: bool) -> None:
    """What publishing a draft would change now."""
    from busdb import drafts, validity
    from commands import import_

    with session() as opened:
        own(opened, draft)
        report = drafts.preview(opened.database, draft, validity.now())
    if as_json:
        emit(report)
    else:
        import_.show(report)
    if report.rejected:
        ctx.exit(REJECTED)
    if report.changes:
        ctx.exit(WOULD_CHANGE)


@command.command(help=_("help.drafts_discard"))
@click.argument("draft", type=int)
@json_option
def discard(draft: int, as_json: bool) -> None:
    """Throw a draft away."""
    from busdb import drafts

    with session() as opened:
        own(opened, draft)
        drafts.discard(opened.database, draft)
    if as_json:
        emit({"run": draft})
    else:
        click.echo(_("text.draft_discarded", {"draft": draft}))


def own(opened: Session, draft: int) -> None:
    """Raise ``NotFoundError`` for a draft that is none, or that is none of the channel's sources."""
    from busdb import drafts
    from busdb.errors import NotFoundError

    with opened.reading() as connection:
        if not opened.channel.covers(drafts.source_of(connection, draft)):
            raise NotFoundError("draft_not_found", draft=draft)
