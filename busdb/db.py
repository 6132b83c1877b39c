"""The database: one engine, read and write transactions, the import lock.

SQLite runs in WAL mode with explicit BEGIN (the driver's own transaction handling breaks savepoints and the rollback
of DDL); each thread has its connection. PostgreSQL reads in REPEATABLE READ, so that a reader sees one state.
"""

from __future__ import annotations

import fcntl
import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, RootTransaction, create_engine, event, text
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from busdb import deadline
from busdb.errors import BusyError, OverdueError, SetupError

Work = Literal["import", "deliver", "links"]
_LOCKS: dict[Work, tuple[int, str]] = {
    "import": (0x0B05DB, "import_running"),
    "deliver": (0x0B05DC, "deliver_running"),
    "links": (0x0B05DD, "links_running"),
}
"""What only one process may do: the key of its advisory lock on PostgreSQL, and the error for a second one."""


PRIVATE = 0o750
"""The permissions of a folder for data: secrets of webhooks and addresses of readers are nobody else's business."""
WAITING = 0.25
"""Seconds between two looks at a lock that another process holds."""
STEPS = 100_000
"""Steps of its virtual machine, a few milliseconds, after which a statement of SQLite asks whether to go on."""
_ENDED = frozenset({"SQLITE_INTERRUPT", "57014"})
"""How engines say that a statement was ended, by the name or the state of the error."""
_PASSWORD = re.compile(r"(://[^:/@]*:)[^@]*@")
CONNECTING = 10
"""Seconds within which a server must answer."""
POOLED = 16
"""Connections that a process keeps: one for each thread of a worker, or each busy moment opens some anew."""
SQLITE_PATIENCE = 30.0
"""Seconds that a writer waits for another on SQLite; PostgreSQL lets it wait as long as it takes."""


