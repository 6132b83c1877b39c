"""Verbs: all that people say of an action, as its infinitive (``ziehe``, ``zog``, ``umgezogen``, ``umzuziehen``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files

from busdb.search.folding import fold

PARTICLES = frozenset(
    {
        "ab",
        "an",
        "auf",
        "aus",
        "bei",
        "ein",
        "fest",
        "fort",
        "frei",
        "heim",
        "her",
        "herum",
        "hin",
        "los",
        "mit",
        "nach",
    }
    | {"raus", "rein", "runter", "um", "vor", "vorbei", "weg", "weiter", "wieder", "zu", "zuruck", "zusammen"}
)
"""The parts of verbs that may stand apart from them (``ziehe nächste Woche um``), folded."""
_ENDINGS = ("e", "st", "est", "t", "et", "te", "ete", "ten", "eten", "tet", "end", "ende", "enden")
_OF_PARTICIPLES = ("", "e", "en", "er", "es", "em")
_UNSEPARATED = ("be", "er", "ent", "ge", "ver", "zer", "wider", "uber", "unter", "miss")


@lru_cache(maxsize=1)
def forms() -> dict[str, str]:
    """All forms of the known verbs (busdb/data/verbs.txt), folded, with the infinitive of each."""
    lines = files("busdb").joinpath("data", "verbs.txt").read_text(encoding="utf-8").splitlines()
    text = " ".join(line for line in lines if not line.startswith("#"))
    found: dict[str, str] = {}
    for verb in text.split(","):
        infinitive, *irregular = map(fold, verb.split())
        found |= dict.fromkeys([*_regular(infinitive), *_declined(irregular), infinitive], infinitive)
    return found


def _regular(infinitive: str) -> Iterator[str]:
    root = infinitive.removesuffix("n").removesuffix("e")
    yield from (root + ending for ending in _ENDINGS)
    prefix = "" if root.startswith(_UNSEPARATED) or root.endswith("ier") else "ge"
    yield from _declined([f"{prefix}{root}t", f"{prefix}{root}et"])


def _declined(participles: Iterable[str]) -> Iterator[str]:
    return (participle + ending for participle in participles for ending in _OF_PARTICIPLES)


@lru_cache(maxsize=200_000)
def infinitive(word: str) -> str | None:
    """The infinitive of a folded word that is a form of a known verb, with its particle; ``None`` for any other."""
    known = forms()
    if word in known:
        return known[word]
    for end in range(2, min(9, len(word) - 3)):
        particle, rest = word[:end], word[end:]
        if particle in PARTICLES and (verb := known.get(rest) or known.get(rest.removeprefix("zu"))):
            return particle + verb
    return None


def put_together(words: list[str]) -> list[str]:
    """The verbs whose particle stands apart from them, behind them in a line."""
    found = []
    for position, word in enumerate(words):
        if word in PARTICLES:
            verbs = (infinitive(one) for one in words[:position])
            found += [word + verb for verb in verbs if verb]
    return found
