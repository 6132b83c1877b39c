"""The JSON of the Berlin and Munich service databases (DLDB): one file of services, one of locations.

Prices stay prose (module 98); an office link becomes a responsibility for the area that the import names. Which
fields are taken, and which are not and why, is in docs/formats/import.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import msgspec

from busdb import misfit
from busdb.errors import InputError
from busdb.formats import ImportContext, Input, Parsed, placed
from busdb.html import INVISIBLE, clean, usable
from busdb.issues import Issue
from busdb.records import (
    Address,
    AnyRecord,
    Authority,
    Contact,
    Document,
    Form,
    Hours,
    LegalBasis,
    Link,
    OnlineService,
    Responsibility,
    Service,
    Synonym,
    Text,
)

SIZE_LIMIT = 300_000_000
LONGEST = 2000
"""How many characters a line of text may have."""
_KEY = re.compile(r"\d{14}")
_POSTAL_CODE = re.compile(r"\d{5}")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Found = Iterator[AnyRecord | Issue]


class Dldb:
    """The importer of both files."""

    kinds: ClassVar[tuple[str, ...]] = ("service", "authority", "responsibility", "online_service", "form")
    strict: ClassVar[bool] = False
    files: ClassVar[tuple[int, int | None]] = (2, 2)
    canonical: ClassVar[bool] = False

    def read(self, inputs: Sequence[Input], context: ImportContext) -> Iterator[Parsed | Issue]:
        """Yield services, authorities and the links between them. Raises ``InputError``."""
        if context.area is None:
            raise InputError("dldb_needs_area")
        parts = [(item.name, _load(item)) for item in inputs]
        services = [(name, data) for name, data in parts if any("leika" in one or "fees" in one for one in data)]
        locations = [(name, data) for name, data in parts if any("address" in one for one in data)]
        if len(services) != 1 or len(locations) != 1 or services[0][0] == locations[0][0]:
            raise InputError("dldb_files", files=", ".join(name for name, _ in parts))
        links: dict[tuple[str, str], Responsibility] = {}
        make = _Maker(context.source, context.area, links)
        for (name, data), build in ((services[0], make.service), (locations[0], make.location)):
            for number, item in enumerate(data, 1):
                if not isinstance(item.get("id"), str | int):
                    yield Issue(code="record_shape", file=name, line=number, values={"reason": "id"})
                    continue
                for found in build(item):
                    yield placed(found, name, number)
                for issue in make.notes.taken():
                    yield placed(issue, name, number)
        for number, link in enumerate(links.values(), 1):
            yield Parsed(link, services[0][0], number)


def _load(item: Input) -> list[dict[str, Any]]:
    data = item.stream.read(SIZE_LIMIT + 1)
    if len(data) > SIZE_LIMIT:
        raise InputError("file_too_large", file=item.name, limit=SIZE_LIMIT)
    try:
        whole = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InputError("json_broken", file=item.name, reason=misfit.text(error)) from error
    found = whole.get("data") if isinstance(whole, dict) else None
    if isinstance(found, dict):
        found = list(found.values())
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InputError("dldb_shape", file=item.name)
    return found


class _Notes:
    """Reads values of one object and notes what had to be cut or left out."""

    def __init__(self) -> None:
        self._issues: list[Issue] = []

    def taken(self) -> list[Issue]:
        """The notes on the present object; the next begins with none."""
        issues, self._issues = self._issues, []
        return issues

    def line(self, value: object, field: str) -> str | None:
        """One line of plain text, ``None`` when it says nothing."""
        if not isinstance(value, str | int) or isinstance(value, bool):
            return None
        text = " ".join(INVISIBLE.sub("", str(value)).split())
        if len(text) > LONGEST:
            self._issues.append(Issue(code="value_cut", path=f"$.{field}", values={"field": field}))
        return text[:LONGEST] or None

    def url(self, value: object, field: str) -> str | None:
        """A usable address, ``None`` for none."""
        text = self.line(value, field)
        if text and not usable(text):
            self._issues.append(Issue(code="url_invalid", path=f"$.{field}", values={"url": text}))
            return None
        return text


class _Maker:
    """Makes the records of one delivery and collects the links between services and locations."""

    def __init__(self, source: str, area: str, links: dict[tuple[str, str], Responsibility]) -> None:
        self._source = source
        self._area = area
        self._links = links
        self.notes = _Notes()

    def _id(self, value: object) -> str:
        return f"{self._source}.{value}"

    def service(self, item: dict[str, Any]) -> Found:
        """A service with its forms and its online service."""
        id_ = self._id(item["id"])
        name = self.notes.line(item.get("name"), "name") or id_
        texts = [Text(module="02", html=name), Text(module="03", html=name)]
        cleaned = False
        for field, module in _TEXTS.items():
            html, changed = clean(self._prose(item, field))
            cleaned |= changed
            if html:
                texts.append(Text(module=module, html=html))
        if cleaned:
            yield Issue(code="html_cleaned", ref=id_)
        forms = list(self._forms(item))
        yield from forms
        links = tuple(_links(self.notes, [*_dicts(item.get("links"))], "links"))
        if links:
            texts.append(Text(module="15", html=_listed(links), links=links))
        yield from self._online(id_, name, item.get("onlineprocessing"))
        for form in forms:
            self._links[id_, form.id] = Responsibility(
                id=f"{id_}-{form.id.partition('.')[2]}", service=id_, form=form.id, areas=(self._area,)
            )
        offices = list(_dicts(item.get("locations")))
        for office in offices:
            self._link(id_, office.get("location"), office)
        words = [self.notes.line(word, "keywords") for word in _keywords(item)]
        yield Service(
            id=id_,
            layer="municipality",
            leika_keys=tuple(dict.fromkeys(_KEY.findall(str(item.get("leika") or "")))),
            areas=(self._area,),
            appointment=True if any(_dict(one.get("appointment")).get("allowed") for one in offices) else None,
            texts=tuple(texts),
            synonyms=tuple(Synonym(term=word) for word in dict.fromkeys(words) if word and word != name),
            documents=tuple(_documents(self.notes, item.get("requirements"))),
            legal_bases=tuple(_legal_bases(self.notes, item.get("legal"))),
        )

    def _prose(self, item: dict[str, Any], field: str) -> str | None:
        """HTML of a field that may also be a list of named parts."""
        value = item.get(field)
        if isinstance(value, str):
            return value
        parts = [part for one in _dicts(value) if (part := self.notes.line(one.get("name"), field))]
        return f"<ul>{''.join(f'<li>{part}</li>' for part in parts)}</ul>" if parts else None

    def _forms(self, item: dict[str, Any]) -> Iterator[Form]:
        """The forms, where they are more than the links said again."""
        if item.get("forms") == item.get("links"):
            return
        for link in _links(self.notes, [*_dicts(item.get("forms"))], "forms"):
            value = re.sub(r"\W+", "-", link.url.partition("://")[2]).strip("-")[-120:]
            yield Form(id=self._id(f"form-{value}"), name=link.title or link.url, links=(link,))

    def _online(self, service: str, name: str, item: object) -> Found:
        found = next(_links(self.notes, [_dict(item)], "onlineprocessing"), None)
        if found is not None:
            target = f"{service}-online"
            yield OnlineService(id=target, name=name, links=(found,))
            self._links[service, target] = Responsibility(
                id=f"{service}-onlinedienst", service=service, online_service=target, areas=(self._area,)
            )

    def location(self, item: dict[str, Any]) -> Found:
        """An office, and the services that it names."""
        id_ = self._id(item["id"])
        for link in _dicts(item.get("services")):
            self._link(self._id(link.get("service")), item["id"], link)
        full, shown = (self.notes.line(item.get(field), field) for field in ("name", "displayName"))
        name = shown or full
        if not name:
            yield Issue(code="record_shape", ref=id_, values={"reason": "name", "kind": "authority"})
            return
        parts = (self.notes.line(item.get(field), field) for field in ("organization", "organizationUnit"))
        body = ", ".join(filter(None, parts))
        yield Authority(
            id=id_,
            name=name,
            short_name=full if full != name else None,
            description=f"<p>{clean(body).html}</p>" if clean(body).html else None,
            area=self._area,
            addresses=tuple(_address(self.notes, _dict(item.get("address")), _dict(item.get("geo")))),
            contacts=tuple(_contacts(self.notes, _dict(item.get("contact")))),
            hours=tuple(_hours(self.notes, _dict(item.get("opening_times")))),
            position=item["prio"] if isinstance(item.get("prio"), int) else None,
        )

    def _link(self, service: str, location: object, link: dict[str, Any]) -> None:
        if not isinstance(location, str | int):
            return
        remark = clean(str(link.get("responsibility_hint") or link.get("hint") or "")).html
        self._links.setdefault(
            (service, self._id(location)),
            Responsibility(
                id=f"{service}-{location}",
                service=service,
                authority=self._id(location),
                areas=(self._area,),
                remark=self.notes.line(remark, "responsibility_hint"),
            ),
        )


_TEXTS = {
    "description": "06",
    "prerequisites": "09",
    "process_time": "95",
    "fees": "98",
    "responsibility": "22",
    "residence": "16",
}
"""Fields of prose and the text modules they become."""


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))


def _keywords(item: dict[str, Any]) -> list[str]:
    return str(_dict(item.get("meta")).get("keywords") or "").split(",")


def _links(notes: _Notes, items: list[dict[str, Any]], field: str) -> Iterator[Link]:
    seen = set()
    for item in items:
        url = notes.url(item.get("link"), field)
        if url and url not in seen:
            seen.add(url)
            yield Link(url=url, title=notes.line(item.get("name"), field) or notes.line(item.get("description"), field))


def _listed(links: tuple[Link, ...]) -> str:
    items = "".join(f'<li><a href="{link.url}">{link.title or link.url}</a></li>' for link in links)
    return clean(f"<ul>{items}</ul>").html or "<ul></ul>"


def _documents(notes: _Notes, value: object) -> Iterator[Document]:
    for item in _dicts(value):
        label = notes.line(item.get("name"), "requirements")
        if label:
            description = notes.line(clean(str(item.get("description") or "")).html, "requirements")
            yield Document(label=label, description=description, url=notes.url(item.get("link"), "requirements"))


def _legal_bases(notes: _Notes, value: object) -> Iterator[LegalBasis]:
    for item in _dicts(value):
        citation = notes.line(item.get("name"), "legal")
        if citation:
            yield LegalBasis(citation=citation, url=notes.url(item.get("link"), "legal"))


def _address(notes: _Notes, address: dict[str, Any], geo: dict[str, Any]) -> Iterator[Address]:
    postal_code = notes.line(address.get("postal_code"), "address")
    if address.get("street") or postal_code:
        yield Address(
            street=notes.line(address.get("street"), "address"),
            house_number=notes.line(address.get("house_number"), "address"),
            postal_code=postal_code if postal_code and _POSTAL_CODE.fullmatch(postal_code) else None,
            city=notes.line(address.get("city"), "address"),
            addition=notes.line(address.get("hint"), "address"),
            lat=_degrees(geo.get("lat")),
            lon=_degrees(geo.get("lon")),
        )


def _degrees(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None


def _contacts(notes: _Notes, contact: dict[str, Any]) -> Iterator[Contact]:
    for field, channel in (("phone", "phone"), ("fax", "fax"), ("email", "email"), ("webinfo", "web")):
        value = notes.line(contact.get(field), field)
        if value:
            yield Contact(channel=channel, value=value)  # type: ignore[arg-type]  # one of the channels above


def _hours(notes: _Notes, times: dict[str, Any]) -> Iterator[Hours]:
    for day in _DAYS:
        text = clean(str(times.get(day) or "")).html
        if text:
            yield Hours(text=notes.line(f"{day}: {text}", "opening_times"))
    special = clean(str(times.get("special") or "")).html
    if special:
        yield Hours(text=notes.line(special, "opening_times"))


FORMAT = Dldb()
