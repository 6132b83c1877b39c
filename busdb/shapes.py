"""JSON Schema (2020-12) and XSD of our feeds and of the interchange form, made from the types that are written.

``python -m busdb.shapes`` writes them to ``busdb/schemas``; a test holds the files against the types.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from inspect import cleandoc
from pathlib import Path
from typing import Any

import msgspec
from lxml import etree
from msgspec import NODEFAULT, inspect

from busdb.feeds import ROOT, Envelope, Feed
from busdb.formats import exporter, names
from busdb.records import KINDS, AnyRecord
from busdb.xmlio import singular

DIRECTORY = Path(__file__).with_name("schemas")
DIALECT = "https://json-schema.org/draft/2020-12/schema"
INTERCHANGE = "urn:busdb:json:1"
XS = "http://www.w3.org/2001/XMLSchema"
_SIMPLE: dict[type[inspect.Type], str] = {
    inspect.StrType: "xs:string",
    inspect.BoolType: "xs:boolean",
    inspect.IntType: "xs:integer",
    inspect.FloatType: "xs:double",
    inspect.DecimalType: "xs:decimal",
    inspect.DateType: "xs:date",
    inspect.DateTimeType: "xs:dateTime",
}


def feeds() -> dict[str, Feed]:
    """Our own feeds by the name of their format."""
    found = {name: exporter(name) for name in names("exporters")}
    return {name: format_ for name, format_ in found.items() if isinstance(format_, Feed)}


def files() -> Iterator[tuple[str, bytes]]:
    """Name and content of every schema file."""
    for name, feed in feeds().items():
        yield f"{name}.schema.json", feed_json_schema(feed, f"The feed {name}")
        yield f"{name}.xsd", xsd({ROOT: Envelope}, feed.schema, feed.item)
    yield "interchange.schema.json", json_schema([AnyRecord], f"{INTERCHANGE}:record", "A record of the interchange")
    yield "interchange.xsd", xsd(KINDS, INTERCHANGE)


def write(directory: Path = DIRECTORY) -> None:
    """Write every schema file."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in files():
        (directory / name).write_bytes(content)


def feed_json_schema(feed: Feed, title: str) -> bytes:
    """The JSON Schema of a feed's whole document."""
    return json_schema([Envelope, feed.item], f"{feed.schema}:schema", title)


def json_schema(types: Sequence[Any], id: str, title: str) -> bytes:
    """The JSON Schema of the first of ``types``; a second one is what its ``items`` are. ``id`` is its URN.

    A key that is always written is required and has no default.
    """
    (top, *items), components = msgspec.json.schema_components(types, ref_template="#/$defs/{name}")
    for found in structs(types):
        component = components[found.cls.__name__]
        component["description"] = cleandoc(component["description"])
        if not found.cls.__struct_config__.omit_defaults:
            always = [field.encode_name for field in found.fields if not may_be_absent(field)]
            component["required"] = always
            for key in always:
                component["properties"][key].pop("default", None)
    if items:
        components["Envelope"]["properties"]["items"]["items"] = items[0]
    schema = {"$schema": DIALECT, "$id": id, "title": title, **top, "$defs": dict(sorted(components.items()))}
    return msgspec.json.format(msgspec.json.encode(schema), indent=1) + b"\n"


def may_be_absent(field: inspect.Field) -> bool:
    """Whether the key of a feed's field can be missing: it stands for what only some readers see."""
    return not field.required and field.default is NODEFAULT and field.default_factory is NODEFAULT


def structs(types: Sequence[Any]) -> list[inspect.StructType]:
    """The structures of which types are made, sorted by name.

    Raises ``ValueError`` when two have one name, which schemas could not tell apart.
    """
    found: dict[str, inspect.StructType] = {}
    waiting: list[inspect.Type] = list(inspect.multi_type_info(types))
    while waiting:
        one = waiting.pop()
        if isinstance(one, inspect.StructType):
            known = found.setdefault(one.cls.__name__, one)
            if known.cls is not one.cls:
                raise ValueError(one.cls.__name__)
            if known is one:
                waiting.extend(field.type for field in one.fields)
        elif isinstance(one, inspect.UnionType):
            waiting.extend(one.types)
        elif isinstance(one, inspect.Metadata):
            waiting.append(one.type)
        elif isinstance(one, inspect.VarTupleType):
            waiting.append(one.item_type)
    return [found[name] for name in sorted(found)]


