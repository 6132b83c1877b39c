"""Authorities, online services, forms and notices as answers show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec.structs import replace

from busdb.layers import FALLBACK, localized
from busdb.publication import AuthorityView, FormView, NoticeView, OnlineServiceView
from busdb.records import Authority, Form, Name, Notice, OnlineService
from busdb.validity import inclusive


class Named(Protocol):
    """A record with a German name and names in other languages."""

    @property
    def name(self) -> str:
        """The German name."""
        ...

    @property
    def names(self) -> tuple[Name, ...]:
        """The other names."""
        ...


def localized_name(record: Named, language: str) -> str:
    """The name in a language, else the German one."""
    return next((name.text for name in record.names if name.language == language), record.name)


class Directory:
    """The authorities that an answer may need, by id and by what they do; ``language`` is that of the answer."""

    def __init__(self, authorities: Iterable[Authority], language: str) -> None:
        self._language = language
        self._by_id = {authority.id: authority for authority in authorities}
        self._offices: dict[tuple[str, str], list[Authority]] = defaultdict(list)
        self._roots: dict[str, list[Authority]] = defaultdict(list)
        self._views: dict[str, AuthorityView] = {}
        for authority in self._by_id.values():
            if authority.area:
                for category in authority.categories:
                    self._offices[authority.area, category].append(authority)
                if authority.parent is None:
                    self._roots[authority.area].append(authority)

    def get(self, id: str) -> Authority | None:
        """The authority of an id."""
        return self._by_id.get(id)

    def of(self, area: str, category: str | None) -> Sequence[Authority]:
        """The authorities of an area with a category; without one, or without any, its whole administration."""
        found = self._offices.get((area, category), []) if category else []
        return found or self._roots.get(area, [])

    def with_category(self, area: str, category: str) -> Sequence[Authority]:
        """The authorities of an area with a category."""
        return self._offices.get((area, category), ())

    def root(self, authority: Authority) -> str:
        """The id of the topmost authority above it, or its own."""
        seen = {authority.id}
        while authority.parent and authority.parent not in seen and authority.parent in self._by_id:
            authority = self._by_id[authority.parent]
            seen.add(authority.id)
        return authority.id

    def show(self, authority: Authority) -> AuthorityView:
        """The authority as answers show it."""
        if authority.id not in self._views:
            self._views[authority.id] = self._view(authority)
        return self._views[authority.id]

    def _view(self, authority: Authority) -> AuthorityView:
        hours = tuple(replace(one, valid_to=inclusive(one.valid_to)) for one in authority.hours)
        return AuthorityView(
            id=authority.id,
            name=localized_name(authority, self._language),
            short_name=authority.short_name,
            description=authority.description,
            path=self._path(authority),
            site=authority.site,
            categories=authority.categories,
            addresses=authority.addresses,
            contacts=authority.contacts,
            persons=authority.persons,
            hours=hours,
            exceptions=authority.exceptions,
            payment_methods=authority.payment_methods,
            appointment=authority.appointment,
            appointment_url=authority.appointment_url,
            internal115=authority.internal115,
            changed_on=authority.changed_on,
        )

    def _path(self, authority: Authority) -> tuple[str, ...]:
        path: list[str] = []
        seen = {authority.id}
        parent = authority.parent
        while parent and parent not in seen and (above := self._by_id.get(parent)):
            seen.add(parent)
            path.insert(0, localized_name(above, self._language))
            parent = above.parent
        return tuple(path)


def show_online_service(record: OnlineService, language: str) -> OnlineServiceView:
    """An online service with its address for a language."""
    links = localized([link for link in record.links if link.visibility == "public"], language)
    return OnlineServiceView(
        id=record.id,
        name=localized_name(record, language),
        url=links[0].url if links else None,
        description=record.description,
        assurance_level=record.assurance_level,
        account=record.account,
        identification=record.identification,
        signature=record.signature,
        payment_methods=record.payment_methods,
        fully_online=record.fully_online,
        cross_border=record.cross_border,
        status=record.status,
        checked_on=record.checked_on,
    )


def show_form(record: Form, language: str) -> FormView:
    """A form with its address for a language."""
    links = localized([link for link in record.links if link.visibility == "public"], language)
    return FormView(
        id=record.id,
        name=localized_name(record, language),
        url=links[0].url if links else None,
        number=record.number,
        accessible=record.accessible,
    )


def show_notice(record: Notice, language: str) -> NoticeView:
    """A notice in the words of a language, where it has them, else in German."""
    said = next((name.text for name in record.names if name.language == language), None)
    return NoticeView(
        id=record.id,
        text=said or record.text,
        language=language if said else FALLBACK,
        severity=record.severity,
        audience=record.audience,
        valid_from=record.valid_from,
        valid_to=inclusive(record.valid_to),
    )
