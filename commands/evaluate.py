"""busdb evaluate: how good the search is, on judged queries."""

from __future__ import annotations

from pathlib import Path

import click

from busdb.i18n import message as _
from commands._session import emit, json_option, session, table

SHOWN = 20


@click.command(help=_("help.evaluate"))
@click.argument("queries", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", help=_("help.option_source_only"))
@click.option(
    "--baseline", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=_("help.option_baseline")
)
@click.option("--save", type=click.Path(dir_okay=False, writable=True, path_type=Path), help=_("help.option_save"))
@json_option
def command(queries: Path, source: str | None, baseline: Path | None, save: Path | None, as_json: bool) -> None:
    """Ask judged queries and print the figures by kind, the misses, and what differs from a baseline."""
    import msgspec

    from busdb.search import evaluation
    from busdb.search.desk import Desk

    with queries.open("rb") as lines:
        asked = evaluation.judged(lines, queries.name)
    before = evaluation.baseline(baseline.read_bytes(), baseline.name) if baseline else None
    with session() as opened, opened.reading():
        desk = Desk(opened.settings, opened.database)

        def search(text: str) -> list[str]:
            found = desk.search(text, limit=100 if source else evaluation.DEPTH).results
            ids = (hit.id.partition(".") for hit in found)
            return [value for code, _, value in ids if source in {None, code}]

        found = evaluation.evaluate(asked, search, before)
    if save:
        save.write_bytes(msgspec.json.format(msgspec.json.encode(found.ranks), indent=1) + b"\n")
    if as_json:
        emit(found)
    else:
        _show(found, compared=before is not None)


def _show(found: object, *, compared: bool) -> None:
    from busdb.search.evaluation import Evaluation

    assert isinstance(found, Evaluation)
    rows = [*found.kinds.items(), (_("label.all"), found.all)]
    table(
        [_("label.kind"), _("label.queries"), "MRR@10", "hit@1", "hit@10", "nDCG@10"],
        [
            [kind, str(one.queries), *(f"{value:.3f}" for value in (one.mrr, one.hit_1, one.hit_10, one.ndcg))]
            for kind, one in rows
        ],
    )
    click.echo(_("text.misses", {"count": len(found.misses)}))
    for miss in found.misses[:SHOWN]:
        click.echo(f"  {miss.rank or '–':>2}  {miss.query}  ->  {', '.join(miss.found[:3])}")
    if compared:
        for name, shifts in (("text.better", found.better), ("text.worse", found.worse)):
            click.echo(_(name, {"count": len(shifts)}))
            for shift in shifts:
                click.echo(f"  {shift.before or '–':>2} -> {shift.after or '–':>2}  {shift.query}")
