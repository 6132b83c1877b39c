"""What the national gateway checks before it takes a set, checked before the set is delivered.

A file that is not valid by the schema stops the whole import there, a missing file deletes what was in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, Final

from lxml import etree

from busdb.errors import InputError
from busdb.formats import Input
from busdb.html import TAGS
from busdb.issues import Issue
from busdb.xmlio import iterate
from busdb.xzufi.kept import local, split
from busdb.xzufi.names import AREAS, KINDS, LANGUAGES, Kind, version_of
from busdb.xzufi.structure import VERSIONS
from busdb.xzufi.validity import Checker

_TAGS: Final = ("{*}schreibe", "{*}loesche", "{*}nachrichtenkopf")
_HTML = re.compile(r"<\s*/?\s*([a-zA-Z][a-zA-Z0-9]*)([^>]*)>")
_HREF = re.compile(r"""\s*href\s*=\s*(?:"[^"]*"|'[^']*')\s*/?|\s*/?""")
_ELEMENTS: Final[dict[str, Kind]] = {named.element: kind for kind, named in KINDS.items()}
_REFERENCES: Final[dict[str, Kind]] = {
    "leistungID": "service",
    "uebergeordneteOrganisationseinheitID": "authority",
    "referenzFormularID": "form",
    "formularReferenz": "form",
}
_PLACES: Final = frozenset({"gebietID", "gueltigkeitGebietID"})
_WORDS_SHOWN: Final = 60
Key = tuple[Kind, str, str]


