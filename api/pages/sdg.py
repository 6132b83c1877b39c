"""What a page tells the Single Digital Gateway about itself (Regulation (EU) 2018/1724, Art. 19, link repository)."""

from __future__ import annotations

from busdb.publication import Publication

IRRELEVANT = "0000000"
_FIRST = {"1": "A", "2": "J"}
"""The letters of Annex I begin at A for citizens and at J for businesses."""


def sdg(publication: Publication) -> tuple[tuple[str, str], ...]:
    """The elements ``meta`` of a service that concerns the gateway; nothing for any other."""
    codes = [policy(code) for code in publication.service.sdg_areas if code != IRRELEVANT]
    if not codes:
        return ()
    service = "procedure" if publication.service.sdg_annex2 else "information"
    return (
        ("sdg-tag", "sdg"),
        ("DC.ISO3166", "DE"),
        ("DC.Language", publication.language),
        ("DC.Service", service),
        *(("policy-code", code) for code in codes),
    )


def policy(code: str) -> str:
    """An area of information as the Annex names it: 2010100 of the code list sdginformationsbereich is J1."""
    letter = chr(ord(_FIRST[code[0]]) + int(code[1:3]) - 1)
    return f"{letter}{int(code[3:5]) or ''}"
