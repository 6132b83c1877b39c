"""The modules of services and of specialisations: texts, fees, deadlines, durations, documents, words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from busdb.codelists import TEXT_MODULES
from busdb.fees import sentence
from busdb.records import Deadline, Document, Fee, FeeText, LegalBasis, Link, ProcessingTime, Synonym, Text
from busdb.xzufi import names
from busdb.xzufi.kept import weave
from busdb.xzufi.names import LANGUAGES
from exporters.xzufi import parts
from exporters.xzufi.parts import Writer, code, element, free_code, html, paired, text, words

_DURATION = re.compile(r"P(?:(\d+)([YMWD])|T(\d+)([HM]))")


def module(writer: Writer, tag: str, content: str) -> str:
    """A module, nothing without content; since 2.3.1 it names its channel, here all."""
    if not content:
        return ""
    return element(tag, (code("zugangskanal", names.ACCESS, names.ALL_CHANNELS) if writer.new else "") + content)


def texts(writer: Writer, given: Sequence[Text], legal_bases: Sequence[LegalBasis] = ()) -> str:
    """The text modules: a module has its text once in each language."""
    groups: list[list[Text]] = []
    latest: dict[str, list[Text]] = {}
    for one in given:
        if one.module not in TEXT_MODULES or one.language not in LANGUAGES or one.visibility != "public":
            continue
        group = latest.get(one.module)
        if group is None or any(one.language == other.language for other in group):
            group = latest[one.module] = []
            groups.append(group)
        group.append(one)
    links = "".join(
        parts.link("weiterfuehrenderLink", Link(url=one.url, title=one.citation)) for one in legal_bases if one.url
    )
    found = ""
    for group in groups:
        law = links if group[0].module == "07" else ""
        links = "" if law else links
        found += _text(writer, group, law)
    if links:
        found += module(writer, "modulText", _head("07") + links)
    return found


def _head(module_: str) -> str:
    return code("leikaTextmodul", names.MODULES, module_, names.MODULE_NAMES[module_])


def _text(writer: Writer, group: Sequence[Text], links: str) -> str:
    content = _head(group[0].module) + "".join(html("inhalt", one.html, one.language) for one in group)
    return module(writer, "modulText", content + _links(group) + links)


def _links(group: Iterable[Text]) -> str:
    return "".join(parts.link("weiterfuehrenderLink", one) for text_ in group for one in text_.links)


def prose(given: Iterable[Text], module_: str, tag: str = "beschreibung") -> tuple[str, str]:
    """The prose of a structured module, and its links."""
    group = [one for one in given if one.module == module_ and one.visibility == "public"]
    group = [one for one in group if one.language in LANGUAGES]
    return "".join(html(tag, one.html, one.language) for one in group), _links(group)


def hints(writer: Writer, given: Iterable[Text]) -> str:
    """What only information services may see: texts for 115, where internal content is wanted."""
    group = [one for one in given if writer.internal and one.visibility == "115" and one.language in LANGUAGES]
    content = "".join(html("inhalt", one.html, one.language) for one in group)
    return module(writer, "modulAuskunftshinweis", content + _links(group))


def synonyms(writer: Writer, given: Iterable[Synonym]) -> str:
    """The words under which a service is sought."""
    found = "".join(
        element("begriffImKontext", words("begriff", one.term, one.language))
        for one in given
        if one.language in LANGUAGES
    )
    return module(writer, "modulBegriffImKontext", found)


def costs(writer: Writer, fees: Iterable[Fee], given: Sequence[Text]) -> str:
    """The fees in the order of their positions, and what is said about them."""
    found = "".join(_cost(writer, one) for one in sorted(fees, key=lambda one: (one.position, one.id)))
    return module(writer, "modulKosten", found + "".join(prose(given, "98")))


def _cost(writer: Writer, fee: Fee) -> str:
    known = fee.type == "fee"
    content = free_code(
        "typ", names.FEE_TYPES, "001" if known else None, "Gebühr" if known else names.FEE_WORDS[fee.type]
    )
    content += _amount(fee)
    content += words("beschreibung", _label(fee))
    for one in fee.translations:
        content += words("beschreibung", _label(one), one.language)
    content += text("vorkasse", fee.prepayment)
    if fee.legal_basis_url and writer.new:
        content += parts.link("linkKostenbildung", Link(url=fee.legal_basis_url, title=fee.legal_basis))
    elif fee.legal_basis_url:
        content += text("linkKostenbildung", fee.legal_basis_url)
    written = element("kosten", content + parts.period(fee.valid_from, fee.valid_to))
    return weave(written, fee.extensions, writer.version)


def _label(one: Fee | FeeText) -> str | None:
    return " – ".join(filter(None, (one.label, one.condition, one.exemption))) or None


def _amount(fee: Fee) -> str:
    if fee.kind == "free":
        return _chosen("kostenauswahl", "KostenFrei", "")
    if fee.kind == "fixed" and fee.amount is not None:
        return _chosen("kostenauswahl", "KostenFix", _money("betrag", fee.amount))
    lower, upper = fee.amount_min, fee.amount_max
    if fee.kind == "from":
        lower = fee.amount if lower is None else lower
    elif fee.kind == "up_to":
        upper = fee.amount if upper is None else upper
    bounds = (_money("betragUntergrenze", lower) if lower is not None else "") + (
        _money("betragObergrenze", upper) if upper is not None else ""
    )
    said = fee.base if fee.kind not in {"rate", "value_based", "fixed"} else sentence(fee, "de")
    return _chosen("kostenauswahl", "KostenVariabel", bounds + words("beschreibungVariabilitaet", said))


def _money(tag: str, amount: object) -> str:
    return element(tag, f"{amount:.2f}", ' currencyCode="EUR"')


def _chosen(tag: str, type_: str, content: str) -> str:
    return element(tag, content, f' xsi:type="xzufi:{type_}"')


def deadlines(writer: Writer, given: Sequence[Deadline], about: Sequence[Text]) -> str:
    """The periods and dates that applicants keep."""
    groups = paired(given, lambda one: (one.type, _when(one)))
    found = "".join(_deadline(group) for group in groups)
    return module(writer, "modulFrist", found + "".join(prose(about, "97")))


def _deadline(group: Sequence[Deadline]) -> str:
    first = group[0]
    known = "001" if first.type == "application" else None
    content = free_code("typ", names.DEADLINE_TYPES, known, names.DEADLINE_WORDS[first.type])
    content += _when(first)
    for one in group:
        said = ": ".join(dict.fromkeys(filter(None, (one.label, one.text))))
        if said != names.DEADLINE_WORDS[one.type]:
            content += words("beschreibung", said, one.language)
    return element("frist", content)


def _when(one: Deadline) -> str:
    if one.date_from or one.date_to:
        return _chosen("fristauswahl", "FristStichtag", text("von", one.date_from) + text("bis", one.date_to))
    return _span(one.duration, one.duration_max)


def durations(writer: Writer, given: Sequence[ProcessingTime], about: Sequence[Text]) -> str:
    """How long the authority takes."""
    found = ""
    for group in paired(given, _takes):
        content = _takes(group[0])
        for one in group:
            content += words("beschreibung", one.text, one.language)
        if content:
            found += element("bearbeitungsdauer", content)
    return module(writer, "modulBearbeitungsdauer", found + "".join(prose(about, "95")))


def _takes(one: ProcessingTime) -> str:
    if one.maximum is None:
        return ""
    return _span(one.minimum or one.maximum, one.maximum if one.minimum else None)


def _span(first: str | None, last: str | None) -> str:
    """A period in one unit, nothing for one that would need two."""
    some = [_unit(one) for one in (first, last) if one]
    if not some or None in some:
        return ""
    content = ""
    for (amount, unit), end in zip([one for one in some if one], ("", "Bis"), strict=False):
        content += text(f"dauer{end}", amount) + code(f"einheit{end}", names.UNITS, unit)
    return _chosen("fristauswahl", "FristDauer", content)


def _unit(duration: str) -> tuple[str, str] | None:
    match = _DURATION.fullmatch(duration)
    if match is None:
        return None
    days, letter, hours, small = match.groups()
    return (days, names.UNIT_CODES[letter]) if days else (hours, names.UNIT_CODES[f"T{small}"])


def documents(writer: Writer, given: Sequence[Document]) -> str:
    """The documents that go in and come out."""
    shown = [one for one in given if one.visibility == "public"]

    def same(one: Document) -> tuple[object, ...]:
        return one.form, one.required if writer.new else None

    going_in = paired([one for one in shown if one.direction == "in"], same)
    out = paired([one for one in shown if one.direction == "out"], same)
    found = "".join(_incoming(writer, group) for group in going_in)
    return module(writer, "modulDokument", found + "".join(_outgoing(writer, group) for group in out))


def _incoming(writer: Writer, group: Sequence[Document]) -> str:
    if not writer.new:
        return element("dokumentEingehend", _document(writer, group))
    wanted = code("pflichtangabetyp", names.MANDATORY, "01" if group[0].required else "02")
    return element("dokumentEingehend", wanted + element("dokument", _document(writer, group)))


def _outgoing(writer: Writer, group: Sequence[Document]) -> str:
    return element("dokumentAusgehend", _document(writer, group))


def _document(writer: Writer, group: Sequence[Document]) -> str:
    content = free_code("art" if writer.new else "typ", names.DOCUMENT_TYPES, "999", None)
    content += "".join(words("bezeichnung", one.label, one.language) for one in group)
    for one in group:
        said = " – ".join(filter(None, (one.description, one.condition)))
        content += words("beschreibung", said or None, one.language)
    if group[0].form:
        content += writer.id("formularReferenz" if writer.new else "referenzFormularID", "form", group[0].form)
    return content
