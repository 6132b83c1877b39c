"""What a service costs in a case: alternatives, surcharges, steps, percentages, and the sentence to read out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from builders import publication
from hypothesis import given
from hypothesis import strategies as st

from busdb import conditions, fees
from busdb.conditions import Condition, Person
from busdb.errors import InputError
from busdb.publication import FeeView, OfferView, PlaceName, ServiceName
from busdb.quotes import Quote, Wanted, of, percentage, quote, wanted
from busdb.records import Fee

TODAY = dt.date(2026, 11, 23)


def view(value: str, amount: str | None = None, **fields: Any) -> FeeView:
    """A fee as it is due."""
    numbers = {name: Decimal(fields.pop(name)) for name in ("amount_min", "amount_max", "percent") if name in fields}
    record = Fee(
        id=f"s.{value}",
        service="s.dienst",
        amount=Decimal(amount) if amount else None,
        **{"kind": "fixed", "label": "Ausweis", **fields, **numbers},
    )
    return fees.show(record, "de", lambda code: PlaceName(ars=code, name=code, kind="municipality"))


def ask(*due: FeeView, **facts: Any) -> Quote:
    """A quote in German."""
    return quote(ServiceName(id="s.dienst", name="Dienst"), None, TODAY, due, Wanted(**facts), "de")


CARD = (view("alt", "46.00", condition="ab 24 Jahren"), view("jung", "27.60", condition="unter 24 Jahren"))


@pytest.mark.parametrize(("age", "total"), [(22, "27.60"), (23, "27.60"), (24, "46.00"), (80, "46.00")])
def test_the_age_decides_between_alternatives(age: int, total: str) -> None:
    found = ask(*CARD, age=age)
    assert (found.total, found.questions) == (Decimal(total), ())


def test_without_the_age_it_is_a_range_and_the_sentence_says_what_decides() -> None:
    found = ask(*CARD)
    assert (found.total, found.total_min, found.total_max) == (None, Decimal("27.60"), Decimal("46.00"))
    assert found.questions == ("age",)
    assert found.text == "Ausweis: 27,60 Euro, wenn Sie unter 24 sind, sonst 46,00 Euro."


def test_the_cases_of_a_tariff_are_never_summed() -> None:
    found = ask(view("a", "100.00", label="Erteilung"), view("b", "96.00", label="Verlängerung"))
    assert (found.total, found.total_min, found.total_max) == (None, Decimal("96.00"), Decimal("100.00"))


def test_expenses_and_fees_of_another_level_add_up() -> None:
    due = (view("a", "65.00"), view("b", "13.00", type="expense", label="Auskunft"), view("c", "5.00", area="15081"))
    assert ask(*due).total == Decimal("83.00")


def test_a_surcharge_counts_only_where_it_is_asked_for() -> None:
    due = (view("a", "70.00"), view("x", "32.00", surcharge=True, label="Zuschlag Express"))
    assert ask(*due, urgent=False).total == Decimal("70.00")
    assert ask(*due, urgent=True).total == Decimal("102.00")
    open_ = ask(*due)
    assert (open_.total_min, open_.total_max, open_.questions) == (Decimal("70.00"), Decimal("102.00"), ("urgent",))


def test_a_met_exemption_beats_the_fee() -> None:
    due = (view("a", "10.00"), view("f", None, kind="free", condition="unter 16 Jahren"))
    assert ask(*due, age=15).total == Decimal("0.00")
    assert ask(*due, age=16).total == Decimal("10.00")


TAX = {"kind": "rate", "period": "year", "type": "tax", "label": "Hundesteuer"}


@pytest.mark.parametrize(("dogs", "total"), [(1, "36.00"), (2, "96.00"), (3, "156.00"), (5, "276.00")])
def test_steps_count_up_to_the_number_asked_for(dogs: int, total: str) -> None:
    due = (view("1", "36.00", step=1, **TAX), view("2", "60.00", step=2, condition="jeder weitere Hund", **TAX))
    assert ask(*due, count=dogs).total == Decimal(total)


def test_what_a_tariff_does_not_say_of_further_ones_stays_open() -> None:
    due = (view("1", "36.00", step=1, **TAX), view("2", "60.00", step=2, condition="zweiter Hund", **TAX))
    found = ask(*due, count=3)
    assert (found.total, found.total_min, found.total_max) == (None, Decimal("96.00"), None)


def test_alternatives_apply_only_where_nothing_better_does() -> None:
    due = (view("a", "100.00", label="Erteilung"), view("b", "50.00", label="Kind", condition="unter 18 Jahren"))
    assert [one.applies for one in ask(*due, age=15).fees] == ["no", "yes"]
    assert [one.applies for one in ask(*due, age=18).fees] == ["yes", "no"]
    two = (view("a", "100.00", label="Erteilung"), view("b", "96.00", label="Verlängerung"))
    assert [one.applies for one in ask(*two).fees] == ["unknown", "unknown"]


def test_of_met_conditions_each_name_counts_once_and_an_exemption_beats_them() -> None:
    due = [
        view("a", "65.00", label="Jahr", condition="ab 18 Jahren"),
        view("b", "40.00", label="Jugend, ein Jahr", condition="unter 18 Jahren"),
        view("c", "60.00", label="Jugend, zwei Jahre", condition="unter 18 Jahren"),
    ]
    found = ask(*due, age=17)
    assert (found.total_min, found.total_max) == (Decimal("40.00"), Decimal("60.00"))
    assert ask(*due, view("d", kind="free", condition="unter 18 Jahren"), age=17).total == Decimal(0)


def test_what_nobody_can_decide_beside_a_certain_fee_may_be_due_or_not() -> None:
    stamp = view("m", "104.00", type="charge", label="Wertmarke", condition="Bei freier Fahrt")
    found = ask(view("a", kind="free"), stamp)
    assert (found.total_min, found.total_max) == (Decimal(0), Decimal("104.00"))
    assert found.text == "Ausweis: kostenfrei; gegebenenfalls dazu Wertmarke: 104,00 Euro (Bei freier Fahrt)."
    assert ask(stamp).total == Decimal("104.00")


def test_a_surcharge_that_is_due_is_not_said_to_be_perhaps_due() -> None:
    due = (view("a", "70.00"), view("x", "32.00", surcharge=True, label="Zuschlag Express"))
    assert ask(*due, urgent=True).text == "Ausweis: 70,00 Euro; dazu Zuschlag Express: 32,00 Euro."
    assert "gegebenenfalls dazu" in ask(*due).text


def test_a_quote_names_what_will_be_due_later_and_why_there_is_nothing_to_pay() -> None:
    later = view("neu", "50.00", condition="ab 24 Jahren", valid_from=dt.date(2027, 1, 1))
    now = publication(fees=(CARD[0],), upcoming_fees=(later,))
    assert of(now, TODAY, Wanted(age=30), "de").upcoming == (later,)
    assert of(now, TODAY, Wanted(age=20), "de").upcoming == ()
    none = publication(fees=(), offer=OfferView(status="not_offered", reason="Hier gibt es keine Zonen."))
    assert of(none, TODAY, Wanted(), "de").text == "Das wird hier nicht angeboten: Hier gibt es keine Zonen."


def test_a_percentage_has_a_floor_a_cap_and_a_rounded_base() -> None:
    fee = view("p", percent="1", kind="value_based", amount_min="50", amount_max="500", base="des Bauwerts")
    assert ask(fee).questions == ("value",)
    assert (ask(fee).total_min, ask(fee).total_max) == (Decimal(50), Decimal(500))
    assert ask(fee, value=Decimal(1000)).total == Decimal(50)
    assert ask(fee, value=Decimal("12345.67")).total == Decimal("123.46")
    assert ask(fee, value=Decimal(1_000_000)).total == Decimal(500)
    step = {"percent": "1", "kind": "value_based", "base_step": Decimal(500)}
    assert percentage(view("d", **step), Decimal(1499)) == Decimal("10.00")
    assert percentage(view("u", base_rounding="up", **step), Decimal(1001)) == Decimal("15.00")


@pytest.mark.parametrize(("said", "value"), [("250000", "250000"), ("250.000,50", "250000.50"), ("99,5", "99.5")])
def test_an_amount_may_be_written_in_german(said: str, value: str) -> None:
    assert wanted(value=said).value == Decimal(value)


@pytest.mark.parametrize("said", ["viel", "-1", "NaN", "1e30", ""])
def test_what_is_no_amount_is_refused(said: str) -> None:
    with pytest.raises(InputError):
        wanted(value=said)


def test_open_limits_stay_open() -> None:
    found = ask(view("ab", None, kind="from", amount_min="16.80"))
    assert (found.total, found.total_min, found.total_max) == (None, Decimal("16.80"), None)
    assert ask().text == "Zu den Kosten ist nichts hinterlegt."


@pytest.mark.parametrize(
    ("words", "condition"),
    [
        ("unter 24 Jahren", Condition(None, 24)),
        ("ab 24 Jahren", Condition(24, None)),
        ("Bei Personen unter 18 Jahren", Condition(None, 18)),
        ("bis 23 Jahre", Condition(None, 24)),
        ("bis zur Vollendung", Condition()),
        ("bis Vollendung des 24. Lebensjahres", Condition(None, 24)),
        ("von 16 bis 24 Jahren", Condition(16, 25)),
        ("65 Jahre und älter", Condition(65, None)),
        ("über 24 Jahren", Condition(24, None)),
        ("bei Antrag online", Condition(facts=(("online", True),))),
        ("am Schalter, vor Ort", Condition(facts=(("online", False),))),
        ("online; vor Ort mehr", Condition()),
        ("Zuschlag Express", Condition(facts=(("urgent", True),))),
        ("im Ausland unter 24 Jahren", Condition(None, 24, (("abroad", True),))),
        ("bis zu 50 Seiten", Condition()),
        ("erster Hund", Condition()),
    ],
)
def test_conditions_are_read_from_their_words(words: str, condition: Condition) -> None:
    assert conditions.read(words) == condition


@given(st.text(max_size=300), st.integers(0, 120))
def test_any_words_give_a_verdict_or_none(words: str, age: int) -> None:
    assert conditions.met(conditions.read(words), Person(age=age)) in {True, False, None}
