"""Everything: every record in our own interchange form (docs/formats/feeds.md).

In JSON each record stands on a line of its own as its canonical bytes, so that the import reads it back and
the sum of the lines' hashes is the checksum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, Literal

from busdb import xmlio
from busdb.feeds import Feed, Piece, stream
from busdb.formats import FeedHead, Form
from busdb.interchange import content_hash, encode, outward
from busdb.records import AnyRecord


class Json(Feed):
    """The export of records."""

    takes: ClassVar[Literal["records"]] = "records"
    schema = "urn:busdb:json:1"
    item = AnyRecord
    internal = True

    def write(self, items: Iterable[AnyRecord], head: FeedHead, form: Form) -> Iterator[bytes]:
        """Yield the file in pieces."""
        return stream(self.schema, head, form, _pieces(items, form))


def _pieces(items: Iterable[AnyRecord], form: Form) -> Iterator[Piece]:
    for record in items:
        data = encode(record)
        digest = content_hash(data)
        yield Piece(data if form == "json" else xmlio.element(record.kind_name, outward(record)), digest)


FORMAT = Json()
