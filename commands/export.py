"""busdb export: write a feed, streamed and atomic."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from busdb.i18n import message as _
from commands._session import day, json_option, known_source, place, place_options, session


@click.command(help=_("help.export"))
@click.argument("format", metavar="FORMAT")
@place_options
@click.option("--lang", default="de", show_default=True, help=_("help.option_lang"))
@click.option("-o", "--output", type=click.Path(path_type=Path), help=_("help.option_output"))
@click.option("--as", "form", type=click.Choice(["json", "xml", "xlsx", "csv"]), help=_("help.option_as"))
@click.option(
    "--scope", type=click.Choice(["area", "own"]), default="area", show_default=True, help=_("help.option_scope")
)
@click.option("--internal", is_flag=True, help=_("help.option_internal"))
@click.option("--xzufi-version", default="", metavar="VERSION", help=_("help.option_xzufi_version"))
@click.option("--source", help=_("help.option_export_source"))
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
    source: str | None,
    as_json: bool,
) -> None:
    """Write a feed or a table to a file, or to standard output."""
    from busdb import delivery, files, formats
    from busdb.errors import InputError
    from busdb.sheets.tables import TABLES

    if format in TABLES:
        _table(format, ars or place_, source, "json" if as_json else form, lang, output)
        return
    if source:
        raise InputError("feed_without_source", feed=format)
    with session() as opened, opened.reading() as connection:
        if internal and opened.channel.sources is not None:
            opened.operator_only()
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


def _table(name: str, place_: str | None, source: str | None, form: str | None, lang: str, output: Path | None) -> None:
    """Write a table to a file, or to standard output; its form follows from the file's name."""
    from busdb import delivery, files, tabling

    suffix = output.suffix.lower().removeprefix(".") if output else ""
    form = form or (suffix if suffix in tabling.FORMS else tabling.FORMS[0])
    with session() as opened, opened.reading() as connection:
        where = delivery.gazetteer_of(connection).one(place_, day(None)) if place_ else None
        if source:
            known_source(connection, source)
        wish = tabling.Wish(
            table=name,
            form=form,
            source=source,
            area=where.code if where else None,
            language=delivery.language_code(lang),
        )
        pieces = tabling.write(connection, wish)
        if output is None:
            sys.stdout.buffer.writelines(pieces)
            sys.stdout.buffer.flush()
        else:
            size = files.save(pieces, output)
            click.echo(_("text.written", {"file": output, "size": size}), err=True)


def _print(pieces: Iterator[bytes]) -> None:
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()
