"""The log names requests and commands, their ends and their errors, and nobody's words."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from api import create_app
from busdb import logs
from busdb.settings import Settings

BUSDB = str(Path(sys.executable).with_name("busdb"))


class Lines(logging.Handler):
    """Keeps what is logged, as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logs.Line())
        self.text: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.text.append(self.format(record))

    def of(self, logger: str) -> list[dict[str, Any]]:
        """The lines of a logger."""
        return [line for line in map(json.loads, self.text) if line["logger"] == logger]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What is logged meanwhile."""
    kept, logger = Lines(), logging.getLogger("busdb")
    logger.addHandler(kept)
    logger.setLevel("INFO")
    yield kept
    logger.removeHandler(kept)


@pytest.fixture
def client(tmp_path: Path, sqlite_template: Path) -> FlaskClient:
    """A reader of an installation that logs as JSON, and fails where it is asked to."""
    settings = Settings(data_dir=str(tmp_path), database_url=f"sqlite:///{sqlite_template}", log="json", proxies="1")
    app = create_app(settings)

    @app.get("/kaputt/<what>")
    def broken(what: str) -> str:
        raise RuntimeError("kaputt")

    return app.test_client()


def test_each_request_is_a_line_without_what_readers_type(client: FlaskClient, lines: Lines) -> None:
    header = {"X-Request-ID": "proxy-4711", "X-Forwarded-For": "203.0.113.77"}
    answer = client.get("/api/v1/services?place=Geheimort&on=2026-01-01", headers=header, buffered=True)
    assert answer.headers["X-Request-ID"] == "proxy-4711"
    assert answer.get_json()["request"] == "proxy-4711"
    (line,) = lines.of("busdb.request")
    assert line.pop("milliseconds") > 0
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info", "logger": "busdb.request", "message": "request", "request": "proxy-4711",
        "route": "/api/v1/services", "method": "GET", "status": 404, "from": "203.0.113.0/24",
    }  # fmt: skip


@pytest.mark.parametrize("given", ["kurz", "a" * 65, "mit leerzeichen", "<script>alert(1)</script>", 'a"b{}------'])
def test_an_id_that_is_none_is_replaced(client: FlaskClient, given: str) -> None:
    made = client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert len(made) == 16
    assert client.get("/healthz").headers["X-Request-ID"] != made


def test_an_id_from_outside_is_not_taken(client: FlaskClient) -> None:
    outside = {"environ_base": {"REMOTE_ADDR": "8.8.8.8"}, "headers": {"X-Request-ID": "fremde-kennung"}}
    assert client.get("/healthz", **outside).headers["X-Request-ID"] != "fremde-kennung"


def test_a_traceback_stands_in_the_log_only_and_the_reader_can_name_it(client: FlaskClient, lines: Lines) -> None:
    page = client.get("/kaputt/geheim?q=geheim", headers={"Accept": "text/html"}, buffered=True)
    assert page.status_code == 500
    (error,) = lines.of("busdb.api")
    assert error["request"] in page.get_data(as_text=True)
    assert "RuntimeError: kaputt" in error["traceback"]
    assert "Traceback" not in page.get_data(as_text=True)
    assert error["route"] == "/kaputt/<what>"
    assert "geheim" not in "".join(lines.text)


def test_a_failing_database_names_no_parameters(client: FlaskClient, lines: Lines, sqlite_template: Path) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    from busdb.db import Database

    database = Database(f"sqlite:///{sqlite_template}")
    with database.reading() as connection, pytest.raises(SQLAlchemyError) as failed:
        connection.execute(text("SELECT * FROM nichts WHERE a = :a"), {"a": "geheim"})
    database.close()
    assert "geheim" not in str(failed.value)


def test_commands_say_how_they_ended(tmp_path: Path) -> None:
    environ = {**os.environ, "BUSDB_DATA_DIR": str(tmp_path), "BUSDB_LOG": "json", "BUSDB_LANG": "de"}

    def told(*words: str, **more: str) -> tuple[int, dict[str, Any]]:
        done = subprocess.run([BUSDB, *words], env=environ | more, capture_output=True, text=True, check=False)
        return done.returncode, json.loads(done.stderr.splitlines()[0])

    status, line = told("init")
    assert (status, line["command"], line["status"]) == (0, "init", 0)
    status, line = told("runs", "show", "7")
    assert (status, line["command"], line["status"], line["error"]) == (4, "runs show", 4, "run_not_found")
    (tmp_path / "busdb.sqlite3").write_bytes(b"kaputt" * 1000)
    status, line = told("stats")
    assert (status, line["status"], line["level"], line["error"]) == (7, 7, "error", "database_damaged")


@pytest.mark.parametrize(
    ("error", "status", "trace"),
    [("RuntimeError('x')", 1, True), ("SystemExit(3)", 3, False), ("SystemExit()", 0, False)],
)
def test_however_a_command_ends_the_log_says_how(error: str, status: int, trace: bool) -> None:
    code = f"from commands._journal import journal\nwith journal('stats'): raise {error}"
    environ = {**os.environ, "BUSDB_LOG": "json"}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False)
    line = json.loads(done.stderr.splitlines()[0])
    assert (done.returncode, line["status"], "traceback" in line) == (status, status, trace)


def test_an_unknown_form_is_refused() -> None:
    from busdb.errors import SetupError

    with pytest.raises(SetupError, match="json, text"):
        Settings.from_env({"BUSDB_LOG": "xml"})
