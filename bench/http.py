"""Conditional requests against an empty endpoint of the same framework and server."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.large_state import municipalities
from bench.measure import Row

EMPTY = "import flask\napplication = flask.Flask(__name__)\n@application.get('/')\ndef empty():\n    return ''\n"
REQUESTS = 2000


def rows(_state: Path, database: Path) -> Iterator[Row]:
    """The rows about HTTP: seconds for many requests of one client, so that less is better."""
    yield Row("conditional GET (304) of a feed, 2,000 times", lambda: _conditional(database), 2.0)
    yield Row("a sign of life with checks, counts and log, 2,000 times", lambda: _alive(database), None)


def _conditional(database: Path) -> tuple[float, float]:
    address = f"/api/v1/feeds/115?ars={municipalities()[0]}"
    with own_server(database, database.parent) as port:
        tag = get(port, address, {}).getheader("ETag") or ""
        ours = many(port, address, {"If-None-Match": tag}, 304)
    with empty_server(database.parent) as port:
        bare = many(port, "/", {}, 200)
    return ours, bare


def _alive(database: Path) -> tuple[float, float]:
    with own_server(database, database.parent) as port:
        ours = many(port, "/healthz", {}, 200)
    with empty_server(database.parent) as port:
        bare = many(port, "/", {}, 200)
    return ours, bare


@contextmanager
def own_server(database: Path, data: Path, workers: int = 1) -> Iterator[int]:
    """Our server over a database and a data folder; gives its port."""
    environ = {
        **os.environ,
        "BUSDB_DATABASE_URL": f"sqlite:///{database}",
        "BUSDB_DATA_DIR": str(data),
        "BUSDB_RATE": "off",
    }
    busdb = str(Path(sys.executable).with_name("busdb"))
    port = _free_port()
    with _server([busdb, "serve", "--port", str(port), "--workers", str(workers)], port, environ):
        yield port


@contextmanager
def empty_server(folder: Path, workers: int = 1) -> Iterator[int]:
    """A server of the same kind with one empty endpoint; gives its port."""
    code = folder / "empty"
    code.mkdir(exist_ok=True)
    (code / "empty_app.py").write_text(EMPTY)
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "8"]
    command += ["--workers", str(workers)]
    with _server([*command, "empty_app:application"], port, os.environ | {"PYTHONPATH": str(code)}):
        yield port


def _free_port() -> int:
    """A port that no server of somebody else answers on, whose time would be taken for ours."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def _server(command: list[str], port: int, environ: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                get(port, "/", {})
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise SystemExit(f"no answer on port {port}: {command}")
        yield
    finally:
        process.terminate()
        process.wait(15)


def get(port: int, address: str, headers: dict[str, str], method: str = "GET") -> http.client.HTTPResponse:
    """The answer of a server on this machine, read to its end."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, address, headers=headers)
    response = connection.getresponse()
    response.read()
    return response


def many(port: int, address: str, headers: dict[str, str], status: int, times: int = REQUESTS) -> float:
    """The seconds of many requests of one client, each of which must have a status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    start = time.perf_counter()
    for _ in range(times):
        connection.request("GET", address, headers=headers)
        response = connection.getresponse()
        response.read()
        if response.status != status:
            raise SystemExit(f"expected {status}, got {response.status}")
    return time.perf_counter() - start
