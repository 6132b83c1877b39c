"""XML that comes in cannot do harm; XML that goes out is always well-formed."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from builders import publication, service
from checks import FEEDS, check_json, check_xml, written
from examples import feed_head
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from busdb import xmlio
from busdb.errors import InputError
from busdb.publication import FeeView
from busdb.records import Document, Link, Text

BOMB = b"""<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;"><!ENTITY z "&y;&y;&y;&y;&y;&y;&y;&y;">]>
<a><b>&z;</b></a>"""
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


def read(data: bytes, *tags: str) -> list[str | None]:
    """The texts of elements, read as a stream."""
    return [found.text for found in xmlio.iterate(io.BytesIO(data), "datei.xml", tags)]


def test_elements_come_one_by_one_and_are_forgotten() -> None:
    data = b"<a>" + b"".join(b"<b>%d</b>" % number for number in range(1000)) + b"</a>"
    seen = []
    for found in xmlio.iterate(io.BytesIO(data), "datei.xml", ["b"]):
        seen.append(found.text)
        assert sum(1 for _ in found.itersiblings(preceding=True)) <= 1
    assert seen == [str(number) for number in range(1000)]


def test_a_stream_is_read_in_constant_memory() -> None:
    one = b"<wrapper><other>%b</other><b>1</b></wrapper>" % (b"x" * 100)
    data = io.BytesIO(b"<a>" + one * 20_000 + b"</a>")
    read_ = xmlio.iterate(data, "datei.xml", ["b"])
    sizes = [sum(1 for _ in found.getroottree().iter()) for found in read_]
    assert len(sizes) == 20_000
    assert max(sizes) < 2000


def test_tags_may_have_any_namespace() -> None:
    assert read(b'<a xmlns="urn:x"><b>1</b></a>', "{*}b") == ["1"]


@pytest.mark.parametrize(
    "data",
    [BOMB, b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a><b/></a>', b"<!DOCTYPE a><a/>", BOMB.replace(b"b>", b"c>")],
)
def test_a_document_type_is_refused(data: bytes) -> None:
    with pytest.raises(InputError) as stream:
        read(data, "b")
    with pytest.raises(InputError) as whole:
        xmlio.parse(data, "datei.xml")
    assert stream.value.code == whole.value.code == "xml_document_type"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<a><b>1</b>", "file_truncated"),
        (b"<a><b>1</b", "xml_broken"),
        (b"", "xml_broken"),
        (b"<a><b>1</c></a>", "xml_broken"),
        (b"kein XML", "xml_broken"),
        (b"<a>&#0;</a>", "xml_broken"),
        (b'<?xml version="1.0" encoding="UTF-8"?><a>\xff</a>', "xml_broken"),
        (b"<a>" * 300 + b"</a>" * 300, "xml_broken"),
    ],
)
def test_what_is_no_xml_names_file_and_line(data: bytes, code: str) -> None:
    for action in (lambda: read(data, "b"), lambda: xmlio.parse(data, "datei.xml")):
        with pytest.raises(InputError) as caught:
            action()
        assert (caught.value.code, caught.value.values["file"]) == (code, "datei.xml")
        assert int(caught.value.values["line"]) >= 1


def test_values_are_written_by_the_names_of_json() -> None:
    value: dict[str, Any] = {
        "total": 2,
        "next": None,
        "ok": True,
        "rate": 0.5,
        "amount": Decimal("1600.00"),
        "day": dt.date(2026, 11, 23),
        "at": dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC),
        "fees": [{"text": 'a < b & c > "d"\r'}],
        "matches": (),
        "counts": {"2 x": 1, "service": 3},
        "codes": ["a", None],
        "data": [1],
    }
    assert xmlio.element("answer", value, "urn:x").decode() == (
        '<answer xmlns="urn:x"><total>2</total><ok>true</ok><rate>0.5</rate><amount>1600.00</amount>'
        "<day>2026-11-23</day><at>2026-11-23T12:00:00Z</at>"
        '<fees><fee><text>a &lt; b &amp; c &gt; "d"&#13;</text></fee></fees><matches></matches>'
        '<counts><entry key="2 x">1</entry><service>3</service></counts><codes><code>a</code></codes>'
        "<data><item>1</item></data></answer>"
    )


def test_a_record_leaves_its_defaults_out_and_keeps_its_kind() -> None:
    link = Link(url="https://example.org", language=msgspec.json.decode(b'"de"'))
    assert xmlio.element("link", link) == b"<link><url>https://example.org</url></link>"
    assert xmlio.element("links", [link]) == b"<links>" + xmlio.element("link", link) + b"</links>"
    assert xmlio.element("service", service(texts=())).startswith(b'<service record="service"><id>lsa.ausweis</id>')
    assert b"<items><service record=" in xmlio.element("items", [service()])


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError):
        xmlio.element("x", object())


def test_characters_that_xml_cannot_hold_are_dropped() -> None:
    assert xmlio.element("x", "a\x00\x0b\x1f\ufffe\uffff\ud800b\t\n\u200b") == "<x>ab\t\n\u200b</x>".encode()


@given(
    st.recursive(ANY_TEXT | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner))
)
def test_any_value_gives_well_formed_xml(value: Any) -> None:
    root = etree.fromstring(xmlio.document("x", value))
    if isinstance(value, str):
        kept = [c for c in value if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff")]
        assert (root.text or "") == "".join(kept)


@given(ANY_TEXT, ANY_TEXT)
@settings(max_examples=40, deadline=None)
def test_any_text_in_a_label_leaves_every_feed_valid(label: str, html: str) -> None:
    record = service(texts=(Text(module="03", html=html),), documents=(Document(label=label),), ea=True)
    fee = FeeView(id="lsa.f", type="fee", kind="free", label=label, text=label)
    odd = publication(record, name=label, teaser=html, fees=(fee,))
    for name in FEEDS:
        check_json(name, written(name, [odd], feed_head(name), "json"))
        check_xml(name, written(name, [odd], feed_head(name), "xml"))
