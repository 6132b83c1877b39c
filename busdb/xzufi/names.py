"""Names, identifiers and code lists of XZuFi.

What is only inferred is marked so in docs/formats/xzufi.md; it stands here in one place, to be changed in one place.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from busdb.codelists import TEXT_MODULES_URN, significant
from busdb.records import COUNTRY

ROOT: Final = "transferoperationen"
RECIPIENT: Final = "PVOG"
PRODUCT: Final = "busdb"
CODE_NAMESPACE: Final = "http://xoev.de/schemata/code/1_0"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_NAMESPACE = "http://xoev.de/schemata/xzufi/"
OWN = "~"
"""Between the id of an object and the key of a part of it that has no id in XZuFi."""
AGENCY = ":"
"""Between an agency that is nobody's here and the value that it gave, in a value of ours."""
LANGUAGES: Final = ("de", "en")
"""The languages that the national gateway takes."""
LANGUAGE_NAMES: Final = {"de": ("Deutsch", "Deutsch"), "en": ("Englisch", "English")}


class Code(NamedTuple):
    """A code list: its URN and version."""

    uri: str
    version: str


KEYS = Code("urn:de:fim:leika:leistung", "20210401")
ACTIVITIES = Code("urn:de:fim:leika:verrichtung", "1")
MODULES = Code(TEXT_MODULES_URN, "20240216")
FEDERAL_TYPES = Code("urn:de:fim:leika:typisierung", "20211221")
AUDIENCES = Code("urn:de:xzufi:codeliste:leistungsadressat", "1")
LIFE_EVENTS = Code("urn:xoev-de:fim:codeliste:pvlagen", "1")
SDG = Code("urn:xoev-de:fim:codeliste:sdginformationsbereich", "4")
ASSURANCE = Code("urn:xoev-de:fim:codeliste:vertrauensniveau", "1")
DOCUMENT_TYPES = Code("urn:de:fim:codeliste:dokumenttyp", "5")
MANDATORY = Code("urn:de:xzufi:codeliste:dokumentpflichtangabetyp", "1")
FEE_TYPES = Code("urn:de:xzufi:codeliste:kostentyp", "1")
DEADLINE_TYPES = Code("urn:de:xzufi:codeliste:fristtyp", "1")
UNITS = Code("urn:de:xzufi:codeliste:zeiteinheit", "1")
SINGLE_POINT = Code("urn:de:xzufi:codeliste:einheitlichestelletyp", "1")
PLACE_TYPES = Code("urn:de:xzufi:codeliste:leistungsbezugsort", "1")
BRANCHES = Code("urn:de:xzufi:codeliste:wirtschaftszweig", "1")
LEGAL_FORMS = Code("urn:de:xzufi:codeliste:rechtsform", "1")
NATIONALITIES = Code("urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:staatsangehoerigkeit", "2024-08-01")
ROLES = Code("urn:de:xzufi:codeliste:zustaendigkeitsrolle", "1")
CRITERIA = Code("urn:de:xzufi:codeliste:zustaendigkeitskriteriumtyp", "1")
CHANNELS = Code("urn:de:xoev:codeliste:erreichbarkeit", "3")
ADDRESS_TYPES = Code("urn:de:xzufi:codeliste:anschrifttyp", "1")
DAYS = Code("urn:de:xzufi:codeliste:tagestyp", "1")
HOURS_TYPES = Code("urn:de:xzufi:codeliste:oeffnungszeittyp", "1")
LINK_TYPES = Code("urn:xoev-de:fim:codeliste:onlinedienstlinktyp", "1")
ACCESS = Code("urn:de:xzufi:codeliste:zugangskanal", "1")
ALL_CHANNELS: Final = "000"
AREAS: Final = "urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:rs"
FORM_NUMBER: Final = "Formularnummer"