class Lint:
    """The checks of one set. Every finding is told once for each object and kind of fault."""

    def __init__(self, schemas: str | None = None) -> None:
        self._schemas = schemas
        self._ids: dict[Key, str] = {}
        self._references: dict[Key, Issue] = {}
        self._file = ""
        self._object: str | None = None
        self._told: set[tuple[str, str]] = set()

    def files(self, inputs: Iterable[Input]) -> Iterator[Issue]:
        """The findings of the files of a set, in their order; then those of references between them."""
        for item in inputs:
            self._file = item.name
            try:
                yield from self._one(item)
            except InputError as error:
                yield Issue(code="lint_unreadable", file=item.name, values={"reason": str(error)})
        for key, issue in self._references.items():
            if key not in self._ids:
                yield issue
        if not self._ids:
            yield Issue(code="lint_empty")

    def _one(self, item: Input) -> Iterator[Issue]:
        checker: Checker | None = None
        heads = 0
        for element in iterate(item.stream, item.name, _TAGS):
            if local(element) == "nachrichtenkopf":
                heads += 1
                root = element.getparent()
                version = version_of(split(element.tag)[0])
                if version not in VERSIONS or root is None:
                    yield self._issue("lint_version", element, version=version or "–")
                    return
                checker = Checker.of(version, root, element, self._schemas)
                for line, reason in checker.of_message if checker else ():
                    yield Issue(code="lint_schema", file=self._file, line=line, values={"reason": reason})
                continue
            self._object, self._told = None, set()
            for line, reason in checker.errors(element) if checker else ():
                yield Issue(code="lint_schema", file=self._file, line=line, values={"reason": reason})
            for one in element if local(element) == "schreibe" else ():
                yield from self._checked(one)
        if heads != 1:
            raise InputError("xzufi_heads", file=item.name, heads=heads)

    def _checked(self, element: etree._Element) -> Iterator[Issue]:
        """An object: its own id, then all that is in it."""
        found = local(element)
        if found in _ELEMENTS:
            yield from self._own(element, _ELEMENTS[found])
        for one in element.iter("*"):
            yield from self._inside(one)
            if local(one) == "zustaendigkeit" and one is not element:
                yield from self._own(one, "responsibility")

    def _own(self, element: etree._Element, kind: Kind) -> Iterator[Issue]:
        identifier = next((one for one in element if local(one) == "id"), None)
        agency = identifier.get("schemeAgencyID") if identifier is not None else None
        value = (identifier.text or "").strip() if identifier is not None else ""
        if kind != "responsibility":
            self._object = value
        if identifier is None or not agency or not identifier.get("schemeID") or not value:
            yield self._issue("lint_id_incomplete", element, element=local(element))
            return
        scheme = f"{identifier.get('schemeID')}:" if kind == "responsibility" else ""
        key = (kind, agency, scheme + value)
        if key in self._ids:
            yield self._issue("lint_id_double", element, id=value, file=self._ids[key])
        self._ids[key] = self._file

    def _inside(self, element: etree._Element) -> Iterator[Issue]:
        name, text = local(element), element.text or ""
        language = element.get("languageCode")
        if language is not None and language not in LANGUAGES:
            yield from self._once("lint_language", element, language=language)
        if name == "languageCode" and text not in LANGUAGES:
            yield from self._once("lint_language", element, language=text)
        if "<" in text:
            yield from self._html(element, text)
        strange = next((one for one in text if not one.isascii() and not latin(one)), None)
        if strange is not None:
            yield from self._once("lint_charset", element, character=f"U+{ord(strange):04X} {strange}")
        coded = any(local(one) == "code" and not len(one) for one in element)
        if coded and not (element.get("listURI") and element.get("listVersionID")):
            yield from self._once("lint_code", element, element=name)
        if name in _PLACES and (element.get("schemeID") or "").startswith(AREAS) and not re.fullmatch(r"\d{12}", text):
            yield from self._once("lint_area", element, area=text)
        if name in _REFERENCES:
            self._refer(element, _REFERENCES[name], text.strip())

    def _refer(self, element: etree._Element, kind: Kind, value: str) -> None:
        key = (kind, element.get("schemeAgencyID") or "", value)
        if key not in self._ids and key not in self._references:
            self._references[key] = self._issue("lint_reference", element, element=local(element), id=value)

    def _html(self, element: etree._Element, text: str) -> Iterator[Issue]:
        for tag, attributes in _HTML.findall(text):
            plain = _HREF.fullmatch(attributes) and (tag.lower() == "a" or not attributes.strip(" /"))
            if tag.lower() not in TAGS or not plain:
                yield from self._once("lint_html", element, tag=f"<{tag}{attributes}>"[:_WORDS_SHOWN])

    def _once(self, code: str, at: etree._Element, **values: str) -> Iterator[Issue]:
        key = (code, "|".join(values.values()))
        if key not in self._told:
            self._told.add(key)
            yield self._issue(code, at, **values)

    def _issue(self, code: str, at: etree._Element, **values: str) -> Issue:
        line: Any = at.sourceline
        return Issue(code=code, file=self._file, line=line or 1, ref=self._object, values=values)


def latin(character: str) -> bool:
    """Whether a character may stand in String.Latin, as far as Unicode tells: letters must be Latin, signs plain."""
    if unicodedata.category(character)[0] == "L":
        return unicodedata.name(character, "").startswith(("LATIN", "MODIFIER LETTER", "MASCULINE", "FEMININE"))
    return ord(character) < 0x2C00 and unicodedata.category(character) not in {"Cc", "Co", "Cn", "Cs"}


def listed(index: bytes, there: Iterable[str]) -> tuple[list[str], list[Issue]]:
    """The files that an index names, and what is wrong with it; ``there`` are the names of the files beside it."""
    names = [line.strip() for line in index.decode("utf-8-sig", "replace").splitlines() if line.strip()]
    known = set(there)
    issues = []
    if not names:
        issues.append(Issue(code="lint_index_empty", file=INDEX))
    for line, name in enumerate(names, 1):
        if name not in known:
            issues.append(Issue(code="lint_file_missing", file=INDEX, line=line, values={"name": name}))
        elif name in names[: line - 1]:
            issues.append(Issue(code="lint_file_double", file=INDEX, line=line, values={"name": name}))
    unlisted = sorted(known - set(names) - {INDEX})
    issues += [Issue(code="lint_file_unlisted", file=INDEX, values={"name": name}) for name in unlisted]
    return [name for name in dict.fromkeys(names) if name in known], issues


INDEX: Final = "index.txt"
