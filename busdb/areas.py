"""The gazetteer: every spelling of a place to its area, and from an area to all that contains it.

An area's code is the significant prefix of its ARS: 15002 for Halle (Saale), which is municipality and district in
one, whether it was written 15002, 15002000 or 150020000000. The chain of an area runs from itself to the country.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from busdb.codelists import significant
from busdb.errors import InputError, NotFoundError
from busdb.publication import Place, PlaceName
from busdb.records import COUNTRY, Area, AreaKind, Executor
from busdb.textfold import fold

MUNICIPALITIES = frozenset({"municipality", "city", "city_state"})
_EXECUTING: dict[Executor, tuple[AreaKind, ...]] = {
    "municipality": ("municipality", "city", "city_state"),
    "district": ("district", "city", "city_state"),
    "state": ("state", "city_state"),
    "country": ("country",),
}


class Link(NamedTuple):
    """One area of a chain: its code and kind; custom areas carry the kind ``custom``."""

    code: str
    kind: AreaKind


def code_of(area: Area) -> str:
    """The code by which records name the area."""
    if area.kind == "country":
        return COUNTRY
    return significant(area.ars) if area.ars else area.id


class Gazetteer:
    """All areas in memory, with what people call them."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._areas: dict[str, Area] = {}
        self._custom: dict[str, list[str]] = defaultdict(list)
        self._names: dict[str, list[str]] = defaultdict(list)
        self._postal: dict[str, list[str]] = defaultdict(list)
        self._chains: dict[str, tuple[Link, ...]] = {}
        for area in areas:
            code = code_of(area)
            self._areas[code] = area
            for member in area.members:
                if member.street is None:
                    self._custom[member.area].append(code)
            if area.kind != "custom":
                for name in dict.fromkeys(fold(name) for name in (area.name, *area.aliases)):
                    self._names[name].append(code)
                for postal_code in area.postal_codes:
                    self._postal[postal_code].append(code)

    def __len__(self) -> int:
        return len(self._areas)

    def codes(self) -> list[str]:
        """The codes of all areas."""
        return list(self._areas)

    def get(self, code: str) -> Area | None:
        """The area of a code in any legal form, if it is known."""
        return self._areas.get(code) or self._areas.get(significant(code) if code.isdigit() else code)

    def chain(self, code: str) -> tuple[Link, ...]:
        """The area itself and all that contains it, the nearest first; the country is always last.

        Codes between the levels that the gazetteer does not hold (the nine digits of an Einheitsgemeinde) are
        included as municipalities, since rules may name them.
        """
        if code not in self._chains:
            self._chains[code] = self._climb(code)
        return self._chains[code]

    def _climb(self, code: str) -> tuple[Link, ...]:
        found: list[Link] = []
        step: str | None = code
        while step and step != COUNTRY:
            area = self._areas.get(step)
            found.append(Link(step, area.kind if area else "municipality"))
            found.extend(Link(custom, "custom") for custom in self._custom.get(step, ()))
            step = self._above(step, area)
        return (*found, Link(COUNTRY, "country"))

    def _above(self, code: str, area: Area | None) -> str | None:
        if not code.isdigit():
            return area.parent if area else None
        return next((shorter for shorter in _prefixes(code) if shorter in self._areas or len(shorter) == 9), None)

    def executing(self, code: str, executor: Executor) -> str | None:
        """The code of the area whose administration executes at a level for the place ``code``.

        ``local`` is the association for its members, else the municipality itself.
        """
        chain = self.chain(code)
        if executor == "local":
            for kind in ("association", *MUNICIPALITIES):
                for link in chain:
                    if link.kind == kind and link.code in self._areas:
                        return link.code
            return None
        wanted = _EXECUTING[executor]
        return next((link.code for link in chain if link.kind in wanted and link.code in self._areas), None)

    def name(self, code: str) -> PlaceName | None:
        """An area as answers name it, if it is known."""
        area = self.get(code)
        return PlaceName(ars=shown_ars(area), name=area.name, kind=area.kind) if area else None

    def place(self, code: str) -> Place:
        """An area with its surroundings. Raises ``NotFoundError`` for an unknown code."""
        area = self.get(code)
        if area is None:
            raise NotFoundError("area_not_found", area=code)
        own = code_of(area)
        parents = [self.name(link.code) for link in self.chain(own) if link.code != own and link.kind != "custom"]
        ars = shown_ars(area)
        return Place(
            code=own,
            ars=ars,
            ags=ars[:5] + ars[9:] if ars and len(ars) == 12 else None,
            name=area.name,
            kind=area.kind,
            parents=tuple(parent for parent in parents if parent),
            postal_codes=area.postal_codes,
            aliases=area.aliases,
            successor=self.name(area.successor) if area.successor else None,
            valid_from=area.valid_from,
            valid_to=area.valid_to,
        )

    def find(self, text: str, on: dt.date | None = None) -> list[Place]:
        """The places that ``text`` can mean exactly.

        It may be an ARS in any legal length, an AGS, a postal code, a name, or both of these. Past areas give way to
        their successors.
        """
        words = text.split()
        codes = self._by_digits(words[0]) if len(words) == 1 and words[0].isdigit() else None
        if codes is None:
            codes = list(self._names.get(fold(text), ()))
        if not codes and len(words) > 1 and words[0].isdigit() and len(words[0]) == 5:
            named = self._names.get(fold(" ".join(words[1:])), ())
            codes = [code for code in self._postal.get(words[0], ()) if code in named]
        current = dict.fromkeys(self._current(code, on) for code in codes)
        return [self.place(code) for code in self._ranked(current)]

    def _by_digits(self, digits: str) -> list[str]:
        found = []
        if len(digits) in {2, 3, 5, 9, 12} and significant(digits) in self._areas:
            found.append(significant(digits))
        if len(digits) in {9, 12} and not found:
            found = [code for code in self._areas if code.startswith(significant(digits)) and len(code) == 12][:1]
        if len(digits) == 8:
            found = [code for code, area in self._areas.items() if area.ars and _ags(area.ars) == digits]
        if len(digits) == 5:
            found.extend(code for code in self._postal.get(digits, ()) if code not in found)
        return found

    def _current(self, code: str, on: dt.date | None) -> str:
        area = self._areas[code]
        while on and area.successor and area.valid_to and area.valid_to <= on and area.successor in self._areas:
            area = self._areas[area.successor]
        return code_of(area)

    def _ranked(self, codes: Iterable[str]) -> Sequence[str]:
        """Municipalities before what contains or divides them."""
        return sorted(codes, key=lambda code: (self._areas[code].kind not in MUNICIPALITIES, code))

    def one(self, text: str, on: dt.date | None = None) -> Place:
        """The one place that ``text`` means; of places that contain each other, the innermost.

        Raises ``NotFoundError`` for none and ``InputError`` for several, naming the choices.
        """
        found = self.find(text, on)
        if not found:
            raise NotFoundError("place_not_found", place=text)
        for place in found:
            if {other.code for other in found} <= {link.code for link in self.chain(place.code)}:
                return place
        raise InputError("place_ambiguous", place=text, choices="; ".join(_choice(place) for place in found))

    def search(self, text: str, on: dt.date | None = None, limit: int = 20) -> list[Place]:
        """The places that ``text`` means exactly, then those whose names begin with it or contain it."""
        exact = self.find(text, on)
        wanted = fold(text)
        if not wanted:
            return exact
        near = [code for name, codes in self._names.items() if name.startswith(wanted) for code in codes]
        far = [code for name, codes in self._names.items() if f" {wanted}" in name for code in codes]
        have = {place.code for place in exact}
        more = [code for code in dict.fromkeys(self._current(code, on) for code in near + far) if code not in have]
        return [*exact, *(self.place(code) for code in more)][:limit]


def shown_ars(area: Area) -> str | None:
    """The ARS as answers show it: municipalities with twelve digits, others by significant prefix."""
    if area.ars is None or area.kind == "country":
        return None
    return area.ars.ljust(12, "0") if area.kind in MUNICIPALITIES else significant(area.ars)


def _ags(ars: str) -> str:
    full = ars.ljust(12, "0")
    return full[:5] + full[9:]


def _prefixes(code: str) -> list[str]:
    if not code.isdigit():
        return []
    return list(dict.fromkeys(significant(code[:length]) for length in (9, 5, 3, 2) if length < len(code)))


def _choice(place: Place) -> str:
    district = next((parent.name for parent in place.parents if parent.kind == "district"), None)
    return f"{place.name} ({district})" if district else place.name
