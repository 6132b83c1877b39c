"""Whatever comes in, a parser gives values, findings, or a refusal that is meant for people; never anything else."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from builders import areas
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html

from busdb import criteria, delivery, deltas, placenames, post
from busdb import html as cleaning
from busdb.areas import Gazetteer
from busdb.codelists import significant
from busdb.errors import BusdbError, InputError
from busdb.formats import Deleted, Edit, ImportContext, Input, Parsed
from busdb.html import TAGS, clean
from busdb.interchange import decode, encode
from busdb.issues import Issue
from busdb.search.analysis import tokens
from busdb.search.query import understand
from busdb.settings import Settings
from busdb.textfold import fold
from importers import areas as gazetteers
from importers import dldb, leika, synonyms
from importers.areas import COLUMNS
from importers.synonyms import HEADINGS

CONTEXT = ImportContext(source="lsa", area="15")
GAZETTEER = Gazetteer(areas())
ODD = (
    *("", "0", "15", "150840355355", "15084", "-1", "2026-02-30", "31.12.2999"),
    *("municipality", "ä" * 5000, "a;b|c", "\x00"),
)
CELLS = st.sampled_from(ODD) | st.text(max_size=30)
LEIKA = ("service_key", "name", "type", "legal_basis", "federal_type", "key")
KEYS = (
    *("id", "leika", "fees", "address", "name", "title", "authorities", "locations", "url", "links", "meta", "hours"),
    *("contact", "phone", "prerequisites", "requirements", "forms", "description", "geo", "lat", "lon", "house_number"),
    *("street", "postal_code", "city", "opening_times", "monday", "service", "services", "appointment", "public"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | CELLS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.sampled_from(KEYS), below, max_size=6),
    max_leaves=20,
)
OBJECTS = st.lists(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8), max_size=3)


def check(refusal: BusdbError) -> None:
    """A refusal is a sentence, not only its code."""
    assert str(refusal) != refusal.code


def read(importer: Any, *files: bytes) -> list[Any]:
    """What an importer makes of files: records as they are kept, and findings; nothing where it refuses them."""
    inputs = [Input(f"x{number}", io.BytesIO(data)) for number, data in enumerate(files)]
    try:
        found = list(importer.read(inputs, CONTEXT))
    except InputError as error:
        check(error)
        return []
    for one in found:
        assert isinstance(one, Parsed | Issue | Deleted | Edit)
        if isinstance(one, Parsed):
            assert one.line >= 1
            encode(one.record)
    return found


def table(columns: tuple[str, ...], rows: list[list[str]]) -> bytes:
    """Rows under a heading."""
    made = io.StringIO()
    csv.writer(made).writerows([columns, *rows])
    return made.getvalue().encode()


def tables(columns: tuple[str, ...]) -> st.SearchStrategy[bytes]:
    """Tables with the right columns and anything in them."""
    row = st.lists(CELLS, max_size=len(columns) + 1)
    return st.lists(row, max_size=5).map(lambda rows: table(columns, rows))


@given(tables(COLUMNS))
def test_any_gazetteer_ends_in_areas_or_findings(data: bytes) -> None:
    read(gazetteers.FORMAT, data)


@given(tables(LEIKA))
def test_any_catalogue_ends_in_services_or_findings(data: bytes) -> None:
    read(leika.FORMAT, data)


@given(tables(tuple(HEADINGS)))
def test_any_synonyms_end_in_wordings_or_findings(data: bytes) -> None:
    read(synonyms.FORMAT, data)


@given(st.binary(max_size=300))
def test_any_bytes_of_synonyms_end_in_wordings_findings_or_a_refusal(data: bytes) -> None:
    read(synonyms.FORMAT, data)


@given(OBJECTS, OBJECTS)
def test_any_database_of_services_ends_in_records_findings_or_a_refusal(services: Any, locations: Any) -> None:
    first = [{"id": 1, "leika": "1", "fees": "x"}, *services]
    second = [{"id": 2, "address": {}}, *locations]
    read(dldb.FORMAT, json.dumps({"data": first}).encode(), json.dumps({"data": second}).encode())


@given(JSON)
def test_any_json_is_a_record_or_a_refusal(value: Any) -> None:
    with contextlib.suppress(BusdbError, ValueError):
        decode(json.dumps(value).encode())


PIECES = (
    *("<p>", "</p>", "<script>", "</script>", "<a href='javascript:x'>", "<a href=https://example.org>"),
    *("<img src=x onerror=y>", "<svg><style>", "<math><mtext>", "<!--", "-->", "<![CDATA[", "]]>", "&lt;", "&#x3c;"),
    *("&#0;", "<br/>", "<table>", "\x00", "<a href='data:text/html,x'>", "<iframe srcdoc='<b>'>", "<p style='x'>"),
    *("</", "<", ">", "'", '"', "text"),
)
HTML = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


@given(HTML)
@example("<math><mtext><table><mglyph><style><img src=x onerror=y>")
def test_cleaned_html_holds_only_what_is_allowed_and_says_the_same_again(text: str) -> None:
    found = clean(text).html
    if found is None:
        return
    assert cleaning.plain(clean(found).html or "") == cleaning.plain(found)
    for element in html.fragment_fromstring(found, create_parent="div").iter():
        assert isinstance(element.tag, str)
        assert element.tag in TAGS | {"div"}
        assert set(element.attrib) <= {"href"}
        assert re.match(r"(https?|mailto|tel):", element.get("href", "https:"))
    cleaning.plain(found)


WORDS = st.text("aé–-ﷺ\t\n \u00a0\u00ad\u3000\u2028\x85\x0c'\"/=", max_size=6)
TIDY = st.recursive(
    WORDS,
    lambda inner: (
        st.tuples(st.sampled_from(["p", "ul", "ol", "li", "b", "em", "sup", "h2"]), st.lists(inner, max_size=3)).map(
            lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0]}>"
        )
        | st.just("<br>")
    ),
    max_leaves=6,
)


@given(TIDY, TIDY)
@example("<ol>\u00a0<li>a</li></ol>", "<p>a</p>")
def test_tidy_html_stays_the_same_whatever_stands_beside_it(first: str, second: str) -> None:
    beside = "<p>a &amp; b</p>"  # what makes the cleaner work: tidy texts alone it only looks at
    text = f"<p>Text</p>{first}{second}<p>Text</p>"
    assert (clean(text).html or "") + beside == clean(text + beside).html


@given(st.text(max_size=60))
@example("١٢٣٤٥")
@example("00000000000000000000")
def test_any_text_is_a_place_or_none(text: str) -> None:
    placenames.read(text)
    for place in GAZETTEER.find(text):
        assert GAZETTEER.get(place.code) is not None
    GAZETTEER.search(text)


@given(st.text(max_size=80))
def test_any_line_can_be_searched(text: str) -> None:
    understand(text, GAZETTEER.find)
    assert list(tokens(text)) == list(tokens(text))
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(), max_size=80) | st.from_regex(r"[0-9.-]{1,40}", fullmatch=True))
@pytest.mark.parametrize("parse", [deltas.cursor, deltas.seen, delivery.language_code, criteria.address, significant])
def test_any_word_of_an_address_is_read_or_refused(parse: Callable[[str], object], text: str) -> None:
    try:
        parse(text)
    except InputError as error:
        check(error)


@given(st.text(max_size=60) | st.from_regex(r"https?://[^ ]{0,40}", fullmatch=True))
@example("http://[::1")
@example("https://example.org:99999")
@example("https://user@example.org")
def test_any_address_of_a_webhook_is_read_or_refused(text: str) -> None:
    try:
        assert post.check(text, private=False).scheme == "https"
    except InputError as error:
        check(error)


@given(st.ip_addresses())
def test_every_ip_address_is_public_or_not_however_it_is_wrapped(address: Any) -> None:
    if address.version == 4:
        plain = post.public(str(address))
        assert post.public(f"::ffff:{address}") is plain
        assert post.public(f"64:ff9b::{address}") is plain
    else:
        assert post.public(str(address)) in {True, False}


NAMES = sorted(item.metadata["name"] for item in Settings.__dataclass_fields__.values())


@given(st.sampled_from(NAMES), st.text(max_size=20))
def test_any_value_of_a_setting_is_taken_or_refused(name: str, value: str) -> None:
    try:
        chosen = Settings.from_env({name: value})
    except BusdbError as error:
        check(error)
    else:
        assert chosen.rates is not None
        assert chosen.known_hosts is not None
