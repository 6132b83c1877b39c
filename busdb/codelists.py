"""Code lists and the keys of areas."""

from __future__ import annotations

_CUTS = (2, 3, 5, 9, 12)


def significant(ars: str) -> str:
    """The significant prefix of an ARS: 2, 3, 5, 9 or 12 digits, without groups of zeros at the end."""
    full = ars.ljust(12, "0")
    length = next((cut for cut in reversed(_CUTS) if full[_before(cut) : cut].strip("0")), 2)
    return full[: 2 if length == 3 and full[2] == "0" else length]


def _before(cut: int) -> int:
    position = _CUTS.index(cut)
    return _CUTS[position - 1] if position else 0
