"""busdb import: bring a delivery into the database."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from busdb.i18n import message as _
from commands._changes import REJECTED, WOULD_CHANGE, show_changes
from commands._index import catch_up
from commands._session import Session, emit, json_option, session, show_finding, table

if TYPE_CHECKING:
    from busdb.formats import Input
    from busdb.runs import Issues, Report

SHOWN = 20
"""How many findings of each code a report prints."""
INDEX = "index.txt"


@click.command(help=_("help.import"))
@click.argument("format", metavar="FORMAT")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
)
@click.option("--source", help=_("help.option_source"))
@click.option("--area", help=_("help.option_area"))
@click.option("--full", is_flag=True, help=_("help.option_full"))
@click.option("--dry-run", is_flag=True, help=_("help.option_dry_run"))
@click.option("--allow-deletions", type=click.IntRange(min=0), metavar="N", help=_("help.option_allow_deletions"))
@click.option("--kind", help=_("help.option_kind"))
@click.option("--map", "maps", multiple=True, metavar="HEADING=COLUMN", help=_("help.option_map"))
@click.option("--good-rows", is_flag=True, help=_("help.option_good_rows"))
@click.option("--report", "report_file", type=click.Path(dir_okay=False, path_type=Path), help=_("help.option_report"))
@click.option("--draft", is_flag=True, help=_("help.option_draft"))
@click.option("--wait", type=click.FloatRange(min=0), default=0, metavar="SECONDS", help=_("help.option_wait"))
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    format: str,
    files: Sequence[Path],
    source: str | None,
    kind: str | None,
    maps: Sequence[str],
    good_rows: bool,
    report_file: Path | None,
    as_json: bool,
    draft: bool,
    **wanted: Any,
) -> None:
    """Import files of one format and print the report."""
    from busdb.errors import RefusedError
    from commands import _reports

    if draft and wanted["dry_run"]:
        raise click.UsageError(_("draft_or_dry_run"))
    if Path("-") in files and (good_rows or report_file):
        raise click.UsageError(_("stdin_once"))
    code = source or _only_source()
    aside = _reports.Aside(format, files, code, kind, _reports.mapping(maps), report_file)
    aside.check(good_rows=good_rows, full=wanted["full"])
    tables = {"table": kind, "headings": aside.headings, "good_rows": good_rows}
    how: dict[str, Any] = {"draft": draft, **wanted, **tables}
    try:
        report = run(format, files, source=code, quiet=as_json, issues=aside.issues, **how)
    except RefusedError as error:
        refused = aside.refused(str(error), dry_run=wanted["dry_run"])
        if refused.issues and not as_json:
            findings(refused)
        aside.write_report(refused)
        raise
    aside.write_report(report)
    if good_rows and not report.dry_run:
        aside.write_rejected()
    if as_json:
        emit(report)
    else:
        show(report)
    if report.rejected:
        ctx.exit(REJECTED)
    if report.run is None and report.changes:
        ctx.exit(WOULD_CHANGE)


def _only_source() -> str:
    """The source of an editor who has only one. Raises a usage error for the operator."""
    with session() as opened:
        if not opened.settings.editor:
            raise click.MissingParameter(ctx=click.get_current_context(), param_type="option", param_hint="--source")
        return opened.channel.narrowed(None)


def run(
    format: str,
    files: Sequence[Path],
    *,
    source: str,
    area: str | None = None,
    quiet: bool = False,
    issues: Issues | None = None,
    **wanted: Any,
) -> Report:
    """Import files as :func:`apply` does."""
    from busdb import mandates
    from busdb.formats import Input

    with session() as opened, ExitStack() as stack:
        opened.check()
        paths = [one for path in files for one in listed(path)]
        inputs = tuple(Input(path.name, stack.enter_context(open_file(path))) for path in paths)
        with _progress(inputs, quiet=quiet) as progress:
            where = mandates.area_code(area)
            return apply(opened, format, inputs, source, progress, issues, area=where, **wanted)


def apply(
    opened: Session,
    format: str,
    inputs: tuple[Input, ...],
    source: str,
    progress: Callable[[int], None] | None = None,
    issues: Issues | None = None,
    *,
    draft: bool = False,
    **wanted: Any,
) -> Report:
    """Import open files, or keep them as a draft, in the name of the channel; then the index catches up.

    ``issues`` collects the findings, ``wanted`` are fields of ``ingest.Order``. A failing index is reported and does
    not undo the import.
    """
    from busdb import drafts, ingest, mandates, validity

    order = ingest.Order(
        format=format,
        inputs=inputs,
        source=opened.channel.narrowed(mandates.source_code(source)),
        strict_sources=opened.settings.strict_sources == "yes",
        schemas=opened.settings.xzufi_schemas or None,
        editor=opened.channel.name,
        **wanted,
    )
    take: Callable[..., Report] = drafts.keep if draft else ingest.import_
    report = take(opened.database, order, validity.now(), progress, issues)
    if not report.dry_run and report.changes:
        try:
            catch_up(opened)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(_("interrupted.index_behind", {"run": report.run})) from None
    return report


def listed(path: Path) -> list[Path]:
    """The files that an ``index.txt`` names, one a line, beside it; any other file is itself. Raises ``InputError``."""
    from busdb.errors import InputError

    if path.name != INDEX:
        return [path]
    with open_file(path) as file:
        names = [line.strip() for line in file.read().decode("utf-8-sig", "replace").splitlines() if line.strip()]
    if not names:
        raise InputError("index_empty", file=path)
    for name in names:
        if Path(name).name != name or name in {"..", INDEX}:
            raise InputError("index_name", file=path, name=name)
    return [path.parent / name for name in names]


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """A file to read. Raises ``InputError``."""
    from busdb import files
    from busdb.errors import InputError

    try:
        file = _standard_input() if str(path) == "-" else path.open("rb")
    except OSError as error:
        raise InputError("file_unreadable", file=path, reason=files.reason(error)) from error
    with file:
        yield file


def _standard_input() -> BinaryIO:
    """What comes in, as a file that can be read from its beginning."""
    file = TemporaryFile()  # noqa: SIM115  # the caller closes it
    copyfileobj(sys.stdin.buffer, file)
    file.seek(0)
    return file


@contextmanager
def _progress(inputs: Sequence[Input], *, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """A bar over the bytes of the files on a terminal, a plain line each 10,000 records elsewhere."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            sizes = [os.fstat(one.stream.fileno()).st_size for one in inputs]
            task = bar.add_task(_("text.importing", {"records": 0}), total=sum(sizes))
            yield lambda records: bar.update(
                task,
                description=_("text.importing", {"records": records}),
                completed=sum(one.stream.tell() for one in inputs),
            )
    else:
        yield (
            lambda records: (
                click.echo(_("text.importing", {"records": records}), err=True)
                if records % 10_000 == 0 and records
                else None
            )
        )


