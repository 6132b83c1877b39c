"""What every command needs: settings, the database, and one way to print an answer."""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from busdb.i18n import message as _

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Connection

    from busdb.areas import Gazetteer
    from busdb.assembly import Assembler
    from busdb.db import Database
    from busdb.editors import Channel
    from busdb.finder import Asking
    from busdb.publication import Place
    from busdb.search.desk import Desk
    from busdb.settings import Settings


UNBROKEN = 100_000
"""Columns of a line that nobody looks at."""
CONSOLE = "console:"
"""What the names of users of the system begin with; those of editors hold no colon."""


def _user() -> str:
    """The name of the user of the system, the number for one without a name."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


class Session:
    """The settings and the database of one command; the database is opened when it is first used."""

    def __init__(self) -> None:
        from busdb.settings import Settings

        self.settings: Settings = Settings.from_env()
        self._database: Database | None = None

    @cached_property
    def channel(self) -> Channel:
        """Who acts: the editor that the channel names, else the user of the system, who may do everything.

        Raises ``RefusedError`` for an unknown editor.
        """
        from busdb import editors

        with self.reading() as connection:
            if self.settings.editor:
                return editors.channel(connection, self.settings.editor)
        return editors.Channel(name=f"{CONSOLE}{_user()}")

    def operator_only(self) -> None:
        """Raise ``RefusedError`` for editors."""
        from busdb.errors import RefusedError

        if self.settings.editor:
            raise RefusedError("editor_may_not", editor=self.settings.editor)

    def sources(self, connection: Connection, named: str | None) -> tuple[str, ...] | None:
        """The sources that are asked about, ``None`` for all. Raises ``RefusedError`` for one that there is not."""
        return (known_source(connection, self.channel.narrowed(named)),) if named else self.channel.sources

    @property
    def database(self) -> Database:
        """The database; its schema is not looked at."""
        if self._database is None:
            from busdb.db import Database

            self._database = Database(self.settings.database)
            self._database.waits = lambda wait: click.echo(_("text.import_waits", {"seconds": f"{wait:.0f}"}), err=True)
        return self._database

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A reading transaction on a database of this version. Raises ``SetupError`` for any other."""
        from busdb.migration import require

        with self.database.reading() as connection:
            require(connection)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A writing transaction on a database of this version. Raises ``SetupError`` for any other."""
        from busdb.migration import require

        with self.database.writing() as connection:
            require(connection)
            yield connection

    def check(self) -> None:
        """Raise ``SetupError`` for a database of another version."""
        with self.reading():
            pass

    def close(self) -> None:
        """Close what was opened."""
        if self._database is not None:
            self._database.close()


def known_source(connection: Connection, code: str) -> str:
    """A source that there is. Raises ``RefusedError``."""
    from busdb.runs import ensure_source

    ensure_source(connection, code, create=False)
    return code


@contextmanager
def session() -> Iterator[Session]:
    """The session of a command."""
    opened = Session()
    try:
        yield opened
    finally:
        opened.close()


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help=_("help.option_json"))(command)


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that name a place and a day."""
    command = click.option("--on", help=_("help.option_on"))(command)
    command = click.option("--place", "place_", help=_("help.option_place"))(command)
    return click.option("--ars", help=_("help.option_ars"))(command)


