"""Editorial rules over publications: each a small function with a stable code; docs/formats/findings.md lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from busdb import i18n
from busdb.publication import Finding, Publication

Rule = Callable[[Publication], bool]

RULES: dict[str, tuple[Literal["muss", "soll"], Rule]] = {}


def _rule(code: str, severity: Literal["muss", "soll"]) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        RULES[code] = (severity, rule)
        return rule

    return register


@_rule("no_authority", "muss")
def _no_authority(publication: Publication) -> bool:
    answer = publication.responsibility
    return answer is not None and answer.status == "none" and publication.offer.status in {"offered", "unknown"}


@_rule("ambiguous_authority", "muss")
def _ambiguous(publication: Publication) -> bool:
    return publication.responsibility is not None and publication.responsibility.status == "ambiguous"


@_rule("unreachable_authority", "muss")
def _unreachable(publication: Publication) -> bool:
    matches = publication.responsibility.matches if publication.responsibility else ()
    reachable = {"phone", "mobile", "email"}
    return any(not reachable & {one.channel for one in match.authority.contacts} for match in matches)


@_rule("no_description", "muss")
def _no_description(publication: Publication) -> bool:
    return not any(part.module in {"05", "06"} for part in publication.parts)


@_rule("fee_without_basis", "muss")
def _fee_without_basis(publication: Publication) -> bool:
    return any(fee.kind != "free" and not fee.legal_basis for fee in publication.fees)


@_rule("fee_overrides_higher", "muss")
def _fee_overrides(publication: Publication) -> bool:
    return bool(publication.refused_fees)


@_rule("criteria_gap", "muss")
def _criteria_gap(publication: Publication) -> bool:
    return publication.responsibility is not None and publication.responsibility.cause == "criterion"


@_rule("authority_gone", "muss")
def _authority_gone(publication: Publication) -> bool:
    return publication.responsibility is not None and publication.responsibility.cause == "target"


@_rule("no_fee_stated", "soll")
def _no_fee_stated(publication: Publication) -> bool:
    return not publication.fees and not any(part.module == "98" for part in publication.parts)


@_rule("no_remedy", "soll")
def _no_remedy(publication: Publication) -> bool:
    return not publication.remedies and not any(part.module == "25" for part in publication.parts)


@_rule("no_hours", "soll")
def _no_hours(publication: Publication) -> bool:
    matches = publication.responsibility.matches if publication.responsibility else ()
    return any(not match.authority.hours for match in matches)


@_rule("unverified", "soll")
def _unverified(publication: Publication) -> bool:
    return bool(publication.service.unverified)


def findings(publication: Publication, language: str) -> Iterator[Finding]:
    """What is wrong with a publication, with sentences in ``language``."""
    for code, (severity, rule) in RULES.items():
        if rule(publication):
            text = i18n.message(f"quality.{code}", {"name": publication.name}, language)
            yield Finding(code=code, severity=severity, text=text)
