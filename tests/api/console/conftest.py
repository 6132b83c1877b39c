"""A small state with all that only agents of 115 may see, and with questions."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from builders import areas, authority, day, fee, rule, service
from consoles import SECRET
from flask.testing import FlaskClient
from support import NOW
from test_store import put

from api import create_app
from api.hub import Hub
from busdb import keys
from busdb.db import Database
from busdb.records import (
    CallQuestion,
    Contact,
    Criterion,
    Deadline,
    Document,
    Internal115,
    Notice,
    Offer,
    ProcessingTime,
    Text,
)
from busdb.search.desk import Desk
from busdb.settings import Settings


@pytest.fixture(scope="session")
def state_folder(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A small state with all that only agents may see, and with questions; made once."""
    folder = tmp_path_factory.mktemp("console")
    shutil.copy(sqlite_template, folder / "busdb.sqlite3")
    settings = Settings(data_dir=str(folder))
    card = service(
        texts=(
            *service().texts,
            Text(module="16", html=f"<p>{SECRET}-text</p>", visibility="115"),
            Text(module="09", html="<p>Sie sind Deutsche oder Deutscher.</p>"),
        ),
        documents=(
            Document(label="Biometrisches Foto"),
            Document(label="Vollmacht", condition="bei Vertretung", required=False),
            Document(label=f"{SECRET}-bogen", visibility="115"),
        ),
        deadlines=(Deadline(label="Abholung", duration="P2M"),),
        processing_times=(ProcessingTime(minimum="P2W", maximum="P3W"),),
        call_questions=(CallQuestion(text=f"{SECRET}-frage?"),),
        changed_on=day("2026-10-01"),
    )
    office = authority(
        contacts=(
            Contact(channel="phone", value="+49 30 23125 100"),
            Contact(channel="phone", value=f"+49 30 23125 555 {SECRET}-durchwahl", visibility="115"),
        ),
        internal115=(
            Internal115(second_level_phone=f"+49 30 23125 900 {SECRET}", forward_rule=f"{SECRET}-regel"),
            Internal115(note=f"{SECRET}-vorbei", note_valid_to=day("2020-01-01")),
        ),
    )
    birth = service("geburt", "Geburtsurkunde bestellen", reference_place="birth")
    sport = service("sport", "Sporthalle mieten")
    tax = service("hund", "Hund anmelden")
    split = [
        rule(
            f"hund-{first}",
            service="lsa.hund",
            authority=f"kommunal.steuer-{first}",
            criteria=(Criterion(type="surname", first=first, last=last),),
        )
        for first, last in (("A", "K"), ("L", "Z"))
    ]
    notice = Notice(id="lsa.intern", text=f"{SECRET}-hinweis", service="lsa.ausweis", audience="115")
    database = Database(settings.database)
    put(database, [*areas(), card, office, birth, sport, tax, notice, rule(), rule("geburt", service="lsa.geburt")])
    put(database, [authority(f"steuer-{first}", f"Steueramt {first}", internal115=()) for first in "AL"])
    put(database, split)
    put(database, [fee("jung", "22.80", condition="unter 24 Jahre"), fee(condition="ab 24 Jahre")])
    put(database, [Offer(id="k.x", service="lsa.sport", area="150840355355", status="not_offered", reason="Keine da.")])
    Desk(settings, database).rebuild()
    database.close()
    return folder


@pytest.fixture
def make_key(settings: Settings) -> Callable[..., str]:
    """Makes keys with scopes."""

    def make(*scopes: str) -> str:
        database = Database(settings.database)
        with database.writing() as connection:
            _, secret = keys.create(connection, "Servicecenter", scopes, NOW)
        database.close()
        return secret

    return make


@pytest.fixture
def closed(settings: Settings) -> Iterator[FlaskClient]:
    """A reader of an installation whose console is closed."""
    app = create_app(replace(settings, closed="115"))
    yield app.test_client()
    hub: Hub = app.extensions["busdb"]
    hub.close()
