"""Imports that cannot hurt: a dry run foretells exactly what an import does, and what was done can be taken back."""

from __future__ import annotations

from typing import Any

from histories import edits, start
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_ingest import lines, load

from busdb import history
from busdb.db import Database
from busdb.mapping import read
from busdb.records import KINDS, AnyRecord

GARBAGE = (
    b"kein JSON\n",
    b'{"record":"fee","id":"lsa.kaputt"}\n',
    b'{"record":"fee","id":"lsa.gebuehr-eins","service":"lsa.eins","kind":"fixed"}\n',
    b'{"record":"authority","id":"fremd.amt","name":"Fremd"}\n',
)
deliveries = st.tuples(
    edits,
    st.lists(st.sampled_from(GARBAGE), max_size=2),
    st.lists(st.sampled_from(sorted(start())), max_size=3, unique=True),
    st.booleans(),
)
"""Edits, lines that are refused, records that are left out, and whether the delivery is complete."""
CHANCE = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
# A database serves all examples: each finds the state that the one before has left


def records(database: Database) -> dict[str, AnyRecord]:
    """All records by id."""
    with database.reading() as connection:
        return {stored.record.id: stored.record for kind in KINDS for stored in read(connection, kind)}


def delivery(database: Database, drawn: Any) -> tuple[bytes, dict[str, Any]]:
    """A delivery over the present state: its bytes, and how it is imported."""
    changed, garbage, left_out, full = drawn
    present = records(database) or start()
    wanted = {**present, **{record.id: record for record in changed}}
    sent = [record for id_, record in wanted.items() if id_ not in left_out]
    return lines(sent) + b"".join(garbage), {"full": full, "allow_deletions": 99}


def test_a_dry_run_foretells_exactly_what_the_import_does(database: Database) -> None:
    load(database, list(start().values()))

    @CHANCE
    @given(deliveries)
    def check(drawn: Any) -> None:
        data, how = delivery(database, drawn)
        before = records(database)
        dry = load(database, data, dry_run=True, **how)
        assert records(database) == before
        real = load(database, data, **how)
        assert (real.counts, real.issues) == (dry.counts, dry.issues)
        with database.reading() as connection:
            assert real.run is not None
            assert list(history.between(connection, history.of_run(connection, real.run))) == dry.differences
        after = records(database)
        assert {one.id for one in dry.differences} == {
            id_ for id_ in before.keys() | after.keys() if before.get(id_) != after.get(id_)
        }
        assert load(database, data, dry_run=True, **how).differences == []

    check()
