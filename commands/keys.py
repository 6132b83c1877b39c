"""busdb keys: API keys for what is not public."""

from __future__ import annotations

import datetime as dt

import click

from busdb.i18n import message as _
from commands._session import emit, json_option, session, table


@click.group(help=_("help.keys"))
def command() -> None:
    """The API keys."""


@command.command(help=_("help.keys_create"))
@click.option("--name", required=True, help=_("help.key_name"))
@click.option("--scope", "scopes", multiple=True, required=True, help=_("help.key_scope"))
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help=_("help.key_expires"))
@json_option
def create(name: str, scopes: tuple[str, ...], expires: dt.datetime | None, as_json: bool) -> None:
    """Make a key and print it once."""
    from busdb import keys, validity

    with session() as opened, opened.writing() as connection:
        made, secret = keys.create(
            connection, name, scopes, validity.now(), expires_on=expires.date() if expires else None
        )
    if as_json:
        emit({**made, "key": secret})
    else:
        click.echo(_("text.key_made", {"number": made["id"]}))
        click.echo(secret)


@command.command("list", help=_("help.keys_list"))
@json_option
def list_(as_json: bool) -> None:
    """All keys, without their secrets."""
    from busdb import keys

    with session() as opened, opened.reading() as connection:
        found = keys.listing(connection)
    if as_json:
        emit({"items": found})
        return
    rows = [
        [
            str(one["id"]),
            one["name"],
            " ".join(one["scopes"]),
            str(one["expires_on"] or ""),
            _("label.yes") if one["revoked_at"] else _("label.no"),
        ]
        for one in found
    ]
    table([_(f"label.{word}") for word in ("number", "name", "scopes", "expires_on", "revoked")], rows)


@command.command(help=_("help.keys_revoke"))
@click.argument("number", type=int)
@json_option
def revoke(number: int, as_json: bool) -> None:
    """Make a key useless at once."""
    from busdb import keys, validity

    with session() as opened, opened.writing() as connection:
        keys.revoke(connection, number, validity.now())
    if as_json:
        emit({"id": number, "revoked": True})
    else:
        click.echo(_("text.key_revoked", {"number": number}))
