"""kill -9 at any moment of an import, of the index that follows and of the files: nothing is half, nothing is lost."""

from __future__ import annotations

import datetime as dt
import io
import multiprocessing
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from builders import areas, authority, fee, rule, service
from openpyxl import Workbook
from support import NOW
from test_ingest import lines
from test_publish import check

from busdb import changes, ingest, publishing
from busdb.backup.inventory import inventory
from busdb.db import Database
from busdb.formats import Input
from busdb.ingest import Order
from busdb.interchange import Checksum
from busdb.mapping import read
from busdb.positions import Position
from busdb.records import Fee, Service
from busdb.search.desk import Desk
from busdb.settings import Settings

STEPS = ("import", "index", "publish")
MANY = 12
FORMATS = ("municipal", "json")
LOCKED = 30.0
"""Seconds for which an import waits until the server has noticed that the one before is gone."""
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    ["busdb.ingest", "busdb.publishing", "busdb.search.desk", "exporters.municipal", "exporters.json"]
    + ["importers.json", "importers.xlsx", "openpyxl", "pytest", "hypothesis", "psycopg"]
)


def delivery(version: int) -> tuple[str, bytes]:
    """All services anew as JSON, then all fees anew as a workbook, and so on: the format and the file."""
    if version % 2 == 0:
        named = [service(f"s{number}", f"Dienst {number} Fassung {version}") for number in range(MANY)]
        return "json", lines(named)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("fees")
    sheet.append(["id", "Leistung", "Betrag", "Rechtsgrundlage"])
    for number in range(MANY):
        sheet.append([f"lsa.f{number}", f"lsa.s{number}", f"{version},00", "§ 1"])
    file = io.BytesIO()
    book.save(file)
    return "xlsx", file.getvalue()


def work(settings: Settings, out: Path, version: int, say: Callable[[str], None]) -> None:
    """What the nightly line does: import a delivery, let the index follow, publish the files; each is said before."""
    database = Database(settings.database)
    format_, data = delivery(version)
    file = Input(f"delivery.{format_}", io.BytesIO(data))
    order = Order(format=format_, inputs=(file,), source="lsa", wait=LOCKED)
    say("import")
    ingest.import_(database, order, NOW + dt.timedelta(minutes=version))
    say("index")
    Desk(settings, database).update()
    say("publish")
    publish(database, out)
    say("end")
    database.close()


class Worker:
    """A process at work."""

    def __init__(self, settings: Settings, out: Path, version: int) -> None:
        self._heard, saying = _PROCESSES.Pipe(duplex=False)
        self.process = _PROCESSES.Process(target=work, args=(settings, out, version, saying.send))
        self.process.start()
        saying.close()

    def reach(self, step: str) -> float:
        """Wait until it begins a step; the moment."""
        while self._heard.recv() != step:
            pass
        return time.monotonic()

    def lengths(self) -> dict[str, float]:
        """Let it work to its end; how long each step takes."""
        moments = [self.reach(step) for step in (*STEPS, "end")]
        self.process.join()
        assert self.process.exitcode == 0
        return {step: after - before for step, before, after in zip(STEPS, moments, moments[1:], strict=False)}

    def kill(self) -> None:
        """Kill it, whatever it does."""
        self.process.kill()
        self.process.join()
        self._heard.close()


def publish(database: Database, folder: Path) -> dict[tuple[object, ...], tuple[object, ...]]:
    """Publish; what the set then holds, by feed and place."""
    order = publishing.Order(formats=FORMATS, on=NOW.date(), ars="150845051")
    with database.reading() as connection:
        index = publishing.publish(connection, folder, order).index
    return {(one.feed, one.ars, one.form): (one.count, one.checksum) for one in index.files}


class Follower:
    """Follows the changes from outside and holds what they tell."""

    def __init__(self) -> None:
        self._cursor = 0
        self._held: dict[tuple[str, str], str] = {}

    def follow(self, database: Database) -> None:
        """Take what is new; then nothing may differ from what there is."""
        with database.reading() as connection:
            page = changes.page(connection, self._cursor, 10_000)
        self._cursor = Position.parse(page.cursor).seq
        for one in page.items:
            self._held.pop((one.kind, one.id), None)
            if one.op == "upsert":
                assert one.hash
                self._held[one.kind, one.id] = one.hash
        checksum = Checksum()
        for digest in self._held.values():
            checksum.add(digest)
        assert (checksum.count, checksum.hex) == (page.count, page.checksum)


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database, for a look."""
    database = Database(settings.database)
    yield database
    database.close()


def versions(database: Database) -> tuple[int, int]:
    """Which version of all services and of all fees there is; more than one would be half an import."""
    with database.reading() as connection:
        names = {one.record.texts[1].html for one in read(connection, "service") if isinstance(one.record, Service)}
        amounts = {one.record.amount for one in read(connection, "fee") if isinstance(one.record, Fee)}
        assert inventory(connection).sound
    named = {int(name.rpartition(" ")[2]) for name in names}
    assert (len(names), len(named), len(amounts)) == (MANY, 1, 1)
    return named.pop(), int(amounts.pop() or 0)


@pytest.mark.parametrize("kills", [5, pytest.param(100, marks=pytest.mark.soak)])
def test_whenever_it_dies_it_is_whole_and_catches_up(database_url: str, tmp_path: Path, kills: int) -> None:
    seed = random.randrange(1_000_000)
    chance = random.Random(seed)
    settings = Settings(data_dir=str(tmp_path / "var"), database_url=database_url)
    out, follower = tmp_path / "out", Follower()
    with opened(settings) as database:
        for records, source in ((areas(), "destatis"), ([authority()], "kommunal"), ([fee("f0"), rule()], "lsa")):
            file = Input("state.jsonl", io.BytesIO(lines(records)))
            ingest.import_(database, Order(format="json", inputs=(file,), source=source), NOW)
    lengths = [Worker(settings, out, version).lengths() for version in (0, 1)]
    there = (0, 1)
    for version in range(2, kills + 2):
        worker, step = Worker(settings, out, version), STEPS[version % 3]
        worker.reach(step)
        time.sleep(chance.uniform(0, lengths[version % 2][step]))
        worker.kill()
        with opened(settings) as database:
            found = versions(database)
            after = (version, there[1]) if version % 2 == 0 else (there[0], version)
            assert found == after or (step == "import" and found == there), f"seed {seed}"
            check(out)
            follower.follow(database)
            there = found
    work(settings, out, kills + 2, lambda _step: None)
    with opened(settings) as database:
        follower.follow(database)
        assert publish(database, out) == publish(database, tmp_path / "fresh"), f"seed {seed}"
        assert Desk(settings, database).check().agrees, f"seed {seed}"
        check(out)
