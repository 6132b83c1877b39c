"""Text files of editors: authorities, responsibilities, fees, additions, synonyms, online services, forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from busdb.formats import Found, ImportContext, Input
from busdb.sheets.reading import read
from busdb.sheets.tables import KINDS


class Csv:
    """The importer of tables as text."""

    kinds: ClassVar[tuple[str, ...]] = KINDS
    strict: ClassVar[bool] = True
    files: ClassVar[tuple[int, int | None]] = (1, None)
    canonical: ClassVar[bool] = False

    def read(self, inputs: Sequence[Input], context: ImportContext) -> Iterator[Found]:
        """Yield an edit for each row of each table. Raises ``InputError``."""
        return read(inputs, context, books=False)


FORMAT = Csv()
