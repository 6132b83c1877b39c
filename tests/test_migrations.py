"""The schema goes up from nothing, down and up again, and is what the tables of the code say."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from builders import authority, fee, rule, service
from sqlalchemy import Engine, inspect
from support import ROOT, address, execute, missing
from test_ingest import load

from busdb import migration
from busdb.db import Database
from busdb.errors import SetupError
from busdb.models import metadata
from busdb.records import FeeText, Form, LocalAddition, Name


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path, postgres_server: Engine | None) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        yield database
        database.close()
        return
    if postgres_server is None:
        missing("PostgreSQL")
    assert postgres_server is not None
    name = f"busdb_empty_{uuid.uuid4().hex[:12]}"
    execute(postgres_server, f"CREATE DATABASE {name}")
    database = Database(address(postgres_server, name))
    yield database
    database.close()
    execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


def test_an_empty_database_is_brought_up_and_then_left_alone(empty: Database) -> None:
    with empty.reading() as connection, pytest.raises(SetupError):
        migration.require(connection)
    assert migration.upgrade(empty) is True
    assert migration.upgrade(empty) is False
    with empty.reading() as connection:
        migration.require(connection)


def test_each_migration_goes_down_and_up_again(empty: Database) -> None:
    revisions = [script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()]
    migration.upgrade(empty)
    for revision, below in zip(revisions, [*revisions[1:], "base"], strict=True):
        migration.downgrade(empty, below)
        migration.upgrade(empty, revision)
        migration.downgrade(empty, below)
    with empty.reading() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    migration.upgrade(empty)


def rows(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.reading() as connection:
        names = set(inspect(connection).get_table_names()) - {"alembic_version"}
        return {name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one() for name in names}


def test_data_survive_each_step_down_and_up_again_but_for_what_only_the_later_schema_has(empty: Database) -> None:
    migration.upgrade(empty)
    english = Name(language="en", text="Office")
    form = Form(id="lsa.form", name="Formular", names=(english,))
    addition = LocalAddition(id="lsa.zusatz", service="lsa.ausweis", area="15", texts=service().texts[2:])
    office = authority("amt", id="lsa.amt", names=(english,))
    load(empty, [service(), office, fee(translations=(FeeText(language="en", label="Card"),)), rule(), form, addition])
    before = rows(empty)
    assert {name for name in ("service_texts", "authority_contacts", "form_names", "fee_translations") if before[name]}
    revisions = [script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()]
    for below in revisions[1:]:
        migration.downgrade(empty, below)
        kept = rows(empty).keys()
        migration.upgrade(empty)
        after = rows(empty)
        assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    if empty.is_sqlite:
        with empty.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_the_migrations_make_the_tables_that_the_code_uses(empty: Database) -> None:
    migration.upgrade(empty)
    with empty.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}
