"""busdb search-log: what people look for in vain."""

from __future__ import annotations

from typing import Literal

import click

from busdb.i18n import message as _
from commands._session import day, emit, json_option, session, shown_date, table


@click.command(help=_("help.search_log"))
@click.option("--since", help=_("help.option_since"))
@click.option("--without", type=click.Choice(["hits", "clicks"]), help=_("help.option_without"))
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help=_("help.option_limit"))
@json_option
def command(since: str | None, without: Literal["hits", "clicks"] | None, limit: int, as_json: bool) -> None:
    """The lines that were searched, how often without a hit, and how often nothing was opened."""
    import datetime as dt

    from busdb.search.log import searched

    with session() as opened, opened.reading() as connection:
        oldest = day(None) - dt.timedelta(opened.settings.search_log - 1)
        found = searched(connection, max(oldest, day(since)) if since else oldest, without, limit)
    if as_json:
        emit({"items": found})
        return
    table(
        [_(f"label.{word}") for word in ("searched_line", "sightings", "without_hits", "without_click", "last_day")],
        [
            [one.line, str(one.sightings), str(one.without_hits), str(one.without_click), shown_date(one.last_day)]
            for one in found
        ],
    )
