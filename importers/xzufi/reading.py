"""How the elements of an object are read: what has a field is taken, everything else is kept as it came."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final, NamedTuple, get_args

from lxml import etree

from busdb.formats import ImportContext
from busdb.html import INVISIBLE, clean, plain
from busdb.issues import Issue
from busdb.records import Extension, Language, Link, Visibility
from busdb.validity import BERLIN, OPEN_ENDS, exclusive
from busdb.xzufi.kept import FORMAT, source, where
from busdb.xzufi.names import AGENCY, MARKS, Kind, area_code

Element = etree._Element  # noqa: SLF001  # the one name that lxml gives to the class
SPOKEN: Final = frozenset(get_args(Language))
URL = re.compile(r"(https?://|mailto:|tel:)\S+")
LONGEST: Final = 2000
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def line_number(element: Element) -> int:
    """The line in which an element begins."""
    line: Any = element.sourceline
    return line or 1


class _Names(dict[Any, str]):
    """Names without namespace by tag; the few of a delivery are worked out once."""

    def __missing__(self, tag: Any) -> str:
        name = str(tag).rpartition("}")[2]
        if len(self) < 10_000:
            self[tag] = name
        return name


NAMES: Final = _Names()


def children(element: Element) -> list[tuple[str, Element]]:
    """The children by their names without namespace."""
    return [(NAMES[child.tag], child) for child in element]


def child(element: Element, name: str) -> Element | None:
    """The first child of a name."""
    for found in element:
        if NAMES[found.tag] == name:
            return found
    return None


def content(element: Element) -> str:
    """The text of an element without white space at its ends."""
    return (element.text or "").strip()


def value(element: Element, name: str) -> str | None:
    """The text of the first child of a name, ``None`` where it says nothing."""
    found = child(element, name)
    return content(found) or None if found is not None else None


class Validity(NamedTuple):
    """A period: its first day, and the first day after it."""

    first: dt.date | None = None
    end: dt.date | None = None


@lru_cache(maxsize=20_000)
def _whole_area(text: str) -> str | None:
    """The area code of a key of digits, ``None`` for what is none of an area."""
    with suppress(ValueError):
        return area_code(text)
    return None


class Reading:
    """One object while it is read: what is kept of it, and what was found wrong.

    Paths begin with the name of the object. ``own`` turns identifiers into ids of ours.
    """

    def __init__(self, context: ImportContext, element: Element) -> None:
        self.context = context
        self.line = line_number(element)
        self.kept: list[Extension] = []
        self.issues: list[Issue] = []
        self.cleaned = False

    def keep(self, path: str, element: Element, visibility: Visibility = "public") -> None:
        """Keep an element as it came; ``path`` is that of its parent."""
        self.kept.append(Extension(format=FORMAT, path=path, content=source(element), visibility=visibility))

    def keep_text(self, path: str, text: str, visibility: Visibility = "public") -> None:
        """Keep the text of an element that records hold in another form."""
        self.kept.append(Extension(format=FORMAT, path=f"{path}/text()", content=text, visibility=visibility))

    def keep_attributes(self, path: str, element: Element) -> None:
        """Keep the attributes of an identifier."""
        for name, text in sorted((str(name), str(text)) for name, text in element.attrib.items()):
            if name.startswith("scheme"):
                self.kept.append(Extension(format=FORMAT, path=f"{path}/@{name}", content=text))

    def take(self, path: str, element: Element, handlers: Mapping[str, Callable[[str, Element], bool | None]]) -> None:
        """Give each child to its handler; keep those without one, and those whose handler says ``False``."""
        for name, found in children(element):
            handler = handlers.get(name)
            if handler is None or handler(path, found) is False:
                self.keep(path, found)

    def issue(self, code: str, path: str | None = None, **values: str) -> None:
        """Note a finding."""
        self.issues.append(Issue(code=code, path=path, values=values))

    def code(self, path: str, element: Element, names: Mapping[str, str] | str | None = None) -> str | None:
        """The value of a code, its children qualified or not; a name that export would not write is kept."""
        found = None
        for name, one in children(element):
            if name == "code":
                found = content(one)
            elif name == "name":
                written = names if isinstance(names, str) or names is None else names.get(found or "")
                if content(one) and content(one) != written:
                    self.keep(path, one)
            elif name != "nichtGelisteterWert":
                self.keep(path, one)
        if found is None and not len(element):
            found = content(element)
        return found or None

    def coded(self, path: str, element: Element, known: Callable[[str], bool]) -> str | None:
        """The value of a code in a list of codes, if it is ``known``; a name is kept beside it."""
        found = value(element, "code") or ("" if len(element) else content(element))
        if not found or not known(found):
            return None
        self.code(f"{path}/{where(element.tag.rpartition('}')[2], 'code', found)}", element)
        return found

    def line_of(self, text: str | None, path: str | None = None) -> str | None:
        """One line of plain text, from text or HTML; cut where it is too long."""
        if not text:
            return None
        if "<" in text or "&" in text:
            text = plain(clean(text).html or "")
        found = " ".join(text.split()) if text.isprintable() else " ".join(INVISIBLE.sub("", text).split())
        if len(found) > LONGEST:
            self.issue("value_cut", path, field=path or "")
            found = found[:LONGEST].rstrip()
        return found or None

    def html(self, element: Element) -> str | None:
        """The clean HTML of an element, ``None`` where it says nothing."""
        text = element.text
        if not text:
            return None
        if "<" not in text and "&" not in text and text.isprintable():
            return text.strip() or None
        cleaned = clean(text)
        self.cleaned |= cleaned.changed
        return cleaned.html

    def language(self, element: Element) -> Any:
        """The language of words: German where none is named; ``None`` for one that records do not know."""
        return self.language_named(element.get("languageCode") or "de")

    @staticmethod
    def language_named(given: str | None) -> Any:
        """A language by its code, ``None`` for one that records do not know."""
        if given is None or given in SPOKEN:
            return given
        short = given.replace("_", "-").partition("-")[0].lower()
        return short if short in SPOKEN else None

    def words(self, path: str, element: Element) -> tuple[Any, str] | None:
        """Language and text of words as one line; HTML is kept beside."""
        language = self.language(element)
        text = self.line_of(element.text, path)
        if language is None or text is None:
            return None
        raw = (element.text or "").strip()
        if "<" in raw:
            step = where(element.tag.rpartition("}")[2], "@languageCode", language)
            self.keep_text(f"{path}/{step}", clean(raw).html or "")
        return language, text

    def link(self, element: Element, address: str = "uri") -> Link | None:
        """A link, ``None`` for what is no web address."""
        url = value(element, address)
        language = self.language(element)
        if url is None or language is None or len(url) > LONGEST or not URL.fullmatch(url):
            return None
        return Link(url=url, title=self.line_of(value(element, "titel")), language=language)

    def rest(self, path: str, element: Element, known: frozenset[str]) -> None:
        """Keep the children that are not ``known``."""
        for name, found in children(element):
            if name not in known:
                self.keep(path, found)

    def date(self, path: str, element: Element, last: str = "00:00:00") -> dt.date | None:
        """The day of a moment in Germany; the text is kept where export would write another."""
        text = content(element)
        found = day(text)
        if found is None or found in OPEN_ENDS:
            return found
        moment = dt.datetime.combine(found, dt.time.fromisoformat(last), BERLIN).isoformat()
        if text != moment:
            self.keep_text(f"{path}/{element.tag.rpartition('}')[2]}", text)
        return found

    def day(self, path: str, element: Element) -> dt.date | None:
        """A date; what is none, or is written otherwise, is kept."""
        text = content(element)
        found = day(text)
        if found is None:
            self.keep(path, element)
        elif text != found.isoformat():
            self.keep_text(f"{path}/{element.tag.rpartition('}')[2]}", text)
        return found

    def validity(self, path: str, element: Element) -> Validity:
        """A period in days. What is no day is kept, and so is an end that means that there is none."""
        first = end = None
        inside = f"{path}/gueltigkeit"
        for name, found in children(element):
            if name == "beginn":
                first = self.date(inside, found)
                if first is None or first in OPEN_ENDS:
                    first = None
                    self.keep(inside, found)
            elif name == "ende":
                last = self.date(inside, found, "23:59:59")
                end = exclusive(last)
                if end is None:
                    self.keep(inside, found)
            else:
                self.keep(inside, found)
        return Validity(first, end)

    def id(self, element: Element | None, kind: Kind | None = None) -> str | None:
        """The id of an identifier, ``None`` for a missing or empty one."""
        text = (element.text or "").strip() if element is not None else ""
        if element is None or not text:
            return None
        if not text.isprintable() or "  " in text:
            text = " ".join(text.split())
        agency = element.get("schemeAgencyID") or ""
        if kind in MARKS and text.isdigit():
            text = MARKS[kind] + text
        code = self.context.agencies.get(agency) if agency else self.context.source
        if code is None:
            return f"{self.context.source}.{agency}{AGENCY}{text}"
        return f"{code}.{text}"

    def area(self, element: Element) -> str | None:
        """The area code of a reference to an area, ``None`` for one that cannot be told."""
        text = (element.text or "").strip()
        if text.isdigit():
            return _whole_area(text) or self.context.areas.get(text)
        return self.id(element)


def day(text: str) -> dt.date | None:
    """The day, in Germany, of a date or a moment; ``None`` for anything else."""
    try:
        if len(text) <= 10 or text[10:11] != "T":
            return dt.date.fromisoformat(text[:10]) if _DATE.match(text) else None
        moment = dt.datetime.fromisoformat(text)
        return (moment if moment.tzinfo is None else moment.astimezone(BERLIN)).date()
    except (ValueError, OverflowError):
        return None


def boolean(element: Element) -> bool | None:
    """A yes or no, ``None`` for anything else."""
    return {"true": True, "1": True, "false": False, "0": False}.get(content(element))
