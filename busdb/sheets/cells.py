"""What stands in a cell as text, and what all readers of cells share.

A reader is given the cell and a :class:`Desk`; it raises :class:`MisreadError`. What it puts right it notes there.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from busdb import i18n
from busdb.html import INVISIBLE, clean, plain
from busdb.rows import Names
from busdb.textfold import fold

Raw = str | int | float | bool | dt.date | dt.datetime | dt.time
"""What a cell holds: CSV knows text only."""

LONGEST = 32_767
"""How many characters a cell of a workbook holds."""

ROUNDED = re.compile(r"(\d)(?:[.,](\d+))?E\+?(\d+)", re.IGNORECASE)

_MARKUP = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|span|div|font|a|ul|ol|li|h[1-6]|t[rdh]|table|script|style)\b[^>]*>", re.I
)

_ID = re.compile(r"[A-Za-z0-9_-]+\.\S(?:.*\S)?")

_PLAIN = re.compile("[!-~\u00c0-\u024f]++(?: [!-~\u00c0-\u024f]++)*+")
"""A text that has its spaces as people mean them; most have."""
_LIST = re.compile(r"\s*\|\s*|\s*\n\s*")

_YES = frozenset({"ja", "j", "x", "yes", "y", "true", "wahr", "1"})

_NO = frozenset({"nein", "n", "no", "false", "falsch", "0"})


class MisreadError(Exception):
    """A cell that cannot be read: why (a message id), and perhaps what could be meant (a message id and its gaps)."""

    def __init__(self, reason: str, suggestion: str | None = None, **values: str) -> None:
        super().__init__(reason)
        self.reason, self.suggestion, self.values = reason, suggestion, values


class Desk:
    """What readers of cells may ask, and where they note what they put right."""

    def __init__(self, names: Names, source: str, own: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self.names, self.source, self._own = names, source, own
        self.notes: list[tuple[str, str | None, dict[str, str]]] = []

    def note(self, code: str, suggestion: str | None = None, **values: str) -> None:
        """Note a finding of ``soll`` on the cell that is being read."""
        self.notes.append((code, suggestion, values))

    def repaired(self, meant: str) -> None:
        """Note that a cell was taken for ``meant``."""
        self.note("cell_repaired", meant=meant)

    def resolve(self, kind: str, text: str) -> str:
        """The object that a text names: by id, key, or exact name, here or in the file itself."""
        found = self._own.get(kind, {}).get(fold(text)) or self.names.find(kind, text)
        if len(found) == 1:
            return found[0]
        if found:
            raise MisreadError(
                "reason.ambiguous", "suggestion.one_of", near=_near([self._shown(kind, one) for one in found])
            )
        if _ID.fullmatch(text) and self.names.source(text.partition(".")[0]):
            return text
        if near := self.names.near(kind, text):
            raise MisreadError("reason.not_found", "suggestion.near", near=_near(near))
        raise MisreadError("reason.not_found")

    def _shown(self, kind: str, id_: str) -> str:
        name = self.names.shown(kind, id_)
        return f"{name} ({id_})" if name else id_


def _near(names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(names[:3]))


Read = Callable[[Raw, Desk], Any]


def shown(value: Any, language: str = "de") -> str:
    """A value as text of a cell: days and amounts in the manner of the language."""
    if isinstance(value, tuple):
        return " | ".join(shown(one, language) for one in value)
    if isinstance(value, bool):
        return i18n.message("applies.yes" if value else "applies.no", language=language)
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value.isoformat() if language == "en" else f"{value:%d.%m.%Y}"
    if isinstance(value, Decimal):
        return f"{value:f}" if language == "en" else f"{value:f}".replace(".", ",")
    if isinstance(value, float):
        return f"{int(value)}" if value.is_integer() and abs(value) < 1e15 else f"{value!r}"
    return "" if value is None else str(value)


def as_text(raw: Raw) -> str:
    """The text of a cell, with its spaces as people mean them."""
    return spaced(raw if isinstance(raw, str) else shown(raw))


def spaced(text: str) -> str:
    """A text without spaces at its ends and of its lines, and without what nobody sees."""
    if _PLAIN.fullmatch(text) and len(text) <= LONGEST:
        return text
    text = INVISIBLE.sub("", text.replace("\u00a0", " ").replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(" ".join(line.split()) for line in text.split("\n")).strip()[:LONGEST].rstrip()


def line(raw: Raw, desk: Desk) -> str:
    """One line of text; HTML in it goes."""
    text = as_text(raw)
    if _MARKUP.search(text):
        text = plain(clean(text).html or "")
        desk.note("html_cleaned")
    return " ".join(text.split())


def markup(raw: Raw, desk: Desk) -> str:  # noqa: ARG001  # a reader; what HTML may not hold is cleaned at import
    """A text of several lines: HTML, or words that become it."""
    text = as_text(raw)
    if _MARKUP.search(text) or re.search(r"&\w+;", text):
        return text
    return html.escape(text, quote=False).replace("\n", "<br>")


def words(raw: Raw, desk: Desk) -> tuple[str, ...]:
    """A list, separated by vertical bars or lines."""
    return tuple(dict.fromkeys(line(one, desk) for one in _LIST.split(as_text(raw)) if one.strip()))


def each(read: Read) -> Read:
    """A list whose parts are read by ``read``."""

    def several(raw: Raw, desk: Desk) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(read(one, desk) for one in _LIST.split(as_text(raw)) if one.strip()))

    return several


def digits(raw: Raw) -> str:
    """A key of digits, as it was before a spreadsheet took it for a number. Raises :class:`MisreadError`."""
    text = as_text(raw).replace(" ", "")
    if rounded := ROUNDED.fullmatch(text):
        first, rest, power = rounded[1], rounded[2] or "", int(rounded[3])
        if power > 20 or len(rest) < power:
            raise MisreadError("reason.rounded", "suggestion.as_text")
        text = (first + rest)[: power + 1]
    return re.sub(r"(?<=\d)[.,]0+$", "", text)


def yes(raw: Raw, desk: Desk) -> bool:  # noqa: ARG001  # a reader
    """Yes or no."""
    said = as_text(raw).casefold() if not isinstance(raw, bool) else "ja" if raw else "nein"
    if said not in _YES | _NO:
        raise MisreadError("reason.yes_no")
    return said in _YES


class Choice:
    """One of some codes, each with its word in the catalogue (``choice.<code>``) and further words, folded."""

    def __init__(self, codes: tuple[str, ...], also: Mapping[str, str] | None = None) -> None:
        self.codes, self.also = codes, also or {}

    def __call__(self, raw: Raw, desk: Desk) -> str:  # noqa: ARG002  # a reader
        """The code of a cell."""
        text = fold(as_text(raw))
        for code in self.codes:
            if text in {fold(code), fold(self.word(code, "de")), fold(self.word(code, "en"))}:
                return code
        if text in self.also:
            return self.also[text]
        given = ", ".join(self.word(code, i18n.current()) for code in self.codes)
        raise MisreadError("reason.choice", "suggestion.choices", choices=given)

    def word(self, code: str, language: str) -> str:
        """The word of a code."""
        return i18n.message(f"choice.{code}", language=language)
