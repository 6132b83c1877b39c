"""Changes of a feed against the feed itself: two feeds are built for it, and little is sent."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from msgspec.structs import replace

from bench.exports import write
from bench.large_state import municipalities
from bench.measure import Row, best, peak_above_imports
from busdb import changes, delivery, deltas, mapping, validity
from busdb.changes import ChangeLog
from busdb.db import Database
from busdb.store import Store

EDITS = {"fee": 200, "service": 50, "authority": 50}


def rows(_state: Path, database: Path) -> Iterator[Row]:
    """The rows about changes of feeds; the edits are made in a copy of the database of the import row."""
    yield Row("changes of a municipal feed, by the feed", lambda: _compare(database), 2.2)
    yield Row("memory of changes above their imports", lambda: _memories(database), 60, "MB")


def edited(path: Path) -> Path:
    """A copy of the database in which some records of each kind have changed."""
    copy = path.with_suffix(".edited")
    shutil.copy(path, copy)
    database, now = Database(f"sqlite:///{copy}"), validity.now()
    with database.reading() as connection:
        found = [one for kind, many in EDITS.items() for one in islice(mapping.read(connection, kind), many)]
    records = [replace(one.record, valid_from=validity.today(now)) for one in found]
    with database.writing() as connection:
        log = ChangeLog(connection, None, now, redistribute=True)
        Store(connection, log, now).put(records)
        log.close()
    database.close()
    return copy


def follow(path: Path) -> int:
    """The changes of a municipal feed since before the edits; the size of what is sent."""
    database, today = Database(f"sqlite:///{path}"), validity.today(validity.now())
    with database.reading() as connection:
        gazetteer = delivery.gazetteer_of(connection)
        place = gazetteer.place(municipalities()[0])
        state = changes.state(connection, delivery.codes_of(gazetteer, place))
        before = deltas.Cursor(deltas.Mark(changes.state(connection).seq - sum(EDITS.values()), today))
        wish = delivery.Wish(feed="municipal", place=place, on=today)
        asked = deltas.Question(wish=wish, where=lambda then, _day: then.place(place.code), cursor=before)
        size = sum(len(piece) for piece in deltas.write(connection, gazetteer, asked, state))
    database.close()
    return size


def _compare(path: Path) -> tuple[float, float]:
    copy = edited(path)
    return best(lambda: follow(copy), 1), best(lambda: write(copy, "municipal", "json", municipalities()[0]), 1)


def _memories(path: Path) -> tuple[float, float]:
    """That of the changes, and that of the feed."""
    copy = edited(path)
    code = "from pathlib import Path\nfrom bench import deltas\nimport exporters.municipal"
    feed = f"deltas.write(Path({str(copy)!r}), 'municipal', 'json', deltas.municipalities()[0])"
    return peak_above_imports(code, f"deltas.follow(Path({str(copy)!r}))"), peak_above_imports(code, feed)
