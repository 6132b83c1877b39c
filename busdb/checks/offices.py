"""Whether offices can be reached: by phone, on foot, when they are open, and under one entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import phonenumbers
from phonenumbers import shortnumberinfo
from rapidfuzz import fuzz

from busdb.checks.base import Hit, rule
from busdb.checks.known import Known
from busdb.completeness import REACHABLE
from busdb.records import Authority, OnlineService, Service
from busdb.textfold import fold
from busdb.validity import valid

SAME_NAME = 90
"""From which likeness of their names (0 to 100) on two offices of one address and phone count as one."""
CALLED = ("phone", "mobile", "fax")
"""The channels whose values are dialled."""


@rule("Q03", "muss", Authority)
def unreachable(record: Authority, _known: Known) -> Iterator[Hit]:
    """An authority without public phone and without public e-mail."""
    if not any(one.channel in REACHABLE and one.visibility == "public" for one in record.contacts):
        yield Hit("$.contacts")


@rule("Q04", "muss", Authority)
def no_address(record: Authority, _known: Known) -> Iterator[Hit]:
    """An authority without an address of street (or post office box), postal code and city."""
    if not any((one.street or one.po_box) and one.postal_code and one.city for one in record.addresses):
        yield Hit("$.addresses")


@rule("Q22", "soll", Authority)
def no_hours(record: Authority, _known: Known) -> Iterator[Hit]:
    """An authority without opening hours, or with hours only in words, which do not tell whether it is open."""
    if not record.hours:
        yield Hit("$.hours", {"reason": "@quality.hours_missing"})
    elif not any(one.osm for one in record.hours):
        yield Hit("$.hours", {"reason": "@quality.hours_words"})


def can_be_dialled(number: str) -> bool:
    """Whether a number as written can be called; without the code of a country it is one of Germany."""
    try:
        found = phonenumbers.parse(number.replace("(0)", ""), "DE")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(found) or shortnumberinfo.is_valid_short_number_for_region(found, "DE")


@rule("Q32", "soll", Authority, Service, OnlineService)
def wrong_phone(record: Authority | Service | OnlineService, _known: Known) -> Iterator[Hit]:
    """A phone, mobile or fax number that cannot be dialled."""
    for path, number in _numbers(record):
        if not can_be_dialled(number):
            yield Hit(path, {"phone": number})


def _numbers(record: Authority | Service | OnlineService) -> Iterator[tuple[str, str]]:
    if isinstance(record, Authority):
        for position, contact in enumerate(record.contacts):
            if contact.channel in CALLED:
                yield f"$.contacts[{position}].value", contact.value
        for position, person in enumerate(record.persons):
            if person.phone:
                yield f"$.persons[{position}].phone", person.phone
        for position, internal in enumerate(record.internal115):
            if internal.second_level_phone:
                yield f"$.internal115[{position}].second_level_phone", internal.second_level_phone
    for position, body in enumerate(getattr(record, "support_bodies", ())):
        if body.phone:
            yield f"$.support_bodies[{position}].phone", body.phone


@rule("Q33", "soll")
def twice(known: Known) -> Iterator[Hit]:
    """Two authorities of one address, one phone and nearly one name. A site beside its parent is no second entry."""
    groups: dict[tuple[str, ...], list[Authority]] = defaultdict(list)
    for one in sorted(known.authorities.values(), key=lambda one: one.id):
        if valid(one, known.on):
            for key in _keys(one):
                groups[key].append(one)
    names = {one.id: fold(one.name) for some in groups.values() if len(some) > 1 for one in some}
    seen: set[tuple[str, str]] = set()
    for some in groups.values():
        for position, first in enumerate(some):
            for second in some[position + 1 :]:
                alike = fuzz.ratio(names[first.id], names[second.id], score_cutoff=SAME_NAME)
                if alike and not _related(first, second) and (first.id, second.id) not in seen:
                    seen.add((first.id, second.id))
                    yield Hit(None, {"other": f"{first.name} ({first.id})"}, second)


def _keys(record: Authority) -> set[tuple[str, ...]]:
    """Address and phone in one spelling, each with each."""
    phones = {"".join(filter(str.isdigit, one.value))[-9:] for one in record.contacts if one.channel == "phone"}
    addresses = {
        (fold(one.street or ""), fold(one.house_number or ""), one.postal_code or "")
        for one in record.addresses
        if one.street and one.type == "visit"
    }
    return {(*address, phone) for address in addresses for phone in phones if phone}


def _related(first: Authority, second: Authority) -> bool:
    return first.site or second.site or second.parent == first.id or first.parent == second.id
