"""busdb where: the places that a text can mean."""

from __future__ import annotations

import click

from busdb.i18n import message as _
from commands._session import day, emit, json_option, session, table


@click.command(help=_("help.where"))
@click.argument("text", nargs=-1, required=True)
@click.option("--on", help=_("help.option_on"))
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 200), help=_("help.option_limit"))
@json_option
def command(text: tuple[str, ...], on: str | None, limit: int, as_json: bool) -> None:
    """Find places by name, alias, Ortsteil, postal code, ARS or AGS; several are all shown."""
    from busdb import delivery
    from busdb.errors import NotFoundError

    words = " ".join(text)
    with session() as opened, opened.reading() as connection:
        found = delivery.gazetteer_of(connection).search(words, day(on), limit)
    if as_json:
        emit({"total": len(found), "items": found})
        return
    if not found:
        raise NotFoundError("place_not_found", place=words)
    rows = [
        [
            one.name,
            _(f"area.{one.kind}"),
            one.ars or "",
            next((parent.name for parent in one.parents if parent.kind in {"association", "municipality"}), ""),
            next((parent.name for parent in one.parents if parent.kind in {"district", "city"}), ""),
        ]
        for one in found
    ]
    table([_(f"label.{word}") for word in ("name", "kind", "ars", "part_of", "district")], rows)
