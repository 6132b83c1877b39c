"""Fixtures: each test has a database of its own, made by the migrations, on SQLite and on PostgreSQL.

PostgreSQL is the server that ``BUSDB_TEST_POSTGRES`` names, else the one on 127.0.0.1:5432. Where there is none, its
tests are skipped with the reason; with ``CI=true`` they fail.
"""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError
from support import BUSDB, address, environ, execute, new_database
from test_cli import import_state, move_to

from busdb import i18n, migration
from busdb.db import Database

gc.set_threshold(50_000, 20, 20)  # memory is there; looking for garbage took a seventh of the time

DEFAULT_POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option for the long forms of tests."""
    parser.addoption("--soak", action="store_true", help="also run the long forms of tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the long forms unless they are asked for."""
    gc.freeze()  # what was collected lives until the end; no garbage is looked for in it again
    if not config.getoption("--soak"):
        for item in items:
            if "soak" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="the long form: make soak"))


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    """Sentences in German, whatever a test before has chosen."""
    i18n.use("de")
    yield
    i18n.use("de")


@pytest.fixture(autouse=True, scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What the templates of pages compile to is kept for all applications of a run."""
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))}


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database of the present schema."""
    path = tmp_path_factory.mktemp("template") / "busdb.sqlite3"
    database = Database(f"sqlite:///{path}")
    migration.upgrade(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small state in SQLite and the files that it came from, made once."""
    folder = tmp_path_factory.mktemp("imported")
    with pytest.MonkeyPatch.context() as patch:
        move_to(folder, patch)
        import_state()
    return folder


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The data folder of the sample state, made by the program itself, once for all; copied by who changes it."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "demo"
    with Path(f"{folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            words = [BUSDB, "demo", "--no-serve", "--output", str(folder / "out")]
            subprocess.run(words, env=environ(folder / "var"), check=True, stdout=subprocess.DEVNULL)
    return folder / "var"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Engine | None]:
    """The PostgreSQL server for tests, ``None`` where there is none."""
    engine = create_engine(os.environ.get("BUSDB_TEST_POSTGRES", DEFAULT_POSTGRES), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect():
            pass
    except (OperationalError, ModuleNotFoundError):
        yield None
    else:
        yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Engine | None) -> Iterator[str | None]:
    """The name of an empty PostgreSQL database of the present schema."""
    if postgres_server is None:
        yield None
        return
    name = f"busdb_template_{uuid.uuid4().hex[:12]}"
    execute(postgres_server, f"CREATE DATABASE {name}")
    database = Database(address(postgres_server, name))
    migration.upgrade(database)
    database.close()
    yield name
    execute(postgres_server, f"DROP DATABASE {name}")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    sqlite_template: Path,
    postgres_server: Engine | None,
    postgres_template: str | None,
) -> Iterator[str]:
    """The address of a fresh database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "busdb.sqlite3"
        shutil.copy(sqlite_template, path)
        yield f"sqlite:///{path}"
        return
    with new_database(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database on each engine."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """A fresh SQLite database, for what does not depend on the engine."""
    path = tmp_path / "busdb.sqlite3"
    shutil.copy(sqlite_template, path)
    opened = Database(f"sqlite:///{path}")
    yield opened
    opened.close()
