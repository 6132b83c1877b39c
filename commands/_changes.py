"""How commands show what changes or has changed, record by record and field by field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from busdb.i18n import message as _

if TYPE_CHECKING:
    from busdb.diff import FieldChange
    from busdb.history import RecordChange

WOULD_CHANGE = 8
"""Exit status of a dry run that would change something."""
REJECTED = 9
"""Exit status of what was done but for records that were rejected or have been changed since."""
SHOWN = 100
"""How many records are printed; ``--json`` has more."""
_COLORS = {"added": "green", "changed": "yellow", "deleted": "red"}


def show_changes(changes: Sequence[RecordChange], total: int) -> None:
    """Print what became of records, ``total`` of them; of changed ones field by field, in colours on a terminal."""
    for change in changes[:SHOWN]:
        op = click.style(_(f"label.{change.op}"), fg=_COLORS[change.op])
        click.echo(f"{op}  {_(f'news.kind_{change.kind}')}  {change.id}")
        if change.op == "changed":
            show_fields(change.fields)
    if total > SHOWN:
        click.echo(_("text.more_changes", {"more": total - SHOWN}))


def show_fields(fields: Sequence[FieldChange]) -> None:
    """Print the values of fields before and after."""
    from busdb.diff import label, sides

    for field in fields:
        before, after = sides(field)
        click.echo(f"    {label(field)}: {click.style(before, fg='red')} → {click.style(after, fg='green')}")
