"""A small state that tables refer to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import areas, authority, fee, rule, service
from test_ingest import load

from busdb.db import Database


@pytest.fixture(scope="session")
def state_file(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """The database of the state, made once."""
    path = tmp_path_factory.mktemp("state") / "busdb.sqlite3"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    load(database, areas(), source="destatis")
    more = service("pass", "Reisepass beantragen", leika_keys=("99085001012000",))
    load(database, [service(leika_keys=("99008001012000",)), more, fee(), rule()])
    load(database, [authority()], source="kommunal")
    database.close()
    return path


@pytest.fixture
def state(tmp_path: Path, state_file: Path) -> Iterator[Database]:
    """Areas, two services, an office of another source, a rule and a fee."""
    path = tmp_path / "busdb.sqlite3"
    shutil.copy(state_file, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()
