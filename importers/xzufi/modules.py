"""The modules of services and of specialisations, read into texts, deadlines, durations, documents and words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from busdb.records import Deadline, Document, ProcessingTime, Synonym
from busdb.xzufi import names
from busdb.xzufi.names import LANGUAGES
from importers.xzufi.reading import Element, Reading, child, children, content, value
from importers.xzufi.texts import Texts

_UNITS: Final = {unit: letter for letter, unit in names.UNIT_CODES.items()}
_DEADLINES: Final = {word: type_ for type_, word in names.DEADLINE_WORDS.items()}
_STATED_DATE = re.compile(r"(\d{4}|-)-\d{2}-\d{2}")
_NUMBER = re.compile(r"\d{1,6}")


class Spoken(NamedTuple):
    """One thing in the languages in which it is said: its items, its path, and the elements of its words."""

    items: dict[Any, Any]
    path: str
    elements: Sequence[Element]


class Modules(Texts):
    """What the modules of one object say: texts, and what has a structure."""

    def __init__(self, reading: Reading, root: str) -> None:
        super().__init__(reading, root)
        self.lawful = root == "leistung"
        self.deadlines: list[Spoken] = []
        self.times: list[Spoken] = []
        self.incoming: list[Spoken] = []
        self.outgoing: list[Spoken] = []
        self.synonyms: list[Synonym] = []
        self.word_modules = 0
        self._written: dict[str, int] = defaultdict(int)

    def deadline_module(self, path: str, element: Element) -> None:
        """``modulFrist``."""
        inside = f"{path}/modulFrist"
        self.reading.take(
            inside, element, {"frist": self._deadline, "zugangskanal": self.channel, **self.about(inside, "97")}
        )

    def duration_module(self, path: str, element: Element) -> None:
        """``modulBearbeitungsdauer``."""
        inside = f"{path}/modulBearbeitungsdauer"
        handlers = {"bearbeitungsdauer": self._time, "zugangskanal": self.channel, **self.about(inside, "95")}
        self.reading.take(inside, element, handlers)

    def about(self, path: str, module: str) -> dict[str, Any]:
        """The handlers of what is said about a structured module."""

        def handle(_: str, element: Element) -> bool:
            return self.prose(path, module, element)

        return {"beschreibung": handle, "weiterfuehrenderLink": handle}

    def next(self, path: str, name: str, *, written: bool = True) -> str:
        """The path of the next part of a list, as export will count it."""
        self._written[f"{path}/{name}"] += written
        return f"{path}/{name}[{self._written[f'{path}/{name}']}]"

    def _deadline(self, path: str, element: Element) -> bool:
        said = self._said(element, "beschreibung")
        inside = self.next(path, "frist", written=not said or any(language in LANGUAGES for language, _ in said))
        type_ = self._deadline_type(inside, child(element, "typ"))
        span = self.span(inside, child(element, "fristauswahl"))
        word = names.DEADLINE_WORDS[type_]
        text = None if said else span.get("text")
        span.pop("text", None)
        self._leftovers(inside, element, {"typ", "fristauswahl", "beschreibung"}, word)
        items = {
            language: Deadline(label=label, text=text, type=type_, language=language, **span)
            for language, label in said or [("de", word)]
        }
        self.deadlines.append(Spoken(items, inside, _words_of(element)))
        return True

    def _deadline_type(self, path: str, element: Element | None) -> Any:
        if element is None:
            return "other"
        word = value(element, "nichtGelisteterWert")
        if word in _DEADLINES and word != names.DEADLINE_WORDS["application"] and len(element) == 1:
            return _DEADLINES[word]
        if value(element, "code") == "001" and not word:
            self.reading.code(f"{path}/typ", element, names.DEADLINE_WORDS["application"])
            return "application"
        self.reading.keep(path, element)
        return "other"

    def _said(self, element: Element, name: str) -> list[tuple[Any, str]]:
        """The words of a list by language, the German ones first; each language once."""
        found: dict[Any, str] = {}
        for known, one in children(element):
            language = self.reading.language(one) if known == name else None
            text = self.reading.line_of(one.text) if language else None
            if text:
                found.setdefault(language, text)
        return sorted(found.items(), key=lambda item: (item[0] != "de", item[0]))

    def _leftovers(self, path: str, element: Element, known: set[str], unsaid: str | None = None) -> None:
        """Keep what is not ``known``; of words what they hold beyond one line, and those that export does not say."""
        seen: set[Any] = set()
        for name, one in children(element):
            if name == "beschreibung":
                words = self.reading.words(path, one)
                if words is None or words[0] in seen or words[1] == unsaid:
                    self.reading.keep(path, one)
                else:
                    seen.add(words[0])
            elif name not in known:
                self.reading.keep(path, one)

    def span(self, path: str, element: Element | None, *, dated: bool = True) -> dict[str, Any]:
        """A period or dates, whatever wraps them; what records cannot hold is kept, and said in words (``text``)."""
        if element is None:
            return {}
        parts = {name: one for one in element.iter() for name in [str(one.tag).rpartition("}")[2]]}
        first, last = self._duration(parts, ""), self._duration(parts, "Bis")
        plain = last or not parts.keys() & {"dauerBis", "einheitBis"}
        if first and plain and not parts.keys() & {"von", "bis"}:
            for end in ("", "Bis"):
                if f"einheit{end}" in parts:
                    self.reading.code(f"{path}/fristauswahl/einheit{end}", parts[f"einheit{end}"])
            return {"duration": first, "duration_max": last}
        dates = {name: content(parts[name]) for name in ("von", "bis") if name in parts and dated}
        if dates and "dauer" not in parts and all(_STATED_DATE.fullmatch(one) for one in dates.values()):
            return {"date_from": dates.get("von"), "date_to": dates.get("bis")}
        if not parts.keys() & {"dauer", "von", "bis"}:
            return {}
        self.reading.keep(path, element)
        words = [content(parts[name]) or value(parts[name], "code") or "" for name in
                 ("dauer", "einheit", "dauerBis", "einheitBis", "von", "bis") if name in parts]  # fmt: skip
        return {"text": self.reading.line_of(" ".join(words))}

    def _duration(self, parts: dict[str, Element], end: str) -> str | None:
        amount = content(parts[f"dauer{end}"]) if f"dauer{end}" in parts else ""
        unit = parts.get(f"einheit{end}", parts.get("einheit"))
        letter = _UNITS.get((value(unit, "code") or content(unit)).upper()) if unit is not None else None
        if letter is None or not _NUMBER.fullmatch(amount):
            return None
        return f"PT{int(amount)}{letter[1]}" if letter[0] == "T" else f"P{int(amount)}{letter}"

    def _time(self, path: str, element: Element) -> bool:
        said = self._said(element, "beschreibung")
        number = self._written[f"{path}/bearbeitungsdauer"]
        inside = self.next(path, "bearbeitungsdauer", written=not said or any(one in LANGUAGES for one, _ in said))
        span = self.span(inside, child(element, "fristauswahl"), dated=False)
        first, last = span.get("duration"), span.get("duration_max")
        if not said and span.get("text"):
            said = [("de", span["text"])]
        if not said and not first:
            self._written[f"{path}/bearbeitungsdauer"] = number
            return False
        self._leftovers(inside, element, {"fristauswahl", "beschreibung"})
        shortest = first if last else None
        items = {
            language: ProcessingTime(minimum=shortest, maximum=last or first, text=text or None, language=language)
            for language, text in said or [("de", "")]
        }
        self.times.append(Spoken(items, inside, _words_of(element)))
        return True

    def document_module(self, path: str, element: Element) -> None:
        """``modulDokument``."""
        inside = f"{path}/modulDokument"
        handlers = {"dokumentEingehend": self._incoming, "dokumentAusgehend": self._outgoing}
        self.reading.take(inside, element, {**handlers, "zugangskanal": self.channel})

    def _incoming(self, path: str, element: Element) -> bool:
        inner = child(element, "dokument")
        if inner is None:
            return self._document(path, "dokumentEingehend", element, "in")
        if child(inner, "bezeichnung") is None:
            return False
        place = self.next(path, "dokumentEingehend")
        wanted = child(element, "pflichtangabetyp")
        code = self.reading.code(f"{place}/pflichtangabetyp", wanted) if wanted is not None else "01"
        if wanted is not None and code not in {"01", "02"}:
            self.reading.keep(place, wanted)
        self.reading.rest(place, element, frozenset({"dokument", "pflichtangabetyp"}))
        return self._document(path, "", inner, "in", place=f"{place}/dokument", required=code != "02")

    def _outgoing(self, path: str, element: Element) -> bool:
        return self._document(path, "dokumentAusgehend", element, "out")

    def _document(
        self, path: str, name: str, element: Element, direction: Any, *, place: str = "", required: bool = True
    ) -> bool:
        labels = self._said(element, "bezeichnung")
        if not labels:
            return False
        written = any(language in LANGUAGES for language, _ in labels)
        place = place or self.next(path, name, written=written)
        described = dict(self._said(element, "beschreibung"))
        form = None
        for known, one in children(element):
            if known in {"typ", "art"}:
                if value(one, "code") != "999" or len(one) > 1:
                    self.reading.keep(place, one)
            elif known in {"referenzFormularID", "formularReferenz"} and form is None and content(one):
                form = self.reading.id(one, None)
            elif (
                (known == "beschreibung" and self.reading.language(one) not in dict(labels))
                or known not in {"bezeichnung", "beschreibung"}
                or self.reading.words(place, one) is None
            ):
                self.reading.keep(place, one)
        items = {
            language: Document(
                label=label,
                description=described.get(language),
                required=required,
                direction=direction,
                form=form,
                language=language,
            )
            for language, label in labels
        }
        (self.incoming if direction == "in" else self.outgoing).append(Spoken(items, place, _words_of(element)))
        return True

    def settled(self, things: Sequence[Spoken]) -> tuple[Any, ...]:
        """The items of a list. Export pairs languages only where all are paired; elsewhere English is only kept."""
        both = all({"de", "en"} <= one.items.keys() for one in things)
        found: list[Any] = []
        for one in things:
            for language, item in one.items.items():
                if both or language != "en" or "de" not in one.items:
                    found.append(item)
                    continue
                said = tuple(f"{one.path}/{name}[@languageCode=en]" for name in ("bezeichnung", "beschreibung"))
                kept = self.reading.kept
                kept[:] = [extension for extension in kept if not extension.path.startswith(said)]
                for element in one.elements:
                    if self.reading.language(element) == "en":
                        self.reading.keep(one.path, element)
        return tuple(found)

    def word_module(self, path: str, element: Element) -> None:
        """``modulBegriffImKontext``; several come to one."""
        self.word_modules += 1
        inside = f"{path}/modulBegriffImKontext"
        handlers = {"begriffImKontext": lambda _, one: self._word(inside, one), "zugangskanal": self.channel}
        if self.word_modules > 1:
            inside += f"[{self.word_modules}]"
        if self.word_modules > 1 or len(element) == 1:
            del handlers["zugangskanal"]  # export writes none for a further module, or for one with nothing else
        self.reading.take(inside, element, handlers)

    def _word(self, path: str, element: Element) -> bool:
        term = child(element, "begriff")
        language = self.reading.language(term) if term is not None else None
        text = self.reading.line_of(term.text) if term is not None else None
        if language is None or text is None:
            return False
        inside = self.next(path, "begriffImKontext", written=language in LANGUAGES)
        self.reading.rest(inside, element, frozenset({"begriff"}))
        self.synonyms.append(Synonym(term=text, language=language))
        return True


def _words_of(element: Element) -> list[Element]:
    return [one for name, one in children(element) if name in {"bezeichnung", "beschreibung"}]
