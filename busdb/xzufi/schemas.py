"""The XML Schemas of XZuFi: reconstructed ones of our own, which a folder with the official ones can replace."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from lxml import etree

from busdb.errors import InputError, SetupError
from busdb.xzufi.names import CODE_NAMESPACE, ROOT, namespace
from busdb.xzufi.structure import VERSIONS, Attribute, Child, Type, types

_XS = "http://www.w3.org/2001/XMLSchema"
_REMARK = (
    "Reconstructed from public material for busdb; not the official schema, which replaces it when it is at hand. "
    "Made by python -m busdb.xzufi.schemas from busdb/data/xzufi-types.txt."
)
_CLASSES = ("Leistung", "LeistungSpezialisierung", "Organisationseinheit", "Onlinedienst", "Zustaendigkeit", "Formular")
_SIMPLE = """
<xs:simpleType name="DatumOderZeit"><xs:union memberTypes="xs:dateTime xs:date"/></xs:simpleType>
<xs:simpleType name="Stichtag"><xs:union memberTypes="xs:date xs:gMonthDay xs:string"/></xs:simpleType>
<xs:simpleType name="Klassenname"><xs:restriction base="xs:string">{classes}</xs:restriction></xs:simpleType>
<xs:complexType name="Identifikator"><xs:simpleContent><xs:extension base="xs:token">{identifier}</xs:extension>
</xs:simpleContent></xs:complexType>
<xs:complexType name="StringLocalized"><xs:simpleContent><xs:extension base="xs:string">
<xs:attribute name="languageCode" type="xs:language" use="required"/></xs:extension></xs:simpleContent></xs:complexType>
<xs:complexType name="HtmlStringLocalized"><xs:simpleContent><xs:extension base="x:StringLocalized"/></xs:simpleContent>
</xs:complexType>
<xs:complexType name="Betrag"><xs:simpleContent><xs:extension base="xs:decimal">
<xs:attribute name="currencyCode" type="xs:token"/><xs:attribute name="currencyID" type="xs:token"/></xs:extension>
</xs:simpleContent></xs:complexType>
"""
_IDENTIFIER = (
    "schemeID",
    "schemeName",
    "schemeAgencyID",
    "schemeAgencyName",
    "schemeVersionID",
    "schemeDataURI",
    "schemeURI",
)
_CODE = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- {_REMARK} -->
<xs:schema xmlns:xs="{_XS}" targetNamespace="{CODE_NAMESPACE}" elementFormDefault="unqualified">
  <xs:complexType name="Code">
    <xs:sequence>
      <xs:element name="code" type="xs:token"/>
      <xs:element name="name" type="xs:normalizedString" minOccurs="0"/>
    </xs:sequence>
    <xs:attribute name="listURI" type="xs:anyURI"/>
    <xs:attribute name="listVersionID" type="xs:normalizedString"/>
  </xs:complexType>
</xs:schema>
"""


def write(folder: Path) -> None:
    """Write the schemas of all versions to ``folder``."""
    (folder / "xoev-code.xsd").write_text(_CODE, encoding="utf-8")
    for version in VERSIONS:
        (folder / f"xzufi-{version}.xsd").write_text(_schema(version), encoding="utf-8")


def _schema(version: str) -> str:
    simple = _SIMPLE.format(
        classes="".join(f'<xs:enumeration value="{name}"/>' for name in _CLASSES),
        identifier="".join(f'<xs:attribute name="{name}" type="xs:string"/>' for name in _IDENTIFIER),
    )
    complex_ = "\n".join(_complex(one) for one in types(version).values())
    text = f"""<xs:schema xmlns:xs="{_XS}" xmlns:x="{namespace(version)}" xmlns:c="{CODE_NAMESPACE}"
targetNamespace="{namespace(version)}" elementFormDefault="qualified" version="{version}-reconstructed">
<xs:annotation><xs:documentation xml:lang="en">{_REMARK}</xs:documentation></xs:annotation>
<xs:import namespace="{CODE_NAMESPACE}" schemaLocation="xoev-code.xsd"/>
<xs:element name="{ROOT}" type="x:TransferNachricht"/>{simple}{complex_}</xs:schema>"""
    tree = etree.fromstring(text, etree.XMLParser(remove_blank_text=True))
    etree.indent(tree)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(tree, encoding="unicode") + "\n"


def _complex(type_: Type) -> str:
    words = f' name="{type_.name}"' + (' abstract="true"' if type_.abstract else "")
    order = "choice" if type_.choice else "sequence"
    content = "".join(map(_element, type_.children))
    if type_.free:
        free = "".join(map(_element, type_.free))
        content += f'<xs:choice minOccurs="0" maxOccurs="unbounded">{free}</xs:choice>'
    content = f"<xs:{order}>{content}</xs:{order}>" + "".join(map(_attribute, type_.attributes))
    if type_.base:
        content = f'<xs:complexContent><xs:extension base="x:{type_.base}">{content}</xs:extension></xs:complexContent>'
    return f"<xs:complexType{words}>{content}</xs:complexType>"


def _element(child: Child) -> str:
    plain = child.name in {"code", "name"} and child.type in {"token", "normalizedString"}
    least = "" if child.least else ' minOccurs="0"'
    most = "" if child.most else ' maxOccurs="unbounded"'
    form = ' form="unqualified"' if plain else ""
    return f'<xs:element name="{child.name}" type="{_type(child.type)}"{form}{least}{most}/>'


def _attribute(attribute: Attribute) -> str:
    use = ' use="required"' if attribute.required else ""
    return f'<xs:attribute name="{attribute.name}" type="{_type(attribute.type)}"{use}/>'


def _type(name: str) -> str:
    return "c:Code" if name == "Code" else f"xs:{name}" if name[0].islower() else f"x:{name}"


@cache
def load(version: str, folder: str | None = None) -> etree.XMLSchema:
    """The schema of a version: ``xzufi-VERSION.xsd`` of ``folder``, else our own.

    Raises ``SetupError`` where the folder has none, or one that is no schema.
    """
    place = Path(folder) if folder else Path(str(files("busdb").joinpath("schemas/xzufi")))
    path = place / f"xzufi-{version}.xsd"
    try:
        return etree.XMLSchema(etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)))
    except (OSError, etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
        raise SetupError("xzufi_schema_unusable", file=path, reason=error) from error


def known(version: str) -> str:
    """A version as typed. Raises ``InputError`` for one that is not written."""
    if version not in VERSIONS:
        raise InputError("xzufi_version_unknown", version=version, known=", ".join(VERSIONS))
    return version


if __name__ == "__main__":
    write(Path(__file__).parent.parent / "schemas" / "xzufi")
