"""busdb search: find services as agents and citizens do."""

from __future__ import annotations

import click

from busdb.i18n import message as _
from commands._session import day, emit, json_option, place, place_options, session, table


@click.command(help=_("help.search"))
@click.argument("query", nargs=-1, required=True)
@place_options
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 200), help=_("help.option_limit"))
@click.option("--offset", default=0, type=click.IntRange(min=0), help=_("help.option_offset"))
@json_option
def command(
    query: tuple[str, ...],
    ars: str | None,
    place_: str | None,
    on: str | None,
    limit: int,
    offset: int,
    as_json: bool,
) -> None:
    """Search for services; the words may name a place."""
    from busdb.search.desk import Desk

    with session() as opened, opened.reading():
        desk = Desk(opened.settings, opened.database)
        where = place(desk.gazetteer, ars, place_, day(on))
        answer = desk.search(" ".join(query), where, limit=limit, offset=offset)
    if as_json:
        emit(answer)
        return
    if answer.understood.places:
        places = ", ".join(one.name for one in answer.understood.places)
        click.echo(_("text.understood", {"concern": answer.understood.concern, "places": places}))
    table(
        [_(f"label.{word}") for word in ("name", "teaser", "why")],
        [[hit.name, hit.teaser or "", ", ".join(dict.fromkeys(why.term for why in hit.why))] for hit in answer.results],
    )
    for suggestion in answer.suggestions:
        click.echo(_("text.did_you_mean", {"text": suggestion.text}))
    click.echo(_("text.total", {"shown": len(answer.results), "total": answer.total}))
