"""A backup is whole or nothing, taken while work goes on, and what is restored is what was there."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import areas, authority, fee, rule, service
from sqlalchemy import Engine
from support import NOW, address, execute
from test_store import everything, put

from busdb import backup, changes, feedback, migration
from busdb.backup.inventory import inventory
from busdb.db import Database
from busdb.errors import BusdbError, InputError, RefusedError, SetupError
from busdb.feedback import Box
from busdb.search.desk import Desk
from busdb.settings import Settings

STATE = [
    *areas(),
    service(),
    authority(),
    fee(),
    rule(),
    *(service(f"s{number}", f"Dienst {number}") for number in range(20)),
]
BUSDB = str(Path(sys.executable).with_name("busdb"))


def installation(database: Database, folder: Path) -> Settings:
    """The settings of an installation over a database."""
    return Settings(data_dir=str(folder / "var"), database_url=database.url.render_as_string(hide_password=False))


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """An installation with a small state."""
    put(database, STATE)
    return installation(database, tmp_path)


@pytest.fixture
def elsewhere(database: Database, tmp_path: Path, postgres_server: Engine | None) -> Iterator[Database]:
    """A database without any table, of the same engine."""
    name = f"busdb_empty_{uuid.uuid4().hex[:12]}"
    if database.is_sqlite:
        opened = Database(f"sqlite:///{tmp_path / 'elsewhere' / 'busdb.sqlite3'}")
    else:
        assert postgres_server is not None
        execute(postgres_server, f"CREATE DATABASE {name}")
        opened = Database(address(postgres_server, name))
    yield opened
    opened.close()
    if not database.is_sqlite and postgres_server is not None:
        execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


def totals(database: Database) -> tuple[int, str]:
    """What readers are told: count and set checksum."""
    with database.reading() as connection:
        return changes.totals(connection)


def test_what_is_restored_elsewhere_is_what_was_there(
    settings: Settings, database: Database, elsewhere: Database, tmp_path: Path
) -> None:
    path, manifest = backup.backup(settings, database, tmp_path / "b.tar.gz", NOW)
    assert manifest.inventory.sound
    assert (manifest.inventory.told.count, manifest.inventory.told.checksum) == totals(database)
    there = installation(elsewhere, tmp_path / "elsewhere")
    assert backup.restore(there, elsewhere, path).upgraded is False
    assert totals(elsewhere) == totals(database)
    assert everything(elsewhere) == everything(database)
    with elsewhere.reading() as connection:
        assert inventory(connection) == manifest.inventory
    desk = Desk(there, elsewhere)
    desk.rebuild()
    assert desk.search("Dienst 7").total
    assert put(elsewhere, STATE) == ["unchanged"] * len(STATE)
    put(elsewhere, [service("neu", "Neuer Dienst")])


def test_a_full_database_is_replaced_only_by_force_and_readers_see_one_state_or_the_other(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    before = totals(database)
    path, _ = backup.backup(settings, database, tmp_path / "b.tar.gz", NOW)
    put(database, [service("spaeter", "Später")])
    after = totals(database)
    with pytest.raises(RefusedError):
        backup.restore(settings, database, path)
    assert totals(database) == after
    if database.is_sqlite:  # on PostgreSQL the tables of a reader are not dropped before it has ended
        with database.reading() as connection:
            assert changes.totals(connection) == after
            backup.restore(settings, database, path, force=True)
            assert changes.totals(connection) == after
    else:
        backup.restore(settings, database, path, force=True)
    assert totals(database) == before


def test_a_backup_during_an_import_holds_what_was_committed(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    committed = totals(database)
    with database.writing() as connection:
        log = changes.ChangeLog(connection, None, NOW, redistribute=True)
        from busdb.store import Store

        Store(connection, log, NOW).put([service("halb", "Halb")])
        log.close()
        _, manifest = backup.backup(settings, database, tmp_path / "b.tar.gz", NOW)
    assert (manifest.inventory.told.count, manifest.inventory.told.checksum) == committed != totals(database)


def test_backups_while_imports_go_on_are_each_of_one_moment(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    states, ended = {totals(database)}, threading.Event()

    def work() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            put(database, [service(f"w{number}{part}", f"Während {number}") for part in "abc"])
            states.add(totals(database))

    worker = threading.Thread(target=work)
    worker.start()
    try:
        taken = [backup.backup(settings, database, tmp_path / f"{n}.tar.gz", NOW)[1].inventory for n in range(4)]
    finally:
        ended.set()
        worker.join()
    assert all(one.sound for one in taken)
    assert {(one.told.count, one.told.checksum) for one in taken} <= states


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_half_an_archive_is_refused_and_nothing_is_touched(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    path, _ = backup.backup(settings, database, tmp_path / "b.tar.gz", NOW)
    whole, before = path.read_bytes(), totals(database)
    cut = [whole[: len(whole) * part // 10] for part in range(10)] + [whole[:-1], whole[:-9], whole[1:]]
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 0xFF
    for data in (*cut, bytes(changed), b"nichts"):
        (tmp_path / "halb.tar.gz").write_bytes(data)
        with pytest.raises(InputError, match="keine ganze Sicherung"):
            backup.restore(settings, database, tmp_path / "halb.tar.gz", force=True)
    with pytest.raises(InputError, match="nicht lesen"):
        backup.restore(settings, database, tmp_path / "fehlt.tar.gz", force=True)
    assert totals(database) == before
    assert not [one for one in (tmp_path / "var").iterdir() if one.name.startswith(".busdb")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_does_not_fit_is_refused(settings: Settings, database: Database, tmp_path: Path) -> None:
    path, manifest = backup.backup(settings, database, tmp_path / "b.tar.gz", NOW)
    with pytest.raises(RefusedError, match="gibt es schon"):
        backup.backup(settings, database, path, NOW)
    far = Database("postgresql+psycopg://niemand@127.0.0.1:1/nirgends")
    with pytest.raises(RefusedError, match="sqlite"):
        backup.restore(settings, far, path)
    far.close()
    newest = migration.head
    migration.head, head = (lambda: "0001"), newest
    try:
        with pytest.raises(RefusedError, match="nur 0001"):
            backup.restore(settings, database, path, force=True)
    finally:
        migration.head = head
    assert manifest.inventory.revision == head()


def test_a_backup_of_a_former_version_is_brought_up_to_date(
    settings: Settings, database: Database, elsewhere: Database, tmp_path: Path
) -> None:
    migration.downgrade(database, "-1")
    path, _ = backup.backup(settings, database, tmp_path / "b.tar.gz", NOW)
    assert backup.restore(installation(elsewhere, tmp_path / "e"), elsewhere, path).upgraded is True
    assert totals(elsewhere) == totals(database)
    with elsewhere.reading() as connection:
        migration.require(connection)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_reports_of_readers_that_wait_come_along(settings: Settings, database: Database, tmp_path: Path) -> None:
    box = Box(settings)
    with database.writing(), database.reading() as connection:
        given = feedback.report(connection, "Das stimmt nicht", NOW)
        box.put(given)
    path, manifest = backup.backup(settings, database, tmp_path / "b.tar.gz", NOW)
    assert f"feedback/{given.id}.json" in manifest.files
    other = Database(f"sqlite:///{tmp_path / 'o' / 'busdb.sqlite3'}")
    there = installation(other, tmp_path / "o")
    backup.restore(there, other, path)
    with other.writing() as connection:
        feedback.take_in(connection, there.folder / "feedback")
        assert [one.text for one in feedback.listing(connection)] == ["Das stimmt nicht"]
    box.close()
    other.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_folder_keeps_the_newest_and_nobody_else_reads_them(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    import datetime as dt

    for day in range(4):
        path, _ = backup.backup(settings, database, tmp_path / "alle", NOW + dt.timedelta(day), keep=2)
    assert len(list((tmp_path / "alle").iterdir())) == 2
    assert path in (tmp_path / "alle").iterdir()
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_damaged_database_is_neither_saved_nor_overwritten_in_silence(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    path, _ = backup.backup(settings, database, tmp_path / "b.tar.gz", NOW)
    database.close()
    target = Path(str(database.url.database))
    target.write_bytes(b"\x00" * 4096 + target.read_bytes()[4096:])
    with pytest.raises(BusdbError):
        backup.backup(settings, database, tmp_path / "kaputt.tar.gz", NOW)
    assert not (tmp_path / "kaputt.tar.gz").exists()
    with pytest.raises(SetupError, match="weglegen"):
        backup.restore(settings, database, path, force=True)
    for one in target.parent.glob("busdb.sqlite3*"):
        one.rename(one.with_suffix(".alt"))
    backup.restore(settings, database, path)
    assert totals(database)[0] == len(STATE)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_backup_that_is_killed_leaves_nothing_that_looks_whole(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    environ = {**os.environ, "BUSDB_DATA_DIR": settings.data_dir, "BUSDB_DATABASE_URL": settings.database_url}
    generator = random.Random(7)
    for number in range(3):
        target = tmp_path / f"{number}.tar.gz"
        process = subprocess.Popen([BUSDB, "backup", str(target)], env=environ, stdout=subprocess.DEVNULL)
        time.sleep(generator.uniform(0.2, 1.2))
        process.kill()
        process.wait()
        if target.exists():
            backup.examine(target)
    assert totals(database)[0] == len(STATE)
