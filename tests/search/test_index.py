"""The index keeps step with the database, on Whoosh and on PostgreSQL, and survives what may happen to it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from builders import WELL_KNOWN, areas, service
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from test_store import put

from busdb.db import Database
from busdb.errors import BusyError, SetupError
from busdb.positions import Position
from busdb.publication import SearchAnswer
from busdb.search import indexer
from busdb.search.desk import Desk
from busdb.settings import Settings

SPAWN = multiprocessing.get_context("spawn")
QUERIES = ("personalausweis", "reisepas", "lappen", "beantragen", "auto anmelden", "umbenannt", "führung feuerwache")


def best(answer: SearchAnswer) -> str:
    """The name of the first hit."""
    return answer.results[0].name if answer.results else ""


def found(desk: Desk) -> list[SearchAnswer]:
    """What a desk answers."""
    return [desk.search(query, limit=50) for query in QUERIES]


@examples(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.integers(0, 12), st.sampled_from([*WELL_KNOWN, "Umbenannt"]), st.sampled_from(["published", "draft"])
            ),
            min_size=1,
            max_size=6,
            unique_by=lambda change: change[0],
        ),
        max_size=4,
    )
)
def test_updates_lead_where_a_rebuild_leads(
    desk: Desk, database: Database, settings: Settings, changes: list[list[tuple[int, str, str]]]
) -> None:
    random.seed()  # Whoosh names its files by chance, which hypothesis would make repeat itself
    for batch in changes:
        put(database, [service(f"s{number}", name, publication_state=state) for number, name, state in batch])
        desk.update()
    assert desk.check().agrees
    updated = found(desk)
    desk.rebuild()
    assert found(Desk(settings, database)) == updated


def test_a_check_names_what_differs(desk: Desk, database: Database) -> None:
    assert desk.check().agrees
    drafts = [service("s1", publication_state="draft")]
    put(database, [service("s0", "Umbenannt"), service("neu", "Neuer Dienst"), *drafts])
    found = desk.check()
    assert (found.missing, found.stale, found.surplus) == (("lsa.neu",), ("lsa.s0",), ("lsa.s1",))
    desk.update()
    assert desk.check().agrees


def test_both_indexes_give_the_same_answers(desk: Desk, database: Database, settings: Settings) -> None:
    if database.is_sqlite:
        pytest.skip("PostgreSQL's index needs PostgreSQL")
    other = Desk(replace(settings, search="whoosh"), database)
    other.rebuild()
    assert found(other) == found(desk)


def test_an_index_of_another_form_is_built_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.status()["generation"]
    desk.update()
    assert desk.status()["generation"] == before
    monkeypatch.setattr(indexer, "form", lambda: "another")
    desk.update()
    assert desk.status()["generation"] == before + 1


def _no_pointer(folder: Path) -> None:
    (folder / "current").write_text("77")


def _no_generation(folder: Path) -> None:
    shutil.rmtree(folder / (folder / "current").read_text())


def _broken_contents(folder: Path) -> None:
    for path in folder.glob("*/*.toc"):
        path.write_bytes(b"nothing of use")


def _no_segments(folder: Path) -> None:
    for path in folder.glob("*/*.seg"):
        path.unlink()


def _cut_segments(folder: Path) -> None:
    for path in folder.glob("*/*.seg"):
        path.write_bytes(path.read_bytes()[:100])


@pytest.fixture
def unread_files() -> Iterator[None]:
    """Whoosh leaves a file open that it cannot read; it is closed here, where that may be."""
    yield
    gc.collect()


@pytest.mark.usefixtures("unread_files")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("damage", [_no_pointer, _no_generation, _broken_contents, _no_segments, _cut_segments])
@pytest.mark.parametrize("by", ["search", "update"])
def test_a_damaged_index_is_noticed_and_built_anew(
    sqlite_database: Database, tmp_path: Path, damage: Callable[[Path], None], by: str
) -> None:
    settings = Settings(data_dir=str(tmp_path))
    put(sqlite_database, [*areas(), service("pass", "Reisepass beantragen")])
    Desk(settings, sqlite_database).rebuild()
    damage(tmp_path / "index")
    with pytest.raises(SetupError) as caught:
        Desk(settings, sqlite_database).check()
    assert "busdb index rebuild" in str(caught.value)
    desk = Desk(settings, sqlite_database)
    if by == "update":
        desk.update()
    assert best(desk.search("reisepass")) == "Reisepass beantragen"
    assert desk.check().agrees


def _die_while_building(settings: Settings) -> None:
    desk = Desk(settings, Database(settings.database))
    with desk._index.rebuilding() as writer:
        writer.put(list(desk._indexer()._source.all()))
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_writer_that_is_killed_leaves_the_former_index(desk: Desk, settings: Settings) -> None:
    process = SPAWN.Process(target=_die_while_building, args=(settings,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert best(desk.search("reisepass")) == "Reisepass beantragen"
    assert desk.check().agrees
    desk.rebuild()
    assert best(desk.search("reisepass")) == "Reisepass beantragen"


def test_two_writers_do_not_meet(desk: Desk, database: Database, settings: Settings) -> None:
    with desk._index.rebuilding() as writer:
        with pytest.raises(BusyError):
            Desk(settings, database).rebuild()
        writer.finish(Position(1))
    assert desk.status()["cursor"] == 1


def _read(settings: Settings, ready: Event, stop: Event) -> None:
    desk = Desk(settings, Database(settings.database))
    while not stop.is_set():
        assert best(desk.search("reisepass")) == "Reisepass beantragen"
        ready.set()
        stop.wait(0.02)


def test_readers_of_other_processes_see_no_error_while_the_index_is_rebuilt_and_updated(
    desk: Desk, database: Database, settings: Settings
) -> None:
    stop, ready = SPAWN.Event(), [SPAWN.Event() for _ in range(4)]
    readers = [SPAWN.Process(target=_read, args=(settings, one, stop), daemon=True) for one in ready]
    for reader in readers:
        reader.start()
    assert all(one.wait(300) for one in ready)
    for number in range(6):
        put(database, [service("neu", f"Neuer Dienst {number}")])
        desk.update()
        desk.rebuild()
    for one in ready:
        one.clear()
    assert all(one.wait(300) for one in ready)
    stop.set()
    for reader in readers:
        reader.join()
    assert [reader.exitcode for reader in readers] == [0, 0, 0, 0]
