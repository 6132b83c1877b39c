"""The schema: brought up to date by Alembic in one transaction, under the lock of imports."""

from __future__ import annotations

from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from busdb.db import Database
from busdb.errors import SetupError


def upgrade(database: Database, revision: str = "head") -> bool:
    """Bring the schema up to ``revision``; whether anything was done. Raises ``BusyError`` while an import runs."""
    with database.import_lock(), database.writing() as connection, as_file(files("migrations")) as folder:
        config = _config(str(folder), connection)
        before = current(connection)
        command.upgrade(config, revision)
        return current(connection) != before


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to ``revision``; what later ones added is lost."""
    with database.import_lock(), database.writing() as connection, as_file(files("migrations")) as folder:
        command.downgrade(_config(str(folder), connection), revision)


def current(connection: Connection) -> str | None:
    """The revision of the database, ``None`` for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The newest revision of this version of busdb."""
    with as_file(files("migrations")) as folder:
        return ScriptDirectory.from_config(_config(str(folder))).get_current_head() or ""


def require(connection: Connection) -> None:
    """Raise ``SetupError`` unless the schema is that of this version."""
    found = current(connection)
    if found is None:
        raise SetupError("database_empty")
    if found != head():
        raise SetupError("database_outdated", found=found, wanted=head())


def _config(folder: str, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
