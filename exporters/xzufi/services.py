"""A service and what lower layers add to it: ``leistung`` and ``spezialisierung``."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from html import escape as html_escape

from msgspec.structs import replace

from busdb.areas import within
from busdb.html import plain
from busdb.records import COUNTRY, AnyRecord, Fee, LocalAddition, Service, Text
from busdb.xzufi import names
from busdb.xzufi.kept import weave
from busdb.xzufi.names import LANGUAGES, OWN
from exporters.xzufi import modules
from exporters.xzufi.parts import Writer, changed, code, element, period, spoken, text

_PROSE_ONLY = frozenset({"93", "94", "95", "97", "98"})


def service(writer: Writer, record: Service, fees: Sequence[Fee], codes: Iterable[str]) -> str:
    """The service with the fees that hold wherever it does; ``codes`` are those of its life events."""
    given = [*record.texts, *_fallbacks(record)]
    content = writer.id("id", "service", record.id) + structure(writer, record)
    if not writer.new:
        content += "".join(code("referenzLeiKa", names.KEYS, key) for key in record.leika_keys)
    else:
        content += "".join(
            writer.identifier("referenzLeistungsschluessel", names.KEYS.uri, "LeiKa", key) for key in record.leika_keys
        )
        content += _audiences(record)
    content += modules.texts(writer, given, record.legal_bases)
    deadlines = modules.deadlines(writer, record.deadlines, given)
    durations = modules.durations(writer, record.processing_times, given)
    costs = modules.costs(writer, fees, given)
    documents = modules.documents(writer, record.documents)
    words = modules.synonyms(writer, record.synonyms) + _approval(writer, record)
    hints = modules.hints(writer, record.texts)
    if writer.new:
        content += deadlines + durations + costs + documents + words + hints
    else:
        content += deadlines + costs + durations + words + hints + documents
    content += "".join(code("typisierung", names.FEDERAL_TYPES, one) for one in record.federal_types)
    content += _marks(writer, record, codes)
    content += _changed(writer, record.changed_on) + _languages(writer, record.texts, given)
    content += period(record.valid_from, record.valid_to)
    return weave(element("leistung", content), record.extensions, writer.version)


def structure(writer: Writer, record: Service) -> str:
    """What sort of service it is, with the parts of its key; nothing where sort or key is not known."""
    key = record.leika_keys[0] if record.leika_keys else None
    if record.kind is None or key is None:
        return ""
    type_ = {"lo": "", "lov": "MitVerrichtung", "lovd": "MitVerrichtungUndDetail"}[record.kind]
    content = ""
    if type_:
        content = writer.identifier("leistungsobjektID", names.KEYS.uri, "LeiKa", f"{key[:8]}000000")
        activity = code("verrichtungLeiKa", names.ACTIVITIES, key[8:11])
        content += activity if writer.new else element("verrichtung", activity)
    return element("struktur", content, f' xsi:type="xzufi:LeistungsstrukturObjekt{type_}"')


def _audiences(record: Service) -> str:
    return "".join(code("leistungsadressat", names.AUDIENCES, names.AUDIENCE_CODES[one]) for one in record.audiences)


def _approval(writer: Writer, record: Service) -> str:
    said, _ = modules.prose(_plain(record.texts), "93", "fachlichFreigegebenDurch")
    return modules.module(writer, "modulFachlicheFreigabe", text("fachlichFreigegebenAm", record.reviewed_on) + said)


def _plain(texts: Iterable[Text]) -> Iterator[Text]:
    """Who has approved is plain text in XZuFi."""
    return (replace(one, html=plain(one.html)) for one in texts if one.module == "93")


def _marks(writer: Writer, record: Service, codes: Iterable[str]) -> str:
    written = "kennzeichenFormularSchriftformerfordernis" if writer.new else "kennzeichenSchriftformerfordernis"
    content = "" if writer.new else _audiences(record)
    content += text(written, record.written_form)
    content += "".join(code("klassifizierung", names.LIFE_EVENTS, one) for one in codes)
    areas = [code("informationsbereichSDG1" if writer.new else "informationsbereichSDG", names.SDG, one)
             for one in record.sdg_areas]  # fmt: skip
    content += element("informationsbereicheSDG", "".join(areas)) if writer.new and areas else "".join(areas)
    content += writer.places("gueltigkeitGebietID", record.areas)
    if not writer.new:
        content += text("kennzeichenEA", record.ea)
    elif record.ea is not None:
        content += code("durchfuehrbarEinheitlicheStelle", names.SINGLE_POINT, "11" if record.ea else "00")
    for one in record.nace:
        content += element("relevantFuerWirtschaftszweig", code("code", names.BRANCHES, one))
    content += "".join(
        code("relevantFuerRechtsform", names.LEGAL_FORMS, one)
        for one in record.legal_forms
        if re.fullmatch(r"\d{6}", one)
    )
    nations = [one for one in record.nationalities if re.fullmatch(r"\d{3}", one)]
    tag = "staatsangehoerigkeit" if writer.new else "relevantFuerStaatsangehoerigkeit"
    found = "".join(code(tag, names.NATIONALITIES, one) for one in nations)
    return content + (element("relevantFuerStaatsangehoerigkeit", found) if writer.new and found else found)


def _changed(writer: Writer, day: dt.date | None) -> str:
    return changed(day, "versionsinformationen" if writer.new else "versionsinformation")


def _languages(writer: Writer, texts: Sequence[Text], all_: Sequence[Text] | None = None) -> str:
    """The languages of ``all_`` texts; a language is machine translated if all own ``texts`` in it are."""
    shown = [one for one in texts if one.visibility == "public"]
    machine = {one.language for one in shown} - {one.language for one in shown if not one.machine_translated}
    languages = {one.language for one in all_ or shown if one.visibility == "public"}
    return spoken(languages, machine if writer.new else None)


def _fallbacks(record: Service) -> Iterator[Text]:
    """Prose for the modules that records hold in structured form alone: readers of XZuFi show prose."""
    have = {one.module for one in record.texts}
    for module, items, tag in (
        ("07", [("de", one.citation) for one in record.legal_bases if not one.url], "ul"),
        ("08", [(one.language, one.label) for one in record.documents if one.direction == "in"
                and one.visibility == "public"], "ul"),
        ("09", [(one.language, one.text) for one in record.requirements], "ul"),
        ("11", [(one.language, one.text) for one in record.steps], "ol"),
        ("25", [(one.language, ": ".join(filter(None, (one.kind, one.text)))) for one in record.remedies], "ul"),
    ):  # fmt: skip
        for language in LANGUAGES if module not in have else ():
            some = "".join(f"<li>{html_escape(said, quote=False)}</li>" for spoken_, said in items
                           if spoken_ == language)  # fmt: skip
            if some:
                yield Text(module=module, html=f"<{tag}>{some}</{tag}>", language=language)


def specialised(record: Service, parts: Iterable[AnyRecord]) -> dict[str, list[AnyRecord]]:
    """What lower layers add, by the id of each specialisation: their texts, and the fees that hold only somewhere."""
    found: dict[str, list[AnyRecord]] = defaultdict(list)
    for one in parts:
        if isinstance(one, LocalAddition):
            found[one.id.partition(OWN)[0]].append(one)
        elif isinstance(one, Fee) and not everywhere(one, record):
            found[_owner(one, record)].append(one)
    return found


def specialisations(writer: Writer, record: Service, parts: Iterable[AnyRecord]) -> Iterator[tuple[str, str]]:
    """The specialisations of a service, each with its id."""
    found = specialised(record, parts)
    for id_ in sorted(found, key=writer.split):
        additions = [one for one in found[id_] if isinstance(one, LocalAddition)]
        fees = [one for one in found[id_] if isinstance(one, Fee)]
        yield id_, _specialisation(writer, id_, record, additions, fees)


def everywhere(fee: Fee, record: Service) -> bool:
    """Whether a fee is the service's own, and due wherever the service is offered."""
    own, mark, _ = fee.id.partition(OWN)
    if mark:
        return own == record.id
    if fee.id.partition(".")[0] != record.id.partition(".")[0]:
        return False
    return fee.area is None or all(within(code_, fee.area) for code_ in record.areas or ("",))


