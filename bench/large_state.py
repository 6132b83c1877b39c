"""A state of realistic size, made up the same way each time: words, lengths and links as in real deliveries.

10,000 services (about 9 kB each), 218 municipalities in 11 districts, 5,000 authorities, 300,000 responsibilities,
20,000 fees. ``make bench`` writes it once to ``var/bench``; ``--scale`` shrinks it for a quick look.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from busdb.interchange import encode
from busdb.records import (
    Address,
    AnyRecord,
    Area,
    Authority,
    Contact,
    Document,
    Fee,
    Hours,
    Internal115,
    LegalBasis,
    ProcessingTime,
    Responsibility,
    Service,
    Step,
    Synonym,
    Text,
)

DISTRICTS, MUNICIPALITIES = 11, 218
SYLLABLES = (
    "amt an be bau dienst ein ent fahr ge gewerbe halt kind land melde prüf recht schein steuer un ver wohn zeug"
)
MODULES = {
    "02": 4,
    "03": 4,
    "24": 18,
    "05": 40,
    "06": 260,
    "07": 30,
    "08": 120,
    "09": 120,
    "11": 180,
    "16": 80,
    "25": 40,
}


class Words:
    """German-looking words, some common and most rare, as in real texts."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # no secret
        parts = SYLLABLES.split()
        self._all = ["".join(self._random.choices(parts, k=self._random.randint(1, 4))) for _ in range(12_000)]
        self._weights = [1 / (rank + 3) for rank in range(len(self._all))]

    def text(self, count: int) -> str:
        """So many words."""
        return " ".join(self._random.choices(self._all, self._weights, k=count)).capitalize()

    def pick(self, limit: int) -> int:
        """A number below ``limit``."""
        return self._random.randrange(limit)


def areas() -> Iterator[Area]:
    """A country, a state, districts and municipalities."""
    yield Area(id="bench.DE", kind="country", name="Deutschland")
    yield Area(id="bench.15", ars="15", kind="state", name="Land", parent="DE")
    for district in range(1, DISTRICTS + 1):
        yield Area(
            id=f"bench.15{district:03}", ars=f"15{district:03}", kind="district", name=f"Kreis {district}", parent="15"
        )
    for ars in municipalities():
        yield Area(id=f"bench.{ars}", ars=ars, kind="municipality", name=f"Gemeinde {ars[5:9]}", parent=ars[:5])


def municipalities() -> list[str]:
    """The ARS of all municipalities."""
    return [f"15{1 + number % DISTRICTS:03}{number + 1:04}{number + 1:03}" for number in range(MUNICIPALITIES)]


def services(words: Words, count: int) -> Iterator[Service]:
    """Services of realistic length with structured parts."""
    for number in range(count):
        texts = tuple(
            Text(module=code, html=words.text(length) if code in {"02", "03", "24"} else f"<p>{words.text(length)}</p>")
            for code, length in MODULES.items()
        )
        yield Service(
            id=f"bench.s{number}",
            leika_keys=(f"99{number // 5:06}{number % 5 + 1:03}000",),
            areas=("15",),
            audiences=("citizen",),
            texts=texts,
            synonyms=tuple(Synonym(term=words.text(1)) for _ in range(6)),
            steps=tuple(Step(text=words.text(12)) for _ in range(4)),
            documents=tuple(Document(label=words.text(4)) for _ in range(5)),
            processing_times=(ProcessingTime(minimum="P1W", maximum="P6W", text=words.text(5)),),
            legal_bases=tuple(LegalBasis(citation=words.text(3)) for _ in range(2)),
        )


def authorities(words: Words, count: int) -> Iterator[Authority]:
    """Offices, spread over the municipalities."""
    places = municipalities()
    for number in range(count):
        yield Authority(
            id=f"bench.a{number}",
            name=words.text(3),
            area=places[number % len(places)],
            categories=("Verwaltung",),
            addresses=(Address(street=words.text(1), house_number="1", postal_code="06618", city="Stadt"),),
            contacts=(
                Contact(channel="phone", value="+49 30 23125 000"),
                Contact(channel="email", value="a@example.org"),
            ),
            hours=(Hours(osm="Mo-Fr 09:00-12:00; Tu 14:00-18:00"),),
            internal115=(Internal115(note=words.text(6)),),
        )


def responsibilities(words: Words, count: int, of_services: int, of_authorities: int) -> Iterator[Responsibility]:
    """Explicit assignments: each service in about thirty municipalities."""
    places = municipalities()
    for number in range(count):
        place = words.pick(len(places))
        office = (words.pick(max(of_authorities // len(places), 1)) * len(places) + place) % of_authorities
        yield Responsibility(
            id=f"bench.r{number}",
            service=f"bench.s{number % of_services}",
            authority=f"bench.a{office}",
            areas=(places[place],),
        )


def fees(words: Words, count: int, of_services: int) -> Iterator[Fee]:
    """Federal and local fees."""
    places = municipalities()
    for number in range(count):
        yield Fee(
            id=f"bench.f{number}",
            service=f"bench.s{number % of_services}",
            area="15" if number < of_services else places[words.pick(len(places))],
            kind="fixed",
            amount=Decimal(words.pick(20_000)).scaleb(-2),
            label=words.text(3),
            legal_basis=words.text(3),
        )


def records(scale: float = 1.0) -> Iterator[AnyRecord]:
    """All records of the state; ``scale`` 1 is the full size."""
    words = Words(115)
    many_services, many_authorities = max(int(10_000 * scale), 10), max(int(5_000 * scale), 218)
    yield from areas()
    yield from services(words, many_services)
    yield from authorities(words, many_authorities)
    yield from responsibilities(words, int(300_000 * scale), many_services, many_authorities)
    yield from fees(words, int(20_000 * scale), many_services)


def write(path: Path, scale: float = 1.0) -> int:
    """Write the state as JSON Lines; returns the number of records."""
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with path.open("wb") as file:
        for record in records(scale):
            file.write(encode(record) + b"\n")
            count += 1
    return count
