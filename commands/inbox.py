"""busdb inbox: what editors lay into the folders of their sources is imported."""

from __future__ import annotations

import io
import time
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from busdb.i18n import message as _
from commands._changes import REJECTED
from commands._index import catch_up
from commands._session import Session, emit, json_option, session, table

if TYPE_CHECKING:
    from busdb.inbox import Arrived
    from busdb.runs import Issues, Report

TAKEN, DRAFT, REFUSED = "taken", "draft", "refused"


@click.group(help=_("help.inbox"))
def command() -> None:
    """The inbox."""


@command.command(help=_("help.inbox_run"))
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--still", type=click.FloatRange(min=0), default=10, show_default=True, help=_("help.inbox_still"))
@click.option("--wait", type=click.FloatRange(min=0), default=60, show_default=True, help=_("help.option_wait"))
@click.option("--good-rows", is_flag=True, help=_("help.inbox_good_rows"))
@json_option
@click.pass_context
def run(ctx: click.Context, /, folder: Path, still: float, wait: float, good_rows: bool, as_json: bool) -> None:
    """Import the finished files of all sources, lay the reports back and archive the files."""
    from busdb import inbox, runs

    done: list[dict[str, Any]] = []
    with session() as opened:
        with opened.reading() as connection:
            known = {one["code"]: one["four_eyes"] for one in runs.sources(connection)}
        try:
            for source in inbox.folders(folder):
                if source not in known:
                    done.append(_refused(source, "", _("inbox_source", {"source": source})))
                    continue
                try:
                    files = inbox.arrived(folder, source, still, time.time())
                    done.extend(
                        _take(opened, one, draft=known[source], wait=wait, good_rows=good_rows) for one in files
                    )
                except OSError as error:  # what one source has done to its folder must not stop the others
                    done.append(_refused(source, error.filename or "", str(error.strerror)))
        finally:
            if any(one["outcome"] == TAKEN for one in done):
                catch_up(opened)
    if as_json:
        emit({"items": done})
    else:
        rows = [[one["source"], one["file"], _(f"status.{one['outcome']}"), one["said"] or ""] for one in done]
        table([_(f"label.{word}") for word in ("source", "file", "status", "findings")], rows)
    if any(one["outcome"] == REFUSED or one["rejected"] for one in done):
        ctx.exit(REJECTED)


def _refused(source: str, file: str, said: str) -> dict[str, Any]:
    empty = {"rejected": 0, "to_correct": 0, "run": None}
    return {"source": source, "file": file, "outcome": REFUSED, "said": said, **empty}


def _take(opened: Session, one: Arrived, *, draft: bool, wait: float, good_rows: bool) -> dict[str, Any]:
    """Import one file and lay its report back; one that must wait raises ``BusyError`` and stays."""
    from busdb import inbox, reports, validity
    from busdb.errors import BusdbError, BusyError, InputError
    from busdb.formats import Input
    from busdb.runs import Issues

    issues, outcome, readable = Issues(), DRAFT if draft else TAKEN, True
    try:
        report = _import(opened, one, issues, draft=draft, wait=wait, good_rows=good_rows)
    except BusyError:
        raise
    except BusdbError as error:
        outcome, readable = REFUSED, not isinstance(error, InputError)
        report = reports.refused(issues, one.format or "", one.source, error=str(error))
    with opened.reading() as connection:
        file = Input(one.name, one.stream)
        tables = reports.delivered(connection, (file,), one.format or "", one.source) if readable else None
    files = {form: b"".join(reports.pieces(report, form, tables, validity.now())) for form in reports.FORMS}
    count, pieces = reports.to_correct(tables, file, issues) if tables and outcome != REFUSED else (0, iter(()))
    corrected = b"".join(pieces) if count else None
    stamp = f"{validity.now():%Y%m%dT%H%M%S}"
    inbox.lay_back(one, outcome != REFUSED, stamp, {**files, ".txt": _words(report)}, corrected)
    said = {"source": one.source, "file": one.name, "outcome": outcome, "said": report.error}
    return {**said, "rejected": report.rejected, "to_correct": count, "run": report.run}


def _import(opened: Session, one: Arrived, issues: Issues, *, draft: bool, wait: float, good_rows: bool) -> Report:
    from busdb import drafts, ingest, reports, validity
    from busdb.errors import InputError
    from busdb.formats import Input

    if one.format is None:
        raise InputError("inbox_format", file=one.name)
    order = ingest.Order(
        format=one.format,
        inputs=(Input(one.name, one.stream),),
        source=one.source,
        strict_sources=True,
        schemas=opened.settings.xzufi_schemas or None,
        editor=f"inbox:{one.source}",
        good_rows=good_rows and one.format in reports.TABLES,
        wait=wait,
    )
    take = drafts.keep if draft else ingest.import_
    return take(opened.database, order, validity.now(), issues=issues)


def _words(report: Report) -> bytes:
    """The report as the terminal shows it."""
    from commands import import_

    text = io.StringIO()
    with redirect_stdout(text):
        if report.error:
            click.echo(f"{_('label.error')}: {report.error}")
            import_.findings(report)
        else:
            import_.show(report)
    return text.getvalue().encode()
