"""The table of local additions: a row for each text of an addition."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from busdb import i18n
from busdb.codelists import PROSE_MODULES, TEXT_MODULES
from busdb.records import (
    Language,
    LocalAddition,
    Text,
)
from busdb.sheets import cells
from busdb.sheets.cells import Choice, Desk, MisreadError, Raw
from busdb.sheets.columns import Column, field
from busdb.sheets.table import Parts, Table, area, id_, language, service, validity
from busdb.textfold import fold

MODULES = (*TEXT_MODULES, *PROSE_MODULES)
"""The text modules that an addition may have."""


class AdditionRow(Struct, frozen=True, kw_only=True):
    """A row of the table of additions: one text of an addition, with what holds for all of it."""

    id: str
    service: str = ""
    area: str = ""
    mode: Literal["supplement", "replace"] = "supplement"
    module: str | None = None
    language: Language = "de"
    text: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


_SHARED = ("service", "area", "mode", "valid_from", "valid_to")


def _addition_row(record: LocalAddition, text: Text | None) -> AdditionRow:
    shared = {name: getattr(record, name) for name in _SHARED}
    if text is None:
        return AdditionRow(id=record.id, **shared)
    return AdditionRow(id=record.id, **shared, module=text.module, language=text.language, text=text.html)


def _split(record: LocalAddition) -> Sequence[AdditionRow]:
    """A row for each text that the table can show: of several of one module and language, the first."""
    texts = {(one.module, one.language): one for one in reversed(record.texts)}
    shown = [one for one in record.texts if texts[one.module, one.language] is one]
    return [_addition_row(record, one) for one in shown] or [_addition_row(record, None)]


def _pick(record: LocalAddition, said: Mapping[str, Any]) -> AdditionRow:
    module, language = said.get("module"), said.get("language") or "de"
    text = next((one for one in record.texts if (one.module, one.language) == (module, language)), None)
    return replace(_addition_row(record, text), module=module, language=language)


def _merge(record: LocalAddition, row: AdditionRow) -> LocalAddition:
    record = replace(record, **{name: getattr(row, name) for name in _SHARED})
    if row.module is None:
        return record
    texts = list(record.texts)
    place = next(
        (n for n, one in enumerate(texts) if (one.module, one.language) == (row.module, row.language)), len(texts)
    )
    before = texts[place] if place < len(texts) else None
    made = replace(before, html=row.text) if before and row.text else None
    made = made or (Text(module=row.module, language=row.language, html=row.text) if row.text else None)
    texts[place : place + 1] = [made] if made else []
    return replace(record, texts=tuple(texts))


def _module(raw: Raw, desk: Desk) -> str:  # noqa: ARG001  # a reader
    """A text module by its number (a lost zero is given back) or by its title."""
    text = cells.as_text(raw)
    number = re.match(r"(\d{1,2})(?!\d)", cells.digits(text))
    if number and number[1].zfill(2) in MODULES:
        return number[1].zfill(2)
    for code in MODULES:
        if fold(text) in {fold(i18n.message(f"module.{code}", language=one)) for one in i18n.LANGUAGES}:
            return code
    raise MisreadError("reason.module", "suggestion.modules", choices=", ".join(MODULES))


def additions() -> Table:
    """The table of local additions."""
    mode = Choice(("supplement", "replace"), {"ergaenzt": "supplement", "ersetzt": "replace"})
    columns = (
        id_("ergaenzung"),
        service(),
        area(required=True),
        Column(
            "module",
            "$.texts.module",
            _module,
            lambda row: row.module,
            lambda row, value: replace(row, module=value),
            "textmodul modul_nr baustein",
            example="16",
        ),
        field("text", cells.markup, aliases="inhalt ergaenzungstext html", example="Montags nur mit Termin."),
        field("language", language(), empty="de", aliases="lang"),
        field("mode", mode, empty="supplement", aliases="art modus"),
        *validity(),
    )
    parts = Parts(("module", "language"), _split, _pick, _merge)
    key = ("service", "area", "valid_from")
    return Table(
        "additions", "local_addition", columns, key, lambda id_: LocalAddition(id=id_, service="", area=""), parts=parts
    )
