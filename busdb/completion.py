"""What a half-typed word of the command line may become: codes, ids, places and runs, each with what it is.

A shell asks at each press of a key, so that each answer is one cheap read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, select

from busdb.mapping import shape
from busdb.models import number
from busdb.models.areas import area
from busdb.models.operations import draft, editor, run, source
from busdb.queries import valid_on
from busdb.records import KINDS
from busdb.textfold import fold

Words = list[tuple[str, str]]
"""Words with what they are."""
LIMIT = 200
"""How many words are offered at once."""


class Completion:
    """The words of a database that begin as what is typed, on a day."""

    def __init__(self, connection: Connection, beginning: str, on: dt.date) -> None:
        self._connection = connection
        self._beginning = beginning
        self._on = on

    def sources(self) -> Words:
        """The codes of sources, with their names."""
        return self._starting((row.code, row.name) for row in self._connection.execute(select(source)))

    def editors(self) -> Words:
        """The names of editors, with their sources."""
        return self._starting((row.name, " ".join(row.sources)) for row in self._connection.execute(select(editor)))

    def ids(self, *kinds: str) -> Words:
        """The ids of records of some kinds, or of all."""
        found: Words = []
        id_ = number.c.source + "." + number.c.value
        for kind in kinds or KINDS:
            existing = shape(kind).table.c.object == number.c.number
            named = id_.startswith(self._beginning, autoescape=True)
            statement = select(id_).where(existing, named).order_by(id_).limit(LIMIT - len(found))
            found += [(one, kind) for one in self._connection.scalars(statement)]
        return found

    def places(self) -> Words:
        """The names of areas, written so that no shell must quote them: ``naumburg-saale``."""
        wanted = fold(self._beginning)
        rows = self._connection.execute(select(area.c.name).where(valid_on(area, self._on)).distinct())
        names = sorted((fold(row.name), row.name) for row in rows)
        return [(word.replace(" ", "-"), name) for word, name in names if word.startswith(wanted)][:LIMIT]

    def areas(self) -> Words:
        """The keys of areas, with their names."""
        begins = area.c.ars.startswith(self._beginning, autoescape=True)
        statement = select(area.c.ars, area.c.name).where(valid_on(area, self._on), begins).order_by(area.c.ars)
        return [(row.ars, row.name) for row in self._connection.execute(statement.limit(LIMIT))]

    def runs(self) -> Words:
        """The numbers of the latest runs, with what they imported."""
        return self._runs(select(run).order_by(run.c.run.desc()).limit(LIMIT))

    def drafts(self) -> Words:
        """The numbers of drafts, with what they would import."""
        return self._runs(select(run).join(draft))

    def _runs(self, statement: Select[Any]) -> Words:
        rows = self._connection.execute(statement)
        return self._starting((str(row.run), f"{row.source} {row.format}") for row in rows)

    def _starting(self, words: Iterable[tuple[str, str]]) -> Words:
        return sorted(one for one in words if one[0].startswith(self._beginning))
