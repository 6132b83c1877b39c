"""Keeping a source in step with what another installation hands out.

Each page is an import of its own: one transaction, with its run, its findings and its changes. After it the address of
the next page is kept, so that an interruption costs at most the page that was on its way, which then changes nothing.
"""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import BinaryIO, NamedTuple

from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select

from busdb import ingest, runs
from busdb.db import Database
from busdb.formats import Input
from busdb.models.operations import subscription
from busdb.remote import Page

FORMAT = "xzufi"


class Following(Struct, frozen=True, kw_only=True):
    """What is followed: the address of its first page, and the source that its objects become.

    ``restart`` begins anew and ends what the other side no longer has; ``pages`` is after how many pages to stop.
    ``editor`` is who answers for it.
    """

    url: str
    source: str
    restart: bool = False
    pages: int | None = None
    allow_deletions: int | None = None
    strict_sources: bool = False
    editor: str | None = None


class Taken(NamedTuple):
    """A page that has been taken; ``report`` is ``None`` where it had nothing, ``complete`` whether it was the last."""

    report: runs.Report | None
    position: int
    complete: bool


def follow(
    database: Database, what: Following, fetch: Callable[[str], Page], now: Callable[[], dt.datetime]
) -> Iterator[Taken]:
    """Take page after page until one is complete, from where the last run ended.

    ``fetch`` gives the page at an address. Raises what it and an import raise; what was taken before stays.
    """
    if what.restart:
        yield _anew(database, what, fetch, now)
        return
    with database.reading() as connection:
        address = next_address(connection, what.url) or what.url
    count = 0
    while what.pages is None or count < what.pages:
        page = fetch(address)
        report = None
        if page.anzahl_objekte != 0:
            stream = io.BytesIO(page.xzufi_objekte.encode())
            report = _import(database, what, (_input(page, stream),), now())
        address = page.naechste_anfrage_url or address
        _keep(database, what, address, now())
        count += 1
        yield Taken(report, page.naechster_index, page.vollstaendig)
        if page.vollstaendig:
            return


def _anew(database: Database, what: Following, fetch: Callable[[str], Page], now: Callable[[], dt.datetime]) -> Taken:
    """All pages as one complete delivery, so that what they do not hold ends; its guards are those of any import."""
    with ExitStack() as stack:
        inputs: list[Input] = []
        address, page = what.url, None
        while page is None or not page.vollstaendig:
            page = fetch(address)
            address = page.naechste_anfrage_url or address
            if page.anzahl_objekte != 0:
                file = stack.enter_context(tempfile.TemporaryFile())
                file.write(page.xzufi_objekte.encode())
                file.seek(0)
                inputs.append(_input(page, file))
        report = _import(database, what, tuple(inputs), now(), full=True)
        _keep(database, what, address, now())
        return Taken(report, page.naechster_index, complete=True)


def _input(page: Page, stream: BinaryIO) -> Input:
    return Input(f"{FORMAT}-{page.naechster_index}.xml", stream)


def _import(
    database: Database, what: Following, inputs: tuple[Input, ...], now: dt.datetime, *, full: bool = False
) -> runs.Report:
    order = ingest.Order(
        format=FORMAT,
        inputs=inputs,
        source=what.source,
        full=full,
        allow_deletions=what.allow_deletions,
        strict_sources=what.strict_sources,
        editor=what.editor,
    )
    return ingest.import_(database, order, now)


def next_address(connection: Connection, url: str) -> str | None:
    """Where the next run goes on, ``None`` before the first."""
    return connection.scalar(select(subscription.c.next_url).where(subscription.c.url == url))


def _keep(database: Database, what: Following, address: str, now: dt.datetime) -> None:
    row = {"url": what.url, "source": what.source, "next_url": address, "followed_at": now}
    with database.writing() as connection:
        connection.execute(delete(subscription).where(subscription.c.url == what.url))
        connection.execute(insert(subscription).values(**row))
