"""The database as it was: every read at a position of the log gives what it gave then."""

from __future__ import annotations

import datetime as dt

from builders import areas, authority, fee, rule, service
from msgspec.structs import replace
from support import NOW
from test_assembly import publish
from test_store import put

from busdb import changes, mapping, past, queries
from busdb.assembly import Assembler
from busdb.db import Database
from busdb.finder import Asking
from busdb.records import KINDS, AnyRecord, Document, LocalAddition, Notice, Text

LATER = NOW + dt.timedelta(hours=1)
DELIVERIES: list[list[AnyRecord]] = [
    [*areas(), service(documents=(Document(label="Foto"),)), authority(), rule()],
    [fee(), fee("kreis", area="15084", type="expense")],
    [authority(name="Neues Rathaus", hours=()), fee(amount="50.00")],
    [service(name="Ausweis holen", leika_keys=("99008001001000",)), service("zwei", "Zwei")],
    [replace(areas()[3], name="Naumburg an der Saale"), rule(executor="district", category=None)],
    [LocalAddition(id="k.z", service="lsa.ausweis", area="150840355355", texts=(Text(module="06", html="Hier"),))],
]


def test_every_state_of_the_log_can_be_read_again(database: Database) -> None:
    states = []
    for number, records in enumerate(DELIVERIES):
        put(database, records, NOW + number * (LATER - NOW))
        with database.reading() as connection:
            seq = changes.state(connection).seq
            all_ = [list(mapping.read(connection, kind)) for kind in KINDS]
        states.append((seq, publish(database), all_))
    with database.reading() as connection:
        for seq, publication, records in states:
            with past.at(connection, seq):
                gazetteer = queries.gazetteer(connection)
                asking = Asking(place=gazetteer.place("150840355355"), on=NOW.date())
                assert Assembler(connection, gazetteer, asking).one("lsa.ausweis") == publication
                assert [list(mapping.read(connection, kind)) for kind in KINDS] == records
        assert [list(mapping.read(connection, kind)) for kind in KINDS] == states[-1][2]


def test_internal_changes_are_part_of_the_past_of_internal_readers_only(database: Database) -> None:
    put(database, [authority()])
    with database.reading() as connection:
        before = changes.state(connection, internal=True).seq
    note = Notice(id="k.n", text="Intern", audience="115", area="15002")
    put(database, [authority(internal115=()), note], LATER)
    with database.reading() as connection:
        with past.at(connection, before, internal=True):
            (office,) = mapping.read(connection, "authority")
            assert office.record == authority()
            assert list(mapping.read(connection, "notice")) == []
        with past.at(connection, before):
            assert len(list(mapping.read(connection, "notice"))) == 1
