"""Words in the form in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_UMLAUT = re.compile(r"(?<![aeiouq])([aou])e+")
_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """A word without case and accents; ``ä``, ``ae`` and ``a`` are alike."""
    lowered = unicodedata.normalize("NFKC", word).casefold().translate(_PLAIN)
    bare = "".join(char for char in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(char))
    return _UMLAUT.sub(r"\1", bare)
