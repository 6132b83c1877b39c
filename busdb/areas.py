"""The gazetteer: every spelling of a place to its area, and from an area to all that contains it.

An area's code is the significant prefix of its ARS: 15002 for Halle (Saale), which is municipality and district in
one, whether it was written 15002, 15002000 or 150020000000. The chain of an area runs from itself to the country. The
module is one because all spellings are looked up in the same few tables, which only one class should know.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, process

from busdb import placenames
from busdb.codelists import significant
from busdb.criteria import on_street
from busdb.errors import InputError, NotFoundError
from busdb.publication import Place, PlaceName
from busdb.records import COUNTRY, Area, AreaKind, AreaMember, Executor
from busdb.textfold import fold
from busdb.validity import valid

MUNICIPALITIES = placenames.MUNICIPALITIES
TELLING = MUNICIPALITIES | {"district"}
"""The kinds of areas by which people tell places of one name apart."""
NEAR = 5
"""How many places of a similar name an error names."""
SLIP_FROM, SLIP_SCORE = 4, 80
"""From how many letters on, and from which likeness (0 to 100), a name counts as mistyped."""
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


class Ground(NamedTuple):
    """How an area of rules lies to a place: the nearer, the smaller its ``rank``.

    ``certain`` is whether the place lies in it; it is not while only the street, which is not known, would tell.
    """

    rank: int
    link: Link
    certain: bool = True


def within(code: str, area: str) -> bool:
    """Whether an area code lies in ``area`` by its digits; areas without an ARS lie only in themselves."""
    return area == COUNTRY or code == area or (code.isdigit() and area.isdigit() and code.startswith(area))


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
        self._streets: dict[str, list[tuple[str, AreaMember]]] = defaultdict(list)
        self._names: dict[str, list[str]] = defaultdict(list)
        self._spoken: dict[str, list[str]] = defaultdict(list)
        self._districts: dict[str, list[str]] = defaultdict(list)
        self._postal: dict[str, list[str]] = defaultdict(list)
        self._chains: dict[str, tuple[Link, ...]] = {}
        self._last: tuple[object, dict[str, Ground]] = None, {}
        for area in areas:
            code = code_of(area)
            self._areas[code] = area
            for member in area.members:
                if member.street is None:
                    self._custom[member.area].append(code)
                else:
                    self._streets[member.area].append((code, member))
            for postal_code in area.postal_codes:
                self._postal[postal_code].append(code)
        for code, area in self._areas.items():
            forms = (form for name in (area.name, *area.aliases) for form in placenames.official(name))
            if area.kind == "custom":
                _enter(self._districts, code, forms)
            else:
                _enter(self._names, code, forms)
                _enter(self._spoken, code, placenames.spoken(area.name, self._container(area)))

    def __len__(self) -> int:
        return len(self._areas)

    def codes(self) -> list[str]:
        """The codes of all areas."""
        return list(self._areas)

    def get(self, code: str) -> Area | None:
        """The area of a code in any legal form, if it is known."""
        return self._areas.get(code) or self._areas.get(significant(code) if code.isdigit() else code)

    def _container(self, area: Area) -> str | None:
        """The name that tells an area from others of its name: of its municipality, else of its district."""
        above = self._areas.get(area.parent or "") or (self.get(area.ars[:5]) if area.ars else None)
        return above.name if above and above is not area and above.kind in TELLING else None

    def chain(self, code: str) -> tuple[Link, ...]:
        """The area itself and all that contains it, the nearest first; the country is always last.

        Codes between the levels that the gazetteer does not hold (the nine digits of an Einheitsgemeinde) are
        included as municipalities, since rules may name them.
        """
        if code not in self._chains:
            self._chains[code] = self._climb(code)
        return self._chains[code]

    def scope(self, code: str) -> list[str]:
        """The codes of all areas whose rules may ever hold at a place: its chain, and parts of it by streets."""
        codes = [link.code for link in self.chain(code)]
        return list(dict.fromkeys([*codes, *(custom for one in codes for custom, _ in self._streets.get(one, ()))]))

    def ground(self, code: str, on: dt.date, street: str | None = None) -> Mapping[str, Ground]:
        """The areas whose rules may hold at a place, by code: those of its chain, and parts of them by streets.

        A part is nearer than the area that it is a part of. ``street`` is an address within the place.
        """
        asked, last = (code, on, street), self._last
        if last[0] != asked:  # whoever asks about a place asks about many services
            self._last = last = asked, self._ground(*asked)
        return last[1]

    def _ground(self, code: str, on: dt.date, street: str | None) -> dict[str, Ground]:
        found: dict[str, Ground] = {}
        rank = 0
        before: Link | None = None
        for link in self.chain(code):
            # Custom areas of one member are equally near: no order among them could be justified
            rank += 0 if link.kind == "custom" and before and before.kind == "custom" else 2
            before = link
            known = found.get(link.code)
            if not (known and known.certain) and (link.kind != "custom" or valid(self._areas[link.code], on)):
                found[link.code] = Ground(rank, link)
            for custom, member in self._streets.get(link.code, ()):
                there = on_street(member, street)
                settled = custom in found and found[custom].certain
                if there is not False and not settled and valid(self._areas[custom], on):
                    found[custom] = Ground(rank - 1, Link(custom, self._areas[custom].kind), there is True)
        return found

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

    def parts(self, code: str, on: dt.date) -> tuple[str, ...]:
        """The areas next below one that are or hold municipalities, on a day, in the order of their keys.

        Of a municipality there are none.
        """
        inside = (MUNICIPALITIES | {"association", "district", "state", "region"}) - {self._areas[code].kind}
        if self._areas[code].kind in MUNICIPALITIES | {"locality", "custom"}:
            return ()
        known = ((key, area) for key, area in sorted(self._areas.items()) if area.kind in inside and valid(area, on))
        return tuple(key for key, _ in known if key != code and self._next(key) == code)

    def _next(self, code: str) -> str | None:
        """The area next above one that the gazetteer holds."""
        links = (link.code for link in self.chain(code)[1:] if link.kind != "custom")
        return next((above for above in links if above in self._areas), None)

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

        It may be an ARS in any legal length, an AGS, the code of an area without one, a postal code, a name, or postal
        code and name. Past areas give way to their successors, and to those that exist on the day.
        """
        written = placenames.read(text)
        if text in self._areas:
            found: Iterable[str] = [text]
        elif written.digits:
            found = self._by_digits(written.digits)
        else:
            found = self._named(written.name)
        current = dict.fromkeys(self._current(code, on) for code in found)
        if written.postal:
            postal = set(self._postal.get(written.postal, ()))
            current = dict.fromkeys(one for one in current if postal & {link.code for link in self.chain(one)})
        existing = [code for code in current if on is None or valid(self._areas[code], on)]
        return [self.place(code) for code in self._ranked(existing or current)]

    def _named(self, text: str) -> Sequence[str]:
        """The areas of that name; those only called so in speech, or by a title and a name, where none bears it."""
        wanted = fold(text)
        found = self._names.get(wanted) or self._spoken.get(wanted)
        titled = None if found else placenames.titled(text)
        if titled is None:
            return found or ()
        kinds, name = titled
        bare = [*self._names.get(name, ()), *self._spoken.get(name, ())]
        return [code for code in bare if self._areas[code].kind in kinds]

    def _by_digits(self, digits: str) -> list[str]:
        found = []
        if len(digits) in {2, 3, 5, 9, 12} and significant(digits) in self._areas:
            found.append(significant(digits))
        if len(digits) in {9, 12} and not found:
            found = [code for code in self._areas if code.startswith(significant(digits)) and len(code) == 12]
        if len(digits) == 8:
            found = [code for code, area in self._areas.items() if area.ars and _ags(area) == digits]
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

        Raises ``NotFoundError`` for none, naming what is written alike, and ``InputError`` for several, naming them.
        """
        found = self.find(text, on)
        if not found:
            near = "; ".join(dict.fromkeys(_choice(place) for place in self.search(text, on, NEAR)))
            raise NotFoundError("place_not_found_near" if near else "place_not_found", place=text, choices=near)
        for place in found:
            if {other.code for other in found} <= {link.code for link in self.chain(place.code)}:
                return place
        raise InputError("place_ambiguous", place=text, choices="; ".join(_choice(place) for place in found))

    def search(self, text: str, on: dt.date | None = None, limit: int = 20) -> list[Place]:
        """The places that ``text`` means exactly, then those whose names begin with it or contain it.

        Where there are none, those of a similar name, and of a postal code and a name that do not fit either.
        """
        exact = self.find(text, on)
        written = placenames.read(text)
        wanted = fold(written.name)
        if not wanted or (exact and written.postal):
            return exact[:limit]
        names = [*self._names.items(), *self._districts.items()]
        near = [code for name, codes in names if name.startswith(wanted) for code in codes]
        far = [code for name, codes in self._names.items() if f" {wanted}" in name for code in codes]
        slips = [] if exact or near or far or len(wanted) < SLIP_FROM else self._slips(wanted)
        have = {place.code for place in exact}
        postal = self._postal.get(written.postal or "", ())
        codes = dict.fromkeys(self._current(code, on) for code in (*near, *far, *slips, *postal))
        return [*exact, *(self.place(code) for code in codes if code not in have)][:limit]

    def _slips(self, wanted: str) -> list[str]:
        """The areas whose names differ by a typing error or two, the likeliest first."""
        found = process.extract(wanted, list(self._names), scorer=fuzz.ratio, score_cutoff=SLIP_SCORE, limit=5)
        return [code for name, _, _ in found for code in self._ranked(self._names[name])]


def _enter(names: dict[str, list[str]], code: str, forms: Iterable[str]) -> None:
    for name in dict.fromkeys(map(fold, forms)):
        names[name].append(code)


def shown_ars(area: Area) -> str | None:
    """The ARS as answers show it: municipalities with twelve digits, others by significant prefix."""
    if area.ars is None or area.kind == "country":
        return None
    return area.ars.ljust(12, "0") if area.kind in MUNICIPALITIES else significant(area.ars)


def _ags(area: Area) -> str | None:
    """The AGS, which associations do not have."""
    full = (area.ars or "").ljust(12, "0")
    return None if area.kind == "association" else full[:5] + full[9:]


def _prefixes(code: str) -> list[str]:
    if not code.isdigit():
        return []
    return list(dict.fromkeys(significant(code[:length]) for length in (9, 5, 3, 2) if length < len(code)))


def _choice(place: Place) -> str:
    container = next((parent.name for parent in place.parents if parent.kind in TELLING), None)
    return f"{place.name} ({container})" if container else place.name
