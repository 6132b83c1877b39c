"""``organisationseinheit``, ``onlinedienst`` and ``formular``, read into records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, Final

from busdb.html import clean
from busdb.records import (
    AnyRecord,
    Authority,
    Contact,
    Form,
    Link,
    Name,
    OnlineService,
    Person,
)
from busdb.xzufi import names
from busdb.xzufi.names import LANGUAGES, Kind
from importers.xzufi import hours
from importers.xzufi.addresses import address
from importers.xzufi.reading import Element, Reading, Validity, child, children, content, value

_CHANNELS: Final = {code: channel for channel, (code, _) in names.CHANNEL_CODES.items()}
_SYSTEMS: Final = {word.lower(): channel for channel, word in names.SYSTEMS.items()}
Handler = Callable[[str, Element], bool | None]


class TargetReader:
    """Reads what responsibilities lead to; those in it are read on their own."""

    def __init__(self, reading: Reading, root: str, kind: Kind, id_: str) -> None:
        self.reading = reading
        self.root = root
        self.kind: Kind = kind
        self.id = id_
        self.values: dict[str, Any] = {}
        self.names: dict[Any, str] = {}
        self.lists: dict[str, list[Any]] = defaultdict(list)

    def read(self, element: Element) -> Iterator[AnyRecord]:
        """The target."""
        name_tag = "name" if self.kind == "authority" else "bezeichnung"
        common: dict[str, Handler] = {
            "id": _taken,
            name_tag: self._named if self.kind == "authority" else self._name,
            "beschreibung": self._description,
            "zustaendigkeit": _taken,
            "gueltigkeit": self._validity,
        }
        own: dict[str, dict[str, Handler]] = {
            "authority": self._of_authority(),
            "online_service": {
                "link": self._link,
                "vertrauensniveau": self._assurance,
                "sprachversion": self._spoken,
            },
            "form": {"idSekundaer": self._number, "link": self._plain_link},
        }
        self.reading.take(self.root, element, {**common, **own[self.kind]})
        yield self._record()

    def _record(self) -> AnyRecord:
        validity: Validity = self.values.get("validity") or Validity()
        name = self.names.pop("de", None)
        if name is None:
            name = next(iter(self.names.values()), None) or self._fallback()
        common: dict[str, Any] = {
            "id": self.id,
            "name": name,
            "names": tuple(Name(language=language, text=text) for language, text in self.names.items()),
            "description": self.values.get("description"),
            "valid_from": validity.first,
            "valid_to": validity.end,
            "extensions": tuple(self.reading.kept),
        }
        if self.kind == "online_service":
            level, languages = self.values.get("assurance_level"), tuple(self.lists["languages"])
            links = tuple(self.lists["links"])
            return OnlineService(**common, links=links, assurance_level=level, languages=languages)
        if self.kind == "form":
            return Form(**common, links=tuple(self.lists["links"]), number=self.values.get("number"))
        fields = ("short_name", "parent", "area", "changed_on")
        lists = ("categories", "addresses", "contacts", "persons", "hours", "exceptions", "internal115")
        common |= {field: self.values.get(field) for field in fields}
        common |= {field: tuple(self.lists[field]) for field in lists}
        return Authority(**common)

    def _fallback(self) -> str:
        """Titles may be missing: then the first link's, its address, or the id."""
        link: Link | None = next(iter(self.lists["links"]), None)
        return (link.title or link.url) if link else self.id.partition(".")[2]

    def _of_authority(self) -> dict[str, Handler]:
        return {
            "uebergeordneteOrganisationseinheitID": self._parent,
            "kategorie": self._category,
            "infoOeffnungszeitenText": self._hours_in_words,
            "infoOeffnungszeitenStrukturiert": self._hours,
            "infoInternServicecenter": self._internal,
            "anschrift": self._address,
            "kommunikation": self._contact,
            "kommunikationssystem": self._system,
            "internetadresse": self._page,
            "kontaktperson": self._person,
            "versionsinformation": self._changed,
            "versionsinformationen": self._changed,
        }

    def _named(self, path: str, element: Element) -> bool:
        self.reading.take(f"{path}/name", element, {"name": self._name, "kurzbezeichnung": self._short})
        return True

    def _name(self, path: str, element: Element) -> bool:
        words = self.reading.words(path, element)
        if words is None or words[0] in self.names:
            return False
        self.names[words[0]] = words[1]
        return True

    def _short(self, path: str, element: Element) -> bool:
        words = self.reading.words(path, element)
        if words is None or words[0] != "de" or "short_name" in self.values:
            return False
        self.values["short_name"] = words[1]
        return True

    def _description(self, _: str, element: Element) -> bool:
        html = self.reading.html(element)
        if html is None or self.reading.language(element) != "de" or "description" in self.values:
            return False
        self.values["description"] = html
        return True

    def _validity(self, path: str, element: Element) -> bool:
        if "validity" in self.values or not len(element):
            return False
        self.values["validity"] = self.reading.validity(path, element)
        return True

    def _changed(self, path: str, element: Element) -> bool:
        inside = f"{path}/{element.tag.rpartition('}')[2]}"
        for name, one in children(element):
            if name == "geaendertDatumZeit" and "changed_on" not in self.values:
                self.values["changed_on"] = self.reading.date(inside, one)
                if self.values["changed_on"]:
                    continue
            self.reading.keep(inside, one)
        return True

    def _link(self, path: str, element: Element) -> bool:
        link = self.reading.link(element, "link")
        if link is None:
            return False
        number = sum(one.language in LANGUAGES for one in self.lists["links"]) + (link.language in LANGUAGES)
        self.lists["links"].append(link)
        place = f"{path}/link[{number}]"
        for name, one in children(element):
            if name == "typ" and value(one, "code") == "01":
                self.reading.code(f"{place}/typ", one, "Link zum Onlinedienst")
            elif name not in {"link", "titel"}:
                self.reading.keep(place, one)
        return True

    def _plain_link(self, path: str, element: Element) -> bool:
        link = self.reading.link(element)
        if link is None:
            return False
        self.lists["links"].append(link)
        place = f"{path}/link[{sum(one.language in LANGUAGES for one in self.lists['links'])}]"
        self.reading.rest(place, element, frozenset({"uri", "titel"}))
        return True

    def _assurance(self, path: str, element: Element) -> bool:
        code = self.reading.code(f"{path}/vertrauensniveau", element)
        if code not in {"00", "10", "15", "20", "30", "40"}:
            return False
        self.values["assurance_level"] = code
        return True

    def _spoken(self, _: str, element: Element) -> bool:
        language = self.reading.language_named(value(element, "languageCode"))
        plain = [content(one) for _, one in children(element)]
        if language not in LANGUAGES or plain != [language, *names.LANGUAGE_NAMES[language]]:
            return False
        self.lists["languages"].append(language)
        return True

    def _number(self, _: str, element: Element) -> bool:
        if element.get("schemeID") != names.FORM_NUMBER or "number" in self.values:
            return False
        self.values["number"] = self.reading.line_of(content(element))
        return self.values["number"] is not None

    def _parent(self, _: str, element: Element) -> bool:
        self.values["parent"] = self.reading.id(element)
        return self.values["parent"] is not None

    def _category(self, path: str, element: Element) -> bool:
        named = [(one, words) for name, one in children(element) if name == "bezeichnung"
                 and (words := self.reading.words(path, one)) and words[0] == "de"]  # fmt: skip
        if not named:
            return False
        category = named[0][1][1]
        self.lists["categories"].append(category)
        place = f"{path}/kategorie[{len(self.lists['categories'])}]"
        for name, one in children(element):
            if name == "id":
                if content(one) != category:
                    self.reading.keep_text(f"{place}/id", content(one))
                    self.reading.keep_attributes(f"{place}/id", one)
            elif one is not named[0][0]:
                self.reading.keep(place, one)
        return True

    def _hours_in_words(self, path: str, element: Element) -> bool:
        found = hours.in_words(self.reading, element)
        if found is None:
            return False
        self.lists["hours"].append(found)
        self.values["said"] = self.values.get("said", 0) + 1
        raw = content(element)
        if "<" in raw:
            self.reading.keep_text(f"{path}/infoOeffnungszeitenText[{self.values['said']}]", raw)
        return True

    def _hours(self, _: str, element: Element) -> bool:
        regular, exception = hours.structured(self.reading, element)
        self.lists["hours"].extend(regular)
        self.lists["exceptions"].extend(exception)
        return bool(regular or exception)

    def _internal(self, path: str, element: Element) -> bool:
        note = hours.internal(self.reading, element)
        if note is None:
            self.reading.keep(path, element, "115")
            return True
        self.lists["internal115"].append(note)
        if "<" in content(element):
            place = f"{path}/infoInternServicecenter[{len(self.lists['internal115'])}]"
            self.reading.keep_text(place, clean(content(element)).html or "", "115")
        return True

    def _address(self, path: str, element: Element) -> bool:
        number = len(self.lists["addresses"]) + 1
        found, area = address(self.reading, f"{path}/anschrift[{number}]", element, first=number == 1)
        self.lists["addresses"].append(found)
        if number == 1:
            self.values["area"] = area
        return True

    def _contact(self, path: str, element: Element) -> bool:
        contact = self._read_contact(element)
        if contact is None:
            return False
        if contact.channel != "web" or not contact.value.startswith(("http://", "https://")):
            self.values["contacts"] = self.values.get("contacts", 0) + 1
            self._rest_of_contact(f"{path}/kommunikation[{self.values['contacts']}]", element)
        self.lists["contacts"].append(contact)
        return True

    def _read_contact(self, element: Element) -> Contact | None:
        code = value(element, "kanal") or ""
        kanal = child(element, "kanal")
        code = (value(kanal, "code") or "") if kanal is not None else code
        text = self.reading.line_of(value(element, "kennung"))
        if code not in _CHANNELS or text is None:
            return None
        extra = child(element, "zusatz")
        limits = self.reading.line_of(extra.text) if extra is not None and self._german(extra) else None
        label = self.reading.line_of(value(element, "kennungszusatz"))
        return Contact(channel=_CHANNELS[code], value=text, label=label, limits=limits)  # type: ignore[arg-type]  # a key of the codes

    @staticmethod
    def _is_plain(element: Element) -> bool:
        """Whether a communication names only a channel and what is dialled."""
        parts = dict(children(element))
        if parts.keys() != {"kanal", "kennung"}:
            return False
        name = value(parts["kanal"], "name")
        return name in {None, *(word for _, word in names.CHANNEL_CODES.values())}

    def _german(self, element: Element) -> bool:
        return bool(self.reading.language(element) == "de")

    def _rest_of_contact(self, place: str, element: Element) -> None:
        limited = False
        for name, one in children(element):
            if name == "kanal":
                channel = _CHANNELS.get(value(one, "code") or "", "")
                self.reading.code(f"{place}/kanal", one, names.CHANNEL_CODES.get(channel, ("", ""))[1])
            elif name == "zusatz" and not limited and self._german(one) and content(one):
                limited = True
            elif name not in {"kennung", "kennungszusatz"}:
                self.reading.keep(place, one)

    def _system(self, _: str, element: Element) -> bool:
        kanal = child(element, "kanal")
        channel = _SYSTEMS.get((value(kanal, "name") or "").lower()) if kanal is not None else None
        text = self.reading.line_of(value(element, "kennung"))
        if channel is None or text is None or child(element, "gueltigkeit") is not None:
            return False
        label = self.reading.line_of(value(element, "kennungszusatz"))
        self.lists["contacts"].append(Contact(channel=channel, value=text, label=label))  # type: ignore[arg-type]  # a key of the systems
        return True

    def _page(self, path: str, element: Element) -> bool:
        link = self.reading.link(element)
        if link is None or not link.url.startswith("http") or link.language != "de":
            return False
        self.values["pages"] = self.values.get("pages", 0) + 1
        self.reading.rest(f"{path}/internetadresse[{self.values['pages']}]", element, frozenset({"uri", "titel"}))
        self.lists["contacts"].append(Contact(channel="web", value=link.url, label=link.title))
        return True

    def _person(self, path: str, element: Element) -> bool:
        last = self.reading.line_of(value(element, "familienname"))
        if last is None:
            return False
        first = self.reading.line_of(value(element, "vorname"))
        name = " ".join(filter(None, (first, last)))
        place = f"{path}/kontaktperson[{len(self.lists['persons']) + 1}]"
        reached: dict[str, str] = {}
        role = None
        for known, one in children(element):
            contact = self._read_contact(one) if known == "kommunikation" and self._is_plain(one) else None
            if contact and contact.channel in {"phone", "email"} and contact.channel not in reached:
                reached[contact.channel] = contact.value
            elif known == "rolle" and role is None and self._german(one):
                role = self.reading.line_of(one.text)
            elif known in {"vorname", "familienname"}:
                written = name.rpartition(" ")[0 if known == "vorname" else 2]
                if content(one) != written:
                    self.reading.keep_text(f"{place}/{known}", content(one))
            elif known != "raum":
                self.reading.keep(place, one)
        room = self.reading.line_of(value(element, "raum"))
        phone, email = reached.get("phone"), reached.get("email")
        self.lists["persons"].append(Person(name=name, role=role, room=room, phone=phone, email=email, published=True))
        return True


def _taken(_: str, __: Element) -> bool:
    return True
