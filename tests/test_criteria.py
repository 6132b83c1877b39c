"""What decides besides the place: surnames in German order, streets with their numbers, branches, cases."""

from __future__ import annotations

import pytest

from busdb.criteria import Facts, met, words
from busdb.records import Criterion


@pytest.mark.parametrize(
    ("first", "last", "surname", "verdict"),
    [
        ("A", "K", "Kaiser", True),
        ("A", "K", "Kyrill", True),
        ("A", "K", "Lange", False),
        ("L", "Z", "Öztürk", True),
        ("O", "O", "Özdemir", True),
        ("P", "Z", "Özdemir", False),
        ("A", "Sch", "Schmidt", True),
        ("A", "Sch", "Seidel", False),
        ("Sd", "Z", "Schmidt", False),
        ("S", "St", "Straße", True),
        (None, "K", "Ärmel", True),
        ("L", None, "Zyx", True),
        ("M", "Z", "müller", True),
        ("A", "K", "von Arnim", True),
        ("L", "Z", "von der Leyen", True),
        ("A", "K", "van den Berg", True),
        ("L", "Z", "Freiherr von und zu Stein", True),
        ("A", "K", "de la Cruz", True),
        ("A", "K", "Graf", True),
        ("L", "Z", "Van", True),
        ("L", "Z", "Von-Rosen", True),
        ("L", "Z", "Straßer", True),
        ("A", "St", "Sträter", True),
        ("A", "Sch", "Schröder-von Arnim", True),
        ("A", "K", "…", None),
        ("A", "K", "123", None),
        ("A", "K", "\x00", None),
    ],
)
def test_a_range_of_surnames_includes_both_ends_in_german_order(
    first: str | None, last: str | None, surname: str, verdict: bool | None
) -> None:
    criterion = Criterion(type="surname", first=first, last=last)
    assert met(criterion, Facts(surname=surname)) is verdict


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("Am Markt 5", True),
        ("am markt 5a", True),
        ("Am Markt 9", True),
        ("Am Markt Nr. 9", True),
        ("Am Markt 5, 06618 Naumburg (Saale)", True),
        ("Am Markt, Naumburg", None),
        ("Am Markt 9 b", True),
        ("Am Markt 11", False),
        ("Am Markt 1", False),
        ("Am Markt 6", False),
        ("Am Marktplatz 5", False),
        ("Am Markt", None),
        (None, None),
    ],
)
def test_a_part_of_a_street_knows_its_numbers(said: str | None, verdict: bool | None) -> None:
    criterion = Criterion(type="street", street="Am Markt", first="3", last="9", parity="odd")
    assert met(criterion, Facts(street=said)) is verdict


@pytest.mark.parametrize("said", ["Bahnhofstraße 7", "Bahnhofstr. 7", "bahnhofstrasse", "BAHNHOFSTR 7"])
def test_a_street_is_one_street_however_it_is_written(said: str) -> None:
    assert met(Criterion(type="street", street="Bahnhofstraße"), Facts(street=said))


def test_words_are_met_by_the_same_words_and_open_without_any() -> None:
    case = Criterion(type="text", text="Abhandengekommen im Ausland")
    branch = Criterion(type="branch", text="Handwerk")
    assert met(case, Facts()) is None
    assert met(case, Facts(case="abhandengekommen im ausland"))
    assert met(branch, Facts(branch="Handel")) is False
    assert [words(one, "de") for one in (case, branch)] == ["Abhandengekommen im Ausland", "Handwerk"]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({}, "Am Markt"),
        ({"first": "1", "last": "9", "parity": "odd"}, "Am Markt 1 bis 9, ungerade"),
        ({"parity": "even"}, "Am Markt gerade"),
        ({"first": "10"}, "Am Markt ab 10"),
        ({"last": "8a"}, "Am Markt bis 8a"),
    ],
)
def test_parts_of_streets_read_so_that_one_can_choose(numbers: dict[str, str], said: str) -> None:
    assert words(Criterion(type="street", street="Am Markt", **numbers), "de") == said  # type: ignore[arg-type]
