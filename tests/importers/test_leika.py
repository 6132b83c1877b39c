"""The federal catalogue comes in as references, not as publications."""

from __future__ import annotations

import io

import pytest

from busdb.errors import InputError
from busdb.formats import ImportContext, Input, Parsed
from busdb.issues import Issue
from busdb.records import Service
from importers.leika import FORMAT

ROWS = """id,description,name,hidden,service_system_id,service_key,service_type,legal_basis
1,,Wohnsitz Anmeldung,0,1,99115005104000,2/3,"§ 17 Bundesmeldegesetz [http://example.org/17], § 19 BMG [http://example.org/19]"
2,,Wohnsitz,0,1,99115005000000,3;4a,
3,,Ohne Schlüssel,0,1,nicht im LeiKa,5,
"""


def test_entries_have_key_kind_types_and_legal_bases() -> None:
    found = list(FORMAT.read([Input("ozg.csv", io.BytesIO(ROWS.encode()))], ImportContext(source="leika")))
    services = [one.record for one in found if isinstance(one, Parsed) and isinstance(one.record, Service)]
    assert [one.id for one in services] == ["leika.99115005104000", "leika.99115005000000"]
    assert [one.kind for one in services] == ["lov", "lo"]
    assert [one.federal_types for one in services] == [("2/3",), ("3", "4a")]
    assert [basis.citation for basis in services[0].legal_bases] == ["§ 17 Bundesmeldegesetz", "§ 19 BMG"]
    assert {one.publication_state for one in services} == {"approved"}
    assert [(one.code, one.line) for one in found if isinstance(one, Issue)] == [("key_missing", 4)]


def test_another_table_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        list(FORMAT.read([Input("x.csv", io.BytesIO(b"a,b\n1,2\n"))], ImportContext(source="leika")))
    assert (caught.value.code, caught.value.values["columns"]) == ("columns_missing", "name, service_key")


def test_a_legal_basis_keeps_its_citation_where_its_link_is_of_no_use() -> None:
    data = (
        f'service_key,legal_basis,name\n99115005104000,"§ 1 X [www.example.org], {"y" * 3000} [http://example.org]"\n'
    )
    *issues, found = FORMAT.read([Input("x.csv", io.BytesIO(data.encode()))], ImportContext(source="leika"))
    assert isinstance(found, Parsed)
    assert isinstance(found.record, Service)
    assert [one.url for one in found.record.legal_bases] == [None, "http://example.org"]
    assert [one.code for one in issues if isinstance(one, Issue)] == ["url_invalid", "value_cut"]


@pytest.mark.parametrize("end", [b"x" * 200_000, b'"offen\n'])
def test_a_table_that_is_broken_within_stops_the_import_with_its_line(end: bytes) -> None:
    data = b"service_key,name\n99115005104000,a\n99115005104001," + end
    with pytest.raises(InputError) as caught:
        list(FORMAT.read([Input("x.csv", io.BytesIO(data))], ImportContext(source="leika")))
    assert caught.value.code == "csv_broken"
    assert caught.value.values["line"] in {"3", "4"}
