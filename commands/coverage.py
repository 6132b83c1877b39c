"""busdb coverage: where the question of responsibility has an answer."""

from __future__ import annotations

from collections import Counter

import click

from busdb.i18n import message as _
from commands._session import asked, emit, json_option, place_options, session, table


@click.command(help=_("help.coverage"))
@place_options
@click.option("--service", metavar="SERVICE", help=_("help.option_service"))
@click.option("--as", "form", type=click.Choice(["table", "csv", "json"]), default="table", help=_("help.option_as"))
@json_option
def command(ars: str | None, place_: str | None, on: str | None, service: str | None, form: str, as_json: bool) -> None:
    """Count for each service in how many municipalities it is answered; within a place, or everywhere."""
    from busdb.coverage import STATES, coverage, lines
    from busdb.i18n import current

    with session() as opened, opened.reading() as connection:
        ask = asked(opened, connection, ars, place_, on)
        only = ask.desk.which(connection, service, None, ask.on) if service else None
        found = coverage(connection, ask.desk.gazetteer, ask.on, ask.place, only, current())
    if as_json or form == "json":
        emit(found)
    elif form == "csv":
        for line in lines(found):
            click.echo(line, nl=False)
    else:
        states = [state for state in STATES if found.totals[state]]
        rows = [
            [row.service.name, *(str(count[state] or "") for state in states), str(row.unexpected or "")]
            for row in found.rows
            for count in [Counter(row.states)]
        ]
        headings = [_("label.service"), *(_(f"coverage.{state}") for state in states), _("coverage.unexpected")]
        table(headings, rows)
        sums = ", ".join(f"{_(f'coverage.{state}')} {found.totals[state]}" for state in states)
        click.echo(_("text.coverage", {"services": len(found.rows), "places": len(found.places), "sums": sums}))
