"""busdb statistics: how often pages were visited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from busdb.i18n import known
from busdb.i18n import message as _
from commands._session import emit, json_option, session, table

if TYPE_CHECKING:
    import datetime as dt

    from busdb.visits import PageVisits


@click.command(help=_("help.statistics"))
@click.option("--month", metavar="YYYY-MM", help=_("help.option_month"))
@click.option("--sdg", is_flag=True, help=_("help.option_sdg"))
@click.option(
    "--as", "form", type=click.Choice(["table", "json", "csv"]), default="table", help=_("help.option_statistics_as")
)
@json_option
def command(month: str | None, *, sdg: bool, form: Literal["table", "json", "csv"], as_json: bool) -> None:
    """The visits of a month by page."""
    from busdb.visits import visited

    first = _month(month)
    with session() as opened, opened.reading() as connection:
        found = [one for one in visited(connection, first) if one.sdg or not sdg]
        base = opened.settings.base_url.rstrip("/")
        counting = opened.settings.statistics == "yes"
    if as_json or form == "json":
        emit({"month": f"{first:%Y-%m}", "counting": counting, "items": found})
    elif form == "csv":
        _csv(found, first, base)
    else:
        _table(found)
        if not counting:
            click.echo(_("text.statistics_off"), err=True)


def _month(text: str | None) -> dt.date:
    """The first day of a month. Raises ``InputError`` for what is none."""
    import datetime as dt

    from busdb import validity
    from busdb.errors import InputError

    try:
        day = dt.datetime.strptime(text, "%Y-%m").date() if text else validity.today(validity.now())  # noqa: DTZ007
    except ValueError:
        raise InputError("month_unknown", value=text) from None
    return day.replace(day=1)


def _table(found: list[PageVisits]) -> None:
    table(
        [_(f"label.{word}") for word in ("page", "visits", "devices", "countries", "languages", "faces")],
        [
            [one.page, str(one.visits), *map(_shown, (one.devices, one.countries, one.languages, one.faces))]
            for one in found
        ],
    )


def _shown(counts: dict[str, int]) -> str:
    words = {value: _(f"visits.{value}") if known(f"visits.{value}") else value for value in counts}
    return ", ".join(f"{words[value]} {count}" for value, count in counts.items())


def _csv(found: list[PageVisits], month: dt.date, base: str) -> None:
    """One row for each count; the address is that of the link repository."""
    import csv
    import io

    lines = io.StringIO()
    rows = csv.writer(lines, lineterminator="\n")
    rows.writerow(["month", "url", "sdg", "what", "value", "visits"])
    for one in found:
        told = {"": {"": one.visits}, "device": one.devices, "country": one.countries}
        for what, counts in {**told, "language": one.languages, "face": one.faces}.items():
            for value, count in counts.items():
                rows.writerow([f"{month:%Y-%m}", base + one.page, int(one.sdg), what, value, count])
    click.echo(lines.getvalue(), nl=False)
