"""busdb diff: what changed between two days."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import click

from busdb.i18n import message as _
from commands._changes import show_changes
from commands._session import day, emit, json_option, session, shown_date, table

if TYPE_CHECKING:
    from busdb.history import RecordChange

OPS = ("added", "changed", "deleted")


@click.command(help=_("help.diff"))
@click.argument("first", metavar="DATE")
@click.argument("last", metavar="[DATE]", required=False)
@click.option("--ars", help=_("help.diff_ars"))
@click.option("--source", help=_("help.diff_source"))
@json_option
def command(first: str, last: str | None, ars: str | None, source: str | None, as_json: bool) -> None:
    """What differs between what was known at the end of two days."""
    from busdb import history, mandates
    from busdb.errors import InputError
    from busdb.validity import BERLIN

    days = (day(first), day(last))
    if days[0] > days[1]:
        raise InputError("diff_order", first=days[0], last=days[1])
    ends = (dt.datetime.combine(one + dt.timedelta(days=1), dt.time(), BERLIN) for one in days)
    with session() as opened, opened.reading() as connection:
        span = history.Span(*(history.position(connection, end) for end in ends))
        mine = opened.sources(connection, mandates.source_code(source) if source else None)
        found = list(history.between(connection, span, sources=mine, area=mandates.area_code(ars)))
    if as_json:
        emit({"from": days[0], "to": days[1], "counts": _counts(found), "differences": found})
        return
    click.echo(_("text.diff_title", {"first": shown_date(days[0]), "last": shown_date(days[1])}))
    rows = [[_(f"kind.{kind}"), *(str(count[op]) for op in OPS)] for kind, count in _counts(found).items()]
    table([_("label.kind"), *(_(f"label.{op}") for op in OPS)], rows)
    show_changes(found, len(found))


def _counts(found: list[RecordChange]) -> dict[str, dict[str, int]]:
    counted: dict[str, Counter[str]] = {}
    for one in found:
        counted.setdefault(one.kind, Counter(dict.fromkeys(OPS, 0)))[one.op] += 1
    return {kind: dict(count) for kind, count in counted.items()}
