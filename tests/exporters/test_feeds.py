"""The feeds hold what they promise, nothing internal, and the same bytes for the same data."""

from __future__ import annotations

import tracemalloc
from typing import Any

import msgspec
import pytest
from builders import match, office, publication, service
from checks import FEEDS, check_json, check_xml, written
from examples import bare, feed_head, full, nowhere, some
from msgspec.structs import replace

from busdb import feeds
from busdb.formats import exporter
from busdb.publication import Publication, ResponsibilityAnswer, ServiceName

INTERNAL = ("+49 30 23125 900", "+49 30 23125 555", "Nur für 115", "Interner Prüfbogen", "Zimmer 3", "schon begonnen")
NEVER = ("Aktenvermerk", "rueckfragen@example.org", "Unbekannt Bleibend")


def items(name: str, *publications: Publication, internal: bool = False) -> list[dict[str, Any]]:
    """The items of a feed of publications."""
    found: list[dict[str, Any]] = check_json(
        name, written(name, publications, feed_head(name, internal=internal), "json")
    )["items"]
    return found


@pytest.mark.parametrize("internal", [False, True])
@pytest.mark.parametrize("name", FEEDS)
def test_every_feed_is_valid_in_both_forms(name: str, internal: bool) -> None:
    head = feed_head(name, internal=internal)
    document = check_json(name, written(name, some(), head, "json"))
    root = check_xml(name, written(name, some(), head, "xml"))
    namespace = f"{{{exporter(name).schema}}}"
    in_xml = [one.text for one in root.findall(f"{namespace}items/{namespace}item/{namespace}hash")]
    assert in_xml == [item["hash"] for item in document["items"]]
    assert root.findtext(f"{namespace}checksum") == document["checksum"]


@pytest.mark.parametrize("name", FEEDS)
def test_an_empty_feed_is_valid(name: str) -> None:
    document = check_json(name, written(name, [], feed_head(name), "json"))
    assert (document["count"], document["checksum"]) == (0, "0" * 64)
    check_xml(name, written(name, [], replace(feed_head(name), area=None, sources=()), "xml"))


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("name", FEEDS)
def test_the_public_feed_holds_nothing_internal(name: str, form: str) -> None:
    data = written(name, some(), feed_head(name), form).decode()
    assert "internal115" not in data
    assert not [word for word in (*INTERNAL, *NEVER) if word in data]


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("name", ["ea", "municipal"])
def test_website_and_point_of_contact_have_no_internal_form(name: str, form: str) -> None:
    assert not exporter(name).internal
    assert written(name, some(), feed_head(name, internal=True), form) == written(name, some(), feed_head(name), form)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_the_internal_115_feed_holds_what_agents_need_and_no_more(form: str) -> None:
    data = written("115", some(), feed_head("115", internal=True), form).decode()
    assert [word for word in INTERNAL if word in data] == list(INTERNAL)
    assert not [word for word in NEVER if word in data]


def test_internal_data_of_an_office_sit_under_one_key() -> None:
    (item,) = items("115", full(), internal=True)
    (shown,) = item["offices"]
    inside = shown.pop("internal115")
    assert inside["instructions"][0]["second_level_phone"] == "+49 30 23125 900"
    assert [contact["value"] for contact in inside["contacts"]] == ["+49 30 23125 555"]
    assert "+49 30 23125 555" not in msgspec.json.encode(shown).decode()


def test_every_publication_belongs_to_115_and_websites_and_only_marked_ones_to_the_point_of_contact() -> None:
    every = [full(), publication(service(ea=None)), publication(service(ea=False)), nowhere()]
    for name in ("115", "municipal"):
        assert all(exporter(name).selects(one) for one in every)
    assert [exporter("ea").selects(one) for one in every] == [True, False, False, True]


@pytest.mark.parametrize(
    ("name", "key"), [("115", "offices"), ("municipal", "offices"), ("ea", "competent_authorities")]
)
def test_advice_is_never_among_the_competent(name: str, key: str) -> None:
    (item,) = items(name, bare())
    assert item["status"] == "none"
    assert item[key] == []
    if name == "ea":
        assert "Stadtverwaltung" not in msgspec.json.encode(item).decode()
    else:
        assert item["advice"]["text"] == "Fragen Sie die Stadtverwaltung."


def test_several_offices_keep_the_order_of_the_answer() -> None:
    offices = (match(office("b")), match(office("a"), role="contact"))
    answer = ResponsibilityAnswer(
        service=ServiceName(id="lsa.ausweis", name="Personalausweis"),
        area=None,
        on=feed_head("115").on,
        status="answered",
        choice="any",
        matches=offices,
    )
    (item,) = items("115", publication(responsibility=answer))
    assert [(one["rank"], one["id"], one["role"]) for one in item["offices"]] == [
        (1, "kommunal.b", "competent"),
        (2, "kommunal.a", "contact"),
    ]
    assert item["choice"] == "any"


