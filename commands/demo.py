"""busdb demo: the whole way on the sample state, from files to feeds to serving."""

from __future__ import annotations

from pathlib import Path

import click

from busdb.i18n import message as _

PLACE = "Naumburg (Saale)"
FEEDS = ("municipal", "ea", "115")


@click.command(help=_("help.demo"))
@click.option("--no-serve", is_flag=True, help=_("help.option_no_serve"))
@click.option("--sample", type=click.Path(path_type=Path, file_okay=False, exists=True), help=_("help.option_sample"))
@click.option("--output", default=Path("out"), type=click.Path(path_type=Path), help=_("help.option_output"))
@click.option("--host", default="127.0.0.1", hidden=True)
@click.option("--port", default=5115, hidden=True)
def command(no_serve: bool, sample: Path | None, output: Path, host: str, port: int) -> None:
    """Import the sample state, search it, write its feeds and serve it."""
    from importlib.resources import as_file, files

    from commands.init import command as init
    from commands.serve import run as serve

    ctx = click.get_current_context()
    ctx.invoke(init, as_json=False)
    if sample is None:
        with as_file(files("sample")) as folder:
            _load(folder)
    else:
        _load(sample)
    _search()
    _write(output)
    if no_serve:
        return
    address = f"http://{host}:{port}"
    click.echo(_("text.demo_addresses", {"address": address}))
    serve(host, port, 1)


def _load(folder: Path) -> None:
    """The deliveries of the sample state: its sources, then its files in their order."""
    import msgspec

    from busdb import runs
    from commands._session import session
    from commands.import_ import run, show

    deliveries = msgspec.json.decode((folder / "deliveries.json").read_bytes())
    with session() as opened, opened.writing() as connection:
        known = {one["code"] for one in runs.sources(connection)}
        for source in deliveries["sources"]:
            runs.edit_source(connection, source["code"], source, create=source["code"] not in known)
    for delivery in deliveries["files"]:
        paths = [folder / name for name in delivery["files"]]
        show(run(delivery["format"], paths, source=delivery["source"]))


def _search() -> None:
    from commands.search import command as search

    for query in ("personalausweis verloren naumburg", "hund anmelden karsdorf"):
        click.echo(f"\n$ busdb search {query}")
        click.get_current_context().invoke(
            search, query=(query,), ars=None, place_=None, on=None, limit=3, offset=0, as_json=False
        )


def _write(output: Path) -> None:
    from commands.export import command as export

    for feed in FEEDS:
        for form in ("json", "xml"):
            click.get_current_context().invoke(
                export,
                format=feed,
                ars=None,
                place_=PLACE,
                on=None,
                lang="de",
                output=output / f"{feed}-naumburg.{form}",
                form=form,
                internal=False,
                as_json=False,
            )
