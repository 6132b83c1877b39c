"""Whole answers in random states, against a resolver that is slow, obvious, and shares nothing with the real one.

A state has a reform, an exclusion, criteria, priorities, level rules, custom areas, streets and a city state.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from obvious import AFTER, BEFORE, CODES, KINDS, PARENTS, PLACES, REFORM, STREET, Asked, Reference, State

from busdb.areas import Gazetteer
from busdb.criteria import Facts
from busdb.explanation import Speaker
from busdb.offices import Directory
from busdb.publication import Match, ResponsibilityAnswer, ServiceName
from busdb.records import Area, AreaMember, Authority, Criterion, Responsibility
from busdb.responsibility import Case, Tier, resolve


def overlay() -> st.SearchStrategy[list[Area]]:
    """Custom areas over the fixed tree: of whole areas and of parts of a street, some of them only for a time."""
    member = st.one_of(
        st.sampled_from(["15001", "150815051001", "15081", "15"]).map(lambda code: AreaMember(area=code)),
        st.builds(
            AreaMember,
            area=st.sampled_from(["15001", "150810030030"]),
            street=st.just(STREET),
            first=st.sampled_from([None, "3"]),
            parity=st.sampled_from([None, "odd", "even"]),
        ),
    )
    one = st.builds(
        lambda members, end: {"members": tuple(members), "valid_to": end},
        st.lists(member, min_size=1, max_size=2),
        st.sampled_from([None, None, REFORM]),
    )
    return st.lists(one, max_size=2).map(
        lambda found: [
            Area(id=f"d.bezirk{key}", kind="custom", name=f"Bezirk {key}", **fields) for key, fields in enumerate(found)
        ]
    )


def tree() -> list[Area]:
    """The fixed areas. On the day of the reform ``d.alt`` has become a part of ``150820001001``."""
    found = [Area(id="d.de", kind="country", name="Deutschland")]
    for code, parent in PARENTS.items():
        kind: Any = KINDS.get(code, "municipality")
        key: dict[str, Any] = {"id": f"d.{code}", "ars": code} if code.isdigit() else {"id": code}
        found.append(Area(**key, kind=kind, name=f"Ort {code}", parent=parent))
    found[-1] = replace(found[-1], name="Alt", successor="150820001001", valid_to=REFORM)
    return found


VALID = st.sampled_from([(None, None), (None, None), (None, REFORM), (REFORM, None)])
CRITERION = st.one_of(
    st.builds(Criterion, type=st.just("surname"), first=st.sampled_from("AGM"), last=st.sampled_from("FLZ")),
    st.builds(Criterion, type=st.just("street"), street=st.just(STREET), parity=st.sampled_from(["odd", "even"])),
    st.builds(Criterion, type=st.just("text"), text=st.sampled_from(["Fall 1", "Fall 2"])),
)


@st.composite
def states(draw: st.DrawFn) -> State:
    """A random state."""
    custom = draw(overlay())
    number = count()
    authorities: list[Authority] = []
    for code in draw(st.lists(st.sampled_from(CODES), min_size=3, max_size=9, unique=True)):
        root = Authority(id=f"s.rat-{code}", name=f"Rat {code}", area=code)
        offices = [
            Authority(
                id=f"s.amt{next(number)}",
                name=f"Amt {code}",
                area=code,
                parent=root.id,
                categories=("Amt",),
                valid_from=start,
                valid_to=end,
                site=draw(st.booleans()),
            )
            for start, end in draw(st.lists(VALID, max_size=2))
        ]
        authorities += [root, *offices]
    areas = [*CODES, *(area.id for area in custom for _ in range(4))]
    targets = [one.id for one in authorities]

    def rules(most: int) -> list[Responsibility]:
        return [_rule(draw, f"r{next(number)}", areas, targets) for _ in range(draw(st.integers(0, most)))]

    return State([*tree(), *custom], authorities, [rules(6), rules(2)], rules(1))


def _rule(draw: st.DrawFn, name: str, areas: list[str], targets: list[str]) -> Responsibility:
    if draw(st.booleans()):
        target: dict[str, Any] = {"authority": draw(st.sampled_from([*targets, "s.unbekannt"]))}
    else:
        levels = st.sampled_from(["local", "municipality", "district", "state", "country"])
        target = {"executor": draw(levels), "category": draw(st.sampled_from([None, "Amt"]))}
    start, end = draw(VALID)
    return Responsibility(
        id=f"s.{name}",
        service="s.dienst",
        areas=tuple(draw(st.lists(st.sampled_from(areas), max_size=2, unique=True))),
        excluded_areas=tuple(draw(st.lists(st.sampled_from(areas), max_size=1))),
        criteria=tuple(draw(st.lists(CRITERION, max_size=2))),
        priority=draw(st.integers(0, 1)),
        role=draw(st.sampled_from(["competent", "competent", "competent", "contact"])),
        valid_from=start,
        valid_to=end,
        **target,
    )


FACTS = st.builds(
    Facts,
    surname=st.sampled_from([None, "Adam", "Hölle", "von Stein"]),
    street=st.sampled_from([None, "Am Markt", "Am Markt 5", "Am Markt 4", "Ring 1"]),
    case=st.sampled_from([None, "Fall 1"]),
)


ASKED = st.builds(Asked, place=st.sampled_from(PLACES), on=st.sampled_from([BEFORE, REFORM, AFTER]), facts=FACTS)


def answer(state: State, asked: Asked) -> ResponsibilityAnswer:
    """What the software says."""
    gazetteer, offices = Gazetteer(state.areas), Directory(state.authorities, "de")
    service, other = ServiceName(id="s.dienst", name="Dienst"), ServiceName(id="s.anderer", name="Anderer")
    case = Case(service, gazetteer.one(asked.place, asked.on), asked.on, "de", asked.facts)
    tiers = [Tier("own", service, state.tiers[0]), Tier("lov", other, state.tiers[1])]
    result = resolve(case, tiers, gazetteer, offices, [Tier("own", other, state.children)])
    return Speaker(gazetteer, offices, lambda id_: f"Quelle von {id_}").answer(case, result)


def said(found: ResponsibilityAnswer) -> tuple[Any, ...]:
    """What of an answer is compared."""
    about = found.question.about if found.question else None
    return found.status, {match.authority.id for match in found.matches}, found.cause, about


@settings(max_examples=200, deadline=None)
@given(state=states(), asked=ASKED)
def test_the_answer_is_that_of_the_obvious_resolver(state: State, asked: Asked) -> None:
    assert said(answer(state, asked)) == Reference(state, asked).answer()


# Only states with an answer of their own rules are of use here, and chance may first make others
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(state=states(), asked=ASKED, more=states())
def test_a_less_specific_rule_never_changes_an_answered_question(state: State, asked: Asked, more: State) -> None:
    before = answer(state, asked)
    assume(before.status == "answered" and before.matches[0].explanation and before.matches[0].explanation.via == "own")
    reference = Reference(state, asked)
    reached = [reference.nearness(one) for one in state.tiers[0] if one.role == "competent"]
    nearest = min(near[1] for near in reached if near and near[0])
    names = count()
    wider = [
        replace(one, id=f"s.weit{next(names)}")
        for one in more.tiers[0]
        if (near := reference.nearness(one)) is None or near[1] > nearest
    ]
    after = answer(state._replace(tiers=[[*wider, *state.tiers[0]], state.tiers[1]]), asked)
    assert said(after) == said(before)


def derived(match: Match, state: State, asked: Asked) -> set[str]:
    """The authorities that follow from an explanation alone, after its claims were checked."""
    reference, reason = Reference(state, asked), match.explanation
    assert reason is not None
    rules = {one.id: one for tier in state.tiers for one in tier}
    rule = rules[reason.rule]
    assert reference.nearness(rule)
    assert reference.verdict(rule) is not False
    assert (reason.executor, reason.category, reason.since) == (rule.executor, rule.category, rule.valid_from)
    assert bool(reason.open) == (reference.verdict(rule) is None or not (reference.nearness(rule) or (0,))[0])
    assert reason.via == ("own" if rule in state.tiers[0] else "lov")
    assert len(reason.criteria) == len(rule.criteria)
    mine = strength(reference, rule)
    for one in reason.beats:
        other = strength(reference, rules[one.rule])
        assert mine < other
        differs = next(key for key, (own, its) in enumerate(zip(mine, other, strict=True)) if own != its)
        assert one.because == ("nearer", "explicit", "priority")[differs]
    assert reason.rule in match.reason
    assert match.reason.endswith(".")
    assert "{" not in match.reason
    return {one.id for one in reference.offices(rule)}


def strength(reference: Reference, rule: Responsibility) -> tuple[int, bool, int]:
    """How strong a rule is at the place; the smaller, the stronger."""
    near = reference.nearness(rule)
    assert near is not None
    return near[1], rule.executor is not None, -rule.priority


@settings(max_examples=60, deadline=None)
@given(state=states(), asked=ASKED)
def test_every_explanation_leads_to_its_answer_again(state: State, asked: Asked) -> None:
    found = answer(state, asked)
    follows = [derived(match, state, asked) for match in found.matches]
    assert set().union(*follows) == {match.authority.id for match in found.matches}
    assert all(match.authority.id in ids for match, ids in zip(found.matches, follows, strict=True))
    assert bool(found.advice) == (found.status == "none")
    assert bool(found.question) == (found.status == "question")
