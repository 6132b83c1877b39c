"""The index after a command has changed records, and how far it is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from busdb.i18n import message as _

if TYPE_CHECKING:
    from commands._session import Session


def catch_up(opened: Session) -> None:
    """Let the index follow what was committed; what keeps it from that is told, and undoes nothing."""
    from sqlalchemy.exc import SQLAlchemyError

    from busdb import files
    from busdb.errors import BusdbError
    from busdb.search.desk import Desk

    try:
        with indexing() as progress:
            Desk(opened.settings, opened.database).update(progress)
    except (BusdbError, SQLAlchemyError) as error:
        reason = str(getattr(error, "orig", error))
    except OSError as error:
        reason = files.reason(error)
    else:
        return
    click.secho(_("text.index_later", {"reason": reason}), fg="yellow", err=True)


@contextmanager
def indexing() -> Iterator[Callable[[int], None] | None]:
    """Counts documents on a terminal, as imports count records; not for cron, nor beside an answer in JSON."""
    if not sys.stderr.isatty() or click.get_current_context().params.get("as_json"):
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(_("text.indexing", {"documents": 0}), total=None)
        yield lambda documents: shown.update(task, description=_("text.indexing", {"documents": documents}))
