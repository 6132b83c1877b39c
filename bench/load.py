"""``make load``: mixed traffic of widgets, agents, feeds and polls on the large state, beside an empty endpoint.

Usage: ``python -m bench.load [--scale 1.0] [--seconds 10] [--minutes 30]``. Needs ``wrk``. For each number of readers
at once it prints answers a second, also as a ratio to an empty endpoint of the same server, latency, and what went
wrong; then the memory of the server before and after, and after ``--minutes`` of steady traffic. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from bench import imports, large_state
from bench.__main__ import FOLDER
from bench.http import empty_server, get, own_server
from busdb.records import Service

READERS = (1, 8, 32, 128, 512)
WORKERS = 2
MIX = {"widget": 400, "console": 200, "search": 150, "poll": 160, "page": 89, "feed": 1}
"""Of a thousand requests: fragments of widgets, agents' keystrokes, searches, polls of feeds, pages, whole feeds."""
LUA = """
local at = math.random(#paths)
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at][1], { ["Accept-Encoding"] = "gzip", ["If-None-Match"] = paths[at][2] })
end
local ok, busy, failed = 0, 0, 0
local threads = {}
setup = function(thread) table.insert(threads, thread) end
init = function() thread_ok, thread_busy, thread_failed = 0, 0, 0 end
response = function(status)
  if status < 400 then thread_ok = thread_ok + 1
  elseif status == 429 or status == 503 then thread_busy = thread_busy + 1
  else thread_failed = thread_failed + 1 end
end
done = function(summary, latency)
  for _, one in ipairs(threads) do
    ok, busy, failed = ok + one:get("thread_ok"), busy + one:get("thread_busy"), failed + one:get("thread_failed")
  end
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  print(string.format('{"ok":%d,"busy":%d,"failed":%d,"lost":%d,"seconds":%f,"p50":%f,"p99":%f}',
    ok, busy, failed, lost, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
"""


class Load(NamedTuple):
    """What a stretch of traffic met: answers, refusals (429, 503), failures, lost connections; milliseconds."""

    ok: int
    busy: int
    failed: int
    lost: int
    seconds: float
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.ok / self.seconds


def main() -> None:
    """Make the large state, serve it, send traffic, print the table."""
    parser = argparse.ArgumentParser(prog="bench.load")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the state, 1.0 is a whole state")
    parser.add_argument("--seconds", type=int, default=10, help="length of each stretch")
    parser.add_argument("--minutes", type=int, default=0, help="steady traffic at the end, to look at the memory")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing. Debian: apt install wrk")
    database = FOLDER / f"state-{options.scale}.sqlite3"
    state = FOLDER / f"state-{options.scale}.jsonl"
    if not state.exists():
        large_state.write(state, options.scale)
    imports.ensure(state, database)
    data = FOLDER / f"{database.stem}-data"
    subprocess.run(  # an index of a whole state takes longer to make than a reader waits
        [Path(sys.executable).with_name("busdb"), "index", "update"],
        env={**os.environ, "BUSDB_DATABASE_URL": f"sqlite:///{database}", "BUSDB_DATA_DIR": str(data)},
        check=True,
    )
    with empty_server(FOLDER, WORKERS) as port:
        bare = {count: _send(port, [("/", "")], count, options.seconds) for count in READERS}
    with own_server(database, data, workers=WORKERS) as port:
        paths = _traffic(options.scale, port)
        _send(port, paths, WORKERS, options.seconds)
        before = _memory()
        print(f"{'readers':>7} {'answers/s':>10} {'of empty':>9} {'p50':>9} {'p99':>9} {'429/503':>8} {'failed':>7}")
        for count in READERS:
            _print(count, _send(port, paths, count, options.seconds), bare[count])
        after = _memory()
        print(f"memory of {WORKERS} workers: {before:.0f} MB before, {after:.0f} MB after", flush=True)
        if options.minutes:
            steady = _send(port, paths, 32, options.minutes * 60)
            print(f"{steady.ok} answers in {options.minutes} minutes, {steady.failed + steady.lost} failed")
            print(f"memory then: {_memory():.0f} MB")


def _traffic(scale: float, port: int) -> list[tuple[str, str]]:
    """Addresses in their mix, each with the ETag that its reader holds; always the same ones."""
    chance = random.Random(8)  # no secret
    places = large_state.municipalities()
    ids, words = _known(scale, chance)
    shapes = {
        "widget": ["/embed/v1/search?ars={ars}&q={word}", "/embed/v1/detail?ars={ars}&service={id}"],
        "console": ["/115/list?ars={ars}&q={word}", "/115/answer?ars={ars}&id={id}"],
        "search": ["/api/v1/search?ars={ars}&q={word}", "/api/v1/suggest?ars={ars}&q={word}"],
        "poll": ["/api/v1/feeds/municipal?ars={ars}"],
        "page": ["/services/{id}?ars={ars}", "/search?ars={ars}&q={word}"],
        "feed": ["/api/v1/feeds/115?ars={ars}"],
    }
    found = []
    for kind, count in MIX.items():
        for number in range(count):
            shape = shapes[kind][number % len(shapes[kind])]
            found.append(
                (kind, shape.format(ars=chance.choice(places), id=chance.choice(ids), word=quote(chance.choice(words))))
            )
    chance.shuffle(found)
    tags: dict[str, str] = defaultdict(str)
    for kind, path in found:
        answer = get(port, path, {}, "GET" if kind != "poll" else "HEAD")
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
        if kind == "poll":
            tags[path] = answer.getheader("ETag") or ""
    return [(path, tags[path]) for _, path in found]


def _known(scale: float, chance: random.Random) -> tuple[list[str], list[str]]:
    """Ids of some services, and what people type for them, as it grows letter by letter."""
    some = list(islice((one for one in large_state.records(scale) if isinstance(one, Service)), 200))
    words = [word for one in some for word in one.texts[0].html.split() if len(word) > 3]
    return [one.id for one in some], [word[: chance.randint(3, len(word))] for word in words]


def _send(port: int, paths: Sequence[tuple[str, str]], readers: int, seconds: int) -> Load:
    """Traffic of so many readers at once, each asking again as soon as it is answered."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        table = ", ".join(f"{{{json.dumps(path)}, {json.dumps(tag)}}}" for path, tag in paths)
        script.write(f"paths = {{{table}}}\n{LUA}")
        script.flush()
        threads = min(readers, 2)
        words = [f"-t{threads}", f"-c{readers}", f"-d{seconds}", "--timeout", "30", "-s", script.name]
        done = subprocess.run(["wrk", *words, f"http://127.0.0.1:{port}"], check=True, capture_output=True, text=True)
    return Load(**json.loads(done.stdout.splitlines()[-1]))


def _memory() -> float:
    """What the server and its workers hold of the machine's memory, in MB; what they share is counted once."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    ours, more = {os.getpid()}, True
    while more:
        found = {one for one, parent in parents.items() if parent in ours} - ours
        more = bool(found)
        ours |= found
    held = 0
    for one in ours - {os.getpid()}:
        lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        held += int(next(line for line in lines if line.startswith("Pss:")).split()[1])
    return held / 1024


def _print(readers: int, load: Load, bare: Load) -> None:
    shown = f"{load.rate:10.0f} {load.rate / bare.rate:8.2f}x {load.p50:6.1f} ms {load.p99:6.1f} ms"
    print(f"{readers:7} {shown} {load.busy:8} {load.failed + load.lost:7}", flush=True)


if __name__ == "__main__":
    main()
