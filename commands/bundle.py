"""busdb bundle: several services at one place, for one undertaking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from busdb.i18n import current
from busdb.i18n import message as _
from commands._session import asked, emit, json_option, place_options, session, shown_date, table

if TYPE_CHECKING:
    from busdb.bundles import Bundle


@click.command(help=_("help.bundle"))
@click.argument("services", metavar="SERVICE...", nargs=-1, required=True)
@place_options
@click.option("--as", "form", type=click.Choice(["table", "json", "xml"]), default="table", help=_("help.option_as"))
@json_option
def command(
    services: tuple[str, ...], ars: str | None, place_: str | None, on: str | None, form: str, as_json: bool
) -> None:
    """Say who acts, what to bring, what it costs and how long it takes, for all services together."""
    from busdb import xmlio
    from busdb.bundles import bundle

    with session() as opened, opened.reading() as connection:
        ask = asked(opened, connection, ars, place_, on)
        ids = dict.fromkeys(ask.desk.which(connection, one, ask.place, ask.on) for one in services)
        found = bundle(ask.assembler.several(ids), ask.on, current())
    if as_json or form == "json":
        emit(found)
    elif form == "xml":
        click.echo(xmlio.document("bundle", found))
    else:
        _show(found)


def _show(found: Bundle) -> None:
    area = f" · {found.area.name}" if found.area else ""
    names = {one.id: one.name for one in found.services}
    click.secho(f"{', '.join(names.values())}{area} · {shown_date(found.on)}\n", bold=True)
    table(
        [_("role.competent"), _("label.service")],
        [[one.authority.name, ", ".join(service.name for service in one.services)] for one in found.bodies],
    )
    click.echo()
    table(
        [_("label.document"), _("label.required"), _("label.service")],
        [
            [
                one.document.label,
                _("applies.yes" if one.document.required else "applies.no"),
                ", ".join(names[id_] for id_ in one.services),
            ]
            for one in found.documents
        ],
    )
    click.echo()
    table([_("label.fee"), _("label.amount")], [[one.service.name, one.text] for one in found.costs])
    _show_total(found)
    _show_steps(found)


def _show_total(found: Bundle) -> None:
    """What all costs come to, as far as they are known."""
    from busdb.fees import money

    if found.total_min is not None or found.total_max is not None:
        low, high = (money(one, found.currency, current()) for one in (found.total_min, found.total_max))
        code = "" if low == high else "_range" if low and high else "_from" if low else "_up_to"
        click.echo(_(f"quote.total{code}", {"min": low, "max": high, "amount": low}))
    click.echo()


def _show_steps(found: Bundle) -> None:
    """The steps with the times of the authorities, and apart from them the deadlines of the applicant."""
    names = {one.id: one.name for one in found.services}
    table(
        [_(f"label.{word}") for word in ("step", "after", "days", "starts", "tacit")],
        [
            [
                one.service.name,
                ", ".join(names.get(id_, id_) for id_ in one.after),
                "–".join(str(days) for days in dict.fromkeys((one.days_min, one.days_max)) if days is not None),
                _(f"starts.{one.starts_with}") if one.starts_with else "",
                one.tacit_period or "" if one.tacit_approval else "",
            ]
            for one in found.steps
        ],
    )
    click.echo()
    click.echo(_("text.bundle_path", {"days": found.longest_path.days_max}))
    if found.longest_path.unknown:
        click.echo(_("text.bundle_unknown", {"names": ", ".join(names[id_] for id_ in found.longest_path.unknown)}))
    for step in found.steps:
        for one in step.deadlines:
            if one.type == "validity":
                continue
            said = one.text or one.label
            click.echo(_("text.bundle_deadline", {"service": step.service.name, "deadline": said}))