class Database:
    """The database at an SQLAlchemy address. Making one opens no connection.

    With ``patience`` its connections wait only so many seconds for what others have locked. ``longest`` makes it keep
    deadlines (``busdb.deadline``): no statement takes longer than that many seconds on PostgreSQL, nor goes on after
    the deadline of its thread on either engine, which raises ``OverdueError``. 0: they take as long as they like.
    """

    def __init__(self, url: str, patience: float | None = None, longest: int = 0) -> None:
        self.waits: Callable[[float], object] = lambda _seconds: None
        """Called when an import begins to wait for another, with for how long at most."""
        try:
            self.url = make_url(url)
            self.engine = _engine(str(url), patience, longest)
        except (ArgumentError, ModuleNotFoundError) as error:
            raise SetupError("database_address", url=_PASSWORD.sub(r"\1***@", url), reason=error) from error

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite."""
        return self.url.get_backend_name() == "sqlite"

    @property
    def conninfo(self) -> str:
        """The address of PostgreSQL as its own tools take it, with all of its hosts and without its password."""
        _, words = self.engine.dialect.create_connect_args(self.url)
        known = {name: value for name, value in words.items() if name not in {"context", "password"}}
        return " ".join(f"{name}={_quoted(str(value))}" for name, value in sorted(known.items()))

    @contextmanager
    def reading(self, seen: int = 0) -> Iterator[Connection]:  # noqa: ARG002  one database has one state
        """A transaction that sees one state and is rolled back at the end.

        ``seen`` is a position of the change log that the reader was told of: what is read is not older.
        """
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._connect() as connection, connection.execution_options(**options).begin() as transaction:
            yield connection
            transaction.rollback()

    def present(self) -> AbstractContextManager[Connection]:
        """A reading transaction on the database itself, where :meth:`reading` may ask a replica that is behind it."""
        return self.reading()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that commits when the block ends and rolls back when it raises.

        Raises ``BusyError`` where another process has been writing for half a minute (SQLite has one writer).
        """
        with self._connect() as connection, _write(connection):
            yield connection

    @contextmanager
    def trying(self) -> Iterator[Connection]:
        """A writing transaction that is rolled back at the end: what it does is seen inside it only."""
        with self._connect() as connection, _write(connection) as transaction:
            yield connection
            transaction.rollback()

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A writing transaction in which tables may be made anew.

        Alembic changes a table on SQLite by making it anew, and dropping the old one would delete all rows that refer
        to its rows; so references are not enforced here.
        """
        with self._connect() as connection:
            driver: Any = connection.connection.driver_connection
            if self.is_sqlite:
                driver.execute("PRAGMA foreign_keys = OFF")
            try:
                with _write(connection):
                    yield connection
            finally:
                if self.is_sqlite:
                    driver.execute("PRAGMA foreign_keys = ON")

    @contextmanager
    def _connect(self) -> Iterator[Connection]:
        try:
            connection = self.engine.connect()
        except DBAPIError as error:
            raise _unreachable(error) from error
        with connection:
            yield connection

    @contextmanager
    def import_lock(self, wait: float = 0) -> Iterator[None]:
        """Hold the lock of imports. Raises ``BusyError`` when another process holds it for longer than ``wait``."""
        until, told = time.monotonic() + wait, False
        with ExitStack() as held:
            while True:
                try:
                    held.enter_context(self.lock("import"))
                    break
                except BusyError:
                    if time.monotonic() >= until:
                        raise
                    if not told:
                        told = True
                        self.waits(wait)
                    time.sleep(WAITING)
            yield

    @contextmanager
    def lock(self, work: Work) -> Iterator[None]:
        """Hold the lock of what only one process may do. Raises ``BusyError`` at once when another process does it."""
        key, busy = _LOCKS[work]
        if self.is_sqlite:
            ending = "lock" if work == "import" else f"{work}.lock"
            with file_lock(Path(f"{self.url.database}.{ending}"), busy):
                yield
            return
        with self._connect() as connection:
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}):
                raise BusyError(busy)
            connection.commit()
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
                connection.commit()

    def compact(self) -> None:
        """Leave nothing in the files of the database of what was deleted or changed.

        Raises ``BusyError`` where a reader keeps the former state for half a minute.
        """
        with self._connect() as connection:
            driver: Any = connection.connection.driver_connection
            if not self.is_sqlite:
                driver.autocommit = True
                driver.execute("VACUUM (ANALYZE)")
                driver.autocommit = False
                return
            driver.execute("VACUUM")
            if driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise BusyError("database_read")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


_SQLITE_MEANS = {10: "database_full", 11: "database_damaged", 13: "database_full", 26: "database_damaged"}
"""What results of SQLite (IOERR, CORRUPT, FULL, NOTADB) mean; a full disk can be either of two."""


def meaning(error: DBAPIError) -> SetupError | None:
    """What an error of a database says about the installation, ``None`` for one that is a fault of the program."""
    number = getattr(error.orig, "sqlite_errorcode", None)
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if number is not None:
        code = _SQLITE_MEANS.get(number & 0xFF)
    elif state in {"53100", "58030"}:
        code = "database_full"
    elif error.connection_invalidated or state.startswith(("08", "57P")):
        code = "database_lost"
    else:
        code = None
    return SetupError(code, reason=error.orig) if code else None


def _unreachable(error: DBAPIError) -> SetupError:
    found = meaning(error)
    return found if found and found.code != "database_lost" else SetupError("database_unreachable", reason=error.orig)


def _quoted(value: str) -> str:
    """A value of a connection string, in quotes where it needs them."""
    escaped = value.replace("\\", r"\\").replace("'", r"\'")
    return value if re.fullmatch(r"[^\s'\\]+", value) else f"'{escaped}'"


@contextmanager
def _write(connection: Connection) -> Iterator[RootTransaction]:
    try:
        transaction = connection.execution_options(write=True).begin()
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
            raise BusyError("import_running") from error
        raise _unreachable(error) from error
    with transaction:
        yield transaction


@contextmanager
def file_lock(path: Path, busy: str) -> Iterator[None]:
    """Hold a lock file. Raises ``BusyError`` with the code ``busy`` at once when another process holds it."""
    path.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BusyError(busy) from error
        yield


def _engine(address: str, patience: float | None, longest: int) -> Engine:
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        limits: dict[str, Any] = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECTING}
        if longest:
            limits["options"] = f"{url.query.get('options', '')} -c statement_timeout={longest * 1000}".strip()
        engine = create_engine(
            url, hide_parameters=True, pool_pre_ping=True, pool_size=POOLED, max_overflow=10, connect_args=limits
        )
        if longest:
            _Limit(engine, longest)
        if patience is not None:
            limit = f"SET LOCAL lock_timeout = {patience * 1000:.0f}"
            event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(limit))
        return engine
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    wait = {"timeout": SQLITE_PATIENCE if patience is None else patience}
    engine = create_engine(url, hide_parameters=True, pool_size=POOLED, connect_args=wait)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    if longest:
        _Limit(engine, longest)
    return engine


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    """What is committed is on the disk: after a power loss no consumer holds what the database has lost."""
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write")
    if write:
        connection.exec_driver_sql("PRAGMA cache_size = -16000")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


class _Limit:
    """Ends what an engine does at the deadline of its thread, and on PostgreSQL after ``longest`` seconds anyway."""

    def __init__(self, engine: Engine, longest: int) -> None:
        self._longest = longest
        event.listen(engine, "handle_error", self._ended)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", lambda connection, _: connection.set_progress_handler(self._is_over, STEPS))
            event.listen(engine, "before_cursor_execute", lambda *_: deadline.check())
        else:
            event.listen(engine, "begin", self._begin)
            event.listen(engine, "before_cursor_execute", self._tell)

    @staticmethod
    def _is_over() -> bool:
        return deadline.left() < 0

    def _begin(self, connection: Connection) -> None:
        connection.info["longest"] = self._longest

    def _tell(self, connection: Connection, *_: object) -> None:
        """Say what is left for the statement; again only where that is more than a second off."""
        deadline.check()
        left = min(deadline.left(), self._longest)
        if abs(left - connection.info["longest"]) > 1:
            connection.info["longest"] = left
            driver: Any = connection.connection.driver_connection
            driver.execute(f"SET LOCAL statement_timeout = {max(left * 1000, 1):.0f}")

    @staticmethod
    def _ended(context: ExceptionContext) -> None:
        found = context.original_exception
        if {getattr(found, "sqlite_errorname", None), getattr(found, "sqlstate", None)} & _ENDED:
            raise OverdueError("overdue") from found
