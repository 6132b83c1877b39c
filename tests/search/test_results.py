"""What results say beside names: place, day, offers, families, facets, fragments and corrections."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from builders import areas, authority, rule, service
from support import TODAY
from test_store import put

from busdb.db import Database
from busdb.publication import Hit, Place, SearchAnswer
from busdb.records import AnyRecord, LifeEvent, Name, Offer, OnlineService, Synonym, Text
from busdb.search.desk import Desk
from busdb.search.results import Narrowing
from busdb.settings import Settings

Build = Callable[..., Desk]
LOCAL = {"areas": ("150020000000",), "layer": "municipality", "leika_keys": ("99102013000000",)}


@pytest.fixture
def build(database: Database, settings: Settings) -> Build:
    """Makes a desk over some records and the usual areas."""

    def made(*records: AnyRecord) -> Desk:
        put(database, [*areas(), *records])
        desk = Desk(settings, database)
        desk.rebuild()
        return desk

    return made


def at(desk: Desk, name: str) -> Place:
    """A place by its name."""
    return desk.gazetteer.one(name)


def ids(answer: SearchAnswer) -> list[str]:
    """The ids of the hits."""
    return [hit.id for hit in answer.results]


def marked(hit: Hit, field: str) -> list[str]:
    """The words of a field that are highlighted."""
    return [one.text[span.start : span.end] for one in hit.highlights if one.field == field for span in one.spans]


def test_what_applies_at_the_place_comes_first_and_the_rest_is_marked(build: Build) -> None:
    elsewhere = service("halle", "Hundesteuer", areas=("15002",))
    here = service("burg", "Hundesteuer bei Ermäßigung anmelden", areas=("15084",))
    desk = build(elsewhere, here)
    found = desk.search("hundesteuer", at(desk, "Naumburg"))
    assert [(hit.id, hit.applies) for hit in found.results] == [("lsa.burg", True), ("lsa.halle", False)]
    assert ids(desk.search("hundesteuer")) == ["lsa.halle", "lsa.burg"]


def test_the_one_that_applies_is_found_among_hundreds_that_do_not(build: Build) -> None:
    others = [service(f"s{number}", "Hundesteuer", areas=("15002",)) for number in range(300)]
    desk = build(*others, service("zzz", "Hundesteuer", areas=("15084",)))
    found = desk.search("hundesteuer", at(desk, "Naumburg"))
    assert (found.results[0].id, found.total) == ("lsa.zzz", 301)
    pages = [desk.search("hundesteuer", at(desk, "Naumburg"), limit=50, offset=start) for start in range(0, 301, 50)]
    assert len({id_ for page in pages for id_ in ids(page)}) == 301


def test_at_a_place_the_most_specific_of_a_family_stands_for_it(build: Build) -> None:
    land = service("land", "Hundesteuer", leika_keys=("99102013000000",))
    desk = build(land, service("halle", "Hundesteuer in Halle", **LOCAL | {"areas": ("15002",)}))
    assert ids(desk.search("hundesteuer", at(desk, "Halle"))) == ["lsa.halle"]
    assert desk.search("hundesteuer", at(desk, "Halle")).total == 1
    assert ids(desk.search("hundesteuer", at(desk, "Naumburg"))) == ["lsa.land", "lsa.halle"]


def test_what_derives_from_a_service_stands_for_it_at_its_place(build: Build) -> None:
    own = service("eigen", "Hund anmelden", areas=("15084",), layer="district", derived_from="lsa.stamm")
    desk = build(service("stamm", "Hund anmelden"), own)
    assert ids(desk.search("hund", at(desk, "Naumburg"))) == ["lsa.eigen"]


def test_a_service_that_is_not_offered_comes_last_with_the_reason(build: Build) -> None:
    absent = Offer(id="lsa.o1", service="lsa.bad", area="15084", status="not_offered", reason="Kein Freibad.")
    offered = Offer(id="lsa.o2", service="lsa.bad", area="150845051245", status="offered")
    desk = build(service("bad", "Freibad"), service("halle", "Freibad und Hallenbad"), absent, offered)
    last = desk.search("freibad", at(desk, "Naumburg")).results[-1]
    assert (last.id, last.applies, last.offer, last.reason) == ("lsa.bad", False, "not_offered", "Kein Freibad.")
    first = desk.search("freibad", at(desk, "Karsdorf")).results[0]
    assert (first.id, first.applies, first.offer) == ("lsa.bad", True, None)


def test_a_service_is_found_on_the_days_on_which_it_is_valid(build: Build) -> None:
    day = dt.timedelta(days=1)
    desk = build(service("neu", "Umweltprämie", valid_from=TODAY + day, valid_to=TODAY + 3 * day))
    found = [desk.search("umweltprämie", on=TODAY + number * day).total for number in range(5)]
    assert found == [0, 1, 1, 0, 0]


def test_results_are_counted_and_narrowed(build: Build) -> None:
    event = LifeEvent(id="lsa.Umzug 1", name="Umzug", names=(Name(language="en", text="Moving"),))
    one = service("eins", "Wohnsitz anmelden", life_events=(event.id,), audiences=("citizen",))
    two = service("zwei", "Wohnsitz abmelden", audiences=("citizen", "business"))
    online = OnlineService(id="lsa.dienst", name="Wohnsitz online")
    desk = build(event, one, two, online, rule("r1", service="lsa.zwei", online_service="lsa.dienst"))
    facets = desk.search("wohnsitz", facets=True, language="en").facets
    assert facets is not None
    assert [(facet.value, facet.label, facet.count) for facet in facets.life_events] == [("lsa.Umzug 1", "Moving", 1)]
    assert [(facet.value, facet.count) for facet in facets.audiences] == [("citizen", 2), ("business", 1)]
    assert facets.online == 1
    assert ids(desk.search("wohnsitz", only=Narrowing(life_event=event.id))) == ["lsa.eins"]
    assert ids(desk.search("wohnsitz", only=Narrowing(audience="business"))) == ["lsa.zwei"]
    assert ids(desk.search("wohnsitz", only=Narrowing(online=True))) == ["lsa.zwei"]
    assert desk.search("wohnsitz").facets is None


def test_a_service_that_goes_online_or_leaves_it_is_indexed_anew(build: Build, database: Database) -> None:
    desk = build(service("eins", "Wohnsitz"), OnlineService(id="lsa.dienst", name="Dienst"), authority())
    for target, count in (("lsa.dienst", 1), (None, 0)):
        put(database, [rule("r1", service="lsa.eins", online_service=target) if target else rule("r1")])
        desk.update()
        assert desk.search("wohnsitz", only=Narrowing(online=True)).total == count
        assert desk.check().agrees


def test_hits_show_where_they_meet_the_line(build: Build) -> None:
    text = f"<p>{'Vorher steht viel. ' * 30}Den Personalausweis zeigen Sie vor. {'Danach auch. ' * 30}</p>"
    texts = (Text(module="03", html="Etwas abholen"), Text(module="06", html=text))
    desk = build(
        service("a", "Personalausweis beantragen", synonyms=(Synonym(term="Perso"),)), service("b", texts=texts)
    )
    first, second = desk.search("ausweis").results
    assert marked(first, "name") == ["Personalausweis"]
    assert marked(second, "text") == ["Personalausweis"]
    fragment = second.highlights[0].text
    assert fragment.startswith("… ")
    assert fragment.endswith(" …")
    assert len(fragment) < 170
    assert marked(desk.search("perso").results[0], "synonym") == ["Perso"]


def test_internal_texts_are_neither_found_nor_shown(build: Build) -> None:
    secret = Text(module="06", html="<p>Geheimzahl der Leitstelle</p>", visibility="115")
    desk = build(service(texts=(*service().texts, secret)))
    assert desk.search("geheimzahl").total == 0


def test_a_slip_is_corrected_with_a_count_and_other_words_are_proposed(build: Build) -> None:
    desk = build(service("a", "Hund anmelden"), service("b", "Mund prüfen"), service("c", "Hund abmelden"))
    found = desk.search("hunt")
    assert [(one.text, one.count) for one in found.suggestions] == [("Hund", 2)]
    assert {why.correction for why in found.results[0].why} == {"hunt"}
    assert [one.text for one in desk.search("sund").suggestions] == ["Hund", "Mund"]


def test_typeahead_knows_the_place(build: Build) -> None:
    desk = build(service("halle", "Hallenser Pass", areas=("15002",)), service("land", "Hallentag"))
    assert [one.text for one in desk.suggest("hallen")] == ["Hallentag", "Hallenser Pass"]
    assert [one.text for one in desk.suggest("hallen", at(desk, "Naumburg"))] == ["Hallentag"]


def test_names_in_other_languages_are_found(build: Build) -> None:
    english = Text(module="03", html="Apply for an identity card", language="en")
    desk = build(service(texts=(english, *service().texts)))
    assert desk.search("identity card").results[0].name == "Personalausweis beantragen"


def test_the_engines_of_search_are_chosen_by_setting(database: Database, settings: Settings) -> None:
    other = replace(settings, search="postgresql" if settings.search == "whoosh" else "whoosh")
    if database.is_sqlite:
        with pytest.raises(Exception, match="BUSDB_DATABASE_URL"):
            Desk(other, database)
    else:
        assert Desk(other, database).status()["generation"] == 0
