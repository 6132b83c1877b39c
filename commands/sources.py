"""busdb sources: who delivers, under which licence, with which mandate."""

from __future__ import annotations

from typing import Any

import click

from busdb.i18n import message as _
from commands._session import emit, json_option, session, table


@click.group(help=_("help.sources"))
def command() -> None:
    """The sources."""


@command.command("list", help=_("help.sources_list"))
@json_option
def list_(as_json: bool) -> None:
    """All sources."""
    from busdb import runs

    with session() as opened, opened.reading() as connection:
        found = runs.sources(connection)
    if as_json:
        emit({"items": found})
        return
    rows = [
        [
            one["code"],
            one["name"],
            one["licence"] or "",
            _("label.yes" if one["redistribute"] else "label.no"),
            " ".join(one["mandate_areas"]) or "–",
            " ".join(one["mandate_kinds"]) or "–",
            " ".join(one["mandate_modules"]) or "–",
            _("label.yes" if one["four_eyes"] else "label.no"),
        ]
        for one in found
    ]
    words = (
        "code",
        "name",
        "licence",
        "redistribute",
        "mandate_areas",
        "mandate_kinds",
        "mandate_modules",
        "four_eyes",
    )
    table([_(f"label.{word}") for word in words], rows)


def _options(function: Any) -> Any:
    for option in reversed(
        (
            click.option("--name", help=_("help.source_name")),
            click.option("--agency", "agencies", multiple=True, help=_("help.source_agency")),
            click.option("--licence", help=_("help.source_licence")),
            click.option("--attribution", help=_("help.source_attribution")),
            click.option("--email", "contact_email", help=_("help.source_email")),
            click.option("--redistribute/--no-redistribute", default=None, help=_("help.source_redistribute")),
            click.option("--mandate-area", "mandate_areas", multiple=True, help=_("help.source_mandate_area")),
            click.option("--mandate-kind", "mandate_kinds", multiple=True, help=_("help.source_mandate_kind")),
            click.option("--mandate-module", "mandate_modules", multiple=True, help=_("help.source_mandate_module")),
            click.option("--four-eyes/--no-four-eyes", default=None, help=_("help.source_four_eyes")),
        )
    ):
        function = option(function)
    return json_option(function)


@command.command(help=_("help.sources_add"))
@click.argument("code")
@_options
def add(code: str, as_json: bool, **values: Any) -> None:
    """Add a source."""
    _save(code, values, create=True, as_json=as_json)


@command.command(help=_("help.sources_edit"))
@click.argument("code")
@_options
def edit(code: str, as_json: bool, **values: Any) -> None:
    """Change a source; only the options given are changed."""
    _save(code, values, create=False, as_json=as_json)


def _save(code: str, values: dict[str, Any], *, create: bool, as_json: bool) -> None:
    from busdb import mandates, runs, validity

    given = {name: value for name, value in values.items() if value not in {None, ()}}
    with session() as opened, opened.database.import_lock(), opened.writing() as connection:
        given = mandates.checked_source(given)
        runs.edit_source(connection, mandates.source_code(code), given, create=create, now=validity.now())
        if "redistribute" in given:
            mandates.reclassify(connection, code, validity.now())
        found = next(one for one in runs.sources(connection) if one["code"] == code)
    if as_json:
        emit(found)
    else:
        click.echo(_("text.source_saved", {"source": code}))


@command.command(help=_("help.sources_headings"))
@click.argument("code")
@click.option("--forget", multiple=True, metavar="HEADING", help=_("help.option_forget"))
@json_option
def headings(code: str, forget: tuple[str, ...], as_json: bool) -> None:
    """What a source calls the columns of its tables."""
    from busdb import edits
    from busdb.errors import NotFoundError

    with session() as opened, opened.writing() as connection:
        for said in forget:
            if not edits.forget_heading(connection, code, said):
                raise NotFoundError("heading_not_found", source=code, heading=said)
        found = edits.headings_of(connection, code)
    if as_json:
        emit({"source": code, "headings": found})
    else:
        table([_("finding.heading"), _("finding.column")], [[said, meant] for said, meant in found.items()])
