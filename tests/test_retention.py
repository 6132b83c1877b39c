"""What is kept only for so long goes by one command, and nothing else does."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from builders import areas, authority, service
from click.testing import CliRunner
from sqlalchemy import delete, insert, select, update
from support import NOW
from test_ingest import load

import cli
from busdb import retention
from busdb.db import Database
from busdb.errors import RefusedError, SetupError
from busdb.models.feedback import feedback
from busdb.models.operations import finding, run
from busdb.models.search import search_line
from busdb.settings import Settings

LATER = NOW + dt.timedelta(days=500)
SETTINGS = Settings(archive_days="100", editor_days="100", finding_days="100", feedback_days="100")


def report(value: str, **fields: Any) -> dict[str, Any]:
    """A row of a reader's report."""
    plain = {"closed_at": None, "closed_by": None, "contact": None}
    return {"id": value, "created_at": NOW, "text": "falsch", "language": "de", **plain, **fields}


@pytest.fixture
def full(database: Database) -> Database:
    """A database in which something of everything is old, and something new."""
    load(database, [*areas(), service(), authority()])
    load(database, [service(name="Ausweis")])
    with database.writing() as connection:
        connection.execute(update(run).where(run.c.run == 1).values(editor="Rita.Beispiel", approved_by="max"))
        connection.execute(update(run).where(run.c.run == 2).values(editor="rita.beispiel"))
        plain = {"source": "lsa", "format": "json", "complete": False}
        rows = [
            {"run": 11, "status": "draft", "started_at": NOW, "editor": "max", **plain},
            {"run": 12, "status": "done", "started_at": LATER, "editor": "max", **plain},
            {"run": 13, "status": "done", "started_at": LATER - dt.timedelta(days=30), "editor": None, **plain},
        ]
        connection.execute(insert(run), rows)
        connection.execute(insert(finding), [{"run": number, "position": 9, "code": "mandate"} for number in (1, 12)])
        reports = [
            report("alt", closed_at=NOW, closed_by="max"),
            report("offen", contact="leser@example.org"),
            report("neu", created_at=LATER, closed_at=LATER, closed_by="max", contact="neu@example.org"),
        ]
        connection.execute(insert(feedback), reports)
        days = [{"digest": "x", "day": day, "sightings": 1, "without_hits": 0, "clicks": 0} for day in (
            NOW.date(), LATER.date())]  # fmt: skip
        connection.execute(insert(search_line), days)
    return database


def tidy(database: Database, settings: Settings) -> retention.Outcome:
    """What is gone at the later moment."""
    with database.writing() as connection:
        return retention.tidy(connection, settings, LATER)


def test_everything_that_is_old_goes_and_everything_else_stays(full: Database) -> None:
    done = tidy(full, SETTINGS)
    assert done == retention.Outcome(states=1, names=4, findings=9, reports=1, contacts=1, lines=1)
    with full.reading() as connection:
        names = {row.run: row.editor for row in connection.execute(select(run.c.run, run.c.editor))}
        assert names[1] == names[2]
        assert names[1].startswith("~")
        assert "rita" not in names[1]
        assert (names[11], names[12]) == ("max", "max")
        assert connection.scalars(select(finding.c.run).where(finding.c.position == 9)).all() == [12]
        left = {row.id: row.contact for row in connection.execute(select(feedback.c.id, feedback.c.contact))}
        assert left == {"offen": None, "neu": "neu@example.org"}
    assert tidy(full, SETTINGS) == retention.Outcome(states=0, names=0, findings=0, reports=0, contacts=0, lines=0)


def test_what_is_kept_for_ever_stays_for_ever(full: Database) -> None:
    forever = Settings(feedback_days="99999", search_log_days="99999")
    assert tidy(full, forever) == retention.Outcome(states=0, names=0, findings=0, reports=0, contacts=0, lines=0)


def test_a_clock_that_is_far_ahead_lets_nothing_go_unless_somebody_insists(full: Database) -> None:
    with full.writing() as connection:
        connection.execute(delete(run).where(run.c.run == 13))
    with full.writing() as connection, pytest.raises(RefusedError, match=f"{NOW:%d.%m.%Y}"):
        retention.tidy(connection, SETTINGS, LATER)
    with full.reading() as connection:
        assert connection.scalars(select(run.c.editor).where(run.c.run == 1)).one() == "Rita.Beispiel"
    with full.writing() as connection:
        assert retention.tidy(connection, SETTINGS, LATER, force=True).states == 1


def test_one_command_does_it_all(full: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUSDB_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("BUSDB_DATABASE_URL", full.url.render_as_string(hide_password=False))
    monkeypatch.setenv("BUSDB_EDITOR_DAYS", "1")
    ran = CliRunner().invoke(cli.Commands(name="busdb"), ["tidy", "--json"], prog_name="busdb")
    assert json.loads(ran.stdout)["names"] == 4
    ran = CliRunner().invoke(cli.Commands(name="busdb"), ["tidy"], prog_name="busdb")
    assert "ersetzte Namen: 0" in ran.output


@pytest.mark.parametrize("name", ["BUSDB_EDITOR_DAYS", "BUSDB_FINDING_DAYS", "BUSDB_FEEDBACK_DAYS"])
def test_days_are_whole_numbers(name: str) -> None:
    with pytest.raises(SetupError, match=name):
        Settings.from_env({name: "-1"})


def test_the_archive_lasts_as_long_as_cursors_do() -> None:
    with pytest.raises(SetupError, match="BUSDB_ARCHIVE_DAYS"):
        Settings.from_env({"BUSDB_ARCHIVE_DAYS": "30"})
