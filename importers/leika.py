"""The federal catalogue of services as CSV: keys, names, federal types, legal bases.

Catalogue entries are references for the descriptions of others; they are stored as ``approved`` and not published.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from busdb.errors import InputError
from busdb.formats import ImportContext, Input, Parsed, placed
from busdb.html import usable
from busdb.issues import Issue
from busdb.records import LegalBasis, Service, Text
from busdb.textinput import text_lines

REQUIRED = frozenset({"service_key", "name"})
LONGEST = 2000
"""How many characters a citation may have."""
_KEY = re.compile(r"99\d{12}")
_BASIS = re.compile(r"([^,\[][^\[]*?)\s*\[([^\]]*)\]\s*,?\s*")
_TYPES = re.compile(r"[;,]\s*")


class Leika:
    """The importer of the catalogue."""

    kinds: ClassVar[tuple[str, ...]] = ("service",)
    strict: ClassVar[bool] = False
    files: ClassVar[tuple[int, int | None]] = (1, 1)
    canonical: ClassVar[bool] = False

    def read(self, inputs: Sequence[Input], context: ImportContext) -> Iterator[Parsed | Issue]:
        """Yield one service for each key; rows without a key are reported. Raises ``InputError``."""
        for name, stream in inputs:
            reader = csv.DictReader(text_lines(name, stream), restval="", strict=True)
            for row in _rows(name, reader):
                key = row["service_key"].strip()
                if _KEY.fullmatch(key):
                    for found in _service(key, row, context.source):
                        yield placed(found, name, reader.line_num)
                else:
                    yield Issue(code="key_missing", file=name, line=reader.line_num, values={"name": row["name"]})


def _rows(name: str, reader: csv.DictReader[str]) -> Iterator[dict[str, str]]:
    try:
        if missing := REQUIRED - set(reader.fieldnames or ()):
            raise InputError("columns_missing", file=name, columns=", ".join(sorted(missing)))
        yield from reader
    except csv.Error as error:
        raise InputError("csv_broken", file=name, line=reader.line_num + 1, reason=error) from error


def kind(key: str) -> Literal["lo", "lov", "lovd"]:
    """Whether a key names an object, an object with its handling, or also a detail of it."""
    return "lo" if key.endswith("000000") else "lov" if key.endswith("000") else "lovd"


def _service(key: str, row: dict[str, str], source: str) -> Iterator[Service | Issue]:
    id_ = f"{source}.{key}"
    types = tuple(part for part in _TYPES.split(row.get("service_type", "").strip()) if part)
    bases = []
    for position, (citation, url) in enumerate(_BASIS.findall(row.get("legal_basis", ""))):
        path = f"$.legal_bases[{position}]"
        if len(citation) > LONGEST:
            yield Issue(code="value_cut", ref=id_, path=f"{path}.citation", values={"field": "legal_basis"})
        if not usable(url):
            yield Issue(code="url_invalid", ref=id_, path=f"{path}.url", values={"url": url})
        bases.append(LegalBasis(citation=citation.strip()[:LONGEST], url=url if usable(url) else None))
    yield Service(
        id=id_,
        kind=kind(key),
        layer="country",
        leika_keys=(key,),
        federal_types=types,
        legal_bases=tuple(bases),
        publication_state="approved",
        texts=(Text(module="02", html=row["name"].strip() or key),),
    )


FORMAT = Leika()
