"""busdb history: what became of a record, and giving it back a former state."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import click

from busdb.i18n import message as _
from commands._changes import REJECTED, show_fields
from commands._session import ago, emit, json_option, session

if TYPE_CHECKING:
    from busdb.history import Entry, Named
    from busdb.records import AnyRecord


@click.command(help=_("help.history"))
@click.argument("id")
@click.option("--kind", help=_("help.history_kind"))
@click.option("--restore-to", "position", type=int, metavar="STATE", help=_("help.history_restore_to"))
@click.option("--restore", "field", metavar="FIELD", help=_("help.history_restore"))
@click.option("--draft", is_flag=True, help=_("help.option_draft"))
@json_option
@click.pass_context
def command(
    ctx: click.Context, id: str, kind: str | None, position: int | None, field: str | None, draft: bool, as_json: bool
) -> None:
    """Who changed a record when, in which run, field by field; or its restoration as a run of its own."""
    from busdb import history
    from busdb.errors import NotFoundError
    from busdb.records import ref

    restoring = position is not None or field is not None
    if draft and not restoring:
        raise click.UsageError(_("history_draft"))
    with session() as opened, opened.reading() as connection:
        named = history.find(connection, id, kind)
        if not opened.channel.covers(ref(named.kind, named.id).source):
            raise NotFoundError("history_unknown", id=id)
        found = history.former(connection, named, position, field) if restoring else None
        entries = [] if restoring else history.entries(connection, named.key)
    if found is not None:
        _restore(ctx, found, draft=draft, as_json=as_json)
    elif as_json:
        emit({"kind": named.kind, "id": named.id, "items": entries})
    else:
        _show(named, entries)


def _restore(ctx: click.Context, record: AnyRecord, *, draft: bool, as_json: bool) -> None:
    """Import the record as any other delivery of its source, or keep it as a draft."""
    from busdb.formats import Input
    from busdb.interchange import encode
    from commands.import_ import apply, show

    file = Input(f"history {record.id}", io.BytesIO(encode(record)))
    with session() as opened:
        report = apply(opened, "json", (file,), record.ref.source, draft=draft)
    if as_json:
        emit(report)
    else:
        show(report)
    if report.rejected:
        ctx.exit(REJECTED)


def _show(named: Named, entries: list[Entry]) -> None:
    click.echo(f"{_(f'news.kind_{named.kind}')} {named.id}")
    for one in entries:
        run = _("text.history_run", {"run": one.run, "format": one.format}) if one.run else "–"
        head = (str(one.state), ago(one.changed_at), _(f"label.{one.op}"), run, one.editor or "")
        click.secho("  ".join(filter(None, head)), bold=True)
        if one.fields is None:
            click.echo(f"    {_('text.history_pruned')}")
        elif one.op == "changed":
            show_fields(one.fields)
