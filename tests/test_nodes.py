"""Several nodes over one PostgreSQL, which share no file: one joins under load, another leaves, no reader notices."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from builders import areas, authority, fee, rule, service
from sqlalchemy import Engine
from support import new_database
from test_serve import BUSDB, Local, start, wait_for
from test_store import put

from busdb import changes, keys, validity
from busdb.db import Database
from busdb.interchange import encode

NAUMBURG = "ars=150840355355"
FEED = f"/api/v1/feeds/115?{NAUMBURG}"
ASKED = [
    "/healthz",
    FEED,
    f"/api/v1/search?q=ausweis&{NAUMBURG}",
    f"/api/v1/services/lsa.ausweis?{NAUMBURG}",
    f"/services/lsa.ausweis?{NAUMBURG}",
    f"/embed/v1/detail?service=lsa.ausweis&{NAUMBURG}",
]


class Node:
    """A server with a data folder of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        folder.mkdir()
        self.path = folder / "busdb.sock"
        self.process = start(url, folder, "--socket", str(self.path), BUSDB_SEARCH="postgresql")

    def ask(self, path: str, header: dict[str, str] | None = None) -> tuple[int, str, bytes]:
        """Status, ETag and body of an answer."""
        connection = Local(self.path)
        try:
            connection.request("GET", path, headers=header or {})
            response = connection.getresponse()
            return response.status, response.headers["ETag"] or "", response.read()
        finally:
            connection.close()

    def wait_until_ready(self) -> None:
        """Wait until it says that it may get requests."""
        wait_for(lambda: self.ask("/readyz")[0] == 200, tries=1200)


class Balancer:
    """What stands before the nodes: it asks them in turn, and the next one where one takes no connection."""

    def __init__(self, *nodes: Node) -> None:
        self.nodes = list(nodes)
        self.seen: Counter[tuple[int, int]] = Counter()
        self._turn = count()

    def ask(self, path: str) -> tuple[int, bytes]:
        """Status and body of an answer; counts who gave it."""
        nodes = list(self.nodes)
        first = next(self._turn) % len(nodes)
        for node in nodes[first:] + nodes[:first]:
            try:
                status, _, body = node.ask(path)
            except (ConnectionError, FileNotFoundError, http.client.BadStatusLine):
                continue
            self.seen[node.process.pid, status] += 1
            return status, body
        self.seen[0, 0] += 1
        return 0, b""


@pytest.fixture
def url(postgres_server: Engine | None, postgres_template: str | None) -> Iterator[str]:
    """The address of a small state on PostgreSQL, with its index."""
    with new_database(postgres_server, postgres_template) as address:
        database = Database(address)
        put(database, [*areas(), service(), authority(), fee(), rule()])
        database.close()
        environ = {**os.environ, "BUSDB_DATABASE_URL": address, "BUSDB_SEARCH": "postgresql"}
        subprocess.run([BUSDB, "index", "rebuild"], env=environ, check=True, stdout=subprocess.DEVNULL)
        yield address


@pytest.fixture
def nodes(url: str, tmp_path: Path) -> Iterator[Iterator[Node]]:
    """Nodes, each started when it is asked for; killed at the end."""
    made: list[Node] = []

    def starting() -> Iterator[Node]:
        for number in count(1):
            made.append(Node(url, tmp_path / f"node{number}"))
            yield made[-1]

    yield starting()
    for node in made:
        node.process.kill()
        node.process.wait()


def follow(balancer: Balancer, mirror: dict[str, str], cursor: str) -> str:
    """Take all pages of changes, each from whichever node is next; gives the cursor of the last."""
    while True:
        status, body = balancer.ask(f"/api/v1/changes?limit=2&after={cursor}")
        assert status == 200, body
        page = json.loads(body)
        for item in page["items"]:
            if item["op"] == "delete":
                mirror.pop(item["id"], None)
            else:
                mirror[item["id"]] = item["hash"]
        cursor = page["cursor"]
        if page["complete"]:
            assert sum(int(one, 16) for one in mirror.values()) % 2**256 == int(page["checksum"], 16)
            return cursor


def test_a_node_joins_under_load_and_another_leaves_and_no_reader_notices(
    url: str, nodes: Iterator[Node], tmp_path: Path
) -> None:
    first = next(nodes)
    first.wait_until_ready()
    balancer, ended = Balancer(first), threading.Event()

    def read() -> None:
        while not ended.is_set():
            for path in ASKED:
                balancer.ask(path)

    def edit(amount: str) -> None:
        delivery = tmp_path / "gebuehr.json"
        delivery.write_bytes(encode(fee(amount=amount)))
        words = [BUSDB, "import", "json", str(delivery), "--source", "lsa", "--json"]
        environ = {**os.environ, "BUSDB_DATABASE_URL": url, "BUSDB_DATA_DIR": str(tmp_path / "desk")}
        subprocess.run(
            words, env=environ | {"BUSDB_SEARCH": "postgresql"}, check=True, stdout=subprocess.DEVNULL, timeout=120
        )

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        mirror: dict[str, str] = {}
        cursor = follow(balancer, mirror, "0")
        second = next(nodes)
        edit("51.00")
        second.wait_until_ready()
        balancer.nodes.append(second)
        for amount in ("52.00", "53.00"):
            edit(amount)
            cursor = follow(balancer, mirror, cursor)
        wait_for(lambda: balancer.seen[second.process.pid, 200] > 2 * len(ASKED))
        for path in ASKED:
            assert first.ask(path) == second.ask(path), path
        first.process.send_signal(signal.SIGTERM)
        assert first.process.wait(timeout=15) == 0
        edit("54.00")
        cursor = follow(balancer, mirror, cursor)
    finally:
        ended.set()
        for reader in readers:
            reader.join()
    assert {status for _, status in balancer.seen} == {200}
    database = Database(url)
    with database.reading() as connection:
        assert len(mirror) == changes.totals(connection)[0]
    database.close()
    assert b"54.00" in second.ask(FEED)[2]


def test_a_key_holds_on_all_nodes_and_ends_on_all_at_once(url: str, nodes: Iterator[Node]) -> None:
    both = next(nodes), next(nodes)
    for node in both:
        node.wait_until_ready()
    database = Database(url)
    with database.writing() as connection:
        key, secret = keys.create(connection, "Telefon", ("115:internal",), validity.now())
    header = {"Authorization": f"Bearer {secret}"}
    assert [node.ask(FEED, header)[0] for node in both] == [200, 200]
    with database.writing() as connection:
        keys.revoke(connection, key["id"], validity.now())
    database.close()
    assert [node.ask(FEED, header)[0] for node in both] == [401, 401]
