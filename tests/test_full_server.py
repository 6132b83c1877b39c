"""PostgreSQL on a full disk: what it refuses is said, readers go on as long as it answers, and nothing is half done."""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
import uuid
from pathlib import Path

import pytest
from builders import service
from clusters import Cluster, cluster
from test_faults import BUSDB, STATE, Readers, fill, serving, small_disk, sums, tried
from test_serve import Local, ask, wait_for
from test_store import put

from busdb import migration
from busdb.db import Database
from busdb.interchange import encode
from busdb.search.desk import Desk
from busdb.settings import Settings

MANY = 700
ASKED = ("/api/v1/services", "/api/v1/search?q=Personalausweis", "/api/v1/feeds/115?place=Naumburg")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
@tried(1, 4)
def test_postgresql_on_a_full_disk_loses_nothing_and_its_readers_go_on(tmp_path: Path, times: int) -> None:
    place = Path(tempfile.gettempdir()) / f"busdb-disk-{uuid.uuid4().hex[:12]}"  # where the user of PostgreSQL gets to
    with small_disk(place, "110m") as disk, cluster(disk) as server:
        database = Database(server.url())
        migration.upgrade(database)
        put(database, STATE)
        Desk(Settings(search="postgresql", data_dir=str(tmp_path / "var")), database).rebuild()
        _fill_again_and_again(server, database, disk, tmp_path, times)
        database.close()


def _fill_again_and_again(server: Cluster, database: Database, disk: Path, folder: Path, times: int) -> None:
    generator, before = random.Random(7), sums(database)
    delivery = folder / "delivery.jsonl"
    delivery.write_bytes(b"".join(encode(service(f"d{one}", f"Dienst {one}")) + b"\n" for one in range(MANY)))
    environ = {"BUSDB_DATA_DIR": str(folder / "var"), "BUSDB_DATABASE_URL": server.url(), "BUSDB_LANG": "de"}
    orders = [
        ("import", "json", str(delivery), "--source", "lsa"),
        ("index", "rebuild"),
        ("publish", str(folder / "files"), "--formats", "json"),
    ]

    def busdb(*words: str) -> tuple[int, str]:
        given = {**os.environ, **environ, "BUSDB_SEARCH": "postgresql"}
        done = subprocess.run([BUSDB, *words], env=given, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    with serving(server.url(), folder, BUSDB_SEARCH="postgresql") as path, Readers(path, *ASKED) as readers:
        for number in range(times):
            fill(disk, 0 if number % 2 == 0 else generator.choice([100_000, 1_000_000, 4_000_000]))
            readers.seen.clear()
            ended = [busdb(*words) for words in orders]
            assert not [said for status, said in ended if "Traceback" in said or (status and not said)], ended
            if number == 0:
                assert ended[0][0] == 7
                assert "Platte" in ended[0][1]
            wait_for(lambda: sum(readers.seen.values()) > 20)
            alive = server.alive()
            assert readers.seen.keys() <= {200, 503}
            assert not alive or readers.seen[200]
            (disk / "ballast").unlink()
            if not alive:  # where it cannot write its log it ends itself, and systemd starts it again
                server.start()
            wait_for(lambda: ask(Local(path), "/readyz")[0] == 200)
            now = sums(database)
            assert now == before or (now[0] == before[0] + MANY and ended[0][0] == 0)
        assert [busdb(*words)[0] for words in orders] == [0, 0, 0]
        assert readers.bare == 0
    assert sums(database)[0] == before[0] + MANY
    assert busdb("index", "check")[0] == 0
