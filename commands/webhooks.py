"""busdb webhooks: who is told of changes."""

from __future__ import annotations

import click

from busdb.i18n import message as _
from commands._session import ago, day, emit, json_option, place, session, table


@click.group(help=_("help.webhooks"))
def command() -> None:
    """The webhooks."""


@command.command(help=_("help.webhooks_add"))
@click.argument("url", metavar="URL")
@click.option("--ars", help=_("help.option_ars"))
@click.option("--place", "place_", help=_("help.option_place"))
@json_option
def add(url: str, ars: str | None, place_: str | None, as_json: bool) -> None:
    """Add a webhook and print its secret once."""
    from busdb import delivery, post, validity, webhooks

    with session() as opened, opened.writing() as connection:
        private = opened.settings.private_webhooks
        post.reach(post.check(url, private=private), private=private, way=opened.settings.way_out())
        gazetteer = delivery.gazetteer_of(connection)
        where = place(gazetteer, ars, place_, day(None))
        codes = list(delivery.codes_of(gazetteer, where))
        number, secret = webhooks.add(connection, url, where, validity.now(), codes)
    if as_json:
        emit({"id": number, "url": url, "area": where.code if where else None, "secret": secret})
    else:
        click.echo(_("text.webhook_added", {"number": number}))
        click.echo(secret)


@command.command("list", help=_("help.webhooks_list"))
@json_option
def list_(as_json: bool) -> None:
    """All webhooks, and what could not be delivered."""
    from busdb import webhooks

    with session() as opened, opened.reading() as connection:
        found = webhooks.listing(connection)
    if as_json:
        emit({"items": found})
        return
    rows = [
        [
            str(one["id"]),
            one["url"],
            one["area"] or "",
            _(f"label.webhook_{one['state']}"),
            str(one["attempts"] or ""),
            ago(one["next_at"]),
            ago(one["delivered_at"]),
            one["error"] or "",
        ]
        for one in found
    ]
    words = ("number", "address", "area", "state", "attempts", "next_at", "delivered_at", "error")
    table([_(f"label.{word}") for word in words], rows)


@command.command(help=_("help.webhooks_test"))
@click.argument("number", type=int)
@json_option
def test(number: int, as_json: bool) -> None:
    """Send a test message at once."""
    from functools import partial

    from busdb import post, validity, webhooks
    from busdb.errors import RefusedError

    with session() as opened, opened.reading() as connection:
        settings = opened.settings
        send = partial(post.post, private=settings.private_webhooks, way=settings.way_out())
        try:
            webhooks.test(connection, number, validity.now(), send)
        except post.PostError as error:
            raise RefusedError("webhook_failed", number=number, reason=error) from error
    if as_json:
        emit({"id": number, "delivered": True})
    else:
        click.echo(_("text.webhook_tested", {"number": number}))


@command.command(help=_("help.webhooks_remove"))
@click.argument("number", type=int)
@json_option
def remove(number: int, as_json: bool) -> None:
    """Remove a webhook."""
    from busdb import webhooks

    with session() as opened, opened.writing() as connection:
        webhooks.remove(connection, number)
    if as_json:
        emit({"id": number, "removed": True})
    else:
        click.echo(_("text.webhook_removed", {"number": number}))
