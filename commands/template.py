"""busdb template: an empty table to fill in."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from busdb.i18n import LANGUAGES
from busdb.i18n import message as _
from commands._session import emit, json_option


@click.command(help=_("help.template"))
@click.argument("table", metavar="TABLE")
@click.option("-o", "--output", type=click.Path(path_type=Path), help=_("help.option_template_output"))
@click.option("--lang", type=click.Choice(LANGUAGES), default="de", show_default=True, help=_("help.option_headings"))
@json_option
def command(table: str, output: Path | None, lang: str, as_json: bool) -> None:
    """Write a workbook with headings, notes, drop-downs and an example that is not imported; never to a terminal."""
    from busdb import files
    from busdb.sheets import writing
    from busdb.sheets.headings import told

    pieces = writing.template(told(table), lang)
    if output is None:
        if sys.stdout.isatty() or as_json:
            raise click.MissingParameter(ctx=click.get_current_context(), param_type="option", param_hint="-o")
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.buffer.flush()
        return
    size = files.save(pieces, output)
    if as_json:
        emit({"table": table, "file": str(output), "size": size})
    else:
        click.echo(_("text.written", {"file": output, "size": size}))
