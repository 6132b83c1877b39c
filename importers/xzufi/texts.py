"""The text modules, and the prose of the others, read into texts and legal bases."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from msgspec.structs import replace

from busdb.codelists import TEXT_MODULES
from busdb.html import plain
from busdb.records import LegalBasis, Link, Text
from busdb.xzufi.kept import where
from busdb.xzufi.names import ALL_CHANNELS, MODULE_NAMES
from importers.xzufi.reading import Element, Reading, child, children, content

_LINK: Final = frozenset({"uri", "titel"})


class Texts:
    """What the modules of one object say. Paths of text modules name their code, since export orders them anew."""

    lawful = True
    """Whether links of module 07 are legal bases: specialisations have none."""

    def __init__(self, reading: Reading, root: str) -> None:
        self.reading = reading
        self.root = root
        self.texts: list[Text] = []
        self.legal_bases: list[LegalBasis] = []
        self._groups: dict[str, list[set[str]]] = defaultdict(list)

    def channel(self, path: str, element: Element) -> bool:
        """The channel of a module; export writes the one for all."""
        return self.reading.code(f"{path}/zugangskanal", element) == ALL_CHANNELS

    def text(self, _: str, element: Element) -> bool:
        """A text module. One without words, or of an unknown code, is kept whole."""
        head = child(element, "leikaTextmodul")
        before = len(self.reading.kept)
        code = self.reading.code("", head, MODULE_NAMES) if head is not None else None
        words = self._words(element)
        links = [one for name, one in children(element) if name == "weiterfuehrenderLink"]
        usable = [link for one in links if (link := self.reading.link(one))]
        if code is None or code not in TEXT_MODULES or not (words or usable):
            del self.reading.kept[before:]
            return False
        law = code == "07" and self.lawful
        if not law and not words:
            words = [Text(module=code, html=_listed(usable), language=usable[0].language)]
        words = [replace(one, module=code) for one in words]
        path = f"{self.root}/{where('modulText', 'code', code, self._place(code, words))}"
        for number in range(before, len(self.reading.kept)):
            self.reading.kept[number] = replace(self.reading.kept[number], path=f"{path}/leikaTextmodul")
        self._texts(path, element, words, law=law)
        return True

    def _words(self, element: Element) -> list[Text]:
        found = []
        for name, one in children(element):
            if name == "inhalt" and (language := self.reading.language(one)):
                html = self.reading.html(one)
                if html:
                    found.append(Text(module="00", html=html, language=language))
        return found

    def _place(self, code: str, words: list[Text]) -> int:
        """Which of the modules of its code it will be at export, which puts languages together where it can."""
        groups = self._groups[code]
        for language in [str(one.language) for one in words] or ["-"]:
            if not groups or language in groups[-1]:
                groups.append(set())
            groups[-1].add(language)
        return len(groups)

    def _texts(self, path: str, element: Element, words: list[Text], *, law: bool) -> None:
        links: list[tuple[Link, Element]] = []
        for name, one in children(element):
            if name == "weiterfuehrenderLink" and (link := self.reading.link(one)):
                links.append((link, one))
            elif name == "zugangskanal" and self.channel(path, one):
                continue
            elif name == "inhalt":
                if self.reading.language(one) is None or not content(one):
                    self.reading.keep(path, one)
            elif name != "leikaTextmodul":
                self.reading.keep(path, one)
        if law:
            self.legal_bases += [LegalBasis(citation=link.title or link.url, url=link.url) for link, _ in links]
            self.texts += words
        else:
            links = self._attach(words, links)
        for number, (_, one) in enumerate(links, 1):
            self.reading.rest(f"{path}/weiterfuehrenderLink[{number}]", one, _LINK)

    def _attach(self, words: list[Text], links: list[tuple[Link, Element]]) -> list[tuple[Link, Element]]:
        """Give each link to the text of its language, else to the first; the links in the order of export."""
        homes: dict[int, list[tuple[Link, Element]]] = defaultdict(list)
        for link in links:
            home = next((n for n, one in enumerate(words) if one.language == link[0].language), 0)
            homes[home].append(link)
        self.texts += [replace(one, links=tuple(link for link, _ in homes[n])) for n, one in enumerate(words)]
        return [link for n in range(len(words)) for link in homes[n]]

    def prose(self, path: str, module: str, element: Element) -> bool:
        """A ``beschreibung`` or a link of a structured module, as text of the module's pseudo code."""
        if element.tag.rpartition("}")[2] == "weiterfuehrenderLink":
            link = self.reading.link(element)
            mine = [n for n, one in enumerate(self.texts) if one.module == module]
            if link is None or not mine:
                return False
            self.texts[mine[0]] = replace(self.texts[mine[0]], links=(*self.texts[mine[0]].links, link))
            total = sum(len(self.texts[n].links) for n in mine)
            self.reading.rest(f"{path}/weiterfuehrenderLink[{total}]", element, _LINK)
            return True
        language, html = self.reading.language(element), self.reading.html(element)
        if language is None or html is None or any(t.module == module and t.language == language for t in self.texts):
            return False
        self.texts.append(Text(module=module, html=html, language=language))
        return True

    def approval_module(self, path: str, element: Element) -> None:
        """Who has approved the content: text 93. When, is read by the service."""
        inside = f"{path}/modulFachlicheFreigabe"
        self.reading.take(
            inside,
            element,
            {"fachlichFreigegebenDurch": self._approver, "zugangskanal": self.channel, "fachlichFreigegebenAm": taken},
        )

    def _approver(self, path: str, element: Element) -> bool:
        return self.prose(path, "93", element)

    def hint_module(self, _: str, element: Element) -> bool:
        """Hints for information services: texts that only 115 sees."""
        links = [link for name, one in children(element) if name == "weiterfuehrenderLink" and (
            link := self.reading.link(one))]  # fmt: skip
        found = self._words(element)
        if links and not found:
            found = [Text(module="16", html=_listed(links))]
        if not found or any(one.visibility == "115" for one in self.texts):
            self.reading.keep(self.root, element, "115")
            return True
        for number, one in enumerate(found):
            self.texts.append(replace(one, module="16", visibility="115", links=() if number else tuple(links)))
        self._rest_of_hints(f"{self.root}/modulAuskunftshinweis", element)
        return True

    def _rest_of_hints(self, path: str, element: Element) -> None:
        number = 0
        for name, one in children(element):
            usable = name == "weiterfuehrenderLink" and self.reading.link(one) is not None
            number += usable
            for inner, rest in children(one) if usable else ():
                if inner not in _LINK:
                    self.reading.keep(f"{path}/weiterfuehrenderLink[{number}]", rest, "115")
            known = name == "inhalt" and self.reading.language(one) is not None and content(one)
            if not usable and not known and not (name == "zugangskanal" and self.channel(path, one)):
                self.reading.keep(path, one, "115")


def taken(_: str, __: Element) -> bool:
    """The handler of what is read elsewhere."""
    return True


def _listed(links: list[Link]) -> str:
    items = "".join(f'<li><a href="{_quoted(link.url)}">{_quoted(link.title or link.url)}</a></li>' for link in links)
    return f"<ul>{items}</ul>"


def _quoted(text: str) -> str:
    return plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
