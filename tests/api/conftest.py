"""The application over a small state, for the tests of the interface."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from builders import EVENT, areas, authority, fee, rule, service
from flask import Flask
from flask.testing import FlaskClient
from support import NOW
from test_store import put

from api import create_app
from api.hub import Hub
from busdb import keys
from busdb.db import Database
from busdb.records import Text
from busdb.search.desk import Desk
from busdb.settings import Settings


@pytest.fixture(scope="session")
def state_folder(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """The data folder of an installation with a small state and its index."""
    folder = tmp_path_factory.mktemp("small")
    shutil.copy(sqlite_template, folder / "busdb.sqlite3")
    settings = Settings(data_dir=str(folder))
    database = Database(settings.database)
    english = service(
        texts=(*service().texts, Text(module="03", html="Apply for an identity card", language="en")),
        leika_keys=("99008001001000",),
        life_events=("lsa.le-ausweis",),
        ea=True,
    )
    put(database, [*areas(), EVENT, english, authority(), fee(), rule()])
    put(database, [service(f"s{number:02}", f"Dienst {number}") for number in range(12)])
    Desk(settings, database).rebuild()
    database.close()
    return folder


@pytest.fixture
def settings(tmp_path: Path, state_folder: Path) -> Settings:
    """A copy of that installation."""
    return Settings(data_dir=str(shutil.copytree(state_folder, tmp_path / "var")))


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], Flask]]:
    """Gives the application over a state that all have who only read."""
    made = []

    @cache
    def over(state: Path) -> Flask:
        copy = shutil.copytree(state, tmp_path_factory.mktemp("shared") / "var")
        made.append(create_app(Settings(data_dir=str(copy))))
        return made[-1]

    yield over
    for app in made:
        app.extensions["busdb"].close()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application."""
    app = create_app(settings)
    yield app
    hub: Hub = app.extensions["busdb"]
    hub.close()


@pytest.fixture
def client(request: pytest.FixtureRequest, shared: Callable[[Path], Flask], state_folder: Path) -> FlaskClient:
    """A reader; of an application of the test's own where it has to do with that or its installation, too."""
    if {"app", "settings"} & set(request.fixturenames):
        app: Flask = request.getfixturevalue("app")
        return app.test_client()
    return shared(state_folder).test_client()


@pytest.fixture
def key(settings: Settings) -> str:
    """A key that opens internal content."""
    database = Database(settings.database)
    with database.writing() as connection:
        _, secret = keys.create(connection, "Servicecenter", ("115:internal",), NOW)
    database.close()
    return secret


@pytest.fixture
def app_hub(app: Flask) -> Hub:
    """What the requests of the application share."""
    hub: Hub = app.extensions["busdb"]
    return hub
