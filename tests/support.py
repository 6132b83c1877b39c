"""What tests share besides fixtures: the day on which they happen, and the server that they may use."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url

ROOT = Path(__file__).parent.parent
NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 23)


def missing(what: str) -> None:
    """Skip a test for want of something; on CI a want is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is missing")


def execute(engine: Engine, statement: str) -> None:
    """Run a statement on the server."""
    with engine.connect() as connection:
        connection.execute(text(statement))


def address(engine: Engine, name: str) -> str:
    """The address of a database of the server."""
    return make_url(engine.url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is sent to a database."""
    sent: list[str] = []

    def note(*args: Any) -> None:
        sent.append(args[2])

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)
