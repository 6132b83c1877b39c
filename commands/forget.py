"""busdb forget: take a person out of everything that is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from busdb.i18n import message as _
from commands._changes import REJECTED, SHOWN, WOULD_CHANGE
from commands._session import emit, json_option, session, table

if TYPE_CHECKING:
    from busdb.erasure import Place
    from busdb.forgetting import Outcome


@click.command(help=_("help.forget"))
@click.option("--record", metavar="ID", help=_("help.forget_record"))
@click.option("--path", metavar="PATH", help=_("help.forget_path"))
@click.option("--name", "names", multiple=True, help=_("help.forget_name"))
@click.option("--mail", "mails", multiple=True, help=_("help.forget_mail"))
@click.option("--phone", "phones", multiple=True, help=_("help.forget_phone"))
@click.option("--again", is_flag=True, help=_("help.forget_again"))
@click.option("--folder", "folders", multiple=True, type=click.Path(exists=True, file_okay=False, path_type=Path),
              help=_("help.forget_folder"))  # fmt: skip
@click.option("--dry-run", is_flag=True, help=_("help.forget_dry_run"))
@click.option("--wait", type=click.FloatRange(min=0), default=0, metavar="SECONDS", help=_("help.option_wait"))
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    record: str | None,
    path: str | None,
    names: Sequence[str],
    mails: Sequence[str],
    phones: Sequence[str],
    again: bool,
    folders: Sequence[Path],
    dry_run: bool,
    wait: float,
    as_json: bool,
) -> None:
    """Show where a person is named, or forget them."""
    from busdb import erasure, forgetting, forgotten, validity
    from busdb.forgotten import Term

    terms = [Term("name", one) for one in names] + [Term("mail", one) for one in mails]
    terms += [Term("phone", one) for one in phones]
    if again == bool(terms or record) or (path and not record):
        raise click.UsageError(_("forget_whom"))
    with session() as opened:
        opened.operator_only()
        with opened.reading() as connection:
            terms += erasure.terms_of(connection, record, path) if record else []
        where = forgetting.Where(settings=opened.settings, database=opened.database, folders=folders)
        known = forgotten.load(where.list)
        if dry_run:
            shown = known if again else forgotten.with_terms(forgotten.Forgotten(key=known.key), terms)
            outcome = forgetting.look(where, shown, validity.now())
        else:
            found = forgotten.with_terms(known, terms)
            outcome = forgetting.forget(where, found, validity.now(), opened.channel, wait)
    if as_json:
        emit(outcome)
    else:
        _show(outcome, terms)
    if outcome.kept:
        ctx.exit(REJECTED)
    if dry_run and outcome.places:
        ctx.exit(WOULD_CHANGE)


def _show(outcome: Outcome, terms: Sequence[tuple[str, str]]) -> None:
    for _kind, text in terms if outcome.dry_run else ():
        click.echo(_("text.forget_term", {"text": text}))
    if outcome.dry_run:
        rows = [[_(f"label.forget_{one.where}"), one.what, one.path or "", _about(one)] for one in outcome.places]
        table([_(f"label.{word}") for word in ("place", "what", "field", "text")], rows[:SHOWN])
    else:
        for one in outcome.places:
            if one.kept:
                click.secho(_("text.forget_kept", {"what": one.what, "path": one.path or ""}), fg="red")
    text = "text.forget_dry_run" if outcome.dry_run else "text.forgotten"
    click.echo(_(text, {"count": sum(not one.kept for one in outcome.places)}))


def _about(one: Place) -> str:
    """What stands there, and what becomes of it where that is not plain."""
    parts = [one.text or ""]
    if one.states:
        parts.append(_("text.forget_states", {"states": one.states}))
    if one.kept:
        parts.append(_("text.forget_stays"))
    return " ".join(filter(None, parts))
