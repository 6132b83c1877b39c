"""busdb template: an empty table to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from busdb.i18n import LANGUAGES
from busdb.i18n import message as _
from commands._session import emit, json_option


@click.command(help=_("help.template"))
@click.argument("table", metavar="TABLE")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help=_("help.option_template_output"))
@click.option("--lang", type=click.Choice(LANGUAGES), default="de", show_default=True, help=_("help.option_headings"))
@json_option
def command(table: str, output: Path, lang: str, as_json: bool) -> None:
    """Write a workbook with headings, notes, drop-downs and an example that is not imported."""
    from busdb import files
    from busdb.sheets import writing
    from busdb.sheets.headings import told

    size = files.save(writing.template(told(table), lang), output)
    if as_json:
        emit({"table": table, "file": str(output), "size": size})
    else:
        click.echo(_("text.written", {"file": output, "size": size}))