@pytest.mark.parametrize(
    ("which", "status"), [(full, "warn"), (bare, "block"), (lambda: replace(full(), findings=()), "ok")]
)
def test_the_worst_finding_decides_the_quality(which: Any, status: str) -> None:
    (item,) = items("115", which())
    assert item["quality"]["status"] == status


def test_the_line_to_read_aloud_is_short_plain_and_never_empty() -> None:
    said = [item["answer"]["one_line"] for item in items("115", *some(), replace(full(), teaser="Wort, " * 90))]
    assert said[0] == "Vor Beginn anzeigen und bestätigen lassen."
    assert said[1] == "Hafen anlegen"
    assert said[3].endswith("Wort…")
    assert all(0 < len(one) <= 200 for one in said)


def test_what_a_115_agent_reads_out_is_said_once() -> None:
    (before,) = items("115", full())
    said = [step["text"] for step in before["answer"]["steps"]]
    html = f"<ol>{''.join(f'<li>{text}.</li>' for text in said)}</ol><p>Das dauert einen Tag.</p>"
    source = full().parts[0]
    parts = (
        replace(source, module="05", html=f"<p>{before['answer']['one_line']}</p>"),
        replace(source, module="11", html=html),
    )
    (item,) = items("115", replace(full(), parts=parts))
    assert item["answer"]["summary"] is None
    assert item["answer"]["procedure_text"] == "Das dauert einen Tag."
    assert [step["text"] for step in item["answer"]["steps"]] == said


def test_115_texts_are_merged_and_what_is_local_is_named() -> None:
    (item,) = items("115", full())
    answer = item["answer"]
    assert answer["notes"] == "Das Finanzamt meldet sich selbst.\nIn Naumburg nur dienstags."
    (local,) = answer["local_additions"]
    assert (local["module"], local["layer"], local["area"]["name"]) == ("16", "municipality", "Naumburg (Saale)")
    assert answer["layers"] == {
        "country": None,
        "state": "2026-10-01",
        "district": None,
        "association": None,
        "municipality": "2026-11-02",
    }


def test_a_website_gets_html_by_module_and_layer_with_public_links() -> None:
    (item,) = items("municipal", full())
    assert [(part["module"], part["mode"]) for part in item["parts"]][-2:] == [("16", "base"), ("16", "supplement")]
    assert item["parts"][0]["html"].startswith("<p>")
    assert [link["title"] for link in item["parts"][-1]["links"]] == ["Mehr"]


def test_the_point_of_contact_gets_evidence_times_and_help_sorted() -> None:
    (item,) = items("ea", full())
    assert [one["label"] for one in item["evidence"]] == ["Personalausweis oder Reisepass", "Vollmacht"]
    times = item["deadlines"]
    assert [[one["maximum"] for one in times[key]] for key in ("authority", "average")] == [["P3D"], ["P1D"]]
    assert [one["name"] for one in item["dispute_resolution"]] == ["Schlichtungsstelle"]
    assert [one["name"] for one in item["support_bodies"]] == ["IHK Beispiel"]
    assert item["last_updated"] == "2026-11-02"
    assert items("ea", nowhere())[0]["last_updated"] == "2026-11-20"


def test_links_name_the_place_and_are_relative_without_an_address() -> None:
    (item,) = items("115", full())
    assert item["links"]["self"] == ("https://busdb.example.org/api/v1/services/lsa.gewerbe?ars=150840355355&lang=de")
    assert item["links"]["html"] == "https://busdb.example.org/services/lsa.gewerbe?ars=150840355355&lang=de"
    bare_head = replace(feed_head("115"), base_url="")
    document = check_json("115", written("115", [nowhere()], bare_head, "json"))
    assert document["items"][0]["links"]["self"] == "/api/v1/services/lsa.ueberall?lang=de"


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("name", FEEDS)
def test_the_same_items_give_the_same_bytes(name: str, form: str) -> None:
    assert written(name, some(), feed_head(name), form) == written(name, some(), feed_head(name), form)


def test_the_hash_follows_the_content_and_not_the_order() -> None:
    forth = check_json("115", written("115", some(), feed_head("115"), "json"))
    back = check_json("115", written("115", some()[::-1], feed_head("115"), "json"))
    other = check_json("115", written("115", [*some()[:2], replace(nowhere(), name="x")], feed_head("115"), "json"))
    assert forth["checksum"] == back["checksum"] != other["checksum"]


def test_any_structure_can_be_sealed() -> None:
    data, digest = feeds.sealed(ServiceName(id="lsa.a", name="A"))
    assert msgspec.json.decode(data) == {"hash": digest, "id": "lsa.a", "name": "A"}


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_feed_is_written_in_constant_memory(form: str) -> None:
    one = publication()
    written("115", [one], feed_head("115"), form)
    tracemalloc.start()
    size = sum(len(block) for block in exporter("115").write((one for _ in range(1000)), feed_head("115"), form))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 2_000_000
    assert peak < 1_000_000
