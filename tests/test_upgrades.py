"""An upgrade is rehearsed on a copy, and the program before it goes on while the schema is already the new one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from builders import areas, authority, fee, rule, service
from sqlalchemy import Connection, inspect, text
from test_cli import answer, busdb, home  # noqa: F401  # the data folder of each test
from test_store import put

from busdb import changes, migration
from busdb.db import Database
from busdb.errors import SetupError
from busdb.rehearsal import rehearse

CONTRACTS = {
    "0002": "before the first release",
}
"""Migrations that take something away which the program before still used, with the reason why that was no harm."""


@pytest.fixture
def former(database: Database) -> Database:
    """A small state, two revisions behind."""
    put(database, [*areas(), service(), authority(), fee(), rule()])
    migration.downgrade(database, "-2")
    return database


def test_a_rehearsal_says_what_would_be_done_and_does_nothing(former: Database, tmp_path: Path) -> None:
    found = rehearse(former, tmp_path)
    assert [(step.revision, bool(step.words)) for step in found.steps] == [
        (revision, True) for revision, _ in migration.pending(found.found)
    ]
    assert len(found.steps) == 2
    assert found.harmless
    with former.reading() as connection:
        assert migration.current(connection) == found.found
        before = changes.totals(connection)
    assert not [one for one in tmp_path.iterdir() if "rehearsal" in one.name]
    migration.upgrade(former)
    assert rehearse(former, tmp_path).steps == ()
    with former.reading() as connection:
        assert changes.totals(connection) == before


def test_a_migration_that_would_lose_something_is_seen(
    former: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = migration.upgrade

    def careless(database: Database, revision: str = "head") -> bool:
        done = upgrade(database, revision)
        with database.writing() as connection:
            connection.execute(text("DELETE FROM service_texts"))
            connection.execute(text("UPDATE service SET public_hash = NULL"))
        return done

    monkeypatch.setattr(migration, "upgrade", careless)
    found = rehearse(former, tmp_path)
    assert (found.lost, found.same, found.harmless) == (("service_texts",), False, False)


def test_a_role_that_may_not_make_databases_is_told_so(former: Database, tmp_path: Path) -> None:
    if former.is_sqlite:
        return
    name = "busdb_darf_nicht"
    with former.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP ROLE IF EXISTS {name}"))
        connection.execute(text(f"CREATE ROLE {name} LOGIN IN ROLE pg_read_all_data"))
    poor = Database(former.url.set(username=name).render_as_string(hide_password=False))
    try:
        with pytest.raises(SetupError, match="CREATEDB"):
            rehearse(poor, tmp_path)
    finally:
        poor.close()
        with former.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"DROP ROLE {name}"))


def test_the_commands_tell_and_upgrade() -> None:
    assert answer("db", "current")["revision"] is None
    assert answer("db", "upgrade")["revision"] == migration.head()
    assert answer("db", "current") == {"revision": migration.head(), "head": migration.head(), "pending": []}
    assert busdb("db", "upgrade", "--check").exit_code == 0
    assert answer("init")["changed"] is False


def test_a_rehearsal_of_work_to_do_ends_with_a_status(tmp_path: Path) -> None:
    assert busdb("init").exit_code == 0
    database = Database(f"sqlite:///{tmp_path / 'var' / 'busdb.sqlite3'}")
    migration.downgrade(database, "-1")
    database.close()
    result = busdb("db", "upgrade", "--check")
    assert (result.exit_code, "bleiben" in result.output or "blieben" in result.output) == (8, True)


def columns(connection: Connection) -> dict[tuple[str, str], Any]:
    """All columns by table and name."""
    found = inspect(connection)
    return {(name, one["name"]): one for name in found.get_table_names() for one in found.get_columns(name)}


def test_each_migration_only_adds_so_that_the_program_before_goes_on_meanwhile(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'busdb.sqlite3'}")
    before: dict[tuple[str, str], Any] = {}
    harmful: dict[str, list[str]] = {}
    for revision, _ in migration.pending(None):
        migration.upgrade(database, revision)
        with database.reading() as connection:
            after = columns(connection)
        tables = {table for table, _ in before}
        gone = [f"{table}.{name} is gone" for table, name in before.keys() - after.keys()]
        narrow = [
            f"{table}.{name} must be given"
            for (table, name), one in after.items()
            if table in tables and not one["nullable"] and one["default"] is None and (table, name) not in before
        ]
        changed = [
            f"{table}.{name} is another"
            for (table, name), one in before.items()
            if (table, name) in after
            and (str(one["type"]), one["nullable"]) != (str(after[table, name]["type"]), after[table, name]["nullable"])
        ]
        if before and (gone or narrow or changed):
            harmful[revision] = [*gone, *narrow, *changed]
        before = after
    database.close()
    assert harmful.keys() == CONTRACTS.keys(), harmful
