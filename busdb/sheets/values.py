"""What stands in a cell as a value: keys without lost zeros, days, money, numbers, links, phone numbers."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation

import phonenumbers

from busdb.codelists import significant
from busdb.records import COUNTRY
from busdb.sheets.cells import ROUNDED, Desk, MisreadError, Raw, Read, as_text, digits
from busdb.textfold import fold
from busdb.validity import OPEN_ENDS

_FIRST_SERIAL, _LAST_SERIAL = 18_264, 109_575
"""The days 1950-01-01 to 2199-12-31 as workbooks count them."""

_EPOCH = dt.date(1899, 12, 30)

_GERMAN_DAY = re.compile(r"(\d{1,2})\.\s*(\d{1,2}|[A-Za-zäÄ]+)\.?\s*(\d{4}|\d{2})(?:[ T]0{1,2}:00(?::00)?)?")

_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?")

_MONTHS = ("jan", "feb", "maer", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")

_MONEY = re.compile(r"(?:(?:€|EUR|Euro)\s*)?(\d[\d.,' ]*?)(?:\s*(?:,-{1,2}|€|EUR|Euro))*", re.IGNORECASE)

_GROUPED = re.compile(r"\d{1,3}(?:[.' ]\d{3})+(?:,\d{1,2})?|\d+(?:,\d{1,2})?")

_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+\.\d{1,2}|\d+\.\d{1,2}")

_OPEN = frozenset({"offen", "unbefristet", "open", "unlimited"})

_FREE = frozenset({"kostenfrei", "kostenlos", "gebuehrenfrei", "frei", "free", "keine"})

_ZEROS = {1: 2, 4: 5, 7: 8, 11: 12}
"""Keys of areas that have lost a zero at their beginning, by length; no other key has that length."""


def postal_code(raw: Raw, desk: Desk) -> str:
    """A postal code; four digits have lost a zero."""
    code = re.sub(r"^(?:D|DE)-", "", digits(raw))
    if code.isascii() and code.isdigit() and len(code) == 4:
        desk.repaired(f"0{code}")
        code = f"0{code}"
    if not (code.isascii() and code.isdigit() and len(code) == 5):
        raise MisreadError("reason.postal_code")
    return code


def leika_key(raw: Raw, desk: Desk) -> str:  # noqa: ARG001  # a reader
    """A LeiKa key, also in groups of digits."""
    key = re.sub(r"[ .\-]", "", digits(raw))
    if not re.fullmatch(r"[0-9]{14}", key):
        raise MisreadError("reason.leika_key", "suggestion.as_text")
    return key


def area(raw: Raw, desk: Desk) -> str:
    """An area: by ARS, AGS, the id of one without a key, or a name."""
    text = as_text(raw)
    if not text[:1].isdigit():
        return COUNTRY if text.upper() in {"DE", "BUND", "DEUTSCHLAND"} else desk.resolve("area", text)
    key = digits(raw)
    if not (key.isascii() and key.isdigit()):
        raise MisreadError("reason.ars_digits", "suggestion.as_text")
    if len(key) in _ZEROS:
        key = f"0{key}"
        desk.repaired(key)
    if known := desk.names.find("area", key):
        return known[0] if len(known) == 1 else desk.resolve("area", key)
    if len(key) == 8 and (known := desk.names.find("area", f"0{key}")):
        desk.repaired(f"0{key}")
        return known[0]
    if len(key) not in {2, 3, 5, 9, 12}:
        raise MisreadError("reason.ars_digits", "suggestion.as_text")
    return significant(key)


def reference(kind: str) -> Read:
    """A reader of what names an object of a kind."""

    def read(raw: Raw, desk: Desk) -> str:
        text = as_text(raw)
        if kind == "service" and (isinstance(raw, int | float) or ROUNDED.fullmatch(text.replace(" ", ""))):
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
        raise MisreadError("reason.day") from error
    raise MisreadError("reason.day")


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
        raise MisreadError("reason.money", "suggestion.money")
    return _decimal(said).quantize(Decimal("0.01"))


def number(raw: Raw, desk: Desk) -> Decimal:  # noqa: ARG001  # a reader
    """A number with decimals, also with a percent sign."""
    if isinstance(raw, float):
        return _decimal(repr(raw))
    text = as_text(raw).removesuffix("%").strip().replace(",", ".")
    if not re.fullmatch(r"-?\d{1,12}(?:\.\d{1,12})?", text):
        raise MisreadError("reason.decimal")
    return _decimal(text)


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise MisreadError("reason.decimal") from error
    if not value.is_finite() or abs(value) >= 10**12:
        raise MisreadError("reason.decimal")
    return value


def real(raw: Raw, desk: Desk) -> float:
    """A coordinate."""
    return float(number(raw, desk))


def whole(raw: Raw, desk: Desk) -> int:
    """A whole number."""
    value = number(raw, desk)
    if value != value.to_integral_value():
        raise MisreadError("reason.number")
    return int(value)


def url(raw: Raw, desk: Desk) -> str:
    """A web address; without its beginning it is taken for one of ``https``."""
    text = as_text(raw)
    if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?:/\S*)?", text):
        text = f"https://{text}"
        desk.repaired(text)
    if not re.fullmatch(r"(?:https?://|mailto:|tel:)\S+", text):
        raise MisreadError("reason.url")
    return text


def email(raw: Raw, desk: Desk) -> str:  # noqa: ARG001  # a reader
    """An address of mail."""
    text = as_text(raw).removeprefix("mailto:")
    if not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", text):
        raise MisreadError("reason.email")
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
