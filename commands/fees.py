"""busdb fees: what a service costs, and reading fees from prose."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from busdb.i18n import current
from busdb.i18n import message as _
from commands._session import asked, day, emit, json_option, known_source, place_options, session, shown_date, table

if TYPE_CHECKING:
    from busdb.quotes import Quote


@click.group(help=_("help.fees"))
def command() -> None:
    """Fees."""


@command.command(help=_("help.fees_quote"))
@click.argument("service", metavar="SERVICE")
@place_options
@click.option("--age", type=click.IntRange(0, 150), help=_("help.option_age"))
@click.option("--online/--on-site", default=None, help=_("help.option_online"))
@click.option("--urgent/--not-urgent", default=None, help=_("help.option_urgent"))
@click.option("--abroad/--at-home", default=None, help=_("help.option_abroad"))
@click.option("--count", default=1, type=click.IntRange(1, 10_000), help=_("help.option_count"))
@click.option("--value", metavar="EUR", help=_("help.option_value"))
@json_option
def quote(
    service: str,
    ars: str | None,
    place_: str | None,
    on: str | None,
    age: int | None,
    online: bool | None,
    urgent: bool | None,
    abroad: bool | None,
    count: int,
    value: str | None,
    as_json: bool,
) -> None:
    """Say what a service costs in a case."""
    from busdb import quotes

    wanted = quotes.wanted(age=age, online=online, urgent=urgent, abroad=abroad, count=count, value=value)
    with session() as opened, opened.reading() as connection:
        ask = asked(opened, connection, ars, place_, on)
        publication = ask.assembler.one(ask.desk.which(connection, service, ask.place, ask.on))
        found = quotes.of(publication, ask.on, wanted, current())
    if as_json:
        emit(found)
    else:
        _show(found)


def _show(found: Quote) -> None:
    area = f" · {found.area.name}" if found.area else ""
    click.secho(f"{found.service.name}{area} · {shown_date(found.on)}", bold=True)
    click.echo(f"{found.text}\n")
    rows = [
        [one.fee.label or "", one.fee.text, _(f"applies.{one.applies}"), one.fee.legal_basis or ""]
        for one in found.fees
    ]
    if rows:
        table([_(f"label.{word}") for word in ("fee", "amount", "applies", "legal_basis")], rows)
    low, high = (_money(amount) for amount in (found.total_min, found.total_max))
    if found.total is not None:
        click.secho(_("quote.total", {"amount": low}), bold=True)
    elif found.fees:
        code = {(True, True): "range", (True, False): "from", (False, True): "up_to"}.get(
            (bool(low), bool(high)), "open"
        )
        click.secho(_(f"quote.total_{code}", {"min": low, "max": high}), bold=True)
    for fee in found.upcoming:
        values = {"date": shown_date(fee.valid_from) if fee.valid_from else "", "text": fee.text}
        click.echo(_("quote.upcoming", values))
    for question in found.questions:
        click.secho(_(f"quote.question_{question}"), fg="yellow")


def _money(amount: object) -> str:
    from decimal import Decimal

    from busdb.fees import money

    return money(amount, "EUR", current()) if isinstance(amount, Decimal) else ""


@command.command(help=_("help.fees_parse"))
@json_option
def parse(as_json: bool) -> None:  # noqa: ARG001  the form is the same either way: one list on each line
    """Read fees from the lines of standard input; a JSON list for each line, and why not on standard error."""
    import msgspec

    from busdb.feeprose import parse as read

    today = day(None)
    for number, line in enumerate(sys.stdin.buffer, 1):
        fees, reasons = read(line.decode(errors="replace").rstrip("\r\n"), today)
        click.echo(msgspec.json.encode(fees))
        for reason in reasons:
            click.echo(f"{number}: {reason}", err=True)


@command.command(help=_("help.fees_suggest"))
@click.option("--source", help=_("help.option_source"))
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help=_("help.option_proposals"))
@json_option
def suggest(source: str | None, output: Path | None, as_json: bool) -> None:
    """Propose fees for services that have only words; say where words and structure contradict each other."""
    import msgspec
    from msgspec import structs

    from busdb import interchange, queries
    from busdb.files import save
    from busdb.records import Fee, Service
    from busdb.suggestions import suggest as propose

    with session() as opened, opened.reading() as connection:
        if source:
            known_source(connection, source)
        fees = (one for one in queries.everything(connection, ["fee"]) if isinstance(one, Fee))
        services = (one for one in queries.everything(connection, ["service"]) if isinstance(one, Service))
        chosen = (one for one in services if source in {None, one.id.partition(".")[0]})
        found = propose(chosen, fees, day(None))
    found = structs.replace(found, fees=tuple(interchange.outward(fee) for fee in found.fees))
    if output is not None:
        save((msgspec.json.encode(fee) + b"\n" for fee in found.fees), output)
    if as_json:
        emit(found)
        return
    table(
        [_(f"label.{word}") for word in ("service", "fee", "amount")],
        [[fee.service, fee.label or fee.condition or "", _sentence(fee)] for fee in found.fees],
    )
    for one in found.contradictions:
        only = {"text": _list(one.only_text), "fees": _list(one.only_fees), "service": one.service}
        click.secho(_("text.fee_contradiction", only), fg="yellow")
    click.echo(_("text.fees_suggested", {"fees": len(found.fees), "contradictions": len(found.contradictions)}))


def _sentence(fee: object) -> str:
    from busdb.fees import sentence
    from busdb.records import Fee

    assert isinstance(fee, Fee)
    return sentence(fee, current())


def _list(amounts: tuple[object, ...]) -> str:
    return ", ".join(map(str, amounts)) or "–"
