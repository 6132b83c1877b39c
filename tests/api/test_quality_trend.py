"""/quality shows how findings went on, as a picture with its tables."""

from __future__ import annotations

import datetime as dt
import re

from flask import Flask
from flask.testing import FlaskClient
from page_checks import assert_valid_html

from busdb import trends, worklist
from busdb.db import Database


def task(code: str, number: int) -> worklist.Task:
    """A finding."""
    return worklist.Task(
        code=code,
        severity="muss",
        source="lsa",
        kind="service",
        id=f"lsa.{number}",
        name="x",
        field=None,
        text="x",
        todo="x",
    )


def test_the_recorded_days_are_drawn_and_listed(app: Flask, client: FlaskClient) -> None:
    database: Database = app.extensions["busdb"].database
    assert "busdb quality --record" in client.get("/quality").text
    with database.writing() as connection:
        for day, codes in ((1, ["Q03", "Q21", "Q21"]), (2, ["Q21"])):
            found = [task(code, number) for number, code in enumerate(codes)]
            trends.record(connection, found, dt.date(2026, 11, day))
    page = client.get("/quality").text
    assert "1. November 2026: soll 2" in page
    assert "1. November 2026: muss 1" in page
    table = re.search(r'aria-label="Befunde nach Quelle und Regel".*?</section>', page, re.DOTALL)
    assert table
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", table[0])
    assert cells[0].startswith("Q03: Eine Telefonnummer")
    assert cells[1:4] == ["muss", "1", "0"]
    assert cells[5:] == ["soll", "2", "1"]
    assert_valid_html({"/quality": page})
