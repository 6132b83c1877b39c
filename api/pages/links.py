"""Addresses of pages: those of the interface without ``/api/v1``, with place and language as parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode

LEGAL = {"imprint": "impressum", "privacy": "datenschutz", "accessibility": "barrierefreiheit"}
"""The legal pages, under the German words by which people look for them."""


class Body(NamedTuple):
    """For whom a page stands: lists hold what a body executes itself (``own``); its member is chosen ``within`` it."""

    scope: str | None = None
    within: str | None = None


class Links:
    """The addresses that a page links to; they keep the place, and the language where it was asked for.

    Fragments for other sites derive from this and say in :meth:`to` where an address leads there.
    """

    def __init__(
        self,
        ars: str | None = None,
        lang: str | None = None,
        here: tuple[str, dict[str, str]] = ("/", {}),
        body: Body | None = None,
    ) -> None:
        self.ars = ars
        self.lang = lang
        self.body = body or Body()
        self._path, self._query = here

    def to(self, *path: str, **parameters: object) -> str:
        """The address of a page: its path by segments, and its parameters without those that are ``None``."""
        return address("/" + "/".join(quote(part, safe="") for part in path), {**self.kept, **parameters})

    @property
    def kept(self) -> dict[str, object]:
        """The parameters that every address keeps."""
        return {"ars": self.ars, **self.body._asdict(), "lang": self.lang}

    def start(self, **parameters: object) -> str:
        """The first page: place and concern."""
        return self.to(**parameters)

    def search(self, **parameters: object) -> str:
        """Results; without ``q`` the address of the form."""
        return self.to("search", **parameters)

    def services(self, **parameters: object) -> str:
        """All services from A to Z."""
        return self.to("services", **parameters)

    def service(self, id: str, **parameters: object) -> str:
        """One service."""
        return self.to("services", id, **parameters)

    def authority(self, id: str) -> str:
        """One authority."""
        return self.to("authorities", id)

    def life_events(self) -> str:
        """All life events."""
        return self.to("life-events")

    def life_event(self, id: str) -> str:
        """One life event with its services."""
        return self.to("life-events", id)

    def feedback(self, **about: object) -> str:
        """Where an error in what a page says is reported."""
        return self.to("feedback", **about)

    def here(self, **changed: object) -> str:
        """The present page with parameters changed; ``None`` takes one away."""
        return address(self._path, {**self._query, **changed})

    def alone(self, parameters: dict[str, object], lang: str) -> str:
        """The present page in a language, with no other parameters than those that make it what it is."""
        return address(self._path, {**parameters, "lang": lang})

    def area(self, ars: str | None) -> str:
        """The present page at another place."""
        return self.here(ars=ars, place=None)

    def member(self, ars: str | None) -> str:
        """The present page at a member of its place, which is remembered."""
        return self.here(ars=ars, place=None, within=self.body.within or self.ars)

    def members(self) -> str:
        """The present page at the place whose member was chosen."""
        return self.here(ars=self.body.within, place=None, within=None)

    def legal(self, name: str) -> str:
        """A legal page, by its name in ``busdb.legal.PAGES``."""
        return self.to(LEGAL[name], ars=None, within=None, scope=None)

    def form(self, *path: str) -> str:
        """Where a form sends what is typed: a page by its path, or without one the present page."""
        return "/" + "/".join(path) if path else self._path

    def in_forms(self) -> list[tuple[str, str]]:
        """The parameters that every form sends along."""
        return [(name, str(value)) for name, value in self.kept.items() if value is not None]

    def query(self, but: tuple[str, ...] = ()) -> list[tuple[str, str]]:
        """The parameters of the present page that a form on it sends along, without those named."""
        return [(name, value) for name, value in self._query.items() if name not in but]


def address(path: str, parameters: Mapping[str, object]) -> str:
    """A path with the parameters that are not ``None``."""
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    return f"{path}?{query}" if query else path
