"""Answers of the original's interface: a bare object, or a page of a list in its envelope."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec
from flask import Response
from msgspec import UNSET

from api.compat.infodienste.model import Hit, Reference, Result, Shape
from api.compat.infodienste.request import attributes
from api.hub import Ask
from busdb import queries

TOTAL = "total-item-count"
ItemT = TypeVar("ItemT")


class Found(NamedTuple):
    """A page of a list: how many there are in all, and each object of the page with its weight."""

    total: int
    entries: Sequence[tuple[float, Shape]]


def one(ask: Ask, name: str, make: Callable[[], Shape]) -> Response:
    """A bare object; ``name`` is its element in XML."""
    return ask.answer(name, lambda: chosen(make()))


def many(ask: Ask, name: str, make: Callable[[], Found]) -> Response:
    """A page of a list in its envelope, with the whole number in a header; ``name`` is that of one object."""
    totals: list[int] = []

    def page() -> Any:
        found = make()
        totals.append(found.total)
        hits = tuple(Hit(score=score, object=shape) for score, shape in found.entries)
        return chosen(Result(count=len(hits), total_count=found.total, results=hits))

    response = ask.answer(f"{name}Result", page)
    if totals:
        response.headers[TOTAL] = str(totals[0])
    return response


def paged(items: Sequence[ItemT], arguments: dict[str, Any], show: Callable[[ItemT], Shape]) -> Found:
    """The page of a list that the request asks for; only its objects are made."""
    start = arguments["offset"]
    return Found(len(items), [(1.0, show(item)) for item in items[start : start + arguments["limit"]]])


def chosen(shape: Shape) -> Any:
    """The answer with the attributes that the request chooses; ``a.b`` chooses b within a."""
    wanted = attributes()
    if not wanted:
        return shape
    value = msgspec.to_builtins(shape)
    if isinstance(shape, Result):
        for hit in value["results"]:
            hit["object"] = _only(hit["object"], wanted)
        return value
    return _only(value, wanted)


def _only(value: Any, wanted: Iterable[str]) -> Any:
    if isinstance(value, (list, tuple)):
        return [_only(member, wanted) for member in value]
    if not isinstance(value, dict):
        return value
    inner: dict[str, list[str]] = {}
    for name in wanted:
        head, _, rest = name.partition(".")
        inner.setdefault(head, []).append(rest)
    return {
        key: member if "" in inner[key] else _only(member, inner[key]) for key, member in value.items() if key in inner
    }


def known(value: ItemT | None) -> Any:
    """The value, or what leaves its key out."""
    return UNSET if value is None else value


class Numbers:
    """The numbers of objects by kind and public id, as the strings that this interface shows."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: dict[tuple[str, str], str] = {}

    def learn(self, kind: str, ids: Iterable[str]) -> None:
        """Read the numbers of objects at once."""
        missing = {id_ for id_ in ids if (kind, id_) not in self._known}
        found = queries.numbers(self._ask.connection, kind, missing) if missing else {}
        self._known |= {(kind, id_): str(key) for id_, key in found.items()}

    def of(self, kind: str, id: str) -> str:
        """The number of an object; one that was never named has its id."""
        if (kind, id) not in self._known:
            self.learn(kind, [id])
        return self._known.get((kind, id), id)

    def area(self, code: str) -> Reference:
        """An area by its code."""
        area = self._ask.gazetteer.get(code)
        return Reference(id=self.of("area", area.id), name=area.name) if area else Reference(id=code, name=code)

    def areas(self, codes: Iterable[str]) -> tuple[Reference, ...]:
        """Areas by their codes."""
        listed = list(codes)
        self.learn("area", [area.id for code in listed if (area := self._ask.gazetteer.get(code))])
        return tuple(self.area(code) for code in listed)
