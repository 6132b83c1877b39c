"""How good the search is: judged queries, the figures that they give, and what became better or worse.

MRR@10 is the mean of one divided by the rank of the first relevant hit, hit@k the share of queries with a relevant one
among the first k, nDCG@10 the gain of all relevant hits, discounted by rank, against the best order (Järvelin and
Kekäläinen 2002). The relevant ids of a query are given best first: the first is worth most.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec
from msgspec import Struct

from busdb.errors import InputError

DEPTH = 10


class Judged(Struct, frozen=True):
    """A query with the ids that answer it, best first, without their source; ``kind`` says what it tries."""

    query: str
    relevant_ids: tuple[str, ...]
    kind: str = "query"


class Figures(Struct, frozen=True, kw_only=True):
    """The figures of some queries, each from 0 to 1 but for their number."""

    queries: int
    mrr: float
    hit_1: float
    hit_10: float
    ndcg: float


class Miss(Struct, frozen=True, kw_only=True):
    """A query whose first hit does not answer it: the rank of the one that does (0: none), and what was found."""

    query: str
    kind: str
    rank: int
    relevant: tuple[str, ...]
    found: tuple[str, ...]


class Shift(Struct, frozen=True, kw_only=True):
    """A query whose rank differs from that of the baseline; 0 is not among the first ten."""

    query: str
    before: int
    after: int


class Evaluation(Struct, frozen=True, kw_only=True):
    """The figures of all queries and of each kind, the misses, and the differences from a baseline."""

    all: Figures
    kinds: dict[str, Figures]
    misses: tuple[Miss, ...]
    better: tuple[Shift, ...] = ()
    worse: tuple[Shift, ...] = ()
    ranks: dict[str, int]


def judged(lines: Iterable[bytes], name: str) -> list[Judged]:
    """The judged queries of a file of JSON Lines. Raises ``InputError`` with the line that is none."""
    found: list[Judged] = []
    decoder = msgspec.json.Decoder(Judged)
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(decoder.decode(line))
            except msgspec.DecodeError as error:
                raise InputError("judged_invalid", file=name, line=number, reason=error) from error
    if not found:
        raise InputError("judged_empty", file=name)
    return found


def baseline(data: bytes, name: str) -> dict[str, int]:
    """The ranks by query of a saved evaluation. Raises ``InputError``."""
    try:
        return msgspec.json.decode(data, type=dict[str, int])
    except msgspec.DecodeError as error:
        raise InputError("judged_invalid", file=name, line=1, reason=error) from error


def evaluate(
    queries: Sequence[Judged], search: Callable[[str], Sequence[str]], before: dict[str, int] | None = None
) -> Evaluation:
    """Ask every query; ``search`` gives the ids of the first ten hits, without their source."""
    ranks: dict[str, int] = {}
    gains: dict[str, list[tuple[int, float]]] = defaultdict(list)
    misses: list[Miss] = []
    for one in queries:
        found = tuple(search(one.query))[:DEPTH]
        rank = next((place for place, id_ in enumerate(found, 1) if id_ in one.relevant_ids), 0)
        ranks[one.query] = rank
        gains[one.kind].append((rank, _ndcg(found, one.relevant_ids)))
        if rank != 1:
            misses.append(Miss(query=one.query, kind=one.kind, rank=rank, relevant=one.relevant_ids, found=found))
    shifts = [
        Shift(query=query, before=before[query], after=rank)
        for query, rank in ranks.items()
        if before and before.get(query, rank) != rank
    ]
    return Evaluation(
        all=_figures([gain for some in gains.values() for gain in some]),
        kinds={kind: _figures(gains[kind]) for kind in sorted(gains)},
        misses=tuple(misses),
        better=tuple(one for one in shifts if _place(one.after) < _place(one.before)),
        worse=tuple(one for one in shifts if _place(one.after) > _place(one.before)),
        ranks=ranks,
    )


def _place(rank: int) -> int:
    return rank or DEPTH + 1


def _ndcg(found: Sequence[str], relevant: Sequence[str]) -> float:
    worth = {id_: len(relevant) - place for place, id_ in enumerate(relevant)}
    gain = sum(worth.get(id_, 0) / math.log2(place + 1) for place, id_ in enumerate(found, 1))
    best = sum(value / math.log2(place + 1) for place, value in enumerate(list(worth.values())[:DEPTH], 1))
    return gain / best


def _figures(gains: Sequence[tuple[int, float]]) -> Figures:
    count = len(gains)
    return Figures(
        queries=count,
        mrr=round(sum(1 / rank for rank, _ in gains if rank) / count, 4),
        hit_1=round(sum(rank == 1 for rank, _ in gains) / count, 4),
        hit_10=round(sum(rank > 0 for rank, _ in gains) / count, 4),
        ndcg=round(sum(ndcg for _, ndcg in gains) / count, 4),
    )
