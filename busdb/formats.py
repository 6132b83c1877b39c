"""What a format is, and how it is found: by the presence of a module in ``importers`` or ``exporters``.

A module offers one object ``FORMAT``. The module's name is the format's name, except that a name may not begin with
a digit in Python: ``115`` lives in ``d115``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import BinaryIO, ClassVar, Literal, NamedTuple, Protocol

from msgspec import Struct
from msgspec.structs import replace

from busdb.errors import InputError
from busdb.issues import Issue
from busdb.publication import Attribution, PlaceName, Publication
from busdb.records import AnyRecord
from busdb.rows import Names, NoNames, TableRow

Form = Literal["json", "xml"]


class Input(NamedTuple):
    """A file to import: its name for messages, and its bytes from the beginning."""

    name: str
    stream: BinaryIO


class Parsed(NamedTuple):
    """A record with the place where it stands; ``line`` counts from 1.

    ``again`` says that a record may come more than once, the last one counting (deliveries that are logs of changes);
    ``checked`` that the record is as ``interchange.decode`` makes it, though others of its importer may not be.
    """

    record: AnyRecord
    file: str
    line: int
    again: bool = False
    checked: bool = False
    row: TableRow | None = None


class Edit(NamedTuple):
    """What a row of a table says about an object, as far as its columns go; the rest of the record stays as it is.

    ``make`` is given the record as it is kept (``None`` for a new one) and gives the record as it is to be, or what
    rejects it, with findings that do not. Several rows with ``again`` may say something about one object.
    """

    kind: str
    id: str
    make: Callable[[AnyRecord | None], Iterable[Parsed | Issue]]
    again: bool = False


class Covers(NamedTuple):
    """Says that a delivery has a table of a kind: complete, it is so for the kinds of its tables only."""

    kind: str


class Deleted(NamedTuple):
    """An order to delete a record, with the parts that have no id of their own; what is not there is no error."""

    kind: str
    id: str
    file: str
    line: int


class Complete(NamedTuple):
    """Says that all parts of ``owner`` have come that hang on ``service``: those that did not are no more.

    Parts are fees and local additions whose ids begin with the owner's and ``~``.
    """

    owner: str
    service: str


Found = Parsed | Issue | Deleted | Complete | Edit | Covers


def placed(found: AnyRecord | Issue, file: str, line: int) -> Parsed | Issue:
    """What an importer made, with the place where it stands."""
    if isinstance(found, Issue):
        return replace(found, file=file, line=line)
    return Parsed(found, file, line)


class ImportContext(Struct, frozen=True, kw_only=True):
    """What an importer may know: the source that delivers, and the area that ``--area`` names, as an area code.

    For the formats of other systems: sources by their agency ids, life events by their codes, area codes by AGS, and
    the folder of the schemas that replace ours. For tables: the ``table`` that ``--kind`` names, the columns that the
    source calls by other ``headings``, and the names of what rows refer to.
    """

    source: str
    area: str | None = None
    agencies: Mapping[str, str] = {}
    life_events: Mapping[str, str] = {}
    areas: Mapping[str, str] = {}
    schemas: str | None = None
    table: str | None = None
    headings: Mapping[str, str] = {}
    names: Names = NoNames()


class Importer(Protocol):
    """Turns bytes into records.

    ``kinds`` are the record kinds that a full delivery covers; ``strict`` blocks the whole file at the first ``muss``
    finding (spreadsheets), otherwise only the record is rejected (feeds). ``files`` is how many files it takes
    (least, most or ``None``). ``canonical`` says that the records come from ``interchange.decode``; others are
    checked against their types before they are stored.
    """

    kinds: ClassVar[tuple[str, ...]]
    strict: ClassVar[bool]
    files: ClassVar[tuple[int, int | None]]
    canonical: ClassVar[bool]

    def read(self, inputs: Sequence[Input], context: ImportContext) -> Iterator[Found]:
        """Yield the records, deletions and findings of ``inputs`` in constant memory.

        Raises ``InputError`` when a file as a whole cannot be read (wrong format, broken encoding, truncated).
        """
        ...


class Whole(NamedTuple):
    """A record with what hangs on it: a service with its fees and additions, a target with its responsibilities.

    ``changed_at`` is the latest change of any of them; ``codes`` are those of a service's life events.
    """

    record: AnyRecord
    parts: tuple[AnyRecord, ...]
    changed_at: dt.datetime
    codes: tuple[str, ...] = ()


class FeedHead(Struct, frozen=True, kw_only=True):
    """What stands above the items of a feed. ``changed_at`` is the time of ``cursor``, never that of writing.

    For the formats of other systems: their ``version``, the agency ids of sources by code, and the areas that stand
    for those that other systems do not know.
    """

    feed: str
    area: PlaceName | None
    language: str
    cursor: str
    changed_at: dt.datetime
    on: dt.date
    sources: tuple[Attribution, ...] = ()
    base_url: str = ""
    internal: bool = False
    version: str = ""
    agencies: dict[str, str] = {}
    areas: dict[str, tuple[str, ...]] = {}


class WholeExporter(Protocol):
    """Turns wholes into bytes: services, authorities, online services and forms, each in the order of their ids."""

    takes: ClassVar[Literal["wholes"]]
    forms: ClassVar[tuple[Form, ...]]
    internal: ClassVar[bool]

    def write(self, items: Iterable[Whole], head: FeedHead, form: Form) -> Iterator[bytes]:
        """Yield the file in pieces, in constant memory; the same items give the same bytes.

        Raises ``InputError`` for a ``version`` that is not written.
        """
        ...


class RecordExporter(Protocol):
    """Turns records into bytes."""

    takes: ClassVar[Literal["records"]]
    forms: ClassVar[tuple[Form, ...]]
    internal: ClassVar[bool]

    def write(self, items: Iterable[AnyRecord], head: FeedHead, form: Form) -> Iterator[bytes]:
        """Yield the file in pieces, in constant memory; the same items give the same bytes."""
        ...


class PublicationExporter(Protocol):
    """Turns publications into bytes.

    ``selects`` says which publications belong to the feed, ``internal`` whether it has a form with internal content.
    """

    takes: ClassVar[Literal["publications"]]
    forms: ClassVar[tuple[Form, ...]]
    internal: ClassVar[bool]

    def selects(self, publication: Publication) -> bool:
        """Whether the publication belongs to this feed."""
        ...

    def write(self, items: Iterable[Publication], head: FeedHead, form: Form) -> Iterator[bytes]:
        """Yield the file in pieces, in constant memory; the same items give the same bytes."""
        ...


class SetFile(Protocol):
    """A file of a set; its name follows from its content."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def data(self) -> bytes:
        """Its bytes."""
        ...


