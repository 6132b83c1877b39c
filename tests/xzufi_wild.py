"""Objects made at random from the types of XZuFi, with the values that the wild has, and what remains of them."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from html import unescape
from random import Random
from typing import Any

from lxml import etree
from support import NOW
from xzufi_examples import xzufi_head

from busdb.formats import ImportContext, Input, Parsed, Whole
from busdb.interchange import canonical
from busdb.issues import Issue
from busdb.records import AnyRecord, Fee, LocalAddition, Responsibility, Service
from busdb.xzufi.names import XSI, namespace
from busdb.xzufi.structure import children, types
from exporters.xzufi import FORMAT as EXPORT
from importers.xzufi import FORMAT as IMPORT

CONTEXT = ImportContext(source="lsa", agencies={"L999915": "lsa", "lsa": "lsa"})
TEXTS = ("Ein Text", "Gewerbe & Handel", "<p>Ein <b>Absatz</b></p>", "Zeile\neins", "Ümläute", "<ul><li>a</li></ul>")
VALUES = {
    "boolean": ("true", "false"),
    "integer": ("1", "17"),
    "nonNegativeInteger": ("3", "30"),
    "decimal": ("11.9", "51.48"),
    "date": ("2026-01-31",),
    "dateTime": ("2026-11-03T00:00:00+01:00", "2026-11-03T08:15:00Z"),
    "time": ("08:00:00", "12:30:00"),
    "anyURI": ("https://example.org/a?b=1&c=2", "http://example.org/"),
    "language": ("de", "en"),
    "Stichtag": ("2026-01-01", "--12-31", "nach Absprache"),
    "DatumOderZeit": ("2026-01-01T00:00:00+01:00", "2030-12-31", "2999-12-31T00:00:00Z", "2031-12-31T23:59:59+01:00"),
    "Betrag": ("26.00", "15.50"),
}
CODES: dict[str, tuple[str, ...]] = {
    "leikaTextmodul": ("02", "03", "05", "06", "15", "16", "25"),
    "referenzLeiKa": ("99050012104000", "99050012104001", "12"),
    "typisierung": ("2/3", "4a", "5"),
    "leistungsadressat": ("001", "002", "009"),
    "informationsbereichSDG": ("2010100", "1010200", "x"),
    "informationsbereichSDG1": ("2010100", "1010200"),
    "klassifizierung": ("1010200", "2010100"),
    "durchfuehrbarEinheitlicheStelle": ("11", "00", "19"),
    "einheit": ("MONAT", "TAG", "WERKTAG", "STUNDE"),
    "einheitBis": ("MONAT", "TAG", "JAHR"),
    "rolle": ("01", "03", "02"),
    "kanal": ("01", "02", "04", "06", "09"),
    "tagestyp": ("001", "002", "005"),
    "vertrauensniveau": ("20", "77"),
    "zugangskanal": ("000", "100"),
    "pflichtangabetyp": ("01", "02", "03"),
    "relevantFuerRechtsform": ("111000", "7"),
    "relevantFuerStaatsangehoerigkeit": ("000", "121"),
}


class Wild:
    """Makes objects; the same seed makes the same ones."""

    def __init__(self, seed: int, version: str) -> None:
        self.random = Random(seed)
        self.version = version
        self.number = 0

    def message(self, root: str = "irgendeine.nachricht.030104") -> bytes:
        """One message with an object of each sort, in any order."""
        uri = namespace(self.version)
        top = etree.Element(f"{{{uri}}}{root}", {"xzufiVersion": self.version}, nsmap={"x": uri, "xsi": XSI})
        head = etree.SubElement(top, f"{{{uri}}}nachrichtenkopf")
        etree.SubElement(head, f"{{{uri}}}nachrichtUUID").text = "u"
        kinds = list(children(self.version, "Schreibe").values())
        self.random.shuffle(kinds)
        for one in kinds:
            self._fill(etree.SubElement(top, f"{{{uri}}}schreibe"), one.name, one.type, 0)
        return etree.tostring(top, xml_declaration=True, encoding="UTF-8")

    def _fill(self, parent: etree._Element, name: str, type_: str, depth: int) -> None:
        element = etree.SubElement(parent, f"{{{namespace(self.version)}}}{name}")
        known = types(self.version)
        if type_ in known and known[type_].abstract:
            choices = [one.name for one in known.values() if one.base == type_]
            type_ = self.random.choice(choices)
            element.set(f"{{{XSI}}}type", f"x:{type_}")
        if type_ == "Code":
            self._code(element, name)
        elif type_ in known:
            self._inside(element, type_, depth)
        else:
            self._value(element, name, type_)

    def _inside(self, element: etree._Element, type_: str, depth: int) -> None:
        base = types(self.version)[type_].base
        if base:
            self._members(element, base, depth)
        self._members(element, type_, depth)

    def _members(self, element: etree._Element, type_: str, depth: int) -> None:
        described = types(self.version)[type_]
        for attribute in described.attributes:
            if attribute.type == "language":
                element.set(attribute.name, self.random.choice(("de", "en")))
        some = [self.random.choice(described.children)] if described.choice else described.children
        for child in some:
            if type_ == "CodeErweiterbar" and (child.name == "nichtGelisteterWert") == (self.number % 2 == 0):
                continue
            most = 1 if child.most == 1 else 3 if depth < 2 else 2
            least = 1 if (type_, child.name) == ("Textmodul", "inhalt") else child.least
            for number in range(self.random.randint(least, max(most, least))):
                if child.most is None or number == 0:
                    self._member(element, child.name, child.type, depth, number)

    def _member(self, element: etree._Element, name: str, type_: str, depth: int, number: int) -> None:
        words = type_ in {"StringLocalized", "HtmlStringLocalized"}
        if words and number > 1:
            return
        self._fill(element, name, type_, depth + 1)
        if words:
            element[-1].set("languageCode", ("de", "en")[number])

    def _code(self, element: etree._Element, name: str) -> None:
        element.set("listURI", f"urn:example:{name}")
        element.set("listVersionID", "7")
        uri = f"{{{namespace(self.version)}}}" if self.random.random() < 0.2 else ""
        etree.SubElement(element, f"{uri}code").text = self.random.choice(CODES.get(name, ("001", "999")))
        if self.random.random() < 0.5:
            etree.SubElement(element, f"{uri}name").text = self.random.choice(("Name", "Bezeichnung & mehr"))

    def _value(self, element: etree._Element, name: str, type_: str) -> None:
        if type_ == "Identifikator":
            self.number += 1
            element.set("schemeAgencyID", "L999915")
            element.set("schemeID", "irgendeines")
            places = ("150000000000", "150020000000", f"15084{self.number:04}{self.number:03}", f"gebiet-{self.number}")
            area = name in {"gebietID", "gueltigkeitGebietID"}
            element.text = places[self.number % 4] if area else f"{name}-{self.number}"
            parent = element.getparent()
            if name == "leistungID" or (name == "id" and parent is not None and parent.tag.endswith("}leistung")):
                element.text = "leistung-1"
        elif type_ in VALUES:
            element.text = self.random.choice(VALUES[type_])
            if type_ == "Betrag":
                element.set("currencyCode", self.random.choice(("EUR", "EUR", "EUR", "CHF")))
        elif type_ == "HtmlStringLocalized":
            element.text = self.random.choice(TEXTS)
        else:
            element.text = f"{self.random.choice(TEXTS[:2] + TEXTS[4:5])} {self.number}"


def read(data: bytes, context: ImportContext = CONTEXT) -> tuple[list[AnyRecord], list[Issue]]:
    """The records of a message, checked against their types, and the findings."""
    found = list(IMPORT.read([Input("x.xml", io.BytesIO(data))], context))
    records = [canonical(one.record) for one in found if isinstance(one, Parsed)]
    return records, [one for one in found if isinstance(one, Issue)]


def wholes(records: list[AnyRecord]) -> list[Whole]:
    """Records put together as an export wants them."""
    parts: dict[str, list[AnyRecord]] = defaultdict(list)
    for one in records:
        if isinstance(one, Fee | LocalAddition):
            parts[one.service].append(one)
        elif isinstance(one, Responsibility):
            parts[one.authority or one.online_service or one.form or ""].append(one)
    heads = [one for one in records if not isinstance(one, Fee | LocalAddition | Responsibility)]
    order = {"service": 0, "authority": 1, "online_service": 2, "form": 3}
    heads.sort(key=lambda one: (order[one.kind_name], one.id))
    known = {one.id for one in heads}
    for id_ in sorted(parts.keys() - known):
        first = parts[id_][0]
        if isinstance(first, Fee | LocalAddition):
            heads.append(Service(id=id_))
    return [Whole(one, tuple(parts[one.id]), NOW) for one in heads]


def write(records: list[AnyRecord], version: str) -> bytes:
    """The records as a message with internal content."""
    head = xzufi_head(version, internal=True)
    head.areas.clear()
    return b"".join(EXPORT.write(wholes(records), head, "xml"))


def elements(root: etree._Element, object_: str) -> Counter[tuple[Any, ...]]:
    """All values in the objects of a name, by their paths of local names, with their number."""
    found: Counter[tuple[Any, ...]] = Counter()
    for element in root.iter(f"{{*}}{object_}"):
        for leaf in element.iter("*"):
            text = " ".join(unescape(leaf.text or "").split())
            if text and not len(leaf):
                path = [leaf.tag.rpartition("}")[2]]
                for above in leaf.iterancestors():
                    if above is element:
                        break
                    path.append(str(above.tag).rpartition("}")[2])
                found[*reversed(path), text] += 1
    return found
