"""What a service costs in a case: which of the fees due apply, their sum or range, and the sentence to read out.

The fees of one type that one area charges are alternatives: a tariff lists its cases, of which one is due, never their
sum. Expenses and deposits add up, and so do the fees of different areas. A surcharge counts only where its condition is
met. Fees by steps (first, second dog) count up to the number asked for.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Literal

from msgspec.structs import replace

from busdb import conditions, i18n
from busdb.conditions import Person
from busdb.errors import InputError
from busdb.fees import money
from busdb.publication import FeeView, PlaceName, Publication, ServiceName, View
from busdb.textfold import fold

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
HIGHEST = Decimal(10) ** 12
_FURTHER = re.compile(r"\b(?:jede[rsn]?\b|weitere|je\b|further|each|every)", re.IGNORECASE)
"""What the last step of a tariff says if it is due for each one more."""


class QuotedFee(View, frozen=True, kw_only=True):
    """A fee and whether it applies; ``amount_min`` and ``amount_max`` are what it comes to, open where unknown."""

    fee: FeeView
    applies: Literal["yes", "no", "unknown"]
    amount_min: Decimal | None
    amount_max: Decimal | None


class Quote(View, frozen=True, kw_only=True):
    """What a service costs in a case.

    ``total`` is the sum where it is certain, else it lies between ``total_min`` and ``total_max`` (``None``: no
    limit). ``questions`` are the facts that would decide more, ``text`` is to be read out. ``upcoming`` are fees that
    will be due later and may apply.
    """

    service: ServiceName
    area: PlaceName | None
    on: dt.date
    fees: tuple[QuotedFee, ...]
    total: Decimal | None
    total_min: Decimal | None
    total_max: Decimal | None
    currency: str
    questions: tuple[Literal["age", "online", "urgent", "abroad", "value"], ...]
    text: str
    upcoming: tuple[FeeView, ...] = ()


class Wanted(Person, frozen=True, kw_only=True):
    """The case: the person, how many are wanted, and the value that percentages are of."""

    count: int = 1
    value: Decimal | None = None


def wanted(*, value: str | None = None, **facts: Any) -> Wanted:
    """A case of facts as they are asked for.

    ``value`` is a number of euros, ``250000.50`` or ``250.000,50``. Raises ``InputError``.
    """
    try:
        plain = value.replace(".", "").replace(",", ".") if value and "," in value else value
        amount = None if plain is None else Decimal(plain)
    except InvalidOperation as error:
        raise InputError("amount_invalid", value=value) from error
    if amount is not None and not (amount.is_finite() and 0 <= amount < HIGHEST):
        raise InputError("amount_invalid", value=value)
    return Wanted(value=amount, **facts)


def of(publication: Publication, on: dt.date, case: Wanted, language: str) -> Quote:
    """What a service costs at the place of its publication; nothing where it is not offered, with the reason."""
    place = publication.area
    area = PlaceName(ars=place.ars, name=place.name, kind=place.kind) if place else None
    service = ServiceName(id=publication.id, name=publication.name)
    found = quote(service, area, on, publication.fees, case, language)
    coming = publication.upcoming_fees
    found = replace(found, upcoming=tuple(fee for fee in coming if _applies(fee, coming, case) != "no"))
    if publication.offer.status != "not_offered":
        return found
    text = i18n.message("quote.not_offered", {"reason": publication.offer.reason or ""}, language)
    return replace(found, text=text.rstrip(": "))


def quote(
    service: ServiceName,
    area: PlaceName | None,
    on: dt.date,
    fees: Sequence[FeeView],
    case: Wanted,
    language: str,
) -> Quote:
    """What the fees due come to in a case."""
    quoted = [_quoted(fee, fees, case) for fee in fees]
    groups = _alternatives(quoted)
    quoted = [_verdict(one, groups) for one in quoted]
    low, high = ZERO, ZERO
    open_low = open_high = not quoted
    for group in groups:
        floor, cap = _group_range(group)
        floor = ZERO if _perhaps(group, groups) else floor
        open_low, open_high = open_low or floor is None, open_high or cap is None
        low, high = low + (floor or ZERO), high + (cap or ZERO)
    total_min, total_max = None if open_low else low, None if open_high else high
    return Quote(
        service=service,
        area=area,
        on=on,
        fees=tuple(quoted),
        total=total_min if total_min == total_max else None,
        total_min=total_min,
        total_max=total_max,
        currency="EUR",
        questions=_questions(quoted, case),
        text=_text(groups, language),
    )


def _applies(fee: FeeView, fees: Sequence[FeeView], case: Wanted) -> Literal["yes", "no", "unknown"]:
    if fee.step is not None and _is_step(fee, fees):
        return "yes" if fee.step <= case.count else "no"
    if not fee.condition and not fee.surcharge:
        return "yes"
    words = " ".join(filter(None, (fee.condition, fee.label if fee.surcharge else None)))
    verdict = conditions.met(conditions.read(words), case)
    return "unknown" if verdict is None else "yes" if verdict else "no"


def _is_step(fee: FeeView, fees: Sequence[FeeView]) -> bool:
    return any(other.step not in {None, fee.step} and _name(other) == _name(fee) for other in fees)


def _quoted(fee: FeeView, fees: Sequence[FeeView], case: Wanted) -> QuotedFee:
    low, high = _range(fee, case)
    last = max((other.step or 0 for other in fees if _name(other) == _name(fee)), default=0)
    if fee.step == last and _is_step(fee, fees) and case.count > last:
        further = _FURTHER.search(fee.condition or "")
        times = case.count - last + 1
        # A tariff that ends at the second says nothing of the third, unless its last step is for each further one
        low = low * times if low is not None and further else low
        high = high * times if high is not None and further else None
    return QuotedFee(fee=fee, applies=_applies(fee, fees, case), amount_min=low, amount_max=high)


def _verdict(quoted: QuotedFee, groups: Iterable[list[QuotedFee]]) -> QuotedFee:
    """A fee with its standing among its alternatives: without a condition it gives way to one whose condition is met.

    Of several without a condition nobody knows yet which is due.
    """
    if quoted.applies != "yes" or quoted.fee.condition:
        return quoted
    group = next((group for group in groups if any(one.fee is quoted.fee for one in group)), None)
    if group is None:
        return replace(quoted, applies="no")
    return quoted if len(group) == 1 else replace(quoted, applies="unknown")


def _range(fee: FeeView, case: Wanted) -> tuple[Decimal | None, Decimal | None]:
    """From which amount to which a fee comes; ``None`` is open."""
    if fee.kind == "free":
        return ZERO, ZERO
    if fee.kind == "fixed":
        return fee.amount, fee.amount
    if fee.kind == "rate" and fee.amount is not None:
        times = case.count if fee.step is None else 1
        return _limited(fee.amount * times, fee), _limited(fee.amount * times, fee)
    if fee.kind == "value_based" and fee.percent is not None and case.value is not None:
        due = _limited(percentage(fee, case.value), fee)
        return due, due
    floor = fee.amount_min if fee.amount_min is not None else fee.amount if fee.kind == "from" else None
    cap = fee.amount_max if fee.amount_max is not None else fee.amount if fee.kind == "up_to" else None
    return (ZERO if floor is None and fee.kind == "up_to" and not fee.open else floor), cap


def percentage(fee: FeeView, value: Decimal) -> Decimal:
    """The percentage of a value, which is first rounded to a multiple of the fee's step; in whole cents, half up."""
    if fee.base_step:
        whole, rest = divmod(value, fee.base_step)
        value = (whole + (1 if rest and fee.base_rounding == "up" else 0)) * fee.base_step
    return (value * (fee.percent or ZERO) / 100).quantize(CENT, ROUND_HALF_UP)


