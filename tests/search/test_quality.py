"""The quality gate: judged queries over the sample state, on both indexes, against the figures of the baseline.

``busdb evaluate tests/data/judged.jsonl --save tests/data/judged-baseline.json`` makes a new baseline.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from statistics import fmean

import pytest
from sqlalchemy import Engine
from support import ROOT, address, execute, missing
from test_states import SAMPLE, load, sample  # noqa: F401  a fixture

from busdb import migration
from busdb.db import Database
from busdb.search.desk import Desk
from busdb.search.evaluation import Judged, baseline, evaluate, judged
from busdb.settings import Settings

DATA = ROOT / "tests" / "data"
SLACK = 0.005
"""How much a mean may fall below the baseline."""


@pytest.fixture(scope="module")
def queries() -> list[Judged]:
    """The judged queries."""
    with (DATA / "judged.jsonl").open("rb") as lines:
        return judged(lines, "judged.jsonl")


@pytest.fixture(scope="module")
def whoosh(sample: Database, tmp_path_factory: pytest.TempPathFactory) -> Desk:  # noqa: F811
    """A desk over the sample state with the index of Whoosh."""
    desk = Desk(Settings(data_dir=str(tmp_path_factory.mktemp("index"))), sample)
    desk.rebuild()
    return desk


@pytest.fixture(scope="module")
def postgres(postgres_server: Engine | None) -> Iterator[Desk]:
    """A desk over the sample state with the index of PostgreSQL."""
    if postgres_server is None:
        missing("PostgreSQL")
    assert postgres_server is not None
    name = f"busdb_quality_{uuid.uuid4().hex[:12]}"
    execute(postgres_server, f"CREATE DATABASE {name}")
    database = Database(address(postgres_server, name))
    migration.upgrade(database)
    for one in json.loads((SAMPLE / "deliveries.json").read_text(encoding="utf-8"))["files"]:
        load(database, one["format"], one["source"], *(SAMPLE / name for name in one["files"]))
    desk = Desk(Settings(search="postgresql"), database)
    desk.rebuild()
    yield desk
    database.close()
    execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


def found(desk: Desk, query: str) -> list[str]:
    """The ids of the first ten hits, without their source."""
    return [hit.id.partition(".")[2] for hit in desk.search(query, limit=10).results]


def test_the_judged_set_is_large_and_of_many_kinds(queries: list[Judged]) -> None:
    kinds = [one.kind for one in queries]
    assert len({one.query for one in queries}) == len(queries) >= 200
    assert kinds.count("citizen") >= 60
    assert {"name", "synonym", "typo", "compound", "citizen", "place"} == set(kinds)


@pytest.mark.parametrize("index", ["whoosh", "postgres"])
def test_judged_queries_find_what_they_found(index: str, queries: list[Judged], request: pytest.FixtureRequest) -> None:
    desk: Desk = request.getfixturevalue(index)
    before = baseline((DATA / "judged-baseline.json").read_bytes(), "judged-baseline.json")
    now = evaluate(queries, lambda query: found(desk, query), before)
    assert set(before) == {one.query for one in queries}
    for kind, figures in now.kinds.items():
        ranks = [before[one.query] for one in queries if one.kind == kind]
        assert figures.mrr >= fmean(1 / rank if rank else 0.0 for rank in ranks) - SLACK, now.worse
        assert figures.hit_10 >= fmean(rank > 0 for rank in ranks) - SLACK, now.worse


def test_both_indexes_agree_on_nearly_all_of_the_first_ten(whoosh: Desk, postgres: Desk, queries: list[Judged]) -> None:
    pairs = [(set(found(whoosh, one.query)), set(found(postgres, one.query))) for one in queries]
    assert fmean(len(one & two) / len(one | two) for one, two in pairs if one | two) >= 0.99


def test_every_word_of_the_thesaurus_leads_somewhere_or_nowhere_in_time(whoosh: Desk) -> None:
    lines = (ROOT / "busdb" / "data" / "thesaurus.tsv").read_text(encoding="utf-8").splitlines()
    everyday = [line.partition("\t")[0] for line in lines if line and not line.startswith("#")]
    answered = [line for line in everyday if whoosh.search(line).total]
    assert len(answered) >= len(everyday) // 2
