"""busdb follow: keep a source in step with what another installation hands out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from busdb.i18n import message as _
from commands._index import catch_up
from commands._session import Session, emit, json_option, session

if TYPE_CHECKING:
    from busdb.following import Following, Taken


@click.command(help=_("help.follow"))
@click.argument("url", metavar="URL")
@click.option("--source", required=True, help=_("help.option_source"))
@click.option("--client", default="", metavar="ID", help=_("help.follow_client"))
@click.option("--token-url", default="", metavar="URL", help=_("help.follow_token_url"))
@click.option("--pages", type=click.IntRange(min=1), metavar="N", help=_("help.follow_pages"))
@click.option("--restart", is_flag=True, help=_("help.follow_restart"))
@click.option("--allow-deletions", type=click.IntRange(min=0), metavar="N", help=_("help.option_allow_deletions"))
@json_option
def command(
    url: str,
    source: str,
    client: str,
    token_url: str,
    pages: int | None,
    restart: bool,
    allow_deletions: int | None,
    as_json: bool,
) -> None:
    """Take all pages that are new, then say what came and what is to be reviewed."""
    from busdb.following import Following
    from busdb.mandates import source_code
    from busdb.remote import Access

    with session() as opened:
        with opened.reading():
            pass
        settings = opened.settings
        what = Following(
            url=url,
            source=source_code(source),
            restart=restart,
            pages=pages,
            allow_deletions=allow_deletions,
            strict_sources=settings.strict_sources == "yes",
            editor=opened.channel.name,
        )
        access = Access(token_url=token_url, client=client, secret=settings.follow_secret)
        taken = _follow(opened, what, access, quiet=as_json)
        due = _due(opened)
    answer = summary(taken, due)
    if as_json:
        emit(answer)
    else:
        click.echo(_("text.follow_done", answer))
        if due:
            click.echo(_("text.follow_reviews", {"count": due}))


def _follow(opened: Session, what: Following, access: Any, *, quiet: bool) -> list[Taken]:
    """All pages; the index catches up with what was taken, also when the way ends early."""
    from busdb import validity
    from busdb.following import follow
    from busdb.remote import Remote

    taken: list[Taken] = []
    way = opened.settings.way_out()
    remote = Remote(what.url, access, proxy=way.address if way else "")
    try:
        for one in follow(opened.database, what, remote.page, validity.now):
            taken.append(one)
            if one.report and not quiet:
                said = {"run": one.report.run, "index": one.position, **totals([one])}
                click.echo(_("text.follow_page", said), err=True)
    finally:
        if any(one.report and one.report.changes for one in taken):
            catch_up(opened)
    return taken


def totals(taken: list[Taken]) -> dict[str, int]:
    """What became of the objects, over all kinds and pages."""
    from busdb.runs import WORDS

    found: Counter[str] = Counter(dict.fromkeys(WORDS, 0))
    for one in taken:
        for counts in one.report.counts.values() if one.report else ():
            found.update(counts)
    return dict(found)


def summary(taken: list[Taken], due: int) -> dict[str, Any]:
    """What a run came to."""
    return {
        "pages": len(taken),
        "complete": taken[-1].complete if taken else False,
        "index": taken[-1].position if taken else None,
        **totals(taken),
        "issues": sum(len(one.report.issues) for one in taken if one.report),
        "reviews": due,
    }


def _due(opened: Session) -> int:
    """How many texts of additions are to be reviewed."""
    from busdb import validity
    from busdb.reviews import reviews
    from busdb.search.desk import Desk

    gazetteer = Desk(opened.settings, opened.database).gazetteer
    with opened.reading() as connection:
        return sum(1 for _ in reviews(connection, gazetteer, validity.today(validity.now())))
