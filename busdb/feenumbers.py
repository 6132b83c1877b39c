"""Numbers in German prose: what is one, what it is worth, and what only looks like one."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache


def any_of(words: str) -> str:
    """A pattern for one of the patterns that commas part; so none may hold a comma itself."""
    return "(?:" + "|".join(part.strip() for part in words.split(",")) + ")"


def pattern(text: str) -> re.Pattern[str]:
    """A pattern that takes capitals and small letters alike."""
    return re.compile(text, re.IGNORECASE)


CURRENCY = r"(?:€|¤|euros?|eur|cents?|ct\.?)(?!\w|-[^\W\d])"
_MONTH = any_of("Januar, Februar, März, April, Mai, Juni, Juli, August, September, Oktober, November, Dezember")
_REFERENCE = any_of(
    "§§?, Art(?:ikeln?|\\.), Abs(?:atz(?:es)?|ätzen?|\\.), Nrn?\\., Nummern?, Ziff(?:ern?|\\.), Buchst(?:aben?|\\.), "
    "Tarif(?:stelle|nummer), Tarif(?:-| )Nr\\., Satz(?:es)?, Sätzen?, Anlagen?, Anhang, Regel, Teil, Kapitel,"
    "(?:unter)?Abschnitte?, DIN A, DIN, Kennziffer, Kennzahl, Punkt, S\\., PLZ, SGB, Az\\., Formular, Raum, Zimmer,"
    "\\w*klassen?, \\w*kategorie, \\w*stufe, \\w*gruppen?, \\w*zone, \\w*bereich"
)
_AND_MORE = rf"(?:(?:,| und| oder| bis| sowie) \d{{1,2}}+[a-z]?(?![\d.,]*\d| ?{CURRENCY}))*+"

# What looks like a number and is none: account, telephone and paragraph numbers, dates, times, dotted tariff numbers.
_JUNK = "|".join(
    [
        r"\b[A-Z]{2}\d{2}(?: ?\d{4}){3,6}(?: ?\d{1,3})?\b",
        r"\b(?:tel|telefon|telefax|fax|rufnummer|hotline|mobil)(?:nummer)?[.:]? ?[\d/ ()+–-]{4,40}(?![\d,])",
        r"(?<![\d.,])\+?0\d{2,5}[ /–-]{1,3}\d{3,}(?:[ -]\d+){0,5}",
        r"(?<![\d.,])(?:0?[1-9]|[12]\d|3[01])\. ?(?:0?[1-9]|1[0-2])\. ?(?:\d{4}|\d{2})?(?!\d)",
        rf"(?<!\d)\d{{1,2}}\. ?{_MONTH}(?: \d{{4}})?\b",
        rf"\b{_MONTH} \d{{4}}\b|\bJahr(?:es?|en)? (?:19|20)\d\d\b(?!,\d| ?{CURRENCY})",
        r"\b\d{1,2}(?:[.:]\d\d)? ?Uhr\b|\b\d{1,2}:\d\d\b",
        rf"(?<!\w)(?<!je )(?<!pro ){_REFERENCE} ?\d++[a-z]?(?:[./]\d++)*+(?!,\d| ?{CURRENCY}){_AND_MORE}",
        r"\b\d+(?:,\d+)? ?(?:mio|mrd|million|milliarde)\w*",
        r"(?<![\w.,])(?![1-9]\d{0,2}(?:\.\d{3})+(?!\d))\d+(?:\.\d+){2,}(?!\d)",
    ]
)
_NUMBER = (
    r"(?<![\w.,])(?<!\d/)(?:[1-9]\d{0,2}(?:[. '’]\d{3}){1,4}+(?!\d)|\d{1,9}+)(?! ?/ ?\d)"
    r"(?:,\d{1,4}(?!\d)|\.\d{1,2}(?!\d)|[.,](?:--?|–|—|=)(?!\w))?"
)
_PERCENT = r"(?:%|prozent\b|v\. ?h\.|vh\b|vom hundert\b)"
_PER_MILLE = r"(?:‰|promille\b|v\. ?t\.|vom tausend\b)"
TOKEN = pattern(
    rf"(?P<junk>{_JUNK})|(?:(?P<before>{CURRENCY}) ?)?(?P<number>{_NUMBER})"
    rf"(?: ?(?P<after>{CURRENCY})| ?(?P<percent>{_PERCENT})| ?(?P<mille>{_PER_MILLE})|(?!\w))"
)
NUMERALS = pattern(rf"\b([a-zäöüß]{{3,40}})(?=(?: (?:bis|und|oder|bzw\.) [a-zäöüß]{{3,40}})? {CURRENCY})")
MONEY = pattern(rf"\d(?:,[-–—=]+)? ?{CURRENCY}|{CURRENCY} ?\d")

_SMALL = ["", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"]
_TENS = ["", "zehn", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]


@cache
def _numerals() -> dict[str, int]:
    words = {word: value for value, word in enumerate(_SMALL) if word}
    words |= {_SMALL[unit] + "zehn": 10 + unit for unit in range(3, 10)} | {"sechzehn": 16, "siebzehn": 17}
    for ten in range(2, 10):
        words |= {_TENS[ten]: 10 * ten} | {f"{_SMALL[unit]}und{_TENS[ten]}": 10 * ten + unit for unit in range(1, 10)}
    words |= {"eine": 1, "einen": 1, "eins": 1}
    below = dict(words) | {"": 0}
    for hundred in range(1, 10):
        for rest, value in below.items():
            words[f"{_SMALL[hundred]}hundert{rest}"] = 100 * hundred + value
            words.setdefault(f"hundert{rest}", 100 + value)
    return words


def numeral(word: str) -> int | None:
    """The number that a German word says (``fünfundzwanzig``, ``zweitausend``); ``None`` if it says none."""
    known = _numerals()
    thousands, found, rest = word.lower().partition("tausend")
    if not found:
        return known.get(thousands)
    high, low = known.get(thousands, None if thousands else 1), known.get(rest, None if rest else 0)
    return None if high is None or low is None else 1000 * high + low


def decimal(text: str) -> Decimal:
    """The value of a number as Germans write it: ``1.600,50``, ``1 600``, ``12,-``, ``12.50``."""
    whole, mark, places = re.fullmatch(r"([\d. '’]*?)(?:([.,]) ?(\d{1,2}|\d{4}|[-–—=]+|(?<=,)\d{3}))?", text).groups()  # type: ignore[union-attr]
    digits = re.sub(r"\D", "", whole)
    return Decimal(f"{digits}.{places}" if mark and places[0].isdigit() else digits)
