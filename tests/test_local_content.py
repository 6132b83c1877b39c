"""What lower layers add: documents by mode, merged texts and their parts, families; reviews after a change above."""

from __future__ import annotations

import datetime as dt
from typing import Any

from builders import areas, authority, fee, rule, service
from msgspec.structs import replace
from support import NOW, TODAY
from test_assembly import publish
from test_store import put

from busdb import queries
from busdb.db import Database
from busdb.records import Document, LocalAddition, Text
from busdb.reviews import Review, reviews

LATER = NOW + dt.timedelta(days=1)
LAST = NOW + dt.timedelta(days=2)
PASS = Document(label="Reisepass")


def addition(value: str = "naumburg", **fields: Any) -> LocalAddition:
    """What Naumburg adds to the identity card."""
    return LocalAddition(
        **{
            "id": f"kommunal.{value}",
            "service": "lsa.ausweis",
            "area": "150840355355",
            "texts": (Text(module="06", html="<p>Nur mit Termin.</p>"),),
            **fields,
        }
    )


def test_texts_are_merged_and_their_parts_say_whose_they_are(database: Database) -> None:
    put(database, [*areas(), service(), addition(changed_on=dt.date(2026, 10, 1))])
    found = publish(database)
    (full,) = [text for text in found.texts if text.module == "06"]
    assert full.html.endswith("in vielen Worten.</p><p>Nur mit Termin.</p>")
    assert full.layers == ("state", "municipality")
    (applied,) = found.additions
    assert (applied.id, applied.layer, applied.changed_on) == (
        "kommunal.naumburg",
        "municipality",
        dt.date(2026, 10, 1),
    )


def test_documents_are_added_and_replaced_only_where_the_service_lets_them(database: Database) -> None:
    own = service(documents=(PASS,))
    local = addition(mode="replace", documents=(Document(label="Meldeschein"),), texts=())
    put(database, [*areas(), own, local])
    assert [one.label for one in publish(database).documents] == ["Reisepass", "Meldeschein"]
    replaceable = (*own.texts, Text(module="08", html="<p>Unterlagen</p>", replaceable=True))
    put(database, [replace(own, texts=replaceable)], LATER)
    assert [one.label for one in publish(database).documents] == ["Meldeschein"]
    assert [one.label for one in publish(database, "Halle").documents] == ["Reisepass"]


def test_a_variant_takes_rules_and_fees_of_its_family(database: Database) -> None:
    key = ("99115005104000",)
    land = service(leika_keys=key)
    city = replace(service("stadt", leika_keys=key, areas=("150840355355",), layer="municipality"), id="kommunal.stadt")
    put(database, [*areas(), land, city, authority(), rule(), fee()])
    found = publish(database)
    assert found.id == "kommunal.stadt"
    assert found.family == ("lsa.ausweis",)
    assert found.responsibility is not None
    assert [one.authority.id for one in found.responsibility.matches] == ["kommunal.buergerbuero"]
    assert "Fassung" in found.responsibility.matches[0].reason
    assert [one.id for one in found.fees] == ["lsa.ausweis-gebuehr"]


def due(database: Database) -> list[Review]:
    """The reviews that are due today."""
    with database.reading() as connection:
        return list(reviews(connection, queries.gazetteer(connection), TODAY))


def changed(module: str, html: str) -> Any:
    """The service with another text of one module."""
    record = service()
    return replace(
        record, texts=tuple(Text(module=module, html=html) if one.module == module else one for one in record.texts)
    )


def test_a_changed_text_above_marks_exactly_the_additions_to_it(database: Database) -> None:
    put(database, [*areas(), service(), addition(), addition("kurz", texts=(Text(module="05", html="<p>Kurz.</p>"),))])
    assert due(database) == []
    put(database, [changed("06", "<p>Neu geregelt.</p>")], LATER)
    (review,) = due(database)
    assert (review.addition, review.module) == ("kommunal.naumburg", "06")
    assert (review.old, review.new) == ("Personalausweis beantragen in vielen Worten.", "Neu geregelt.")
    assert review.own == "Nur mit Termin."
    assert review.changed_at == LATER


def test_importing_the_addition_anew_clears_its_review(database: Database) -> None:
    put(database, [*areas(), service(), addition()])
    put(database, [changed("06", "<p>Neu geregelt.</p>")], LATER)
    put(database, [addition(changed_on=dt.date(2026, 11, 23))], LAST)
    assert due(database) == []


def test_what_is_not_shown_is_not_reviewed(database: Database) -> None:
    put(database, [*areas(), service(), addition(valid_to=TODAY)])
    put(database, [changed("06", "<p>Neu geregelt.</p>")], LATER)
    assert due(database) == []


def test_changed_documents_above_mark_additions_with_documents(database: Database) -> None:
    put(
        database, [*areas(), service(documents=(PASS,)), addition(texts=(), documents=(Document(label="Meldeschein"),))]
    )
    put(database, [service(documents=(PASS, Document(label="Foto")))], LATER)
    assert [(one.module, one.new) for one in due(database)] == [("08", "- Reisepass\n- Foto")]
