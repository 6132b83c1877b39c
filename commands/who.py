"""busdb who: who is responsible for a service at a place, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import click

from busdb.i18n import current
from busdb.i18n import message as _
from commands._session import asked, emit, json_option, place_options, session, shown_date, table

if TYPE_CHECKING:
    import datetime as dt

    from busdb.publication import Beaten, Match, ResponsibilityAnswer


def fact_options(command: click.decorators.FC) -> click.decorators.FC:
    """The options that tell what is known of the case."""
    for name in ("case", "branch", "street", "surname"):
        command = click.option(f"--{name}", help=_(f"help.option_{name}"))(command)
    return command


@click.command(help=_("help.who"))
@click.argument("service", metavar="SERVICE")
@place_options
@fact_options
@click.option(
    "--role",
    type=click.Choice(["competent", "contact", "assisting"]),
    default="competent",
    show_default=True,
    help=_("help.option_role"),
)
@click.option("--at", help=_("help.option_at"))
@click.option("--unique", is_flag=True, help=_("help.option_unique"))
@click.option("--explain", is_flag=True, help=_("help.option_explain"))
@json_option
def command(
    service: str,
    ars: str | None,
    place_: str | None,
    on: str | None,
    surname: str | None,
    street: str | None,
    branch: str | None,
    case: str | None,
    role: str,
    at: str | None,
    unique: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Say who is responsible; SERVICE is an id, a LeiKa key, a name or words."""
    from busdb import explanation, members
    from busdb.criteria import Facts
    from busdb.errors import InputError
    from busdb.validity import now, today

    facts = Facts(surname=surname, street=street, branch=branch, case=case)
    with session() as opened, opened.reading() as connection:
        ask = asked(opened, connection, ars, place_, on, facts=facts, role=role)
        found, own = ask.assembler.answer(ask.desk.which(connection, service, ask.place, ask.on))
        if own is None:
            raise InputError("place_missing_for", question=explanation.ask_for_place(found, current()))
        answer = members.answered(connection, ask.desk.gazetteer, ask.asking, own)
        present = now() if ask.on == today(now()) and not (at or as_json) else None
        if moment := _moment(at) if at else present:
            answer = explanation.open_first(answer, moment)
        if unique:
            answer = explanation.unique(answer)
    if as_json:
        emit(answer)
    else:
        _show(answer, present, explain=explain)


def _moment(text: str) -> dt.datetime:
    """The moment that ``--at`` names, in German time where it has no offset. Raises ``InputError``."""
    import datetime as dt

    from busdb.errors import InputError
    from busdb.validity import BERLIN

    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError("moment_invalid", value=text) from error
    return found if found.tzinfo else found.replace(tzinfo=BERLIN)


def _show(answer: ResponsibilityAnswer, present: dt.datetime | None, *, explain: bool) -> None:
    area = answer.area.name if answer.area else ""
    click.secho(f"{answer.service.name} · {area} · {shown_date(answer.on)}", bold=True)
    counts = _(f"reference_place.{answer.reference_place}") if answer.reference_place else ""
    click.echo(f"{_(f'status.{answer.status}')} {counts}\n")
    if answer.question:
        click.secho(answer.question.text, fg="yellow")
        for choice in answer.question.choices:
            click.echo(f"  - {choice}")
        click.echo()
    for match in answer.matches:
        label = "role.possible" if answer.question else f"role.{match.role}"
        _show_match(match, _(label), present, explain=explain)
    for match in answer.others:
        _show_match(match, _(f"role.{match.role}"), present, explain=explain)
    if answer.advice:
        click.secho(answer.advice.text, fg="yellow")
        if answer.advice.authority:
            click.echo(_("text.advice", {"authority": answer.advice.authority.name}))


def _show_match(match: Match, label: str, present: dt.datetime | None, *, explain: bool) -> None:
    from busdb.explanation import open_at, titled

    body = f" ({titled(match.body, current())})" if match.body else ""
    click.secho(f"{label}: {match.authority.name}{body}", bold=True)
    for address in match.authority.addresses[:1]:
        street = " ".join(filter(None, (address.street, address.house_number)))
        town = " ".join(filter(None, (address.postal_code, address.city)))
        click.echo(f"  {', '.join(filter(None, (street, town)))}")
    for contact in match.authority.contacts:
        if contact.channel in {"phone", "email", "web"}:
            click.echo(f"  {contact.value}")
    if present and (opening := open_at(match, present)):
        click.echo(f"  {opening.text}{f' ({opening.holiday})' if opening.holiday else ''}")
    click.echo(f"  {match.reason}")
    if match.remark:
        click.echo(f"  {match.remark}")
    click.echo()
    if explain and match.explanation:
        found = match.explanation
        area = found.area.name if found.area else ""
        rows = [[found.rule, area, match.authority.id, _("text.wins")]]
        rows += [
            [one.rule, one.area.name if one.area else "", _target(one), _(f"beaten.{one.because}")]
            for one in found.beats
        ]
        table([_(f"label.{word}") for word in ("rule", "area", "target", "verdict")], rows)
        click.echo()


def _target(beaten: Beaten) -> str:
    """Whom a rule names: an authority, or a level that acts by itself."""
    from busdb.records import Executor

    return _(f"executor.{beaten.target}") if beaten.target in get_args(Executor) else beaten.target
