"""``leistung`` and ``spezialisierung``, read into services, local additions and fees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from msgspec.structs import replace

from busdb.records import AnyRecord, Fee, LocalAddition, Service
from busdb.xzufi import names
from busdb.xzufi.names import LANGUAGE_NAMES, LANGUAGES, OWN
from importers.xzufi.fees import Costs
from importers.xzufi.modules import Modules
from importers.xzufi.reading import Element, Reading, Validity, boolean, child, children, content, value

_AUDIENCES: Final = {code: audience for audience, code in names.AUDIENCE_CODES.items()}
_KINDS: Final = {"": "lo", "MitVerrichtung": "lov", "MitVerrichtungUndDetail": "lovd"}
Handler = Callable[[str, Element], bool | None]


class _Common:
    """What a service and a specialisation have in common."""

    root = ""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.modules = Modules(reading, self.root)
        self.costs: list[Element] = []
        self.spoken: list[Element] = []
        self.areas: list[str] = []
        self.values: dict[str, Any] = {}
        self.validity: Validity | None = None

    def handlers(self) -> dict[str, Handler]:
        """Who reads which child."""
        modules = self.modules
        return {
            "modulText": modules.text,
            "modulFrist": self._once("modulFrist", modules.deadline_module),
            "modulBearbeitungsdauer": self._once("modulBearbeitungsdauer", modules.duration_module),
            "modulDokument": self._once("modulDokument", modules.document_module),
            "modulKosten": self._once("modulKosten", lambda _, element: self.costs.append(element)),
            "versionsinformation": self._changed,
            "versionsinformationen": self._changed,
            "sprachversion": self._spoken,
            "gueltigkeit": self._validity,
        }

    def _once(self, name: str, handle: Callable[[str, Element], None]) -> Handler:
        """Of modules that may come for each channel the first is read, the others are kept."""

        def once(path: str, element: Element) -> bool:
            if name in self.values:
                return False
            self.values[name] = True
            handle(path, element)
            return True

        return once

    def _changed(self, path: str, element: Element) -> bool:
        inside = f"{path}/{element.tag.rpartition('}')[2]}"
        for name, one in children(element):
            if name == "geaendertDatumZeit" and "changed_on" not in self.values:
                self.values["changed_on"] = self.reading.date(inside, one)
                if self.values["changed_on"]:
                    continue
            self.reading.keep(inside, one)
        return True

    def _spoken(self, _: str, element: Element) -> bool:
        self.spoken.append(element)
        return True

    def _validity(self, path: str, element: Element) -> bool:
        if self.validity is not None or not len(element):
            return False
        self.validity = self.reading.validity(path, element)
        return True

    def _area(self, _: str, element: Element) -> bool:
        area = self.reading.area(element)
        if area is not None:
            self.areas.append(area)
        else:
            self.reading.issue("area_unknown", area=content(element))
        return area is not None

    def structured(self) -> dict[str, Any]:
        """Documents, deadlines and durations."""
        modules = self.modules
        return {
            "documents": (*modules.settled(modules.incoming), *modules.settled(modules.outgoing)),
            "deadlines": modules.settled(modules.deadlines),
            "processing_times": modules.settled(modules.times),
        }

    def languages(self) -> None:
        """Keep the versions by language that export would not make of the texts; mark machine translations."""
        texts = self.modules.texts
        shown = {one.language for one in texts if one.visibility == "public"}
        spoken = [(self.reading.language_named(value(one, "languageCode")), one) for one in self.spoken]
        marks = {(language, boolean(mark)) for language, one in spoken if (mark := child(one, _MACHINE)) is not None}
        # Where versions of one language contradict each other, its texts are not marked
        machine = {language for language, marked in marks if marked} - {one for one, marked in marks if not marked}
        texts[:] = [replace(one, machine_translated=True) if one.language in machine else one for one in texts]
        for language, element in spoken:
            plain = {name: content(one) for name, one in children(element)}
            plain.pop(_MACHINE, None)
            mark = child(element, _MACHINE)
            told = mark is None or boolean(mark) == (language in machine)
            expected = dict(zip(_SPOKEN, (language, *LANGUAGE_NAMES.get(language, ())), strict=False))
            if plain != expected or not told or language not in shown or language not in LANGUAGES:
                self.reading.keep(self.root, element)


_MACHINE: Final = "kennzeichenMaschinelleUebersetzung"
_SPOKEN: Final = ("languageCode", "sprachbezeichnungDeutsch", "sprachbezeichnungNativ")


class ServiceReader(_Common):
    """Reads ``leistung``."""

    root = "leistung"

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        self.lists: dict[str, list[Any]] = {
            name: [] for name in ("leika_keys", "federal_types", "audiences", "sdg_areas", "life_events", "nace",
                                  "legal_forms", "nationalities")
        }  # fmt: skip
        self._structure: Element | None = None

    def handlers(self) -> dict[str, Handler]:
        """Who reads which child."""
        modules = self.modules
        return {
            **super().handlers(),
            "id": _read,
            "struktur": self._kept_structure,
            "referenzLeiKa": self._matching("leika_keys", r"\d{14}"),
            "referenzLeistungsschluessel": self._matching("leika_keys", r"\d{14}"),
            "modulBegriffImKontext": modules.word_module,
            "modulFachlicheFreigabe": self._once("approval", self._approval),
            "modulAuskunftshinweis": modules.hint_module,
            "typisierung": self._listed("federal_types", lambda code: code),
            "leistungsadressat": self._listed("audiences", _AUDIENCES.get),
            "kennzeichenSchriftformerfordernis": self._flag("written_form"),
            "kennzeichenFormularSchriftformerfordernis": self._flag("written_form"),
            "klassifizierung": self._life_event,
            "informationsbereichSDG": self._matching("sdg_areas", r"[012]\d{6}"),
            "informationsbereicheSDG": self._sdg_areas,
            "gueltigkeitGebietID": self._area,
            "kennzeichenEA": self._flag("ea"),
            "durchfuehrbarEinheitlicheStelle": self._single_point,
            "relevantFuerWirtschaftszweig": self._branch,
            "relevantFuerRechtsform": self._matching("legal_forms", r"\d{6}"),
            "relevantFuerStaatsangehoerigkeit": self._nationality,
        }

    def read(self, element: Element, id_: str) -> Iterator[AnyRecord]:
        """The service, then its fees."""
        self.reading.take(self.root, element, self.handlers())
        self._read_structure()
        area = self.areas[0] if len(self.areas) == 1 else None
        costs = Costs(self.reading, self.modules, id_, area)
        for one in self.costs:
            costs.module(self.root, one, id_)
        self.languages()
        modules, validity, structured = self.modules, self.validity or Validity(), self.structured()
        lists: dict[str, Any] = {name: tuple(dict.fromkeys(found)) for name, found in self.lists.items()}
        yield Service(
            id=id_,
            kind=self.values.get("kind"),
            areas=tuple(dict.fromkeys(self.areas)),
            layer=_layer(self.areas),
            ea=self.values.get("ea"),
            written_form=self.values.get("written_form"),
            changed_on=self.values.get("changed_on"),
            reviewed_on=self.values.get("reviewed_on"),
            valid_from=validity.first,
            valid_to=validity.end,
            texts=tuple(modules.texts),
            synonyms=tuple(modules.synonyms),
            **structured,
            legal_bases=tuple(modules.legal_bases),
            extensions=tuple(self.reading.kept),
            **lists,
        )
        yield from costs.found

    def _listed(self, name: str, known: Callable[[str], Any]) -> Handler:
        def add(path: str, element: Element) -> bool:
            def new(code: str) -> bool:
                return bool(known(code)) and known(code) not in self.lists[name]

            code = self.reading.coded(path, element, new)
            if code is not None:
                self.lists[name].append(known(code))
            return code is not None

        return add

    def _matching(self, name: str, pattern: str) -> Handler:
        return self._listed(name, lambda code: code if re.fullmatch(pattern, code) else None)

    def _flag(self, name: str) -> Handler:
        def flag(_: str, element: Element) -> bool:
            self.values[name] = boolean(element)
            return self.values[name] is not None

        return flag

    def _approval(self, path: str, element: Element) -> None:
        self.modules.approval_module(path, element)
        day = child(element, "fachlichFreigegebenAm")
        if day is not None:
            self.values["reviewed_on"] = self.reading.day(f"{path}/modulFachlicheFreigabe", day)

    def _life_event(self, path: str, element: Element) -> bool:
        known = self.reading.context.life_events
        if element.get("listURI") != names.LIFE_EVENTS.uri:
            return False
        there = self.lists["life_events"]
        code = self.reading.coded(path, element, lambda code: code in known and known[code] not in there)
        if code is None:
            return False
        self.lists["life_events"].append(known[code])
        return True

    def _sdg_areas(self, path: str, element: Element) -> None:
        self.reading.take(
            f"{path}/informationsbereicheSDG",
            element,
            {"informationsbereichSDG1": self._matching("sdg_areas", r"[012]\d{6}")},
        )

    def _single_point(self, path: str, element: Element) -> bool:
        code = None if "ea" in self.values else self.reading.coded(path, element, {"11", "00"}.__contains__)
        if code is None:
            return False
        self.values["ea"] = code == "11"
        return True

    def _branch(self, path: str, element: Element) -> bool:
        inner = child(element, "code")
        place = f"{path}/relevantFuerWirtschaftszweig[{len(self.lists['nace']) + 1}]"
        new = inner is not None and value(inner, "code") not in self.lists["nace"]
        code = self.reading.coded(place, inner, bool) if inner is not None and new else None
        if code is None:
            return False
        self.lists["nace"].append(code)
        self.reading.rest(place, element, frozenset({"code"}))
        return True

    def _nationality(self, path: str, element: Element) -> bool:
        inner = [(name, one) for name, one in children(element) if name in {"staatsangehoerigkeit", "staatengruppe"}]
        nation = self._matching("nationalities", r"\d{3}")
        if not inner:
            return bool(nation(path, element))
        place = f"{path}/relevantFuerStaatsangehoerigkeit"
        self.reading.take(place, element, {"staatsangehoerigkeit": nation})
        return True

    def _kept_structure(self, _: str, element: Element) -> bool:
        self._structure = element
        return True

    def _read_structure(self) -> None:
        """The sort of the service; the structure itself is kept where export would write another."""
        element = self._structure
        if element is None:
            return
        type_ = element.get("{http://www.w3.org/2001/XMLSchema-instance}type", "").rpartition(":")[2]
        self.values["kind"] = _KINDS.get(type_.removeprefix("LeistungsstrukturObjekt"))
        keys = self.lists["leika_keys"]
        texts = [content(one) for one in element.iter() if isinstance(one.tag, str) and content(one)]
        parts = [f"{keys[0][:8]}000000", keys[0][8:11]] if keys and self.values["kind"] in {"lov", "lovd"} else []
        if texts != parts or not keys or self.values["kind"] is None:
            self.reading.keep(self.root, element)


def _read(_: str, __: Element) -> bool:
    return True


def _layer(areas: list[str]) -> Any:
    """The layer of a service by the areas in which it holds."""
    code = areas[0] if areas else ""
    if code == "DE":
        return "country"
    return {5: "district", 9: "association", 12: "municipality"}.get(len(code), "state") if code.isdigit() else "state"


class SpecialisationReader(_Common):
    """Reads ``spezialisierung``: content once for each of its areas, and fees."""

    root = "spezialisierung"

    def read(self, element: Element, id_: str, service: str) -> Iterator[AnyRecord]:
        """A local addition for each area, unless there are only costs; then the fees of each."""
        handlers = {"id": _read, "leistungID": _read, "gebietID": self._area}
        self.reading.take(self.root, element, {**self.handlers(), **handlers})
        costs = Costs(self.reading, self.modules, service, None)
        for one in self.costs:
            costs.module(self.root, one, id_)
        self.languages()
        modules, validity, structured = self.modules, self.validity or Validity(), self.structured()
        areas = list(dict.fromkeys(self.areas)) or ["DE"]
        for number, area in enumerate(areas):
            own = id_ if number == 0 else f"{id_}{OWN}{area}"
            addition = LocalAddition(
                id=own,
                service=service,
                area=area,
                texts=tuple(modules.texts),
                **structured,
                changed_on=self.values.get("changed_on"),
                valid_from=validity.first,
                valid_to=validity.end,
                extensions=tuple(self.reading.kept),
            )
            empty = LocalAddition(id=own, service=service, area=area)
            if addition != empty or not costs.found:
                yield addition
            yield from (_for_area(one, own, area, number) for one in costs.found)


def _for_area(fee: Fee, owner: str, area: str, number: int) -> Fee:
    if number == 0:
        return replace(fee, area=area)
    return replace(fee, id=owner + OWN + fee.id.rpartition(OWN)[2], area=area)
