"""What people look at: pages against an empty endpoint, the bytes of the widget, the console of 115 under agents."""

from __future__ import annotations

import gzip
import http.client
import random
import socket
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import quote

from api.pages import widget
from bench.http import empty_server, many, own_server
from bench.large_state import municipalities
from bench.measure import Row
from bench.search import desk, queries

TIMES = 200
AGENTS = (1, 8, 32)
KEYSTROKES = 25
PAUSE = 0.3
"""Seconds between two keystrokes of an agent, on average."""
BUDGET = 20.0
"""Kilobytes that the widget may have on its way."""


def rows(_state: Path, database: Path) -> Iterator[Row]:
    """The rows about pages, widget and console."""
    ars = municipalities()[0]
    yield Row(f"the first page at a place, {TIMES} times", lambda: _page(database, f"/?ars={ars}"), None)
    yield Row(f"a page of results, {TIMES} times", lambda: _page(database, _results(database)), None)
    yield Row(f"a service at a place, {TIMES} times", lambda: _page(database, _card(database)), None)
    yield Row("the widget, compressed, against its budget", _widget, 1.0, "kB")
    for agents in AGENTS:
        for percent in (50, 99):
            name = f"115 console, list, {agents} agents, p{percent}"
            yield Row(name, partial(_percentiles, database, agents, percent), None, "ms")


def _percentiles(database: Path, agents: int, percent: int) -> tuple[float, float]:
    return _console(database, agents)[percent]


def _widget() -> tuple[float, float]:
    return len(gzip.compress(widget.script())) / 1000, BUDGET


def _results(database: Path) -> str:
    return f"/search?ars={municipalities()[0]}&q={quote(queries(database)[0])}"


def _card(database: Path) -> str:
    found = desk(database).search(queries(database)[0]).results[0]
    return f"/services/{quote(found.id)}?ars={municipalities()[0]}"


def _page(database: Path, address: str) -> tuple[float, float]:
    desk(database)
    with own_server(database, _data(database)) as port:
        many(port, address, {"Accept": "text/html"}, 200, 5)
        ours = many(port, address, {"Accept": "text/html"}, 200, TIMES)
    with empty_server(database.parent) as port:
        bare = many(port, "/", {}, 200, TIMES)
    return ours, bare


@lru_cache(maxsize=len(AGENTS))
def _console(database: Path, agents: int) -> dict[int, tuple[float, float]]:
    """Milliseconds from keystroke to list, by percentile: ours, and those of an empty endpoint asked the same way."""
    desk(database)
    lines = list(dict.fromkeys(line[: cut + 3] for line in queries(database) for cut in range(len(line) - 2)))
    address = f"/115/list?ars={municipalities()[0]}&q="
    with own_server(database, _data(database), workers=2) as port:
        _typed(port, address, lines, 16, 4)  # so that each worker has opened the index
        ours = _typed(port, address, lines, agents)
    with empty_server(database.parent, workers=2) as port:
        bare = _typed(port, "/?q=", lines, agents)
    return {percent: (_percentile(ours, percent), _percentile(bare, percent)) for percent in (50, 99)}


def _typed(port: int, address: str, lines: Sequence[str], agents: int, keys: int = 0) -> list[float]:
    """The seconds of each answer to agents who type at the same time, each so many ``keys``."""
    keys = keys or max(KEYSTROKES, 100 // agents)

    def type_(agent: int) -> list[float]:
        chance, times = random.Random(agent), []  # no secret
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for line in islice(cycle(lines), 37 * agent, 37 * agent + keys):
            time.sleep(chance.uniform(0, 2 * PAUSE))
            start = time.perf_counter()
            connection.request("GET", address + quote(line))
            # After a pause the system waits 40 ms before it confirms a packet, which is no time of the server
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            response = connection.getresponse()
            response.read()
            times.append(time.perf_counter() - start)
            if response.status != 200:
                raise SystemExit(f"{address}{line}: {response.status}")
        connection.close()
        return times

    with ThreadPoolExecutor(agents) as pool:
        return [one for times in pool.map(type_, range(agents)) for one in times]


def _percentile(times: Sequence[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1] * 1000


def _data(database: Path) -> Path:
    return database.parent / f"{database.stem}-data"
