"""The small parts of XZuFi objects: identifiers, codes, words in languages, periods."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct

from busdb.html import TAGS, clean
from busdb.records import Link, Name
from busdb.validity import BERLIN, inclusive
from busdb.xzufi.kept import escape, quote
from busdb.xzufi.names import AGENCY, AREAS, KINDS, LANGUAGE_NAMES, LANGUAGES, Code, Kind, area_id

Item = TypeVar("Item", bound=Struct)
_ANY_TAG = re.compile(r"<\s*/?\s*([a-zA-Z][a-zA-Z0-9]*)")
_LAST_SECOND = dt.time(23, 59, 59)


class Writer(NamedTuple):
    """What all parts of a file need.

    The agencies of sources, the version, whether internal content is wanted, and the areas that stand for those
    to which readers cannot climb.
    """

    agencies: Mapping[str, str]
    version: str
    internal: bool = False
    areas: Mapping[str, tuple[str, ...]] = {}

    @property
    def new(self) -> bool:
        """Whether the version is 2.3.1."""
        return self.version != "2.2.0"

    def split(self, id_: str) -> tuple[str, str]:
        """The agency and the value of an id of ours."""
        code, _, value = id_.partition(".")
        agency, mark, rest = value.partition(AGENCY)
        if mark and rest and re.fullmatch(r"[A-Za-z0-9_-]+", agency):
            return agency, rest
        return self.agencies.get(code, code), value

    def id(self, tag: str, kind: Kind, id_: str, scheme: str | None = None) -> str:
        """An identifier of an object."""
        agency, value = self.split(id_)
        return self.identifier(tag, scheme or KINDS[kind].scheme, agency, value)

    def identifier(self, tag: str, scheme: str, agency: str, value: str) -> str:
        """An identifier with its agency and scheme."""
        return element(tag, escape(value), f' schemeAgencyID={quote(agency)} schemeID="{scheme}"')

    def places(self, tag: str, codes: Iterable[str]) -> str:
        """References to areas, in place of some those that readers know."""
        known = (one for code in codes for one in self.areas.get(code, (code,)))
        return "".join(self._area(tag, one) for one in dict.fromkeys(known))

    def _area(self, tag: str, code: str) -> str:
        """A reference to an area: the regional key of twelve digits, or the id of an area without one."""
        if code.isdigit() or "." not in code:
            return element(tag, area_id(code), f' schemeAgencyID="destatis" schemeID="{AREAS}"')
        agency, value = self.split(code)
        return self.identifier(tag, "Gebiet", agency, value)


def element(tag: str, content: str, attributes: str = "") -> str:
    """An element; ``content`` is escaped already."""
    return f"<xzufi:{tag}{attributes}>{content}</xzufi:{tag}>" if content else f"<xzufi:{tag}{attributes}/>"


def text(tag: str, value: object) -> str:
    """An element with a value, nothing without one."""
    if value is None:
        return ""
    return element(tag, "true" if value is True else "false" if value is False else escape(str(value)))


def code(tag: str, list_: Code, value: str, name: str | None = None) -> str:
    """A code; its children stand in no namespace."""
    named = f"<name>{escape(name)}</name>" if name else ""
    attributes = f' listURI="{list_.uri}" listVersionID="{list_.version}"'
    return element(tag, f"<code>{escape(value)}</code>{named}", attributes)


def free_code(tag: str, list_: Code, value: str | None, word: str | None) -> str:
    """A code of a list that can be extended: the code, or the word where there is none."""
    if value is not None:
        return code(tag, list_, value, word)
    return element(tag, element("nichtGelisteterWert", escape(word or "")))


def words(tag: str, value: str | None, language: str = "de") -> str:
    """Words in one language, nothing without any or in a language that the gateway does not take."""
    if not value or language not in LANGUAGES:
        return ""
    return element(tag, escape(value), f' languageCode="{language}"')


def html(tag: str, value: str | None, language: str = "de") -> str:
    """HTML in one language: only the ten tags."""
    if value and "<" in value and not TAGS.issuperset(map(str.lower, _ANY_TAG.findall(value))):
        value = clean(value).html
    return words(tag, value, language)


def named(tag: str, name: str | None, names: Iterable[Name]) -> str:
    """A German name and those in other languages."""
    return words(tag, name) + "".join(words(tag, one.text, one.language) for one in names)


def link(tag: str, one: Link) -> str:
    """A link with its language."""
    if one.language not in LANGUAGES:
        return ""
    content = text("uri", one.url) + text("titel", one.title)
    return element(tag, content, f' languageCode="{one.language}"')


def period(first: dt.date | None, end: dt.date | None, tag: str = "gueltigkeit") -> str:
    """A validity; ``end`` is the first day on which it no longer holds."""
    if first is None and end is None:
        return ""
    last = inclusive(end)
    beginning = text("beginn", dt.datetime.combine(first, dt.time(), BERLIN).isoformat()) if first else ""
    ending = text("ende", dt.datetime.combine(last, _LAST_SECOND, BERLIN).isoformat()) if last else ""
    return element(tag, beginning + ending)


def changed(day: dt.date | None, tag: str = "versionsinformation") -> str:
    """When the content was changed."""
    if day is None:
        return ""
    return element(tag, text("geaendertDatumZeit", dt.datetime.combine(day, dt.time(), BERLIN).isoformat()))


def spoken(languages: Iterable[str], machine: Iterable[str] | None = None) -> str:
    """The versions by language; ``machine`` are the languages of machine translations, where the version tells."""
    found = ""
    wanted = set(languages)
    for language in LANGUAGES:
        if language in wanted:
            german, native = LANGUAGE_NAMES[language]
            content = text("languageCode", language)
            content += text("sprachbezeichnungDeutsch", german) + text("sprachbezeichnungNativ", native)
            if machine is not None:
                content += text("kennzeichenMaschinelleUebersetzung", language in machine)
            found += element("sprachversion", content)
    return found


def paired(items: Sequence[Item], same: Callable[[Item], Any]) -> list[list[Item]]:
    """Items in German and English as things that are said in one or both.

    They are paired where both languages have as many, in the same order and otherwise the ``same``; else each stands
    alone: a translation of one thing must not come to another.
    """
    german = [item for item in items if _language(item) == "de"]
    english = [item for item in items if _language(item) == "en"]
    if len(german) == len(english) and all(same(a) == same(b) for a, b in zip(german, english, strict=True)):
        return [list(pair) for pair in zip(german, english, strict=True)]
    return [[item] for item in items if _language(item) in LANGUAGES]


def _language(item: Struct) -> str:
    return str(item.language)  # type: ignore[attr-defined]  # all such items have one
