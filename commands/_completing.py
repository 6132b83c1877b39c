"""What a shell may complete besides commands and options: formats, tables, and what is in the database.

A parameter's name says what it takes, so that a new command is completed like the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from busdb.completion import Completion, Words

COMPLETE = "_BUSDB_COMPLETE"
"""The variable by which a shell asks for words."""
Find = Callable[[str], Iterable[tuple[str, str]]]
"""Gives the words that begin as what is typed, with what they are."""


class _Known(click.ParamType):  # type: ignore[type-arg]  # generic only in new versions of click
    """A parameter whose words are known; what it takes, it takes as before."""

    name = "known"

    def __init__(self, find: Find, taken: click.types.StringParamType | click.types.IntParamType) -> None:
        self._find = find
        self._taken = taken

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value as it was taken before."""
        return self._taken.convert(value, param, ctx)

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002  # click's signature
        param: click.Parameter,  # noqa: ARG002  # as above
        incomplete: str,
    ) -> list[CompletionItem[str]]:
        """The words that begin as what is typed."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(word, help=what or None) for word, what in self._find(incomplete)]


def prepare(name: str, command: click.Command) -> click.Command:
    """A command that also completes the values of its parameters; ``name`` is that of the command or its group."""
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        prepare(name, below)
    for one in command.params:
        find = _FINDERS.get(f"{name} {one.name}") or _FINDERS.get(str(one.name))
        if find and isinstance(one.type, click.types.StringParamType | click.types.IntParamType):
            one.type = _Known(find, one.type)
    return command


def _stored(read: Callable[[Completion], Words]) -> Find:
    """What the database says; nothing where there is none, and none is made for that."""

    def find(beginning: str) -> Words:
        from sqlalchemy.exc import SQLAlchemyError

        from busdb import validity
        from busdb.completion import Completion
        from busdb.errors import BusdbError
        from commands._session import session

        try:
            with session() as opened:
                if opened.settings.file and not opened.settings.file.exists():
                    return []
                with opened.reading() as connection:
                    return read(Completion(connection, beginning, validity.today(validity.now())))
        except (BusdbError, SQLAlchemyError):
            return []

    return find


def _fixed(names: Callable[[], Iterable[str]]) -> Find:
    return lambda beginning: [(name, "") for name in names() if name.startswith(beginning)]


def _importers() -> Iterable[str]:
    from busdb.formats import names

    return names("importers")


def _exports() -> Iterable[str]:
    from busdb.formats import names

    return (*names("exporters"), *_tables())


def _tables() -> Iterable[str]:
    from busdb.sheets.tables import TABLES

    return TABLES


def _kinds() -> Iterable[str]:
    from busdb.records import KINDS

    return KINDS


def _scopes() -> Iterable[str]:
    from busdb.keys import SCOPES

    return sorted(SCOPES)


def _rules(beginning: str) -> Words:
    """The rules of quality with what each asks to do."""
    from busdb.checks import RULES
    from busdb.i18n import message

    return [(code, message(f"quality_do.{code}")) for code in sorted(RULES) if code.startswith(beginning.upper())]


_AREAS = _stored(lambda words: words.areas())
_DRAFTS = _stored(lambda words: words.drafts())
_PLACES = _stored(lambda words: words.places())
_SERVICES = _stored(lambda words: words.ids("service"))
_SOURCES = _stored(lambda words: words.sources())
_FINDERS: dict[str, Find] = {
    "area": _AREAS,
    "ars": _AREAS,
    "authority": _stored(lambda words: words.ids("authority")),
    "draft": _DRAFTS,
    "editors name": _stored(lambda words: words.editors()),
    "export format": _fixed(_exports),
    "history id": _stored(lambda words: words.ids()),
    "history kind": _fixed(_kinds),
    "import format": _fixed(_importers),
    "import kind": _fixed(_tables),
    "life_event": _stored(lambda words: words.ids("life_event")),
    "mandate_areas": _AREAS,
    "mandate_kinds": _fixed(_kinds),
    "notice id": _stored(lambda words: words.ids("notice")),
    "place_": _PLACES,
    "publish-drafts numbers": _DRAFTS,
    "rules": _rules,
    "run": _stored(lambda words: words.runs()),
    "scopes": _fixed(_scopes),
    "service": _SERVICES,
    "services": _SERVICES,
    "source": _SOURCES,
    "sources": _SOURCES,
    "sources code": _SOURCES,
    "table": _fixed(_tables),
    "where text": _PLACES,
}
"""The words of parameters by their names, where needed after that of their command or group."""