MODULE_NAMES: Final = {
    "02": "Leistungsbezeichnung",
    "03": "Leistungsbezeichnung II",
    "05": "Kurztext",
    "06": "Volltext",
    "07": "Rechtsgrundlage(n)",
    "08": "Erforderliche Unterlagen",
    "09": "Voraussetzungen",
    "11": "Verfahrensablauf",
    "14": "Formulare",
    "15": "Weiterführende Informationen",
    "16": "Hinweise (Besonderheiten)",
    "18": "Urheber",
    "22": "Zuständige Stelle",
    "23": "Ansprechpunkt",
    "24": "Teaser",
    "25": "Rechtsbehelf",
}
"""The names of the text modules, as the federal code list has them: they travel with their codes."""
ROLE_CODES: Final = {
    "competent": ("01", "Zuständige Stelle"),
    "contact": ("03", "Ansprechpunkt"),
    "assisting": ("02", "Unterstützende Stelle"),
}
AUDIENCE_CODES: Final = {"citizen": "001", "business": "002", "administration": "003"}
CHANNEL_CODES: Final = {
    "email": ("01", "E-Mail"),
    "phone": ("02", "Telefon Festnetz"),
    "mobile": ("03", "Telefon Mobil"),
    "fax": ("04", "Telefax"),
    "de_mail": ("08", "De-Mail"),
    "web": ("09", "Web"),
}
SYSTEMS: Final = {"bebpo": "beBPo", "egvp": "EGVP"}
ADDRESS_CODES: Final = {
    "visit": ("001", "Hausanschrift"),
    "post": ("002", "Postanschrift"),
    "delivery": ("003", "Lieferanschrift"),
}
FEE_WORDS: Final = {
    "expense": "Auslage",
    "tax": "Steuer",
    "charge": "Beitrag",
    "deposit": "Kaution",
    "private_law": "Entgelt",
}
"""Types of fees whose code is not known; the values are written out. The code of a fee proper is 001."""
DEADLINE_WORDS: Final = {
    "application": "Antragsfrist",
    "notification": "Anzeigefrist",
    "appeal": "Rechtsbehelfsfrist",
    "payment": "Zahlungsfrist",
    "validity": "Geltungsdauer",
    "other": "Frist",
}
UNIT_CODES: Final = {"Y": "JAHR", "M": "MONAT", "W": "WOCHE", "D": "TAG", "TH": "STUNDE", "TM": "MINUTE"}
DAY_NAMES: Final = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
CRITERION_CODES: Final = {"surname": "001", "street": "002", "branch": "003", "text": "999"}
PARITIES: Final = {"odd": "ungerade Hausnummern", "even": "gerade Hausnummern"}
HOURS_CODES: Final = {"visit": ("001", "Öffnungszeit"), "phone": ("002", "Telefonische Erreichbarkeit")}

Kind = Literal["service", "local_addition", "authority", "online_service", "form", "responsibility"]


class Named(NamedTuple):
    """How a kind of record is called: as an element, as a class (``loesche/@klasse``), and as a scheme of ids."""

    element: str
    class_: str
    scheme: str


KINDS: Final[dict[Kind, Named]] = {
    "service": Named("leistung", "Leistung", "Leistung"),
    "local_addition": Named("spezialisierung", "LeistungSpezialisierung", "LeistungSpezialisierung"),
    "authority": Named("organisationseinheit", "Organisationseinheit", "Organisationseinheit"),
    "online_service": Named("onlinedienst", "Onlinedienst", "Onlinedienst"),
    "form": Named("formular", "Formular", "Formular"),
    "responsibility": Named("zustaendigkeit", "Zustaendigkeit", "Zustaendigkeit"),
}
TARGETS: Final[dict[str, str]] = {
    "authority": "ZustaendigkeitOrganisationseinheit",
    "online_service": "ZustaendigkeitOnlinedienst",
    "form": "ZustaendigkeitFormular",
}
"""The scheme of the ids of responsibilities, and their type, by the kind of their target."""
MARKS: Final = {"online_service": "OD-", "form": "FO-"}
"""What tells the numbers of responsibilities of other targets from those of authorities, in values of ours."""


def namespace(version: str) -> str:
    """The namespace of a version (``2.2.0``)."""
    return _NAMESPACE + version.replace(".", "_")


def version_of(uri: str) -> str | None:
    """The version whose namespace ``uri`` is, ``None`` for a foreign namespace."""
    return uri.removeprefix(_NAMESPACE).replace("_", ".") if uri.startswith(_NAMESPACE) else None


def area_id(code: str) -> str:
    """An area code as the twelve digits that readers climb by; other areas by their id."""
    if code == COUNTRY:
        return "0" * 12
    return code.ljust(12, "0") if code.isdigit() else code


def area_code(digits: str) -> str:
    """The area code of a regional key of any legal length. Raises ``ValueError`` for what is none."""
    if not digits.isdigit() or len(digits) not in {2, 3, 5, 9, 12}:
        raise ValueError(digits)
    return COUNTRY if not digits.strip("0") else significant(digits)
