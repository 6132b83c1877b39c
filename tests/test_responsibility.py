"""Who is responsible: the resolver against a slow and obvious one, and the rules one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from busdb.areas import Gazetteer
from busdb.criteria import Facts, met
from busdb.offices import Directory
from busdb.publication import ServiceName
from busdb.records import Address, Area, AreaMember, Authority, Criterion, Responsibility
from busdb.responsibility import Case, Result, Tier, decide, resolve
from busdb.validity import valid

TODAY = dt.date(2026, 11, 23)
SERVICE = ServiceName(id="s.dienst", name="Dienst")
AREAS = [
    Area(id="d.de", kind="country", name="Deutschland"),
    Area(id="d.15", ars="15", kind="state", name="Land"),
    Area(id="d.11", ars="11", kind="city_state", name="Stadtstaat"),
    Area(id="d.15001", ars="15001", kind="city", name="Stadt", parent="15"),
    Area(id="d.15081", ars="15081", kind="district", name="Kreis", parent="15"),
    Area(id="d.g", ars="150810030030", kind="municipality", name="Einheitsgemeinde", parent="15081"),
    Area(id="d.vg", ars="150815051", kind="association", name="Verband", parent="15081"),
    Area(id="d.m1", ars="150815051001", kind="municipality", name="Mitglied", parent="150815051"),
    Area(id="d.m2", ars="150815051002", kind="municipality", name="Nachbar", parent="150815051"),
    Area(id="d.ot", kind="locality", name="Ortsteil", parent="150815051001"),
    Area(
        id="d.alt",
        kind="municipality",
        name="Alt",
        parent="15081",
        successor="150810030030",
        valid_to=dt.date(2010, 1, 1),
    ),
    Area(
        id="d.bezirk", kind="custom", name="Bezirk", members=(AreaMember(area="15001"), AreaMember(area="150815051002"))
    ),
    Area(
        id="d.strassen",
        kind="custom",
        name="Straßen",
        members=(AreaMember(area="15001", street="Am Markt", first="1", last="9", parity="odd"),),
    ),
]
GAZETTEER = Gazetteer(AREAS)
CODES = ["DE", "15", "11", "15001", "15081", "150810030030", "150815051", "150815051001"]
CODES += ["d.ot", "d.bezirk", "d.strassen"]
PLACES = ["11", "15001", "150810030030", "150815051001", "150815051002", "d.ot"]
BODIES = ["DE", "15", "11", "15001", "15081", "150810030030", "150815051", "150815051001"]
AUTHORITIES = [
    *(Authority(id=f"s.amt-{code}", name=f"Amt {code}", area=code, categories=("Amt",)) for code in BODIES),
    Authority(id="s.weg", name="Weg", area="15", valid_to=dt.date(2020, 1, 1)),
]
OFFICES = Directory(AUTHORITIES, "de")


def rule(value: str = "r", **fields: Any) -> Responsibility:
    """A rule of the service; without a target, of the state's office."""
    if not {"authority", "executor"} & fields.keys():
        fields["authority"] = "s.amt-15"
    return Responsibility(**{"id": f"s.{value}", "service": "s.dienst", **fields})


def ask(place: str, rules: Sequence[Responsibility], facts: Facts = Facts(), on: dt.date = TODAY) -> Result:  # noqa: B008  frozen
    """The answer for a place by the service's own rules."""
    case = Case(SERVICE, GAZETTEER.place(place), on, "de", facts)
    return resolve(case, [Tier("own", SERVICE, rules)], GAZETTEER, OFFICES)


def names(result: Result) -> list[str]:
    """The authorities of an answer."""
    return [one.authority.id.removeprefix("s.amt-") for one in result.candidates]


def test_the_nearest_area_wins() -> None:
    rules = [rule("land", areas=("15",)), rule("kreis", areas=("15081",), authority="s.amt-15081")]
    assert names(ask("150815051001", rules)) == ["15081"]
    assert names(ask("15001", rules)) == ["15"]


def test_an_explicit_assignment_beats_a_level_rule_of_the_same_area() -> None:
    rules = [rule("stufe", areas=("15",), executor="local"), rule("stelle", areas=("15",))]
    assert names(ask("150815051001", rules)) == ["15"]


