"""busdb notice: short messages on offices, services and places."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Literal

import click

from busdb.i18n import message as _
from commands._changes import REJECTED
from commands._session import Session, day, emit, json_option, place, session, shown_date, table

if TYPE_CHECKING:
    from busdb.runs import Report


@click.group(help=_("help.notice"))
def command() -> None:
    """The notices."""


@command.command(help=_("help.notice_add"))
@click.option("--authority", metavar="ID", help=_("help.notice_authority"))
@click.option("--service", metavar="ID", help=_("help.notice_service"))
@click.option("--ars", help=_("help.option_ars"))
@click.option("--place", "place_", help=_("help.option_place"))
@click.option("--text", required=True, help=_("help.notice_text"))
@click.option("--text-en", "english", help=_("help.notice_text_en"))
@click.option("--from", "first", metavar="DATE", help=_("help.notice_from"))
@click.option("--to", "last", metavar="DATE", help=_("help.notice_to"))
@click.option("--audience", type=click.Choice(["public", "115"]), default="public", help=_("help.notice_audience"))
@click.option("--severity", type=click.Choice(["info", "warning"]), default="info", help=_("help.notice_severity"))
@click.option("--source", help=_("help.notice_source"))
@click.option("--draft", is_flag=True, help=_("help.option_draft"))
@json_option
@click.pass_context
def add(ctx: click.Context, /, ars: str | None, place_: str | None, source: str | None, **options: Any) -> None:
    """Show a notice from one day to another."""
    from busdb import notices, queries
    from busdb.interchange import encode

    draft, as_json = options.pop("draft"), options.pop("as_json")
    days = {name: day(options.pop(name)) if options[name] else options.pop(name) for name in ("first", "last")}
    with session() as opened:
        with opened.reading() as connection:
            where = place(queries.gazetteer(connection), ars, place_, day(None)) if ars or place_ else None
            wish = notices.Wish(**options, **days, area=where.code if where else None)
            record = notices.made(connection, wish, opened.channel, source, day(None))
        report = _apply(opened, encode(record), record.ref.source, draft=draft)
    _show(ctx, record.id, report, "text.notice_draft" if draft else "text.notice_added", as_json=as_json)


@command.command("list", help=_("help.notice_list"))
@click.option("--source", help=_("help.option_source"))
@click.option("--ars", help=_("help.option_ars"))
@click.option("--place", "place_", help=_("help.option_place"))
@click.option("--on", help=_("help.option_on"))
@click.option("--ended", is_flag=True, help=_("help.notice_ended"))
@json_option
def list_(source: str | None, ars: str | None, place_: str | None, on: str | None, ended: bool, as_json: bool) -> None:
    """The notices that are shown or will be."""
    from busdb import notices, queries

    with session() as opened, opened.reading() as connection:
        mine = opened.sources(connection, source)
        where = place(queries.gazetteer(connection), ars, place_, day(on)) if ars or place_ else None
        found = notices.listing(connection, mine, day(on), where.code if where else None, ended=ended)
    if as_json:
        emit({"items": found})
        return
    words = ("notice", "status", "about", "from", "to", "audience", "text")
    rows = [
        [
            one.id,
            _(f"status.{one.state}"),
            " ".join(filter(None, (one.authority, one.service, one.area))),
            *(shown_date(day_) if day_ else "" for day_ in (one.valid_from, one.valid_to)),
            _(f"label.audience_{one.audience}"),
            one.text,
        ]
        for one in found
    ]
    table([_(f"label.{word}") for word in words], rows)


@command.command(help=_("help.notice_remove"))
@click.argument("id")
@click.option("--draft", is_flag=True, help=_("help.option_draft"))
@json_option
@click.pass_context
def remove(ctx: click.Context, id: str, draft: bool, as_json: bool) -> None:
    """Show a notice no more."""
    from busdb import notices
    from busdb.interchange import deletion

    with session() as opened:
        with opened.reading() as connection:
            record = notices.find(connection, id, opened.channel)
        report = _apply(opened, deletion("notice", record.id), record.ref.source, draft=draft)
    _show(ctx, record.id, report, "text.notice_draft" if draft else "text.notice_removed", as_json=as_json)


def _apply(opened: Session, data: bytes, source: str, *, draft: bool) -> Report:
    """Take it in as any other delivery of the source."""
    from busdb.formats import Input
    from commands.import_ import apply

    return apply(opened, "json", (Input("notice", io.BytesIO(data)),), source, draft=draft)


_Said = Literal["text.notice_added", "text.notice_draft", "text.notice_removed"]


def _show(ctx: click.Context, id_: str, report: Report, said: _Said, *, as_json: bool) -> None:
    from commands._session import show_finding

    if as_json:
        emit({"id": id_, "report": report})
    elif report.rejected:
        for issue in report.issues:
            show_finding(issue)
    else:
        click.echo(_(said if report.changes else "text.notice_known", {"id": id_, "run": report.run}))
    if report.rejected:
        ctx.exit(REJECTED)
