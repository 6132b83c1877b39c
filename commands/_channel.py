"""What an editor may ask for whom a channel names, as the forced command of SSH does.

``command="BUSDB_EDITOR=naumburg busdb",restrict ssh-ed25519 ...`` in ``authorized_keys``: the words come from
``SSH_ORIGINAL_COMMAND`` and no shell reads them; files come by standard input and go to standard output.
"""

from __future__ import annotations

import os
import shlex
from copy import copy
from typing import Any

import click

from busdb.errors import InputError, RefusedError

EDITORS = frozenset(
    {
        "bundle",
        "coverage",
        "diff",
        "drafts",
        "export",
        "feedback",
        "fees",
        "help",
        "history",
        "import",
        "news",
        "notice",
        "publish-drafts",
        "quality",
        "reviews",
        "runs",
        "search",
        "search-log",
        "statistics",
        "stats",
        "template",
        "where",
        "who",
    }
)
"""The commands for editors; all others are the operator's."""


def asked() -> list[str] | None:
    """The words that came over SSH; ``None`` for those of the command line. Raises ``InputError``."""
    words = os.environ.get("SSH_ORIGINAL_COMMAND")  # like the editor, said by the channel before any setting is read
    if words is None or not _editor():
        return None
    try:
        found = shlex.split(words)
    except ValueError as error:
        raise InputError("ssh_words") from error
    return found[1:] if found[:1] == ["busdb"] else found


def offered(name: str) -> bool:
    """Whether the channel may use a command."""
    return not _editor() or name in EDITORS


def allowed(name: str, command: click.Command) -> click.Command:
    """A command as the channel may use it. Raises ``RefusedError`` for one that is not for editors."""
    if not _editor():
        return command
    if not offered(name):
        raise RefusedError("editor_may_not", editor=_editor())
    return _streaming(command) if "SSH_ORIGINAL_COMMAND" in os.environ else command


def _editor() -> str:
    return os.environ.get("BUSDB_EDITOR", "").strip()


def _stream(_ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    """Standard input is all that a file can be; an option names none."""
    given = value if isinstance(value, tuple) else (value,)
    for one in given:
        if one is not None and (str(one) != "-" or isinstance(param, click.Option)):
            raise RefusedError("ssh_files")
    return value


def _streaming(command: click.Command) -> click.Command:
    """The command with standard input in place of files."""
    made = copy(command)
    made.params = [copy(one) for one in command.params]
    for one in made.params:
        if isinstance(one.type, click.Path | click.File):
            one.callback = _stream
    if isinstance(made, click.Group):
        made.commands = {name: _streaming(below) for name, below in made.commands.items()}
    return made