def show(report: Report) -> None:
    """Print a report for people."""
    words = ("added", "changed", "unchanged", "deleted", "rejected")
    rows = [
        [_(f"kind.{kind}"), *(str(counts[word]) for word in words)]
        for kind, counts in report.counts.items()
        if any(counts.values())
    ]
    title = "text.draft_title" if report.draft else "text.dry_run_title" if report.dry_run else "text.import_title"
    click.echo(_(title, {"run": report.run, "format": report.format, "source": report.source}))
    table([_("label.kind"), *(_(f"label.{word}") for word in words)], rows)
    if report.dry_run:
        show_changes(report.differences, report.changes)
    findings(report)
    if report.blocked:
        click.secho(_("text.blocked"), fg="red")
    if not report.changes:
        click.echo(_("text.no_changes"))


def findings(report: Report) -> None:
    """The findings by code: what rejects first, then what is rare, so that many of one kind hide no other."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for issue in report.issues:
        groups.setdefault(issue["code"], []).append(issue)
    for group in sorted(groups.values(), key=lambda group: (group[0]["severity"] != "muss", len(group))):
        for issue in group[:SHOWN]:
            show_finding(issue)
        if len(group) > SHOWN:
            text = "text.more_findings" if report.run else "text.more_findings_dry"
            click.echo(_(text, {"more": len(group) - SHOWN, "run": report.run}))
