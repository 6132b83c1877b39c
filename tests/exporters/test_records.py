"""The export of everything can be read back, line by line."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from builders import areas, authority, fee, head, rule, service
from checks import check_json, check_xml, json_validator, written, xml_schema
from examples import trade
from lxml import etree

from busdb import xmlio
from busdb.interchange import decode, encode, outward
from busdb.records import (
    KINDS,
    AnyRecord,
    Form,
    LifeEvent,
    LocalAddition,
    Notice,
    Offer,
    OnlineService,
    Text,
    Wording,
)

END = dt.date(2027, 1, 1)


def every() -> list[AnyRecord]:
    """A record of each kind."""
    return [
        *areas(),
        LifeEvent(id="lsa.umzug", name="Umzug"),
        service(valid_to=END),
        trade(),
        authority(),
        OnlineService(id="lsa.online", name="Online", languages=("de", "en"), signature="none"),
        Form(id="lsa.form", name="Formular", accessible=True),
        rule(excluded_areas=("15002",)),
        fee(valid_to=END),
        LocalAddition(
            id="kommunal.zusatz",
            service="lsa.ausweis",
            area="150840355355",
            texts=(Text(module="16", html="<p>x</p>"),),
        ),
        Offer(
            id="kommunal.hafen", service="lsa.ausweis", area="150840355355", status="not_offered", reason="Keiner da"
        ),
        Notice(id="kommunal.zu", text="Heute zu", authority="kommunal.buergerbuero", severity="warning"),
        Wording(id="lsa.perso", everyday="Perso", service="lsa.ausweis"),
        Wording(id="lsa.lappen", everyday="Lappen", official="Führerschein", language="de"),
    ]


def test_there_is_an_example_of_each_kind() -> None:
    assert {record.kind_name for record in every()} == set(KINDS)


def test_the_export_is_valid_and_every_line_is_a_record_that_comes_back() -> None:
    data = written("json", every(), head("json", area=None), "json")
    check_json("json", data)
    lines = [line.rstrip(b",") for line in data.split(b"\n")[1:-2]]
    assert [decode(line) for line in lines] == every()
    assert lines == [encode(record) for record in every()]


def test_the_export_in_xml_is_valid_and_names_records_by_their_kind() -> None:
    root = check_xml("json", written("json", every(), head("json", area=None), "xml"))
    (items,) = root.iter("{urn:busdb:json:1}items")
    assert [etree.QName(one).localname for one in items] == [record.kind_name for record in every()]
    assert [one.get("record") for one in items] == [record.kind_name for record in every()]


def test_the_end_of_validity_is_the_last_day() -> None:
    data = written("json", [fee(valid_to=END)], head("json"), "json")
    assert b'"valid_to":"2026-12-31"' in data


def test_a_single_record_is_valid_by_the_interchange_schemas() -> None:
    for record in every():
        errors: list[Any] = list(json_validator("interchange").iter_errors(msgspec.json.decode(encode(record))))
        assert not errors
        found = etree.fromstring(xmlio.document(record.kind_name, outward(record), "urn:busdb:json:1"))
        assert xml_schema("interchange").validate(found), list(xml_schema("interchange").error_log)


def test_an_unknown_field_is_no_record() -> None:
    assert list(json_validator("interchange").iter_errors({"record": "form", "id": "a.b", "name": "x", "nam": "y"}))
