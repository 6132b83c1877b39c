"""What an XZuFi object says that records have no field for: taken out at import, put back at export.

An extension of the format ``xzufi`` names by its path where it stands: ``leistung/modulText[code=06]`` for an element
in the text module of that code (``[code=06,2]``: the second), ``anschrift[2]`` for one in the second address,
``.../@name`` for an attribute, ``.../text()`` for a text that records hold in another form. An element is kept with the
prefixes ``xzufi`` and ``xsi``, which stand for the namespace of any version.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Final
from urllib.parse import quote as quote_path
from urllib.parse import unquote

from lxml import etree

from busdb.records import Extension
from busdb.xzufi.names import ACCESS, ALL_CHANNELS, XSI, namespace, version_of
from busdb.xzufi.structure import children, types

FORMAT: Final = "xzufi"
_STEP = re.compile(r"(?P<name>[\w.-]+)(?:\[(?:(?P<test>code|@\w+)=(?P<value>[^\],]*),?)?(?P<number>\d+)?\])?")
_TYPE: Final = f"{{{XSI}}}type"
_CHANNEL: Final = (
    f'<xzufi:zugangskanal listURI="{ACCESS.uri}" listVersionID="{ACCESS.version}"><code>{ALL_CHANNELS}</code>'
    "</xzufi:zugangskanal>"
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def split(tag: object) -> tuple[str, str]:
    """Namespace and name of a tag or an attribute; a prefix that stands for no namespace is left out."""
    uri, _, name = str(tag).rpartition("}")
    return uri.removeprefix("{"), name.rpartition(":")[2]


def escape(text: str) -> str:
    """Text as the content of an element; what XML cannot hold is left out."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    if "\r" in text:
        text = text.replace("\r", "&#13;")
    return _CONTROLS.sub("", text) if not text.isprintable() else text


