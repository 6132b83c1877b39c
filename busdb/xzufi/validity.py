"""Whether objects are valid by the schema of their version, one by one as they are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from itertools import islice
from typing import Any

from lxml import etree

from busdb.xzufi.kept import split
from busdb.xzufi.names import ROOT, namespace
from busdb.xzufi.schemas import load
from busdb.xzufi.structure import VERSIONS

MOST = 20
"""How many errors of one object are told."""


class Checker:
    """Checks instructions of one message, each alone in a message with the same header."""

    def __init__(self, schema: etree.XMLSchema, root: etree._Element, head: etree._Element) -> None:
        self._schema = schema
        self._root = root
        self._root.append(deepcopy(head))
        self.of_message = self._errors()
        """Line and reason of each error of the message itself: its root and its header."""
        self._known = {reason for _, reason in self.of_message}

    @classmethod
    def of(cls, version: str, root: etree._Element, head: etree._Element, folder: str | None) -> Checker | None:
        """The checker of a message, ``None`` for a version without schema. Raises ``SetupError`` as ``load``.

        A root by another name than the schema's is taken for that: readers do not look at it.
        """
        if version not in VERSIONS:
            return None
        schema = load(version, folder)
        own = f"{{{namespace(version)}}}{ROOT}"
        for tag in (str(root.tag), own):
            found = cls(schema, _shell(tag, root), head)
            if tag == own or not any("No matching global" in reason for _, reason in found.of_message):
                return found
        return None

    def errors(self, element: etree._Element) -> Iterator[tuple[int, str]]:
        """Line and reason of each error in an instruction."""
        copy = deepcopy(element)
        copy.tail = None
        self._root.append(copy)
        yield from (error for error in self._errors() if error[1] not in self._known)
        self._root.remove(copy)

    def _errors(self) -> list[tuple[int, str]]:
        if self._schema.validate(self._root):
            return []
        log: Any = self._schema.error_log
        return [(error.line or 1, error.message) for error in islice(log, MOST)]


def _shell(tag: str, root: etree._Element) -> etree._Element:
    """An empty root with the attributes of another, and with its prefixes and name unless they are none."""
    attributes = {str(name): str(value) for name, value in root.attrib.items() if not set("{:") & set(str(name))}
    names: Any = root.nsmap
    with suppress(ValueError):
        return etree.Element(tag, attributes, nsmap=names)
    with suppress(ValueError):
        return etree.Element(split(tag)[1], attributes)
    return etree.Element("unnamed", attributes)
