"""Published files are served as they are: in ranges, compressed, conditionally."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from support import TODAY
from werkzeug.test import TestResponse

from api import create_app
from busdb import publishing
from busdb.db import Database
from busdb.settings import Settings


class Reader:
    """Reads, and closes what it has read."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def get(self, path: str, method: str = "GET", **headers: str) -> TestResponse:
        """An answer that is read whole."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        with self._client.open(path, method=method, headers=names) as answer:
            answer.get_data()
            return answer


@pytest.fixture
def reader(settings: Settings, tmp_path: Path) -> Iterator[Reader]:
    """A reader of an installation that has published."""
    database = Database(settings.database)
    order = publishing.Order(formats=("115", "xzufi"), on=TODAY, ars="15084")
    with database.reading() as connection:
        publishing.publish(connection, tmp_path / "out", order)
    database.close()
    app = create_app(Settings(data_dir=settings.data_dir, published=str(tmp_path / "out")))
    yield Reader(app.test_client())
    app.extensions["busdb"].database.close()


def test_the_index_leads_to_every_file(reader: Reader, tmp_path: Path) -> None:
    index = json.loads(reader.get("/published/").get_data())
    for one in index["files"]:
        answer = reader.get(f"/published/{one['path']}")
        assert answer.get_data() == (tmp_path / "out" / one["path"]).read_bytes()
        assert "immutable" in answer.headers["Cache-Control"]
        assert reader.get(f"/published/{one['path']}", "HEAD").content_length == one["bytes"]


def test_the_set_of_xzufi_is_an_index_and_files_beside_it(reader: Reader) -> None:
    index = reader.get("/xzufi/index.txt")
    assert index.headers["Cache-Control"] == "public, max-age=300"
    names = index.get_data(as_text=True).split()
    assert names
    assert all(b"</" in reader.get(f"/xzufi/{name}").get_data() for name in names)


def test_files_come_in_ranges_compressed_and_conditionally(reader: Reader) -> None:
    path = next(one["path"] for one in json.loads(reader.get("/published/").get_data())["files"])
    whole = reader.get(f"/published/{path}")
    part = reader.get(f"/published/{path}", Range="bytes=10-19", Accept_Encoding="gzip")
    assert (part.status_code, part.get_data()) == (206, whole.get_data()[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.get_data())}"
    packed = reader.get(f"/published/{path}", Accept_Encoding="gzip")
    assert gzip.decompress(packed.get_data()) == whole.get_data()
    assert packed.headers["ETag"] != whole.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    for answer in (whole, packed):
        tag = answer.headers["ETag"]
        again = reader.get(f"/published/{path}", If_None_Match=tag, Accept_Encoding="gzip")
        assert (again.status_code, again.get_data()) == (304, b"")


@pytest.mark.parametrize("path", ["/published/../busdb.sqlite3", "/published/.lock", "/published/nichts", "/xzufi/x"])
def test_nothing_else_is_served(reader: Reader, path: str) -> None:
    assert reader.get(path).status_code == 404


def test_without_the_setting_nothing_is_served(client: FlaskClient) -> None:
    assert client.get("/published/").status_code == 404
    assert client.get("/xzufi/index.txt").status_code == 404
