"""busdb feedback: what readers report as wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from busdb.i18n import message as _
from commands._session import Session, ago, emit, json_option, session, table

if TYPE_CHECKING:
    from sqlalchemy import Connection


@click.group(help=_("help.feedback"))
def command() -> None:
    """The reports of readers."""


@contextmanager
def _opened() -> Iterator[tuple[Session, Connection]]:
    """A writing transaction with every report that waited for one, without those kept long enough."""
    import datetime as dt

    from busdb import feedback, validity

    with session() as opened:
        with opened.writing() as connection:
            taken = feedback.take_in(connection, opened.settings.folder / "feedback")
            feedback.forget(connection, validity.now() - dt.timedelta(opened.settings.feedback))
            yield opened, connection
        feedback.drop(taken)


@command.command("list", help=_("help.feedback_list"))
@click.option("--source", help=_("help.option_source"))
@click.option("--closed", is_flag=True, help=_("help.option_closed"))
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help=_("help.option_limit"))
@json_option
def list_(source: str | None, closed: bool, limit: int, as_json: bool) -> None:
    """Reports that wait for an editor, or those closed."""
    from busdb import feedback

    with _opened() as (opened, connection):
        mine = opened.sources(connection, source)
        found = feedback.listing(connection, closed=closed, sources=mine, limit=limit)
    if as_json:
        emit({"items": found})
        return
    words = ("number", "reported_at", "source", "record", "report")
    rows = [[str(one.number), ago(one.created_at), one.source or "", one.record or "", one.text] for one in found]
    table([_(f"label.{word}") for word in words], rows)


@command.command(help=_("help.feedback_show"))
@click.argument("number", type=int)
@json_option
def show(number: int, as_json: bool) -> None:
    """One report, and whether its record has changed since."""
    from busdb import feedback

    with _opened() as (opened, connection):
        found = feedback.show(connection, number, opened.channel)
    if as_json:
        emit(found)
        return
    states = {None: None, True: _("text.feedback_changed"), False: _("text.feedback_unchanged")}
    lines = {
        "reported_at": ago(found.created_at),
        "source": found.source,
        "record": found.record,
        "area": found.ars,
        "module": found.module,
        "state": states[found.changed],
        "contact": found.contact,
        "closed_at": ago(found.closed_at),
        "closed_by": found.closed_by,
        "remark": found.remark,
    }
    for word, value in lines.items():
        if value:
            click.echo(f"{_(f'label.{word}')}: {value}")
    click.echo(f"\n{found.text}")


@command.command(help=_("help.feedback_close"))
@click.argument("number", type=int)
@click.option("--remark", help=_("help.option_remark"))
@json_option
def close(number: int, remark: str | None, as_json: bool) -> None:
    """Close a report."""
    from busdb import feedback, validity

    with _opened() as (opened, connection):
        done = feedback.close(connection, number, opened.channel, validity.now(), remark)
    if as_json:
        emit(done)
    else:
        click.echo(_("text.feedback_closed", {"number": number}))
