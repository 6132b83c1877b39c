"""The same delivery again: it is known by its bytes, and answered from the run that took it in.

A nightly delivery is mostly that of yesterday. Where it is byte for byte one that a run has taken in, and nothing
that it could meet otherwise has changed since, reading it would find every record as it is stored, and the same
findings on what was rejected. It could meet otherwise: the program and its libraries, what is said of sources, the
records of its own source, and what importers look up (``LOOKED_UP``), even where the run itself brought that.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, and_, exists, or_, select

from busdb import dangling, i18n, runs
from busdb.formats import Input
from busdb.issues import Issue
from busdb.models import number
from busdb.models.operations import change, run, source

LOOKED_UP = ("area", "life_event")
"""Kinds of records by which importers read other records, whosever they are."""
_MISSING = frozenset({dangling.REFERENCE, dangling.AREA, dangling.PARENT})
"""Findings on what a run has changed, which its repetition does not."""


class Former(NamedTuple):
    """What is to be said of a delivery that was read before."""

    counts: runs.Counts
    issues: list[Issue]


def digest(connection: Connection, inputs: Sequence[Input], *how: object) -> str | None:
    """What the answer to a delivery depends on beside records; ``None`` for a stream that can be read only once.

    ``how`` is the rest of the order: format, source, area, whether it is full.
    """
    if not all(one.stream.seekable() for one in inputs):
        return None
    files = []
    for name, stream in inputs:
        files.append((name, hashlib.file_digest(stream, "sha256").hexdigest()))  # type: ignore[arg-type]  # a file has readinto
        stream.seek(0)
    sources = [list(row) for row in connection.execute(select(source).order_by(source.c.code))]
    return hashlib.sha256(msgspec.json.encode((_program(), i18n.current(), sources, how, files))).hexdigest()


@cache
def _program() -> list[object]:
    """The files of the program by size and time, and the versions of Python and of the libraries."""
    root = Path(__file__).parents[1]
    files = [path for package in ("busdb", "importers") for path in (root / package).rglob("*") if path.is_file()]
    stamps = sorted(
        (str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files if path.suffix != ".pyc"
    )
    needed = [line for line in metadata.requires("busdb") or () if "extra" not in line]
    names = [found[0] for line in needed if (found := re.match(r"[\w.-]+", line))]
    return [stamps, sys.version, [metadata.version(name) for name in names]]


def former(connection: Connection, code: str, known: str | None) -> Former | None:
    """What the latest run of a source on a delivery of a digest says, if nothing has changed since that matters."""
    found = connection.execute(
        select(run).where(run.c.source == code, run.c.digest == known).order_by(run.c.run.desc()).limit(1)
    ).first()
    if known is None or found is None:
        return None
    foreign = and_(number.c.source == code, or_(change.c.run.is_(None), change.c.run != found.run))
    matters = or_(change.c.kind.in_(LOOKED_UP), foreign)
    log = select(change.c.seq).join(number, number.c.number == change.c.number)
    if connection.scalar(select(exists(log.where(change.c.seq > found.position, matters)))):
        return None
    counts: runs.Counts = msgspec.json.decode(found.counts)
    for words in counts.values():
        words["unchanged"] += words["added"] + words["changed"]
        words["added"] = words["changed"] = words["deleted"] = 0
    return Former(counts, [one for one in runs.findings(connection, found.run) if one.code not in _MISSING])
