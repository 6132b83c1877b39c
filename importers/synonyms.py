"""Editors' synonyms as a table: what people say, and the service, the LeiKa key or the official words that it means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar, get_args

from busdb.formats import ImportContext, Input, Parsed
from busdb.issues import Issue
from busdb.records import Language, Wording
from busdb.tables import CellError, rows, wording_digest
from busdb.textinput import text_lines

HEADINGS = {
    "everyday": ("everyday", "synonym", "synonyme", "synonyms", "alltagswort", "suchwort", "suchbegriff"),
    "service": ("service", "service_id", "leistung", "leistungs-id", "leistung_id"),
    "leika_key": ("leika_key", "leika", "leika-schlüssel", "leistungsschlüssel"),
    "official": ("official", "amtlich", "amtliches wort", "amtssprache"),
    "language": ("language", "sprache"),
}
"""The columns, each with the headings under which it is known."""
_COLUMNS = {heading: column for column, headings in HEADINGS.items() for heading in headings}
_KEY = re.compile(r"\d{14}")
_ROUNDED = re.compile(r"[\d.,]+E\+\d+", re.IGNORECASE)
"""A key as a spreadsheet shows what it took for a number."""
_ID = re.compile(r"[A-Za-z0-9_-]+\.\S(?:.*\S)?")
_LANGUAGES = frozenset(get_args(Language))


class Synonyms:
    """The importer of editors' synonyms."""

    kinds: ClassVar[tuple[str, ...]] = ("wording",)
    strict: ClassVar[bool] = False
    files: ClassVar[tuple[int, int | None]] = (1, None)
    canonical: ClassVar[bool] = False

    def read(self, inputs: Sequence[Input], context: ImportContext) -> Iterator[Parsed | Issue]:
        """Yield a wording for each everyday word of each row. Raises ``InputError``."""
        for name, stream in inputs:
            lines = text_lines(name, stream, older="cp1252")
            for row in rows(name, lines, _COLUMNS, {"everyday"}, "synonyms_heading"):
                if isinstance(row, Issue):
                    yield row
                    continue
                try:
                    yield from [Parsed(one, name, row.line) for one in _wordings(row.cells, context.source)]
                except CellError as error:
                    yield error.issue("wording", name, row.line)


def _wordings(cells: dict[str, str], source: str) -> Iterator[Wording]:
    everyday = [word for part in cells.get("everyday", "").split("|") if (word := " ".join(part.split()))]
    if not everyday:
        raise CellError("everyday", "", "reason.empty")
    language = cells.get("language", "").casefold() or "de"
    if language not in _LANGUAGES:
        raise CellError("language", cells["language"], "reason.language")
    column, target = _target(cells, source)
    for word in dict.fromkeys(everyday):
        digest = wording_digest(word, column, target, language)
        yield Wording(id=f"{source}.{digest}", everyday=word, language=language, **{column: target})  # type: ignore[arg-type]  # checked above


def _target(cells: dict[str, str], source: str) -> tuple[str, str]:
    """What the words of a row mean: the column and its value. An id says more than a key that stands beside it."""
    service, key, official = (cells.get(column, "") for column in ("service", "leika_key", "official"))
    if official and (service or key):
        raise CellError("official", official, "reason.wording_target")
    if official:
        return "official", " ".join(official.split())
    if service and not _KEY.fullmatch(service) and not _ROUNDED.fullmatch(service):
        id_ = service if "." in service else f"{source}.{service}"
        if not _ID.fullmatch(id_):
            raise CellError("service", service, "reason.service_id")
        return "service", id_
    key = service or key
    if not key:
        raise CellError("service", "", "reason.wording_target")
    if not _KEY.fullmatch(key):
        raise CellError("leika_key", key, "reason.leika_key")
    return "leika_key", key


FORMAT = Synonyms()
