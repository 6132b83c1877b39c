"""The table of fees."""

from __future__ import annotations

from collections.abc import Set
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from busdb.records import (
    Fee,
)
from busdb.sheets import cells, values
from busdb.sheets.cells import Choice
from busdb.sheets.columns import Column, field
from busdb.sheets.table import Table, area, id_, service, validity


def fees() -> Table:
    """The table of fees."""
    kind = Choice(
        ("fixed", "range", "from", "up_to", "rate", "value_based", "free"),
        {
            "fest": "fixed",
            "festbetrag": "fixed",
            "rahmen": "range",
            "ab": "from",
            "mindestens": "from",
            "bis": "up_to",
            "hoechstens": "up_to",
            "satz": "rate",
            "kostenfrei": "free",
            "frei": "free",
            "gebuehrenfrei": "free",
            "wertgebuehr": "value_based",
            "prozent": "value_based",
        },
    )
    type_ = Choice(
        ("fee", "expense", "tax", "charge", "deposit", "private_law"),
        {"verwaltungsgebuehr": "fee", "auslage": "expense", "auslagen": "expense", "entgelt": "private_law"},
    )
    period = Choice(
        ("hour", "day", "week", "month", "quarter", "year", "once"),
        {"jaehrlich": "year", "monatlich": "month", "einmalig": "once", "taeglich": "day"},
    )
    columns = (
        id_("gebuehr"),
        service(),
        area(),
        field(
            "label",
            aliases="gebuehrenbezeichnung gebuehr name tatbestand gegenstand",
            example="Ausstellung für Personen ab 24 Jahren",
        ),
        field("type", type_, empty="fee", aliases="kostentyp gebuehrenart"),
        _fee_kind(kind),
        field(
            "amount",
            values.money,
            aliases="gebuehr_eur euro preis hoehe betrag_in_euro gebuehrenhoehe",
            example=Decimal("37.00"),
        ),
        field("amount_min", values.money, aliases="von mindestbetrag betrag_min minimum"),
        field("amount_max", values.money, aliases="bis hoechstbetrag betrag_max maximum"),
        field("percent", values.number, aliases="prozentsatz v.h."),
        field("base", aliases="berechnungsgrundlage"),
        field("unit", aliases="je pro"),
        field("period", period, aliases="je_zeitraum turnus"),
        field("condition", aliases="voraussetzung fall"),
        field("exemption", aliases="ausnahme ermaessigung befreiungen"),
        field("surcharge", cells.yes, empty=False, aliases="zuschlaege"),
        field("open", cells.yes, empty=False, aliases="oeffnung"),
        field("legal_basis", aliases="rechtsgrundlagen satzung", example="§ 1 Verwaltungskostensatzung"),
        field("legal_basis_url", values.url, aliases="link_zur_rechtsgrundlage"),
        field("tariff_number", aliases="tarifnummer lfd_nr_tarif"),
        *validity(),
    )
    key = ("service", "area", "type", "label", "condition", "tariff_number", "valid_from")
    return Table("fees", "fee", columns, key, lambda id_: Fee(id=id_, service="", kind="fixed"), _counted)


def _fee_kind(kind: Choice) -> Column:
    """How the amount is given; an empty cell leaves that to the amounts."""

    def put(record: Fee, value: Any) -> Fee:
        return replace(record, kind=value) if value else record

    more = "art gebuehrenform betragsart kind"
    return Column("fee_kind", "$.kind", kind, lambda record: record.kind, put, more)


_NEEDS = {"range": ("amount_min", "amount_max"), "value_based": ("percent",), "fixed": ("amount",), "rate": ("amount",)}


def _counted(record: Fee, said: Set[str]) -> Fee:
    """The fee with the kind that its amounts tell, where the row does not say it and the former one does not fit."""
    if "fee_kind" in said or ("amount" not in said and record.kind == "free"):
        return record
    if record.amount == 0:
        return replace(record, kind="free", amount=None)
    if record.kind != "fixed" and all(getattr(record, name) is not None for name in _NEEDS.get(record.kind, ("kind",))):
        return record
    low, high = record.amount_min is not None, record.amount_max is not None
    if record.percent is not None:
        return replace(record, kind="value_based")
    if record.amount is not None or not (low or high):
        return replace(record, kind="fixed")
    return replace(record, kind="range" if low and high else "from" if low else "up_to")