def _limited(amount: Decimal, fee: FeeView) -> Decimal:
    if fee.amount_min is not None:
        amount = max(amount, fee.amount_min)
    return amount if fee.amount_max is None else min(amount, fee.amount_max)


def _name(fee: FeeView) -> tuple[object, ...]:
    return (fee.type, fold(fee.label or ""), fee.surcharge)


def _alternatives(quoted: Iterable[QuotedFee]) -> list[list[QuotedFee]]:
    """The fees that may apply, in groups of which one is due; steps that apply are each a group."""
    groups: dict[tuple[object, ...], list[QuotedFee]] = {}
    everything = list(quoted)
    views = [one.fee for one in everything]
    for one in everything:
        if one.applies == "no":
            continue
        key = (*_name(one.fee), one.fee.step) if _is_step(one.fee, views) else _case(one.fee)
        groups.setdefault(key, []).append(one)
    return [_settled(group) for group in groups.values()]


def _case(fee: FeeView) -> tuple[object, ...]:
    """What alternatives have in common."""
    if fee.surcharge or fee.type in {"expense", "deposit"}:
        return _name(fee)
    return (fee.type, fee.area)


def _settled(group: list[QuotedFee]) -> list[QuotedFee]:
    """Of alternatives those whose condition is met, one of each name, an exemption before all; else all that may be."""
    met = [one for one in group if one.applies == "yes" and one.fee.condition]
    free = [one for one in met if one.fee.kind == "free"]
    return free[:1] or list({_name(one.fee): one for one in reversed(met)}.values())[::-1] or group


