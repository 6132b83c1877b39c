"""Who is to be forgotten: names, mail addresses and phone numbers as digests, and where text holds them.

Only digests under a random key are kept, so that the list can be applied again to a backup without naming anybody.
Text is searched by trying its words: every run of words, every address and every run of digits that could be meant.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

from busdb import files
from busdb.errors import InputError, SetupError
from busdb.textfold import fold

MARK = "[…]"
"""What stands where somebody was."""
MOST_WORDS = 200_000
"""How many different words are remembered."""
FEWEST_DIGITS, MOST_DIGITS = 6, 15
_TITLES = frozenset(["dr", "prof", "med", "jur", "phil", "rer", "nat", "ing", "dipl", "herr", "frau", "herrn"])
_WORD = re.compile(r"[^\W_]+")
_MAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_MAILBOX = re.compile(r"[\w.+%-]{1,64}\Z")
_DIGITS = re.compile(r"[0-9]+")
_START = re.compile(r"(?<![0-9])(?:0|49)[0-9]*")
_BETWEEN_DIGITS = re.compile(r"[\s()/.–-]{0,4}")
_ABROAD = re.compile(r"(?:0049|49)?0?")
_TAG = re.compile(r"<[^<>]*>")

Kind = Literal["name", "mail", "phone"]
Span = tuple[int, int]


class Entry(Struct, frozen=True, kw_only=True):
    """One digest of the list; ``size`` is of how many words a name is, ``hint`` 6 bits of the digest of the first."""

    kind: Kind
    digest: str
    size: int = 1
    hint: int = 0


class Forgotten(Struct, frozen=True, kw_only=True):
    """The list: digests under ``key``."""

    key: str
    entries: tuple[Entry, ...] = ()


class Term(NamedTuple):
    """What somebody is known by."""

    kind: Kind
    text: str


def load(path: Path) -> Forgotten:
    """The list of an installation, a new one where there is none. Raises ``SetupError`` for a damaged one."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Forgotten)
    except FileNotFoundError:
        return Forgotten(key=secrets.token_hex(32))
    except msgspec.MsgspecError as error:
        raise SetupError("forgotten_damaged", file=path) from error


def save(found: Forgotten, path: Path) -> None:
    """Keep the list, readable for its owner only."""
    draft = files.draft([msgspec.json.format(msgspec.json.encode(found), indent=1)], path.parent)
    draft.path.chmod(0o600)
    draft.path.replace(path)
    files.sync(path.parent)


def with_terms(found: Forgotten, terms: list[Term]) -> Forgotten:
    """The list with what somebody is known by. Raises ``InputError`` for what would meet others too."""
    more = [entry for term in terms for entry in _entries(found.key, term)]
    return Forgotten(key=found.key, entries=tuple(dict.fromkeys([*found.entries, *more])))


def _entries(key: str, term: Term) -> Iterator[Entry]:
    if term.kind == "name":
        words = name_words(term.text)
        if len(words) < 2:
            raise InputError("forget_name", name=term.text)
        for turn in range(len(words)):  # also "Mustermann, Erika"
            turned = words[turn:] + words[:turn]
            digest, hint = _digest(key, " ".join(turned)), _hint(key, turned[0])
            yield Entry(kind="name", digest=digest, size=len(words), hint=hint)
    elif term.kind == "mail":
        if not _MAIL.fullmatch(term.text.strip()):
            raise InputError("forget_mail", mail=term.text)
        yield Entry(kind="mail", digest=_digest(key, term.text.strip().casefold()))
    else:
        national = phone_digits(term.text)
        if not FEWEST_DIGITS <= len(national) <= MOST_DIGITS:
            raise InputError("forget_phone", phone=term.text)
        yield Entry(kind="phone", digest=_digest(key, national))


def name_words(text: str) -> list[str]:
    """The words of a name, folded, without titles."""
    return [word for word in fold(text).split() if word not in _TITLES]


def phone_digits(text: str) -> str:
    """A phone number as its national digits without the leading zero."""
    return _national("".join(_DIGITS.findall(text)))


def _national(digits: str) -> str:
    found = _ABROAD.match(digits)
    return digits[found.end() :] if found else digits


