"""Each rule of quality finds what it is for, and nothing where all is well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from builders import authority, fee, rule
from good_state import EA, ENGLISH, HALLE, KARSDORF, NAUMBURG, YESTERDAY, addition, address, full, split, stated
from support import NOW, TODAY, statements
from test_store import put

from busdb import queries, worklist
from busdb.checks import RULES
from busdb.checks.offices import can_be_dialled
from busdb.db import Database
from busdb.errors import InputError
from busdb.models.operations import source
from busdb.models.quality import link
from busdb.records import (
    Address,
    AnyRecord,
    Contact,
    Form,
    Hours,
    LegalBasis,
    Link,
    OnlineService,
    Responsibility,
    Service,
    Text,
)
from busdb.worklist import Task, Wanted


def found(database: Database, *rules: str, **wanted: Any) -> list[Task]:
    """The findings of the day."""
    with database.reading() as connection:
        asked = Wanted(rules=rules, **wanted)
        return worklist.tasks(connection, queries.gazetteer(connection), TODAY, "de", asked)


WRONG_TEXT = Text(module="06", html="<p>Text</p>", language="de")
HARD = (
    "Die Beantragung der Erteilung der Genehmigung ist ggf. unter Vorlage aller für die Bearbeitung der Angelegenheit "
    "durch die zuständige Behörde erforderlichen Unterlagen bei der Stelle vorzunehmen, die für die Durchführung und "
    "die Überwachung der Einhaltung der Bestimmungen zuständig ist."
)
CASES: dict[str, Sequence[AnyRecord]] = {
    "Q01": [rule(areas=(NAUMBURG,))],
    "Q02": [
        rule("zwei", authority="kommunal.fremd", areas=(NAUMBURG,)),
        rule("eins", areas=(NAUMBURG,), authority="kommunal.buergerbuero"),
        authority("fremd", "Kreisamt", area="15084", addresses=(address("9"),)),
    ],
    "Q03": [authority(contacts=(Contact(channel="phone", value="+49 30 23125 1", visibility="internal"),))],
    "Q04": [authority(addresses=(Address(street="Beispielweg", city="Naumburg"),))],
    "Q05": [full("alt", valid_to=TODAY)],
    "Q06": [full(texts=(Text(module="02", html="Ausweis"), *ENGLISH))],
    "Q07": [full(leika_keys=("12345678901234",))],
    "Q08": [fee(area="15999")],
    "Q09": [fee(legal_basis=None)],
    "Q10": [full(**{**EA, "support_bodies": ()}, more=(Text(module="97", html="Keine Frist."),))],
    "Q11": [full(more=(Text(module="16", html='<p><a href="javascript:alert(1)">Klick</a></p>'),))],
    "Q12": [fee("andere", "47.00")],
    "Q13": [rule("weg", authority="kommunal.unbekannt", areas=("15084",))],
    "Q14": [split("a-k", "A", "K"), split("l-r", "L", "R")],
    "Q20": [full(more=(Text(module="16", html='<p><a href="http://example.org/alt">Seite</a></p>'),))],
    "Q21": [full(remedies=())],
    "Q22": [authority(hours=(Hours(text="nach Vereinbarung"),))],
    "Q23": [full(changed_on=TODAY - dt.timedelta(days=366))],
    "Q25": [full(texts=full().texts[:4])],
    "Q26": [full(more=(Text(module="16", html=f"<p>{HARD}</p>"),))],
    "Q27": [full(texts=(*full().texts[:-1], Text(module="24", html="Wort " * 41)))],
    "Q28": [full(synonyms=())],
    "Q29": [full(life_events=())],
    "Q30": [Form(id="lsa.formular", name="Formular", links=(Link(url="https://example.org/a.PDF?x=1"),))],
    "Q31": [OnlineService(id="lsa.online", name="Antrag", links=(Link(url="https://example.org/o"),))],
    "Q32": [authority(contacts=(Contact(channel="phone", value="0391 5"),))],
    "Q33": [authority("doppelt", "Bürgerbuero Naumburg")],
    "Q34": [full(legal_bases=(LegalBasis(citation="§ 5 Abs. 1 TMG"),))],
    "Q35": [full("nur-text", more=(Text(module="98", html="Es kostet etwas."),)), rule("r2", service="lsa.nur-text")],
    "Q36": [full("nichts"), rule("r2", service="lsa.nichts")],
    "Q37": [full(unverified=("Die Gebühr ist nicht geprüft.",))],
}
"""For each rule the records that make it speak, beside a state in which all is well."""


def test_a_state_in_which_all_is_well_has_no_findings(database: Database) -> None:
    stated(database, full("ea", **EA, more=(Text(module="97", html="Keine."), Text(module="98", html="Frei."))))
    put(database, [rule("ea", service="lsa.ea"), fee("ea", service="lsa.ea")])
    assert found(database) == []


@pytest.mark.parametrize("code", CASES)
def test_a_rule_speaks_where_something_is_wrong(sqlite_database: Database, code: str) -> None:
    stated(sqlite_database, *CASES[code])
    tasks = found(sqlite_database, code)
    assert tasks
    assert {task.code for task in tasks} == {code}
    for task in tasks:
        assert task.severity == RULES[code].severity
        assert "{" not in task.text + task.todo
        assert "@" not in task.text


def test_every_rule_has_a_case() -> None:
    assert RULES.keys() - CASES.keys() == {"Q24"}


def test_an_addition_is_older_than_its_text_once_that_has_changed(database: Database) -> None:
    stated(database, addition())
    assert found(database, "Q24") == []
    put(database, [full(texts=(*full().texts[:3], WRONG_TEXT, *full().texts[4:]))], NOW + dt.timedelta(hours=1))
    (task,) = found(database, "Q24")
    assert (task.kind, task.id, task.field) == ("local_addition", "kommunal.zusatz", "$.texts.06.de")
    put(database, [addition(changed_on=TODAY)], NOW + dt.timedelta(hours=2))
    assert found(database, "Q24") == []


def test_english_is_behind_once_only_the_german_has_changed(database: Database) -> None:
    def texts(german: str, english: str) -> tuple[Text, ...]:
        given = (Text(module="05", html=german), Text(module="05", html=english, language="en"))
        return (*(one for one in full().texts if one.module != "05"), *given)

    stated(database, full(texts=texts("alt", "old")))
    assert found(database, "Q25") == []
    put(database, [full(texts=texts("neu", "old"))], NOW + dt.timedelta(hours=1))
    (task,) = found(database, "Q25")
    assert task.field == "$.texts.05.en"
    assert "älter" in task.text
    put(database, [full(texts=texts("neu", "new"))], NOW + dt.timedelta(hours=2))
    put(database, [full(texts=texts("neuer", "newer"))], NOW + dt.timedelta(hours=3))
    assert found(database, "Q25") == []


def test_names_that_look_like_ours_are_shown_as_they_are(sqlite_database: Database) -> None:
    stated(sqlite_database, authority(name="@home {name}", contacts=()))
    (task,) = found(sqlite_database, "Q03")
    assert task.text.startswith("„@home {name}“")


def test_a_place_without_authority_is_the_matter_of_who_is_mandated_there(sqlite_database: Database) -> None:
    stated(sqlite_database, rule(areas=("15999",)))
    with sqlite_database.writing() as connection:
        values = {"code": "naumburg", "name": "Naumburg", "redistribute": True, "four_eyes": False}
        connection.execute(source.insert().values(**values, mandate_areas=(NAUMBURG,)))
    tasks = {task.source: task.text for task in found(sqlite_database, "Q01")}
    assert tasks.keys() == {"naumburg", "lsa"}
    assert "Naumburg" in tasks["naumburg"]
    assert "Naumburg" not in tasks["lsa"]
    assert {task.source for task in found(sqlite_database, "Q01", sources=("naumburg",))} == {"naumburg"}


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("<p>1. Antrag</p><p>2. Prüfung</p><p>4. Bescheid</p>", "2. – 4."),
        ("<ul><li>1) Antrag</li><li>2) Prüfung</li><li>2) Bescheid</li></ul>", "2) – 2)"),
        ("<p>1. Antrag</p><p>3. Bescheid</p><p>1. Dazu gehört</p><p>2. auch dies</p>", "1. – 3."),
        ("<p>1. Antrag</p><p>Mit Foto.</p><p>2. Bescheid</p>", ""),
        ("<p>1. Januar: Beginn</p><p>3. Oktober: Ende</p>", ""),
        ("<p>Erst 1. und dann 3. Klasse</p>", ""),
        ("<p>7. Schuljahr</p><p>9. Schuljahr</p>", ""),
    ],
)
def test_numbered_lines_leave_no_number_out(sqlite_database: Database, text: str, gaps: str) -> None:
    stated(sqlite_database, full(more=(Text(module="16", html=text),)))
    told = [task.text for task in found(sqlite_database, "Q26")]
    assert len(told) == bool(gaps)
    assert all(f"Lücken in der Nummerierung: {gaps}" in text for text in told)


def test_nobody_misses_a_municipality_where_only_the_country_acts(sqlite_database: Database) -> None:
    stated(sqlite_database, full("bund", federal_types=("1",)), full("offen", federal_types=()))
    assert {task.id for task in found(sqlite_database, "Q01")} == {"lsa.offen"}


def test_a_place_narrows_the_list_to_its_own_records(sqlite_database: Database) -> None:
    lonely = authority("halle", "Bürgerbüro Halle", area=HALLE, contacts=())
    stated(sqlite_database, full(remedies=()), lonely, rule(areas=(NAUMBURG,)))
    with sqlite_database.reading() as connection:
        place = queries.gazetteer(connection).place(HALLE)
    tasks = found(sqlite_database, place=place)
    assert [(task.code, task.id) for task in tasks] == [("Q03", "kommunal.halle"), ("Q01", "lsa.ausweis")]
    assert "Halle" in tasks[1].text
    assert "Karsdorf" not in tasks[1].text


@pytest.mark.parametrize(("last", "letters"), [("Z", ""), ("Sch", "S, T, U, V, W, X, Y, Z")])
def test_ranges_of_surnames_leave_nobody_over(sqlite_database: Database, last: str, letters: str) -> None:
    stated(sqlite_database, split("a-k", "A", "K"), split("l-z", "L", last))
    told = [task.text for task in found(sqlite_database, "Q14")]
    assert len(told) == bool(letters)
    assert all(f"{letters}." in text for text in told)


def test_a_catalogue_tells_unknown_and_withdrawn_keys(sqlite_database: Database) -> None:
    known, old, unknown = "99115005104000", "99115005104001", "99115005104002"
    entries = [
        Service(
            id=f"leika.{key}",
            leika_keys=(key,),
            publication_state="approved",
            texts=(Text(module="02", html="x"),),
            valid_to=end,
        )
        for key, end in ((known, None), (old, TODAY))
    ]
    stated(sqlite_database, full(leika_keys=(known, old, unknown)), *entries)
    assert [task.field for task in found(sqlite_database, "Q07")] == ["$.leika_keys[1]", "$.leika_keys[2]"]


@pytest.mark.parametrize("field", ["requirements", "steps", "channels", "documents", "ea_basis", "tacit_approval"])
def test_each_duty_of_the_point_of_single_contact_is_asked_for(sqlite_database: Database, field: str) -> None:
    given = full(**{**EA, field: None if field == "tacit_approval" else ()}, more=(Text(module="97", html="Keine."),))
    stated(sqlite_database, given)
    assert [task.field for task in found(sqlite_database, "Q10")] == [f"$.{field}"]


def test_a_local_fee_against_a_closed_higher_one_is_reported(sqlite_database: Database) -> None:
    stated(sqlite_database, fee("ort", "99.00", area=NAUMBURG))
    assert [task.id for task in found(sqlite_database, "Q12")] == ["lsa.ort"]
    put(sqlite_database, [fee(kind="range", amount=None, amount_min=Decimal(5), amount_max=Decimal(100))])
    assert found(sqlite_database, "Q12") == []


def test_only_a_fee_without_a_successor_has_expired(sqlite_database: Database) -> None:
    stated(sqlite_database, fee("alt", valid_to=YESTERDAY), fee("fort", area=HALLE, valid_to=YESTERDAY))
    assert [task.id for task in found(sqlite_database, "Q05")] == ["lsa.fort"]


def test_a_link_is_dead_after_three_days_and_moved_ones_name_the_new_address(sqlite_database: Database) -> None:
    stated(sqlite_database)
    rows: list[dict[str, Any]] = [
        {"url": "https://example.org/gesetz", "failures": 3, "error": "HTTP 404", "moved_to": None},
        {"url": "https://example.org/o", "failures": 2, "error": "HTTP 404", "moved_to": None},
        {"url": "https://example.org/a.pdf", "failures": 0, "error": None, "moved_to": "https://example.org/b.pdf"},
    ]
    with sqlite_database.writing() as connection:
        connection.execute(link.insert(), [{**row, "checked_at": NOW} for row in rows])
    told = {task.id: task.text for task in found(sqlite_database, "Q20")}
    assert told.keys() == {"lsa.ausweis", "lsa.formular"}
    assert "HTTP 404" in told["lsa.ausweis"]
    assert "https://example.org/b.pdf" in told["lsa.formular"]


def test_a_site_beside_its_parent_is_no_second_office(sqlite_database: Database) -> None:
    stated(sqlite_database, authority("standort", site=True, parent="kommunal.buergerbuero"))
    assert found(sqlite_database, "Q33") == []


def test_a_responsibility_may_outlive_no_authority(sqlite_database: Database) -> None:
    gone = authority("weg", "Altes Amt", valid_to=TODAY, addresses=(address("7"),))
    ended = Responsibility(id="lsa.ende", service="lsa.ausweis", authority="kommunal.weg", valid_to=TODAY)
    stated(sqlite_database, gone, ended)
    assert found(sqlite_database, "Q13") == []
    put(sqlite_database, [rule("noch", authority="kommunal.weg", areas=(KARSDORF,))])
    assert [task.id for task in found(sqlite_database, "Q13")] == ["lsa.noch"]


@pytest.mark.parametrize("number", ["115", "116117", "+49 30 23125 100", "0391/ 5 40-0", "+49 (0)391 540-0", "110"])
def test_numbers_that_can_be_dialled(number: str) -> None:
    assert can_be_dialled(number)


@pytest.mark.parametrize("number", ["12", "keine", "+49", "0391 5", "+99 1"])
def test_numbers_that_cannot_be_dialled(number: str) -> None:
    assert not can_be_dialled(number)


def test_drafts_and_what_has_expired_are_nobodys_work(sqlite_database: Database) -> None:
    draft = full("entwurf", publication_state="draft", remedies=(), federal_types=("1",))
    old = authority("alt", "Altes Amt", contacts=(), valid_to=TODAY)
    stated(sqlite_database, draft, old)
    assert found(sqlite_database) == []


def test_a_rule_that_there_is_not_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(InputError, match="Q99"):
        found(sqlite_database, "Q99")


def test_the_number_of_queries_does_not_grow_with_what_there_is(database: Database) -> None:
    stated(database, addition())
    counts = []
    for start in (0, 20):
        more: list[AnyRecord] = []
        for number in range(start, start + 20 if start else 3):
            own = f"lsa.s{number}"
            more += [full(f"s{number}"), fee(f"f{number}", service=own, area=NAUMBURG), rule(f"r{number}", service=own)]
            more += [authority(f"a{number}", f"Amt {number}", addresses=(address(str(number)),))]
        put(database, more)
        with statements(database.engine) as sent:
            found(database)
        counts.append(len(sent))
    assert counts[0] == counts[1]
