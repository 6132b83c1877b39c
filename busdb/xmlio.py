"""XML: the one safe parser and the one writer.

The parser loads nothing, expands nothing and refuses document types, so that neither an entity bomb nor a reference
to a file or host does anything. The writer gives any answer of ours in XML by the names that it has in JSON; the
rules are in docs/formats/feeds.md.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, BinaryIO, NamedTuple

from lxml import etree
from msgspec import NODEFAULT, UNSET, Struct
from msgspec.structs import fields

from busdb.errors import InputError

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
SINGULAR = {
    "account": "means",
    "addresses": "address",
    "aliases": "alias",
    "applies_to": "case",
    "authorities": "authority",
    "authority": "processing_time",
    "average": "processing_time",
    "branches": "branch",
    "categories": "category",
    "competent_authorities": "authority",
    "criteria": "criterion",
    "dispute_resolution": "body",
    "ea_basis": "basis",
    "evidence": "document",
    "family": "member",
    "hours": "period",
    "identification": "means",
    "internal115": "instruction",
    "legal_bases": "legal_basis",
    "matches": "match",
    "nace": "code",
    "nationalities": "nationality",
    "path": "authority",
    "redress": "remedy",
    "remedies": "remedy",
    "support_bodies": "support_body",
    "unverified": "remark",
    "user": "deadline",
}
"""The names of the children of a list where they are not the list's name without its s."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\r")


def iterate(stream: BinaryIO, file: str, tags: Collection[str]) -> Iterator[etree._Element]:
    """Yield the elements with one of ``tags`` (``{namespace}name``, ``{*}name``) as they end, in constant memory.

    An element is emptied when the next one is asked for. Raises ``InputError`` for what is not well-formed, cut off,
    too deep, or has a document type; ``file`` names it.
    """
    try:
        context = etree.iterparse(
            stream,
            events=("end",),
            tag=tuple(tags),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        for _, found in context:
            _refuse_document_type(found, file)
            yield found
            found.clear()
            _forget(found)
        if context.root is not None:
            _refuse_document_type(context.root, file)
    except etree.XMLSyntaxError as error:
        raise _broken(error, file) from error


def parse(data: bytes, file: str) -> etree._Element:
    """The root element of a small document. Raises ``InputError`` as :func:`iterate` does."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _broken(error, file) from error
    _refuse_document_type(root, file)
    return root


def _forget(found: etree._Element) -> None:
    """Drop what stands before an element and before all that it is in: it has been read."""
    parent = found.getparent()
    while parent is not None:
        while parent[0] is not found:
            del parent[0]
        found, parent = parent, parent.getparent()


def _refuse_document_type(found: etree._Element, file: str) -> None:
    if found.getroottree().docinfo.internalDTD is not None:
        raise InputError("xml_document_type", file=file)


def _broken(error: etree.XMLSyntaxError, file: str) -> InputError:
    cut = getattr(error, "code", None) == etree.ErrorTypes.ERR_TAG_NOT_FINISHED
    reason = (error.msg or "").partition(", line ")[0]
    return InputError("file_truncated" if cut else "xml_broken", file=file, line=error.lineno or 1, reason=reason)


def element(name: str, value: object, namespace: str | None = None) -> bytes:
    """``value`` (Struct, mapping, sequence or scalar) as the element ``name``, in UTF-8 without a declaration.

    Names are those of JSON. ``None`` is left out; so are, in records, the defaults. A list is a wrapper around one
    child for each member; a record in a list is named by its kind, another member by the singular of the list.
    A structure's tag is an attribute. Characters that XML cannot hold are dropped. Raises ``TypeError`` for a value
    that JSON could not hold either.
    """
    pieces: list[str] = []
    _write(name, value, f' xmlns="{_attribute(namespace)}"' if namespace else "", pieces.append)
    data = "".join(pieces).encode("utf-8", "ignore").translate(None, _CONTROLS)
    if b"\xef\xbf" in data:
        data = data.replace(b"\xef\xbf\xbe", b"").replace(b"\xef\xbf\xbf", b"")
    return data


def document(name: str, value: object, namespace: str | None = None) -> bytes:
    """A whole document: the declaration and :func:`element`."""
    return DECLARATION + element(name, value, namespace) + b"\n"


@cache
def singular(name: str) -> str:
    """The name of the children of a list."""
    if name in SINGULAR:
        return SINGULAR[name]
    return name[:-1] if len(name) > 1 and name.endswith("s") else "item"


Put = Callable[[str], object]


class _Field(NamedTuple):
    attribute: str
    name: str
    default: object


@cache
def _layout(type_: type[Struct]) -> tuple[str, tuple[_Field, ...]]:
    """The tag as an attribute, and the fields; ``default`` is what is left out (``UNSET``: nothing else)."""
    config = type_.__struct_config__
    tag = f' {config.tag_field}="{_attribute(str(config.tag))}"' if config.tag is not None else ""
    return tag, tuple(
        _Field(
            field.name,
            field.encode_name,
            field.default if config.omit_defaults and field.default is not NODEFAULT else UNSET,
        )
        for field in fields(type_)
    )


def _write(name: str, value: object, attributes: str, put: Put) -> None:
    if isinstance(value, str):
        put(f"<{name}{attributes}>{_text(value)}</{name}>")
    elif isinstance(value, Struct):
        tag, layout = _layout(type(value))
        put(f"<{name}{attributes}{tag}>")
        for attribute, key, default in layout:
            member = getattr(value, attribute)
            if member is None or member is default or (default is not UNSET and member == default):
                continue
            _write(key, member, "", put)
        put(f"</{name}>")
    elif isinstance(value, (tuple, list)):
        _write_list(name, value, attributes, put)
    elif isinstance(value, Mapping):
        put(f"<{name}{attributes}>")
        for key, member in value.items():
            if member is None or member is UNSET:
                continue
            if _NAME.match(str(key)):
                _write(str(key), member, "", put)
            else:
                _write("entry", member, f' key="{_attribute(str(key))}"', put)
        put(f"</{name}>")
    else:
        put(f"<{name}{attributes}>{_scalar(value)}</{name}>")


def _write_list(name: str, members: tuple[Any, ...] | list[Any], attributes: str, put: Put) -> None:
    put(f"<{name}{attributes}>")
    child = singular(name)
    for member in members:
        if isinstance(member, Struct) and (tag := member.__struct_config__.tag) is not None:
            _write(str(tag), member, "", put)
        elif member is not None:
            _write(child, member, "", put)
    put(f"</{name}>")


def _scalar(value: object) -> str:
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    if value is None:
        return ""
    raise TypeError(type(value).__name__)


def _text(value: str) -> str:
    if "&" in value:
        value = value.replace("&", "&amp;")
    if "<" in value:
        value = value.replace("<", "&lt;")
    if ">" in value:
        value = value.replace(">", "&gt;")
    if "\r" in value:
        value = value.replace("\r", "&#13;")
    return value


def _attribute(value: str) -> str:
    return _text(value).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
