"""Our own form is read line by line; what is wrong with a line is said with its place."""

from __future__ import annotations

import io

import pytest
from builders import areas, authority, fee, rule, service
from hypothesis import given
from hypothesis import strategies as st
from support import TODAY

from busdb import runs
from busdb.errors import InputError
from busdb.formats import Deleted, FeedHead, ImportContext, Input, Parsed
from busdb.interchange import encode
from busdb.issues import Issue
from busdb.records import AnyRecord
from exporters.json import FORMAT as EXPORT
from importers import areas as areas_csv
from importers import dldb, leika
from importers.json import FORMAT

CONTEXT = ImportContext(source="lsa", area="15")


def load(data: bytes) -> list[Parsed | Deleted | Issue]:
    """What a file gives."""
    return list(FORMAT.read([Input("x.jsonl", io.BytesIO(data))], CONTEXT))


def test_an_export_is_read_back_as_it_was() -> None:
    records: list[AnyRecord] = [*areas(), service(), authority(), fee(), rule()]
    import datetime as dt

    moment = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    head = FeedHead(feed="json", area=None, language="de", cursor="1", changed_at=moment, on=TODAY, internal=True)
    data = b"".join(EXPORT.write(records, head, "json"))
    assert [one.record for one in load(data) if isinstance(one, Parsed)] == records
    spaced = data.replace(b'"items":[', b'"items": [').replace(b"\n", b" ")
    assert [one.record for one in load(spaced) if isinstance(one, Parsed)] == records


def test_an_export_that_breaks_off_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        load(b'{"schema":"urn:busdb:json:1","items":[\n' + encode(fee()) + b",\n")
    assert caught.value.code == "export_truncated"


def test_a_file_that_breaks_off_within_a_line_is_refused_with_the_line() -> None:
    with pytest.raises(InputError) as caught:
        load(encode(fee()) + b"\n" + encode(rule())[:40])
    assert (caught.value.code, caught.value.values["line"]) == ("file_truncated", "2")


def test_a_line_may_end_a_record() -> None:
    assert load(b'{"delete":"fee","id":"lsa.f"}\n') == [Deleted("fee", "lsa.f", "x.jsonl", 1)]


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        load(b"")
    assert caught.value.code == "file_empty"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b'{"record":"fee","id":"lsa.f"}', "Das Feld „service“ fehlt"),
        (b'{"record":"fee","id":"lsa.f","service":"lsa.s","kind":"teuer"}', "'teuer' ist hier nicht möglich"),
        (
            b'{"record":"fee","id":"lsa.f","service":"lsa.s","kind":"free","farbe":"rot"}',
            "Das Feld „farbe“ gibt es nicht",
        ),
        (b'{"record":"fee","id":7,"service":"lsa.s","kind":"free"}', "Erwartet wird str, gefunden wurde int"),
        (b'{"record":"fee","id":"lsa.\xff"}', "nicht in UTF-8"),
        (b"kein json", "Falsches Zeichen an Stelle 0"),
        (b'{"record":"fee","id":"ohnepunkt","service":"lsa.s","kind":"free"}', "passt nicht zum Muster"),
        (b'{"record":"service","id":"lsa.s","valid_to":"gestern"}', "Erwartet wird ein Tag"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_in_the_language_of_the_reader(line: bytes, sentence: str) -> None:
    (issue,) = [one for one in load(encode(fee()) + b"\n" + line + b"\n") if isinstance(one, Issue)]
    assert sentence in runs.describe(issue)["message"]


@pytest.mark.parametrize(
    ("line", "code", "path", "ref"),
    [
        (b'{"record":"fee","id":"lsa.f"}', "record_shape", None, "lsa.f"),
        (b'{"record":"fee","id":"lsa.f","service":"lsa.s","kind":"teuer"}', "record_shape", "$.kind", "lsa.f"),
        (
            b'{"record":"fee","id":"lsa.f","service":"lsa.s","kind":"free","amount":1e999}',
            "record_shape",
            "$.amount",
            "lsa.f",
        ),
        (b'{"record":"fee","id":7,"service":"lsa.s","kind":"free"}', "record_shape", "$.id", None),
        (b'{"record":"fee","id":"ohnepunkt","service":"lsa.s","kind":"free"}', "record_shape", "$.id", "ohnepunkt"),
        (b'{"record":"fee","id":"lsa.f","service":"lsa.s","kind":"free","farbe":"rot"}', "record_shape", None, "lsa.f"),
        (b'{"record":"unding","id":"lsa.f"}', "record_shape", "$.record", "lsa.f"),
        (b'{"delete":"unding","id":"lsa.f"}', "record_shape", "$.delete", "lsa.f"),
        (b'{"delete":"fee","id":"kommunal.f"}', "foreign_source", None, "kommunal.f"),
        (b'{"delete":"fee","id":"lsa.f","warum":"alt"}', "record_shape", None, "lsa.f"),
        (b'{"record":"fee","id":"lsa.f"', "not_json", None, "lsa.f"),
        (b'{"record":"fee","id":"lsa.\xff"}', "not_json", None, None),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, None, None, None),
    ],
)
def test_a_line_that_is_no_record_is_named_and_the_others_live(
    line: bytes, code: str | None, path: str | None, ref: str | None
) -> None:
    found = load(encode(fee()) + b"\n" + line + b"\n\n" + encode(rule()) + b"\n")
    assert [one.record for one in found if isinstance(one, Parsed)] == [fee(), rule()]
    (issue,) = [one for one in found if isinstance(one, Issue)]
    assert issue.line == 2
    if code:
        assert issue.code == code
        assert issue.path == path
        assert ref is None or issue.ref == ref


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"<a/>", b"ars,name\n15,x\n", b"\x00\x01", "Grüße".encode("utf-16")])
def test_another_format_is_refused_at_once(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        load(data)
    assert caught.value.code == "not_json_lines"


@given(st.binary(max_size=400), st.sampled_from(["json", "areas", "leika", "dldb"]))
def test_any_bytes_end_in_records_findings_or_a_refusal(data: bytes, name: str) -> None:
    importer = {"json": FORMAT, "areas": areas_csv.FORMAT, "leika": leika.FORMAT, "dldb": dldb.FORMAT}[name]
    inputs = [Input("x", io.BytesIO(data)), Input("y", io.BytesIO(b'{"data":[]}'))][: 2 if name == "dldb" else 1]
    try:
        found = list(importer.read(inputs, CONTEXT))
    except InputError:
        return
    assert all(isinstance(one, Parsed | Issue) for one in found)
