"""What rules may know beside the record: the rest of the state, each part read once, when the first rule asks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import cached_property

from sqlalchemy import Connection, func, select

from busdb import areas, i18n, queries, translations
from busdb.areas import Gazetteer
from busdb.coverage import State, Table, places_of
from busdb.mapping import read
from busdb.models.base import number
from busdb.models.operations import source
from busdb.models.quality import link
from busdb.models.responsibilities import responsibility
from busdb.models.services import service, service_synonyms, wording
from busdb.publication import Place
from busdb.records import Authority, Fee, Service
from busdb.validity import valid

DEAD_AFTER = 3
"""On how many days a link has failed when it counts as dead."""


class Known:
    """The state on a day, its sentences in a language; ``within`` are the places that are asked about."""

    def __init__(
        self,
        connection: Connection,
        gazetteer: Gazetteer,
        on: dt.date,
        language: str = "de",
        within: Place | None = None,
    ) -> None:
        self.connection = connection
        self.gazetteer = gazetteer
        self.on = on
        self.language = language
        self.within = within

    def there(self, *codes: str) -> bool:
        """Whether some areas all lie in the places that are asked about; without any only where all are asked."""
        if self.within is None:
            return True
        place = self.within.code
        return bool(codes) and all(any(link.code == place for link in self.gazetteer.chain(one)) for one in codes)

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of all services."""
        return queries.service_names(self.connection, None, self.language)

    @cached_property
    def current(self) -> frozenset[str]:
        """The codes of the areas of the day."""
        found = ((code, self.gazetteer.get(code)) for code in self.gazetteer.codes())
        return frozenset(code for code, area in found if area and valid(area, self.on))

    @cached_property
    def places(self) -> list[Place]:
        """The municipalities that are asked about."""
        return list(places_of(self.gazetteer, self.on, self.within))

    @cached_property
    def table(self) -> Table:
        """Who is responsible where."""
        return Table(self.connection, self.gazetteer, self.on, self.language)

    @cached_property
    def states(self) -> list[tuple[Service, tuple[State, ...]]]:
        """How the question of responsibility ends for each service in each of the places."""
        return [
            (record, tuple(state for state, _ in self.table.cells(record, self.places)))
            for record in self.table.services
        ]

    @cached_property
    def authorities(self) -> dict[str, Authority]:
        """All authorities by id."""
        found = (one.record for one in read(self.connection, "authority"))
        return {one.id: one for one in found if isinstance(one, Authority)}

    @cached_property
    def fees(self) -> dict[str, list[Fee]]:
        """All fees by service."""
        found: dict[str, list[Fee]] = defaultdict(list)
        for one in read(self.connection, "fee"):
            if isinstance(one.record, Fee):
                found[one.record.service].append(one.record)
        return found

    @cached_property
    def ruled(self) -> frozenset[str]:
        """The ids of services that have a responsibility of an authority or a level."""
        named = select(responsibility.c.service).where(
            (responsibility.c.authority.is_not(None)) | (responsibility.c.executor.is_not(None))
        )
        return self._ids(named)

    @cached_property
    def worded(self) -> frozenset[str]:
        """The ids of services for which people's words are known: synonyms, wordings of editors."""
        return self._ids(select(service_synonyms.c.owner).union(select(wording.c.service).where(wording.c.service > 0)))

    @cached_property
    def worded_keys(self) -> frozenset[str]:
        """The service keys for which editors entered people's words."""
        return frozenset(self.connection.scalars(select(wording.c.leika_key).where(wording.c.leika_key.is_not(None))))

    def _ids(self, numbers: object) -> frozenset[str]:
        found = select(number.c.source, number.c.value).where(number.c.number.in_(numbers))  # type: ignore[arg-type]  # a select
        return frozenset(f"{source_}.{value}" for source_, value in self.connection.execute(found))

    @cached_property
    def catalogue(self) -> dict[str, bool]:
        """The keys of the federal catalogue, if it was imported: whether each is in force on the day.

        Entries of the catalogue are approved, not published, and their id is their key.
        """
        statement = (
            select(number.c.value, service.c.valid_to)
            .join(service, service.c.object == number.c.number)
            .where(service.c.publication_state == "approved", func.length(number.c.value) == 14)
        )
        rows = self.connection.execute(statement.where(number.c.value.like("99%")))
        return {value: end is None or self.on < end for value, end in rows}

    @cached_property
    def behind(self) -> dict[str, str]:
        """Services whose English has not kept up with the German, with the module."""
        return translations.behind(self.connection)

    @cached_property
    def bad_links(self) -> dict[str, tuple[str, str]]:
        """Links that lead nowhere or elsewhere: a sentence about each, and what fills its gap."""
        found: dict[str, tuple[str, str]] = {}
        statement = select(link.c.url, link.c.failures, link.c.error, link.c.moved_to)
        for url, failures, error, moved in self.connection.execute(statement):
            if failures >= DEAD_AFTER:
                told = error or ""
                known = told.startswith("HTTP")
                found[url] = ("@quality.link_dead", told if known else i18n.message(f"link.{told}", {}, self.language))
            elif moved and not failures:
                found[url] = ("@quality.link_moved", moved)
        return found

    @cached_property
    def mandates(self) -> list[tuple[str, str]]:
        """Areas with the source that is mandated to tell who is responsible there."""
        found = []
        for row in self.connection.execute(select(source).order_by(source.c.code)):
            if not row.mandate_kinds or "responsibility" in row.mandate_kinds:
                found += [(area, row.code) for area in row.mandate_areas]
        return found

    def owner(self, code: str) -> str | None:
        """The source whose mandate covers a place most closely; ``None`` if there is none."""
        covering = [(len(area), owner) for area, owner in self.mandates if areas.within(code, area)]
        return max(covering, key=lambda one: one[0])[1] if covering else None