def _owner(fee: Fee, record: Service) -> str:
    """The id of the specialisation that carries a fee: its owner's, else one made from service and area."""
    own, mark, _ = fee.id.partition(OWN)
    if mark:
        return own
    source, value = fee.id.partition(".")[0], record.id.partition(".")[2]
    return f"{source}.{value}-{fee.area or COUNTRY}"


def _specialisation(
    writer: Writer, id_: str, record: Service, additions: Sequence[LocalAddition], fees: Sequence[Fee]
) -> str:
    """One specialisation; ``additions`` are the same content, once for each of its areas."""
    first = additions[0] if additions else LocalAddition(id=id_, service=record.id, area=COUNTRY)
    areas = list(dict.fromkeys([*(one.area for one in additions), *(one.area or COUNTRY for one in fees)]))
    once = {(one.kind, one.amount, one.label, one.position): one for one in fees}.values()
    content = writer.id("id", "local_addition", id_) + writer.id("leistungID", "service", record.id)
    content += writer.places("gebietID", areas)
    content += modules.texts(writer, first.texts)
    deadlines = modules.deadlines(writer, first.deadlines, first.texts)
    costs = modules.costs(writer, once, first.texts)
    durations = modules.durations(writer, first.processing_times, first.texts)
    content += deadlines + (durations + costs if writer.new else costs + durations)
    content += modules.documents(writer, first.documents)
    content += _changed(writer, first.changed_on) + _languages(writer, first.texts)
    content += period(first.valid_from, first.valid_to)
    return weave(element("spezialisierung", content), first.extensions, writer.version)
