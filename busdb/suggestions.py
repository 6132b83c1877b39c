"""Structured fees proposed for services that have only words, and contradictions between words and structure.

A proposal is never a fact: it is marked ``parsed`` and is due nowhere until an editor imports it without that mark.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from msgspec.structs import asdict

from busdb.feeprose import Read, parse
from busdb.publication import View
from busdb.records import Fee, Service
from busdb.validity import exclusive, valid

COSTS = "98"
"""The module whose text is about costs."""


class Contradiction(View, frozen=True, kw_only=True):
    """Amounts that only the text of a service names, and amounts that only its fees have."""

    service: str
    only_text: tuple[Decimal, ...]
    only_fees: tuple[Decimal, ...]


class Suggestions(View, frozen=True, kw_only=True):
    """What the texts about costs come to."""

    fees: tuple[Fee, ...]
    contradictions: tuple[Contradiction, ...]


def suggest(services: Iterable[Service], fees: Iterable[Fee], on: dt.date) -> Suggestions:
    """Proposals for the services without confirmed fees, contradictions of the others, as of a day."""
    structured: dict[str, list[Fee]] = defaultdict(list)
    for fee in fees:
        if not fee.parsed:
            structured[fee.service].append(fee)
    proposed: list[Fee] = []
    contradictions: list[Contradiction] = []
    for service in services:
        reads = list(_reads(service, on))
        own = structured.get(service.id)
        if own is None:
            proposed += [_fee(service, number, one) for number, one in enumerate(reads, 1)]
        elif found := _contradiction(service, own, reads, on):
            contradictions.append(found)
    return Suggestions(fees=tuple(proposed), contradictions=tuple(contradictions))


def _reads(service: Service, on: dt.date) -> Iterator[Read]:
    for text in service.texts:
        if text.module == COSTS and text.language == "de" and text.visibility == "public":
            yield from parse(text.html, on)[0]


def _fee(service: Service, number: int, read: Read) -> Fee:
    values = asdict(read) | {"valid_to": exclusive(read.valid_to)}
    return Fee(**values, id=f"{service.id}-text-{number}", service=service.id, position=number, parsed=True)


def _contradiction(service: Service, fees: Sequence[Fee], reads: Sequence[Read], on: dt.date) -> Contradiction | None:
    """What the text says and no fee, and what a fee of this day says and not the text."""
    said = _amounts(reads)
    only_text = said - _amounts(fees) - {Decimal(0) for fee in fees if fee.exemption}
    only_fees = _amounts(fee for fee in fees if valid(fee, on)) - said
    if not said or not (only_text or only_fees):
        return None
    return Contradiction(service=service.id, only_text=tuple(sorted(only_text)), only_fees=tuple(sorted(only_fees)))


def _amounts(fees: Iterable[Fee | Read]) -> set[Decimal]:
    """The numbers of fees; nothing to pay is zero."""
    return {
        amount
        for fee in fees
        for amount in (
            fee.amount,
            fee.amount_min,
            fee.amount_max,
            fee.percent,
            Decimal(0) if fee.kind == "free" else None,
        )
        if amount is not None
    }