def test_the_association_acts_for_its_member_and_a_municipality_for_itself() -> None:
    rules = [rule(areas=("15",), executor="local")]
    assert names(ask("150815051001", rules)) == ["150815051"]
    assert names(ask("d.ot", rules)) == ["150815051"]
    assert names(ask("150810030030", rules)) == ["150810030030"]
    assert names(ask("15001", rules)) == ["15001"]


def test_priority_decides_between_equals_and_without_it_they_contradict_each_other() -> None:
    equal = [rule("a", areas=("15081",), authority="s.amt-15081"), rule("b", areas=("15081",), authority="s.amt-15")]
    assert ask("150810030030", equal).status == "ambiguous"
    decided = [equal[0], rule("b", areas=("15081",), authority="s.amt-15", priority=1)]
    assert names(ask("150810030030", decided)) == ["15"]


def test_a_district_without_a_certain_town() -> None:
    rules = [rule(areas=("15081",), excluded_areas=("150815051",), authority="s.amt-15081")]
    assert ask("150810030030", rules).status == "answered"
    assert ask("150815051001", rules).status == "none"


SPLIT = [
    rule("a", areas=("15001",), authority="s.amt-15001", criteria=(Criterion(type="surname", first="A", last="K"),)),
    rule("b", areas=("15001",), authority="s.amt-15081", criteria=(Criterion(type="surname", first="M", last="Z"),)),
]


def test_a_split_by_surname_asks_until_it_is_told() -> None:
    asked = ask("15001", SPLIT)
    assert (asked.status, asked.question and asked.question.type) == ("question", "surname")
    assert names(ask("15001", SPLIT, Facts(surname="Ärmel"))) == ["15001"]
    assert names(ask("15001", SPLIT, Facts(surname="Zander"))) == ["15081"]


def test_a_gap_between_criteria_is_no_reason_to_climb() -> None:
    result = ask("15001", [*SPLIT, rule("land", areas=("15",))], Facts(surname="Lange"))
    assert (result.status, result.cause) == ("none", "criterion")


def test_an_open_criterion_asks_even_where_the_rest_has_a_rule() -> None:
    rest = rule("rest", areas=("15001",), authority="s.amt-15")
    special = rule("x", areas=("15001",), authority="s.amt-15001", priority=1, criteria=SPLIT[0].criteria)
    assert ask("15001", [rest, special]).status == "question"
    assert names(ask("15001", [rest, special], Facts(surname="Adam"))) == ["15001"]
    assert names(ask("15001", [rest, special], Facts(surname="Zorn"))) == ["15"]


def test_one_condition_in_words_is_shown_and_not_asked() -> None:
    only = rule(areas=("15",), criteria=(Criterion(type="text", text="nur mit Wohnsitz im Inland"),))
    assert ask("15001", [only]).status == "answered"


def test_a_district_of_streets_is_asked_for_and_found() -> None:
    rules = [
        rule("stadt", areas=("15001",), authority="s.amt-15001"),
        rule("markt", areas=("d.strassen",), authority="s.amt-15"),
    ]
    assert ask("15001", rules).status == "question"
    assert names(ask("15001", rules, Facts(street="Am Markt 5"))) == ["15"]
    assert names(ask("15001", rules, Facts(street="Am Markt 4"))) == ["15001"]
    assert names(ask("15001", rules, Facts(street="Ring 5"))) == ["15001"]


def test_a_district_of_streets_that_has_ended_asks_for_no_street() -> None:
    ended = [replace(area, valid_to=TODAY) if area.id == "d.strassen" else area for area in AREAS]
    rules = [
        rule("stadt", areas=("15001",), authority="s.amt-15001"),
        rule("markt", areas=("d.strassen",), authority="s.amt-15"),
    ]
    gazetteer = Gazetteer(ended)
    for facts in (Facts(), Facts(street="Am Markt 5")):
        case = Case(SERVICE, gazetteer.place("15001"), TODAY, "de", facts)
        result = resolve(case, [Tier("own", SERVICE, rules)], gazetteer, OFFICES)
        assert (result.status, names(result)) == ("answered", ["15001"])


def test_an_authority_that_is_gone_is_a_finding_and_no_reason_to_climb() -> None:
    result = ask("15001", [rule("weg", areas=("15001",), authority="s.weg"), rule("land", areas=("15",))])
    assert (result.status, result.cause) == ("none", "target")


