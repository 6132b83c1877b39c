"""Deltas of feeds: what a consumer must do to hold the feed of now that holds the feed of then.

Nothing is kept for it. A cursor names a state of the data: a position of the change log, and a day. The feed is built
as it was at that state and as it is now, and what differs is the delta, whatever the reason: an edit, a central text,
an office that moved, a validity that began today. Count and checksum are those of the present feed, item by item.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, nullcontext
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, select

from busdb import changes, delivery, past, positions, queries
from busdb.areas import Gazetteer
from busdb.errors import GoneError, InputError
from busdb.feeds import ItemFeed, Paged, paged, sealed
from busdb.formats import FeedHead, exporter
from busdb.interchange import Checksum
from busdb.models.operations import change
from busdb.positions import Position
from busdb.publication import ChangeEntry, Place

KIND = "service"
"""The kind of what the items of feeds are about."""


class Mark(NamedTuple):
    """A state of the data: a position of the change log, and a day."""

    seq: int
    on: dt.date
    word: str = ""

    def __str__(self) -> str:
        return f"{self.position}-{self.on.isoformat().replace('-', '')}"

    @property
    def position(self) -> Position:
        """The place in the log."""
        return Position(self.seq, self.word)

    @classmethod
    def parse(cls, text: str) -> Mark:
        """The state that ``42-0a1b2c3d4e-20261123`` names. Raises ``ValueError``."""
        position, _, day = text.rpartition("-")
        seq, word = Position.parse(position)
        return cls(seq, dt.date.fromisoformat(day), word)


_MARK = r"\d{1,18}(?:-[0-9a-f]{10})?-\d{8}"
_CURSOR = re.compile(rf"(0|{_MARK})(?:\.({_MARK})\.(\d{{1,18}}))?", re.ASCII)
NOTHING = Mark(0, dt.date.min)
"""The state before anything was known."""


class Cursor(NamedTuple):
    """Where a consumer stands: it holds ``since``, and ``sent`` entries of the delta to ``until``."""

    since: Mark
    until: Mark | None = None
    sent: int = 0

    def __str__(self) -> str:
        return f"{self.since}.{self.until}.{self.sent}" if self.until else str(self.since)


def cursor(text: str) -> Cursor:
    """The cursor of a feed or of a page of its changes; ``0`` is that of nothing. Raises ``InputError``."""
    found = _CURSOR.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        since, until, sent = found.groups()
        mark = NOTHING if since == "0" else Mark.parse(since)
        return Cursor(mark, Mark.parse(until) if until else None, int(sent or 0))
    except ValueError as error:
        raise InputError("cursor_unknown", cursor=text) from error


def seen(text: str) -> int:
    """The position of the change log that a cursor tells of; 0 for one that cannot be read."""
    try:
        asked = cursor(text)
    except InputError:
        return 0
    return max(asked.since.seq, asked.until.seq if asked.until else 0)


class Question(Struct, frozen=True, kw_only=True):
    """Which feed is followed: ``wish`` of today, ``where`` finds its place in the gazetteer of any day.

    ``limit`` is how many entries a page has at most; without it there is one page.
    """

    wish: delivery.Wish
    where: Callable[[Gazetteer, dt.date], Place | None]
    cursor: Cursor
    limit: int | None = None


def check(connection: Connection, asked: Cursor, state: changes.State, oldest: dt.date, full: str) -> None:
    """Raise ``GoneError`` for a cursor of another history of the log, from before the day ``oldest``, or from before
    somebody was forgotten.

    ``state`` is that of the feed's scope: where nothing of it has changed since, no change can be too old. ``full`` is
    the address of the whole feed.
    """
    seq = asked.since.seq
    told = [mark.position for mark in (asked.since, asked.until) if mark and mark.seq]
    if not all(positions.knows(connection, one) for one in told):
        raise GoneError("cursor_lost", cursor=str(asked), full=full)
    unknown = state.seq > seq and (changes.expired(connection, seq, oldest) or changes.forgotten(connection, seq))
    if seq and (unknown or asked.since.on < oldest):
        raise GoneError("cursor_expired", cursor=str(asked), full=full)


def write(connection: Connection, gazetteer: Gazetteer, asked: Question, state: changes.State) -> Iterator[bytes]:
    """The page of changes that follows a cursor, in pieces; ``state`` is that of the feed's scope.

    Raises ``InputError`` for a feed that has no items to compare, before any piece.
    """
    wish, (since, until, sent) = asked.wish, asked.cursor
    format_ = exporter(wish.feed)
    if not isinstance(format_, ItemFeed):
        raise InputError("feed_without_changes", feed=wish.feed)
    seq, word = positions.at(connection, max(state.seq, since.seq))
    present = Mark(seq, wish.on, word)
    work = _Comparison(connection, gazetteer, asked, format_, present, until or present)
    return paged("changes", wish.form, work.page(sent))


class _Comparison:
    """One feed at two states; ``still`` says that nothing has changed in its scope since the first."""

    still = False

    def __init__(
        self,
        connection: Connection,
        gazetteer: Gazetteer,
        asked: Question,
        format_: ItemFeed,
        present: Mark,
        until: Mark,
    ) -> None:
        self._connection = connection
        self._gazetteer = gazetteer
        self._asked = asked
        self._format = format_
        self._since = asked.cursor.since
        self._present = present
        self._until = until

    def page(self, sent: int) -> Iterator[ChangeEntry | Paged]:
        """The entries after the first ``sent`` ones, and what closes the page.

        The end of a delta to a state that is past by now is not the last page, though its sum is given: what came
        since follows.
        """
        limit = self._asked.limit
        checksum = Checksum()
        with closing(self._entries(checksum)) as entries:
            for place, entry in enumerate(entries):
                if place < sent:
                    continue
                if limit is not None and place >= sent + limit:
                    yield Paged(cursor=str(Cursor(self._since, self._until, sent + limit)), complete=False)
                    return
                yield entry
        last = self._until == self._present
        yield Paged(cursor=str(self._until), complete=last, count=checksum.count, checksum=checksum.hex)

    def _entries(self, checksum: Checksum) -> Generator[ChangeEntry, None, None]:
        """All differences in an order that two states settle; ``checksum`` takes every item of the later one."""
        held = {id_: digest for id_, digest, _, _ in self._items(self._since)} if self._since.seq else {}
        for id_, digest, record, changed_at in self._items(self._until):
            checksum.add(digest)
            if held.pop(id_, None) != digest:
                yield self._entry("upsert", id_, changed_at, digest, record())
        if held:
            log = select(change.c.changed_at).where(change.c.seq <= self._until.seq)
            moment = self._connection.execute(log.order_by(change.c.seq.desc()).limit(1)).scalar_one()
            for id_ in sorted(held):
                yield self._entry("delete", id_, moment, None, None)

    def _entry(self, op: Any, id_: str, changed_at: dt.datetime, digest: str | None, record: Any) -> ChangeEntry:
        return ChangeEntry(
            seq=self._until.seq, op=op, kind=KIND, id=id_, hash=digest, changed_at=changed_at, record=record
        )

    def _items(self, mark: Mark) -> Iterator[tuple[str, str, Callable[[], Any], dt.datetime]]:
        """Id, hash, record and time of the items of the feed at a state."""
        wish, connection = self._asked.wish, self._connection
        present = mark.seq == self._present.seq  # whatever changed after it is not of this feed
        with nullcontext() if present else past.at(connection, mark.seq, internal=wish.internal):
            gazetteer = self._gazetteer if present else queries.gazetteer(connection)
            place = self._asked.where(gazetteer, mark.on)
            if place is None:
                return
            wish = replace(wish, place=place, on=mark.on)
            head = delivery.head(connection, gazetteer, wish)
            for publication in delivery.selected(connection, gazetteer, wish):
                yield (publication.id, *self._sealed(publication, head), publication.changed_at)

    def _sealed(self, publication: Any, head: FeedHead) -> tuple[str, Callable[[], Any]]:
        item = self._format.made(publication, head)
        piece = sealed(item)
        if self._asked.wish.form == "json":
            return piece.digest, lambda: msgspec.Raw(piece.data)
        return piece.digest, lambda: replace(item, hash=piece.digest)
