"""How complete the content is, in figures for editors: offices by place, fees by source, texts by age."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from sqlalchemy import Connection, Integer, Table, case, exists, func, select
from sqlalchemy.sql.elements import ColumnElement

from busdb import queries
from busdb.areas import Gazetteer
from busdb.models.authorities import authority, authority_addresses, authority_contacts, authority_hours
from busdb.models.base import number
from busdb.models.responsibilities import fee
from busdb.models.services import service, service_texts
from busdb.publication import Place, PlaceName, View

REACHABLE = ("phone", "mobile", "email")
COSTS = "98"
"""The text module on costs (FIM)."""
Pricing = Literal["structured", "parsed", "prose", "unstated"]
PRICINGS: tuple[Pricing, ...] = ("structured", "parsed", "prose", "unstated")
Age = Literal["year", "two_years", "three_years", "older", "undated"]
AGES: tuple[Age, ...] = ("year", "two_years", "three_years", "older", "undated")
_YEAR = dt.timedelta(days=365)


class Town(View, frozen=True, kw_only=True):
    """The offices of a body: how many there are, and how many have an address, a phone or e-mail, and hours."""

    place: PlaceName
    offices: int
    address: int
    reachable: int
    hours: int

    @property
    def percent(self) -> int:
        """How much of what an office should have is there, rounded down, so that 100 is all."""
        return 100 * (self.address + self.reachable + self.hours) // (3 * self.offices)


class Prices(View, frozen=True, kw_only=True):
    """How the services of a source tell their fees: structured, read from prose, in prose only, or not at all."""

    source: str
    counts: dict[Pricing, int]


class Completeness(View, frozen=True, kw_only=True):
    """The figures of a day: towns from the least complete, prices by source, services by the age of their texts."""

    on: dt.date
    towns: tuple[Town, ...]
    prices: tuple[Prices, ...]
    ages: dict[Age, int]


class Whole(View, frozen=True, kw_only=True):
    """The sums: bodies whose offices lack nothing, and prices of all sources."""

    complete: int
    prices: dict[Pricing, int]


def whole(found: Completeness) -> Whole:
    """The sums of the figures."""
    return Whole(
        complete=sum(town.percent == 100 for town in found.towns),
        prices={way: sum(one.counts[way] for one in found.prices) for way in PRICINGS},
    )


def completeness(connection: Connection, gazetteer: Gazetteer, on: dt.date) -> Completeness:
    """The figures of a day, in three statements whatever there is."""
    return Completeness(
        on=on,
        towns=tuple(towns(connection, gazetteer, on)),
        prices=tuple(_prices(connection, on)),
        ages=_ages(connection, on),
    )


def towns(connection: Connection, gazetteer: Gazetteer, on: dt.date, within: Place | None = None) -> list[Town]:
    """The offices of bodies, all or those within an area, from the least complete; one statement."""
    has = (
        _has(authority, authority_addresses),
        _has(authority, authority_contacts, authority_contacts.c.channel.in_(REACHABLE)),
        _has(authority, authority_hours),
    )
    query = (
        select(authority.c.area, func.count(), *(func.sum(one) for one in has))
        .where(*queries.valid_on(authority, on), authority.c.area.is_not(None))
        .group_by(authority.c.area)
    )
    found = []
    for area, offices, address, reachable, hours in connection.execute(query):
        inside = within is None or any(link.code == within.code for link in gazetteer.chain(area))
        if inside and (place := gazetteer.name(area)):
            found.append(Town(place=place, offices=offices, address=address, reachable=reachable, hours=hours))
    return sorted(found, key=lambda town: (town.percent, town.place.ars or ""))


def _prices(connection: Connection, on: dt.date) -> list[Prices]:
    """The best of the four ways counts: a service with one structured fee is structured."""
    own = fee.c.service == service.c.object
    way = case(
        (exists().where(own, ~fee.c.parsed), "structured"),
        (exists().where(own, fee.c.parsed), "parsed"),
        (exists().where(service_texts.c.owner == service.c.object, service_texts.c.module == COSTS), "prose"),
        else_="unstated",
    ).label("way")
    each = (
        select(number.c.source, way)
        .join(number, number.c.number == service.c.object)
        .where(*queries.published(None, on))
        .subquery()
    )
    query = select(each.c.source, each.c.way, func.count()).group_by(each.c.source, each.c.way)
    counts: dict[str, Counter[Pricing]] = {}
    for source, said, count in connection.execute(query.order_by(each.c.source)):
        counts.setdefault(source, Counter())[said] = count
    return [Prices(source=source, counts={way: some[way] for way in PRICINGS}) for source, some in counts.items()]


def _ages(connection: Connection, on: dt.date) -> dict[Age, int]:
    newest = func.coalesce(service.c.reviewed_on, service.c.changed_on)
    query = select(newest, func.count()).where(*queries.published(None, on)).group_by(newest)
    counts: Counter[Age] = Counter()
    for day, count in connection.execute(query):
        counts[_age(day, on)] += count
    return {age: counts[age] for age in AGES}


def _age(day: dt.date | None, on: dt.date) -> Age:
    if day is None:
        return "undated"
    years: Sequence[Age] = AGES[:4]
    return years[min(max(0, (on - day) // _YEAR), 3)]


def _has(table: Table, child: Table, *where: ColumnElement[bool]) -> ColumnElement[int]:
    return exists().where(child.c.owner == table.c.object, *where).cast(Integer)
