"""busdb keys: API keys for what is not public."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from busdb.i18n import message as _
from commands._session import emit, json_option, session, shown_date, table

if TYPE_CHECKING:
    from sqlalchemy import Connection


@click.group(help=_("help.keys"))
def command() -> None:
    """The API keys."""


@command.command(help=_("help.keys_create"))
@click.option("--name", required=True, help=_("help.key_name"))
@click.option("--scope", "scopes", multiple=True, required=True, help=_("help.key_scope"))
@click.option("--area", "areas", multiple=True, help=_("help.key_area"))
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help=_("help.key_expires"))
@json_option
def create(
    name: str, scopes: tuple[str, ...], areas: tuple[str, ...], expires: dt.datetime | None, as_json: bool
) -> None:
    """Make a key and print it once."""
    from busdb import keys, validity

    with session() as opened, opened.writing() as connection:
        codes = _codes(connection, areas)
        last = expires.date() if expires else None
        made, secret = keys.create(connection, name, scopes, validity.now(), areas=codes, expires_on=last)
    if as_json:
        emit({**made, "key": secret})
    else:
        click.echo(_("text.key_made", {"number": made["id"]}))
        click.echo(secret)


def _codes(connection: Connection, areas: tuple[str, ...]) -> tuple[str, ...]:
    """Areas as typed, as codes. Raises ``InputError`` for what is no code, ``NotFoundError`` for an unknown one."""
    from busdb import mandates, queries
    from busdb.errors import NotFoundError

    codes = tuple(mandates.area_code(area) or "" for area in areas)
    gazetteer = queries.gazetteer(connection) if codes else None
    for code in codes:
        if gazetteer is not None and gazetteer.get(code) is None:
            raise NotFoundError("area_not_found", area=code)
    return codes


@command.command(help=_("help.keys_rotate"))
@click.argument("number", type=int)
@click.option("--overlap", default=7, show_default=True, type=click.IntRange(0, 366), help=_("help.key_overlap"))
@json_option
def rotate(number: int, overlap: int, as_json: bool) -> None:
    """Make a key in place of another, which ends after the overlap, and print the new one once."""
    from busdb import keys, validity

    with session() as opened, opened.writing() as connection:
        made, secret, last = keys.rotate(connection, number, validity.now(), dt.timedelta(days=overlap))
    if as_json:
        emit({**made, "key": secret, "replaces": number, "replaced_until": last if overlap else None})
    else:
        click.echo(_("text.key_made", {"number": made["id"]}))
        click.echo(secret)
        said = "text.key_replaced" if overlap else "text.key_revoked"
        click.echo(_(said, {"number": number, "last": shown_date(last)}))


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
            " ".join(one["areas"]),
            shown_date(one["expires_on"]) if one["expires_on"] else "",
            shown_date(one["used_on"]) if one["used_on"] else "",
            _("label.yes") if one["revoked_at"] else _("label.no"),
        ]
        for one in found
    ]
    table(
        [_(f"label.{word}") for word in ("number", "name", "scopes", "areas", "expires_on", "used_on", "revoked")], rows
    )


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
