"""busdb check-links: whether the links in texts, offices and forms lead somewhere."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from busdb.i18n import message as _
from commands._session import Session, emit, json_option, session

if TYPE_CHECKING:
    from busdb.linkcheck import Answer, Checker
    from busdb.links import Outcome, Stock

AT_ONCE = 20
"""How many answers are kept at a time."""
TELLING = 5
"""From so many links on, no answer at all says more about this machine than about the links."""
FORGOTTEN = 180
"""After so many days links that are in no record any more are forgotten."""


@click.command(help=_("help.check_links"))
@click.option("--source", help=_("help.option_source"))
@click.option("--limit", type=click.IntRange(1), help=_("help.check_links_limit"))
@click.option("--pause", default=1.0, show_default=True, type=click.FloatRange(0, 60), help=_("help.check_links_pause"))
@json_option
def command(source: str | None, limit: int | None, pause: float, as_json: bool) -> None:
    """Ask for each link that is due, politely, and remember what came of it."""
    import datetime as dt

    from busdb import links, validity
    from busdb.errors import SetupError
    from busdb.linkcheck import Checker

    with session() as opened, opened.database.lock("links"):
        contact = opened.settings.links_contact
        if not contact.isprintable() or not contact.isascii() or not contact:
            raise SetupError("links_contact")
        with opened.reading() as connection:
            asked = opened.sources(connection, source)
            stock = links.stock(connection, validity.now(), int(opened.settings.links_days), asked)
        private = opened.settings.links_private == "yes"
        checker = Checker(contact, private=private, way=opened.settings.way_out(), pause=pause)
        done = _ask(opened, checker, stock, stock.due[:limit])
        with opened.writing() as connection:
            links.forget(connection, validity.now() - dt.timedelta(days=FORGOTTEN))
    if as_json:
        emit(done)
    else:
        values = {name: getattr(done, name) for name in done.__struct_fields__}
        click.echo(_("text.links_checked", values))


def _ask(opened: Session, checker: Checker, stock: Stock, urls: tuple[str, ...]) -> Outcome:
    """Ask and keep what is answered. Raises ``SetupError`` where it must be this machine that is cut off."""
    from busdb.errors import SetupError
    from busdb.links import Outcome

    counts: Counter[str] = Counter()
    kept: list[Answer] = []
    online = len(urls) < TELLING
    with _shown(len(urls)) as show:
        try:
            for answer in checker.check(urls):
                kept.append(answer)
                counts[_came(answer)] += 1
                show(answer)
                online = online or answer.passed or answer.status is not None
                if online and len(kept) >= AT_ONCE:
                    _keep(opened, kept, last=False)
        finally:
            if online:
                _keep(opened, kept, last=True)
    if not online:
        raise SetupError("links_offline", asked=len(kept))
    asked = sum(counts.values())
    named = {name: counts[name] for name in ("working", "moved", "failed", "passed")}
    return Outcome(links=stock.links, asked=asked, left=len(stock.due) - asked, **named)


@contextmanager
def _shown(total: int) -> Iterator[Callable[[Answer], None]]:
    """Names what fails on standard error; on a terminal above a bar."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(_("text.asking_links"), total=total)

        def show(answer: Answer) -> None:
            bar.advance(task)
            if answer.error and not answer.passed:
                line = f"{answer.error}  {answer.url}"
                if bar.disable:
                    click.echo(line, err=True)
                else:
                    bar.console.print(line, markup=False, highlight=False)

        yield show


def _came(answer: Answer) -> str:
    if answer.passed:
        return "passed"
    if answer.error:
        return "failed"
    return "moved" if answer.moved_to else "working"


def _keep(opened: Session, kept: list[Answer], *, last: bool) -> None:
    """Write answers; while an import holds the database they wait for the next time, but for the last ones."""
    from busdb import links, validity
    from busdb.errors import BusyError

    try:
        with opened.writing() as connection:
            links.keep(connection, kept, validity.now())
    except BusyError:
        if last:
            raise
    else:
        kept.clear()
