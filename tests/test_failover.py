"""The database fails over to a replica that lacks the last changes: readers go on, and whoever holds them finds out."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import subprocess
import urllib.error
from email.message import Message
from pathlib import Path
from typing import Any

from builders import fee, service
from clusters import Cluster, cluster, replica
from support import NOW
from test_faults import BUSDB, STATE, Readers, serving, sums, tried
from test_serve import Local, ask, wait_for
from test_store import put
from test_sync import consumer

from busdb import migration, publishing
from busdb.db import Database
from busdb.interchange import encode
from busdb.search.desk import Desk
from busdb.settings import Settings

FEED = "/api/v1/feeds/municipal?ars=150840355355"
CHANGES = "/api/v1/changes?limit=500"
SEARCH = "/api/v1/search?q=Verlorenes"
LATER = NOW + dt.timedelta(hours=1)


def several(*servers: Cluster) -> str:
    """The address of whichever of several servers is the primary."""
    hosts, ports = ",".join("127.0.0.1" for _ in servers), ",".join(str(one.port) for one in servers)
    return f"postgresql+psycopg://postgres@/postgres?host={hosts}&port={ports}&target_session_attrs=read-write"


class Consumer:
    """Keeps a mirror of a feed and of the records, with what it was told at the end."""

    def __init__(self, server: Path, folder: Path) -> None:
        self._server, self._folder = server, folder
        self.cursors: dict[str, str] = {}
        self.anew = 0

    def sync(self) -> None:
        """Follow both."""
        for name, address in (("feed", FEED), ("changes", CHANGES)):
            consumer.sync(address, self._folder / f"{name}.sqlite3", self._fetch)

    def _fetch(self, address: str) -> Any:
        status, body = ask(Local(self._server), address)
        page = json.loads(body)
        if status != 200:
            assert (status, page["type"].rpartition("/")[2]) == (410, "cursor_lost")
            self.anew += 1
            raise urllib.error.HTTPError(address, status, "Gone", Message(), io.BytesIO(body))
        self.cursors[address.partition("?")[0].rpartition("/")[2]] = page["cursor"]
        return page


def etag(server: Path, asked: str, held: str = "") -> tuple[int, str]:
    """Status and ETag of an answer, for a reader who holds the one with an ETag."""
    connection = Local(server)
    try:
        connection.request("GET", asked, headers={"If-None-Match": held} if held else {})
        response = connection.getresponse()
        response.read()
        return response.status, response.headers["ETag"]
    finally:
        connection.close()


def _publish(database: Database, folder: Path) -> dict[str, str]:
    order = publishing.Order(formats=("municipal",), on=NOW.date(), ars="150840355355")
    with database.reading() as connection:
        publishing.publish(connection, folder, order)
    index = json.loads((folder / "index.json").read_text())
    return {one["ars"]: one["cursor"] for one in index["files"]}


@tried(1, 3)
def test_after_a_failover_readers_go_on_and_all_find_out_what_was_lost(tmp_path: Path, times: int) -> None:
    for number in range(times):
        folder = tmp_path / str(number)
        folder.mkdir()
        with cluster() as primary, replica(primary) as standby:
            _fail_over(primary, standby, folder)


def _fail_over(primary: Cluster, standby: Cluster, folder: Path) -> None:
    """One failover, told from its beginning to its end, so that it is longer than other functions."""
    url, environ = several(primary, standby), {**os.environ, "BUSDB_DATA_DIR": str(folder), "BUSDB_LANG": "de"}
    database = Database(url)
    migration.upgrade(database)
    put(database, STATE)
    desk = Desk(Settings(data_dir=str(folder)), database)
    desk.rebuild()

    def busdb(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [BUSDB, *words], env={**environ, "BUSDB_DATABASE_URL": url}, capture_output=True, text=True, check=False
        )

    (folder / "replicated").mkdir()
    Desk(Settings(data_dir=str(folder / "replicated")), database).rebuild()
    asked = ("/api/v1/services", "/api/v1/search?q=Personalausweis", FEED)
    with (
        serving(url, folder) as alone,
        serving(url, folder / "replicated", BUSDB_DATABASE_REPLICA_URL=standby.url()) as replicated,
        Readers(alone, *asked) as readers,
        Readers(replicated, *asked) as others,
    ):
        early, late = Consumer(alone, folder / "early"), Consumer(alone, folder / "late")
        for one in ("early", "late"):
            (folder / one).mkdir()
        early.sync()
        late.sync()
        standby.follows(primary)
        standby.stop()
        put(database, [fee(amount="41.00"), service("verloren", "Verlorenes")], NOW + dt.timedelta(minutes=1))
        desk.update()
        late.sync()
        lost_tag = etag(alone, FEED)[1]
        lost_file = _publish(database, folder / "files")
        wait_for(lambda: json.loads(ask(Local(alone), SEARCH)[1])["total"] == 1)

        primary.kill()
        wait_for(lambda: readers.seen[503])
        assert ask(Local(alone), "/healthz")[0] == 200
        standby.start()
        wait_for(lambda: ask(Local(replicated), FEED)[0] == 200)
        others.seen.clear()
        standby.promote()
        wait_for(lambda: ask(Local(alone), "/readyz")[0] == 200)
        readers.seen.clear()
        wait_for(lambda: readers.seen[200] > 20 and others.seen[200] > 20)
        assert (readers.seen.keys() | others.seen.keys(), readers.bare) == ({200}, 0)

        assert ask(Local(alone), f"{FEED}&after={late.cursors['municipal']}")[0] == 410
        delivery = folder / "delivery.jsonl"
        delivery.write_bytes(b"".join(encode(one) + b"\n" for one in (fee(amount="43.00"), service("neu", "Neues"))))
        done = busdb("import", "json", str(delivery), "--source", "lsa")
        assert done.returncode == 0, done.stderr
        assert (etag(alone, FEED, lost_tag)[0], etag(alone, FEED, etag(alone, FEED)[1])[0]) == (200, 304)
        early.sync()
        late.sync()
        assert (early.anew, late.anew) == (0, 2)
        assert early.cursors == late.cursors
        assert _publish(database, folder / "files") != lost_file
        assert desk.check().agrees
        wait_for(lambda: json.loads(ask(Local(alone), SEARCH)[1])["total"] == 0)
        assert busdb("doctor").returncode == 0
        done = busdb("backup", str(folder / "b.tar.gz"))
        assert done.returncode == 0, done.stderr
    assert sums(database)[0] == len(STATE) + 1
    database.close()
