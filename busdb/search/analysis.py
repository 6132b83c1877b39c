"""German for searching: one analysis for index and query and for every engine.

A word becomes a token: folded (NFKC, lower case, ß as ss, ä and ae as a), freed of its gender form, stemmed. A compound
also gives the tokens of its parts, so that ``ausweis`` finds ``Personalausweis``.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files

import Stemmer

from busdb.search.folding import fold
from busdb.search.verbs import forms, infinitive

_WORD = re.compile(r"[^\W_]+")
_HYPHENATED = re.compile(r"\b[^\W_]+(?:-[^\W_]+)+\b")
_GENDER = re.compile(r"(?<=\w)(?:[*:_/]-?innen|[*:_/]-?in|Innen|In)\b")
_FEMININE = re.compile(r"^(\w{4,}er)innen$")
_LINKS = ("", "s", "es", "n", "en", "e", "er")
_local = threading.local()


def words(text: str) -> list[str]:
    """The folded words of a text, without gender forms."""
    folded = (fold(word) for word in _WORD.findall(_GENDER.sub("", unicodedata.normalize("NFKC", text))))
    return [_without_feminine(word) for word in folded]


def positions(text: str) -> Iterator[tuple[int, int, str]]:
    """Where the words of a text begin and end, with the word folded."""
    for found in _WORD.finditer(text):
        yield found.start(), found.end(), _without_feminine(fold(found.group()))


@lru_cache(maxsize=200_000)
def _without_feminine(word: str) -> str:
    return _FEMININE.sub(r"\1", word)


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The token of a folded word; all forms of a verb have one."""
    word = infinitive(word) or word
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("german")
    return str(stemmer.stemWord(word)) if len(word) > 3 else word


@lru_cache(maxsize=2)
def _listed(name: str) -> frozenset[str]:
    text = files("busdb").joinpath("data", name).read_text(encoding="utf-8")
    return frozenset(fold(word) for word in text.split())


def is_stop_word(word: str) -> bool:
    """Whether a folded word says nothing about what is wanted (busdb/data/stopwords.txt)."""
    return word in _listed("stopwords.txt")


def lists() -> list[list[str]]:
    """The words of the data files on which tokens depend, sorted."""
    return [sorted(_listed("stopwords.txt")), sorted(_listed("compounds.txt")), sorted(forms())]


def parts_of_compounds() -> frozenset[str]:
    """The words of administration of which compounds are made, folded (busdb/data/compounds.txt)."""
    return _listed("compounds.txt")


@lru_cache(maxsize=200_000)
def split(word: str) -> tuple[str, ...]:
    """The parts of a compound, folded; empty for a word that is none, or a short one."""
    known = parts_of_compounds()
    if len(word) < 7:
        return ()
    found = _split(word, known - {word})
    return tuple(found) if found and len(found) > 1 else ()


def _split(word: str, known: frozenset[str]) -> list[str] | None:
    if word in known:
        return [word]
    best: list[str] | None = None
    for end in range(len(word) - 3, 2, -1):
        head = word[:end]
        for link in _LINKS:
            if not head.endswith(link) or (stemmed := head[: len(head) - len(link)]) not in known or len(stemmed) < 3:
                continue
            rest = _split(word[end:], known)
            if rest and (best is None or len(rest) + 1 < len(best)):
                best = [stemmed, *rest]
    return best or _inflected(word, known)


def _inflected(word: str, known: frozenset[str]) -> list[str] | None:
    for ending in ("en", "es", "er", "e", "n", "s"):
        if word.endswith(ending) and word[: -len(ending)] in known:
            return [word[: -len(ending)]]
    return None


def tokens(text: str) -> Iterator[str]:
    """The tokens of a text for the index: of each word and of the parts of compounds."""
    for word in words(text):
        if is_stop_word(word):
            continue
        yield stem(word)
        for part in split(word):
            yield stem(part)
    for compound in _HYPHENATED.findall(text):
        yield stem("".join(words(compound)))


def joined(texts: Iterable[str]) -> str:
    """The tokens of several texts, separated by spaces, as engines store them."""
    return " ".join(token for text in texts for token in tokens(text))
