"""What responsibilities lead to: ``organisationseinheit``, ``onlinedienst``, ``formular``, and these themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from busdb.records import (
    Address,
    AnyRecord,
    Authority,
    Contact,
    Criterion,
    Form,
    Link,
    OnlineService,
    Person,
    Responsibility,
)
from busdb.xzufi import names
from busdb.xzufi.kept import weave
from busdb.xzufi.names import CHANNEL_CODES, MARKS, TARGETS, Kind
from exporters.xzufi import hours, parts
from exporters.xzufi.parts import Writer, changed, code, element, html, named, period, spoken, text, words


def authority(writer: Writer, record: Authority, rules: Iterable[Responsibility]) -> str:
    """An authority; ``rules`` are written inside it."""
    content = writer.id("id", "authority", record.id)
    if record.parent:
        content += writer.id("uebergeordneteOrganisationseinheitID", "authority", record.parent)
    for one in record.categories:
        agency = writer.split(record.id)[0]
        category = writer.identifier("id", "Kategorie", agency, one) + words("bezeichnung", one)
        content += element("kategorie", category)
    content += element("name", named("name", record.name, record.names) + words("kurzbezeichnung", record.short_name))
    said, structured = hours.regular(record.hours)
    content += html("beschreibung", record.description) + said + structured + hours.exceptions(record.exceptions)
    if writer.internal:
        for inside in record.internal115:
            content += words("infoInternServicecenter", inside.note)
    content += "".join(_address(one, record.area if not place else None) for place, one in enumerate(record.addresses))
    shown = [one for one in record.contacts if one.visibility == "public" or writer.internal]
    content += "".join(map(_contact, (one for one in shown if one.channel in CHANNEL_CODES and not _page(one))))
    content += "".join(map(_system, (one for one in shown if one.channel in names.SYSTEMS)))
    content += "".join(
        parts.link("internetadresse", Link(url=one.value, title=one.label)) for one in shown if _page(one)
    )
    content += "".join(_person(one) for one in record.persons if one.published)
    content += nested(writer, "authority", rules)
    content += changed(record.changed_on)
    content += period(record.valid_from, record.valid_to)
    return weave(element("organisationseinheit", content), record.extensions, writer.version)


def _page(one: Contact) -> bool:
    return one.channel == "web" and one.value.startswith(("http://", "https://"))


def _address(one: Address, area: str | None) -> str:
    content = code("typ", names.ADDRESS_TYPES, *names.ADDRESS_CODES[one.type])
    content += text("strasse", one.street) + text("hausnummer", one.house_number) + text("postfach", one.po_box)
    content += text("postleitzahl", one.postal_code) + text("ort", one.city) + text("ortsteil", one.locality)
    content += _seat(area) + text("zusatz", ", ".join(filter(None, (one.addition, one.room))) or None)
    if one.lat is not None and one.lon is not None:
        content += element("geokodierung", text("x", one.lon) + text("y", one.lat), ' srsName="EPSG:4326"')
    content += words("infoParkplatz", one.parking) + words("infoOEPNV", one.transit)
    content += text("kennzeichenAufzug", one.elevator)
    if one.wheelchair in {"yes", "no"}:
        content += text("kennzeichenRollstuhlgerecht", one.wheelchair == "yes")
    return element("anschrift", content)


def _seat(area: str | None) -> str:
    """The area whose administration it is, as the one level that is named."""
    if area is None or not area.isdigit():
        return ""
    tag, list_ = {2: ("bundesland", "bundesland"), 5: ("kreis", "kreis"), 9: ("gemeindeverband", "rs")}.get(
        len(area), ("regionalschluessel", "rs")
    )
    uri = f"urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:{list_}"
    return element("verwaltungspolitischeKodierung", code(tag, names.Code(uri, "2024-10-31"), area))


def _contact(one: Contact) -> str:
    content = code("kanal", names.CHANNELS, *CHANNEL_CODES[one.channel]) + text("kennung", one.value)
    return element("kommunikation", content + text("kennungszusatz", one.label) + words("zusatz", one.limits))


def _system(one: Contact) -> str:
    content = code("kanal", names.CHANNELS, "07", names.SYSTEMS[one.channel]) + text("kennung", one.value)
    return element("kommunikationssystem", content + text("kennungszusatz", one.label))


def _person(one: Person) -> str:
    first, _, last = one.name.rpartition(" ")
    content = text("vorname", first or None) + text("familienname", last) + words("rolle", one.role)
    content += text("raum", one.room)
    if one.phone:
        content += _contact(Contact(channel="phone", value=one.phone))
    if one.email:
        content += _contact(Contact(channel="email", value=one.email))
    return element("kontaktperson", content)


def online_service(writer: Writer, record: OnlineService, rules: Iterable[Responsibility]) -> str:
    """An online service with what it is for."""
    content = writer.id("id", "online_service", record.id) + named("bezeichnung", record.name, record.names)
    content += html("beschreibung", record.description)
    for one in record.links:
        if one.visibility == "public" and one.language in names.LANGUAGES:
            inside = code("typ", names.LINK_TYPES, "01", "Link zum Onlinedienst") + text("link", one.url)
            content += element("link", inside + text("titel", one.title), f' languageCode="{one.language}"')
    if record.assurance_level:
        content += code("vertrauensniveau", names.ASSURANCE, record.assurance_level)
    content += nested(writer, "online_service", rules) + spoken(record.languages)
    content += period(record.valid_from, record.valid_to)
    data = element("onlinedienst", content, ' xsi:type="xzufi:OnlinedienstErweitert"')
    return weave(data, record.extensions, writer.version)


def form(writer: Writer, record: Form, rules: Iterable[Responsibility]) -> str:
    """A form with what it is for."""
    content = writer.id("id", "form", record.id)
    if record.number:
        agency = writer.split(record.id)[0]
        content += writer.identifier("idSekundaer", names.FORM_NUMBER, agency, record.number)
    content += named("bezeichnung", record.name, record.names) + html("beschreibung", record.description)
    content += "".join(parts.link("link", one) for one in record.links if one.visibility == "public")
    content += nested(writer, "form", rules) + period(record.valid_from, record.valid_to)
    return weave(element("formular", content), record.extensions, writer.version)


def nested(writer: Writer, kind: Kind, rules: Iterable[Responsibility]) -> str:
    """The responsibilities of a target inside it, in the order of their ids."""
    return "".join(
        responsibility(writer, kind, one) for one in sorted(rules, key=lambda one: number(writer, kind, one.id))
    )


def number(writer: Writer, kind: Kind, id_: str) -> tuple[str, str]:
    """The agency and the value of a responsibility as they are written."""
    agency, value = writer.split(id_)
    mark = MARKS.get(kind, "")
    return agency, value.removeprefix(mark) if mark else value


def responsibility(writer: Writer, kind: Kind, record: Responsibility) -> str:
    """A responsibility of a target of ``kind``."""
    content = writer.identifier("id", TARGETS[kind], *number(writer, kind, record.id))
    content += writer.id("leistungID", "service", record.service) + writer.places("gebietID", record.areas)
    content += code("rolle", names.ROLES, *names.ROLE_CODES[record.role])
    content += "".join(map(_criterion, record.criteria)) + words("bemerkung", record.remark)
    content += period(record.valid_from, record.valid_to)
    return weave(
        element("zustaendigkeit", content, f' xsi:type="xzufi:{TARGETS[kind]}"'), record.extensions, writer.version
    )


def _criterion(one: Criterion) -> str:
    content = code("typ", names.CRITERIA, names.CRITERION_CODES[one.type])
    content += text("von", one.first) + text("bis", one.last)
    said = one.text
    if one.type == "street":
        said = ", ".join(filter(None, (one.street, names.PARITIES.get(one.parity or ""), one.text))) or None
    return element("kriterium", content + words("beschreibung", said))


def transfer(writer: Writer, record: Responsibility) -> str:
    """A responsibility on its own, with the id of its target, for deltas. Empty for a level rule."""
    target = kind_of(record)
    if target is None:
        return ""
    kind, id_ = target
    content = writer.id("uebergeordnetesObjektID", kind, id_) + responsibility(writer, kind, record)
    return element("zustaendigkeitTransferObjekt", content)


def kind_of(record: Responsibility) -> tuple[Kind, str] | None:
    """The kind and id of the target, ``None`` for a level rule."""
    targets: Sequence[tuple[Kind, str | None]] = (
        ("authority", record.authority),
        ("online_service", record.online_service),
        ("form", record.form),
    )
    return next(((kind, id_) for kind, id_ in targets if id_), None)


def target(writer: Writer, record: AnyRecord, rules: Iterable[Responsibility]) -> str:
    """An authority, an online service or a form."""
    if isinstance(record, Authority):
        return authority(writer, record, rules)
    if isinstance(record, OnlineService):
        return online_service(writer, record, rules)
    if isinstance(record, Form):
        return form(writer, record, rules)
    raise TypeError(record.kind_name)
