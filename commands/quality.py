"""busdb quality: what is to be mended, by whom, and whether it becomes less."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from busdb.i18n import message as _
from commands._session import Session, day, emit, json_option, place, session, shown_date, table

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection

    from busdb.worklist import Task

BLOCKING = 10
"""Exit status of a list with findings that must not be (``muss``)."""
COLUMNS = ("severity", "code", "source", "id", "name", "field", "message", "todo", "since")
FORMS = ("table", "json", "xlsx", "html")


class Asked(NamedTuple):
    """What the options ask for."""

    source: str | None
    ars: str | None
    place: str | None
    since: str | None
    rules: tuple[str, ...]


@click.command(help=_("help.quality"))
@click.option("--source", help=_("help.option_source"))
@click.option("--ars", help=_("help.option_ars"))
@click.option("--place", "place_", help=_("help.option_place"))
@click.option("--rule", "rules", multiple=True, metavar="CODE", help=_("help.option_rule"))
@click.option("--since", metavar="DATE", help=_("help.quality_since"))
@click.option("--as", "form", type=click.Choice(FORMS), default="table", show_default=True, help=_("help.option_as"))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=_("help.option_output"))
@click.option("--limit", default=100, show_default=True, type=click.IntRange(0, 100_000), help=_("help.quality_limit"))
@click.option("--record", is_flag=True, help=_("help.quality_record"))
@click.option("--trend", is_flag=True, help=_("help.quality_trend"))
@click.option("--complete", is_flag=True, help=_("help.quality_complete"))
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    source: str | None,
    ars: str | None,
    place_: str | None,
    rules: tuple[str, ...],
    since: str | None,
    form: str,
    output: Path | None,
    limit: int,
    record: bool,
    trend: bool,
    complete: bool,
    as_json: bool,
) -> None:
    """List what is to be mended; keep it for the trend; show the trend, or how complete municipalities are."""
    from busdb.errors import InputError

    asked = Asked(source, ars, place_, since, rules)
    form = "json" if as_json else form
    if record + trend + complete > 1 or (record and any(asked)):
        raise InputError("quality_together")
    with session() as opened:
        if record:
            _record(opened, as_json=form == "json")
        elif trend:
            _trend(opened, source, as_json=form == "json")
        elif complete:
            _complete(opened, ars or place_, as_json=form == "json")
        elif _list(opened, asked, form, output, limit):
            ctx.exit(BLOCKING)


def _found(opened: Session, connection: Connection, asked: Asked) -> list[Task]:
    from busdb import delivery, i18n, trends, worklist

    on = day(None)
    gazetteer = delivery.gazetteer_of(connection)
    mine = opened.sources(connection, asked.source)
    since = day(asked.since) if asked.since else None
    if since:
        _warn(trends.recorded(connection), since)
    wanted = worklist.Wanted(
        sources=mine, place=place(gazetteer, asked.ars, asked.place, on), rules=asked.rules, since=since
    )
    return worklist.tasks(connection, gazetteer, on, i18n.current(), wanted, opened.settings.rules_off)


def _warn(first: dt.date | None, since: dt.date) -> None:
    """Say where nothing was recorded early enough to tell what is new."""
    if first is None:
        click.echo(_("text.quality_unrecorded"), err=True)
    elif first > since:
        click.echo(_("text.quality_recorded_from", {"day": shown_date(first)}), err=True)


def _list(opened: Session, asked: Asked, form: str, output: Path | None, limit: int) -> bool:
    """Show the work list; whether something of it must not be."""
    with opened.reading() as connection:
        found = _found(opened, connection, asked)
    blocking = sum(task.severity == "muss" for task in found)
    if form == "json":
        emit({"total": len(found), "muss": blocking, "items": found})
    elif form == "table":
        _table(found[:limit])
        values = {"total": len(found), "muss": blocking, "shown": min(limit, len(found))}
        click.echo(_("text.quality_some" if len(found) > limit else "text.quality_all", values))
    else:
        _write(found, form, output)
    return blocking > 0


def _table(found: Sequence[Task]) -> None:
    """The list by rule and source: what is to be done once, then each record with what is wrong."""
    for (severity, source, code), some in groupby(found, lambda task: (task.severity, task.source, task.code)):
        tasks = list(some)
        head = click.style(f"{severity} {code}", fg="red" if severity == "muss" else "yellow", bold=True)
        click.echo(f"{head}  {source}  {tasks[0].todo}")
        table([_("finding.id"), _("finding.message")], [[task.id, task.text] for task in tasks])
        click.echo()


def _write(found: Sequence[Task], form: str, output: Path | None) -> None:
    from busdb import files, reports, validity

    rows = [
        (
            task.severity,
            task.code,
            task.source,
            task.id,
            task.name,
            task.field,
            task.text,
            task.todo,
            shown_date(task.since) if task.since else None,
        )
        for task in found
    ]
    headings = [_(f"finding.{word}") for word in COLUMNS]
    pieces: Iterator[bytes] = reports.listed(_("text.quality_title"), headings, rows, form, validity.now())
    if output is None:
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.buffer.flush()
    else:
        size = files.save(pieces, output)
        click.echo(_("text.written", {"file": output, "size": size}), err=True)


def _record(opened: Session, *, as_json: bool) -> None:
    from busdb import trends

    opened.operator_only()
    with opened.reading() as connection:
        found = _found(opened, connection, Asked(None, None, None, None, ()))
    with opened.writing() as connection:
        done = trends.record(connection, found, day(None))
    if as_json:
        emit(done)
    else:
        values = {"day": shown_date(done.day), "total": done.findings, "new": done.new, "gone": done.gone}
        click.echo(_("text.quality_recorded", values))


def _trend(opened: Session, source: str | None, *, as_json: bool) -> None:
    from busdb import trends

    with opened.reading() as connection:
        found = trends.trend(connection, opened.sources(connection, source))
    if as_json:
        emit(found)
        return
    days = [[shown_date(one.day), str(one.muss), str(one.soll)] for one in found.days]
    table([_("label.day"), "muss", "soll"], days)
    if found.days:
        click.echo()
        ends = [shown_date(one.day) for one in (found.days[0], found.days[-1])]
        only = len(found.days) > 1  # of a single day there is nothing to compare
        rules = [[one.source, one.code, one.severity, *[str(one.first)][:only], str(one.last)] for one in found.rules]
        table([_("label.source"), _("finding.code"), _("finding.severity"), *ends[: 1 + only]], rules)


def _complete(opened: Session, where: str | None, *, as_json: bool) -> None:
    from busdb import completeness, delivery

    on = day(None)
    with opened.reading() as connection:
        gazetteer = delivery.gazetteer_of(connection)
        wanted = gazetteer.one(where, on) if where else None
        found = completeness.towns(connection, gazetteer, on, wanted)
    if as_json:
        emit({"on": on, "items": found})
        return
    counts = ("offices", "address", "reachable", "hours")
    rows = [[one.place.name, *(str(getattr(one, name)) for name in counts), f"{one.percent} %"] for one in found]
    table([_(f"quality_page.{name}") for name in ("place", *counts, "complete")], rows)
