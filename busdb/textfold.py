"""German text made comparable: one folding for names, and one key for sorting. Never in SQL: the databases disagree."""

from __future__ import annotations

import re
import unicodedata

_FOREIGN = {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "þ": "th", "ŧ": "t"}
"""Letters of other languages that Unicode does not decompose, as registry offices sort them."""
_SIMPLE = str.maketrans({"ß": "ss"} | _FOREIGN)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"} | _FOREIGN)
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """The words of a name in lower case without accents and signs; umlauts become their two letters.

    So ``Köthen (Anhalt)``, ``Koethen Anhalt`` and ``KÖTHEN (ANHALT)`` are equal.
    """
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    if not lowered.isascii():  # most names are by now
        lowered = "".join(char for char in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(char))
    return " ".join(_WORD.findall(lowered))


def sort_key(text: str) -> tuple[str, str]:
    """The order of DIN 5007-1: umlauts as their base letters, ties by the text itself."""
    lowered = text.casefold().translate(_SIMPLE)
    plain = "".join(char for char in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(char))
    return " ".join(_WORD.findall(plain)), text
