"""Fees proposed from texts are never due by themselves, and texts that contradict the fees are reported."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from builders import fee, service

from busdb.records import Service, Text
from busdb.suggestions import Contradiction, suggest

ON = dt.date(2026, 11, 25)


def costs(html: str) -> Service:
    """A service whose costs are said in words."""
    return service(texts=(Text(module="98", html=html),))


def test_words_without_fees_become_proposals_that_are_marked() -> None:
    found = suggest(
        [costs("<ul><li>Ausweis: 46 Euro</li><li>Versand: 5 Euro, ab 01.01.2027: 6 Euro</li></ul>")], [], ON
    )
    assert not found.contradictions
    assert [(one.id, one.type, one.amount) for one in found.fees] == [
        ("lsa.ausweis-text-1", "fee", Decimal("46.00")),
        ("lsa.ausweis-text-2", "expense", Decimal("5.00")),
        ("lsa.ausweis-text-3", "expense", Decimal("6.00")),
    ]
    assert all(one.parsed and one.service == "lsa.ausweis" for one in found.fees)
    assert found.fees[2].valid_from == dt.date(2027, 1, 1)


def test_the_last_day_of_a_text_is_the_last_day_that_the_proposal_is_valid() -> None:
    (proposal,) = suggest([costs("bis 31.12.2026: 40 Euro")], [], ON).fees
    assert proposal.valid_to == dt.date(2027, 1, 1)


def test_proposals_that_nobody_confirmed_are_proposed_again_and_contradict_nothing() -> None:
    record = costs("46 Euro")
    first = suggest([record], [], ON)
    assert suggest([record], first.fees, ON) == first


def test_a_text_that_names_other_amounts_than_the_fees_is_reported() -> None:
    found = suggest([costs("37 Euro, unter 24 Jahren 27,60 Euro")], [fee(), fee("jung", "27.60")], ON)
    assert found.fees == ()
    assert found.contradictions == (
        Contradiction(service="lsa.ausweis", only_text=(Decimal("37.00"),), only_fees=(Decimal("46.00"),)),
    )


def test_a_text_that_says_free_contradicts_a_fee_that_has_no_exemption() -> None:
    (found,) = suggest([costs("46 Euro, für Bedürftige kostenlos")], [fee()], ON).contradictions
    assert (found.only_text, found.only_fees) == ((Decimal(0),), ())
    exempt = fee(exemption="Für Bedürftige kostenlos.")
    assert not suggest([costs("46 Euro, für Bedürftige kostenlos")], [exempt], ON).contradictions


def test_a_text_need_not_name_fees_of_other_days() -> None:
    old = fee("alt", "37.00", valid_to=dt.date(2026, 2, 7))
    new = fee("neu", "46.00", valid_from=dt.date(2026, 2, 7))
    assert not suggest([costs("46 Euro")], [old, new], ON).contradictions
    assert not suggest([costs("Den Betrag nennt Ihnen das Bürgerbüro.")], [old, new], ON).contradictions
