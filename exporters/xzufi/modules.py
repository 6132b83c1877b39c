"""The modules of services and of specialisations: texts, fees, deadlines, durations, documents, words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from busdb.codelists import TEXT_MODULES
from busdb.fees import sentence
from busdb.records import Deadline, Document, Fee, FeeText, LegalBasis, Link, ProcessingTime, Synonym, Text
from busdb.xzufi import names
from busdb.xzufi.names import LANGUAGES
from exporters.xzufi import parts
from exporters.xzufi.parts import Writer, code, element, free_code, html, paired, text, unspoken, words

_DURATION = re.compile(r"P(?:(\d+)([YMWD])|T(\d+)([HM]))")
_CHANNEL: Final = "000"


def module(writer: Writer, tag: str, content: str) -> str:
    """A module, nothing without content; since 2.3.1 it names its channel, here all."""
    if not content:
        return ""
    return element(tag, (code("zugangskanal", names.ACCESS, _CHANNEL) if writer.new else "") + content)


def texts(writer: Writer, given: Sequence[Text], legal_bases: Sequence[LegalBasis] = ()) -> str:
    """The text modules: a module has its text once in each language."""
    groups: list[list[Text]] = []
    for one in given:
        if one.module not in TEXT_MODULES or one.language not in LANGUAGES or one.visibility != "public":
            continue
        for group in groups:
            if group[0].module == one.module and all(one.language != other.language for other in group):
                group.append(one)
                break
        else:
            groups.append([one])
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
    return element("kosten", content + parts.period(fee.valid_from, fee.valid_to))


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
    found = "".join(_deadline(group) for group in paired(given, unspoken("label", "text")))
    return module(writer, "modulFrist", found + "".join(prose(about, "97")))


def _deadline(group: Sequence[Deadline]) -> str:
    first = group[0]
    known = "001" if first.type == "application" else None
    content = free_code("typ", names.DEADLINE_TYPES, known, names.DEADLINE_WORDS[first.type])
    content += _span(first.duration, first.duration_max)
    if first.date_from or first.date_to:
        content += _chosen("fristauswahl", "FristStichtag", text("von", first.date_from) + text("bis", first.date_to))
    for one in group:
        said = ": ".join(dict.fromkeys(filter(None, (one.label, one.text))))
        if said != names.DEADLINE_WORDS[one.type]:
            content += words("beschreibung", said, one.language)
    return element("frist", content)


def durations(writer: Writer, given: Sequence[ProcessingTime], about: Sequence[Text]) -> str:
    """How long the authority takes."""
    found = ""
    for group in paired(given, unspoken("text", "extendable")):
        first = group[0]
        shortest, longest = (first.minimum, first.maximum) if first.maximum else (None, None)
        content = _span(shortest or longest, longest if shortest else None)
        for one in group:
            content += words("beschreibung", one.text, one.language)
        if content:
            found += element("bearbeitungsdauer", content)
    return module(writer, "modulBearbeitungsdauer", found + "".join(prose(about, "95")))


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
    groups = paired(shown, unspoken("label", "description", "condition"))
    going_in = "".join(_incoming(writer, group) for group in groups if group[0].direction == "in")
    out = "".join(_outgoing(writer, group) for group in groups if group[0].direction == "out")
    return module(writer, "modulDokument", going_in + out)


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
