"""busdb demo: the whole way on the sample state, from files to feeds to serving."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import click

from busdb.i18n import message as _
from commands._session import day, emit, json_option, session
from commands.serve import run as serve

if TYPE_CHECKING:
    from busdb.formats import Form
    from busdb.runs import Report

PLACE = "Naumburg (Saale)"
FEEDS = ("municipal", "ea", "115")
FORMS: Final[tuple[Form, ...]] = ("json", "xml")


@click.command(help=_("help.demo"))
@click.option("--no-serve", is_flag=True, help=_("help.option_no_serve"))
@click.option("--sample", type=click.Path(path_type=Path, file_okay=False, exists=True), help=_("help.option_sample"))
@click.option("--output", default=Path("out"), type=click.Path(path_type=Path), help=_("help.option_output_folder"))
@click.option("--host", default="127.0.0.1", hidden=True)
@click.option("--port", default=5115, hidden=True)
@json_option
def command(no_serve: bool, sample: Path | None, output: Path, host: str, port: int, as_json: bool) -> None:
    """Import the sample state, search it, write its feeds and serve it."""
    from importlib.resources import as_file, files

    with as_file(files("sample")) as bundled:
        reports = _load(sample or bundled, quiet=as_json)
    if not as_json:
        _search()
    written = _write(output, quiet=as_json)
    if as_json:
        emit({"imports": reports, "files": written})
    if no_serve:
        return
    address = f"http://{host}:{port}"
    click.echo(_("text.demo_addresses", {"address": address}), err=as_json)
    serve(host, port, 1)


def _load(folder: Path, *, quiet: bool) -> list[Report]:
    """The deliveries of the sample state: its sources, then its files in their order."""
    from busdb import migration, runs, validity
    from busdb.db import PRIVATE
    from commands.import_ import run, show

    deliveries = _deliveries(folder / "deliveries.json")
    with session() as opened:
        opened.settings.folder.mkdir(PRIVATE, parents=True, exist_ok=True)
        migration.upgrade(opened.database)
        with opened.writing() as connection:
            now = validity.now()
            known = {one["code"] for one in runs.sources(connection)}
            for source in deliveries["sources"]:
                runs.edit_source(connection, source["code"], source, create=source["code"] not in known, now=now)
    reports = []
    for delivery in deliveries["files"]:
        paths = [folder / name for name in delivery["files"]]
        reports.append(run(delivery["format"], paths, source=delivery["source"], quiet=quiet))
        if not quiet:
            show(reports[-1])
    return reports


def _deliveries(path: Path) -> Any:
    """What a folder says of its sources and files. Raises ``InputError`` where it says nothing."""
    import msgspec

    from busdb import files, misfit
    from busdb.errors import InputError

    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[Literal["sources", "files"], list[dict[str, Any]]])
    except OSError as error:
        raise InputError("file_unreadable", file=path, reason=files.reason(error)) from error
    except msgspec.MsgspecError as error:
        raise InputError("json_broken", file=path, reason=misfit.text(error)) from error


def _search() -> None:
    from commands.search import command as search

    for query in ("personalausweis verloren naumburg", "hund anmelden karsdorf"):
        click.echo(f"\n$ busdb search {query}")
        click.get_current_context().invoke(
            search, query=(query,), ars=None, place_=None, on=None, limit=3, offset=0, as_json=False
        )


def _write(output: Path, *, quiet: bool) -> list[str]:
    """The feeds of one municipality, in each form; returns the files' names."""
    from busdb import delivery
    from busdb.files import save

    names = []
    with session() as opened, opened.reading() as connection:
        gazetteer = delivery.gazetteer_of(connection)
        today = day(None)
        place = gazetteer.one(PLACE, today)
        for feed in FEEDS:
            for form in FORMS:
                wish = delivery.Wish(
                    feed=feed, place=place, on=today, language="de", form=form, base_url=opened.settings.base_url
                )
                path = output / f"{feed}-naumburg.{form}"
                size = save(delivery.write(connection, gazetteer, wish), path)
                names.append(str(path))
                if not quiet:
                    click.echo(_("text.written", {"file": path, "size": size}), err=True)
    return names
