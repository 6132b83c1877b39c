"""Fees, deadlines, times and documents of a service as the original gives them."""

from __future__ import annotations

import datetime as dt

from msgspec import UNSET, UnsetType

from api.compat.infodienste.answers import known
from api.compat.infodienste.model import Charge, Document, Period
from api.compat.words import measured_alike
from busdb import i18n
from busdb.publication import FeeView, Publication
from busdb.records import Deadline

YEARLY = "JAEHRLICH"


def charges(publication: Publication) -> tuple[Charge, ...]:
    """The fees that are due."""
    return tuple(_charge(fee, publication.language) for fee in publication.fees)


def _charge(fee: FeeView, language: str) -> Charge:
    fixed = fee.kind in {"fixed", "rate"} and fee.amount is not None
    return Charge(
        type="FREE" if fee.kind == "free" else "FIX" if fixed else "VARIABLE",
        name=fee.label or i18n.message("label.fee", language=language),
        note=fee.text,
        restricted_area=fee.area.name if fee.area else "",
        prepayment=fee.prepayment,
        currency=fee.currency,
        charge_specification_url=fee.legal_basis_url or "",
        amount=float(fee.amount) if fixed and fee.amount is not None else UNSET,
        lower_limit=float(fee.amount_min) if fee.amount_min is not None else UNSET,
        upper_limit=float(fee.amount_max) if fee.amount_max is not None else UNSET,
        valid_from=known(fee.valid_from),
        valid_to=known(fee.valid_to),
    )


def periods(publication: Publication, on: dt.date) -> tuple[Period, ...]:
    """The deadlines that are given as a span or as dates."""
    found = (_deadline(one, on.year) for one in publication.deadlines)
    return tuple(one for one in found if one)


def _deadline(one: Deadline, year: int) -> Period | None:
    if one.date_from or one.date_to:
        yearly = (one.date_from or one.date_to or "").startswith("-")
        return Period(
            type="DATEINTERVAL",
            name=one.label,
            note=one.text or "",
            date_from=_date(one.date_from, year),
            date_to=_date(one.date_to, year),
            repetition=YEARLY if yearly else UNSET,
        )
    return _span(one.label, one.text, one.duration, one.duration_max)


def service_periods(publication: Publication) -> tuple[Period, ...]:
    """The times that the authority takes, where they are given as spans."""
    name = i18n.message("infodienste.TextBlock.12", language=publication.language)
    times = publication.processing_times
    found = (_span(name, one.text, one.minimum or one.maximum, one.maximum if one.minimum else None) for one in times)
    return tuple(one for one in found if one)


def _span(name: str, note: str | None, shortest: str | None, longest: str | None) -> Period | None:
    if shortest is None:
        return None
    (first, last), unit = measured_alike(shortest, longest or shortest)
    return Period(
        type="SPANINTERVAL" if longest else "SPAN",
        name=name,
        note=note or "",
        time_span=first,
        time_span_to=last if longest else UNSET,
        period_unit=unit,
    )


def _date(text: str | None, year: int) -> dt.date | UnsetType:
    """A day; one of every year is that of the year asked for."""
    if text is None:
        return UNSET
    try:
        return dt.date.fromisoformat(text.replace("--", f"{year}-", 1))
    except ValueError:
        return UNSET


def documents(publication: Publication) -> tuple[Document, ...]:
    """The documents to bring and to receive."""
    return tuple(
        Document(
            direction=one.direction.upper(),
            name=one.label,
            note="; ".join(word for word in (one.condition, one.description) if word),
        )
        for one in publication.documents
    )
