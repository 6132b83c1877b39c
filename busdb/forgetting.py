"""Forgetting somebody everywhere: in the database, the search index, files that were published or delivered.

Who it is stands only in the list of :mod:`busdb.forgotten`, as digests, in the data folder. It is written first,
so that whatever breaks off can be finished by applying it again, as must be done after a backup was restored.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from busdb import feedback, publishing, validity
from busdb.db import Database
from busdb.editors import NOBODY, Channel
from busdb.erasure import Erasure, Place
from busdb.forgotten import Forgotten, Matcher, load, save
from busdb.scrubbing import LARGEST, in_file, is_copy
from busdb.search.desk import Desk
from busdb.settings import Settings

LIST = "forgotten.json"
"""The list, in the data folder."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What was forgotten, or would be."""

    places: list[Place]
    dry_run: bool = False

    @property
    def kept(self) -> bool:
        """Whether somebody is still named where busdb cannot take them away."""
        return any(place.kept for place in self.places)


class Where(Struct, frozen=True, kw_only=True):
    """An installation and the further ``folders`` in which files were published, delivered or archived."""

    settings: Settings
    database: Database
    folders: Sequence[Path] = ()

    @property
    def list(self) -> Path:
        """The file of the list."""
        return self.settings.folder / LIST


def look(where: Where, found: Forgotten, now: dt.datetime) -> Outcome:
    """Where those on a list are named; nothing is changed. Raises ``BusyError`` while an import runs."""
    matcher = Matcher(found)
    with where.database.import_lock(), where.database.trying() as connection:
        feedback.take_in(connection, where.settings.folder / "feedback")
        job = Erasure(connection, matcher, now, NOBODY)
        job.all()
    waiting = where.settings.folder / "feedback"
    files = [place for place in _files(where, matcher) if waiting not in Path(place.what).parents]
    if any(place.where == "record" for place in job.places):
        files += [Place(where="file", what=str(folder / publishing.INDEX)) for folder in _published(where)]
    return Outcome(places=[*job.places, *files], dry_run=True)


def forget(where: Where, found: Forgotten, now: dt.datetime, acting: Channel, wait: float = 0) -> Outcome:
    """Forget those on a list, and keep the list. Raises ``BusyError``; applied again it goes on where it was."""
    save(found, where.list)
    matcher, settings, database = Matcher(found), where.settings, where.database
    with database.import_lock(wait):
        with database.writing() as connection:
            taken = feedback.take_in(connection, settings.folder / "feedback")
            job = Erasure(connection, matcher, now, acting)
            job.all()
        feedback.drop(taken)
        if any(place.where == "record" and not place.kept for place in job.places):
            Desk(settings, database).renew()
    _publish_anew(where, now)
    files = list(_files(where, matcher))
    for place in files:
        if not place.kept:
            Path(place.what).unlink(missing_ok=True)
    database.compact()
    return Outcome(places=[*job.places, *files])


def again(where: Where, now: dt.datetime, acting: Channel, wait: float = 0) -> Outcome:
    """Forget once more all who ever were to be forgotten, as after a backup was restored."""
    return forget(where, load(where.list), now, acting, wait)


def _roots(where: Where) -> list[Path]:
    published = [Path(where.settings.published)] if where.settings.published else []
    return list(dict.fromkeys([*published, *where.folders]))


def _publish_anew(where: Where, now: dt.datetime) -> None:
    """Write the sets of files anew that were published."""
    settings = where.settings
    order = publishing.Order(formats=(), on=validity.today(now), base_url=settings.base_url, keep=settings.feed_age / 2)
    for folder in _published(where):
        with where.database.reading() as connection:
            publishing.renew(connection, folder, order)


def _published(where: Where) -> list[Path]:
    return [folder for folder in _roots(where) if publishing.listed(folder)]


def _files(where: Where, matcher: Matcher) -> Iterator[Place]:
    """The files that name somebody, beside those of published sets, which are as the database is.

    Copies of databases are kept: they are restored, and then forgotten again.
    """
    database = where.database.url.database if where.database.is_sqlite else None
    own = Path(database).resolve() if database else None
    seen = {path.resolve() for folder in _published(where) for path in publishing.listed(folder)}
    for root in (where.settings.folder, *_roots(where)):
        for path in sorted(root.rglob("*")):
            real = path.resolve()
            plain = path.is_file() and not path.is_symlink() and real not in seen
            index = where.settings.folder / "index" in path.parents
            if not plain or index or path == where.list or (own and real.parent == own.parent and _of(real, own)):
                continue
            seen.add(real)
            with path.open("rb") as file:
                data = file.read(LARGEST)
                whole = not file.read(1)
            if matcher.meets(path.name) or in_file(data, matcher):
                yield Place(where="file", what=str(path), kept=not whole or is_copy(data))


def _of(path: Path, database: Path) -> bool:
    """Whether a file is the database, or belongs to it."""
    return path.name == database.name or path.name.startswith((f"{database.name}-", f"{database.name}."))
