"""Positions of the change log, as cursors tell them: so that a reader finds out when the log is no longer the same.

A database that was restored, or a replica that took over before it had all, goes on with other changes under numbers
that were told before. A number alone would let a reader miss them; so beside it stands a word that only this log has
there. Nobody has to do anything for it.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy import Connection, select

from busdb.interchange import content_hash
from busdb.models.operations import change

LETTERS = 10
"""How long a word is: forty bits."""


class Position(NamedTuple):
    """The number of a change, and the word; that is empty where a former version told the number alone."""

    seq: int
    word: str = ""

    def __str__(self) -> str:
        return f"{self.seq}-{self.word}" if self.word else str(self.seq)

    @classmethod
    def parse(cls, text: str) -> Position:
        """The position that ``42-0a1b2c3d4e`` names. Raises ``ValueError``."""
        seq, _, word = text.partition("-")
        return cls(int(seq), word)


def word(seq: int | None, logged: dt.datetime | None) -> str:
    """The word of a change, by when it was logged: no two imports have the same moment."""
    return content_hash(f"{seq} {logged.isoformat()}".encode())[:LETTERS] if logged else ""


def at(connection: Connection, seq: int) -> Position:
    """The position of a number in this log."""
    return Position(seq, word(seq, connection.scalar(select(change.c.changed_at).where(change.c.seq == seq))))


def knows(connection: Connection, told: Position) -> bool:
    """Whether this log has been at a position, and not only at its number."""
    here = at(connection, told.seq)
    return told.seq == 0 or (bool(here.word) and told.word in {"", here.word})
