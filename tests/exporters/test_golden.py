"""The feeds as they were agreed on, byte by byte.

After a wanted change ``BUSDB_WRITE_GOLDEN=1 pytest tests/exporters/test_golden.py`` writes them anew; the difference
is then to be read before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from builders import areas, authority, fee, rule, service
from checks import FEEDS, check_json, check_xml, written
from examples import feed_head, some, trade

GOLDEN = Path(__file__).parent.parent / "golden"
RECORDS = [*areas(), service(), trade(), authority(), rule(), fee()]
CASES = [
    *((name, f"feed.{form}", form, False) for name in FEEDS for form in ("json", "xml")),
    ("115", "internal.json", "json", True),
    ("115", "internal.xml", "xml", True),
    ("json", "records.json", "json", False),
    ("json", "records.xml", "xml", False),
]


@pytest.mark.parametrize(("name", "file", "form", "internal"), CASES)
def test_a_feed_is_the_golden_one(name: str, file: str, form: str, internal: bool) -> None:
    items: Any = RECORDS if name == "json" else some()
    data = written(name, items, feed_head(name, internal=internal), form)
    path = GOLDEN / name / file
    if os.environ.get("BUSDB_WRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    assert data.splitlines() == path.read_bytes().splitlines()
    (check_json if form == "json" else check_xml)(name, path.read_bytes())
