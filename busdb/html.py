"""The one HTML cleaner: texts keep the ten tags that the national gateway allows, and nothing unsafe or invisible."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import NamedTuple

import nh3

TAGS = frozenset(
    ["p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "i", "em", "sup", "sub", "ul", "ol", "li", "a"]
)
INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u200c\u2060\ufeff]")
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)\S{1,1990}")
_KEPT = frozenset({"div", "span", "section", "article", "html", "body", "font", "u", "tbody", "thead"})
_TAG = re.compile(r"<\s*/?\s*([a-zA-Z][a-zA-Z0-9]*)")
_ITEM = re.compile(r"<li[^>]*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|</(?:p|li|ul|ol|h[1-6])>|<(?:p|ul|ol|h[1-6])[^>]*>", re.IGNORECASE)
_ANY = re.compile(r"<[^>]+>")
_EMPTY_PARAGRAPH = re.compile(r"<(p|li|b|strong|i|em)>(?:\s|&nbsp;|\u00a0|<br>)*</\1>")


def _around(inside: str, *tags: str) -> str:
    """A pattern for something in any of some tags."""
    return "|".join(f"<{tag}>{inside}</{tag}>" for tag in tags)


_WORDS = r"[^<>&\x00-\x08\x0b-\x1f\x7f\xa0\xad\u200b\u200c\u2060\ufeff\ud800-\udfff]++"
_LINE = f"(?:{_WORDS}|<br>|{_around(_WORDS, 'b', 'strong', 'i', 'em', 'sup', 'sub')})*+"
_LIST = rf"[ \t\n]*+(?:<li>{_LINE}</li>[ \t\n]*+)*+"
_SOUND = re.compile(f"(?:{_WORDS}|{_around(_LINE, 'p', 'h2', 'h3', 'h4')}|{_around(_LIST, 'ul', 'ol')})*+")
"""HTML that the cleaner would leave as it is; much is, and looking is ten times as quick as cleaning."""
_SAYS = re.compile(r"(?:\A|>)[^<]*?\w")


def usable(address: str) -> bool:
    """Whether a link can be kept and followed: a web address, a mail address or a phone number as an URL."""
    return _ADDRESS.fullmatch(address) is not None


class Cleaned(NamedTuple):
    """Clean HTML (``None`` when it says nothing), and whether something that could matter was taken out."""

    html: str | None
    changed: bool


def clean(text: str | None) -> Cleaned:
    """HTML of a source, cleaned: unknown tags go, their text stays; scripts, styles and unsafe links go wholly."""
    if not text:
        return Cleaned(None, changed=False)
    if _SOUND.fullmatch(text) and _SAYS.search(text) and not _EMPTY_PARAGRAPH.search(text):
        return Cleaned(text.strip(), changed="javascript:" in text.lower())
    visible = INVISIBLE.sub("", text).replace("\u00a0", " ").replace("&nbsp;", " ")
    foreign = {tag.lower() for tag in _TAG.findall(visible)} - TAGS - _KEPT
    safe = nh3.clean(visible, tags=set(TAGS), attributes={"a": {"href"}}, url_schemes=set(_SCHEMES), link_rel=None)
    before = None
    while before != safe:
        before, safe = safe, _EMPTY_PARAGRAPH.sub("", safe)
    safe = safe.strip()
    dangerous = "javascript:" in visible.lower()
    changed = bool(foreign) or dangerous or INVISIBLE.search(text) is not None
    return Cleaned(safe if plain(safe) else None, changed)


def plain(text: str) -> str:
    """The text of clean HTML: paragraphs and list items on lines of their own, items with a dash."""
    if "<" in text:
        text = _without_tags(text)
    if "&" in text:
        text = html.unescape(text)
    lines = [_spaced(line) for line in text.split("\n")]
    return "\n".join([line for line in lines if line and line != "-"])


def _without_tags(text: str) -> str:
    first, *others = text.split("<")
    found = [first]
    for one in others:
        tag, closed, after = one.partition(">")
        if not (tag and closed):  # a sign that begins no tag
            return _meant(text)
        found += (_meant(f"<{tag}>"), after)
    return "".join(found)


@lru_cache(maxsize=1024)
def _meant(text: str) -> str:
    """A text with what its tags mean in their place; most texts have the same few tags."""
    return _ANY.sub("", _BREAK.sub("\n", _ITEM.sub("\n- ", text)))


def _spaced(line: str) -> str:
    """The words of a line with one space between them; what is so already is told at a glance."""
    line = line.strip()
    # Of all that parts words only the space is printable
    return line if line.isprintable() and "  " not in line else " ".join(line.split())
