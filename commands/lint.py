"""busdb lint: check a delivery before it leaves the house."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from busdb.i18n import message as _
from commands._session import emit, json_option

if TYPE_CHECKING:
    from busdb.formats import Input
    from busdb.issues import Issue

FAILED = 10
"""Exit status of a set that must not be delivered."""
SHOWN = 50


@click.group(help=_("help.lint"))
def command() -> None:
    """The checks by format."""


@command.command(help=_("help.lint_xzufi"))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False, exists=True))
@json_option
@click.pass_context
def xzufi(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """Check a set of XZuFi files with its index."""
    from busdb.runs import describe
    from busdb.settings import Settings
    from busdb.xzufi.lint import INDEX, Lint, listed

    index = folder / INDEX
    there = [path.name for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
    names, issues = listed(index.read_bytes() if index.is_file() else b"", there)
    issues = [*issues, *Lint(Settings.from_env().xzufi_schemas or None).files(_opened(folder, names))]
    failed = any(issue.severity == "muss" for issue in issues)
    if as_json:
        emit(
            {"folder": str(folder), "files": len(names), "ok": not failed, "issues": [describe(one) for one in issues]}
        )
    else:
        _show(issues, len(names))
    if failed:
        ctx.exit(FAILED)


def _opened(folder: Path, names: list[str]) -> Iterator[Input]:
    from busdb.formats import Input

    for name in names:
        with (folder / name).open("rb") as file:
            yield Input(name, file)


def _show(issues: list[Issue], files: int) -> None:
    from busdb.runs import describe

    ordered = sorted(issues, key=lambda issue: issue.severity != "muss")
    for one in map(describe, ordered[:SHOWN]):
        place = ":".join(str(part) for part in (one["file"], one["line"]) if part is not None)
        colour = "red" if one["severity"] == "muss" else "yellow"
        click.echo(f"{click.style(one['severity'], fg=colour)}  {place}  {one['ref'] or ''}  {one['message']}")
    if len(issues) > SHOWN:
        click.echo(_("text.lint_more", {"more": len(issues) - SHOWN}))
    counts = {word: sum(issue.severity == word for issue in issues) for word in ("muss", "soll")}
    click.echo(_("text.lint_done", {"files": files, **counts}))
