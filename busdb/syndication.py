"""News as Atom (RFC 4287, with the tombstones of RFC 6721) and as JSON Feed 1.1."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from html import escape
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec
from lxml import etree

from busdb.news import Difference, News

ATOM = "http://www.w3.org/2005/Atom"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_NAMES: Any = {None: ATOM, "at": TOMBSTONES}
_CONTROLS = {code: None for code in range(0x20) if chr(code) not in "\t\n\r"} | {0xFFFE: None, 0xFFFF: None}


class Head(NamedTuple):
    """What stands above the news: title and author in words, the feed's address and that of the installation.

    ``place`` is the query that names place and language in the addresses of pages; ``before`` and ``after`` are words
    for both columns.
    """

    title: str
    author: str
    address: str
    base_url: str
    place: str
    language: str
    updated: dt.datetime
    before: str
    after: str


def atom(head: Head, news: Iterable[News], withdrawn: Iterable[tuple[int, dt.datetime]]) -> bytes:
    """The news as an Atom feed; what is withdrawn are tombstones of earlier entries."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=_NAMES)
    root.set("{http://www.w3.org/XML/1998/namespace}lang", head.language)
    _add(root, "id", head.address)
    _add(root, "title", head.title)
    _add(root, "updated", _time(head.updated))
    _add(_add(root, "author"), "name", head.author)
    _add(root, "link", rel="self", href=head.address, type="application/atom+xml")
    _add(root, "link", rel="alternate", href=f"{head.base_url}/{head.place}", type="text/html")
    for one in news:
        entry = _add(root, "entry")
        _add(entry, "id", _id(head, one.seq))
        _add(entry, "title", one.title)
        _add(entry, "updated", _time(one.at))
        _add(entry, "published", _time(one.at))
        _add(entry, "link", rel="alternate", href=_link(head, one), type="text/html")
        _add(entry, "category", term=one.kind)
        _add(entry, "content", _html(head, one), type="html")
    for seq, at in withdrawn:
        etree.SubElement(root, f"{{{TOMBSTONES}}}deleted-entry", ref=_id(head, seq), when=_time(at))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def json_feed(head: Head, news: Iterable[News]) -> bytes:
    """The news as a JSON Feed; the extension ``_busdb`` holds them as data."""
    return msgspec.json.encode(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": head.title,
            "home_page_url": f"{head.base_url}/{head.place}",
            "feed_url": head.address,
            "language": head.language,
            "authors": [{"name": head.author}],
            "items": [_item(head, one) for one in news],
        }
    )


def _item(head: Head, one: News) -> dict[str, Any]:
    return {
        "id": _id(head, one.seq),
        "url": _link(head, one),
        "title": one.title,
        "content_html": _html(head, one),
        "date_published": _time(one.at),
        "tags": [one.kind],
        "_busdb": one,
    }


def _add(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
    made.text = text.translate(_CONTROLS) if text is not None else None
    return made


def _id(head: Head, seq: int) -> str:
    return f"{head.base_url}/api/v1/changes#{seq}"


def _link(head: Head, one: News) -> str:
    """The page that shows the present state; what concerns a place as a whole stands on its first page."""
    if one.service:
        return f"{head.base_url}/services/{quote(one.service, safe='')}{head.place}"
    if one.kind == "authority":
        return f"{head.base_url}/authorities/{quote(one.id, safe='')}?lang={head.language}"
    return f"{head.base_url}/{head.place}"


def _time(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _html(head: Head, one: News) -> str:
    """Before and after, as a table."""
    if not one.differences:
        return f"<p>{escape(one.title)}</p>"
    rows = "".join(map(_row, one.differences))
    return f"<table><tr><th></th><th>{escape(head.before)}</th><th>{escape(head.after)}</th></tr>{rows}</table>"


def _row(one: Difference) -> str:
    cells = "".join(f"<td>{escape(text or '–')}</td>" for text in (one.before, one.after))
    return f"<tr><th>{escape(one.label)}</th>{cells}</tr>"
