"""Copies of a database while others read and write, and their way back: one way for each engine."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.exc import ProgrammingError

from busdb.backup.inventory import DERIVED, Inventory, inventory
from busdb.db import Database
from busdb.errors import BusyError, InputError, SetupError

SQLITE, POSTGRESQL = "database.sqlite3", "database.pgdump"


def member(database: Database) -> str:
    """What the copy of a database is called."""
    return SQLITE if database.is_sqlite else POSTGRESQL


def copy(database: Database, path: Path) -> Inventory:
    """Copy a database as it is at one moment, check the copy, and say what it holds."""
    return _copy_sqlite(database, path) if database.is_sqlite else _dump(database, path)


def load(database: Database, path: Path) -> None:
    """Make a database what a checked copy of its engine is: wholly or not at all, for readers at one moment."""
    if database.is_sqlite:
        _load_sqlite(database, path)
    else:
        _restore(database, path)


@contextmanager
def beside(database: Database, folder: Path) -> Iterator[Database]:
    """A database of the same engine without any table, which is gone when the block ends.

    Raises ``SetupError`` where the role may not make one.
    """
    name = f"busdb_rehearsal_{uuid.uuid4().hex[:12]}"
    if database.is_sqlite:
        opened = Database(f"sqlite:///{folder / name}")
    else:
        _administer(database, f"CREATE DATABASE {name}")
        opened = Database(database.url.set(database=name).render_as_string(hide_password=False))
    try:
        yield opened
    finally:
        opened.close()
        if not database.is_sqlite:
            _administer(database, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(database: Database, statement: str) -> None:
    """Run what runs in no transaction."""
    try:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))
    except ProgrammingError as error:
        raise SetupError("rehearsal_forbidden", role=database.url.username or "") from error


def check(path: Path) -> None:
    """Read a copy to its end. Raises ``InputError`` for a damaged one."""
    if path.name == SQLITE:
        _check_sqlite(path)
    else:
        _tool("pg_restore", ["--file", os.devnull, str(path)], broken=path)


def _copy_sqlite(database: Database, path: Path) -> Inventory:
    origin = Path(str(database.url.database))
    try:
        with _opened(origin) as source, _opened(path) as target:
            source.backup(target)  # all pages in one step, that is, of one moment; writers go on meanwhile
            target.execute("PRAGMA journal_mode = DELETE")  # the copy is one file
        _check_sqlite(path)
    except sqlite3.OperationalError as error:
        raise InputError("file_unwritable", file=path.parent.parent, reason=error) from error
    except (sqlite3.DatabaseError, InputError) as error:
        raise SetupError("backup_damaged", file=origin) from error
    copied = Database(f"sqlite:///{path}")
    try:
        with copied.reading() as connection:
            return inventory(connection)
    finally:
        copied.close()


def _check_sqlite(path: Path) -> None:
    try:
        with _opened(path) as one:
            found = [*one.execute("PRAGMA integrity_check"), *one.execute("PRAGMA foreign_key_check")]
    except sqlite3.DatabaseError as error:
        raise InputError("backup_broken", file=path) from error
    if found != [("ok",)]:
        raise InputError("backup_broken", file=path)


def _load_sqlite(database: Database, path: Path) -> None:
    target = Path(str(database.url.database))
    try:
        with _opened(path) as source, _opened(target) as into:
            into.execute("PRAGMA journal_mode = WAL")
            source.backup(into)  # one transaction: a crash leaves what was there
    except sqlite3.OperationalError as error:
        raise BusyError("import_running") from error
    except sqlite3.DatabaseError as error:
        raise SetupError("restore_damaged", file=target) from error


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, timeout=30)) as one:
        yield one


def _dump(database: Database, path: Path) -> Inventory:
    """What is counted and what is dumped are of one moment: both read one snapshot."""
    with database.reading() as connection:
        snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
        left_out = [f"--exclude-table-data={name}" for name in sorted(DERIVED)]
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", *left_out]
        _tool("pg_dump", [*options, f"--file={path}", f"--dbname={database.conninfo}"], database)
        found = inventory(connection)
    check(path)
    return found


def _restore(database: Database, path: Path) -> None:
    """Feed the dump to psql in one transaction; it is committed only when all of it has come."""
    with database.reading() as connection:
        present = inspect(connection).get_table_names()
    words = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", f"--dbname={database.conninfo}"]
    script = ["pg_restore", "--no-owner", "--no-privileges", "--file=-", str(path)]
    try:
        with subprocess.Popen(  # noqa: S603  # a program of PostgreSQL, no shell
            words, env=_environment(database), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as psql:
            assert psql.stdin is not None
            assert psql.stderr is not None
            drops = "".join(f'DROP TABLE "{name}" CASCADE;\n' for name in present)
            _say(psql.stdin.fileno(), f"BEGIN;\n{drops}")
            done = subprocess.run(script, stdout=psql.stdin, stderr=subprocess.PIPE, check=False)  # noqa: S603  # as above
            _say(psql.stdin.fileno(), "COMMIT;\n" if done.returncode == 0 else "ROLLBACK;\n")
            psql.stdin.close()
            said = psql.stderr.read() or done.stderr
    except FileNotFoundError as error:
        raise SetupError("backup_tool", tool=error.filename) from error
    if psql.returncode or done.returncode:
        raise SetupError("backup_tool_failed", tool="psql", reason=_first(said))


def _say(descriptor: int, words: str) -> None:
    try:
        os.write(descriptor, words.encode())
    except BrokenPipeError:
        return  # psql has ended with an error, which is read from it


def _tool(name: str, options: list[str], database: Database | None = None, broken: Path | None = None) -> None:
    environment = _environment(database) if database else None
    try:
        done = subprocess.run([name, *options], env=environment, capture_output=True, check=False)  # noqa: S603  # as above
    except FileNotFoundError as error:
        raise SetupError("backup_tool", tool=name) from error
    if done.returncode and broken:
        raise InputError("backup_broken", file=broken)
    if done.returncode:
        raise SetupError("backup_tool_failed", tool=name, reason=_first(done.stderr))


def _first(said: bytes) -> str:
    return next(iter(said.decode(errors="replace").splitlines()), "")


def _environment(database: Database) -> dict[str, str]:
    """The password travels in the environment, where nobody else sees it."""
    password = database.url.password
    return {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
