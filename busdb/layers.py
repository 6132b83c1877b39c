"""Content in layers: texts of the central editors, and what lower layers fill, supplement or replace.

The rule is that of the federal catalogue (quality criteria of LeiKa-plus, 1.1.1): a module that the higher layer left
empty is filled by a lower one; a filled one is supplemented; it is replaced only where the higher layer allows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, Protocol, TypeVar

from msgspec.structs import replace

from busdb import i18n
from busdb.publication import Part, PlaceName
from busdb.records import Layer, LocalAddition, Service, Text

Item = TypeVar("Item", bound="Localized")
FALLBACK = "de"
NAMES = ("02", "03", "24")
"""Modules that are shown in the head of a publication and not among its parts."""


class Localized(Protocol):
    """A part that is written in one language."""

    @property
    def language(self) -> str:
        """The language of the part."""
        ...


def localized(items: Sequence[Item], language: str) -> tuple[Item, ...]:
    """The items in ``language``; without any, the German ones; without these, those of the first language."""
    for wanted in (language, FALLBACK, *(item.language for item in items[:1])):
        found = tuple(item for item in items if item.language == wanted)
        if found:
            return found
    return ()


def languages(service: Service) -> tuple[str, ...]:
    """The languages in which the service has a full or short text, German first."""
    found = {text.language for text in service.texts if text.module in {"03", "05", "06"}}
    return tuple(sorted(found, key=lambda language: (language != FALLBACK, language)))


def module(service: Service, codes: Iterable[str], language: str) -> Text | None:
    """The text of the first of ``codes`` that the service has, in ``language`` or in the fallback language."""
    for code in codes:
        found = localized([text for text in service.texts if text.module == code], language)
        if found:
            return found[0]
    return None


class Addition:
    """A local addition with the layer that its area is on."""

    def __init__(self, record: LocalAddition, layer: Layer, area: PlaceName | None, source: str) -> None:
        self.record = record
        self.layer = layer
        self.area = area
        self.source = source


def parts(service: Service, additions: Iterable[Addition], language: str) -> tuple[Part, ...]:
    """The text modules with what ``additions`` (from the most general to the nearest) make of them, by module."""
    merged: dict[str, list[Part]] = {}
    open_modules: dict[str, bool] = {}
    for code in dict.fromkeys(text.module for text in service.texts):
        if code in NAMES:
            continue
        base = localized([text for text in service.texts if text.module == code], language)
        open_modules[code] = all(text.replaceable for text in base)
        source = service.id.partition(".")[0]
        merged[code] = [
            _part(text, text.layer or service.layer, None, source, service.changed_on, language) for text in base
        ]
    for addition in additions:
        record = addition.record
        for code in dict.fromkeys(text.module for text in record.texts):
            texts = localized([text for text in record.texts if text.module == code], language)
            mode: Literal["fill", "supplement", "replace"] = "supplement" if merged.get(code) else "fill"
            if mode == "supplement" and record.mode == "replace" and open_modules.get(code):
                mode = "replace"
                merged[code] = []
            merged.setdefault(code, []).extend(
                replace(
                    _part(text, addition.layer, addition.area, addition.source, record.changed_on, language), mode=mode
                )
                for text in texts
            )
    return tuple(part for code in sorted(merged) for part in merged[code])


def _part(text: Text, layer: Layer, area: PlaceName | None, source: str, changed_on: Any, language: str) -> Part:
    return Part(
        module=text.module,
        title=i18n.message(f"module.{text.module}", language=language),
        html=text.html,
        language=text.language,
        layer=layer,
        area=area,
        source=source,
        changed_on=changed_on,
        machine_translated=text.machine_translated,
        links=text.links,
    )
