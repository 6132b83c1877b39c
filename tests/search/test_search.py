"""People's words find the right service: German, slips, everyday words, places; and the index keeps step."""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path

import pytest
from builders import areas, service
from hypothesis import given
from hypothesis import strategies as st
from support import NOW
from test_store import put

from busdb.areas import Gazetteer
from busdb.db import Database
from busdb.publication import PlaceName, SearchAnswer
from busdb.search.analysis import split, stem, tokens, words
from busdb.search.desk import Desk
from busdb.search.folding import fold
from busdb.search.query import Vocabulary, read, understand
from busdb.search.thesaurus import Thesaurus, ours
from busdb.search.verbs import infinitive, put_together
from busdb.settings import Settings


def best(answer: SearchAnswer) -> str:
    """The name of the first hit."""
    return answer.results[0].name if answer.results else ""


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("personalausweis", "Personalausweis beantragen"),
        ("ausweis beantragen", "Personalausweis beantragen"),
        ("Persnalausweis", "Personalausweis beantragen"),
        ("perso verloren", "Personalausweis: Verlust melden"),
        ("Fuehrerschein", "Führerschein umtauschen"),
        ("Führerschein", "Führerschein umtauschen"),
        ("Fuhrerschein", "Führerschein umtauschen"),
        ("FÜHRERSCHEINE", "Führerschein umtauschen"),
        ("lappen", "Führerschein umtauschen"),
        ("Heirat", "Eheschließung anmelden"),
        ("ich möchte heiraten", "Eheschließung anmelden"),
        ("auto anmelden", "Kraftfahrzeug zulassen"),
        ("Gewerbeanmeldung", "Gewerbe-Anmeldung"),
        ("gewerbe anmeldung", "Gewerbe-Anmeldung"),
        ("Umzug", "Wohnsitz ummelden"),
        ("hundemarke", "Hundesteuer"),
        ("99102013000000", "Hundesteuer"),
        ("lsa.hund", "Hundesteuer"),
        ("Bürger*innen Feuerwache", "Führung durch die Feuerwache für Bürgerinnen und Bürger"),
        ("wo kann ich einen reisepass bekommen", "Reisepass beantragen"),
        ("parkausweis", "Bewohnerparkausweis beantragen"),
    ],
)
def test_the_words_of_people_find_the_service(desk: Desk, query: str, name: str) -> None:
    assert best(desk.search(query)) == name


def test_a_place_in_the_line_is_understood_and_left_out_of_the_concern(desk: Desk) -> None:
    for query in ("reisepass naumburg", "06618 reisepass", "reisepass in Naumburg (Saale)", "Halle reisepass"):
        answer = desk.search(query)
        assert answer.understood.concern == "reisepass"
        assert len(answer.understood.places) == 1
        assert best(answer) == "Reisepass beantragen"
    assert desk.search("Naumburg").places[0].name == "Naumburg (Saale)"


def test_a_slip_is_corrected_and_said(desk: Desk) -> None:
    answer = desk.search("Reisepas")
    assert best(answer) == "Reisepass beantragen"
    slipped = desk.search("Persnalausweis")
    assert [suggestion.text for suggestion in slipped.suggestions] == ["Personalausweis"]
    assert any(why.correction for why in slipped.results[0].why)


def test_services_of_the_place_come_first_and_none_is_hidden(sqlite_database: Database, tmp_path: Path) -> None:
    munich = service("m", "Reisepass beantragen", areas=("09162",))
    here = service("h", "Reisepass ändern", areas=("15",))
    put(sqlite_database, [*areas(), munich, here])
    desk = Desk(Settings(data_dir=str(tmp_path / "data")), sqlite_database)
    desk.rebuild()
    hits = desk.search("reisepass beantragen naumburg").results
    assert [(hit.id, hit.applies) for hit in hits] == [("lsa.h", True), ("lsa.m", False)]


def test_pages_of_results_follow_each_other(desk: Desk) -> None:
    whole = desk.search("beantragen", limit=10)
    parts = [desk.search("beantragen", limit=1, offset=offset).results for offset in range(whole.total)]
    assert [part[0].id for part in parts] == [hit.id for hit in whole.results]


def test_typeahead_begins_anywhere_in_a_name_and_forgives_one_slip(desk: Desk) -> None:
    assert [one.text for one in desk.suggest("reise")] == ["Reisepass beantragen"]
    assert "Wohnsitz ummelden" in [one.text for one in desk.suggest("umm")]
    assert [one.text for one in desk.suggest("Reiseq")] == ["Reisepass beantragen"]
    assert desk.suggest("naum")[0].kind == "place"
    assert desk.suggest("  ") == []


