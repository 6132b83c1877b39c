"""What stands in a cell, as a value: text, keys without lost zeros, days, money, yes and no, links, phone numbers.

A reader is given the cell and a :class:`Desk`; it raises :class:`Misread`. What it puts right it notes at the desk.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

import phonenumbers

from busdb import i18n
from busdb.codelists import significant
from busdb.formats import Names
from busdb.html import INVISIBLE, clean, plain
from busdb.records import COUNTRY
from busdb.textfold import fold
from busdb.validity import OPEN_ENDS

Raw = str | int | float | bool | dt.date | dt.datetime | dt.time
"""What a cell holds: CSV knows text only."""
LONGEST = 32_767
"""How many characters a cell of a workbook holds."""
_FIRST_SERIAL, _LAST_SERIAL = 18_264, 109_575
"""The days 1950-01-01 to 2199-12-31 as workbooks count them."""
_EPOCH = dt.date(1899, 12, 30)
_ROUNDED = re.compile(r"(\d)(?:[.,](\d+))?E\+?(\d+)", re.IGNORECASE)
_GERMAN_DAY = re.compile(r"(\d{1,2})\.\s*(\d{1,2}|[A-Za-zäÄ]+)\.?\s*(\d{4}|\d{2})(?:[ T]0{1,2}:00(?::00)?)?")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?")
_MONTHS = ("jan", "feb", "maer", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_MONEY = re.compile(r"(?:(?:€|EUR|Euro)\s*)?(\d[\d.,' ]*?)(?:\s*(?:,-{1,2}|€|EUR|Euro))*", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:[.' ]\d{3})+(?:,\d{1,2})?|\d+(?:,\d{1,2})?")
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+\.\d{1,2}|\d+\.\d{1,2}")
_MARKUP = re.compile(r"</?(?:p|br|b|i|u|em|strong|span|div|font|a|ul|ol|li|h[1-6]|t[rdh]|table|script|style)\b[^>]*>", re.I)
_ID = re.compile(r"[A-Za-z0-9_-]+\.\S(?:.*\S)?")
_LIST = re.compile(r"\s*\|\s*|\s*\n\s*")
_YES = frozenset({"ja", "j", "x", "yes", "y", "true", "wahr", "1"})
_NO = frozenset({"nein", "n", "no", "false", "falsch", "0"})
_OPEN = frozenset({"offen", "unbefristet", "open", "unlimited"})
_FREE = frozenset({"kostenfrei", "kostenlos", "gebuehrenfrei", "frei", "free", "keine"})
_ZEROS = {1: 2, 4: 5, 7: 8, 11: 12}
"""Keys of areas that have lost a zero at their beginning, by length; no other key has that length."""


class Misread(Exception):
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
            raise Misread("reason.ambiguous", "suggestion.one_of", near=_near([self._shown(kind, one) for one in found]))
        if _ID.fullmatch(text) and self.names.source(text.partition(".")[0]):
            return text
        if near := self.names.near(kind, text):
            raise Misread("reason.not_found", "suggestion.near", near=_near(near))
        raise Misread("reason.not_found")

    def _shown(self, kind: str, id_: str) -> str:
        name = self.names.shown(kind, id_)
        return f"{name} ({id_})" if name else id_


def _near(names: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(names[:3]))


Read = Callable[[Raw, Desk], Any]


def shown(value: Any, language: str = "de") -> str:
    """A value as text of a cell: days and amounts in the manner of the language."""
    if value is None or value == ():
        return ""
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
    if isinstance(value, tuple):
        return " | ".join(shown(one, language) for one in value)
    return str(value)


def as_text(raw: Raw) -> str:
    """The text of a cell, with its spaces as people mean them."""
    return spaced(shown(raw))


def spaced(text: str) -> str:
    """A text without spaces at its ends and of its lines, and without what nobody sees."""
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
    """A key of digits, as it was before a spreadsheet took it for a number. Raises :class:`Misread`."""
    text = as_text(raw).replace(" ", "")
    if rounded := _ROUNDED.fullmatch(text):
        first, rest, power = rounded[1], rounded[2] or "", int(rounded[3])
        if power > 20 or len(rest) < power:
            raise Misread("reason.rounded", "suggestion.as_text")
        text = (first + rest)[: power + 1]
    return re.sub(r"(?<=\d)[.,]0+$", "", text)


def postal_code(raw: Raw, desk: Desk) -> str:
    """A postal code; four digits have lost a zero."""
    code = re.sub(r"^(?:D|DE)-", "", digits(raw))
    if code.isascii() and code.isdigit() and len(code) == 4:
        desk.repaired(f"0{code}")
        code = f"0{code}"
    if not (code.isascii() and code.isdigit() and len(code) == 5):
        raise Misread("reason.postal_code")
    return code


def leika_key(raw: Raw, desk: Desk) -> str:  # noqa: ARG001  # a reader
    """A LeiKa key, also in groups of digits."""
    key = re.sub(r"[ .\-]", "", digits(raw))
    if not re.fullmatch(r"[0-9]{14}", key):
        raise Misread("reason.leika_key", "suggestion.as_text")
    return key


def area(raw: Raw, desk: Desk) -> str:
    """An area: by ARS, AGS, the id of one without a key, or a name."""
    text = as_text(raw)
    if not text[:1].isdigit():
        return COUNTRY if text.upper() in {"DE", "BUND", "DEUTSCHLAND"} else desk.resolve("area", text)
    key = digits(raw)
    if not (key.isascii() and key.isdigit()):
        raise Misread("reason.ars_digits", "suggestion.as_text")
    if len(key) in _ZEROS:
        key = f"0{key}"
        desk.repaired(key)
    if known := desk.names.find("area", key):
        return known[0] if len(known) == 1 else desk.resolve("area", key)
    if len(key) == 8 and (known := desk.names.find("area", f"0{key}")):
        desk.repaired(f"0{key}")
        return known[0]
    if len(key) not in {2, 3, 5, 9, 12}:
        raise Misread("reason.ars_digits", "suggestion.as_text")
    return significant(key)


def reference(kind: str) -> Read:
    """A reader of what names an object of a kind."""

    def read(raw: Raw, desk: Desk) -> str:
        text = as_text(raw)
        if kind == "service" and (isinstance(raw, int | float) or _ROUNDED.fullmatch(text.replace(" ", ""))):
            text = leika_key(raw, desk)
        return desk.resolve(kind, text)

    return read


def day(raw: Raw, desk: Desk) -> dt.date | None:  # noqa: ARG001  # a reader
    """A day in any usual form; one without end is ``None``."""
    found = _day(raw)
    return None if found in OPEN_ENDS else found


def _day(raw: Raw) -> dt.date | None:
    if isinstance(raw, dt.datetime):
        return raw.date()
    if isinstance(raw, dt.date):
        return raw
    text = as_text(raw)
    if text.casefold() in _OPEN:
        return None
    if re.fullmatch(r"\d{5,6}(?:[.,]0+)?", text) and _FIRST_SERIAL <= (serial := int(digits(text))) <= _LAST_SERIAL:
        return _EPOCH + dt.timedelta(days=serial)
    try:
        if found := _ISO_DAY.fullmatch(text):
            return dt.date(int(found[1]), int(found[2]), int(found[3]))
        if found := _GERMAN_DAY.fullmatch(text):
            year = int(found[3])
            year += 0 if len(found[3]) == 4 else 2000 if year < 70 else 1900
            return dt.date(year, _month(found[2]), int(found[1]))
    except ValueError as error:
        raise Misread("reason.day") from error
    raise Misread("reason.day")


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    folded = fold(text)
    for place, name in enumerate(_MONTHS, 1):
        if folded.startswith(name) or (name == "maer" and folded == "mrz"):
            return place
    raise ValueError(text)


def money(raw: Raw, desk: Desk) -> Decimal:  # noqa: ARG001  # a reader
    """An amount in euros in German or English manner; what could be both is refused."""
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _decimal(repr(raw)).quantize(Decimal("0.01"))
    text = as_text(raw)
    if fold(text) in _FREE:
        return Decimal("0.00")
    found = _MONEY.fullmatch(text)
    said = found[1].strip() if found else ""
    if _GROUPED.fullmatch(said):
        said = re.sub("[.' ]", "", said).replace(",", ".")
    elif _ENGLISH.fullmatch(said):
        said = said.replace(",", "")
    else:
        raise Misread("reason.money", "suggestion.money")
    return _decimal(said).quantize(Decimal("0.01"))


def number(raw: Raw, desk: Desk) -> Decimal:  # noqa: ARG001  # a reader
    """A number with decimals, also with a percent sign."""
    text = as_text(raw).removesuffix("%").strip().replace(",", ".")
    if not re.fullmatch(r"-?\d{1,12}(?:\.\d{1,12})?", text):
        raise Misread("reason.decimal")
    return _decimal(text)


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise Misread("reason.decimal") from error
    if not value.is_finite() or abs(value) >= 10**12:
        raise Misread("reason.decimal")
    return value


def real(raw: Raw, desk: Desk) -> float:
    """A coordinate."""
    return float(number(raw, desk))


def whole(raw: Raw, desk: Desk) -> int:
    """A whole number."""
    value = number(raw, desk)
    if value != int(value):
        raise Misread("reason.number")
    return int(value)


def yes(raw: Raw, desk: Desk) -> bool:  # noqa: ARG001  # a reader
    """Yes or no."""
    said = as_text(raw).casefold() if not isinstance(raw, bool) else "ja" if raw else "nein"
    if said not in _YES | _NO:
        raise Misread("reason.yes_no")
    return said in _YES


def url(raw: Raw, desk: Desk) -> str:
    """A web address; without its beginning it is taken for one of ``https``."""
    text = as_text(raw)
    if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?:/\S*)?", text):
        text = f"https://{text}"
        desk.repaired(text)
    if not re.fullmatch(r"(?:https?://|mailto:|tel:)\S+", text):
        raise Misread("reason.url")
    return text


def email(raw: Raw, desk: Desk) -> str:  # noqa: ARG001  # a reader
    """An address of mail."""
    text = as_text(raw).removeprefix("mailto:")
    if not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", text):
        raise Misread("reason.email")
    return text


def phone(raw: Raw, desk: Desk) -> str:
    """A phone number in the international form; one that cannot be dialled stays as it is written."""
    text = as_text(raw)
    if isinstance(raw, int | float):
        text = f"0{text}"
        desk.repaired(text)
    try:
        found = phonenumbers.parse(text.replace("(0)", ""), "DE")
    except phonenumbers.NumberParseException:
        found = None
    if found is None or not phonenumbers.is_possible_number(found):
        if not re.fullmatch(r"1\d{2,5}", text):
            desk.note("phone_unreadable", "suggestion.phone", phone=text)
        return text
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


class Choice(NamedTuple):
    """One of some codes, each with its word in the catalogue (``choice.<code>``) and further words."""

    codes: tuple[str, ...]
    also: Mapping[str, str] = {}

    def __call__(self, raw: Raw, desk: Desk) -> str:  # noqa: ARG002  # a reader
        """The code of a cell."""
        text = fold(as_text(raw))
        for code in self.codes:
            if text in {fold(code), fold(self.word(code, "de")), fold(self.word(code, "en"))}:
                return code
        if text in self.also:
            return self.also[text]
        given = ", ".join(self.word(code, i18n.current()) for code in self.codes)
        raise Misread("reason.choice", "suggestion.choices", choices=given)

    def word(self, code: str, language: str) -> str:
        """The word of a code."""
        return i18n.message(f"choice.{code}", language=language)
