"""The interchange form is canonical, and its last valid days become exclusive ends inside."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec
import pytest
from builders import authority, fee, service
from hypothesis import given
from hypothesis import strategies as st

from busdb.interchange import Checksum, content_hash, decode, encode
from busdb.records import Fee, Hours
from busdb.validity import OPEN_ENDS, exclusive, inclusive, valid

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2999, 12, 30))


@given(DAYS)
def test_the_last_valid_day_survives_the_way_in_and_out(day: dt.date) -> None:
    assert inclusive(exclusive(day)) == day
    record = fee(valid_to=exclusive(day))
    assert valid(record, day)
    assert not valid(record, day + dt.timedelta(days=1))
    assert msgspec.json.decode(encode(record))["valid_to"] == day.isoformat()
    assert decode(encode(record)) == record


@pytest.mark.parametrize("day", OPEN_ENDS)
def test_the_far_ends_of_other_systems_are_open(day: dt.date) -> None:
    line = msgspec.json.encode({**msgspec.json.decode(encode(fee())), "valid_to": day.isoformat()})
    assert decode(line) == fee()


def test_the_hours_of_an_office_end_inclusively_outside_too() -> None:
    record = authority(hours=(Hours(osm="Mo 09:00-12:00", valid_to=dt.date(2026, 12, 25)),))
    assert msgspec.json.decode(encode(record))["hours"][0]["valid_to"] == "2026-12-24"
    assert decode(encode(record)) == record


@given(st.decimals(min_value=0, max_value=10**9, places=3))
def test_amounts_have_two_places(amount: Decimal) -> None:
    line = msgspec.json.encode({"record": "fee", "id": "a.b", "service": "a.c", "kind": "fixed", "amount": str(amount)})
    record = decode(line)
    assert isinstance(record, Fee)
    assert record.amount is not None
    assert record.amount.as_tuple().exponent == -2
    assert abs(record.amount - amount) <= Decimal("0.005")


def test_equal_records_have_equal_bytes_and_defaults_are_left_out() -> None:
    assert encode(service()) == encode(decode(encode(service())))
    assert b"null" not in encode(service())
    assert b'"language":"de"' not in encode(service())


@given(st.lists(st.binary()))
def test_the_checksum_of_a_set_does_not_depend_on_its_order(items: list[bytes]) -> None:
    digests = [content_hash(item) for item in items]
    forward, backward = Checksum(), Checksum()
    for digest in digests:
        forward.add(digest)
    for digest in reversed(digests):
        backward.add(digest)
    assert (forward.count, forward.hex) == (backward.count, backward.hex)
    assert int(forward.hex, 16) == sum(int(digest, 16) for digest in digests) % 2**256
