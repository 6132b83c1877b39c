"""An installation as clients of other systems need it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from compat_state import records
from test_store import put

from busdb.db import Database
from busdb.search.desk import Desk
from busdb.settings import Settings


@pytest.fixture(scope="session")
def state_folder(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """The folder of an installation with this state and its index."""
    folder = tmp_path_factory.mktemp("compat")
    shutil.copy(sqlite_template, folder / "busdb.sqlite3")
    settings = Settings(data_dir=str(folder))
    database = Database(settings.database)
    put(database, records())
    Desk(settings, database).rebuild()
    database.close()
    return folder
