"""Whether fees say what they cost, by which law, and without contradiction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from busdb import fees, validation
from busdb.checks.base import Hit, has, rule
from busdb.checks.known import Known
from busdb.completeness import COSTS
from busdb.interchange import encode
from busdb.records import COUNTRY, Fee, Service
from busdb.textfold import fold
from busdb.validity import valid


@rule("Q09", "muss", Fee)
def bad_fee(record: Fee, _known: Known) -> Iterator[Hit]:
    """A fee that names no legal basis (private prices and what was read from prose excepted), or no fitting amount."""
    if not (record.legal_basis or record.kind == "free" or record.type == "private_law" or record.parsed):
        yield Hit("$.legal_basis", {"reason": "@quality.fee_basis"})
    for issue in validation.check(record, encode(record)):
        if issue.code == "fee_shape":
            yield Hit(issue.path, {"reason": "@quality.fee_shape", "shape": issue.values["reason"]})


class _Amounts(NamedTuple):
    """What a fee comes to."""

    amounts: tuple[object, ...]
    unit: tuple[str | None, str | None]


def _amounts(record: Fee) -> _Amounts:
    given = (record.kind, record.amount, record.amount_min, record.amount_max, record.percent)
    return _Amounts(given, (record.unit, record.period))


@rule("Q12", "muss")
def contradictory(known: Known) -> Iterator[Hit]:
    """Two valid fees of one service, area, name and condition with different amounts; a local fee against higher law.

    The latter is not shown (`busdb.fees`).
    """
    for some in known.fees.values():
        standing = [one for one in some if valid(one, known.on) and not one.parsed]
        groups: dict[tuple[object, ...], list[Fee]] = defaultdict(list)
        for one in sorted(standing, key=lambda one: one.id):
            words = (fold(one.label or ""), fold(one.condition or ""))
            groups[one.area, one.type, *words, one.step, one.surcharge].append(one)
        for first, *others in groups.values():
            for other in others:
                if _amounts(other).amounts != _amounts(first).amounts and _amounts(other).unit == _amounts(first).unit:
                    yield Hit(None, {"reason": "@quality.fee_differs", "other": first.id}, other)
        for refused in _refused(standing, known):
            yield Hit(None, {"reason": "@quality.fee_forbidden"}, refused)


def _refused(some: list[Fee], known: Known) -> list[Fee]:
    found: dict[str, Fee] = {}
    if any(one.area in {None, COUNTRY} or len(one.area or "") == 2 for one in some):
        for area in {one.area for one in some if one.area and one.area != COUNTRY and len(one.area) > 2}:
            due = fees.due(some, known.gazetteer.ground(area, known.on), known.on)
            found |= {one.id: one for one in due.refused}
    return [found[id_] for id_ in sorted(found)]


@rule("Q35", "soll", Service)
def prose_only(record: Service, known: Known) -> Iterator[Hit]:
    """A service whose fees are told in prose, so that nobody can compute with them."""
    some = [one for one in known.fees.get(record.id, ()) if valid(one, known.on)]
    if not any(not one.parsed for one in some) and (some or has(record, "", COSTS)):
        yield Hit("$.fees")


@rule("Q36", "soll", Service)
def no_fee(record: Service, known: Known) -> Iterator[Hit]:
    """A service that says neither what it costs nor that it is free."""
    if not any(valid(one, known.on) for one in known.fees.get(record.id, ())) and not has(record, "", COSTS):
        yield Hit("$.fees")