def _digest(key: str, text: str) -> str:
    return blake2b(text.encode(), key=bytes.fromhex(key), digest_size=16).hexdigest()


def _hint(key: str, word: str) -> int:
    return int(_digest(key, word)[:2], 16) >> 2


class _Hints(dict[str, bool]):
    """Whether a word, as it is written, may be the first of a name; worked out once for each."""

    def __init__(self, key: str, wanted: set[int]) -> None:
        super().__init__()
        self._key = key
        self._wanted = wanted

    def __missing__(self, word: str) -> bool:
        if len(self) > MOST_WORDS:
            self.clear()
        found = self[word] = _hint(self._key, _folded(word)) in self._wanted
        return found


@lru_cache(maxsize=MOST_WORDS)
def _folded(word: str) -> str:
    return word.lower() if word.isascii() else fold(word).replace(" ", "")


class Matcher:
    """Finds in text whoever is on a list."""

    def __init__(self, found: Forgotten) -> None:
        self._key = found.key
        self._names: dict[int, set[str]] = {}
        for entry in found.entries:
            if entry.kind == "name":
                self._names.setdefault(entry.size, set()).add(entry.digest)
        self._hints = _Hints(found.key, {entry.hint for entry in found.entries if entry.kind == "name"})
        self._mails = {entry.digest for entry in found.entries if entry.kind == "mail"}
        self._phones = {entry.digest for entry in found.entries if entry.kind == "phone"}

    def spans(self, text: str) -> list[Span]:
        """Where they are, also where tags come between or stand around; what overlaps is one."""
        found = set(self._spans(text))
        if "<" in text:
            found |= set(self._spans(_TAG.sub(lambda tag: " " * len(tag[0]), text)))
        apart: list[Span] = []
        for first, last in sorted(found):
            if apart and first < apart[-1][1]:
                apart[-1] = (apart[-1][0], max(last, apart[-1][1]))
            else:
                apart.append((first, last))
        return apart

    def meets(self, text: str) -> bool:
        """Whether a text holds any of them."""
        return bool(self.spans(text))

    def erased(self, text: str) -> str:
        """The text with a mark in their place; its tags stay."""
        pieces, end = [], 0
        for first, last in self.spans(text):
            pieces += [text[end:first], MARK, *_TAG.findall(text[first:last])]
            end = last
        return "".join([*pieces, text[end:]])

    def _spans(self, text: str) -> Iterator[Span]:
        if self._names:
            yield from self._named(text)
        if self._mails:
            yield from self._written(text)
        if self._phones:
            yield from self._called(text)

    def _named(self, text: str) -> Iterator[Span]:
        hints, found = self._hints, _WORD.findall(text)
        places = [place for place, word in enumerate(found) if hints[word]]
        if not places:
            return
        words, tokens = list(map(_folded, found)), None
        for place in places:
            for size, digests in self._names.items():
                if _digest(self._key, " ".join(words[place : place + size])) in digests:
                    tokens = tokens or list(_WORD.finditer(text))
                    yield tokens[place].start(), tokens[place + size - 1].end()

    def _written(self, text: str) -> Iterator[Span]:
        at = text.find("@")
        while at >= 0:
            box = _MAILBOX.search(text, max(0, at - 64), at)
            mail = box and _MAIL.match(text, box.start())
            if mail and _digest(self._key, mail[0].casefold().rstrip(".")) in self._mails:
                yield mail.span()
            at = text.find("@", at + 1)

    def _called(self, text: str) -> Iterator[Span]:
        for first in _START.finditer(text):
            digits, end = "", first.start()
            for group in _DIGITS.finditer(text, end):
                if digits and not _BETWEEN_DIGITS.fullmatch(text, end, group.start()):
                    break
                digits, end = digits + group[0], group.end()
                national = _national(digits)
                if len(national) > MOST_DIGITS:
                    break
                if len(national) >= FEWEST_DIGITS and _digest(self._key, national) in self._phones:
                    abroad = first.start() > 0 and text[first.start() - 1] == "+"
                    yield first.start() - abroad, end