def emit(answer: object) -> None:
    """Print an answer as the API gives it, in UTF-8 whatever the terminal has."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2))


def table(headings: list[str], rows: list[list[str]]) -> None:
    """Print a table, without rows only a dash.

    It fits the terminal; where that would break words, each row is a paragraph with a line for each cell. Elsewhere
    each row is one line.
    """
    if not rows:
        click.echo("–")
    elif not sys.stdout.isatty() and not any("\n" in cell for row in rows for cell in row):
        click.echo("\n".join(_aligned(headings, rows)))  # the library for terminals takes as long to load as to read
    else:
        _fitting(headings, rows)


def _aligned(headings: list[str], rows: list[list[str]]) -> Iterator[str]:
    """The lines of a table as wide as it gets, the heading first; numbers stand on the right."""
    from rich.cells import cell_len

    columns = list(zip(headings, *rows, strict=True))
    widths = [max(map(cell_len, column)) for column in columns]
    right = [_numbers(cells) for _, *cells in columns]
    for row in (headings, *rows):
        spaces = [" " * (width - cell_len(cell)) for width, cell in zip(widths, row, strict=True)]
        cells = [space + cell if last else cell + space for cell, space, last in zip(row, spaces, right, strict=True)]
        yield "  ".join(cells).rstrip()


def _numbers(cells: list[str]) -> bool:
    return all(cell.isdecimal() for cell in cells if cell) and any(cells)


def _fitting(headings: list[str], rows: list[list[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = Table(box=None, header_style="bold", pad_edge=False)
    for heading, *cells in zip(headings, *rows, strict=True):
        whole = not any(" " in cell for cell in cells)
        shown.add_column(heading, justify="right" if _numbers(cells) else "left", overflow="fold", no_wrap=whole)
    for row in rows:
        shown.add_row(*row)
    console = Console(width=None if sys.stdout.isatty() else UNBROKEN, highlight=False, markup=False)
    if console.measure(shown, options=console.options.update(width=UNBROKEN)).minimum > console.width:
        click.echo("\n\n".join(_paragraph(headings, row) for row in rows))
        return
    with console.capture() as captured:
        console.print(shown)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def _paragraph(headings: list[str], row: list[str]) -> str:
    lines = (f"{click.style(heading, bold=True)}: {cell}" for heading, cell in zip(headings, row, strict=True) if cell)
    return "\n".join(lines)


def day(text: str | None) -> Any:
    """The day that an option names, today in Germany without one. Raises ``InputError``."""
    import datetime as dt

    from busdb import validity
    from busdb.errors import InputError

    if text is None:
        return validity.today(validity.now())
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise InputError("day_invalid", value=text) from error


def place(gazetteer: Gazetteer, ars: str | None, text: str | None, on: Any) -> Place | None:
    """The place that ``--ars`` or ``--place`` names. Raises ``InputError`` or ``NotFoundError``."""
    from busdb.errors import InputError

    if ars and text:
        raise InputError("place_twice")
    wanted = ars or text
    return gazetteer.one(wanted, on) if wanted else None


class Asked(NamedTuple):
    """What a command asks for, and what builds the answer."""

    asking: Asking
    desk: Desk
    assembler: Assembler

    @property
    def place(self) -> Place | None:
        """The place, if one is named."""
        return self.asking.place

    @property
    def on(self) -> dt.date:
        """The day."""
        return self.asking.on


def asked(
    opened: Session, connection: Connection, ars: str | None, text: str | None, on: str | None, **more: Any
) -> Asked:
    """What the options ask for, in the language of the command line; ``more`` are fields of ``finder.Asking``.

    Raises ``InputError`` or ``NotFoundError``.
    """
    from busdb import i18n
    from busdb.assembly import Assembler
    from busdb.finder import Asking
    from busdb.search.desk import Desk

    desk, day_ = Desk(opened.settings, opened.database), day(on)
    gazetteer = desk.gazetteer
    where = place(gazetteer, ars, text, day_)
    asking = Asking(**{"place": where, "on": day_, "language": i18n.current(), **more})
    return Asked(asking, desk, Assembler(connection, gazetteer, asking))


def shown_date(day_: dt.date) -> str:
    """A day as people read it."""
    return day_.strftime("%d.%m.%Y")


def ago(moment: Any) -> str:
    """A point in time as people read it, in German time."""
    from busdb.validity import BERLIN

    return moment.astimezone(BERLIN).strftime("%d.%m.%Y %H:%M") if moment else ""


def show_finding(issue: dict[str, Any]) -> None:
    """Print one finding of an import: how bad, where, about which record and field, and what to do."""
    line = issue["line"] if issue["column"] is None else f"{issue['column']}{issue['line']}"
    place_ = ":".join(str(part) for part in (issue["file"], issue["sheet"], line) if part is not None)
    head = click.style(issue["severity"], fg="red" if issue["severity"] == "muss" else "yellow")
    path = None if issue["column"] else issue["path"]
    click.echo("  ".join(filter(None, (head, place_, issue["ref"], path, issue["message"]))))
    if issue["suggestion"]:
        click.echo(f"      {_('text.suggestion', {'text': issue['suggestion']})}")
