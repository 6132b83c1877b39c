"""Whether German texts can be understood: what ``busdb.plainlanguage`` measures, in one finding for each text."""

from __future__ import annotations

from collections.abc import Iterator

from busdb import i18n, plainlanguage
from busdb.checks.base import Hit, rule
from busdb.checks.known import Known
from busdb.html import plain
from busdb.records import LocalAddition, Service

_PASSED = frozenset({"02", "03", "07", "18", "93", "94"})
"""Modules that are names, citations and imprints."""


@rule("Q26", "soll", Service, LocalAddition)
def hard_to_read(record: Service | LocalAddition, known: Known) -> Iterator[Hit]:
    """A German text with long sentences, nominal style, passive, unexplained abbreviations, pointers or gaps."""
    texts = [
        (position, text.module, plain(text.html))
        for position, text in enumerate(record.texts)
        if text.language == "de" and text.visibility == "public" and text.module not in _PASSED
    ]
    explained = plainlanguage.explained(text for _, _, text in texts)
    for position, module, text in texts:
        said = [
            i18n.message(f"plain.{code}", values, known.language)
            for code, values in plainlanguage.troubles(text, explained)
        ]
        if said:
            yield Hit(f"$.texts[{position}].html", {"module": f"@module.{module}", "troubles": "; ".join(said)})