@given(st.text(max_size=200))
def test_folding_and_stemming_settle_at_once(text: str) -> None:
    for word in words(text):
        assert words(word) in ([word], words(" ".join(words(word))))
    assert fold(fold(text)) == fold(text) or "e" in fold(text)
    assert all(token for token in tokens(text))


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("personalausweis", ("personal", "ausweis")),
        ("gewerbesteuer", ("gewerbe", "steuer")),
        ("wohnungsgeber", ()),
        ("halle", ()),
        ("burg", ()),
        ("steuer", ()),
    ],
)
def test_compounds_are_split_and_short_words_are_not(word: str, parts: tuple[str, ...]) -> None:
    assert split(word) == parts


def test_the_thesaurus_is_large_and_every_entry_says_something() -> None:
    assert len(ours().entries) >= 1200
    for entry in ours().entries:
        said = frozenset[str]().union(*entry.slots)
        official = {stem(word) for phrase in entry.phrases for word in phrase}
        assert all(entry.slots)
        assert official
        assert not official <= said or any(len(slot) > 1 for slot in entry.slots), f"{entry.slots} says nothing new"


def meant(line: str, thesaurus: Thesaurus) -> list[tuple[tuple[str, ...], ...]]:
    """The official phrases that a line means."""
    return [one.phrases for one in thesaurus.meanings(words(line))]


def test_a_phrase_is_met_in_any_order_and_form_and_speaks_for_its_words() -> None:
    thesaurus = Thesaurus(
        [("zimtschnecke/zimtrolle stehlen", "Gebäck Verlust, Gebäckdiebstahl"), ("zimtrolle", "Hefe")]
    )
    both = (("geback", "verlust"), ("geback diebstahl".replace(" ", ""),))
    assert meant("gestohlen wurde meine Zimtschnecke", thesaurus)[0] == both
    assert meant("Zimtrolle gestohlen", thesaurus)[0] == both
    assert (("hefe",),) not in meant("Zimtrolle gestohlen", thesaurus)
    assert meant("Zimtrolle", thesaurus) == [(("hefe",),)]


def test_a_word_that_names_another_is_met_in_its_phrases() -> None:
    thesaurus = Thesaurus([("blechkiste", "Zimtkutsche"), ("zimtkutsche abmelden", "Kutschenabmeldung")])
    assert (("kutschenabmeldung",),) in meant("Blechkiste abmelden", thesaurus)


def test_a_word_that_nobody_knows_means_what_its_phrases_mean() -> None:
    thesaurus = Thesaurus([("zimtschnecke stehlen", "Personalausweis")])
    (hint,) = read("zimtschnecke", Vocabulary(["Personalausweis"]), thesaurus).meant
    assert hint.words < 1
    assert hint.said == "zimtschnecke"


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        ("umgezogen", "umziehen"),
        ("umzuziehen", "umziehen"),
        ("zieht", "ziehen"),
        ("angemeldet", "anmelden"),
        ("abgelaufener", "ablaufen"),
        ("gestohlene", "stehlen"),
        ("beantragt", "beantragen"),
        ("verloren", "verlieren"),
        ("umzug", None),
        ("angebot", None),
        ("gebiet", None),
        ("burg", None),
        ("zeitz", None),
    ],
)
def test_forms_of_verbs_are_one_word_and_nouns_are_left(said: str, verb: str | None) -> None:
    assert infinitive(said) == verb


def test_a_verb_and_its_particle_are_put_together() -> None:
    assert put_together(words("ich ziehe nächste Woche um")) == ["umziehen"]
    assert put_together(words("um eine Wohnung")) == []


