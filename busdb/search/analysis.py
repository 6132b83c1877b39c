"""German for searching: one analysis for index and query and for every engine.

A word becomes a token: folded (NFKC, lower case, ß as ss, ä and ae as a), freed of its gender form, stemmed. A compound
also gives the tokens of its parts, so that ``ausweis`` finds ``Personalausweis``.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import chain, groupby

import Stemmer

_WORD = re.compile(r"[^\W_]+")
_HYPHENATED = re.compile(r"\b[^\W_]+(?:-[^\W_]+)+\b")
_GENDER = re.compile(r"(?<=\w)(?:[*:_/]-?innen|[*:_/]-?in|Innen|In)\b")
_FEMININE = re.compile(r"^(\w{4,}er)innen$")
_UMLAUT = re.compile(r"(?<![aeiouq])([aou])e")
_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LINKS = ("", "s", "es", "n", "en", "e", "er")
_local = threading.local()


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """A word in the form in which it is compared: no case, no accents, ``ä``, ``ae`` and ``a`` alike."""
    lowered = unicodedata.normalize("NFKC", word).casefold().translate(_PLAIN)
    bare = "".join(char for char in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(char))
    return _UMLAUT.sub(r"\1", bare)


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
    """The token of a folded word."""
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
    return [sorted(_listed("stopwords.txt")), sorted(_listed("compounds.txt"))]


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


class Thesaurus:
    """Everyday words and what the administration calls it: ours (busdb/data/thesaurus.tsv) and those of editors."""

    def __init__(self, editors: Iterable[tuple[str, str]] = ()) -> None:
        text = files("busdb").joinpath("data/thesaurus.tsv").read_text(encoding="utf-8")
        ours = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
        self.entries: dict[frozenset[str], tuple[str, ...]] = {}
        for everyday, official in chain(ours, editors):
            phrase = _telling(everyday)
            named = (word for word in words(official) if not is_stop_word(word))
            if phrase:
                self.entries[phrase] = tuple(dict.fromkeys((*self.entries.get(phrase, ()), *named)))
        self._phrases: dict[str, list[frozenset[str]]] = defaultdict(list)
        for phrase in self.entries:
            for token in phrase:
                self._phrases[token].append(phrase)

    def official(self, folded: Iterable[str]) -> dict[str, frozenset[str]]:
        """The official words, folded, each with the stems of the everyday words in a line that it stands for.

        A longer phrase speaks for the words in it.
        """
        stems = {stem(word): None for word in folded}
        said = [phrase for token in stems for phrase in self._phrases.get(token, ()) if phrase <= stems.keys()]
        taken: set[str] = set()
        found: dict[str, frozenset[str]] = {}
        for size, phrases in groupby(sorted(dict.fromkeys(said), key=len, reverse=True), len):
            new = [phrase for phrase in phrases if not phrase <= taken]
            for phrase in new:
                found |= {word: phrase for word in self.entries[phrase] if word not in found}
                taken |= phrase if size > 1 else set()
        return found


def _telling(everyday: str) -> frozenset[str]:
    """The stems of a phrase, without words that say nothing where two others are left."""
    every = words(everyday)
    telling = [word for word in every if not is_stop_word(word)]
    return frozenset(map(stem, telling if len(telling) > 1 else every))


@lru_cache(maxsize=1)
def thesaurus() -> Thesaurus:
    """Our own thesaurus."""
    return Thesaurus()