def test_two_districts_of_one_place_are_equally_near() -> None:
    other = Area(id="d.zweiter", kind="custom", name="Zweiter", members=(AreaMember(area="15001"),))
    rules = [
        rule("a", areas=("d.bezirk",), authority="s.amt-15001"),
        rule("b", areas=("d.zweiter",), authority="s.amt-15081"),
    ]
    gazetteer = Gazetteer([*AREAS, other])
    case = Case(SERVICE, gazetteer.place("15001"), TODAY, "de")
    assert resolve(case, [Tier("own", SERVICE, rules)], gazetteer, OFFICES).status == "ambiguous"


def test_of_several_offices_the_nearest_comes_first_then_the_main_one_then_the_order_of_the_body() -> None:
    def office(name: str, town: str, code: str, locality: str | None = None, **fields: Any) -> Authority:
        address = Address(city=town, postal_code=code, locality=locality)
        return Authority(id=f"s.{name}", name=name, area="15001", categories=("Büro",), addresses=(address,), **fields)

    offices = Directory(
        [
            office("aussen", "Stadt", "06100", "Süd", site=True),
            office("haupt", "Stadt", "06108", position=2),
            office("erstes", "Stadt", "06108", position=1),
            office("nachbar", "Anderswo", "06100", position=0),
            office("fern", "Anderswo", "06999"),
        ],
        "de",
    )
    part = Area(id="d.sued", kind="locality", name="Süd", parent="15001", postal_codes=("06100",))
    gazetteer = Gazetteer([*AREAS, part])

    def order(place: str) -> list[str]:
        case = Case(SERVICE, gazetteer.place(place), TODAY, "de")
        tier = Tier("own", SERVICE, [rule(areas=("15",), executor="local", category="Büro")])
        return [one.authority.name for one in resolve(case, [tier], gazetteer, offices).candidates]

    assert order("15001") == ["erstes", "haupt", "aussen", "fern", "nachbar"]
    assert order("d.sued") == ["aussen", "nachbar", "fern", "erstes", "haupt"]


def test_details_are_asked_for_and_the_action_stands_in() -> None:
    own: list[Responsibility] = []
    case = Case(SERVICE, GAZETTEER.place("15001"), TODAY, "de")
    other = ServiceName(id="s.anderer", name="Anderer")
    rules = [rule(areas=("15",))]
    asked = resolve(case, [Tier("own", SERVICE, own)], GAZETTEER, OFFICES, [Tier("own", other, rules)])
    assert (asked.status, asked.children) == ("question", (other,))
    above = resolve(case, [Tier("own", SERVICE, own), Tier("lov", other, rules)], GAZETTEER, OFFICES)
    assert (above.status, above.tier and above.tier.via) == ("answered", "lov")


PARENTS = {
    "d.ot": "150815051001",
    "150815051001": "150815051",
    "150815051002": "150815051",
    "150815051": "15081",
    "150810030030": "15081",
    "15081": "15",
    "15001": "15",
    "15": "DE",
    "11": "DE",
}


def areas_of(place: str, street: str) -> list[str]:
    """The reference: every area that holds the address, the nearest first."""
    found = []
    code: str | None = place
    while code:
        if code == "15001" and street == "Am Markt 5":
            found.append("d.strassen")
        found.append(code)
        if code in {"15001", "150815051002"}:
            found.append("d.bezirk")
        code = PARENTS.get(code)
    return found


def reference(place: str, rules: Sequence[Responsibility], facts: Facts) -> tuple[set[str], set[str], bool]:
    """The slow and obvious resolver: rules that hold, that may hold, and whether there is a gap."""
    nearness = areas_of(place, facts.street or "")
    standing = [one for one in rules if valid(one, TODAY) and not set(one.excluded_areas) & set(nearness)]
    for area in nearness:
        here = [
            one for one in standing if next((code for code in nearness if code in (one.areas or ("DE",))), None) == area
        ]
        if not here:
            continue
        holding: set[str] = set()
        maybe: set[str] = set()
        for level, priority in ((False, 1), (False, 0), (True, 1), (True, 0)):
            for one in here:
                if (one.executor is not None, one.priority) == (level, priority):
                    verdicts = {met(criterion, facts) for criterion in one.criteria}
                    if None in verdicts and False not in verdicts:
                        maybe.add(one.id)
                    elif False not in verdicts:
                        holding.add(one.id)
            if holding:
                break
        return holding, maybe, not holding and not maybe
    return set(), set(), False


