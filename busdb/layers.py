"""Content in layers: texts of the central editors, and what lower layers fill, supplement or replace.

The rule is that of the federal catalogue (quality criteria of LeiKa-plus, 1.1.1): a module that the higher layer left
empty is filled by a lower one; a filled one is supplemented; it is replaced only where the higher layer allows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, Protocol, TypeVar

from msgspec.structs import replace

from busdb import i18n
from busdb.publication import AppliedAddition, ModuleText, Part, PlaceName
from busdb.records import Layer, LocalAddition, Service, Text

Item = TypeVar("Item", bound="Localized")
Moduled = TypeVar("Moduled", Text, Part)
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
    if not items:
        return ()
    for wanted in (language, FALLBACK, items[0].language):
        found = [item for item in items if item.language == wanted]
        if found:
            return tuple(found)
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
    source = service.id.partition(".")[0]
    for code, own in _by_module(service.texts).items():
        if code in NAMES:
            continue
        base = localized(own, language)
        open_modules[code] = all(text.replaceable for text in base)
        merged[code] = [
            _part(text, text.layer or service.layer, None, source, service.changed_on, language) for text in base
        ]
    for addition in additions:
        record = addition.record
        for code, own in _by_module(record.texts).items():
            texts = localized(own, language)
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


def merged(parts: Iterable[Part]) -> tuple[ModuleText, ...]:
    """The texts of modules, each of its parts in their order."""
    return tuple(
        [
            ModuleText(
                module=code,
                title=own[0].title,
                html="".join([part.html for part in own]),
                languages=tuple(dict.fromkeys([part.language for part in own])),
                layers=tuple(dict.fromkeys([part.layer for part in own])),
                machine_translated=any(part.machine_translated for part in own),
            )
            for code, own in _by_module(parts).items()
        ]
    )


def _by_module(texts: Iterable[Moduled]) -> dict[str, list[Moduled]]:
    found: dict[str, list[Moduled]] = {}
    for text in texts:
        found.setdefault(text.module, []).append(text)
    return found


STRUCTURED = {"documents": "08", "processing_times": "95", "deadlines": "97"}
"""Which text module says whether structured content may be replaced by a lower layer."""


def joined(field: str, service: Service, additions: Iterable[Addition], language: str) -> tuple[Any, ...]:
    """Documents, deadlines or durations of a service with those that lower layers add, or put in their place.

    They may be replaced where the service lets the text of their module be replaced, or has none of them itself.
    """
    items = list(localized(getattr(service, field), language))
    texts = [text for text in service.texts if text.module == STRUCTURED[field]]
    replaceable = bool(texts) and all(text.replaceable for text in texts)
    for addition in additions:
        own = localized(getattr(addition.record, field), language)
        if own and addition.record.mode == "replace" and replaceable:
            items.clear()
        items.extend(own)
    return tuple(items)


def applied(addition: Addition, language: str) -> AppliedAddition:
    """An addition with its provenance."""
    record = addition.record
    return AppliedAddition(
        id=record.id,
        layer=addition.layer,
        area=addition.area,
        source=addition.source,
        changed_on=record.changed_on,
        mode=record.mode,
        modules=tuple(dict.fromkeys(text.module for text in record.texts)),
        documents=localized(record.documents, language),
        deadlines=localized(record.deadlines, language),
        processing_times=localized(record.processing_times, language),
        forms=record.forms,
        online_services=record.online_services,
    )


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
