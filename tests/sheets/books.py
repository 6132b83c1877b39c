"""Files of editors, made for a test: workbooks and text files, and what importing them leads to."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook
from support import NOW

from busdb import ingest, runs, tabling
from busdb.db import Database
from busdb.formats import Input
from busdb.ingest import Order
from busdb.mapping import read
from busdb.records import AnyRecord

Rows = Sequence[Sequence[Any]]


def book(*sheets: tuple[str, Rows], change: Callable[[Workbook], None] | None = None) -> bytes:
    """A workbook of some sheets; ``change`` does what else is to be done to it."""
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    if change:
        change(made)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def text(rows: Rows, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A text file."""
    return "".join(delimiter.join(map(str, row)) + "\r\n" for row in rows).encode(encoding)


def deliver(database: Database, data: bytes, source: str = "lsa", name: str = "", **order: Any) -> runs.Report:
    """Import a file, as what it is."""
    format_ = "xlsx" if data.startswith(b"PK") else "csv"
    inputs = (Input(name or f"datei.{format_}", io.BytesIO(data)),)
    return ingest.import_(database, Order(format=format_, inputs=inputs, source=source, **order), NOW)


def exported(database: Database, table: str, form: str = "csv", source: str | None = "lsa", **wish: Any) -> bytes:
    """A table as a file."""
    with database.reading() as connection:
        wanted = tabling.Wish(table=table, form=form, source=source, **wish)
        return b"".join(tabling.write(connection, wanted))


def kept(database: Database, kind: str) -> dict[str, AnyRecord]:
    """The records of a kind by id."""
    with database.reading() as connection:
        return {stored.record.id: stored.record for stored in read(connection, kind)}


def only(database: Database, kind: str) -> Any:
    """The one record of a kind."""
    (record,) = kept(database, kind).values()
    return record


def said(report: runs.Report) -> list[tuple[str, Any, Any, Any]]:
    """Each finding: its code, line, column and value."""
    return [(one["code"], one["line"], one["column"], one["value"]) for one in report.issues]
