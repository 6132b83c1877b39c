"""Imports that cannot hurt: a dry run foretells exactly what an import does, and what was done can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from builders import fee, service
from histories import edits, start
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import NOW
from test_ingest import lines, load

from busdb import changes, history, runs
from busdb.db import Database
from busdb.editors import Channel
from busdb.errors import RefusedError
from busdb.mapping import read
from busdb.records import KINDS, AnyRecord
from busdb.undo import undo

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


def state(database: Database) -> tuple[Any, ...]:
    """All that readers see: the records with their numbers and hashes, and the checksum of the public ones."""
    with database.reading() as connection:
        stored = [(one.number, one.record, one.hash, one.public_hash) for k in KINDS for one in read(connection, k)]
        return sorted(stored), changes.totals(connection)


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


def test_undo_of_any_import_gives_what_was_before_and_its_undo_what_was_after(database: Database) -> None:
    load(database, list(start().values()))

    @CHANCE
    @given(deliveries)
    def check(drawn: Any) -> None:
        data, how = delivery(database, drawn)
        before = state(database)
        imported = load(database, data, **how)
        after = state(database)
        assert imported.run is not None
        if before == after:
            return
        foretold = undo(database, imported.run, NOW, dry_run=True)
        assert state(database) == after
        undone = undo(database, imported.run, NOW)
        assert state(database) == before
        assert (foretold.differences, undone.conflicts) == (undone.differences, ())
        assert undone.run is not None
        undo(database, undone.run, NOW)
        assert state(database) == after

    check()


def test_runs_are_taken_back_one_after_the_other_to_the_empty_database(database: Database) -> None:
    names = ("Eins", "Zwei", "Drei")
    made = [load(database, [service(name=name), fee(amount=f"{len(name)}.00")]).run for name in names]
    for run in reversed(made):
        assert run is not None
        assert undo(database, run, NOW).conflicts == ()
    assert records(database) == {}
    with pytest.raises(RefusedError):
        undo(database, made[0] or 0, NOW)


def test_an_undo_says_who_answers_for_it_and_what_it_takes_back(database: Database) -> None:
    run = load(database, [service()], editor="anna").run or 0
    undone = undo(database, run, NOW, acting=Channel(name="bernd"))
    with database.reading() as connection:
        newest, first = runs.summaries(connection, 2)
    assert (newest["run"], newest["editor"], newest["of"], newest["format"]) == (undone.run, "bernd", run, "undo")
    assert (first["editor"], first["of"]) == ("anna", None)
