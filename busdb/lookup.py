"""Names of what there is, as tables name it: by id, by the value of an id of one's own, by key, by exact name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, select

from busdb import queries
from busdb.areas import Gazetteer
from busdb.codelists import significant
from busdb.mapping import shape
from busdb.models import number
from busdb.models.operations import source
from busdb.models.services import service_leika_keys
from busdb.textfold import fold

NEAR, LIKE = 3, 72
"""How many similar names are proposed, and from which likeness (0 to 100)."""

REMEMBERED = 10_000
"""How many texts are remembered with what they mean: the rows of a table name the same things again and again."""


class Lookup:
    """The names of services, authorities, online services, forms and areas, read once for each kind.

    Of several of one name, those of the source itself are meant, if there are any.
    """

    def __init__(self, connection: Connection, source_: str) -> None:
        self._connection = connection
        self._source = source_
        self._kinds: dict[str, _Kind] = {}
        self._remembered = lru_cache(REMEMBERED)(self._meant)

    def find(self, kind: str, text: str) -> Sequence[str]:
        """The ids (of areas: the codes) that a text can mean exactly."""
        return self._remembered(kind, text)

    def _meant(self, kind: str, text: str) -> Sequence[str]:
        if kind == "area":
            return self._areas(text)
        known = self._kind(kind)
        own = f"{self._source}.{text}"
        if text in known.names or own in known.names:
            return (text if text in known.names else own,)
        found = known.keys.get(text) or known.ids.get(fold(text)) or []
        mine = [one for one in found if one.startswith(f"{self._source}.")]
        return mine or found

    def near(self, kind: str, text: str) -> Sequence[str]:
        """What is written alike, as people call it, the likeliest first."""
        if kind == "area":
            return [place.name for place in self._gazetteer.search(text, limit=NEAR)]
        known = self._kind(kind)
        found = process.extract(fold(text), known.ids.keys(), scorer=fuzz.WRatio, score_cutoff=LIKE, limit=NEAR)
        return [known.names[known.ids[name][0]] for name, _, _ in found]

    def shown(self, kind: str, id: str) -> str:
        """What people call an object, and empty if it has no name."""
        if kind == "area":
            area = self._gazetteer.get(id)
            return area.name if area else ""
        return self._kind(kind).names.get(id, "")

    def source(self, code: str) -> bool:
        """Whether there is a source of that code."""
        return code in self._sources

    @cached_property
    def _sources(self) -> frozenset[str]:
        return frozenset(self._connection.scalars(select(source.c.code)))

    @cached_property
    def _gazetteer(self) -> Gazetteer:
        return queries.gazetteer(self._connection)

    def _areas(self, text: str) -> list[str]:
        """The areas that a text means; of several within each other the innermost. Digits are no post code."""
        codes = [place.code for place in self._gazetteer.find(text)]
        if text.isdigit() and len(text) != 8:
            codes = [code for code in codes if code.startswith(significant(text))]
        for code in codes:
            if set(codes) <= {link.code for link in self._gazetteer.chain(code)}:
                return [code]
        return codes

    def _kind(self, kind: str) -> _Kind:
        if kind not in self._kinds:
            self._kinds[kind] = _Kind(self._named(kind), self._keyed() if kind == "service" else {})
        return self._kinds[kind]

    def _named(self, kind: str) -> dict[str, str]:
        """What there is of a kind: ids with names."""
        if kind == "service":
            named = queries.service_names(self._connection, None, "de")
            table = shape(kind).table
            ids = select(number.c.source, number.c.value).join(table, table.c.object == number.c.number)
            return {
                id_: named.get(id_, id_)
                for id_ in (f"{owner}.{value}" for owner, value in self._connection.execute(ids))
            }
        table = shape(kind).table
        statement = select(number.c.source, number.c.value, table.c.name)
        found = self._connection.execute(statement.join(table, table.c.object == number.c.number))
        return {f"{owner}.{value}": name for owner, value, name in found}

    def _keyed(self) -> dict[str, list[str]]:
        """The services of each LeiKa key."""
        statement = select(service_leika_keys.c.value, number.c.source, number.c.value.label("id"))
        joined = statement.join(number, number.c.number == service_leika_keys.c.owner)
        found: dict[str, list[str]] = defaultdict(list)
        for key, owner, value in self._connection.execute(joined.order_by(number.c.number)):
            found[key].append(f"{owner}.{value}")
        return found


class _Kind:
    """What there is of a kind: names by id, ids by folded name and by key."""

    def __init__(self, names: dict[str, str], keys: dict[str, list[str]]) -> None:
        self.names = names
        self.keys = keys
        self.ids: dict[str, list[str]] = defaultdict(list)
        for id_, name in names.items():
            self.ids[fold(name)].append(id_)
