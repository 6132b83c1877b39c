"""XZuFi, the federal exchange format of responsibility finders (docs/formats/xzufi.md).

A whole state as one message, as the files of a set for the national gateway, or changes as a message.
"""

from __future__ import annotations

import datetime as dt
import uuid
import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import ClassVar, Final, Literal, NamedTuple

from busdb.errors import InputError
from busdb.formats import FeedHead, Form, Whole
from busdb.records import Fee, Responsibility, Service
from busdb.xmlio import DECLARATION
from busdb.xzufi.names import KINDS, PRODUCT, RECIPIENT, ROOT, TARGETS, XSI, Kind, namespace
from busdb.xzufi.schemas import known
from busdb.xzufi.structure import VERSIONS
from exporters.xzufi import services, targets
from exporters.xzufi.differences import Gone, Reader, difference
from exporters.xzufi.parts import Writer, element, text

BLOCK = 1 << 16
__all__ = ["FORMAT", "File", "Gone", "Reader", "changes", "difference", "files", "index"]
FILE_SIZE = 4_000_000
FILE_OBJECTS = 128
"""About how many objects are in a file of a set, so that a change touches only few files."""
INDEX: Final = "index.txt"
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:busdb:xzufi")


class File(NamedTuple):
    """A file of a set; its name follows from its content."""

    name: str
    data: bytes


class Xzufi:
    """The export of a state as one message."""

    takes: ClassVar[Literal["wholes"]] = "wholes"
    forms: ClassVar[tuple[Form, ...]] = ("xml",)
    internal: ClassVar[bool] = True

    def write(self, items: Iterable[Whole], head: FeedHead, form: Form) -> Iterator[bytes]:  # noqa: ARG002  # one form
        """Yield the message in pieces."""
        writer = _writer(head)
        name = f"{head.feed} {writer.version} {head.internal} {head.on} {head.changed_at.isoformat()} {head.base_url}"
        return _blocks(_message(writer, head, uuid.uuid5(_SPACE, name), head.changed_at, _written(writer, items)))


def files(items: Iterable[Whole], head: FeedHead) -> Iterator[File]:
    """The files of a set for the national gateway; with :func:`index` they are the delivery.

    Where a file ends follows from the ids in it, so that a change leaves the other files as they are: same name, same
    bytes. Raises ``InputError`` for a version that is not written.
    """
    writer = _writer(head)
    pieces: list[str] = []
    latest: dt.datetime | None = None
    size = 0
    for item in items:
        for piece in _written(writer, (item,)):
            pieces.append(piece)
            size += len(piece)
        latest = max(filter(None, (latest, item.changed_at)))
        if size > FILE_SIZE or not zlib.crc32(item.record.id.encode()) % FILE_OBJECTS:
            yield _file(writer, head, latest, pieces)
            pieces, latest, size = [], None, 0
    if pieces:
        yield _file(writer, head, latest or head.changed_at, pieces)


def _file(writer: Writer, head: FeedHead, changed_at: dt.datetime, pieces: list[str]) -> File:
    digest = sha256("".join(pieces).encode()).hexdigest()
    name = uuid.uuid5(_SPACE, f"{digest} {writer.version} {changed_at.isoformat()}")
    return File(f"xzufi-{name}.xml", "".join(_message(writer, head, name, changed_at, pieces)).encode())


def index(names: Iterable[str]) -> bytes:
    """The index of a set. Raises ``InputError`` without any file: a reader would take that as the end of all."""
    lines = list(names)
    if not lines:
        raise InputError("xzufi_set_empty")
    return "".join(f"{name}\n" for name in lines).encode()


def changes(items: Iterable[Whole | Responsibility | Gone], head: FeedHead) -> Iterator[bytes]:
    """A message of changes in their order; responsibilities stand alone, as in the gateway's own deliveries.

    A whole target comes without responsibilities in it. Raises ``InputError`` for a version that is not written.
    """
    writer = _writer(head)
    name = f"changes {writer.version} {head.cursor} {head.base_url}"
    written = (piece for item in items for piece in _change(writer, item))
    return _blocks(_message(writer, head, uuid.uuid5(_SPACE, name), head.changed_at, written))


def _change(writer: Writer, item: Whole | Responsibility | Gone) -> Iterator[str]:
    if isinstance(item, Gone):
        yield _gone(writer, item)
    elif isinstance(item, Responsibility):
        alone = targets.transfer(writer, item)
        if alone:
            yield element("schreibe", alone) + "\n"
    else:
        parts = tuple(part for part in item.parts if not isinstance(part, Responsibility))
        yield from _written(writer, (item._replace(parts=parts),))


def _gone(writer: Writer, item: Gone) -> str:
    identifier = writer.id("id", item.kind, item.id)
    if item.kind == "responsibility":
        target = targets.kind_of(item.record) if isinstance(item.record, Responsibility) else None
        kind: Kind = target[0] if target else "authority"
        identifier = writer.identifier("id", TARGETS[kind], *targets.number(writer, kind, item.id))
    return element("loesche", identifier, f' klasse="{KINDS[item.kind].class_}"') + "\n"


def _writer(head: FeedHead) -> Writer:
    version = known(head.version or VERSIONS[0])
    return Writer(head.agencies, version, head.internal, head.areas)


def _written(writer: Writer, items: Iterable[Whole]) -> Iterator[str]:
    """The objects of wholes, each as an instruction to write it."""
    for record, parts, _, codes in items:
        if isinstance(record, Service):
            fees = [one for one in parts if isinstance(one, Fee) and services.everywhere(one, record)]
            yield element("schreibe", services.service(writer, record, fees, codes)) + "\n"
            for _, addition in services.specialisations(writer, record, parts):
                yield element("schreibe", addition) + "\n"
        else:
            rules = (one for one in parts if isinstance(one, Responsibility))
            yield element("schreibe", targets.target(writer, record, rules)) + "\n"


def _message(
    writer: Writer, head: FeedHead, name: uuid.UUID, changed_at: dt.datetime, pieces: Iterable[str]
) -> Iterator[str]:
    yield DECLARATION.decode() + (
        f'<xzufi:{ROOT} xmlns:xzufi="{namespace(writer.version)}" xmlns:xsi="{XSI}"'
        f' produktbezeichnung="{PRODUCT}" produkthersteller="{PRODUCT}" xzufiVersion="{writer.version}">\n'
    )
    moment = changed_at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    head_ = text("nachrichtUUID", name) + text("erstelltDatumZeit", moment)
    yield element("nachrichtenkopf", head_ + text("empfaenger", RECIPIENT) + text("sender", head.base_url or PRODUCT))
    yield "\n"
    yield from pieces
    yield f"</xzufi:{ROOT}>\n"


def _blocks(pieces: Iterable[str]) -> Iterator[bytes]:
    block: list[str] = []
    size = 0
    for piece in pieces:
        block.append(piece)
        size += len(piece)
        if size >= BLOCK:
            yield "".join(block).encode()
            block, size = [], 0
    yield "".join(block).encode()


FORMAT = Xzufi()