CRITERIA = st.lists(
    st.one_of(
        st.builds(Criterion, type=st.just("surname"), first=st.sampled_from("AGM"), last=st.sampled_from("FLZ")),
        st.builds(Criterion, type=st.just("branch"), text=st.sampled_from(["Handwerk", "Handel"])),
    ),
    max_size=1,
).map(tuple)
DAYS = st.sampled_from([None, dt.date(2020, 1, 1), dt.date(2030, 1, 1)])


@st.composite
def rules_(draw: st.DrawFn) -> list[Responsibility]:
    """Random rules of one service."""
    found = []
    for number in range(draw(st.integers(1, 7))):
        target: dict[str, Any] = draw(
            st.one_of(
                st.sampled_from([f"s.amt-{code}" for code in BODIES]).map(lambda id_: {"authority": id_}),
                st.sampled_from(["local", "district", "state"]).map(lambda level: {"executor": level}),
            )
        )
        found.append(
            rule(
                f"r{number}",
                areas=tuple(draw(st.lists(st.sampled_from(CODES), max_size=2, unique=True))),
                excluded_areas=tuple(draw(st.lists(st.sampled_from(CODES[3:]), max_size=1))),
                criteria=draw(CRITERIA),
                priority=draw(st.integers(0, 1)),
                valid_from=draw(DAYS),
                **target,
            )
        )
    return found


FACTS = st.builds(
    Facts,
    surname=st.sampled_from([None, "Adam", "Hölle", "Öztürk"]),
    street=st.sampled_from(["Am Markt 5", "Am Markt 4", "Ring 1"]),
    branch=st.sampled_from([None, "Handel"]),
)


@settings(max_examples=400, deadline=None)
@given(place=st.sampled_from(PLACES), rules=rules_(), facts=FACTS)
def test_it_decides_as_the_obvious_resolver_does(place: str, rules: list[Responsibility], facts: Facts) -> None:
    decision = decide(rules, GAZETTEER.ground(place, TODAY, facts.street), TODAY, facts)
    holding, maybe, gap = reference(place, rules, facts)
    assert {one.rule.id for one in decision.settled} == holding
    assert {one.rule.id for one in decision.possible} == maybe
    assert decision.gap == gap


@settings(max_examples=200, deadline=None)
@given(place=st.sampled_from(PLACES), rules=rules_(), facts=FACTS, more=rules_())
def test_a_less_specific_rule_never_changes_an_answer(
    place: str, rules: list[Responsibility], facts: Facts, more: list[Responsibility]
) -> None:
    before = ask(place, rules, facts)
    if before.status != "answered":
        return
    rank = max(one.standing.ground.rank for one in before.candidates)
    grounds = GAZETTEER.ground(place, TODAY, facts.street)
    wider = [
        one for one in more if all(code not in grounds or grounds[code].rank > rank for code in one.areas or ("DE",))
    ]
    renamed = [rule(f"x{number}", **{n: getattr(one, n) for n in FIELDS}) for number, one in enumerate(wider)]
    after = ask(place, [*rules, *renamed], facts)
    assert (after.status, names(after)) == (before.status, names(before))


FIELDS = ("areas", "excluded_areas", "criteria", "priority", "valid_from", "authority", "executor")


@settings(max_examples=200, deadline=None)
@given(place=st.sampled_from(PLACES), rules=rules_(), facts=FACTS)
def test_the_order_of_rules_is_irrelevant(place: str, rules: list[Responsibility], facts: Facts) -> None:
    forwards, backwards = ask(place, rules, facts), ask(place, rules[::-1], facts)
    assert (forwards.status, names(forwards)) == (backwards.status, names(backwards))


@pytest.mark.parametrize("place", PLACES)
def test_a_past_rule_does_not_count(place: str) -> None:
    assert ask(place, [rule(areas=("DE",), valid_to=TODAY)]).status == "none"
    assert ask(place, [rule(areas=("DE",), valid_to=TODAY + dt.timedelta(1))]).status == "answered"
