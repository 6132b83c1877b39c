"""What is new for a place since a day, as plain text for mail: changes by kind, and new findings."""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections.abc import Collection, Iterator, Sequence
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import Connection

from busdb import i18n, newsfeed, trends, worklist
from busdb.areas import Gazetteer
from busdb.errors import InputError
from busdb.news import News
from busdb.publication import Place, View
from busdb.validity import BERLIN, today
from busdb.worklist import Task, Wanted

MOST, LOOKED = 300, 50_000
"""How many changes a mail tells, and among how many of the log they are looked for."""
ORDER = (
    "notice",
    "service",
    "local_addition",
    "offer",
    "authority",
    "responsibility",
    "fee",
    "online_service",
    "form",
)
WIDTH = 76
AROUND = 60
"""How many characters are shown before and after what differs in a long text."""
_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")


class Edition(View, frozen=True, kw_only=True):
    """What is new for a place from a day until today; ``cut`` where there is more than is told."""

    place: Place
    since: dt.date
    until: dt.date
    news: tuple[News, ...]
    cut: bool
    findings: tuple[Task, ...]


def edition(
    connection: Connection,
    gazetteer: Gazetteer,
    place: Place,
    since: dt.date,
    now: dt.datetime,
    language: str,
    sources: tuple[str, ...] | None = None,
    off: Collection[str] = (),
) -> Edition:
    """The changes that concern a place, and the findings on its records (of some sources or all), since a day."""
    began = dt.datetime.combine(since, dt.time(), BERLIN)
    codes = gazetteer.scope(place.code)
    found = newsfeed.latest(connection, codes, language, MOST, began, LOOKED).news
    return Edition(
        place=place,
        since=since,
        until=today(now),
        news=found,
        cut=len(found) >= MOST,
        findings=tuple(_findings(connection, gazetteer, place, since, today(now), language, sources, off)),
    )


def _findings(
    connection: Connection,
    gazetteer: Gazetteer,
    place: Place,
    since: dt.date,
    on: dt.date,
    language: str,
    sources: tuple[str, ...] | None,
    off: Collection[str],
) -> list[Task]:
    """What was new after the first recorded day; what that found may be of any age."""
    first = trends.recorded(connection)
    if first is None:
        return []
    wanted = Wanted(sources=sources, place=place, since=since)
    found = worklist.tasks(connection, gazetteer, on, language, wanted, off)
    return [task for task in found if task.since is None or task.since > first]


def mail(
    found: Edition, language: str, base_url: str, to: Sequence[str], sender: str | None, now: dt.datetime
) -> EmailMessage:
    """The text with what ``sendmail -t`` needs. Raises ``InputError`` for what is no address."""
    for address in (*to, *([sender] if sender else ())):
        if not _ADDRESS.fullmatch(address):
            raise InputError("mail_address", address=address)
    message = EmailMessage()
    message["To"] = ", ".join(to)
    if sender:
        message["From"] = sender
    message["Subject"] = subject(found, language)
    message["Date"] = format_datetime(now.astimezone(BERLIN))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text(found, language, base_url))
    message["Content-Language"] = language
    return message


def subject(found: Edition, language: str) -> str:
    """The line above the mail."""
    return i18n.message("newsmail.subject", _values(found), language)


def _values(found: Edition) -> dict[str, object]:
    return {
        "place": found.place.name,
        "since": f"{found.since:%d.%m.%Y}",
        "until": f"{found.until:%d.%m.%Y}",
        "changes": len(found.news),
        "findings": len(found.findings),
    }


def text(found: Edition, language: str, base_url: str) -> str:
    """The mail in lines of 76 characters."""
    return "\n".join(_lines(found, language, base_url.rstrip("/"))) + "\n"


def _lines(found: Edition, language: str, base_url: str) -> Iterator[str]:
    yield from _wrapped(i18n.message("newsmail.head_cut" if found.cut else "newsmail.head", _values(found), language))
    for kind in ORDER:
        some = [one for one in found.news if one.kind == kind]
        if some:
            yield from _heading(f"{i18n.message(f'kind.{kind}', language=language)} ({len(some)})")
            for one in some:
                yield from _told(one)
    if found.cut:
        yield ""
        yield from _wrapped(i18n.message("newsmail.more", {"most": MOST}, language))
    if found.findings:
        title = i18n.message("newsmail.findings", language=language)
        yield from _heading(f"{title} ({len(found.findings)})")
        for task in found.findings:
            yield from _wrapped(f"{task.severity} {task.code}: {task.text}", "- ")
            yield from _wrapped(task.todo, "  ")
            yield f"  {task.id}"
    yield ""
    yield from _wrapped(i18n.message("newsmail.foot", {"url": f"{base_url}/?ars={found.place.ars or ''}"}, language))


def _heading(title: str) -> Iterator[str]:
    yield ""
    yield title
    yield "-" * len(title)


def _told(one: News) -> Iterator[str]:
    """A change in a line; what was changed also field by field, what is new or gone stands in its title."""
    yield from _wrapped(f"{one.at.astimezone(BERLIN):%d.%m.} {one.title}", "- ")
    for difference in one.differences if one.op == "changed" else ():
        before, after = narrowed(difference.before or "", difference.after or "")
        if before and after:
            yield from _wrapped(f"{difference.label}: {before} -> {after}", "  ")
        elif before or after:
            sign = "+" if after else "-"
            yield from _wrapped(f"{difference.label}: {sign} {after or before}", "  ")
        else:
            yield from _wrapped(difference.label, "  ")


def narrowed(before: str, after: str) -> tuple[str, str]:
    """Two texts on one line each, long ones shortened to where they differ, at words."""
    before, after = " ".join(before.split()), " ".join(after.split())
    if max(len(before), len(after)) <= 2 * AROUND:
        return before, after
    start = 0
    for mine, yours in zip(before, after, strict=False):
        if mine != yours:
            break
        start += 1
    return _from(before, start), _from(after, start)


def _from(words: str, start: int) -> str:
    """A text from a few words before a place on, and not too far."""
    begin = max(0, start - AROUND // 2)
    if begin:
        begin = words.find(" ", begin) + 1 or begin
    return ("… " if begin else "") + textwrap.shorten(words[begin:], 2 * AROUND, placeholder=" …")


def _wrapped(words: str, indent: str = "") -> list[str]:
    blank = " " * len(indent)
    return textwrap.wrap(
        words, WIDTH, initial_indent=indent, subsequent_indent=blank, break_long_words=False, break_on_hyphens=False
    )
