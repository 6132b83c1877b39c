"""Which fees are due at a place on a day, and how they read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple, get_args

from busdb import i18n
from busdb.areas import Ground
from busdb.layers import FALLBACK
from busdb.publication import FeeView, FeeWord, PlaceName
from busdb.records import COUNTRY, AreaKind, Fee, FeeText
from busdb.textfold import fold
from busdb.validity import inclusive, valid

HORIZON = dt.timedelta(days=400)
"""How long before its first day a fee is announced."""
_LAWS: dict[AreaKind, int] = {"country": 4, "state": 3, "city_state": 3, "region": 3, "district": 2, "association": 1}
"""How high the law of an area's kind ranks; parts of a municipality have its own."""


class Due(NamedTuple):
    """What is due, what will be, and which local fees a closed fee of a higher level forbids."""

    fees: list[Fee]
    upcoming: list[Fee]
    refused: list[Fee]


NOTHING = Due([], [], [])
"""What is due where a service is not offered."""


def due(fees: Iterable[Fee], grounds: Mapping[str, Ground], on: dt.date) -> Due:
    """The fees that are due at the place whose ``grounds`` are given, in the order to show them.

    A local fee adds to those of higher levels, fills one that is open, or fixes a value inside its range. Any other
    local fee of the same name is refused. Of fees of one name and one level of law that of the nearest area is due.
    """
    facts = (fee for fee in fees if not fee.parsed and (fee.area or COUNTRY) in grounds)
    here = {fee.id: fee for fee in facts if grounds[fee.area or COUNTRY].certain}
    current = [fee for fee in here.values() if valid(fee, on)]
    groups: dict[tuple[object, ...], list[Fee]] = {}
    for fee in sorted(current, key=lambda fee: (-_rank(fee, grounds), fee.id)):
        groups.setdefault(_same(fee), []).append(fee)
    found: list[Fee] = []
    refused: list[Fee] = []
    for group in groups.values():
        standing, forbidden = _layered(group, grounds)
        found += standing
        refused += forbidden
    closed = {fee.type: _rank(fee, grounds) for fee in found if not fee.open}
    found = [fee for fee in found if not (fee.open and _rank(fee, grounds) > closed.get(fee.type, COUNTLESS))]
    upcoming = [fee for fee in here.values() if fee.valid_from and on < fee.valid_from <= on + HORIZON]
    return Due(_ordered(found, grounds), _ordered(upcoming, grounds), refused)


COUNTLESS = 10_000
_WORDS: tuple[FeeWord, ...] = get_args(FeeWord)


def _layered(group: list[Fee], grounds: Mapping[str, Ground]) -> tuple[list[Fee], list[Fee]]:
    """Of fees of one name, from the most general to the nearest: those that stand, and those that are forbidden."""
    standing: list[Fee] = []
    refused: list[Fee] = []
    for fee in group:
        above = [other for other in standing if _law(other, grounds) > _law(fee, grounds)]
        if any(not other.open and not _inside(fee, other) for other in above):
            refused.append(fee)
        else:
            nearer = [
                other for other in standing if other not in above and _rank(other, grounds) == _rank(fee, grounds)
            ]
            standing = [*nearer, fee]
    return standing, refused


def _inside(fee: Fee, outer: Fee) -> bool:
    """Whether a fee fixes a value inside the range that a higher level leaves."""
    if outer.kind not in {"range", "from", "up_to"}:
        return False
    low, high = fee.amount_min or fee.amount, fee.amount_max or fee.amount
    if fee.kind == "free":
        low = high = Decimal(0)
    floor, cap = outer.amount_min, outer.amount_max
    return (floor is None or (low is not None and low >= floor)) and (cap is None or (high is not None and high <= cap))


def _rank(fee: Fee, grounds: Mapping[str, Ground]) -> int:
    return grounds[fee.area or COUNTRY].rank


def _law(fee: Fee, grounds: Mapping[str, Ground]) -> int:
    return _LAWS.get(grounds[fee.area or COUNTRY].link.kind, 0)


def _ordered(fees: list[Fee], grounds: Mapping[str, Ground]) -> list[Fee]:
    return sorted(fees, key=lambda fee: (fee.surcharge, fee.position, -_rank(fee, grounds), fee.id))


def _same(fee: Fee) -> tuple[object, ...]:
    return (fee.type, fold(fee.label or ""), fold(fee.condition or ""), fee.step, fee.surcharge)


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
        base_step=fee.base_step,
        base_rounding=fee.base_rounding,
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
        untranslated_words=_german(fee, words) if language.partition("-")[0] != FALLBACK else (),
        valid_from=fee.valid_from,
        valid_to=inclusive(fee.valid_to),
    )


def _german(fee: Fee, words: FeeText) -> tuple[FeeWord, ...]:
    return tuple(one for one in _WORDS if getattr(fee, one) and not getattr(words, one, None))


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
    if kind == "rate":
        kind = "rate_period" if fee.period else "rate_unit" if fee.unit else "fixed"
        period = i18n.message(f"period.{fee.period}", language=language) if fee.period else ""
        shown |= {"period": period, "unit": fee.unit or ""}
    if fee.open and fee.amount is None and fee.amount_min is None and fee.amount_max is None:
        # The law of a Land leaves it to municipalities, that of the country to whoever acts, be it a chamber
        kind = "open_country" if fee.area in {None, COUNTRY} else "open"
    text = i18n.message(f"fee.{kind}", shown, language)
    if fee.kind in {"rate", "value_based"}:
        limits = (("floor", fee.amount_min), ("cap", fee.amount_max))
        text += "".join(i18n.message(f"fee.{word}", shown, language) for word, limit in limits if limit is not None)
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
