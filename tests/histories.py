"""The records of random histories: what one begins with, and how it may be edited. All are of one source."""

from __future__ import annotations

import datetime as dt

from builders import areas, authority, fee, rule, service
from hypothesis import strategies as st
from msgspec.structs import replace
from support import TODAY

from busdb.records import (
    AnyRecord,
    Area,
    AreaMember,
    Form,
    LifeEvent,
    LocalAddition,
    Name,
    Notice,
    Offer,
    OnlineService,
    Text,
)

PLACES = ("15", "15002", "15084", "150840355355", "150845051", "150845051245")
CUSTOM = "lsa.bezirk"
OFFICES = ("amt", "buero", "stelle")
SERVICES = ("eins", "zwei", "drei")


def start() -> dict[str, AnyRecord]:
    """The records that a history begins with, all of one source."""
    records: list[AnyRecord] = [
        *(replace(one, id=f"lsa.{one.id.partition('.')[2]}") for one in areas()),
        Area(id=CUSTOM, kind="custom", name="Bezirk", members=(AreaMember(area="150840355355", street="Am Markt"),)),
        LifeEvent(id="lsa.umzug", name="Umzug"),
        OnlineService(id="lsa.online", name="Antrag online"),
        Form(id="lsa.formular", name="Antrag"),
        *(
            service(value, f"Dienst {value}", ea=True, life_events=("lsa.umzug",), leika_keys=(f"9900800100{n}000",))
            for n, value in enumerate(SERVICES)
        ),
        *(authority(value, id=f"lsa.{value}", name=f"Amt {value}") for value in OFFICES),
        *(rule(f"regel-{value}", service=f"lsa.{value}") for value in SERVICES),
        *(fee(f"gebuehr-{value}", service=f"lsa.{value}") for value in SERVICES),
    ]
    return {record.id: record for record in records}


days = st.one_of(st.none(), st.integers(-3, 30).map(lambda many: TODAY + dt.timedelta(days=many)))
place = st.sampled_from(PLACES)
wide = st.one_of(place, st.just(CUSTOM))
words = st.sampled_from(["Rot", "Grün", "Blau"])
value = st.sampled_from(SERVICES)
office = st.sampled_from(OFFICES).map("lsa.{}".format)
span = st.tuples(days, days).map(
    lambda two: (
        {"valid_from": two[0], "valid_to": two[1]}
        if None in two or two[0] < two[1]  # type: ignore[operator]  # both are days
        else {"valid_from": two[0], "valid_to": None}
    )
)
target = st.one_of(
    st.fixed_dictionaries({"authority": office}),
    st.just({"online_service": "lsa.online"}),
    st.just({"form": "lsa.formular"}),
    st.fixed_dictionaries(
        {"executor": st.sampled_from(["local", "district", "state"]), "category": st.sampled_from(["Bürgerbüro", None])}
    ),
)
texts = words.map(lambda word: (Text(module="02", html=word), Text(module="03", html=f"{word} beantragen")))
services = st.builds(
    lambda value, texts, span, areas, **more: service(value, texts=texts, areas=areas, **span, **more),
    value, texts, span, st.sampled_from([("15",), ("15002",), ("150845051245",), ()]),
    ea=st.booleans(),
    leika_keys=st.sampled_from([("99008001000000",), ("99008001001000",), ("99008001001001",)]),
    publication_state=st.sampled_from(["published", "draft"]),
)  # fmt: skip
authorities = st.builds(
    lambda value, name, **more: authority(value, name, id=f"lsa.{value}", **more),
    st.sampled_from(OFFICES), words, area=st.one_of(st.none(), wide), parent=st.one_of(st.none(), office),
    categories=st.sampled_from([("Bürgerbüro",), ()]),
).filter(lambda office: office.parent != office.id)  # fmt: skip
rules = st.builds(
    lambda value, target, span, areas: rule(
        f"regel-{value}", **{"service": f"lsa.{value}", "executor": None, "category": None, **target, **span},
        areas=areas
    ),
    value, target, span, st.lists(wide, max_size=2, unique=True).map(tuple),
)  # fmt: skip
fees = st.builds(
    lambda value, area, amount, span: fee(f"gebuehr-{value}", amount, service=f"lsa.{value}", area=area, **span),
    value, st.one_of(st.none(), wide), st.sampled_from(["10.00", "20.00"]), span,
)  # fmt: skip
others = st.one_of(
    st.builds(
        lambda value, area, text, span: LocalAddition(
            id=f"lsa.zusatz-{value}", service=f"lsa.{value}", area=area, texts=(Text(module="06", html=text),), **span
        ),
        value, place, words, span,
    ),
    st.builds(
        lambda value, area, status, span: Offer(
            id=f"lsa.angebot-{value}", service=f"lsa.{value}", area=area, status=status, **span
        ),
        value, place, st.sampled_from(["offered", "not_offered"]), span,
    ),
    st.builds(
        lambda text, about, audience, span: Notice(id="lsa.hinweis", text=text, audience=audience, **about, **span),
        words,
        st.one_of(
            st.fixed_dictionaries({"area": place}),
            st.fixed_dictionaries({"authority": office}),
            st.fixed_dictionaries({"service": value.map("lsa.{}".format)}),
        ),
        st.sampled_from(["public", "115"]),
        span,
    ),
    st.builds(
        lambda name, member, span: Area(id=CUSTOM, kind="custom", name=name, members=(member,), **span),
        words,
        st.sampled_from([AreaMember(area="15002"), AreaMember(area="150845051"),
                         AreaMember(area="150840355355", street="Am Markt")]),
        span,
    ),
    st.builds(lambda name: Area(id="lsa.15084", ars="15084", kind="district", name=name, parent="15"), words),
    st.builds(lambda name: LifeEvent(id="lsa.umzug", name=name, names=(Name(language="en", text=name),)), words),
    st.builds(lambda name: OnlineService(id="lsa.online", name=name), words),
    st.builds(lambda name: Form(id="lsa.formular", name=name), words),
)  # fmt: skip
edits = st.lists(st.one_of(services, authorities, rules, fees, others), min_size=1, max_size=3)