def _perhaps(group: list[QuotedFee], groups: Sequence[list[QuotedFee]]) -> bool:
    """Whether a group may be due or not: a surcharge, or, beside other fees, cases that nobody can decide."""
    unknown = all(one.applies == "unknown" for one in group)
    undecidable = not any(conditions.read(one.fee.condition or "").understood for one in group)
    named = all(one.fee.condition for one in group)
    return unknown and (group[0].fee.surcharge or (len(groups) > 1 and named and undecidable))


def _group_range(group: list[QuotedFee]) -> tuple[Decimal | None, Decimal | None]:
    lows, highs = [one.amount_min for one in group], [one.amount_max for one in group]
    low = None if None in lows else min(one for one in lows if one is not None)
    return low, None if None in highs else max(one for one in highs if one is not None)


def _questions(
    quoted: Sequence[QuotedFee], case: Wanted
) -> tuple[Literal["age", "online", "urgent", "abroad", "value"], ...]:
    asked: dict[Literal["age", "online", "urgent", "abroad", "value"], None] = {}
    for one in quoted:
        if one.applies == "unknown":
            words = " ".join(filter(None, (one.fee.condition, one.fee.label if one.fee.surcharge else None)))
            found = conditions.read(words)
            if (found.age_from is not None or found.age_to is not None) and case.age is None:
                asked["age"] = None
            for name, _ in found.facts:
                if getattr(case, name) is None:
                    asked[name] = None  # type: ignore[index]  # conditions know no other facts
        if one.fee.kind == "value_based" and case.value is None and one.applies != "no":
            asked["value"] = None
    return tuple(asked)


def _text(groups: list[list[QuotedFee]], language: str) -> str:
    """The sentence that an agent reads out."""
    if not groups:
        return i18n.message("quote.nothing", language=language)
    certain = [group for group in groups if not (group[0].fee.surcharge or _perhaps(group, groups))]
    sentences = [_group_text(group, language) for group in certain]
    sentences += [_further(group, groups, language) for group in groups if group not in certain]
    text = "; ".join(sentences)
    return f"{text[:1].upper()}{text[1:]}."


def _further(group: list[QuotedFee], groups: Sequence[list[QuotedFee]], language: str) -> str:
    """What is due, or may be due, beside the rest."""
    text = {"text": _group_text(group, language)}
    return i18n.message("quote.surcharge_open" if _perhaps(group, groups) else "quote.surcharge_sure", text, language)


def _group_text(group: list[QuotedFee], language: str) -> str:
    young_old = _by_age(group)
    if young_old:
        young, old, age = young_old
        values = {
            "young": money(young.fee.amount, young.fee.currency, language),
            "old": money(old.fee.amount, old.fee.currency, language),
            "age": age,
        }
        return _labelled(group[0].fee, i18n.message("quote.by_age", values, language))
    return " {} ".format(i18n.message("quote.or", language=language)).join(_one(one, language) for one in group)


def _one(quoted: QuotedFee, language: str) -> str:
    fee = quoted.fee
    if fee.kind == "value_based" and quoted.amount_min is not None and quoted.amount_min == quoted.amount_max:
        return _labelled(fee, f"{money(quoted.amount_min, fee.currency, language)} ({fee.text})")
    return _labelled(fee, fee.text)


def _labelled(fee: FeeView, text: str) -> str:
    return f"{fee.label}: {text}" if fee.label else text


def _by_age(group: list[QuotedFee]) -> tuple[QuotedFee, QuotedFee, int] | None:
    """Two fixed fees of which one is for those below an age and the other for the rest."""
    if len(group) != 2 or any(one.fee.kind != "fixed" for one in group):
        return None
    read = {id(one): conditions.read(one.fee.condition or "") for one in group}
    for young, old in (group, group[::-1]):
        below, above = read[id(young)], read[id(old)]
        alone = below.age_from is None and not below.facts and not above.facts and above.age_to is None
        if alone and below.age_to is not None and below.age_to == above.age_from:
            return young, old, below.age_to
    return None
