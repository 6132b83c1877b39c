"""A desk over services with well-known names, on both indexes."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import WELL_KNOWN, areas, service
from test_store import put

from busdb.db import Database
from busdb.records import Synonym
from busdb.search.desk import Desk
from busdb.settings import Settings


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """Settings with the index of Whoosh on SQLite and with that of PostgreSQL."""
    engine = "whoosh" if database.is_sqlite else "postgresql"
    url = database.url.render_as_string(hide_password=False)
    return Settings(data_dir=str(tmp_path / "data"), database_url=url, search=engine)


@pytest.fixture
def desk(database: Database, settings: Settings) -> Desk:
    """A desk over services with well-known names."""
    records = [service(f"s{number}", name) for number, name in enumerate(WELL_KNOWN)]
    hund = service("hund", "Hundesteuer", synonyms=(Synonym(term="Hundemarke"),), leika_keys=("99102013000000",))
    put(database, [*areas(), *records, hund])
    found = Desk(settings, database)
    found.rebuild()
    return found
