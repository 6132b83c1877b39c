"""busdb stats: how much there is."""

from __future__ import annotations

import click

from busdb.i18n import message as _
from commands._session import emit, json_option, session, table


@click.command(help=_("help.stats"))
@json_option
def command(as_json: bool) -> None:
    """Counts by kind and source."""
    from busdb import queries

    with session() as opened, opened.reading() as connection:
        found = queries.statistics(connection)
    if as_json:
        emit(found)
        return
    sources = sorted(found["sources"])
    rows = [
        [_(f"kind.{kind}"), str(total), *(str(found["sources"][source].get(kind, "")) for source in sources)]
        for kind, total in found["records"].items()
    ]
    table([_("label.kind"), _("label.total"), *sources], rows)
    click.echo(_("text.municipalities", {"count": found["municipalities"]}))
