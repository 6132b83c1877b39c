"""busdb search: find services as agents and citizens do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from busdb import i18n
from busdb.i18n import message as _
from commands._session import day, emit, json_option, place, place_options, session, table

if TYPE_CHECKING:
    from busdb.publication import Hit, SearchAnswer

AUDIENCES = ("citizen", "business", "administration")


@click.command(help=_("help.search"))
@click.argument("query", nargs=-1, required=True)
@place_options
@click.option("--life-event", help=_("help.option_life_event"))
@click.option("--audience", type=click.Choice(AUDIENCES), help=_("help.option_audience"))
@click.option("--online", is_flag=True, help=_("help.option_online_only"))
@click.option("--facets", is_flag=True, help=_("help.option_facets"))
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 200), help=_("help.option_limit"))
@click.option("--offset", default=0, type=click.IntRange(min=0), help=_("help.option_offset"))
@json_option
def command(
    query: tuple[str, ...],
    ars: str | None,
    place_: str | None,
    on: str | None,
    life_event: str | None,
    audience: str | None,
    online: bool,
    facets: bool,
    limit: int,
    offset: int,
    as_json: bool,
) -> None:
    """Search for services; the words may name a place."""
    from busdb.search.desk import Desk
    from busdb.search.results import Narrowing

    with session() as opened, opened.reading():
        desk = Desk(opened.settings, opened.database)
        where = place(desk.gazetteer, ars, place_, day(on))
        answer = desk.search(
            " ".join(query),
            where,
            day(on),
            only=Narrowing(life_event, audience, online),
            facets=facets,
            language=i18n.current(),
            limit=limit,
            offset=offset,
        )
    if as_json:
        emit(answer)
        return
    _show(answer)


def _show(answer: SearchAnswer) -> None:
    if answer.understood.places:
        places = ", ".join(one.name for one in answer.understood.places)
        click.echo(_("text.understood", {"concern": answer.understood.concern, "places": places}))
    table(
        [_(f"label.{word}") for word in ("name", "teaser", "why")],
        [[hit.name, _remark(hit), ", ".join(_reason(hit))] for hit in answer.results],
    )
    for suggestion in answer.suggestions:
        click.echo(_("text.did_you_mean", {"text": suggestion.text, "count": suggestion.count}))
    if answer.facets:
        for facets in (answer.facets.life_events, answer.facets.audiences):
            click.echo("  ".join(f"{one.label} ({one.count})" for one in facets))
        click.echo(_("text.online_count", {"count": answer.facets.online}))
    click.echo(_("text.total", {"shown": len(answer.results), "total": answer.total}))


def _remark(hit: Hit) -> str:
    """What stands beside a hit: why it does not apply here, else its teaser."""
    if hit.offer:
        return hit.reason or _("text.not_offered")
    return (hit.teaser or "") if hit.applies else _("text.applies_elsewhere")


def _reason(hit: Hit) -> list[str]:
    """The words of the hit that the line meets, as they are written there."""
    words = [one.text[span.start : span.end] for one in hit.highlights for span in one.spans]
    return list(dict.fromkeys(words)) or list(dict.fromkeys(why.term for why in hit.why))
