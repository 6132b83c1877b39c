"""The federal catalogue of services as CSV: keys, names, federal types, legal bases.

Catalogue entries are references for the descriptions of others; they are stored as ``approved`` and not published.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from busdb.errors import InputError
from busdb.formats import ImportContext, Input, Parsed
from busdb.issues import Issue
from busdb.records import LegalBasis, Service, Text
from busdb.textinput import text_lines

REQUIRED = frozenset({"service_key", "name"})
_KEY = re.compile(r"99\d{12}")
_BASIS = re.compile(r"([^,\[][^\[]*?)\s*\[(https?://[^\]\s]+)\]\s*,?\s*")
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
            reader = csv.DictReader(text_lines(name, stream))
            if missing := REQUIRED - set(reader.fieldnames or ()):
                raise InputError("leika_heading", file=name, columns=", ".join(sorted(missing)))
            for row in reader:
                key = (row["service_key"] or "").strip()
                if _KEY.fullmatch(key):
                    yield Parsed(_service(key, row, context.source), name, reader.line_num)
                else:
                    yield Issue(code="key_missing", file=name, line=reader.line_num, values={"name": row["name"] or ""})


def kind(key: str) -> Literal["lo", "lov", "lovd"]:
    """Whether a key names an object, an object with its handling, or also a detail of it."""
    return "lo" if key.endswith("000000") else "lov" if key.endswith("000") else "lovd"


def _service(key: str, row: dict[str, str], source: str) -> Service:
    types = tuple(part for part in _TYPES.split((row.get("service_type") or "").strip()) if part)
    bases = tuple(
        LegalBasis(citation=citation.strip()[:2000], url=url)
        for citation, url in _BASIS.findall(row.get("legal_basis") or "")
    )
    return Service(
        id=f"{source}.{key}",
        kind=kind(key),
        layer="country",
        leika_keys=(key,),
        federal_types=types,
        legal_bases=bases,
        publication_state="approved",
        texts=(Text(module="02", html=row["name"].strip() or key),),
    )


FORMAT = Leika()
