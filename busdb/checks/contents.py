"""Whether a service has its texts, keys and words."""

from __future__ import annotations

from collections.abc import Iterator

from busdb.checks.base import Hit, has, rule
from busdb.checks.known import Known
from busdb.html import plain
from busdb.records import Service

TEASER = 200
"""How many characters a teaser may have (module 24)."""
_DESCRIBING = ("05", "06")


def _languages(record: Service, *modules: str) -> set[str]:
    return {one.language for one in record.texts if one.module in modules and one.visibility == "public"}


@rule("Q06", "muss", Service)
def no_text(record: Service, _known: Known) -> Iterator[Hit]:
    """A service without a German name (02, 03), or without a German short or full text (05, 06)."""
    if "de" not in _languages(record, "02", "03"):
        yield Hit("$.texts", {"missing": "@module.03"})
    if "de" not in _languages(record, *_DESCRIBING):
        yield Hit("$.texts", {"missing": "@module.06"})


@rule("Q07", "muss", Service)
def bad_key(record: Service, known: Known) -> Iterator[Hit]:
    """A service key that is none, or that the imported federal catalogue does not list, or no longer."""
    for position, key in enumerate(record.leika_keys):
        reason = ""
        if not key.startswith("99"):
            reason = "@quality.key_shape"
        elif known.catalogue and not known.catalogue.get(key):
            reason = "@quality.key_withdrawn" if key in known.catalogue else "@quality.key_unknown"
        if reason:
            yield Hit(f"$.leika_keys[{position}]", {"key": key, "reason": reason})


@rule("Q25", "soll", Service)
def no_english(record: Service, known: Known) -> Iterator[Hit]:
    """A service whose name or description is not there in English, or has changed in German only since."""
    reason = "@quality.english_missing"
    if "en" not in _languages(record, "02", "03"):
        yield Hit("$.texts", {"missing": "@module.03", "reason": reason})
    elif "en" not in _languages(record, *_DESCRIBING):
        yield Hit("$.texts", {"missing": "@module.06", "reason": reason})
    elif record.id in known.behind:
        module = known.behind[record.id]
        yield Hit(f"$.texts.{module}.en", {"missing": f"@module.{module}", "reason": "@quality.english_older"})


@rule("Q27", "soll", Service)
def long_teaser(record: Service, _known: Known) -> Iterator[Hit]:
    """A teaser of more than 200 characters."""
    for position, text in enumerate(record.texts):
        if text.module == "24" and (length := len(plain(text.html))) > TEASER:
            yield Hit(f"$.texts[{position}].html", {"length": str(length), "most": str(TEASER)})


@rule("Q28", "soll", Service)
def no_synonyms(record: Service, known: Known) -> Iterator[Hit]:
    """A service for which nobody entered the words that people use."""
    if record.id not in known.worded and not known.worded_keys.intersection(record.leika_keys):
        yield Hit("$.synonyms")


@rule("Q29", "soll", Service)
def no_life_event(record: Service, _known: Known) -> Iterator[Hit]:
    """A service that is in no life event."""
    if not record.life_events:
        yield Hit("$.life_events")


@rule("Q37", "soll", Service)
def unverified(record: Service, _known: Known) -> Iterator[Hit]:
    """A service with statements that its source marks as not verified."""
    if record.unverified:
        yield Hit("$.unverified", {"statements": "; ".join(one.rstrip(". ") for one in record.unverified)})


@rule("Q21", "soll", Service)
def no_remedy(record: Service, _known: Known) -> Iterator[Hit]:
    """A service that does not say how its decision can be contested (module 25)."""
    if not has(record, "remedies", "25"):
        yield Hit("$.remedies")
