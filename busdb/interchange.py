"""Our own interchange form: one record as one line of JSON, canonical, so that equal records have equal bytes.

Keys come in the order of ``busdb.records``, defaults are left out, amounts are strings with two places, and
``valid_to`` is the last valid day. The content hash of a record is the SHA-256 of these bytes; an attribute added to
a record later, with a default, changes no hash.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import msgspec
from msgspec.structs import replace as _replace

from busdb.records import AnyRecord, Authority, Fee
from busdb.validity import exclusive, inclusive

MODULUS = 1 << 256
CENT = Decimal("0.01")
LARGEST = Decimal(10**12)
_decoder = msgspec.json.Decoder(AnyRecord)
_encoder = msgspec.json.Encoder()


def encode(record: AnyRecord) -> bytes:
    """The canonical bytes of a record, without a line end."""
    return _encoder.encode(outward(record))


def decode(line: bytes | str) -> AnyRecord:
    """The record that a line holds.

    Raises ``msgspec.DecodeError`` for what is no JSON and ``msgspec.ValidationError`` (its message ends in the path
    of the field) for what is no record.
    """
    return inward(_decoder.decode(line))


def canonical(record: AnyRecord) -> AnyRecord:
    """The record as :func:`decode` makes it: its values checked against their types, its defaults told apart.

    What was made in code needs this before it is stored: msgspec leaves out a default only when it is the very
    object. Raises ``msgspec.ValidationError``.
    """
    return decode(encode(record))


def deletion(kind: str, id: str) -> bytes:
    """The line that ends a record."""
    return _encoder.encode({"delete": kind, "id": id})


def content_hash(data: bytes) -> str:
    """The content hash of canonical bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


class Checksum:
    """The checksum of a set: the sum of its items' hashes modulo 2^256, whatever their order."""

    def __init__(self) -> None:
        self.count = 0
        self._sum = 0

    def add(self, digest: str) -> None:
        """Add an item by its content hash."""
        self.count += 1
        self._sum = (self._sum + int(digest, 16)) % MODULUS

    @property
    def hex(self) -> str:
        """The checksum as 64 hexadecimal digits."""
        return f"{self._sum:064x}"


def outward(record: AnyRecord) -> AnyRecord:
    """The record with inclusive ends, as files and answers show it."""
    return _with_ends(record, inclusive)


def inward(record: AnyRecord) -> AnyRecord:
    """The record of a file with exclusive ends and amounts of two places, as the hub keeps it."""
    if isinstance(record, Fee):
        amounts = {name: two_places(getattr(record, name), name) for name in ("amount", "amount_min", "amount_max")}
        record = _replace(record, **amounts)
    return _with_ends(record, exclusive)


def two_places(amount: Decimal | None, field: str) -> Decimal | None:
    """An amount with exactly two places; more precise ones are rounded half up, as German fee law does.

    Raises ``msgspec.ValidationError`` for what is no amount of money; ``field`` names it in the message.
    """
    if amount is None:
        return None
    if not amount.is_finite() or abs(amount) >= LARGEST:
        raise msgspec.ValidationError(f"Expected an amount below {LARGEST} - at `$.{field}`")
    return amount.quantize(CENT, ROUND_HALF_UP)


def _with_ends(record: AnyRecord, move: Callable[[dt.date | None], dt.date | None]) -> AnyRecord:
    if isinstance(record, Authority) and any(hours.valid_to for hours in record.hours):
        moved = tuple(_replace(hours, valid_to=move(hours.valid_to)) for hours in record.hours)
        record = _replace(record, hours=moved)
    end = getattr(record, "valid_to", None)
    return record if end is None else _replace(record, valid_to=move(end))
