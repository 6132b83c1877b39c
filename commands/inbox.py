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
from commands._session import Session, emit, json_option, session, table

if TYPE_CHECKING:
    from busdb.errors import BusdbError
    from busdb.inbox import Arrived
    from busdb.runs import Report

TAKEN, DRAFT, REFUSED = "taken", "draft", "refused"


@click.group(help=_("help.inbox"))
def command() -> None:
    """The inbox."""


@command.command(help=_("help.inbox_run"))
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--still", type=click.FloatRange(min=0), default=10, show_default=True, help=_("help.inbox_still"))
@click.option("--wait", type=click.FloatRange(min=0), default=60, show_default=True, help=_("help.option_wait"))
@json_option
@click.pass_context
def run(ctx: click.Context, folder: Path, still: float, wait: float, as_json: bool) -> None:
    """Import the finished files of all sources, lay the reports back and archive the files."""
    from busdb import inbox, runs
    from busdb.search.desk import Desk

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
                    done.extend(_take(opened, one, draft=known[source], wait=wait) for one in files)
                except OSError as error:  # what one source has done to its folder must not stop the others
                    done.append(_refused(source, error.filename or "", str(error.strerror)))
        finally:
            if any(one["outcome"] == TAKEN for one in done):
                Desk(opened.settings, opened.database).update()
    if as_json:
        emit({"items": done})
    else:
        rows = [[one["source"], one["file"], _(f"status.{one['outcome']}"), one["said"] or ""] for one in done]
        table([_(f"label.{word}") for word in ("source", "file", "status", "findings")], rows)
    if any(one["outcome"] == REFUSED or one["rejected"] for one in done):
        ctx.exit(REJECTED)


def _refused(source: str, file: str, said: str) -> dict[str, Any]:
    return {"source": source, "file": file, "outcome": REFUSED, "said": said, "rejected": 0, "run": None}


def _take(opened: Session, one: Arrived, *, draft: bool, wait: float) -> dict[str, Any]:
    """Import one file and lay its report back; one that must wait raises ``BusyError`` and stays."""
    import msgspec

    from busdb import inbox, validity
    from busdb.errors import BusdbError, BusyError

    report: Report | None = None
    error: BusdbError | None = None
    try:
        report = _import(opened, one, draft=draft, wait=wait)
    except BusyError:
        raise
    except BusdbError as caught:
        error = caught
    outcome = REFUSED if report is None else DRAFT if draft else TAKEN
    said: dict[str, Any] = {"source": one.source, "file": one.name, "outcome": outcome}
    said |= {"said": str(error) if error else None, "rejected": report.rejected if report else 0}
    reports = {
        "json": msgspec.json.format(msgspec.json.encode({**said, "report": report}), indent=2),
        "txt": _words(report, said),
    }
    inbox.lay_back(one, report is not None, f"{validity.now():%Y%m%dT%H%M%S}", reports)
    return {**said, "run": report.run if report else None}


def _import(opened: Session, one: Arrived, *, draft: bool, wait: float) -> Report:
    from busdb import drafts, ingest, validity
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
        wait=wait,
    )
    return (drafts.keep if draft else ingest.import_)(opened.database, order, validity.now())


def _words(report: Report | None, said: dict[str, Any]) -> bytes:
    """The report as the terminal shows it."""
    from commands import import_

    text = io.StringIO()
    with redirect_stdout(text):
        if report is None:
            click.echo(f"{_('label.error')}: {said['said']}")
        else:
            import_.show(report)
    return text.getvalue().encode()
