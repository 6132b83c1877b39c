"""Who acts where for what, and what it costs: responsibilities and fees."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Text

from busdb.models.base import (
    child,
    codes,
    computed,
    day,
    exact,
    flag,
    money,
    parts,
    reference,
    root,
    text,
    whole,
    words,
)
from busdb.records import Extension

responsibility = root(
    "responsibility",
    reference("service", "service", required=True),
    reference("authority", "authority"),
    reference("online_service", "online_service"),
    reference("form", "form"),
    text("executor"),
    text("category"),
    text("role", required=True),
    whole("priority", required=True),
    text("remark"),
    text("legal_basis"),
    day("valid_from"),
    day("valid_to"),
    computed(Column("everywhere", Boolean, nullable=False, index=True), lambda record: not record.areas),
    parts("extensions", Extension),
)
responsibility_areas = codes(responsibility, "areas")
responsibility_excluded_areas = codes(responsibility, "excluded_areas")
responsibility_criteria = child(
    responsibility,
    "criteria",
    text("type", required=True),
    text("first"),
    text("last"),
    text("parity"),
    text("street"),
    text("text"),
)

fee = root(
    "fee",
    reference("service", "service", required=True),
    Column("area", Text, index=True),
    text("type", required=True),
    text("kind", required=True),
    money("amount"),
    money("amount_min"),
    money("amount_max"),
    exact("percent"),
    text("base"),
    money("base_step"),
    text("base_rounding", required=True),
    text("currency", required=True),
    text("unit"),
    text("period"),
    whole("step"),
    text("label"),
    text("condition"),
    text("exemption"),
    flag("surcharge", required=True),
    flag("prepayment"),
    words("payment_methods"),
    text("vat", required=True),
    text("legal_basis"),
    text("legal_basis_url"),
    text("tariff_number"),
    flag("open", required=True),
    flag("parsed", required=True),
    whole("position", required=True),
    day("valid_from"),
    day("valid_to"),
    parts("extensions", Extension),
)
fee_translations = child(
    fee, "translations", text("language", required=True), text("label"), text("condition"), text("exemption")
)
