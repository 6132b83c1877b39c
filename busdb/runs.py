"""Runs of imports: their trace, their findings, their report; and the sources that they import from."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, func, insert, select, update

from busdb import i18n
from busdb.changes import SOURCE, ChangeLog
from busdb.errors import NotFoundError, RefusedError
from busdb.history import RecordChange
from busdb.issues import Issue
from busdb.models import number
from busdb.models.operations import finding, run, source

KEPT_ISSUES = 10_000
KEPT_DIFFERENCES = 1_000
"""How many records a dry run tells field by field; all are counted."""

Counts = dict[str, dict[str, int]]
_PLACE = ("sheet", "column", "heading", "value", "suggestion")
WORDS = ("added", "changed", "unchanged", "deleted", "rejected")


class Report(Struct, kw_only=True):
    """What an import did, or would do.

    ``run`` is ``None`` for a dry run, which tells in ``differences`` what would become of the first records;
    ``blocked`` says that for its findings nothing would be applied, ``error`` why nothing was.
    A ``draft`` has a run and is a dry run all the same.
    """

    run: int | None
    format: str
    source: str
    dry_run: bool
    counts: Counts
    issues: list[dict[str, Any]]
    blocked: bool = False
    differences: list[RecordChange] = []
    draft: bool = False
    error: str | None = None

    @property
    def changes(self) -> int:
        """How many records were added, changed or deleted."""
        return sum(counts[word] for counts in self.counts.values() for word in ("added", "changed", "deleted"))

    @property
    def rejected(self) -> int:
        """How many records were rejected."""
        return sum(counts["rejected"] for counts in self.counts.values())


class Issues:
    """The findings of a run: all are counted, the first ones kept."""

    def __init__(self) -> None:
        self.kept: list[Issue] = []
        self.total = 0
        self.rejected_rows: set[tuple[str | None, str | None, int | None]] = set()
        """The rows of tables that have a ``muss`` finding: file, sheet, line."""

    def add(self, issue: Issue) -> None:
        """Count a finding, and keep it while there is room."""
        self.total += 1
        if issue.severity == "muss":
            self.rejected_rows.add((issue.file, issue.sheet, issue.line))
        if len(self.kept) < KEPT_ISSUES:
            self.kept.append(issue)


def describe(issue: Issue) -> dict[str, Any]:
    """A finding as reports show it, with its sentence in the current language."""
    values = {name: _words(value, issue.values) for name, value in issue.values.items()}
    return {
        "code": issue.code,
        "severity": issue.severity,
        "file": issue.file,
        "line": issue.line,
        "ref": issue.ref,
        "path": issue.path,
        "message": i18n.message(f"issue.{issue.code}", values),
        "sheet": issue.sheet,
        "column": issue.column,
        "heading": issue.heading,
        "value": issue.value,
        "suggestion": i18n.message(issue.suggestion, values) if issue.suggestion else None,
    }


def _words(value: str, values: dict[str, str]) -> str:
    """A value of a finding; what begins with ``@`` names a sentence of the catalogue, with gaps for the others."""
    said = value.startswith("@") and i18n.known(value[1:])  # else it is what somebody has written
    return i18n.message(value[1:], values) if said else value


def ensure_source(connection: Connection, code: str, *, create: bool = True) -> Any:
    """The row of a source; an unknown one is created with its code as name, or raises ``RefusedError``."""
    row = connection.execute(select(source).where(source.c.code == code)).first()
    if row is None:
        if not create:
            raise RefusedError("source_unknown", source=code)
        connection.execute(insert(source).values(code=code, name=code, redistribute=True))
        row = connection.execute(select(source).where(source.c.code == code)).one()
    return row


def begin(connection: Connection, now: dt.datetime, **values: object) -> int:
    """Open a run; the caller holds the import lock, so that a run still open was interrupted. Returns its number."""
    connection.execute(update(run).where(run.c.status == "running").values(status="interrupted", finished_at=now))
    run_id: int = (connection.scalar(select(func.max(run.c.run))) or 0) + 1
    connection.execute(insert(run).values(run=run_id, status="running", started_at=now, **values))
    return run_id


def end(
    connection: Connection,
    run_id: int,
    now: dt.datetime,
    status: str,
    issues: Issues,
    *,
    counts: Counts | None = None,
    error: str | None = None,
    repeatable: tuple[str, int] | None = None,
) -> None:
    """Close a run as ``done`` or ``failed`` with its counts and findings.

    ``repeatable`` is by what its delivery is known when it comes again, and where the log stood when it began.
    """
    values = {
        "status": status,
        "finished_at": now,
        "counts": msgspec.json.encode(counts or {}).decode(),
        "findings_total": issues.total,
        "error": error,
        "digest": repeatable[0] if repeatable else None,
        "position": repeatable[1] if repeatable else None,
    }
    connection.execute(update(run).where(run.c.run == run_id).values(**values))
    rows = [
        {
            "run": run_id,
            "position": position,
            "code": issue.code,
            "file": issue.file,
            "line": issue.line,
            "ref": issue.ref,
            "path": issue.path,
            "values": msgspec.json.encode(issue.values).decode(),
            **{name: getattr(issue, name) for name in _PLACE},
        }
        for position, issue in enumerate(issues.kept)
    ]
    if rows:
        connection.execute(insert(finding), rows)


def summaries(connection: Connection, limit: int, sources: tuple[str, ...] | None = None) -> list[dict[str, Any]]:
    """The latest runs, the newest first, of some sources or of all."""
    statement = select(run) if sources is None else select(run).where(run.c.source.in_(sources))
    found = connection.execute(statement.order_by(run.c.run.desc()).limit(limit))
    return [summary(row) for row in found]


def report(connection: Connection, run_id: int) -> dict[str, Any]:
    """A run with its findings, in the shape of an import report. Raises ``NotFoundError``."""
    row = connection.execute(select(run).where(run.c.run == run_id)).first()
    if row is None:
        raise NotFoundError("run_not_found", run=run_id)
    return {**summary(row), "dry_run": False, "issues": [describe(one) for one in findings(connection, run_id)]}


def findings(connection: Connection, run_id: int) -> list[Issue]:
    """The findings of a run that were kept, in their order."""
    found = connection.execute(select(finding).where(finding.c.run == run_id).order_by(finding.c.position))
    return [
        Issue(
            code=one.code,
            file=one.file,
            line=one.line,
            ref=one.ref,
            path=one.path,
            values=msgspec.json.decode(one._mapping["values"] or "{}"),  # noqa: SLF001  # a public name of SQLAlchemy
            **{name: one._mapping[name] for name in _PLACE},  # noqa: SLF001  # as above
        )
        for one in found
    ]


def summary(row: Any) -> dict[str, Any]:
    """A run as lists show it."""
    return {
        "run": row.run,
        "format": row.format,
        "source": row.source,
        "files": list(row.files),
        "area": row.area,
        "editor": row.editor,
        "approved_by": row.approved_by,
        "of": row.of,
        "full": row.complete,
        "status": row.status,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "counts": msgspec.json.decode(row.counts) if row.counts else {},
        "findings": row.findings_total,
        "error": row.error,
    }


def sources(connection: Connection) -> list[dict[str, Any]]:
    """All sources, by code."""
    return [dict(row._mapping) for row in connection.execute(select(source).order_by(source.c.code))]  # noqa: SLF001  # as above


SHOWN = ("name", "licence", "attribution")
"""What feeds and answers say of a source."""


def edit_source(connection: Connection, code: str, values: dict[str, Any], *, create: bool, now: dt.datetime) -> None:
    """Add a source or change its columns; what answers say of it is a change for all their readers.

    Raises ``RefusedError`` (it exists) or ``NotFoundError`` (it does not).
    """
    former = connection.execute(select(source).where(source.c.code == code)).first()
    if create and former:
        raise RefusedError("source_exists", source=code)
    if not create and not former:
        raise NotFoundError("source_not_found", source=code)
    if former and any(values.get(name, getattr(former, name)) != getattr(former, name) for name in SHOWN):
        log = ChangeLog(connection, None, now, redistribute=True)
        log.source(_number(connection, code), {name: getattr(former, name) for name in SHOWN})
        log.close()
    if create:
        connection.execute(insert(source).values(**{"name": code, "redistribute": True, **values, "code": code}))
    elif values:
        connection.execute(update(source).where(source.c.code == code).values(**values))


def _number(connection: Connection, code: str) -> int:
    """The number of a source in the change log."""
    known = (number.c.kind == SOURCE) & (number.c.source == code)
    found: int | None = connection.scalar(select(number.c.number).where(known))
    if found is None:
        found = (connection.scalar(select(func.max(number.c.number))) or 0) + 1
        connection.execute(insert(number).values(number=found, kind=SOURCE, source=code, value=code))
    return found
