"""Whether content is up to date: validity, areas, reviews, additions, citations."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from busdb import validation
from busdb.checks.base import Hit, rule
from busdb.checks.known import Known
from busdb.interchange import encode
from busdb.records import Authority, Fee, LocalAddition, Notice, Offer, Responsibility, Service
from busdb.reviews import due
from busdb.validity import inclusive

REVIEWED_WITHIN = dt.timedelta(days=365)
_CITATION = re.compile(
    r"\b[A-ZÄÖÜ][\w/-]*[A-ZÄÖÜ]\b|\b[A-ZÄÖÜ][\wäöüß-]*(?:gesetz|gesetzbuch|ordnung|verordnung)e?s?\b"
)
_LOCAL = (Authority, Fee, LocalAddition, Offer, Notice, Responsibility, Service)


@rule("Q05", "muss", Service, *(kind for kind in _LOCAL if kind is not Service))
def expired(record: Any, known: Known) -> Iterator[Hit]:
    """A record that ends before it begins; a service that has expired; a fee that has expired without a successor.

    That offices, notices and responsibilities end is as it should be; what still leads to them is Q13.
    """
    for issue in validation.check(record, encode(record)) if record.valid_from and record.valid_to else ():
        if issue.code == "validity_reversed":
            yield Hit("$.valid_to", {"day": str(inclusive(record.valid_to))})
            return
    ended = record.valid_to is not None and record.valid_to <= known.on
    published = isinstance(record, Service) and record.publication_state == "published"
    if ended and (published or (isinstance(record, Fee) and not _succeeded(record, known))):
        yield Hit("$.valid_to", {"day": f"{inclusive(record.valid_to):%d.%m.%Y}"})


def _succeeded(record: Fee, known: Known) -> bool:
    """Whether another fee of the service is there for the same area, now or later."""
    return any(
        other.area == record.area and (other.valid_to is None or other.valid_to > known.on)
        for other in known.fees.get(record.service, ())
    )


@rule("Q08", "muss", *_LOCAL)
def bad_area(record: Any, known: Known) -> Iterator[Hit]:
    """A record for an area that the gazetteer does not know, or that no longer exists."""
    area = getattr(record, "area", None)
    named = [("$.area", area)] if area else []
    for field in ("areas", "excluded_areas"):
        named += [(f"$.{field}[{position}]", one) for position, one in enumerate(getattr(record, field, ()))]
    for path, code in named:
        if code not in known.current:
            found = known.gazetteer.get(code)
            if found is None or (found.valid_to is not None and found.valid_to <= known.on):
                reason = "@quality.area_ended" if found else "@quality.area_unknown"
                yield Hit(path, {"area": f"{found.name} ({code})" if found else code, "reason": reason})


@rule("Q23", "soll", Service)
def not_reviewed(record: Service, known: Known) -> Iterator[Hit]:
    """A service that nobody has looked at for a year, or whose day of review has passed."""
    last = max(filter(None, (record.reviewed_on, record.changed_on)), default=None)
    due = record.review_due is not None and record.review_due < known.on
    if last is None:
        yield Hit("$.reviewed_on", {"since": "@quality.never"})
    elif due or known.on - last > REVIEWED_WITHIN:
        yield Hit("$.reviewed_on", {"since": f"{last:%d.%m.%Y}"})


@rule("Q24", "soll")
def older_than_parent(known: Known) -> Iterator[Hit]:
    """An addition of a lower layer to a text that has changed since (`busdb reviews` shows how)."""
    for record, one in due(known.connection, known.gazetteer, known.on):
        values = {"module": f"@module.{one.module}", "language": one.language}
        yield Hit(f"$.texts.{one.module}.{one.language}", values, record)


@cache
def repealed() -> dict[str, tuple[str, str]]:
    """Laws that are no longer in force, by short and full title: what has replaced them, and since when."""
    found = {}
    for line in files("busdb").joinpath("data/repealed-laws.tsv").read_text(encoding="utf-8").splitlines():
        short, title, successor, since = line.split("\t")
        found[short] = found[title] = (successor, since)
    return found


@rule("Q34", "soll", Service, Fee, Responsibility)
def repealed_law(record: Any, _known: Known) -> Iterator[Hit]:
    """A citation of a federal law that has been repealed or renamed (``data/repealed-laws.tsv``)."""
    for path, citation in _citations(record):
        for word in dict.fromkeys(_CITATION.findall(citation)):
            if word in repealed():
                successor, since = repealed()[word]
                yield Hit(path, {"law": word, "successor": successor, "since": since})


def _citations(record: Any) -> Iterator[tuple[str, str]]:
    if getattr(record, "legal_basis", None):
        yield "$.legal_basis", record.legal_basis
    for position, one in enumerate(getattr(record, "legal_bases", ())):
        yield f"$.legal_bases[{position}].citation", one.citation
    for position, text in enumerate(getattr(record, "texts", ())):
        if text.module == "07":
            yield f"$.texts[{position}].html", text.html
