"""The envelope around the items of our own feeds, in JSON and XML, written as a stream.

The items come first, then their ``count`` and ``checksum``, so that nothing has to be held. An item's ``hash`` is
the SHA-256 of its canonical JSON: its bytes in the JSON form without the member ``hash``. It is the same in XML.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from busdb import xmlio
from busdb.formats import FeedHead, Form
from busdb.interchange import Checksum, content_hash
from busdb.publication import Attribution, ChangeEntry, PlaceName, Publication, View

Moment = Annotated[dt.datetime, Meta(tz=True)]
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
ROOT = "export"
BLOCK = 1 << 16
_encoder = msgspec.json.Encoder()
_UNSEALED = b'{"hash":"",'


class FeedItem(View, frozen=True, kw_only=True):
    """Base of the items of a feed. ``hash`` is filled by :func:`seal`."""

    hash: Hash = ""


class Envelope(View, frozen=True, kw_only=True):
    """A feed of a place and day.

    ``schema`` names the contract, ``cursor`` the state of the data (``changed_at`` is its time), ``count`` and
    ``checksum`` (the sum of the items' hashes modulo 2^256) what a consumer holds that has read it whole.
    """

    schema: str
    feed: str
    area: PlaceName | None
    language: str
    on: dt.date
    cursor: str
    changed_at: Moment
    sources: tuple[Attribution, ...]
    items: tuple[Any, ...]
    count: int
    checksum: Hash


class Feed:
    """What our own feeds have in common: their contract's name, the type of their items, and their forms.

    ``internal`` says whether there is an internal form; without one, the publications must be those of the public.
    """

    schema: ClassVar[str]
    item: ClassVar[Any]
    forms: ClassVar[tuple[Form, ...]] = ("json", "xml")

    def __init_subclass__(cls) -> None:
        """Let msgspec learn the type of the items now: doing so in several threads at once crashes the process."""
        with suppress(msgspec.ValidationError):
            msgspec.convert({}, cls.item, from_attributes=True)

    internal: ClassVar[bool] = False


class ItemFeed(Feed):
    """A feed with one item for each publication, so that what changed in it can be told item by item."""

    takes: ClassVar[Literal["publications"]] = "publications"
    item: ClassVar[Any] = FeedItem

    def made(self, publication: Publication, head: FeedHead) -> FeedItem:
        """The item of a publication, not yet sealed."""
        raise NotImplementedError

    def write(self, items: Iterable[Publication], head: FeedHead, form: Form) -> Iterator[bytes]:
        """Yield the file in pieces."""
        return stream(self.schema, head, form, (seal(self.made(one, head), form) for one in items))


class Piece(NamedTuple):
    """An item as it is written, with its hash."""

    data: bytes
    digest: str


def sealed(value: Struct) -> Piece:
    """Any structure in JSON with the hash of its content as its first member."""
    data = _encoder.encode(value)
    if data.startswith(_UNSEALED):
        data = b"{" + data[len(_UNSEALED) :]
    digest = content_hash(data)
    return Piece(b'{"hash":"%b",%b' % (digest.encode(), data[1:]), digest)


def seal(item: FeedItem, form: Form) -> Piece:
    """An item with its hash, in a form."""
    piece = sealed(item)
    if form == "json":
        return piece
    return Piece(xmlio.element("item", replace(item, hash=piece.digest)), piece.digest)


def stream(schema: str, head: FeedHead, form: Form, pieces: Iterable[Piece]) -> Iterator[bytes]:
    """Yield the feed in blocks: what stands above the items, each of ``pieces`` on a line of its own, the closing."""
    before, _ = _frame(schema, head, form, Checksum())
    checksum, block, size = Checksum(), [before], len(before)
    glue, between = b"\n", b",\n" if form == "json" else b"\n"
    for data, digest in pieces:
        checksum.add(digest)
        block += (glue, data)
        size += len(data)
        glue = between
        if size >= BLOCK:
            yield b"".join(block)
            block, size = [], 0
    _, after = _frame(schema, head, form, checksum)
    block += (b"\n", after)
    yield b"".join(block)


class Paged(View, frozen=True, kw_only=True):
    """What closes a page of changes."""

    cursor: str
    complete: bool
    count: int | None = None
    checksum: str | None = None


def paged(name: str, form: Form, entries: Iterable[ChangeEntry | Paged]) -> Iterator[bytes]:
    """Yield a page of changes in blocks; the last of ``entries`` closes it. ``name`` is its element in XML."""
    block, size = [b'{"items":[' if form == "json" else xmlio.DECLARATION + f"<{name}><items>".encode()], 0
    glue = b"\n"
    for entry in entries:
        if isinstance(entry, Paged):
            after = _encoder.encode(entry)[1:] if form == "json" else xmlio.element(name, entry).partition(b">")[2]
            block.append(b"\n" + (b"]," if form == "json" else b"</items>") + after + b"\n")
            continue
        data = _encoder.encode(entry) if form == "json" else xmlio.element("item", entry)
        block += (glue, data)
        size += len(data)
        glue = b",\n" if form == "json" else b"\n"
        if size >= BLOCK:
            yield b"".join(block)
            block, size = [], 0
    yield b"".join(block)


def _frame(schema: str, head: FeedHead, form: Form, checksum: Checksum) -> tuple[bytes, bytes]:
    """The bytes before and after the items. No text of the head can hold the mark: its quotes and < are escaped."""
    envelope = Envelope(
        schema=schema,
        feed=head.feed,
        area=head.area,
        language=head.language,
        on=head.on,
        cursor=head.cursor,
        changed_at=head.changed_at,
        sources=head.sources,
        items=(),
        count=checksum.count,
        checksum=checksum.hex,
    )
    if form == "json":
        before, _, after = _encoder.encode(envelope).partition(b'"items":[]')
        return before + b'"items":[', b"]" + after + b"\n"
    before, _, after = xmlio.document(ROOT, envelope, schema).partition(b"<items></items>")
    return before + b"<items>", b"</items>" + after