def xsd(roots: Mapping[str, type[msgspec.Struct]], namespace: str, item: Any = None) -> bytes:
    """The XSD of what ``busdb.xmlio`` writes: the root elements and every type they are made of.

    ``item`` is the type of what a list of anything holds: the items of a feed.
    """
    prefixes = {"xs": XS, None: namespace}
    schema = etree.Element(f"{{{XS}}}schema", nsmap=prefixes)  # type: ignore[arg-type]  # the stubs want named prefixes
    schema.set("targetNamespace", namespace)
    schema.set("elementFormDefault", "qualified")
    for name, type_ in roots.items():
        _add(schema, "element", name=name, type=type_.__name__)
    for one in structs([*roots.values(), *([item] if item else [])]):
        _complex_type(schema, one, inspect.type_info(item) if item else None)
    etree.indent(schema, " ")
    return etree.tostring(schema, xml_declaration=True, encoding="UTF-8") + b"\n"


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{XS}}}{tag}", attributes)


def _complex_type(schema: etree._Element, struct: inspect.StructType, item: inspect.Type | None) -> None:
    found = _add(schema, "complexType", name=struct.cls.__name__)
    _add(_add(found, "annotation"), "documentation").text = cleandoc(struct.cls.__doc__ or "")
    sequence = _add(found, "sequence")
    optional = struct.cls.__struct_config__.omit_defaults
    for field in struct.fields:
        absent = may_be_absent(field) or (optional and not field.required)
        _element(sequence, field.encode_name, field.type, item, {"minOccurs": "0"} if absent else {})
    if struct.tag is not None:
        _add(found, "attribute", name=str(struct.tag_field), type="xs:string", fixed=str(struct.tag), use="required")


def _element(
    parent: etree._Element, name: str, type_: inspect.Type, item: inspect.Type | None, attributes: dict[str, str]
) -> None:
    """Declare an element of a type; what may be ``None`` may be missing."""
    if isinstance(type_, inspect.AnyType) and item is not None:
        type_ = item
    if isinstance(type_, inspect.UnionType):
        some = [one for one in type_.types if not isinstance(one, inspect.NoneType)]
        if len(some) < len(type_.types):
            attributes = {**attributes, "minOccurs": "0"}
        if len(some) > 1:
            _records(parent, some, attributes)
            return
        type_ = some[0]
    if isinstance(type_, inspect.Metadata):
        type_ = type_.type
    if isinstance(type_, inspect.StructType):
        name = name if type_.tag is None else str(type_.tag)
        _add(parent, "element", name=name, type=type_.cls.__name__, **attributes)
    elif isinstance(type_, inspect.VarTupleType):
        inner = _add(_add(_add(parent, "element", name=name, **attributes), "complexType"), "sequence")
        _element(inner, singular(name), type_.item_type, item, {"minOccurs": "0", "maxOccurs": "unbounded"})
    else:
        _simple(parent, name, type_, attributes)


def _simple(parent: etree._Element, name: str, type_: inspect.Type, attributes: dict[str, str]) -> None:
    if isinstance(type_, inspect.LiteralType):
        base = _restriction(parent, name, attributes)
        for value in type_.values:
            _add(base, "enumeration", value=str(value))
    elif isinstance(type_, inspect.StrType) and (type_.pattern or type_.max_length):
        base = _restriction(parent, name, attributes)
        if type_.max_length is not None:
            _add(base, "maxLength", value=str(type_.max_length))
        if type_.pattern is not None:
            _add(base, "pattern", value=_pattern(type_.pattern))
    else:
        _add(parent, "element", name=name, type=_SIMPLE[type(type_)], **attributes)


def _records(parent: etree._Element, types: Sequence[inspect.Type], attributes: dict[str, str]) -> None:
    choice = _add(parent, "choice", **attributes)
    for one in types:
        if not isinstance(one, inspect.StructType) or one.tag is None:
            raise TypeError(str(one))
        _add(choice, "element", name=str(one.tag), type=one.cls.__name__)


def _restriction(parent: etree._Element, name: str, attributes: dict[str, str]) -> etree._Element:
    simple = _add(_add(parent, "element", name=name, **attributes), "simpleType")
    return _add(simple, "restriction", base="xs:string")


def _pattern(pattern: str) -> str:
    """A pattern in the dialect of XSD: always anchored, without look-ahead and groups that capture nothing."""
    for ours, theirs in (("(?=.)", ""), ("(?:", "("), (r"\d", "[0-9]")):
        pattern = pattern.replace(ours, theirs)
    return pattern.removeprefix("^").removesuffix("$")


if __name__ == "__main__":
    write()
