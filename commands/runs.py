"""busdb runs: what was imported, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from busdb.i18n import message as _
from commands._changes import REJECTED, WOULD_CHANGE, show_changes, show_fields
from commands._index import catch_up
from commands._session import ago, emit, json_option, session, show_finding, table

if TYPE_CHECKING:
    from busdb.undo import Undone


@click.group(help=_("help.runs"))
def command() -> None:
    """The runs of imports."""


@command.command("list", help=_("help.runs_list"))
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help=_("help.option_limit"))
@json_option
def list_(limit: int, as_json: bool) -> None:
    """The latest runs."""
    from busdb import runs

    with session() as opened, opened.reading() as connection:
        found = runs.summaries(connection, limit, opened.channel.sources)
    if as_json:
        emit({"items": found})
        return
    rows = [
        [
            str(run["run"]),
            ago(run["started_at"]),
            run["format"],
            run["source"],
            run["editor"] or "",
            _(f"status.{run['status']}"),
            str(sum(one["added"] + one["changed"] + one["deleted"] for one in run["counts"].values())),
            str(run["findings"] or 0),
        ]
        for run in found
    ]
    words = ("run", "time", "format", "source", "editor", "status", "changes", "findings")
    table([_(f"label.{word}") for word in words], rows)


@command.command(help=_("help.runs_show"))
@click.argument("run", type=int)
@click.option("--changes", is_flag=True, help=_("help.runs_changes"))
@json_option
def show(run: int, changes: bool, as_json: bool) -> None:
    """One run with its findings, and with what it changed."""
    from busdb import history, runs
    from busdb.errors import NotFoundError

    with session() as opened, opened.reading() as connection:
        report = runs.report(connection, run)
        if not opened.channel.covers(report["source"]):
            raise NotFoundError("run_not_found", run=run)
        if changes:
            report["differences"] = list(history.between(connection, history.of_run(connection, run)))
    if as_json:
        emit(report)
        return
    click.echo(
        _("text.run_title", {**report, "status": _(f"status.{report['status']}"), "time": ago(report["started_at"])})
    )
    if report["error"]:
        click.echo(report["error"])
    words = ("added", "changed", "unchanged", "deleted", "rejected")
    rows = [[_(f"kind.{kind}"), *(str(one[word]) for word in words)] for kind, one in report["counts"].items()]
    table([_("label.kind"), *(_(f"label.{word}") for word in words)], [row for row in rows if set(row[1:]) != {"0"}])
    if changes:
        show_changes(report["differences"], len(report["differences"]))
    for issue in report["issues"]:
        show_finding(issue)


@command.command(help=_("help.runs_undo"))
@click.argument("run", type=int)
@click.option("--dry-run", is_flag=True, help=_("help.undo_dry_run"))
@click.option("--approved-by", metavar="NAME", help=_("help.approved_by"))
@json_option
@click.pass_context
def undo(ctx: click.Context, run: int, dry_run: bool, approved_by: str | None, as_json: bool) -> None:
    """Restore what a run changed, except what was changed since."""
    from busdb import undo as undoing
    from busdb import validity

    with session() as opened:
        how: dict[str, Any] = {"acting": opened.channel, "approved_by": approved_by, "dry_run": dry_run}
        outcome = undoing.undo(opened.database, run, validity.now(), **how)
        if not dry_run:
            catch_up(opened)
    if as_json:
        emit(outcome)
    else:
        _show_undone(outcome)
    if outcome.conflicts:
        ctx.exit(REJECTED)
    if dry_run:
        ctx.exit(WOULD_CHANGE)


def _show_undone(outcome: Undone) -> None:
    values = {"run": outcome.undone, "own": outcome.run, "restored": outcome.restored, "removed": outcome.removed}
    click.echo(_("text.undo_dry_run" if outcome.dry_run else "text.undone", values))
    if outcome.dry_run:
        show_changes(outcome.differences, outcome.restored + outcome.removed)
    for one in outcome.conflicts:
        said = {"kind": _(f"news.kind_{one.kind}"), "id": one.id, "run": one.run, "time": ago(one.changed_at)}
        click.secho(_("text.undo_conflict", said), fg="red")
        show_fields(one.fields)
