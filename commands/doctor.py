"""busdb doctor: whether the installation is well, and what mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from busdb.i18n import message as _
from commands._session import emit, json_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from busdb.doctor import Check

ILL = 10
"""Exit status where something is bad."""
_SIGNS = {"ok": ("✓", "green"), "warn": ("!", "yellow"), "bad": ("✗", "red")}


@click.command(help=_("help.doctor"))
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Look at everything and say what is to be done."""
    import os

    from busdb import doctor, validity

    found = doctor.examine(os.environ, validity.now())
    worst = max((one.status for one in found), key=list(_SIGNS).index)
    if as_json:
        emit({"status": worst, "checks": found})
    else:
        _show(found)
        click.echo(_(f"doctor.all_{worst}"))
    if worst == "bad":
        ctx.exit(ILL)


def _show(found: Sequence[Check]) -> None:
    names = {one.name: _(f"doctor.name_{one.name}") for one in found}
    width = max(map(len, names.values()))
    for one in found:
        sign, color = _SIGNS[one.status]
        click.echo(f"{click.style(sign, fg=color)} {names[one.name]:{width}}  {one.message}")
        if one.mend:
            click.echo(f"  {'':{width}}  → {click.style(one.mend, bold=True)}")
