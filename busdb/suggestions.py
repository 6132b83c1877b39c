"""Structured fees proposed for services that have only words, and contradictions between words and structure.

A proposal is never a fact: it is marked ``parsed`` and is due nowhere until an editor imports it without that mark.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from msgspec.structs import asdict

from busdb.feeprose import Read, parse
from busdb.publication import View
from busdb.records import Fee, Service

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


def suggest(services: Iterable[Service], fees: Iterable[Fee]) -> Suggestions:
    """Proposals for the services without fees, contradictions of those with both."""
    structured: dict[str, list[Fee]] = defaultdict(list)
    for fee in fees:
        structured[fee.service].append(fee)
    proposed: list[Fee] = []
    contradictions: list[Contradiction] = []
    for service in services:
        reads = list(_reads(service))
        own = structured.get(service.id)
        if own is None:
            proposed += [_fee(service, number, one) for number, one in enumerate(reads, 1)]
        elif found := _contradiction(service, own, reads):
            contradictions.append(found)
    return Suggestions(fees=tuple(proposed), contradictions=tuple(contradictions))


def _reads(service: Service) -> Iterator[Read]:
    for text in service.texts:
        if text.module == COSTS and text.language == "de" and text.visibility == "public":
            yield from parse(text.html)[0]


def _fee(service: Service, number: int, read: Read) -> Fee:
    values = {name: value for name, value in asdict(read).items() if name in Fee.__struct_fields__}
    return Fee(**values, id=f"{service.id}-text-{number}", service=service.id, position=number, parsed=True)


def _contradiction(service: Service, fees: Sequence[Fee], reads: Sequence[Read]) -> Contradiction | None:
    said, known = _amounts(reads), _amounts(fee for fee in fees if not fee.parsed)
    if not said or said == known:
        return None
    return Contradiction(
        service=service.id, only_text=tuple(sorted(said - known)), only_fees=tuple(sorted(known - said))
    )


def _amounts(fees: Iterable[Fee | Read]) -> set[Decimal]:
    return {
        amount
        for fee in fees
        for amount in (fee.amount, fee.amount_min, fee.amount_max, fee.percent)
        if amount is not None
    }
