"""The tables of editors, each with its columns. Headings and notes are in the catalogue (``column.``, ``note.``).

``aliases`` are other headings under which columns come; all are compared without case, spaces and signs. It is one list of seven tables.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence, Set
from decimal import Decimal
from typing import Any, Literal, NamedTuple, get_args

from msgspec import Struct
from msgspec.structs import replace

from busdb import i18n
from busdb.codelists import PROSE_MODULES, TEXT_MODULES
from busdb.records import (
    Authority,
    Criterion,
    Fee,
    Form,
    Language,
    LocalAddition,
    OnlineService,
    Responsibility,
    Text,
    Wording,
)
from busdb.sheets import cells
from busdb.sheets.cells import Choice, Desk, Misread, Raw
from busdb.sheets.columns import Column, address, contact, criterion, field, links, opening
from busdb.tables import wording_digest
from busdb.textfold import fold
from busdb.validity import exclusive, inclusive

MODULES = (*TEXT_MODULES, *PROSE_MODULES)
"""The text modules that an addition may have."""
_ID = re.compile(r"[A-Za-z0-9_-]+\.\S(?:.*\S)?")


def content_digest(said: Mapping[str, Any]) -> str:
    """The value of an id, made of what a row says in its key columns: the same in any file and on any line."""
    content = "\n".join(f"{name}={cells.shown(value)}" for name, value in said.items() if value not in {None, ()})
    return hashlib.sha256(content.encode()).hexdigest()[:24]


class Parts(NamedTuple):
    """How a record with several rows becomes rows (``split``), and how a row goes back into its record.

    ``chosen`` names the columns that say which of the rows is meant; ``pick`` is given what they say.
    """

    chosen: tuple[str, ...]
    split: Callable[[Any], Sequence[Any]]
    pick: Callable[[Any, Mapping[str, Any]], Any]
    merge: Callable[[Any, Any], Any]


class Table(NamedTuple):
    """A table: its name on the command line, the kind of its records, its columns.

    ``key`` names the columns of which an id is made where a row has none; ``by_name`` says that a row without one may
    be about the record of its name. ``blank`` makes an empty record of an id, ``finish`` completes what a row has
    made, given the columns that it fills. With ``parts`` a record has several rows.
    """

    name: str
    kind: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    blank: Callable[[str], Any]
    finish: Callable[[Any, Set[str]], Any] = lambda record, _: record
    by_name: bool = False
    parts: Parts | None = None
    digest: Callable[[Mapping[str, Any]], str] = content_digest

    def column(self, name: str) -> Column | None:
        """The column of a name, if there is one."""
        return next((one for one in self.columns if one.name == name), None)


def _id(raw: Raw, desk: Desk) -> str:
    """An id, or the value of one of the source itself."""
    text = cells.as_text(raw)
    if isinstance(raw, int | float):
        text = cells.digits(raw)
    if _ID.fullmatch(text) and desk.names.source(text.partition(".")[0]):
        return text
    if "\n" in text or len(text) > 150:
        raise Misread("reason.id")
    return f"{desk.source}.{text}"


def _record_id(kind: str) -> Column:
    """The column of ids, which decide to which record a row belongs and are never changed by it."""
    more = ("externe_id", "external_id", "id", f"{kind}_id", "schluessel_extern")
    return Column("id", "$.id", _id, lambda record: record.id, lambda record, _: record, aliases=more)


def _name(**more: Any) -> Column:
    return field("name", required=True, aliases=("bezeichnung", "titel", "title"), **more)


def _service(*, required: bool = True) -> Column:
    more = ("leistung_id", "leistungs-id", "leika", "leika_schluessel", "leika-schlüssel", "leistungsschlüssel",
            "leistungsname", "service_id", "leika_key", "leistung_name", "dienstleistung")  # fmt: skip
    example = "99008001012000"
    return field("service", cells.reference("service"), required=required, aliases=more, named="service", empty="",
                 example=example)  # fmt: skip


def _area(*, column: str = "area", required: bool = False) -> Column:
    more = ("ags", "gemeindeschluessel", "regionalschluessel", "gebietsschluessel", "gemeinde", "gebiet", "area_ars")
    return field("area", cells.area, column=column, required=required, aliases=more, named="area",
                 empty="" if required else None, example="150840355355")  # fmt: skip


def _validity() -> tuple[Column, Column]:
    def end(record: Any) -> dt.date | None:
        return inclusive(record.valid_to)

    def put(record: Any, value: dt.date | None) -> Any:
        return replace(record, valid_to=exclusive(value))

    first = field("valid_from", cells.day, aliases=("ab", "gueltig_ab", "beginn", "start"), example=dt.date(2027, 1, 1))
    return first, Column("valid_to", "$.valid_to", cells.day, end, put, ("bis_datum", "gueltig_bis", "ende", "end"))


def _authorities() -> Table:
    parent = field("parent", cells.reference("authority"), named="authority",
                   aliases=("uebergeordnete_stelle", "oberbehoerde", "parent_id"), example="Stadt Musterstadt")  # fmt: skip
    categories = field("categories", cells.words, empty=(), aliases=("kategorie", "category", "typ", "art"),
                       example=("Bürgerbüro",))  # fmt: skip
    barrier = Choice(("yes", "limited", "no"), {"rollstuhlgerecht": "yes", "eingeschraenkt": "limited", "j": "yes",
                                                "x": "yes", "n": "no", "teilweise": "limited"})  # fmt: skip
    columns = (
        _record_id("oe"),
        _name(example="Bürgerbüro Musterstadt"),
        field("short_name", aliases=("abkuerzung", "kuerzel")),
        parent,
        _area(),
        categories,
        field("site", cells.yes, empty=False, aliases=("nebenstelle", "aussenstelle")),
        address("street", aliases=("str",), example="Beispielweg"),
        address("house_number", aliases=("hausnr", "hnr"), example="5 a"),
        address("postal_code", cells.postal_code, aliases=("postleitzahl", "zip"), example="06618"),
        address("city", aliases=("stadt", "wohnort"), example="Musterstadt"),
        address("room", aliases=("zimmer", "etage")),
        address("lat", cells.real, aliases=("breitengrad", "geo_lat")),
        address("lon", cells.real, aliases=("laengengrad", "geo_lon", "lng")),
        address("wheelchair", barrier, aliases=("barrierefrei", "rollstuhlgerecht")),
        address("transit", aliases=("haltestelle", "oepnv")),
        address("parking", aliases=("parkplaetze", "parkplatz")),
        contact("phone", cells.phone, aliases=("tel", "telefonnummer", "fon", "telephone"), example="030 23125 000"),
        contact("fax", cells.phone, aliases=("telefax", "faxnummer")),
        contact("email", cells.email, aliases=("e-mail", "mail", "e-mail-adresse"), example="amt@example.org"),
        contact("web", cells.url, aliases=("internet", "homepage", "website", "url", "webseite")),
        opening("hours", "visit", aliases=("oeffnungszeit", "sprechzeiten", "sprechzeit", "zeiten"),
                example="Mo-Do 9-12 u. 13-16, Fr geschl."),
        opening("phone_hours", "phone", aliases=("telefonzeiten", "telefonische_sprechzeiten")),
        field("description", cells.markup, aliases=("text", "hinweise", "hinweis")),
        field("appointment_url", cells.url, aliases=("terminbuchung", "termin_url", "termin")),
        *_validity(),
    )  # fmt: skip
    return Table("authorities", "authority", columns, ("name", "parent"), lambda id_: Authority(id=id_, name=""), by_name=True)


_STREET = re.compile(r"(?P<street>.*?\S)(?:\s+(?P<first>\d+\w?)\s*[-–]\s*(?P<last>\d+\w?))?(?:\s+(?P<parity>un)?gerade)?")


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


def _responsibilities() -> Table:
    role = Choice(("competent", "contact", "assisting"), {"zustaendige stelle": "competent", "ansprechpartner": "contact"})
    executor = Choice(("municipality", "local", "district", "state", "country"), {"kommune": "local", "kreis": "district"})
    target = ("oe", "oe_id", "oe_name", "behoerde_id", "zustaendige_stelle", "stelle", "organisationseinheit", "authority_id")
    columns = (
        _record_id("zustaendigkeit"),
        _service(),
        field("authority", cells.reference("authority"), named="authority", aliases=target, example="Bürgerbüro Musterstadt"),
        field("online_service", cells.reference("online_service"), named="online_service", aliases=("onlinedienst_id",)),
        field("form", cells.reference("form"), named="form", aliases=("formular_id",)),
        field("executor", executor, aliases=("ausfuehrende_ebene",)),
        field("category", aliases=("behoerdenart", "kategorie_der_stelle")),
        field("role", role, empty="competent"),
        field("areas", cells.each(cells.area), column="area", empty=(), named="area", example=("150840355355",),
              aliases=("ags", "gemeindeschluessel", "regionalschluessel", "gebietsschluessel", "gemeinde", "gebiet", "areas")),
        field("excluded_areas", cells.each(cells.area), empty=(), named="area", aliases=("ausser", "ohne", "ausgenommen")),
        criterion("surname", "surnames", lambda one: f"{one.first or ''}-{one.last or ''}", _surnames,
                  aliases=("buchstaben", "buchstabenbereich", "familienname")),
        criterion("street", "streets", _said_street, _street, aliases=("strasse_von_bis", "strassen")),
        criterion("branch", "branch", lambda one: one.text, lambda text: Criterion(type="branch", text=text),
                  aliases=("gewerbe",)),
        criterion("text", "case", lambda one: one.text, lambda text: Criterion(type="text", text=text),
                  aliases=("bedingung", "kriterium")),
        field("priority", cells.whole, empty=0, aliases=("rang", "reihenfolge")),
        field("remark", aliases=("hinweis", "anmerkung", "kommentar")),
        field("legal_basis", aliases=("rechtsgrundlagen",)),
        *_validity(),
    )  # fmt: skip
    key = ("service", "authority", "online_service", "form", "executor", "category", "role", "area", "surnames", "streets",
           "branch", "case")  # fmt: skip
    return Table("responsibilities", "responsibility", columns, key, lambda id_: Responsibility(id=id_, service=""))


def _fees() -> Table:
    kind = Choice(("fixed", "range", "from", "up_to", "rate", "value_based", "free"),
                  {"fest": "fixed", "festbetrag": "fixed", "rahmen": "range", "ab": "from", "mindestens": "from",
                   "bis": "up_to", "hoechstens": "up_to", "satz": "rate", "kostenfrei": "free", "frei": "free",
                   "gebuehrenfrei": "free", "wertgebuehr": "value_based", "prozent": "value_based"})  # fmt: skip
    type_ = Choice(("fee", "expense", "tax", "charge", "deposit", "private_law"),
                   {"verwaltungsgebuehr": "fee", "auslage": "expense", "auslagen": "expense", "entgelt": "private_law"})  # fmt: skip
    period = Choice(("hour", "day", "week", "month", "quarter", "year", "once"),
                    {"jaehrlich": "year", "monatlich": "month", "einmalig": "once", "taeglich": "day"})  # fmt: skip
    columns = (
        _record_id("gebuehr"),
        _service(),
        _area(),
        field("label", aliases=("gebuehrenbezeichnung", "gebuehr", "name", "tatbestand", "gegenstand"),
              example="Ausstellung für Personen ab 24 Jahren"),
        field("type", type_, empty="fee", aliases=("kostentyp", "gebuehrenart")),
        _fee_kind(kind),
        field("amount", cells.money, aliases=("gebuehr_eur", "euro", "preis", "hoehe", "betrag_in_euro", "gebuehrenhoehe"),
              example=Decimal("37.00")),
        field("amount_min", cells.money, aliases=("von", "mindestbetrag", "betrag_min", "minimum")),
        field("amount_max", cells.money, aliases=("bis", "hoechstbetrag", "betrag_max", "maximum")),
        field("percent", cells.number, aliases=("prozentsatz", "v.h.")),
        field("base", aliases=("berechnungsgrundlage",)),
        field("unit", aliases=("je", "pro")),
        field("period", period, aliases=("je_zeitraum", "turnus")),
        field("condition", aliases=("voraussetzung", "fall")),
        field("exemption", aliases=("ausnahme", "ermaessigung", "befreiungen")),
        field("surcharge", cells.yes, empty=False, aliases=("zuschlaege",)),
        field("open", cells.yes, empty=False, aliases=("oeffnung",)),
        field("legal_basis", aliases=("rechtsgrundlagen", "satzung"), example="§ 1 Verwaltungskostensatzung"),
        field("legal_basis_url", cells.url, aliases=("link_zur_rechtsgrundlage",)),
        field("tariff_number", aliases=("tarifnummer", "lfd_nr_tarif")),
        *_validity(),
    )  # fmt: skip
    key = ("service", "area", "type", "label", "condition", "tariff_number", "valid_from")
    return Table("fees", "fee", columns, key, lambda id_: Fee(id=id_, service="", kind="fixed"), _counted)


def _fee_kind(kind: Choice) -> Column:
    """How the amount is given; an empty cell leaves that to the amounts."""

    def put(record: Fee, value: Any) -> Fee:
        return replace(record, kind=value) if value else record

    more = ("art", "gebuehrenform", "betragsart", "kind")
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


class AdditionRow(Struct, frozen=True, kw_only=True):
    """A row of the table of additions: one text of an addition, with what holds for all of it."""

    id: str
    service: str = ""
    area: str = ""
    mode: Literal["supplement", "replace"] = "supplement"
    module: str | None = None
    language: Language = "de"
    text: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


_SHARED = ("service", "area", "mode", "valid_from", "valid_to")


def _addition_row(record: LocalAddition, text: Text | None) -> AdditionRow:
    shared = {name: getattr(record, name) for name in _SHARED}
    if text is None:
        return AdditionRow(id=record.id, **shared)
    return AdditionRow(id=record.id, **shared, module=text.module, language=text.language, text=text.html)


def _split(record: LocalAddition) -> Sequence[AdditionRow]:
    """A row for each text that the table can show: of several of one module and language, the first."""
    texts = {(one.module, one.language): one for one in reversed(record.texts)}
    shown = [one for one in record.texts if texts[one.module, one.language] is one]
    return [_addition_row(record, one) for one in shown] or [_addition_row(record, None)]


def _pick(record: LocalAddition, said: Mapping[str, Any]) -> AdditionRow:
    module, language = said.get("module"), said.get("language") or "de"
    text = next((one for one in record.texts if (one.module, one.language) == (module, language)), None)
    return replace(_addition_row(record, text), module=module, language=language)


def _merge(record: LocalAddition, row: AdditionRow) -> LocalAddition:
    record = replace(record, **{name: getattr(row, name) for name in _SHARED})
    if row.module is None:
        return record
    texts = list(record.texts)
    place = next(
        (n for n, one in enumerate(texts) if (one.module, one.language) == (row.module, row.language)), len(texts)
    )
    before = texts[place] if place < len(texts) else None
    made = replace(before, html=row.text) if before and row.text else None
    made = made or (Text(module=row.module, language=row.language, html=row.text) if row.text else None)
    texts[place : place + 1] = [made] if made else []
    return replace(record, texts=tuple(texts))


def _module(raw: Raw, desk: Desk) -> str:  # noqa: ARG001  # a reader
    """A text module by its number (a lost zero is given back) or by its title."""
    text = cells.as_text(raw)
    number = re.match(r"(\d{1,2})(?!\d)", cells.digits(text))
    if number and number[1].zfill(2) in MODULES:
        return number[1].zfill(2)
    for code in MODULES:
        if fold(text) in {fold(i18n.message(f"module.{code}", language=one)) for one in i18n.LANGUAGES}:
            return code
    raise Misread("reason.module", "suggestion.modules", choices=", ".join(MODULES))


def _additions() -> Table:
    mode = Choice(("supplement", "replace"), {"ergaenzt": "supplement", "ersetzt": "replace"})
    columns = (
        _record_id("ergaenzung"),
        _service(),
        _area(required=True),
        Column("module", "$.texts.module", _module, lambda row: row.module, lambda row, value: replace(row, module=value),
               ("textmodul", "modul_nr", "baustein"), example="16"),
        field("text", cells.markup, aliases=("inhalt", "ergaenzungstext", "html"), example="Montags nur mit Termin."),
        field("language", _languages(), empty="de", aliases=("lang",)),
        field("mode", mode, empty="supplement", aliases=("art", "modus")),
        *_validity(),
    )  # fmt: skip
    parts = Parts(("module", "language"), _split, _pick, _merge)
    key = ("service", "area", "valid_from")
    return Table("additions", "local_addition", columns, key, lambda id_: LocalAddition(id=id_, service="", area=""), parts=parts)


def _languages() -> Choice:
    return Choice(get_args(Language), {"deutsch": "de", "englisch": "en", "leichte sprache": "de-x-ls"})


def _online_services() -> Table:
    level = Choice(("00", "10", "15", "20", "30", "40"), {"kein": "00", "keines": "00", "basis": "10", "niedrig": "10",
                                                          "substanziell": "30", "substantiell": "30", "hoch": "40"})  # fmt: skip
    status = Choice(("active", "planned", "disturbed", "off"), {"online": "active", "in planung": "planned"})
    columns = (
        _record_id("onlinedienst"),
        _name(example="Meldebescheinigung online beantragen"),
        links(aliases=("link", "adresse", "internetadresse", "webadresse"), example=("https://amt.example.org/antrag",)),
        field("description", cells.markup, aliases=("text", "beschreibungstext")),
        field("assurance_level", level, aliases=("vertrauensniveau_stufe", "niveau"), example="substanziell"),
        field("account", cells.words, empty=(), aliases=("nutzerkonto", "servicekonto")),
        field("fully_online", cells.yes, aliases=("volldigital", "ende_zu_ende")),
        field("cross_border", cells.yes, aliases=("eu_weit",)),
        field("status", status, empty="active", aliases=("betriebsstatus",)),
        *_validity(),
    )
    return Table("online-services", "online_service", columns, ("name",), lambda id_: OnlineService(id=id_, name=""), by_name=True)


def _forms() -> Table:
    columns = (
        _record_id("formular"),
        _name(example="Antrag auf Meldebescheinigung"),
        field("number", aliases=("formularnummer", "formular_nr")),
        links(aliases=("link", "adresse", "datei"), example=("https://amt.example.org/antrag.pdf",)),
        field("description", cells.markup, aliases=("text",)),
        field("accessible", cells.yes, aliases=("barrierefrei_pdf",)),
        *_validity(),
    )
    return Table("forms", "form", columns, ("name",), lambda id_: Form(id=id_, name=""), by_name=True)


def _synonyms() -> Table:
    service = Column("service", "$.service", cells.reference("service"), lambda record: record.service,
                     lambda record, value: replace(record, service=value), ("leistung_id", "service_id"),
                     named="service", example="99008001012000")  # fmt: skip
    columns = (
        _record_id("synonym"),
        field("everyday", required=True, empty="", example="Perso",
              aliases=("synonym", "synonyme", "synonyms", "alltagswort", "suchwort", "suchbegriff", "wort", "word")),
        service,
        field("leika_key", cells.leika_key, aliases=("leika", "leistungsschluessel")),
        field("official", aliases=("amtliches_wort", "amtssprache", "official_word")),
        field("language", _languages(), empty="de", aliases=("lang",)),
    )  # fmt: skip
    key = ("everyday", "service", "leika_key", "official", "language")
    return Table("synonyms", "wording", columns, key, lambda id_: Wording(id=id_, everyday=""), digest=_wording)


def _wording(said: Mapping[str, Any]) -> str:
    target = next((name for name in ("service", "leika_key", "official") if said.get(name)), "service")
    return wording_digest(said.get("everyday") or "", target, said.get(target) or "", said.get("language") or "de")


TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        _authorities(), _online_services(), _forms(), _responsibilities(), _fees(), _additions(), _synonyms()
    )
}  # fmt: skip
"""The tables by name; those whose records others refer to come first."""
KINDS = tuple(dict.fromkeys(table.kind for table in TABLES.values()))
"""The kinds of their records."""
