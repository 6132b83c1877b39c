"""Which fees are due at a place on a day, and how they read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from busdb import i18n
from busdb.publication import FeeView, PlaceName
from busdb.records import COUNTRY, Fee, FeeText
from busdb.validity import inclusive, valid


def due(fees: Iterable[Fee], chain: Sequence[str], on: dt.date) -> list[Fee]:
    """The fees that are due in the area whose chain of codes (nearest first) is given, in the order to show them.

    Of fees of the same name only that of the nearest area is due; a fee left open is due until a lower level fills it.
    """
    rank = {code: position for position, code in enumerate(chain)}
    current = [fee for fee in fees if valid(fee, on) and (fee.area or COUNTRY) in rank]
    nearest: dict[tuple[object, ...], int] = {}
    for fee in current:
        key, position = _same(fee), rank[fee.area or COUNTRY]
        nearest[key] = min(position, nearest.get(key, position))
    lowest = min((rank[fee.area or COUNTRY] for fee in current if not fee.open), default=len(chain))
    found = [
        fee
        for fee in current
        if rank[fee.area or COUNTRY] == nearest[_same(fee)] and not (fee.open and rank[fee.area or COUNTRY] > lowest)
    ]
    return sorted(found, key=lambda fee: (fee.surcharge, fee.position, -rank[fee.area or COUNTRY], fee.id))


def _same(fee: Fee) -> tuple[object, ...]:
    return (fee.type, fee.label, fee.condition, fee.step, fee.surcharge)


def show(fee: Fee, language: str, name: Callable[[str], PlaceName | None]) -> FeeView:
    """The fee as answers show it, with the words of ``language`` where it has them; ``name`` names areas."""
    words = next((text for text in fee.translations if text.language == language), FeeText(language="de"))
    label, condition = words.label or fee.label, words.condition or fee.condition
    return FeeView(
        id=fee.id,
        type=fee.type,
        kind=fee.kind,
        amount=fee.amount,
        amount_min=fee.amount_min,
        amount_max=fee.amount_max,
        percent=fee.percent,
        base=fee.base,
        currency=fee.currency,
        unit=fee.unit,
        period=fee.period,
        step=fee.step,
        label=label,
        condition=condition,
        exemption=words.exemption or fee.exemption,
        surcharge=fee.surcharge,
        prepayment=fee.prepayment,
        payment_methods=fee.payment_methods,
        vat=fee.vat,
        legal_basis=fee.legal_basis,
        legal_basis_url=fee.legal_basis_url,
        tariff_number=fee.tariff_number,
        open=fee.open,
        area=name(fee.area) if fee.area else None,
        text=sentence(fee, language, condition),
        valid_from=fee.valid_from,
        valid_to=inclusive(fee.valid_to),
    )


def sentence(fee: Fee, language: str, condition: str | None = None) -> str:
    """The fee in words: ``46,00 Euro (ab 24 Jahren)``."""
    shown = {
        "amount": money(fee.amount, fee.currency, language),
        "min": money(fee.amount_min, fee.currency, language),
        "max": money(fee.amount_max, fee.currency, language),
        "percent": number(fee.percent, language) if fee.percent is not None else "",
        "base": fee.base or "",
    }
    kind: str = fee.kind
    if kind == "value_based" and fee.amount_min is not None:
        kind = "value_based_from"
    if kind == "rate":
        kind = "rate_period" if fee.period else "rate_unit" if fee.unit else "fixed"
        period = i18n.message(f"period.{fee.period}", language=language) if fee.period else ""
        shown |= {"period": period, "unit": fee.unit or ""}
    if fee.open and fee.amount is None and fee.amount_min is None and fee.amount_max is None:
        kind = "open"
    text = i18n.message(f"fee.{kind}", shown, language)
    return f"{text} ({condition})" if condition else text


def money(amount: Decimal | None, currency: str, language: str) -> str:
    """An amount as people write it: ``1.600,00 Euro``, ``1,600.00 euros``."""
    if amount is None:
        return ""
    unit = i18n.message("label.euro", language=language) if currency == "EUR" else currency
    return f"{number(amount, language)} {unit}"


def number(value: Decimal, language: str) -> str:
    """A number with the signs of the language."""
    text = f"{value:,}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))
