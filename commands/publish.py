"""busdb publish: all feeds as files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from busdb.i18n import message as _
from commands._session import day, emit, json_option, session

if TYPE_CHECKING:
    from busdb.publishing import Progress


@click.command(help=_("help.publish"))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--formats", metavar="NAME,NAME", help=_("help.publish_formats"))
@click.option("--ars", help=_("help.publish_ars"))
@click.option("--lang", "languages", multiple=True, default=["de"], show_default=True, help=_("help.option_lang"))
@click.option("--as", "forms", multiple=True, type=click.Choice(["json", "xml"]), default=["json"], show_default=True,
              help=_("help.option_as"))  # fmt: skip
@click.option("--xzufi-version", default="", metavar="VERSION", help=_("help.option_xzufi_version"))
@json_option
def command(
    folder: Path,
    formats: str | None,
    ars: str | None,
    languages: tuple[str, ...],
    forms: tuple[str, ...],
    xzufi_version: str,
    as_json: bool,
) -> None:
    """Bring the files in a folder up to date."""
    from busdb import delivery, publishing
    from busdb.formats import names

    wanted = [name.strip() for name in formats.split(",") if name.strip()] if formats else names("exporters")
    with session() as opened, opened.reading() as connection, _progress(quiet=as_json) as progress:
        order = publishing.Order(
            formats=tuple(dict.fromkeys(wanted)),
            on=day(None),
            forms=tuple(dict.fromkeys(forms)),  # type: ignore[arg-type]  # click has checked them
            languages=tuple(dict.fromkeys(map(delivery.language_code, languages))),
            ars=ars,
            base_url=opened.settings.base_url,
            version=xzufi_version,
            keep=opened.settings.feed_age / 2,
        )
        found = publishing.publish(connection, folder, order, progress)
    counts = {"files": len(found.index.files), "written": found.written, "removed": found.removed}
    if as_json:
        emit({"folder": str(folder), "cursor": found.index.cursor, **counts})
    else:
        click.echo(_("text.published", {"folder": folder, **counts}), err=True)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress | None]:
    """A bar on a terminal, nothing for cron or beside an answer in JSON."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(_("text.publishing"))
        yield lambda done, total: bar.update(task, completed=done, total=total)
