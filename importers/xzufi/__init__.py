"""XZuFi 2.1 to 2.3.1 as it comes in the wild (docs/formats/xzufi.md).

The name of the root does not matter; one ``nachrichtenkopf`` stands before what is to be written and deleted. Objects
may come in any order and name what is not there. What records have no field for is kept with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Final

from msgspec.structs import replace

from busdb.errors import InputError
from busdb.formats import Complete, Deleted, Found, ImportContext, Input, Parsed
from busdb.issues import Issue
from busdb.records import AnyRecord
from busdb.xmlio import iterate
from busdb.xzufi.kept import split
from busdb.xzufi.names import AGENCY, KINDS, MARKS, Kind, version_of
from busdb.xzufi.validity import Checker
from importers.xzufi.reading import Element, Reading, child, children, line_number
from importers.xzufi.rules import SCHEMES, is_canonical, responsibility
from importers.xzufi.services import ServiceReader, SpecialisationReader
from importers.xzufi.targets import TargetReader

_TAGS: Final = ("{*}schreibe", "{*}loesche", "{*}nachrichtenkopf")
_ELEMENTS: Final[dict[str, Kind]] = {named.element: kind for kind, named in KINDS.items()}
_CLASSES: Final[dict[str, Kind]] = {named.class_: kind for kind, named in KINDS.items()}


class Xzufi:
    """The importer of messages and of sets of them."""

    kinds: ClassVar[tuple[str, ...]] = (
        "service",
        "local_addition",
        "authority",
        "online_service",
        "form",
        "responsibility",
        "fee",
    )
    strict: ClassVar[bool] = False
    files: ClassVar[tuple[int, int | None]] = (1, None)
    canonical: ClassVar[bool] = False

    def read(self, inputs: Sequence[Input], context: ImportContext) -> Iterator[Found]:
        """Yield records, deletions and findings in the order of the files.

        Raises ``InputError`` for what is no XML or no XZuFi: without namespace, or without exactly one header.
        """
        agencies: set[str] = set()
        for item in inputs:
            yield from _Message(item, context, agencies).read()


class _Message:
    """One file. ``agencies`` are those that have been reported."""

    def __init__(self, item: Input, context: ImportContext, agencies: set[str]) -> None:
        self._file, self._stream = item
        self._context = context
        self._agencies = agencies
        self._prefix = f"{context.source}."
        self._checker: Checker | None = None

    def read(self) -> Iterator[Found]:
        """Everything in the file."""
        heads = 0
        for element in iterate(self._stream, self._file, _TAGS):
            name = element.tag.rpartition("}")[2]
            if name == "nachrichtenkopf":
                heads += 1
                yield from self._head(element)
            elif heads != 1:
                break
            else:
                yield from self._checked(element)
                yield from self._written(element) if name == "schreibe" else self._deleted(element)
        if heads != 1:
            raise InputError("xzufi_heads", file=self._file, heads=heads)

    def _head(self, element: Element) -> Iterator[Found]:
        """The header; from its root follow the version and the schema."""
        root = element.getparent()
        uri, _ = split(element.tag)
        version = version_of(uri)
        if version is None or root is None:
            raise InputError("xzufi_namespace", file=self._file, namespace=uri)
        self._checker = Checker.of(version, root, element, self._context.schemas)
        for line, reason in self._checker.of_message if self._checker else ():
            yield Issue(code="xzufi_schema", file=self._file, line=line, values={"reason": reason})
        if self._checker is None:
            yield Issue(code="xzufi_unchecked", file=self._file, line=line_number(element), values={"version": version})

    def _checked(self, element: Element) -> Iterator[Issue]:
        if self._checker is not None:
            for line, reason in self._checker.errors(element):
                yield Issue(
                    code="xzufi_schema", file=self._file, line=line, ref=_named(element), values={"reason": reason}
                )

    def _written(self, element: Element) -> Iterator[Found]:
        for name, one in children(element):
            if name == "zustaendigkeitTransferObjekt":
                yield from self._transfer(one)
            elif name in _ELEMENTS and name != "zustaendigkeit":
                yield from self._object(_ELEMENTS[name], one)
            else:
                yield self._issue("xzufi_unknown", one, element=name)

    def _object(self, kind: Kind, element: Element) -> Iterator[Found]:
        reading = Reading(self._context, element)
        id_ = self._own(reading, kind, element)
        if isinstance(id_, Issue):
            yield id_
        elif id_ is not None:
            yield from self._placed(reading, id_, self._records(reading, kind, element, id_))
        if kind in SCHEMES.values():
            target = reading.id(child(element, "id"))
            for name, one in children(element):
                if name == "zustaendigkeit" and target is not None:
                    yield from self._rule(one, kind, target)

    def _rule(self, element: Element, kind: Kind, target: str) -> Iterator[Found]:
        """A responsibility, which may be another source's than its target."""
        reading = Reading(self._context, element)
        id_ = self._own(reading, kind, element)
        if isinstance(id_, Issue):
            yield id_
        elif id_ is not None:
            yield from self._placed(reading, id_, responsibility(reading, element, kind, id_, target))

    def _records(self, reading: Reading, kind: Kind, element: Element, id_: str) -> Iterator[AnyRecord | Complete]:
        if kind == "service":
            yield from ServiceReader(reading).read(element, id_)
            yield Complete(id_, id_)
        elif kind == "local_addition":
            service = reading.id(child(element, "leistungID"))
            if service is None:
                reading.issue("xzufi_incomplete", element="spezialisierung", missing="leistungID", kind=kind)
                return
            yield from SpecialisationReader(reading).read(element, id_, service)
            yield Complete(id_, service)
        else:
            yield from TargetReader(reading, KINDS[kind].element, kind, id_).read(element)

    def _transfer(self, element: Element) -> Iterator[Found]:
        """A responsibility on its own; what its id or type says of the kind of its target holds."""
        target, rule = child(element, "uebergeordnetesObjektID"), child(element, "zustaendigkeit")
        if target is None or rule is None:
            missing = "zustaendigkeit" if rule is None else "uebergeordnetesObjektID"
            values = {"element": "zustaendigkeitTransferObjekt", "missing": missing, "kind": "responsibility"}
            yield self._issue("xzufi_incomplete", element, **values)
            return
        target_id = Reading(self._context, target).id(target)
        if target_id is not None:
            yield from self._rule(rule, _target_kind(rule, target), target_id)

    def _own(self, reading: Reading, kind: Kind, element: Element) -> str | Issue | None:
        """The id of an object; ``None`` for one of another source of ours, which is not this one's to deliver.

        An agency that is nobody's is noted once: its ids carry it.
        """
        identifier = child(element, "id")
        rule = element.tag.endswith("zustaendigkeit")
        id_ = reading.id(identifier, kind if rule else None)
        if identifier is None or id_ is None:
            name = element.tag.rpartition("}")[2]
            return self._issue("xzufi_incomplete", element, element=name, missing="id", kind=_ELEMENTS.get(name, kind))
        if id_.startswith(self._prefix) and AGENCY not in id_:
            return id_
        agency = identifier.get("schemeAgencyID") or ""
        owner = self._context.agencies.get(agency) if agency else self._context.source
        if owner == self._context.source:
            return id_
        new = agency not in self._agencies
        self._agencies.add(agency)
        if owner is None:
            if new:
                reading.issue("xzufi_agency", agency=agency)
            return id_
        return self._issue("xzufi_foreign", element, agency=agency, source=owner) if new else None

    def _placed(self, reading: Reading, id_: str, found: Iterable[AnyRecord | Complete]) -> Iterator[Found]:
        """The records with their place, then what was found wrong with the object."""
        try:
            for one in found:
                if isinstance(one, Complete):
                    yield one
                else:
                    yield Parsed(one, self._file, reading.line, again=True, checked=is_canonical(one))
        finally:
            if reading.cleaned:
                reading.issue("html_cleaned")
        for issue in reading.issues:
            yield replace(issue, file=self._file, line=reading.line, ref=id_)

    def _deleted(self, element: Element) -> Iterator[Found]:
        class_ = element.get("klasse") or ""
        kind = _CLASSES.get(class_.removeprefix("Leistungs"), _CLASSES.get(class_))
        identifier = child(element, "id")
        reading = Reading(self._context, element)
        target = SCHEMES.get(identifier.get("schemeID") or "") if identifier is not None else None
        kinds: Sequence[Kind | None] = (target,) if target else (None, *MARKS)  # type: ignore[arg-type]  # its keys are kinds
        ids = {reading.id(identifier, one) for one in (kinds if kind == "responsibility" else (None,))
               if identifier is not None}  # fmt: skip
        if kind is None or not ids - {None}:
            yield self._issue("xzufi_unknown", element, element=f"loesche klasse={class_!r}")
        for id_ in sorted(filter(None, ids)):
            if kind is not None and id_.partition(".")[0] == self._context.source:
                yield Deleted(kind, id_, self._file, line_number(element))

    def _issue(self, code: str, at: Element, **values: str) -> Issue:
        return Issue(code=code, file=self._file, line=line_number(at), values=values)


def _named(element: Element) -> str | None:
    """The identifier of the object in an instruction, for a message."""
    for one in element.iter("{*}id"):
        return (one.text or "").strip() or None
    return None


def _target_kind(rule: Element, target: Element) -> Kind:
    identifier = child(rule, "id")
    scheme = identifier.get("schemeID") if identifier is not None else None
    type_ = rule.get("{http://www.w3.org/2001/XMLSchema-instance}type", "").rpartition(":")[2]
    classes = {named.scheme: kind for kind, named in KINDS.items() if kind in SCHEMES.values()}
    return SCHEMES.get(scheme or "") or SCHEMES.get(type_) or classes.get(target.get("schemeID") or "") or "authority"


FORMAT = Xzufi()
