"""Which fees are due: levels of law, openings, ranges, parts of a municipality, days to come; and how they read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from busdb.areas import Gazetteer
from busdb.fees import due, sentence, show
from busdb.records import Area, Fee

TODAY = dt.date(2026, 11, 23)
GAZETTEER = Gazetteer(
    [
        Area(id="d.15", ars="15", kind="state", name="Land"),
        Area(id="d.15081", ars="15081", kind="district", name="Kreis", parent="15"),
        Area(id="d.g", ars="150810030030", kind="municipality", name="Ort", parent="15081"),
        Area(id="d.ot", kind="locality", name="Ortschaft", parent="150810030030"),
    ]
)
TOWN = "150810030030"


def fee(value: str, amount: str | None = "10.00", **fields: Any) -> Fee:
    """A fixed fee of the country unless told otherwise."""
    fields = {"kind": "fixed", "label": "Urkunde", **fields}
    return Fee(id=f"s.{value}", service="s.dienst", amount=Decimal(amount) if amount else None, **fields)


def ids(*fees: Fee, place: str = TOWN) -> tuple[list[str], list[str]]:
    """The values of the fees that are due, and of those that are refused."""
    found = due(fees, GAZETTEER.ground(place, TODAY), TODAY)
    return [one.id[2:] for one in found.fees], [one.id[2:] for one in found.refused]


def test_a_local_fee_of_its_own_name_adds() -> None:
    assert ids(fee("bund"), fee("ort", area=TOWN, label="Versand")) == (["bund", "ort"], [])


def test_a_local_fee_fills_an_opening() -> None:
    open_ = fee("bund", None, kind="up_to", open=True)
    assert ids(open_, fee("ort", area=TOWN)) == (["ort"], [])
    assert ids(open_) == (["bund"], [])


@pytest.mark.parametrize(
    ("amount", "stands"), [("15.00", "ort"), ("60.00", "ort"), ("60.01", "land"), ("14.99", "land")]
)
def test_a_local_fee_fixes_a_value_inside_the_range_and_no_other(amount: str, stands: str) -> None:
    range_ = fee("land", None, kind="range", amount_min=Decimal(15), amount_max=Decimal(60), area="15")
    found, refused = ids(range_, fee("ort", amount, area=TOWN))
    assert found == [stands]
    assert refused == ([] if stands == "ort" else ["ort"])


def test_a_closed_fee_of_a_higher_level_is_not_overridden() -> None:
    assert ids(fee("bund"), fee("ort", "5.00", area=TOWN)) == (["bund"], ["ort"])
    assert ids(fee("land", area="15"), fee("kreis", area="15081")) == (["land"], ["kreis"])


def test_within_one_municipality_the_nearest_fee_is_due() -> None:
    town, part = fee("ort", "60.00", area=TOWN, type="tax"), fee("teil", "48.00", area="d.ot", type="tax")
    assert ids(town, part, place="d.ot") == (["teil"], [])
    assert ids(town, part) == (["ort"], [])


def test_fees_with_different_conditions_stand_side_by_side() -> None:
    young, old = fee("jung", condition="unter 24 Jahren"), fee("alt", condition="ab 24 Jahren")
    assert ids(young, old) == (["alt", "jung"], [])


def test_a_future_fee_is_announced_with_its_first_day() -> None:
    change = dt.date(2027, 1, 1)
    fees = [fee("alt", valid_to=change), fee("neu", "12.00", valid_from=change)]
    found = due(fees, GAZETTEER.ground(TOWN, TODAY), TODAY)
    assert [[one.id for one in group] for group in (found.fees, found.upcoming)] == [["s.alt"], ["s.neu"]]
    far = due([fee("fern", valid_from=dt.date(2030, 1, 1))], GAZETTEER.ground(TOWN, TODAY), TODAY)
    assert (far.fees, far.upcoming) == ([], [])


@pytest.mark.parametrize(
    ("fields", "german", "english"),
    [
        ({"amount": Decimal("1600.00")}, "1.600,00 Euro", "1,600.00 euros"),
        ({"kind": "rate", "amount": Decimal("1.50"), "unit": "Seite"}, "1,50 Euro je Seite", "1.50 euros per Seite"),
        (
            {"kind": "rate", "amount": Decimal("1.50"), "unit": "Seite", "amount_min": Decimal("10.00")},
            "1,50 Euro je Seite, mindestens 10,00 Euro",
            "1.50 euros per Seite, at least 10.00 euros",
        ),
        (
            {
                "kind": "value_based",
                "percent": Decimal("0.5"),
                "base": "der Baukosten",
                "amount_min": Decimal("50.00"),
                "amount_max": Decimal("500.00"),
            },
            "0,5 % der Baukosten, mindestens 50,00 Euro, höchstens 500,00 Euro",
            "0.5 % der Baukosten, at least 50.00 euros, at most 500.00 euros",
        ),
        (
            {"kind": "free", "condition": "unter 16 Jahren"},
            "kostenfrei (unter 16 Jahren)",
            "free of charge (unter 16 Jahren)",
        ),
    ],
)
def test_a_fee_reads_as_a_sentence(fields: dict[str, Any], german: str, english: str) -> None:
    one = Fee(**{"id": "s.x", "service": "s.dienst", "kind": "fixed", **fields})
    assert [show(one, language, GAZETTEER.name).text for language in ("de", "en")] == [german, english]


@pytest.mark.parametrize(
    ("area", "said"), [("15", "legt die Gemeinde fest"), (None, "legt die zuständige Stelle fest")]
)
def test_an_open_fee_says_who_sets_it_as_far_as_the_law_tells(area: str | None, said: str) -> None:
    opening = Fee(id="s.offen", service="s.dienst", kind="fixed", open=True, area=area)
    assert sentence(opening, "de") == said
