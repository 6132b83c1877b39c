"""busdb export: write a feed, streamed and atomic."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from busdb.i18n import message as _
from commands._session import day, json_option, place, place_options, session


@click.command(help=_("help.export"))
@click.argument("format", metavar="FORMAT")
@place_options
@click.option("--lang", default="de", show_default=True, help=_("help.option_lang"))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=_("help.option_output"))
@click.option("--as", "form", type=click.Choice(["json", "xml"]), help=_("help.option_as"))
@click.option(
    "--scope", type=click.Choice(["area", "own"]), default="area", show_default=True, help=_("help.option_scope")
)
@click.option("--internal", is_flag=True, help=_("help.option_internal"))
@click.option("--xzufi-version", default="", metavar="VERSION", help=_("help.option_xzufi_version"))
@json_option
def command(
    format: str,
    ars: str | None,
    place_: str | None,
    on: str | None,
    lang: str,
    output: Path | None,
    form: str | None,
    scope: str,
    internal: bool,
    xzufi_version: str,
    as_json: bool,
) -> None:
    """Write a feed to a file, or to standard output."""
    from busdb import delivery, files, formats

    with session() as opened, opened.reading() as connection:
        on_ = day(on)
        gazetteer = delivery.gazetteer_of(connection)
        wish = delivery.Wish(
            feed=format,
            place=place(gazetteer, ars, place_, on_),
            on=on_,
            language=delivery.language_code(lang),
            form="json" if as_json else form or formats.exporter(format).forms[0],  # type: ignore[arg-type]  # click has checked it
            internal=internal,
            base_url=opened.settings.base_url,
            scope=scope,  # type: ignore[arg-type]  # click has checked it
            version=xzufi_version,
        )
        pieces = delivery.write(connection, gazetteer, wish)
        if output is None:
            _print(pieces)
        else:
            size = files.save(pieces, output)
            click.echo(_("text.written", {"file": output, "size": size}), err=True)


def _print(pieces: Iterator[bytes]) -> None:
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()
