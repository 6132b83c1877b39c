"""The manual: a page for each command, made from the command itself, as text for a terminal or as a man page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import click

from busdb.i18n import message as _

EXAMPLES = {
    "bundle": ("busdb bundle gewerbe-anmelden gaststaettengewerbe-anzeigen --place Naumburg",),
    "check-links": ("busdb check-links --source naumburg --limit 500",),
    "completion": ('eval "$(busdb completion bash)"',),
    "coverage": ("busdb coverage --place Naumburg --as csv",),
    "deliver": ("busdb deliver", "busdb deliver --once --dead"),
    "demo": ("busdb demo --no-serve",),
    "diff": ("busdb diff 2026-11-01 2026-11-20 --ars 15084 --json",),
    "doctor": ("busdb doctor",),
    "drafts show": ("busdb drafts show 17",),
    "editors add": ("busdb editors add bernd --role approver --source naumburg",),
    "evaluate": ("busdb evaluate judged.jsonl --baseline before.json",),
    "export": (
        'busdb export 115 --place "Naumburg (Saale)" --as xml -o 115.xml',
        "busdb export fees --source naumburg -o gebuehren.xlsx",
    ),
    "fees parse": ("busdb fees parse < lines.txt",),
    "fees quote": ("busdb fees quote personalausweis-beantragen --place Naumburg --age 22",),
    "follow": ("busdb follow https://pvog.example.org/xzufi --source bund --client 7",),
    "history": ("busdb history kommunal.buergerbuero --restore contacts",),
    "import": (
        "busdb import xlsx gebuehren.xlsx --source naumburg --dry-run --report bericht.xlsx",
        'busdb import csv gebuehren.csv --source naumburg --map "Amt=Behörde" --good-rows',
        "busdb import areas areas.csv postal-codes.csv --source destatis",
    ),
    "inbox run": ("busdb inbox run /srv/inbox --wait 60",),
    "index check": ("busdb index check || busdb index rebuild",),
    "keys create": ("busdb keys create --name Servicecenter --scope 115:internal --expires 2027-12-31",),
    "lint xzufi": ("busdb lint xzufi /srv/files/xzufi",),
    "notice add": ('busdb notice add --authority kommunal.buergerbuero --text "Heute geschlossen." --to 2026-12-24',),
    "publish": ("busdb publish /srv/files --formats municipal,xzufi --lang de --lang en",),
    "publish-drafts": ('busdb publish-drafts 17 --approved-by "Erika Muster"',),
    "quality": ("busdb quality --source naumburg --as xlsx -o arbeitsliste.xlsx",),
    "runs show": ("busdb runs show 12 --changes",),
    "runs undo": ("busdb runs undo 12 --dry-run",),
    "search": ("busdb search lappen weg --place 06618",),
    "serve": ("busdb serve --host 0.0.0.0 --workers 2",),
    "sources add": ('busdb sources add naumburg --name "Stadt Naumburg" --mandate-area 150840355355 --four-eyes',),
    "template": ("busdb template fees -o gebuehren.xlsx",),
    "webhooks add": ("busdb webhooks add https://stadt.example.org/hook --place Naumburg",),
    "where": ("busdb where 06618 naumburg",),
    "who": ('busdb who hundesteuer --place Naumburg --street "Am Markt 5" --explain',),
}
"""How commands are called, by their names."""
_COMMON = (0, 1, 2, 3, 4, 5, 6, 7, 130, 141)
SPECIAL = {
    8: {"backup", "db upgrade", "drafts show", "forget", "import", "index check", "runs undo"},
    9: {
        "drafts show",
        "forget",
        "history",
        "import",
        "inbox run",
        "notice add",
        "notice remove",
        "publish-drafts",
        "runs undo",
    },
    10: {"db upgrade", "doctor", "lint xzufi", "quality"},
}
"""Exit statuses that only some commands have."""


class Page(NamedTuple):
    """What the manual says of a command: its name, a sentence, how it is called, and what belongs to it."""

    name: str
    about: str
    synopsis: str
    options: tuple[tuple[str, str], ...]
    commands: tuple[tuple[str, str], ...]
    examples: tuple[str, ...]
    statuses: tuple[tuple[str, str], ...]


def pages(context: click.Context, words: tuple[str, ...] = ()) -> Iterator[Page]:
    """The pages of a command and of all below it. Raises a usage error for an unknown one."""
    command = context.command
    for word in words[:1]:
        below = command.get_command(context, word) if isinstance(command, click.Group) else None
        if below is None:
            raise click.UsageError(_("manual.unknown", {"command": " ".join(words)}), context)
        yield from pages(click.Context(below, context, word), words[1:])
        return
    yield _page(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            yield from pages(context, (name,))


def _page(context: click.Context) -> Page:
    command, whole = context.command, context.command_path
    name = whole.partition(" ")[2]
    records = [one.get_help_record(context) for one in command.get_params(context) if isinstance(one, click.Option)]
    below = []
    if isinstance(command, click.Group):
        found = ((one, command.get_command(context, one)) for one in command.list_commands(context))
        below = [(one, known.get_short_help_str(200)) for one, known in found if known]
    statuses = [*_COMMON, *(status for status, names in SPECIAL.items() if name in names)]
    return Page(
        name=whole.replace(" ", "-"),
        about=" ".join((command.help or "").split()),
        synopsis=" ".join([whole, *command.collect_usage_pieces(context)]),
        options=tuple(record for record in records if record),
        commands=tuple(below),
        examples=EXAMPLES.get(name, ()),
        statuses=tuple((str(status), _(f"manual.status_{status}")) for status in sorted(statuses)),
    )


def _sections(page: Page) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """The sections of a page: heading, and terms with what they mean."""
    yield _("manual.name"), ((page.name, page.about),)
    yield _("manual.synopsis"), ((page.synopsis, ""),)
    for word in ("options", "commands"):
        if terms := getattr(page, word):
            yield _(f"manual.{word}"), terms
    if page.examples:
        yield _("manual.examples"), tuple((one, "") for one in page.examples)
    yield _("manual.statuses"), page.statuses


def text(page: Page, width: int) -> str:
    """A page for a terminal."""
    made = click.HelpFormatter(width=width)
    for heading, terms in _sections(page):
        with made.section(heading):
            if any(meaning for _term, meaning in terms):
                made.write_dl(terms, col_max=28)
            else:
                for term, _meaning in terms:
                    made.write(f"{'':{made.current_indent}}{term}\n")
    return made.getvalue().strip("\n")


def roff(page: Page) -> str:
    """A page for man."""
    lines = [f".TH {_escaped(page.name.upper())} 1"]
    for heading, terms in _sections(page):
        lines.append(f".SH {_escaped(heading.upper())}")
        for term, meaning in terms:
            if heading == _("manual.name"):
                lines.append(f"{_escaped(term)} \\- {_escaped(meaning)}")
            elif meaning:
                lines += [".TP", f"\\fB{_escaped(term)}\\fR", _escaped(meaning)]
            else:
                lines += [".PP", _escaped(term)]
    return "\n".join(lines) + "\n"


def _escaped(words: str) -> str:
    """Words that roff takes for no command of its own."""
    plain = words.replace("\\", "\\e").replace("-", "\\-").replace("\n", " ")
    return f"\\&{plain}" if plain[:1] in {".", "'"} else plain
