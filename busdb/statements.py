"""What the finder and the assembler ask the database: statements with names in the places of values.

Those about few services are the same each time but for the values, so that they are made once: to make a statement
of SQLAlchemy anew takes longer than to send it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    Table,
    bindparam,
    or_,
    select,
    union,
)

from busdb import queries
from busdb.mapping import selection, shape
from busdb.models.authorities import authority, authority_categories
from busdb.models.local import (
    local_addition,
    local_addition_forms,
    local_addition_online_services,
    notice,
    offer,
)
from busdb.models.responsibilities import fee, responsibility
from busdb.models.services import life_event, service_documents, service_life_events

MANY: Final = 1000
"""From how many numbers on a query names them by another query, not one by one."""
Condition = Callable[[ColumnElement[Any]], ColumnElement[bool]]
"""The condition that a column names one of some objects."""
Numbers = Select[Any] | CompoundSelect[Any]


def listed(name: str) -> BindParameter[Any]:
    """The place of a list of values."""
    return bindparam(name, expanding=True)


CODES, GROUNDS = listed("codes"), listed("grounds")
ON: BindParameter[Any] = bindparam("on")
"""The chain of the place, all areas whose rules may hold there, and the day."""
HERE, CATEGORIES = listed("here"), listed("categories")
"""The areas of bodies that may act at the place, and what their offices may be."""


def one_of(name: str) -> Condition:
    """The condition that a column is one of the numbers that are given under a name."""
    return lambda column: column.in_(listed(name))


class About(NamedTuple):
    """Whom statements are about: services, these with their kin, and the authorities of their answers."""

    own: Condition = one_of("own")
    kin: Condition = one_of("kin")
    acting: Condition = one_of("acting")
    few: bool = True
    internal: bool = False

    def ruled(self) -> tuple[ColumnElement[bool], ...]:
        """The conditions that a responsibility is of these services and may hold at the place."""
        return self.kin(responsibility.c.service), queries.rules_there(GROUNDS, few=self.few)

    def named(self, target: ColumnElement[Any]) -> Select[Any]:
        """What the rules name in a column."""
        return select(target).where(*self.ruled(), target.is_not(None))

    def added(self, part: Table) -> Select[Any]:
        """What additions that hold at the place name in one of their lists."""
        joined = select(part.c.target).join(local_addition, local_addition.c.object == part.c.owner)
        return joined.where(self.own(local_addition.c.service), local_addition.c.area.in_(CODES))

    def records(self, kind: str, *where: ColumnElement[bool]) -> Select[Any]:
        """The records of a kind that meet conditions; internal ones need the right."""
        return selection(kind, *where, *([] if self.internal else [shape(kind).table.c.public_hash.is_not(None)]))


class Ruling(NamedTuple):
    """What tells who is responsible; of authorities their numbers."""

    rules: Select[Any]
    offers: Select[Any]
    authorities: Numbers


def ruling(about: About) -> Ruling:
    """Rules and offers at the place; authorities that rules name, that bodies may act through, and all above them."""
    near = authority.alias()
    able = (
        select(authority_categories.c.owner)
        .join(near, near.c.object == authority_categories.c.owner)
        .where(near.c.area.in_(HERE), authority_categories.c.value.in_(CATEGORIES))
    )
    one = select(authority.c.object, authority.c.parent)
    named = one.where(authority.c.object.in_(about.named(responsibility.c.authority)))
    there = one.where(authority.c.area.in_(HERE), or_(authority.c.parent.is_(None), authority.c.object.in_(able)))
    start = union(named, there).cte("start")
    up = select(start.c.object, start.c.parent).cte("up", recursive=True)
    above = up.union(one.where(authority.c.object == up.c.parent))
    return Ruling(
        about.records("responsibility", *about.ruled()),
        about.records("offer", about.own(offer.c.service), offer.c.area.in_(CODES)),
        select(above.c.object).limit(MANY + 1),
    )


class Content(NamedTuple):
    """What publications show beside services and answers; of online services and forms their numbers."""

    fees: Select[Any]
    additions: Select[Any]
    notices: Select[Any]
    life_events: Select[Any]
    online: Numbers
    forms: Numbers


def content(about: About) -> Content:
    """What hangs on services at the place, and what rules and additions there name."""
    own = about.own
    charged = or_(fee.c.area.is_(None), fee.c.area.in_(GROUNDS))
    one = notice.alias()
    there, elsewhere = select(one.c.object), select(one.c.object).where(one.c.area.is_(None))
    noticed = union(
        there.where(one.c.area.in_(CODES)),
        elsewhere.where(own(one.c.service)),
        elsewhere.where(about.acting(one.c.authority)),
    )
    events = select(service_life_events.c.target).where(own(service_life_events.c.owner))
    documents = select(service_documents.c.form)
    documents = documents.where(own(service_documents.c.owner), service_documents.c.form.is_not(None))
    online = union(about.named(responsibility.c.online_service), about.added(local_addition_online_services))
    forms = union(about.named(responsibility.c.form), documents, about.added(local_addition_forms))
    return Content(
        about.records("fee", about.kin(fee.c.service), charged),
        about.records("local_addition", own(local_addition.c.service), local_addition.c.area.in_(CODES)),
        about.records("notice", queries.valid_on(notice, ON), notice.c.object.in_(noticed)),
        about.records("life_event", life_event.c.object.in_(events)),
        online.limit(MANY + 1),
        forms.limit(MANY + 1),
    )
