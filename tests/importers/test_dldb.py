"""The service databases of Berlin and Munich come in with their offices and the links between them."""

from __future__ import annotations

import io
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support import NOW

from busdb import ingest
from busdb.db import Database
from busdb.errors import InputError
from busdb.formats import ImportContext, Input, Parsed
from busdb.ingest import Order
from busdb.records import AnyRecord, Authority, Form, OnlineService, Responsibility, Service
from busdb.search.desk import Desk
from busdb.settings import Settings
from importers.dldb import FORMAT

SERVICE: dict[str, Any] = {
    "id": "100",
    "name": "Meldebescheinigung",
    "description": "<p>Text\u200b<script>alert(1)</script> <a href='javascript:x'>hier</a></p>",
    "fees": "<p>5 Euro</p>",
    "leika": "99115003012000, 99115003012001",
    "meta": {"keywords": "Meldezettel, Bescheinigung , Meldezettel"},
    "requirements": [{"name": "Ausweis", "description": "<p>gültig</p>", "link": "https://example.org/a"}],
    "legal": [{"name": "§ 18 BMG", "link": "https://example.org/bmg"}],
    "links": [{"name": "Mehr", "link": "https://example.org/mehr"}],
    "forms": [{"name": "Antrag", "link": "https://example.org/antrag.pdf"}],
    "onlineprocessing": {"link": "https://example.org/online", "description": "online"},
    "locations": [{"location": "7", "appointment": {"allowed": True}, "responsibility_hint": "nur A-K"}],
}
LOCATION: dict[str, Any] = {
    "id": "7",
    "name": "Bürgeramt 1 (Amt)",
    "displayName": "Bürgeramt 1",
    "address": {"street": "Beispielweg", "house_number": "1", "postal_code": "10115", "city": "Berlin", "hint": False},
    "geo": {"lat": "52.5", "lon": "13.4"},
    "contact": {"phone": "030 23125 000", "email": "amt@example.org", "fax": ""},
    "services": [{"service": "100"}, {"service": "200"}],
    "opening_times": {"monday": "8-12 Uhr"},
}


def load(services: Any, locations: Any, area: str | None = "11") -> list[AnyRecord]:
    """The records of a delivery; the order of its files does not matter."""
    inputs = [
        Input("orte.json", io.BytesIO(json.dumps({"data": locations}).encode())),
        Input("dienste.json", io.BytesIO(json.dumps({"data": services}).encode())),
    ]
    found = list(FORMAT.read(inputs, ImportContext(source="berlin", area=area)))
    return [one.record for one in found if isinstance(one, Parsed)]


def test_a_service_keeps_its_prose_clean_and_its_keys_apart() -> None:
    (service,) = [one for one in load([SERVICE], [LOCATION]) if isinstance(one, Service)]
    texts = {text.module: text.html for text in service.texts}
    assert texts["03"] == "Meldebescheinigung"
    assert texts["98"] == "<p>5 Euro</p>"
    assert "script" not in texts["06"]
    assert "javascript" not in texts["06"]
    assert "\u200b" not in texts["06"]
    assert service.leika_keys == ("99115003012000", "99115003012001")
    assert [synonym.term for synonym in service.synonyms] == ["Meldezettel", "Bescheinigung"]
    assert (service.documents[0].label, service.legal_bases[0].citation) == ("Ausweis", "§ 18 BMG")
    assert (service.areas, service.layer, service.appointment) == (("11",), "municipality", True)


def test_offices_are_linked_by_both_files() -> None:
    records = load([SERVICE], [LOCATION])
    (office,) = [one for one in records if isinstance(one, Authority)]
    assert (office.id, office.name, office.short_name) == ("berlin.7", "Bürgeramt 1", "Bürgeramt 1 (Amt)")
    assert {contact.channel for contact in office.contacts} == {"phone", "email"}
    assert office.addresses[0].lat == 52.5
    links = {one.id: one for one in records if isinstance(one, Responsibility) and one.authority}
    assert links.keys() == {"berlin.100-7", "berlin.200-7"}
    assert links["berlin.100-7"].remark == "nur A-K"
    assert any(isinstance(one, OnlineService) for one in records)
    assert any(isinstance(one, Form) for one in records)


def test_a_delivery_needs_an_area_and_both_files() -> None:
    with pytest.raises(InputError) as caught:
        load([SERVICE], [LOCATION], area=None)
    assert caught.value.code == "dldb_needs_area"
    with pytest.raises(InputError) as caught:
        load([SERVICE], [SERVICE])
    assert caught.value.code == "dldb_files"


@pytest.fixture
def real() -> Path:
    """The folder of a real delivery."""
    folder = os.environ.get("BUSDB_TEST_DLDB")
    if not folder:
        pytest.skip("BUSDB_TEST_DLDB names no folder with a real delivery")
    return Path(folder)


def test_a_real_city_comes_in_whole_and_again_without_a_change(database: Database, real: Path, tmp_path: Path) -> None:
    reports = []
    for end in (b"", b"\n"):  # other bytes, so that they are read
        names = ("services_de.json", "locations_de.json")
        inputs = tuple(Input(name, io.BytesIO((real / name).read_bytes() + end)) for name in names)
        order = Order(format="dldb", inputs=inputs, source="muenchen", area="09162")
        reports.append(ingest.import_(database, order, NOW))
    counts = {kind: one["added"] for kind, one in reports[0].counts.items()}
    assert (counts["service"], counts["authority"], counts["responsibility"]) == (287, 109, 526)
    assert reports[1].changes == 0
    codes = Counter(issue["code"] for issue in reports[0].issues)
    assert codes["no_text"] > 0
    assert all("„" in issue["message"] for issue in reports[0].issues if issue["code"] == "no_text")
    desk = Desk(Settings(data_dir=str(tmp_path / "data")), database)
    desk.update()
    names = [hit.name for hit in desk.search("Personalausweis beantragen").results]
    assert any(name.startswith("Personalausweis") for name in names[:3])
