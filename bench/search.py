"""Search on the large state: in process against FTS5, over HTTP against an empty endpoint, and keeping it in step."""

from __future__ import annotations

import http.client
import random
import shutil
import sqlite3
import statistics
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from whoosh import index as whoosh
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import ID, STORED, TEXT, Schema

from bench.http import empty_server, own_server
from bench.measure import Row, best, peak_above_imports
from busdb.db import Database
from busdb.positions import Position
from busdb.search.analysis import joined
from busdb.search.desk import Desk
from busdb.search.documents import Document
from busdb.search.source import DatabaseSource
from busdb.search.whoosh_index import WhooshIndex
from busdb.settings import Settings

QUERIES, REQUESTS = 200, 400
FIELDS = ("name", "synonyms", "teaser", "text")


def rows(_state: Path, database: Path) -> Iterator[Row]:
    """The rows about search; milliseconds for one query, seconds for commits."""
    yield Row("search in process, p50", lambda: _searches(database, 50), 1.2, "ms")
    yield Row("search in process, p99", lambda: _searches(database, 99), 5.0, "ms")
    yield Row("typeahead of 1-3 letters, p99", lambda: _typeahead(database), 1.5, "ms")
    yield Row("search over HTTP, one client, p50", lambda: _over_http(database), 1.3, "ms")
    yield Row("re-index of 1 changed service", lambda: _reindex(database, 1), 1.3)
    yield Row("re-index of 100 changed services", lambda: _reindex(database, 100), 1.3)
    yield Row("a worker's memory with open index", lambda: (_memory(database), 0.0), 60.0, "MB")


@lru_cache(maxsize=1)
def desk(database: Path) -> Desk:
    """The search of the state, with its index."""
    made = Desk(Settings(data_dir=str(database.parent / f"{database.stem}-data")), Database(f"sqlite:///{database}"))
    made.update()
    made.search("amt")
    return made


@lru_cache(maxsize=1)
def _documents(database: Path) -> list[Document]:
    return list(DatabaseSource(Database(f"sqlite:///{database}")).all())


@lru_cache(maxsize=1)
def queries(database: Path) -> list[str]:
    """Lines of one to three words of names and texts, some begun, some with a slip."""
    chance = random.Random(4)  # no secret
    documents = [document for document in islice(_documents(database), 5_000) if document.shown.kind == "service"]
    found = []
    for number in range(QUERIES):
        shown = chance.choice(documents).shown
        source = [*shown.name.split(), *(shown.teaser or "").split()[:6], *shown.synonyms]
        picked = chance.sample(source, k=min(1 + number % 3, len(source)))
        if number % 5 == 3:
            picked[-1] = picked[-1][: max(len(picked[-1]) - 2, 3)]
        if number % 5 == 4 and len(picked[0]) > 5:
            picked[0] = picked[0][:2] + picked[0][3] + picked[0][2] + picked[0][4:]
        found.append(" ".join(picked))
    return found


def _percentile(work: Callable[[str], object], lines: Sequence[str], percent: int) -> float:
    """The time of one line in milliseconds, of the better of three runs after one to warm up."""
    for line in lines:
        work(line)
    runs = []
    for _ in range(3):
        times = []
        for line in lines:
            start = time.perf_counter()
            work(line)
            times.append(time.perf_counter() - start)
        runs.append(statistics.quantiles(times, n=100)[percent - 1] * 1000)
    return min(runs)


def _searches(database: Path, percent: int) -> tuple[float, float]:
    own, lines, bare = desk(database), queries(database), _full_text(database)
    asked = {line: " OR ".join(f'"{token}"' for token in joined([line]).split()) or '"-"' for line in lines}
    statement = "SELECT id FROM documents WHERE documents MATCH ? ORDER BY rank LIMIT 10"
    return (
        _percentile(own.search, lines, percent),
        _percentile(lambda line: bare.execute(statement, (asked[line],)).fetchall(), lines, percent),
    )


@lru_cache(maxsize=1)
def _full_text(database: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE documents USING fts5(id UNINDEXED, {', '.join(FIELDS)})")
    values = ((one.id, *(getattr(one, name) for name in FIELDS)) for one in _documents(database))
    connection.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?)", values)
    return connection


def _typeahead(database: Path) -> tuple[float, float]:
    own = desk(database)
    names = sorted(
        " ".join(words[start:])
        for one in _documents(database)
        for name in (one.shown.name, *one.shown.synonyms)
        for words in [name.casefold().split()]
        for start in range(min(len(words), 4))
    )
    lines = [line[:length].casefold() for line in queries(database) for length in (1, 2, 3)]

    def bare(line: str) -> list[str]:
        start, end = bisect_left(names, line), bisect_left(names, line + "\uffff")
        return sorted(names[start : min(end, start + 400)], key=len)[:10]

    return _percentile(own.suggest, lines, 99), _percentile(bare, lines, 99)


def _over_http(database: Path) -> tuple[float, float]:
    own, lines = desk(database), queries(database)
    with own_server(database, database.parent / f"{database.stem}-data") as port:
        ours = _percentile(_client(port, "/api/v1/search?q="), lines, 50)
    with empty_server(database.parent) as port:
        empty = _percentile(_client(port, "/?q="), lines, 50)
    return ours, empty + _percentile(own.search, lines, 50)


def _client(port: int, address: str) -> Callable[[str], object]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(line: str) -> bytes:
        connection.request("GET", address + quote(line))
        return connection.getresponse().read()

    return ask


def _reindex(database: Path, count: int) -> tuple[float, float]:
    documents = list(islice(_documents(database), count))
    folder = database.parent / f"{database.stem}-bare-index"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    fields = {name: TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False) for name in FIELDS}
    index = whoosh.create_in(folder, Schema(id=ID(unique=True, stored=True), shown=STORED(), **fields))
    _bare_commit(index, _documents(database))
    cursor = Position(desk(database).status()["cursor"])
    own = WhooshIndex(database.parent / f"{database.stem}-data" / "index")

    def ours() -> None:
        with own.updating() as writer:
            writer.put(documents)
            writer.finish(cursor)

    return best(ours), best(lambda: _bare_commit(index, documents))


def _bare_commit(index: whoosh.FileIndex, documents: Sequence[Document]) -> None:
    writer = index.writer(limitmb=64)
    for one in documents:
        writer.delete_by_term("id", one.id)
    for one in documents:
        writer.add_document(id=one.id, shown=one.shown, **{name: getattr(one, name) for name in FIELDS})
    writer.commit()


def _memory(database: Path) -> float:
    code = "from pathlib import Path\nfrom bench import search\nimport api"
    return peak_above_imports(code, f"search.desk(Path({str(database)!r}))")
