"""What the database adds to what an index found: offers at the place, names of facets, fragments of texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple, get_args

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, select

from busdb import queries
from busdb.html import plain
from busdb.i18n import message as _
from busdb.items import line
from busdb.mapping import read, selection, stream
from busdb.models import number
from busdb.models.local import offer
from busdb.models.services import service_texts
from busdb.offices import localized_name
from busdb.publication import Facet, Facets, Highlight, Hit
from busdb.records import Audience, LifeEvent, Offer
from busdb.search.documents import ONLINE, at_life_event, for_audience
from busdb.search.engine import Absence
from busdb.search.highlights import highlight

_OFFERS = selection(
    "offer",
    offer.c.area.in_(bindparam("codes", expanding=True)),
    offer.c.public_hash.is_not(None),
    queries.valid_on(offer, bindparam("on")),
)
AUDIENCES: tuple[Audience, ...] = get_args(Audience)


class Narrowing(NamedTuple):
    """What a reader narrows results to."""

    life_event: str | None = None
    audience: str | None = None
    online: bool = False

    @property
    def marks(self) -> frozenset[str]:
        """The marks that a service must bear."""
        event = {at_life_event(self.life_event)} if self.life_event else set()
        audience = {for_audience(self.audience)} if self.audience else set()
        return frozenset(event | audience | ({ONLINE} if self.online else set()))


ANYTHING = Narrowing()


def absences(connection: Connection, codes: Sequence[str], on: dt.date) -> dict[str, Absence]:
    """The services that are not offered at a place, by id: what the nearest area of its chain says counts."""
    nearest: dict[str, Offer] = {}
    for stored in stream(connection, _OFFERS, {"codes": list(codes), "on": on}):
        one = stored.record
        assert isinstance(one, Offer)
        before = nearest.get(one.service)
        if before is None or codes.index(one.area) < codes.index(before.area):
            nearest[one.service] = one
    return {
        id_: Absence(one.status, one.reason)
        for id_, one in nearest.items()
        if one.status in {"not_offered", "covered_by"}
    }


def facet_labels(connection: Connection, language: str) -> dict[str, str]:
    """The marks by which results can be narrowed, with their names."""
    events = [stored.record for stored in read(connection, "life_event")]
    labels = {at_life_event(one.id): localized_name(one, language) for one in events if isinstance(one, LifeEvent)}
    return labels | {for_audience(one): _(f"label.audience_{one}") for one in AUDIENCES} | {ONLINE: ""}


def facets_of(counts: Mapping[str, int], labels: Mapping[str, str]) -> Facets:
    """The facets of some counts by mark, the most frequent first."""
    found: dict[str, list[Facet]] = {"event": [], "audience": []}
    for mark, label in labels.items():
        sort, _colon, value = mark.partition(":")
        if sort in found and counts.get(mark):
            found[sort].append(Facet(value=value, label=label, count=counts[mark]))
    for facets in found.values():
        facets.sort(key=lambda facet: (-facet.count, facet.value))
    return Facets(life_events=tuple(found["event"]), audiences=tuple(found["audience"]), online=counts.get(ONLINE, 0))


def text_fragments(connection: Connection, ids: Sequence[str], met: Container[str]) -> dict[str, Highlight]:
    """The first fragment of each service's public texts that holds one of the tokens met."""
    statement = (
        select(number.c.source, number.c.value, service_texts.c.html)
        .join(number, number.c.number == service_texts.c.owner)
        .where(number.c.kind == "service", number.c.value.in_([id_.partition(".")[2] for id_ in ids]))
        .where(service_texts.c.visibility == "public")
        .order_by(service_texts.c.owner, service_texts.c.position)
    )
    found: dict[str, Highlight] = {}
    for source, value, html in connection.execute(statement):
        id_ = f"{source}.{value}"
        if id_ in ids and id_ not in found and (fragment := highlight("text", plain(html), met)):
            found[id_] = fragment
    return found


def translated(connection: Connection, hits: Sequence[Hit], language: str) -> tuple[Hit, ...]:
    """Hits with names and teasers in a language, where there are any."""
    statement = (
        select(number.c.source, number.c.value, service_texts.c.module, service_texts.c.html)
        .join(number, number.c.number == service_texts.c.owner)
        .where(number.c.kind == "service", number.c.value.in_([hit.id.partition(".")[2] for hit in hits]))
        .where(service_texts.c.visibility == "public", service_texts.c.language == language)
        .where(service_texts.c.module.in_(["02", "03", "05", "24"]))
    )
    found: dict[str, dict[str, str]] = {}
    for source, value, module, html in connection.execute(statement):
        found.setdefault(f"{source}.{value}", {})[module] = plain(html)
    return tuple(_translated(hit, found.get(hit.id, {}), language) for hit in hits)


def _translated(hit: Hit, texts: dict[str, str], language: str) -> Hit:
    name, teaser = texts.get("03") or texts.get("02"), texts.get("24") or texts.get("05")
    if name:
        official = texts.get("02") or hit.official_name
        hit = replace(hit, name=name, official_name=official, language=language)
    return replace(hit, teaser=line(teaser), teaser_language=language) if teaser else hit