@pytest.mark.parametrize(
    ("line", "concern", "place"),
    [
        ("ausweis verloren halle", "ausweis verloren", "Halle (Saale)"),
        ("in halle perso beantragen", "perso beantragen", "Halle (Saale)"),
        ("für naumburg gewerbe anmelden", "gewerbe anmelden", "Naumburg (Saale)"),
        ("mein hund ist in naumburg gemeldet", "mein hund ist gemeldet", "Naumburg (Saale)"),
        ("wohngeld in der stadt halle", "wohngeld", "Halle (Saale)"),
        ("umzug von leipzig nach halle", "umzug von leipzig", "Halle (Saale)"),
        ("gewerbe naumburg saale", "gewerbe", "Naumburg (Saale)"),
        ("gewerbe naumburg (saale)", "gewerbe", "Naumburg (Saale)"),
        ("06618 reisepass", "reisepass", "Naumburg (Saale)"),
        ("hochzeit auf der halle", "hochzeit auf der halle", None),
        ("halle mieten", "halle mieten", None),
        ("halle", "halle", None),
        ("wo ist das in halle", "wo ist das in halle", None),
    ],
)
def test_a_line_is_split_into_what_and_where(line: str, concern: str, place: str | None) -> None:
    gazetteer = Gazetteer(areas())

    def find(text: str) -> list[PlaceName]:
        return [PlaceName(ars=one.ars, name=one.name, kind=one.kind) for one in gazetteer.find(text)]

    found = understand(line, find)
    assert (found.concern, [one.name for one in found.places]) == (concern, [place] if place else [])


@given(st.text(max_size=80) | st.text("aouenrstßäöüAIB*:_-/ ", max_size=40))
def test_analysis_of_its_own_result_changes_nothing(text: str) -> None:
    once = words(text)
    assert words(" ".join(once)) == once


def test_folding_keeps_the_names_of_the_gazetteer_apart() -> None:
    lines = (Path(__file__).parents[2] / "sample" / "areas.csv").read_text(encoding="utf-8").splitlines()
    names = {row["name"] for row in csv.DictReader(lines)}
    plain = {" ".join(re.findall(r"\w+", name.casefold())) for name in names}
    assert len({" ".join(words(name)) for name in names}) == len(plain)


def test_parts_of_compounds_are_learned_from_names() -> None:
    (term,) = read("Emissionen", Vocabulary(["Emissionserklärung"])).terms
    assert stem("emissionserklarung") in [variant.token for variant in term]


def test_an_unknown_compound_is_read_by_the_part_that_is_known() -> None:
    (term,) = read("Gewerbescheinerweiterungswunsch", Vocabulary(["Gewerbe anmelden"])).terms
    assert "gewerb" in [variant.token for variant in term] or "wunsch" in [variant.token for variant in term]


@given(st.text(max_size=300))
def test_any_text_is_read_into_terms(text: str) -> None:
    vocabulary = Vocabulary(["Personalausweis beantragen", "Gewerbe anmelden"])
    found = read(text, vocabulary)
    assert len(found.terms) <= 3 * max(1, len(words(text)))
    assert all(0 < variant.weight <= 1 for term in found.all for variant in term)


@pytest.mark.parametrize(
    "query", ["a" * 100_000, "* " * 10_000, '"(AND) OR NOT ~ ^2 [a TO b]', "\u202e\u0000", "😀" * 400, "' OR 1=1 --"]
)
def test_any_line_is_only_text(desk: Desk, query: str) -> None:
    assert desk.search(query).total >= 0


def test_real_queries_find_real_services(sqlite_database: Database, tmp_path: Path) -> None:
    folder, queries = os.environ.get("BUSDB_TEST_DLDB"), os.environ.get("BUSDB_TEST_RELEVANCE")
    if not folder or not queries:
        pytest.skip("BUSDB_TEST_DLDB and BUSDB_TEST_RELEVANCE name no real catalogue with judged queries")
    from busdb import ingest
    from busdb.formats import Input

    with (Path(folder) / "services_de.json").open("rb") as one, (Path(folder) / "locations_de.json").open("rb") as two:
        inputs = (Input("services_de.json", one), Input("locations_de.json", two))
        ingest.import_(sqlite_database, ingest.Order(format="dldb", inputs=inputs, source="m", area="09162"), NOW)
    desk = Desk(Settings(data_dir=str(tmp_path / "data")), sqlite_database)
    desk.rebuild()
    ranks: dict[str, list[float]] = {}
    for line in Path(queries).read_text(encoding="utf-8").splitlines():
        judged = json.loads(line)
        found = [hit.id.partition(".")[2] for hit in desk.search(judged["query"], limit=10).results]
        place = next((1 / rank for rank, id_ in enumerate(found, 1) if id_ in judged["relevant_ids"]), 0.0)
        ranks.setdefault(judged["kind"], []).append(place)
    means = {kind: sum(values) / len(values) for kind, values in ranks.items()}
    assert means["name"] >= 0.95
    assert means["typo"] >= 0.95
    assert means["compound"] >= 0.85
    assert means["synonym"] >= 0.8
    assert means["citizen"] >= 0.5
