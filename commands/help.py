"""busdb help: the manual."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from busdb.i18n import message as _
from commands._session import emit, json_option


@click.command(help=_("help.help"))
@click.argument("words", metavar="[COMMAND]...", nargs=-1)
@click.option("--man", "folder", type=click.Path(path_type=Path, file_okay=False), help=_("help.help_man"))
@json_option
@click.pass_context
def command(ctx: click.Context, words: tuple[str, ...], folder: Path | None, as_json: bool) -> None:
    """Show the page of a command, or write the pages of it and of all below it for man."""
    from busdb import files
    from commands import _manual

    root = click.Context(ctx.find_root().command, info_name="busdb")
    found = _manual.pages(root, words)
    if folder:
        written = 0
        for page in found:
            files.save([_manual.roff(page).encode()], folder / f"{page.name}.1")
            written += 1
        if as_json:
            emit({"folder": str(folder), "pages": written})
        else:
            click.echo(_("manual.written", {"folder": folder, "pages": written}))
    elif as_json:
        emit(next(found)._asdict())
    else:
        click.echo(_manual.text(next(found), min(shutil.get_terminal_size().columns, 100)))
