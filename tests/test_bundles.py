"""Several services for one undertaking: documents once, fees as a range, what depends on what, the longest path."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from builders import publication, service
from msgspec.structs import replace

from busdb.bundles import Bundle, bundle, days
from busdb.errors import InputError
from busdb.publication import FeeView, Publication
from busdb.records import Document, ProcessingTime

TODAY = dt.date(2026, 11, 23)


def one(value: str, *, brings: tuple[str, ...] = (), gives: tuple[str, ...] = (), **fields: Any) -> Publication:
    """A service that needs and gives documents."""
    documents = (*(Document(label=label) for label in brings), *(Document(label=x, direction="out") for x in gives))
    time = fields.pop("time", None)
    times = (ProcessingTime(maximum=time, starts_with="complete_documents"),) if time else ()
    return replace(publication(service(value), name=value), documents=documents, processing_times=times, **fields)


def put(*publications: Publication) -> Bundle:
    """The bundle in German."""
    return bundle(publications, TODAY, "de")


def test_a_document_is_asked_for_once_and_required_if_any_service_requires_it() -> None:
    optional = replace(one("b"), documents=(Document(label="ausweis", required=False), Document(label="Foto")))
    found = put(optional, one("a", brings=("Ausweis",)))
    assert [(d.document.label, d.document.required, d.services) for d in found.documents] == [
        ("Ausweis", True, ("lsa.b", "lsa.a")),
        ("Foto", True, ("lsa.b",)),
    ]


def test_a_service_comes_after_the_one_that_gives_its_document() -> None:
    shop = one("laden", brings=("Führungszeugnis",), time="P1M")
    record = one("zeugnis", gives=("Führungszeugnis",), time="P2W")
    other = one("anderes", time="P5D")
    found = put(shop, other, record)
    assert [step.service.id for step in found.steps] == ["lsa.anderes", "lsa.zeugnis", "lsa.laden"]
    assert found.steps[2].after == ("lsa.zeugnis",)
    assert found.documents[0].given_by == ("lsa.zeugnis",)
    assert (found.longest_path.services, found.longest_path.days_max) == (("lsa.zeugnis", "lsa.laden"), 44)
    assert {step.starts_with for step in found.steps} == {"complete_documents"}


def test_a_circle_of_documents_ends() -> None:
    found = put(one("a", brings=("x",), gives=("y",)), one("b", brings=("y",), gives=("x",)))
    assert len(found.steps) == 2


def test_fees_are_a_range_and_unknown_with_an_unknown_part() -> None:
    tariff = (
        FeeView(id="x.1", type="fee", kind="fixed", amount=Decimal("10.00")),
        FeeView(id="x.2", type="fee", kind="fixed", amount=Decimal("30.00"), label="groß"),
    )
    both = put(one("a", fees=tariff), one("b", fees=tariff[:1]))
    assert (both.total_min, both.total_max) == (Decimal("20.00"), Decimal("40.00"))
    assert put(one("a", fees=tariff), one("b")).total_min is None


def test_bodies_are_named_once_with_all_their_services() -> None:
    (body,) = put(one("a"), one("b")).bodies
    assert [service.id for service in body.services] == ["lsa.a", "lsa.b"]


def test_services_without_a_time_are_named() -> None:
    assert put(one("a", time="P3D"), one("b")).longest_path.unknown == ("lsa.b",)


@pytest.mark.parametrize(
    ("duration", "number"), [("P3D", 3), ("P2W", 14), ("P3M", 90), ("P1Y", 365), ("PT4H", 1), ("P1M15D", 45)]
)
def test_durations_are_counted_in_days(duration: str, number: int) -> None:
    assert days(duration) == number


def test_an_empty_bundle_is_refused() -> None:
    with pytest.raises(InputError):
        put()
