"""busdb completion: what makes a shell complete commands, options and what is in the database."""

from __future__ import annotations

import click

from busdb.i18n import message as _
from commands._completing import COMPLETE
from commands._session import emit, json_option

SHELLS = ("bash", "zsh", "fish")


@click.command(help=_("help.completion"))
@click.argument("shell", type=click.Choice(SHELLS))
@json_option
@click.pass_context
def command(ctx: click.Context, shell: str, as_json: bool) -> None:
    """Print the script that a shell reads."""
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None  # these shells are click's own
    script = made(ctx.find_root().command, {}, "busdb", COMPLETE).source()
    if as_json:
        emit({"shell": shell, "script": script})
    else:
        click.echo(script)
