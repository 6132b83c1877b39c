"""busdb news: what is new for a place, as text for mail."""

from __future__ import annotations

import sys

import click

from busdb.i18n import message as _
from commands._session import day, emit, json_option, place, session

WEEK = 7
"""Days that are told of unless a day is named."""


@click.command(help=_("help.news"))
@click.option("--ars", help=_("help.option_ars"))
@click.option("--place", "place_", help=_("help.option_place"))
@click.option("--since", metavar="DATE", help=_("help.news_since"))
@click.option("--to", multiple=True, metavar="ADDRESS", help=_("help.news_to"))
@click.option("--from", "sender", metavar="ADDRESS", help=_("help.news_from"))
@click.option("--lang", type=click.Choice(["de", "en"]), help=_("help.news_lang"))
@json_option
def command(
    ars: str | None,
    place_: str | None,
    since: str | None,
    to: tuple[str, ...],
    sender: str | None,
    lang: str | None,
    as_json: bool,
) -> None:
    """Tell what has changed for a place, and what is newly to be mended there."""
    import datetime as dt

    from busdb import delivery, i18n, newsmail, validity
    from busdb.errors import InputError

    language = lang or i18n.current()
    with session() as opened, opened.reading() as connection:
        gazetteer = delivery.gazetteer_of(connection)
        where = place(gazetteer, ars, place_, day(None))
        if where is None:
            raise InputError("news_place")
        first = day(since) if since else day(None) - dt.timedelta(days=WEEK)
        found = newsmail.edition(
            connection,
            gazetteer,
            where,
            first,
            validity.now(),
            language,
            opened.channel.sources,
            opened.settings.rules_off,
        )
        base_url = opened.settings.base_url
    if as_json:
        emit(found)
    elif to:
        message = newsmail.mail(found, language, base_url, to, sender, validity.now())
        sys.stdout.buffer.write(message.as_bytes())
        sys.stdout.buffer.flush()
    else:
        click.echo(newsmail.text(found, language, base_url), nl=False)
