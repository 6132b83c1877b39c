"""The program of the schema before serves readers while the schema goes up and the new program imports."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from builders import service
from support import ROOT, missing
from test_faults import STATE, Readers
from test_serve import Local, ask, wait_for
from test_store import put

from busdb import migration
from busdb.db import Database
from busdb.interchange import encode
from busdb.search.desk import Desk
from busdb.settings import Settings

FEED = "/api/v1/feeds/115?place=Naumburg"


def git(*words: str) -> bytes:
    """What git says of this repository. Skips where there is no history, as in an installed package."""
    done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=False)
    if done.returncode:
        missing("the history of the repository")
    return done.stdout


@pytest.fixture(scope="module")
def former(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of the commit before the newest migration, as a folder."""
    newest = max((ROOT / "migrations" / "versions").glob("[0-9]*.py"))
    added = git("log", "--diff-filter=A", "--format=%H", "-1", "--", str(newest.relative_to(ROOT))).decode().strip()
    if not added:
        missing("the commit of the newest migration")
    folder = tmp_path_factory.mktemp("former")
    subprocess.run(["tar", "-x", "-C", str(folder)], input=git("archive", f"{added}^"), check=True)
    for source in folder.glob("busdb/locale/*/LC_MESSAGES/*.po"):
        with source.open("rb") as file, source.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(file))
    assert not (folder / newest.relative_to(ROOT)).exists()
    return folder


class Node:
    """A version of the program over a database, with a data folder of its own."""

    def __init__(self, program: Path, url: str, folder: Path) -> None:
        self._program, self.socket = program, folder / "busdb.sock"
        folder.mkdir()
        self._environ = {**os.environ, "BUSDB_DATA_DIR": str(folder), "BUSDB_DATABASE_URL": url, "BUSDB_LANG": "de"}

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of this version."""
        line = [sys.executable, "-m", "cli", *words]
        return subprocess.run(line, cwd=self._program, env=self._environ, capture_output=True, text=True, check=False)

    def serve(self) -> subprocess.Popen[bytes]:
        """Its server."""
        line = [sys.executable, "-m", "cli", "serve", "--socket", str(self.socket), "--workers", "2"]
        return subprocess.Popen(line, cwd=self._program, env=self._environ)


@pytest.fixture
def nodes(former: Path, database_url: str, tmp_path: Path) -> Iterator[tuple[Node, Node]]:
    """A node of the version before, which serves, and one of this version."""
    database = Database(database_url)
    put(database, STATE)
    migration.downgrade(database, "-1")
    old, new = Node(former, database_url, tmp_path / "old"), Node(ROOT, database_url, tmp_path / "new")
    Desk(Settings(data_dir=str(tmp_path / "old")), database).rebuild()
    database.close()
    process = old.serve()
    try:
        wait_for(lambda: ask(Local(old.socket), "/readyz")[0] == 200)
        yield old, new
    finally:
        process.kill()
        process.wait()


@pytest.mark.soak
def test_a_node_of_the_version_before_tells_what_the_new_one_imports_and_writes_nothing_itself(
    nodes: tuple[Node, Node], tmp_path: Path
) -> None:
    old, new = nodes
    delivery = tmp_path / "delivery.jsonl"

    def imported(node: Node, name: str) -> subprocess.CompletedProcess[str]:
        delivery.write_bytes(encode(service(name=name)) + b"\n")
        return node.command("import", "json", str(delivery), "--source", "lsa")

    def told(name: str) -> bool:
        status, body = ask(Local(old.socket), FEED)
        return status == 200 and {one for one in (b"Vorher", b"Nachher") if one in body} == {name.encode()}

    assert imported(old, "Vorher").returncode == 0
    with Readers(old.socket, "/api/v1/services", "/api/v1/search?q=Vorher", FEED) as readers:
        wait_for(lambda: told("Vorher"))
        assert imported(new, "Zu früh").returncode == 7
        assert new.command("db", "upgrade").returncode == 0
        assert ask(Local(old.socket), "/readyz")[0] == 200
        done = imported(new, "Nachher")
        assert done.returncode == 0, done.stderr
        wait_for(lambda: told("Nachher"))
        refused = imported(old, "Zu spät")
        assert (refused.returncode, "Traceback" in refused.stderr) == (7, False)
        assert new.command("runs", "undo", "2").returncode == 0
        wait_for(lambda: told("Vorher"))
        assert old.command("serve", "--socket", str(tmp_path / "none.sock")).returncode == 7
        seen = sum(readers.seen.values())
        wait_for(lambda: sum(readers.seen.values()) > seen + 50)
    assert readers.seen.keys() == {200}, readers.seen
