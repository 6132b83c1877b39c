"""What the index holds of a record: the words by which it is found, and what a hit shows."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import lru_cache
from typing import Literal

import msgspec
from msgspec import Struct

from busdb.html import plain
from busdb.records import Authority, Service
from busdb.search import analysis
from busdb.search.analysis import joined, stem, words

FORM = 2
"""Raised whenever the analysis changes."""
TEXT_LIMIT = 20_000


class Shown(Struct, frozen=True, kw_only=True):
    """What a hit shows without asking the database. ``areas`` are area codes, empty for everywhere."""

    id: str
    kind: Literal["service", "authority"]
    name: str
    official_name: str | None = None
    teaser: str | None = None
    leika_keys: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    rank: int | None = None
    synonyms: tuple[str, ...] = ()
    life_events: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class Document(Struct, frozen=True, kw_only=True):
    """A document of the index: tokens by field, keys as they are typed, and what a hit shows."""

    shown: Shown
    name: str
    synonyms: str
    teaser: str
    text: str
    keys: tuple[str, ...]

    @property
    def id(self) -> str:
        """The id of the record."""
        return self.shown.id

    @property
    def digest(self) -> str:
        """A hash of all that an index holds of it."""
        return _digest(msgspec.json.encode(self))


@lru_cache(maxsize=1)
def form() -> str:
    """A value that changes whenever the same record gives another document: an index of another form is built anew."""
    return _digest(msgspec.json.encode([FORM, Shown.__struct_fields__, Document.__struct_fields__, *analysis.lists()]))


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def of_service(record: Service) -> Document | None:
    """The document of a service; ``None`` unless it is published and has a name."""
    texts: dict[str, list[str]] = {}
    for text in record.texts:
        if text.visibility == "public":
            texts.setdefault(text.module, []).append(plain(text.html))
    names = [*texts.get("03", ()), *texts.get("02", ())]
    if record.publication_state != "published" or not names:
        return None
    teasers = [*texts.get("24", ()), *texts.get("05", ())]
    rest = [one for module in sorted(texts) if module not in {"02", "03", "24"} for one in texts[module]]
    synonyms = tuple(dict.fromkeys(synonym.term for synonym in record.synonyms))
    shown = Shown(
        id=record.id,
        kind="service",
        name=names[0],
        official_name=texts.get("02", [None])[0],
        teaser=_teaser(teasers[0]) if teasers else None,
        leika_keys=record.leika_keys,
        areas=record.areas,
        rank=record.d115_rank,
        synonyms=synonyms,
        life_events=record.life_events,
        audiences=record.audiences,
        valid_from=record.valid_from,
        valid_to=record.valid_to,
    )
    return Document(
        shown=shown,
        name=joined(names),
        synonyms=joined(synonyms),
        teaser=joined(teasers),
        text=joined(rest)[:TEXT_LIMIT],
        keys=(record.id.casefold(), record.id.partition(".")[2].casefold(), *record.leika_keys),
    )


def of_authority(record: Authority) -> Document:
    """The document of an authority."""
    names = [record.name, *(name.text for name in record.names)]
    cities = [address.city for address in record.addresses if address.city]
    return Document(
        shown=Shown(id=record.id, kind="authority", name=record.name, areas=(record.area,) if record.area else ()),
        name=joined(names),
        synonyms=joined([*record.categories, *cities, record.short_name or ""]),
        teaser="",
        text="",
        keys=(record.id.casefold(),),
    )


def phrase(text: str) -> str:
    """A name as the engine compares it with a whole query: its stems in order."""
    return " ".join(stem(word) for word in words(text))


def _teaser(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else line[:199].rsplit(" ", 1)[0] + "…"
