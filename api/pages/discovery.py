"""What search engines read: robots.txt, and sitemaps of services, authorities and places.

Services are listed once for each language, not for each place: a page of a service asks for the place (that is also
what Regulation (EU) 2018/1724 wants in the link repository), and a page at a place names itself in its head.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, stream_with_context
from lxml import etree
from sqlalchemy import Connection, Select, func, select
from werkzeug.exceptions import NotFound

from api.hub import hub
from api.pages.links import Links
from busdb import i18n, queries
from busdb.areas import MUNICIPALITIES, shown_ars
from busdb.models import number
from busdb.models.authorities import authority
from busdb.models.services import life_event, service, service_texts
from busdb.validity import now, today, valid

blueprint = Blueprint("discovery", __name__)
MOST = 50_000
"""How many addresses a sitemap may hold (sitemaps.org)."""
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
Entry = tuple[str, dt.datetime | None]


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Everything may be read; pages of results are no use to anybody."""
    refused = [f"Disallow: {path}" for path in ("/search", "/115", "/api/")]
    lines = ["User-agent: *", *refused, f"Sitemap: {_base()}/sitemap.xml", ""]
    return Response("\n".join(lines), content_type="text/plain; charset=utf-8")


@blueprint.get("/sitemap.xml")
def index() -> Response:
    """The sitemaps, with as many parts as their entries need."""
    day = today(now())
    with hub().reading() as connection:
        counts = {"services": _count(connection, _services(day)), "authorities": _count(connection, _authorities(day))}
    counts["places"] = len(_places())
    parts = [(name, part) for name, count in counts.items() for part in range(1, -(-count // MOST) + 1)]
    entries = ((f"{_base()}/sitemap-{name}-{part}.xml", None) for name, part in parts)
    return _answer("sitemapindex", "sitemap", entries)


@blueprint.get("/sitemap-<name>-<int:part>.xml")
def sitemap(name: str, part: int) -> Response:
    """One sitemap. Raises ``NotFound`` for a part that is not there."""
    makers = {"services": _service_entries, "authorities": _authority_entries, "places": _place_entries}
    if name not in makers or part < 1:
        raise NotFound
    entries = makers[name]((part - 1) * MOST)
    first = next(entries, None)
    if first is None:
        raise NotFound
    return _answer("urlset", "url", _chained(first, entries))


def _chained(first: Entry, others: Iterator[Entry]) -> Iterator[Entry]:
    yield first
    yield from others


def _services(day: dt.date) -> Select[Any]:
    named = service_texts.c.module.in_(["02", "03"]) & (service_texts.c.visibility == "public")
    return (
        select(number.c.source, number.c.value, service_texts.c.language, service.c.changed_at)
        .join(service, service.c.object == number.c.number)
        .join(service_texts, service_texts.c.owner == number.c.number)
        .where(named, *queries.published(None, day))
        .distinct()
        .order_by(number.c.source, number.c.value, service_texts.c.language)
    )


def _authorities(day: dt.date) -> Select[Any]:
    return (
        select(number.c.source, number.c.value, authority.c.changed_at)
        .join(authority, authority.c.object == number.c.number)
        .where(authority.c.public_hash.is_not(None), queries.valid_on(authority, day))
        .order_by(number.c.source, number.c.value)
    )


def _count(connection: Connection, statement: Select[Any]) -> int:
    return connection.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0


def _service_entries(start: int) -> Iterator[Entry]:
    with hub().reading() as connection:
        rows = connection.execute(_services(today(now())).offset(start).limit(MOST).execution_options(yield_per=1000))
        for source, value, language, changed_at in rows:
            yield Links().service(f"{source}.{value}", lang=language), changed_at


def _authority_entries(start: int) -> Iterator[Entry]:
    with hub().reading() as connection:
        rows = connection.execute(
            _authorities(today(now())).offset(start).limit(MOST).execution_options(yield_per=1000)
        )
        for source, value, changed_at in rows:
            yield Links(lang="de").authority(f"{source}.{value}"), changed_at


def _place_entries(start: int) -> Iterator[Entry]:
    yield from ((address, None) for address in _places()[start : start + MOST])


def _places() -> list[str]:
    """The first pages: of the site, of life events, of each municipality."""
    day, gazetteer = today(now()), hub().desk.gazetteer
    with hub().reading() as connection:
        events = [f"{source}.{value}" for source, value in connection.execute(_life_events())]
    found = []
    for links in (Links(lang=language) for language in i18n.LANGUAGES):
        found += [links.start(), links.services(), links.life_events(), *map(links.life_event, events)]
    towns = (gazetteer.get(code) for code in sorted(gazetteer.codes()))
    own = (one for one in towns if one and one.kind in MUNICIPALITIES and valid(one, day))
    return [*found, *(Links(ars=shown_ars(one), lang="de").start() for one in own)]


def _life_events() -> Select[Any]:
    joined = select(number.c.source, number.c.value).join(life_event, life_event.c.object == number.c.number)
    return joined.where(life_event.c.public_hash.is_not(None)).order_by(number.c.source, number.c.value)


def _answer(root: str, item: str, entries: Iterator[Entry]) -> Response:
    response = Response(
        stream_with_context(_written(root, item, entries, _base())), content_type="application/xml; charset=utf-8"
    )
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _written(root: str, item: str, entries: Iterator[Entry], base: str) -> Iterator[bytes]:
    """The document, an entry at a time."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{SPACE}">\n'.encode()
    for address, changed_at in entries:
        entry = etree.Element(item)
        etree.SubElement(entry, "loc").text = address if address.startswith(base) else base + address
        if changed_at is not None:
            etree.SubElement(entry, "lastmod").text = changed_at.isoformat(timespec="seconds")
        yield etree.tostring(entry) + b"\n"
    yield f"</{root}>\n".encode()


def _base() -> str:
    return hub().settings.base_url.rstrip("/")