class FileSet(Protocol):
    """The module of a format that is delivered as many files with an index of its own."""

    INDEX: str

    def files(self, items: Iterable[Whole], head: FeedHead) -> Iterator[SetFile]:
        """The files of a set."""
        ...

    def index(self, names: Iterable[str]) -> bytes:
        """The index of a set. Raises ``InputError`` without any file."""
        ...


def module_name(name: str) -> str:
    """The module of a format: the format's name, or ``d`` before a digit."""
    return f"d{name}" if name[:1].isdigit() else name


@cache
def names(package: Literal["importers", "exporters"]) -> tuple[str, ...]:
    """The formats that ``package`` offers, sorted."""
    found = (info.name for info in iter_modules(import_module(package).__path__) if not info.name.startswith("_"))
    return tuple(sorted(name[1:] if name[0] == "d" and name[1:].isdigit() else name for name in found))


def importer(name: str) -> Importer:
    """The importer of a format. Raises ``InputError`` for an unknown one."""
    format_: Importer = _module("importers", name).FORMAT
    return format_


def exporter(name: str) -> RecordExporter | WholeExporter | PublicationExporter:
    """The exporter of a format. Raises ``InputError`` for an unknown one."""
    format_: RecordExporter | WholeExporter | PublicationExporter = _module("exporters", name).FORMAT
    return format_


def file_set(name: str) -> FileSet | None:
    """The module of an exporter that is delivered as a set of files, ``None`` for one that is not."""
    module = _module("exporters", name)
    return module if hasattr(module, "files") else None


def _module(package: Literal["importers", "exporters"], name: str) -> ModuleType:
    known = names(package)
    if name not in known:
        raise InputError("format_unknown", name=name, known=", ".join(known))
    return import_module(f"{package}.{module_name(name)}")
