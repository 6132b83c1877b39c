"""The command line: a group that loads each command when it is called, and errors turned into exit statuses."""

from __future__ import annotations

import gettext
import io
import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import click

import commands
from busdb import i18n
from busdb.errors import BusdbError
from commands._channel import allowed, asked, offered
from commands._completing import COMPLETE, prepare
from commands._journal import journal
from commands._screen import guard

INTERRUPTED = 130
"""Exit status after Ctrl+C."""
UNHEARD = 141
"""Exit status where the reader of the output has gone."""


class Commands(click.Group):
    """The commands by the modules of the package ``commands``; ``import_`` is ``import``, ``_`` inside is ``-``.

    Each offers ``command``.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """The names of the commands that the channel may use."""
        return sorted(filter(offered, _names()))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # as above
        """The command of a name."""
        if cmd_name not in _names():
            return None
        module = f"{cmd_name}_" if cmd_name == "import" else cmd_name.replace("-", "_")
        command: click.Command = import_module(f"commands.{module}").command
        return prepare(cmd_name, command) if COMPLETE in os.environ else command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by their sentences in the catalogue: none has to be loaded to be listed."""
        told = {name: i18n.message(f"help.{name.replace('-', '_')}") for name in self.list_commands(ctx)}
        listed = click.Group(commands={name: click.Command(name, help=text) for name, text in told.items()})
        listed.format_commands(ctx, formatter)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the words of the command line apart, and keep the name of the command for the log."""
        words = [word for word in args if not word.startswith("-")]
        command = self.get_command(ctx, words[0]) if words else None
        ctx.meta[__name__] = " ".join(words[: 2 if isinstance(command, click.Group) else 1])
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is asked for, as the channel may use it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, allowed(name, command) if name and command else command, rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an expected error becomes a sentence and an exit status."""
        name = ctx.meta[__name__]
        try:
            with journal(name):
                return super().invoke(ctx)
        except BusdbError as error:
            _say(str(error))
            ctx.exit(error.exit_status)
        except BrokenPipeError:
            _hush()
            ctx.exit(UNHEARD)
        except OSError as error:
            from busdb import files  # --help needs neither it nor logging

            place = f"{error.filename}: " if error.filename else ""
            _say(i18n.message("system_refuses", {"reason": f"{place}{files.reason(error)}"}))
            _hush()
            ctx.exit(1)
        except Exception as error:
            told = _meaning(error)
            if told is None:
                raise
            _say(str(told))
            ctx.exit(told.exit_status)
        except KeyboardInterrupt as error:
            code = f"interrupted.{name.partition(' ')[0]}"
            kept = str(error) or i18n.message(code if i18n.known(code) else "interrupted.any")
            click.echo(f"\n{i18n.message('interrupted')} {kept}", err=True)
            ctx.exit(INTERRUPTED)


def _names() -> list[str]:
    """The names of all commands."""
    names = (info.name for info in iter_modules(commands.__path__) if not info.name.startswith("_"))
    return [name.rstrip("_").replace("_", "-") for name in names]


def _meaning(error: Exception) -> BusdbError | None:
    """What an error of the database means, if it is one; asked only where the database was loaded."""
    if "sqlalchemy" not in sys.modules:
        return None
    from sqlalchemy.exc import DBAPIError

    from busdb.db import meaning

    return meaning(error) if isinstance(error, DBAPIError) else None


def _say(error: str) -> None:
    click.secho(f"{i18n.message('label.error')}: {error}", fg="red", err=True)


def _hush() -> None:
    """Let nothing more come out: what was to be written has nowhere to go."""
    import logging  # as above

    logging.disable()
    with suppress(OSError), Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def language() -> str:
    """The language of the command line: the setting, else the locale if it is German or English, else German."""
    environ = os.environ  # the language must be known before the settings, to speak of wrong ones
    places = ("BUSDB_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    return i18n.negotiate(*(environ.get(name) for name in places))


def _translate_click() -> None:
    """Let click speak the language of the command line; it asks the global catalogue of gettext."""
    os.environ["LANGUAGE"] = i18n.current()
    gettext.bindtextdomain("click", os.fspath(i18n.LOCALE))
    gettext.textdomain("click")


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may lack a sign; that is no reason to fail
    guard()
    i18n.use(language())
    _translate_click()
    group = Commands(
        name="busdb",
        help=i18n.message("help.busdb"),
        context_settings={
            "help_option_names": ["-h", "--help"],
            "max_content_width": 100,
            "color": False if os.environ.get("NO_COLOR") else None,  # no-color.org
        },
    )
    click.version_option(package_name="busdb")(group)
    try:
        words = asked()
    except BusdbError as error:
        _say(str(error))
        raise SystemExit(error.exit_status) from error
    group(words, prog_name="busdb")


if __name__ == "__main__":
    main()
