"""File drops: all feeds as files that any web server can hand out, for consumers that take files.

The name of a file holds the hash of its content, so that a file never changes: what is new stands beside what is old,
then the index names the new set, in one step. A run that dies leaves the former set whole. Files of the former set
stay until the next run, for readers that are on their way through it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from busdb import delivery, files, positions, queries
from busdb.areas import MUNICIPALITIES, Gazetteer
from busdb.db import file_lock
from busdb.delivery import Wish
from busdb.errors import InputError
from busdb.formats import FileSet, Form, exporter, file_set
from busdb.interchange import content_hash
from busdb.positions import Position
from busdb.publication import Place
from busdb.validity import valid

INDEX, SUMS, LOCK = "index.json", "SHA256SUMS", ".lock"
SCHEMA = "urn:busdb:index:1"
_ITEMS = re.compile(rb'"count":(\d+),"checksum":"([0-9a-f]{64})"|<count>(\d+)</count><checksum>([0-9a-f]{64})')

Progress = Callable[[int, int], None]
"""Called with how many of how many feeds are done."""


class Entry(Struct, frozen=True, kw_only=True):
    """A file of the set. ``count`` and ``checksum`` are those of its items, ``base`` is all else that it depends on.

    ``version`` is that of another system's format.
    """

    path: str
    feed: str
    form: Form
    language: str
    ars: str | None
    name: str | None
    cursor: str
    count: int | None
    checksum: str | None
    bytes: int
    sha256: str
    base: str
    version: str = ""


class Index(Struct, frozen=True, kw_only=True):
    """All files of a set; ``index`` names, by its folder, the index of a format that brings its own files."""

    schema: str = SCHEMA
    on: dt.date
    cursor: str
    changed_at: dt.datetime
    files: tuple[Entry, ...]
    indexes: tuple[str, ...] = ()


class Order(Struct, frozen=True, kw_only=True):
    """What is to be published: formats, forms and languages, for the municipalities of ``ars`` (all without it)."""

    formats: tuple[str, ...]
    on: dt.date
    forms: tuple[Form, ...] = ("json",)
    languages: tuple[str, ...] = ("de",)
    ars: str | None = None
    base_url: str = ""
    version: str = ""
    keep: dt.timedelta = dt.timedelta(days=45)


class Outcome(Struct, frozen=True):
    """What a run did: the files of the set, and how many of them are new and how many were taken away."""

    index: Index
    written: int
    removed: int


def publish(connection: Connection, folder: Path, order: Order, progress: Progress | None = None) -> Outcome:
    """Bring the files in a folder up to date.

    A file stays as it is while its items do, for at most ``order.keep``, so that its cursor can always be continued.
    Raises ``InputError`` (a format, a folder that cannot be written) and ``BusyError`` (another run is there).
    """
    with _locked(folder):
        former = present(folder)
        _sweep(folder, former)
        gazetteer = delivery.gazetteer_of(connection)
        wishes = list(_wishes(gazetteer, order))
        index, written = _written(connection, gazetteer, folder, order, former, wishes, progress)
        return Outcome(index, written, _sweep(folder, former, index))


def renew(connection: Connection, folder: Path, order: Order) -> None:
    """Write the set of a folder as it was ordered before, and leave nothing of the former one, whoever reads it.

    Of ``order`` only the day, the address and the days count. Raises what :func:`publish` raises.
    """
    with _locked(folder):
        former = present(folder)
        if former is None:
            return
        gazetteer = delivery.gazetteer_of(connection)
        wishes = dict.fromkeys(
            Wish(feed=one.feed, place=gazetteer.one(one.ars, order.on) if one.ars else None, on=order.on,
                 language=one.language, form=one.form, base_url=order.base_url, version=one.version)
            for one in former.files
        )  # fmt: skip
        index, _ = _written(connection, gazetteer, folder, order, former, list(wishes))
        _sweep(folder, index)


def _written(
    connection: Connection,
    gazetteer: Gazetteer,
    folder: Path,
    order: Order,
    former: Index | None,
    wishes: Sequence[Wish],
    progress: Progress | None = None,
) -> tuple[Index, int]:
    """Write what is wished and name it as the set; the index, and how many files are new."""
    work = _Run(connection, gazetteer, folder, order, former)
    entries: list[Entry] = []
    indexes: dict[str, bytes] = {}
    for done, wish in enumerate(wishes):
        if progress:
            progress(done, len(wishes))
        of_its_own = file_set(wish.feed)
        if of_its_own:
            entries += work.set(wish, of_its_own)
            indexes[f"{wish.feed}/{of_its_own.INDEX}"] = of_its_own.index(
                Path(one.path).name for one in entries if one.feed == wish.feed
            )
        else:
            entries.append(work.feed(wish))
    if progress:
        progress(len(wishes), len(wishes))
    index = _index(connection, gazetteer, order, entries, tuple(indexes))
    _commit(folder, index, indexes)
    return index, work.written


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        files.made(folder)
    except OSError as error:
        raise InputError("file_unwritable", file=folder, reason=files.reason(error)) from error
    with file_lock(folder / LOCK, "publish_running"):
        yield


def present(folder: Path) -> Index | None:
    """The index of the set that is there; one that cannot be read is none."""
    try:
        return msgspec.json.decode((folder / INDEX).read_bytes(), type=Index)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return None


def listed(folder: Path) -> frozenset[Path]:
    """The files of the set that is in a folder; none where there is no set."""
    index = present(folder)
    return frozenset(folder / path for path in _named(index)) if index else frozenset()


def _named(index: Index) -> Iterator[str]:
    yield from (one.path for one in index.files)
    yield from index.indexes


def places(gazetteer: Gazetteer, on: dt.date, ars: str | None = None) -> list[Place]:
    """The states and municipalities of a day, by code; with ``ars`` only those that lie in that area."""
    within = gazetteer.one(ars, on).code if ars else None
    found = []
    for code in sorted(gazetteer.codes()):
        area = gazetteer.get(code)
        inside = within is None or within in {link.code for link in gazetteer.chain(code)}
        if area and area.kind in {"state", *MUNICIPALITIES} and valid(area, on) and inside:
            found.append(gazetteer.place(code))
    return found


def _wishes(gazetteer: Gazetteer, order: Order) -> Iterator[Wish]:
    """Every file that is wanted, or every set of files. Raises ``InputError`` for a format that is not there."""
    there = places(gazetteer, order.on, order.ars)
    for name in order.formats:
        format_ = exporter(name)
        forms: Sequence[Form] = [form for form in order.forms if form in format_.forms] or format_.forms[:1]
        wish = Wish(feed=name, place=None, on=order.on, base_url=order.base_url, version=order.version)
        if format_.takes == "publications":
            yield from (
                replace(wish, place=place, form=form, language=language)
                for place in there
                for language in order.languages
                for form in forms
            )
        else:
            yield from (replace(wish, form=form) for form in forms)


class _Run:
    """One run: it writes what differs from the former set."""

    def __init__(
        self, connection: Connection, gazetteer: Gazetteer, folder: Path, order: Order, former: Index | None
    ) -> None:
        self._connection = connection
        self._gazetteer = gazetteer
        self._folder = folder
        self._order = order
        self._former = {_key(one): one for one in former.files} if former else {}
        self._base = repr((version("busdb"), order.base_url, sorted(queries.attributions(connection).items())))
        self.written = 0

    def feed(self, wish: Wish) -> Entry:
        """The file of a feed, written unless the former one holds the same."""
        head = delivery.head(self._connection, self._gazetteer, wish)
        base = content_hash(repr((self._base, wish.version)).encode())
        entry = Entry(
            path="", feed=wish.feed, form=wish.form, language=wish.language, cursor=head.cursor,
            ars=head.area.ars if head.area else None, name=head.area.name if head.area else None,
            count=None, checksum=None, bytes=0, sha256="", base=base, version=wish.version,
        )  # fmt: skip
        former = self._former.get(_key(entry))
        if former and former.base == base and (self._folder / former.path).exists() and former.cursor == head.cursor:
            return former
        pieces = delivery.write(self._connection, self._gazetteer, wish)
        draft = files.draft(pieces, self._folder / wish.feed)
        found = [match.groups() for match in _ITEMS.finditer(draft.tail)]
        if found:
            count, checksum = filter(None, found[-1])
            entry = replace(entry, count=int(count), checksum=checksum.decode())
        if former and self._same(former, entry, draft):
            draft.path.unlink()
            return former
        path = f"{wish.feed}/{_stem(entry)}.{draft.sha256[:16]}.{wish.form}"
        self._name(draft, path)
        return replace(entry, path=path, bytes=draft.size, sha256=draft.sha256)

    def _same(self, former: Entry, entry: Entry, draft: files.Draft) -> bool:
        """Whether the former file still tells what the new one would, and its cursor is young enough."""
        if former.base != entry.base or not (self._folder / former.path).exists():
            return False
        if former.sha256 == draft.sha256:
            return True
        if former.checksum is None or (former.count, former.checksum) != (entry.count, entry.checksum):
            return False
        position, _, day = former.cursor.rpartition("-")
        young = self._order.on - dt.date.fromisoformat(day) < self._order.keep
        return young and positions.knows(self._connection, Position.parse(position))

    def set(self, wish: Wish, of_its_own: FileSet) -> Iterator[Entry]:
        """The files of a format that brings its own."""
        found = delivery.whole_set(self._connection, self._gazetteer, wish)
        for file in of_its_own.files(found.items, found.head):
            sha256 = content_hash(file.data)
            stem, _, ending = file.name.rpartition(".")
            path = f"{wish.feed}/{stem}.{sha256[:16]}.{ending}"
            if not (self._folder / path).exists():
                self._name(files.draft([file.data], self._folder / wish.feed), path)
            yield Entry(
                path=path, feed=wish.feed, form=wish.form, language=wish.language, cursor=found.head.cursor, ars=None,
                name=None, count=None, checksum=None, bytes=len(file.data), sha256=sha256, base="",
                version=wish.version,
            )  # fmt: skip

    def _name(self, draft: files.Draft, path: str) -> None:
        target = self._folder / path
        if target.exists() and target.stat().st_size == draft.size:
            draft.path.unlink()  # the name says the content
            return
        draft.path.replace(target)
        self.written += 1


def _key(entry: Entry) -> tuple[Any, ...]:
    return (entry.feed, entry.form, entry.language, entry.ars)


def _stem(entry: Entry) -> str:
    """How the file of a feed is called: by its area, and by its language where that is not German."""
    return (entry.ars or "all") + ("" if entry.language == "de" else f"-{entry.language}")


def _index(
    connection: Connection, gazetteer: Gazetteer, order: Order, entries: list[Entry], indexes: tuple[str, ...]
) -> Index:
    head = delivery.head(connection, gazetteer, Wish(feed="json", place=None, on=order.on))
    return Index(on=order.on, cursor=head.cursor, changed_at=head.changed_at, files=tuple(entries), indexes=indexes)


def _commit(folder: Path, index: Index, indexes: dict[str, bytes]) -> None:
    """Name the new set: the sums, the indexes of formats, and last the index; each only if it differs."""
    files.sync(folder, *(folder / one.feed for one in index.files))
    sums = "".join(f"{one.sha256}  {one.path}\n" for one in index.files).encode()
    data = msgspec.json.format(msgspec.json.encode(index), indent=1)
    for path, content in (*indexes.items(), (SUMS, sums), (INDEX, data)):
        target = folder / path
        if not target.exists() or target.read_bytes() != content:
            files.save([content], target)


def _sweep(folder: Path, *sets: Index | None) -> int:
    """Take away what belongs to none of the sets, in the folders of feeds only; returns how many files."""
    known = {path for index in sets if index for path in _named(index)}
    feeds = {path.partition("/")[0] for path in known}
    removed = 0
    for feed in feeds:
        for path in sorted((folder / feed).glob("*")):
            if path.is_file() and f"{feed}/{path.name}" not in known:
                path.unlink()
                removed += 1
    return removed
