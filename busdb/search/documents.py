"""What the index holds of a record: the words by which it is found, and what a hit shows."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import msgspec
from msgspec import Struct

from busdb.html import plain
from busdb.records import Authority, Service
from busdb.search import analysis
from busdb.search.analysis import joined, stem, words

FORM = 4
"""Raised whenever the analysis changes."""
TEXT_LIMIT = 20_000


SERVICE, AUTHORITY, EVERYWHERE, DATED, ONLINE = "service", "authority", "everywhere", "dated", "online"
"""Marks: the kind of the record; it applies in all areas; it is not valid always; it can be done online."""


def in_area(code: str) -> str:
    """The mark of what applies in an area."""
    return f"area:{code}"


def at_life_event(id_: str) -> str:
    """The mark of what belongs to a life event."""
    return f"event:{id_}"


def for_audience(audience: str) -> str:
    """The mark of what is for an audience."""
    return f"audience:{audience}"


class Shown(Struct, frozen=True, kw_only=True):
    """What a hit shows, stored with the document. ``others`` are its further names, also in other languages."""

    id: str
    kind: Literal["service", "authority"]
    name: str
    official_name: str | None = None
    others: tuple[str, ...] = ()
    teaser: str | None = None
    leika_keys: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    layer: str | None = None
    derived_from: str | None = None
    rank: int | None = None
    synonyms: tuple[str, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All its names."""
        return (self.name, *self.others)

    def valid(self, on: dt.date) -> bool:
        """Whether it is valid on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on < self.valid_to)


class Document(Struct, frozen=True, kw_only=True):
    """What an index keeps: tokens by field, marks, and what a hit shows."""

    shown: Shown
    name: str
    synonyms: str
    teaser: str
    text: str
    keys: tuple[str, ...]
    marks: tuple[str, ...]

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


def of_service(record: Service, wordings: Sequence[str] = (), *, online: bool = False) -> Document | None:
    """The document of a service; ``None`` unless it is published and has a name.

    ``wordings`` are what people call it by its editors; ``online``: it can be done so.
    """
    texts: dict[str, list[str]] = {}
    for text in sorted(record.texts, key=lambda text: text.language != "de"):
        if text.visibility == "public":
            texts.setdefault(text.module, []).append(plain(text.html))
    names = list(dict.fromkeys([*texts.get("03", ()), *texts.get("02", ())]))
    if record.publication_state != "published" or not names:
        return None
    teasers = [*texts.get("24", ()), *texts.get("05", ())]
    rest = [one for module in sorted(texts) if module not in {"02", "03", "24"} for one in texts[module]]
    synonyms = tuple(dict.fromkeys((*(synonym.term for synonym in record.synonyms), *wordings)))
    shown = Shown(
        id=record.id,
        kind="service",
        name=names[0],
        official_name=texts.get("02", [None])[0],
        others=tuple(names[1:]),
        teaser=_teaser(teasers[0]) if teasers else None,
        leika_keys=record.leika_keys,
        areas=record.areas,
        layer=record.layer,
        derived_from=record.derived_from,
        rank=record.d115_rank,
        synonyms=synonyms,
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
        marks=(
            *_marks(shown),
            *map(at_life_event, record.life_events),
            *map(for_audience, record.audiences),
            *([ONLINE] if online else ()),
        ),
    )


def of_authority(record: Authority) -> Document:
    """The document of an authority."""
    names = list(dict.fromkeys([record.name, *(name.text for name in record.names)]))
    cities = [address.city for address in record.addresses if address.city]
    called = [*record.categories, *cities, *([record.short_name] if record.short_name else ())]
    shown = Shown(
        id=record.id,
        kind="authority",
        name=record.name,
        others=tuple(names[1:]),
        synonyms=tuple(dict.fromkeys(called)),
        areas=(record.area,) if record.area else (),
        valid_from=record.valid_from,
        valid_to=record.valid_to,
    )
    return Document(
        shown=shown,
        name=joined(names),
        synonyms=joined(shown.synonyms),
        teaser="",
        text="",
        keys=(record.id.casefold(),),
        marks=_marks(shown),
    )


def _marks(shown: Shown) -> tuple[str, ...]:
    dated = shown.valid_from or shown.valid_to
    areas = tuple(map(in_area, shown.areas)) or (EVERYWHERE,)
    return (shown.kind, *areas, *([DATED] if dated else ()))


@lru_cache(maxsize=100_000)
def phrase(text: str) -> str:
    """A name as the engine compares it with a whole query: its stems in order."""
    return " ".join(stem(word) for word in words(text))


def _teaser(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else line[:199].rsplit(" ", 1)[0] + "…"
