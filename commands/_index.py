"""The index after a command has changed records."""

from __future__ import annotations

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
        Desk(opened.settings, opened.database).update()
    except (BusdbError, SQLAlchemyError) as error:
        reason = str(getattr(error, "orig", error))
    except OSError as error:
        reason = files.reason(error)
    else:
        return
    click.secho(_("text.index_later", {"reason": reason}), fg="yellow", err=True)