def quote(text: str) -> str:
    """Text as the value of an attribute, with its quotes."""
    return '"' + escape(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;") + '"'


def source(element: etree._Element, around: str | None = None) -> str:
    """An element with all that is in it, in the form in which it is kept; comments are left out."""
    inside, name = split(element.tag)
    if name in {"code", "name"} and not len(element) and _in_code(element):
        tag, declared, inside = name, "", ""
    elif version_of(inside) is not None:
        tag, declared, inside = f"xzufi:{name}", "", ""
    else:
        tag, declared = name, "" if inside == (around or "") else f" xmlns={quote(inside)}"
    attributes = "".join(_attribute(element, str(key), str(value)) for key, value in sorted(element.attrib.items()))
    content = [escape(element.text or "")]
    for child in element:
        if isinstance(child.tag, str):
            content.append(source(child, inside))
        content.append(escape(child.tail or ""))
    inner = "".join(content)
    return f"<{tag}{declared}{attributes}>{inner}</{tag}>" if inner else f"<{tag}{declared}{attributes}/>"


def _in_code(element: etree._Element) -> bool:
    """Whether an element is a part of a code, which stands in no namespace even where it came in one."""
    parent = element.getparent()
    return parent is not None and parent.get("listURI") is not None


def _attribute(element: etree._Element, key: str, value: str) -> str:
    uri, name = split(key)
    if key == _TYPE:
        prefix, _, type_ = value.rpartition(":")
        known = version_of(element.nsmap.get(prefix or None) or "") is not None
        return f" xsi:type={quote(f'xzufi:{type_}' if known or not prefix else value)}"
    if not uri:
        return f" {name}={quote(value)}"
    prefix = "xsi" if uri == XSI else "xml" if uri.endswith("/XML/1998/namespace") else ""
    return f" {prefix}:{name}={quote(value)}" if prefix else ""


def where(name: str, test: str, value: str, number: int = 1) -> str:
    """A step of a path to the ``number``-th element of that name with a code or an attribute (``@name``)."""
    return f"{name}[{test}={quote_path(value, safe='')}{f',{number}' if number > 1 else ''}]"


def weave(data: str, extensions: Iterable[Extension], version: str) -> str:
    """An object as it is written, with its extensions put back in the places that the schema gives them.

    What names a part that is not there comes to where that part would stand. Whole elements of the object come last,
    so that they are not counted among the parts.
    """
    wanted = [one for one in extensions if one.format == FORMAT]
    if not wanted:
        return data
    root = _parsed(data, version)
    object_ = root[0]
    for one in sorted(wanted, key=lambda one: "/" not in one.path):
        with suppress(ValueError):  # a path that is none, from elsewhere
            _put(object_, one, version)
    text = etree.tostring(object_, encoding="unicode", with_tail=False)
    return text.replace(f' xmlns:xzufi="{namespace(version)}"', "").replace(f' xmlns:xsi="{XSI}"', "")


def _parsed(data: str, version: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(f'<all xmlns:xzufi="{namespace(version)}" xmlns:xsi="{XSI}">{data}</all>', parser)


def _put(object_: etree._Element, one: Extension, version: str) -> None:
    steps = one.path.split("/")[1:]
    last = steps.pop() if steps and (steps[-1] == "text()" or steps[-1].startswith("@")) else None
    place, type_ = object_, _type_of_object(object_, version)
    for step in steps:
        place, type_ = _step(place, type_, step, version)
    if last == "text()":
        place.text = one.content
    elif last:
        place.set(last[1:], one.content)
    else:
        try:
            element = _parsed(one.content, version)[0]
        except (etree.XMLSyntaxError, IndexError):
            return
        _insert(place, type_, element, version)


def _type_of_object(object_: etree._Element, version: str) -> str:
    name = local(object_)
    found = children(version, "Schreibe").get(name)
    return found.type if found else name[:1].upper() + name[1:]


def _type(element: etree._Element, declared: str, version: str) -> str:
    """The type of an element: the one that it names itself, if that is known."""
    named = element.get(_TYPE, "").rpartition(":")[2]
    return named if named in types(version) else declared


def _step(place: etree._Element, type_: str, step: str, version: str) -> tuple[etree._Element, str]:
    """The child that a step of a path names; where there are fewer of that name, a new one."""
    match = _STEP.fullmatch(step)
    name, number = (match["name"], int(match["number"] or 1)) if match else (step, 1)
    same = [child for child in place if local(child) == name]
    if match and match["test"]:
        same = [child for child in same if _meets(child, match["test"], unquote(match["value"]))]
    declared = children(version, type_).get(name)
    if len(same) >= number:
        found = same[number - 1]
    else:
        found = etree.Element(f"{{{namespace(version)}}}{name}" if type_ != "Code" else name)
        if match and match["test"] and match["test"].startswith("@"):
            found.set(match["test"][1:], unquote(match["value"]))
        _insert(place, type_, found, version)
        if declared is not None and "zugangskanal" in children(version, declared.type):
            found.append(_parsed(_CHANNEL, version)[0])
    return found, _type(found, declared.type if declared else "", version)


def _meets(element: etree._Element, test: str, wanted: str) -> bool:
    """Whether an element has an attribute of that value; or that code, itself or in a child."""
    if test.startswith("@"):
        return element.get(test[1:]) == wanted
    return any(local(one) == "code" and one.text == wanted for child in element for one in (child, *child))


def _insert(place: etree._Element, type_: str, element: etree._Element, version: str) -> None:
    """Put an element where its type wants it: in place of the one that may stand only once, else behind its like."""
    order = list(children(version, type_)) if type_ != "Code" else ["code", "name"]
    name = local(element)
    element.tail = None
    at = order.index(name) if name in order else len(order)
    child = children(version, type_).get(name)
    if type_ == "Code" or (child is not None and child.most == 1):
        for former in [one for one in place if local(one) == name]:
            place.remove(former)
    position = 0
    for index, other in enumerate(place):
        other_name = local(other)
        if other_name not in order or order.index(other_name) <= at:
            position = index + 1
    place.insert(position, element)
