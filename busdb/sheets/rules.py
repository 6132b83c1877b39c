"""The tables of responsibilities and of synonyms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from busdb.records import (
    Criterion,
    Responsibility,
    Wording,
)
from busdb.sheets import cells, values
from busdb.sheets.cells import Choice
from busdb.sheets.columns import Column, criterion, field
from busdb.sheets.table import Table, id_, language, service, validity
from busdb.tables import wording_digest

_STREET = re.compile(
    r"(?P<street>.*?\S)(?:\s+(?P<first>\d+\w?)\s*[-–]\s*(?P<last>\d+\w?))?(?:\s+(?P<parity>un)?gerade)?"
)


def _street(text: str) -> Criterion:
    """A street with numbers: ``Am Markt 1-9 ungerade``."""
    match = _STREET.fullmatch(text)
    if match is None or (not match["first"] and not text.endswith("gerade")):
        return Criterion(type="street", street=text)
    parity: Any = ("odd" if match["parity"] else "even") if text.endswith("gerade") else None
    return Criterion(type="street", street=match["street"], first=match["first"], last=match["last"], parity=parity)


def _said_street(one: Criterion) -> str:
    numbers = f" {one.first or 1}-{one.last or 9999}" if one.first or one.last else ""
    parity = {"odd": " ungerade", "even": " gerade"}.get(one.parity or "", "")
    return f"{one.street or ''}{numbers}{parity}"


def _surnames(text: str) -> Criterion:
    first, _, last = text.replace("–", "-").replace(" bis ", "-").partition("-")
    return Criterion(type="surname", first=first.strip() or None, last=last.strip() or first.strip() or None)


def responsibilities() -> Table:
    """The table of responsibilities."""
    role = Choice(
        ("competent", "contact", "assisting"), {"zustaendige stelle": "competent", "ansprechpartner": "contact"}
    )
    executor = Choice(
        ("municipality", "local", "district", "state", "country"), {"kommune": "local", "kreis": "district"}
    )
    target = "oe oe_id oe_name behoerde_id zustaendige_stelle stelle organisationseinheit authority_id"
    columns = (
        id_("zustaendigkeit"),
        service(),
        field(
            "authority",
            values.reference("authority"),
            named="authority",
            aliases=target,
            example="Bürgerbüro Musterstadt",
        ),
        field("online_service", values.reference("online_service"), named="online_service", aliases="onlinedienst_id"),
        field("form", values.reference("form"), named="form", aliases="formular_id"),
        field("executor", executor, aliases="ausfuehrende_ebene"),
        field("category", aliases="behoerdenart kategorie_der_stelle"),
        field("role", role, empty="competent"),
        field(
            "areas",
            cells.each(values.area),
            column="area",
            empty=(),
            named="area",
            example=("150840355355",),
            aliases="ags gemeindeschluessel regionalschluessel gebietsschluessel gemeinde gebiet areas",
        ),
        field("excluded_areas", cells.each(values.area), empty=(), named="area", aliases="ausser ohne ausgenommen"),
        criterion(
            "surname",
            "surnames",
            lambda one: f"{one.first or ''}-{one.last or ''}",
            _surnames,
            aliases="buchstaben buchstabenbereich familienname",
        ),
        criterion("street", "streets", _said_street, _street, aliases="strasse_von_bis strassen"),
        criterion(
            "branch",
            "branch",
            lambda one: one.text,
            lambda text: Criterion(type="branch", text=text),
            aliases="gewerbe",
        ),
        criterion(
            "text",
            "case",
            lambda one: one.text,
            lambda text: Criterion(type="text", text=text),
            aliases="bedingung kriterium",
        ),
        field("priority", values.whole, empty=0, aliases="rang reihenfolge"),
        field("remark", aliases="hinweis anmerkung kommentar"),
        field("legal_basis", aliases="rechtsgrundlagen"),
        *validity(),
    )
    key = (
        "service",
        "authority",
        "online_service",
        "form",
        "executor",
        "category",
        "role",
        "area",
        "surnames",
        "streets",
        "branch",
        "case",
    )
    return Table("responsibilities", "responsibility", columns, key, lambda id_: Responsibility(id=id_, service=""))


def synonyms() -> Table:
    """The table of synonyms."""
    service = Column(
        "service",
        "$.service",
        values.reference("service"),
        lambda record: record.service,
        lambda record, value: replace(record, service=value),
        "leistung_id service_id",
        named="service",
        example="99008001012000",
    )
    columns = (
        id_("synonym"),
        field(
            "everyday",
            required=True,
            empty="",
            example="Perso",
            aliases="synonym synonyme synonyms alltagswort suchwort suchbegriff wort word",
        ),
        service,
        field("leika_key", values.leika_key, aliases="leika leistungsschluessel"),
        field("official", aliases="amtliches_wort amtssprache official_word"),
        field("language", language(), empty="de", aliases="lang"),
    )
    key = ("everyday", "service", "leika_key", "official", "language")
    return Table("synonyms", "wording", columns, key, lambda id_: Wording(id=id_, everyday=""), digest=_wording)


def _wording(said: Mapping[str, Any]) -> str:
    target = next((name for name in ("service", "leika_key", "official") if said.get(name)), "service")
    return wording_digest(said.get("everyday") or "", target, said.get(target) or "", said.get("language") or "de")
