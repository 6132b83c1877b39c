"""The schema: brought up to date by Alembic in one transaction, under the lock of imports.

Whether a database is up to date is asked by every command, so that this is answered without Alembic: its table holds
the revision, and the newest revision is the number with which the newest file in ``migrations/versions`` begins.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import as_file, files

from sqlalchemy import Connection, inspect, text

from busdb.db import Database
from busdb.errors import SetupError


def upgrade(database: Database, revision: str = "head") -> bool:
    """Bring the schema up to ``revision``; whether anything was done. Raises ``BusyError`` while an import runs."""
    from alembic.command import upgrade as run  # noqa: PLC0415  # Alembic takes longer to load than most commands run

    return _run(database, run, revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to ``revision``; what later ones added is lost."""
    from alembic.command import downgrade as run  # noqa: PLC0415  # as above

    _run(database, run, revision)


def _run(database: Database, command: Callable[..., None], revision: str) -> bool:
    from alembic.config import Config  # noqa: PLC0415  # as above

    with database.import_lock(), database.migrating() as connection, as_file(files("migrations")) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = connection
        before = current(connection)
        command(config, revision)
        return current(connection) != before


def current(connection: Connection) -> str | None:
    """The revision of the database, ``None`` for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def head() -> str:
    """The newest revision of this version of busdb."""
    return max(_revisions())


def pending(found: str | None) -> list[tuple[str, str]]:
    """The revisions that follow one, each with what it brings in words, in their order."""
    return sorted((revision, words) for revision, words in _revisions().items() if revision > (found or ""))


def _revisions() -> dict[str, str]:
    names = (path.name for path in files("migrations").joinpath("versions").iterdir())
    parts = (name.removesuffix(".py").partition("_") for name in names if name[:1].isdigit() and name.endswith(".py"))
    return {revision: words.replace("_", " ") for revision, _, words in parts}


def require(connection: Connection) -> None:
    """Raise ``SetupError`` unless the schema is that of this version."""
    found = current(connection)
    if found is None:
        raise SetupError("database_empty")
    if found != head():
        raise SetupError("database_outdated", found=found, wanted=head())
