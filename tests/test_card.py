"""The card of a 115 agent and its texts: what is said, in which order, and what never is."""

from __future__ import annotations

import pytest
from builders import authority, day, match, office, publication, service
from msgspec.structs import replace
from support import NOW

from busdb import i18n
from busdb.card import Card, Internal, card, internal
from busdb.cardtext import Call, address_line, answer, costs, handover
from busdb.hours import on_day
from busdb.publication import Advice, AppliedAddition, FeeView, NoticeView, OfferView, Part, Publication, Question
from busdb.quotes import Wanted
from busdb.records import Address, Deadline, Document, Hours, HoursException, Internal115, ProcessingTime, Text
from busdb.timewords import deadline, processing, spans

ADDRESS = "https://busdb.example.org/services/lsa.ausweis"
NAMES = {"lsa": "Landesredaktion", "kommunal": "Kommunale Redaktion"}
CALL = Call(moment=NOW, place="Naumburg (Saale)", line="perso", facts={"Alter": "20"}, address="https://x.example.org")


def made(shown: Publication | None = None) -> Card:
    return card(shown or publication(), NOW, Wanted(), NAMES)


def inside(whole: Publication) -> Internal:
    public = replace(whole, call_questions=(), notices=(), parts=whole.parts[:2], documents=())
    return internal(public, whole, NOW.date())


def test_hours_of_a_day_know_exceptions_and_holidays() -> None:
    body = authority(
        hours=(Hours(osm="Mo-Fr 09:00-12:00"),),
        exceptions=(
            HoursException(first_day=day("2026-12-24"), last_day=day("2026-12-24"), text="Heiligabend"),
            HoursException(first_day=day("2026-11-26"), last_day=day("2026-11-26"), osm="08:00-10:00"),
        ),
    )

    def said(on: str) -> str:
        found = on_day(body, day(on), "15")
        assert found
        return spans(found)

    assert said("2026-11-25") == "9:00–12:00 Uhr"
    assert said("2026-11-26") == "8:00–10:00 Uhr"
    assert said("2026-12-24") == "Heiligabend"
    assert said("2026-12-25") == "geschlossen"
    assert on_day(authority(hours=(Hours(text="nach Vereinbarung"),)), day("2026-11-25"), "15") is None
    assert on_day(authority(hours=(Hours(osm="Mo-Fr SH off"),)), day("2026-11-25"), "15") is None


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (ProcessingTime(minimum="P2W", maximum="P3W"), "2 Wochen – 3 Wochen"),
        (ProcessingTime(minimum="P1D", maximum="P1D"), "1 Tag"),
        (ProcessingTime(maximum="P1M", extendable="einmal"), "1 Monat (einmal)"),
        (ProcessingTime(text="sofort", maximum="P1D"), "sofort"),
        (ProcessingTime(), ""),
    ],
)
def test_how_long_it_takes_is_said_in_words(time: ProcessingTime, said: str) -> None:
    assert processing(time) == said


def test_a_deadline_says_its_text_or_its_length() -> None:
    assert deadline(Deadline(label="Abholung", duration="P2M")) == "2 Monate"
    assert deadline(Deadline(label="Abholung", duration="P2M", text="bis Jahresende")) == "bis Jahresende"
    assert deadline(Deadline(label="Abholung")) == ""


def test_an_address_is_one_line_with_the_room() -> None:
    full = Address(street="Markt", house_number="1", addition="Hof", postal_code="06618", city="Naumburg", room="2.16")
    assert address_line(full) == "Markt 1, Hof, 06618 Naumburg, Zimmer 2.16"
    assert address_line(Address(city="Naumburg")) == "Naumburg"


def test_the_card_knows_the_hour_and_hides_what_is_internal() -> None:
    shown = replace(match(), authority=office(hours=(Hours(osm="Mo-Fr 09:00-12:00"), Hours(type="phone", osm="24/7"))))
    base = publication()
    assert base.responsibility
    found = made(replace(base, responsibility=replace(base.responsibility, matches=(shown,))))
    (one,) = found.offices
    assert one.now
    assert one.now.text == "Geschlossen, öffnet morgen um 9:00 Uhr"
    assert one.today
    assert spans(one.today) == "9:00–12:00 Uhr"
    assert one.calls
    assert one.calls.open
    assert one.authority.internal115 == ()
    assert {contact.visibility for contact in one.authority.contacts} == {"public"}


def test_what_stands_in_the_list_is_not_said_again_in_prose() -> None:
    record = service(documents=(Document(label="Biometrisches Foto"),))
    prose = Part(
        module="08",
        title="Unterlagen",
        html="<ul><li>Biometrisches Foto</li><li>Bargeld</li></ul>",
        language="de",
        layer="state",
        source="lsa",
    )
    text = answer(made(publication(record, parts=(prose,))), ADDRESS)
    assert text.count("Biometrisches Foto") == 1
    assert "- Bargeld" in text


def test_what_is_due_for_review_is_marked() -> None:
    assert made(publication(service(review_due=day("2026-11-22")))).overdue
    assert not made(publication(service(review_due=day("2026-11-23")))).overdue
    assert not made().overdue


def test_the_age_of_each_part_is_told_by_source_and_place() -> None:
    base = publication(service(changed_on=day("2026-10-01")))
    addition = AppliedAddition(
        id="kommunal.x",
        layer="municipality",
        area=base.responsibility.area if base.responsibility else None,
        source="kommunal",
        changed_on=day("2026-09-01"),
        mode="supplement",
        modules=(),
        documents=(Document(label="Foto"),),
        deadlines=(),
        processing_times=(),
        forms=(),
        online_services=(),
    )
    found = made(replace(base, additions=(addition,))).stands
    told = {(one.source, one.area, one.day): one.parts for one in found}
    assert told[("Landesredaktion", "Land", day("2026-10-01"))] == ("Leistung",)
    assert told[("Landesredaktion", "Land", None)] == ("Modul 05", "Modul 06")
    assert told[("Kommunale Redaktion", "Naumburg (Saale)", day("2026-09-01"))] == ("Mitbringen",)
    assert told[("Kommunale Redaktion", "Naumburg (Saale)", None)] == ("Bürgerbüro Naumburg",)


def test_costs_are_a_sentence_the_words_of_the_source_or_the_reason_why_there_are_none() -> None:
    fee = FeeView(id="lsa.x", type="fee", kind="free", text="gebührenfrei")
    words = Part(
        module="98", title="Kosten", html="<p>Je nach Aufwand.</p>", language="de", layer="state", source="lsa"
    )
    assert costs(made(publication(fees=(fee,), parts=(words,)))) == "Gebührenfrei."
    assert costs(made(publication(parts=(words,)))) == "Je nach Aufwand."
    assert costs(made()) == "Zu den Kosten ist nichts hinterlegt."
    refused = publication(parts=(words,), offer=OfferView(status="not_offered", reason="Kein Hafen."))
    assert costs(made(refused)) == "Das wird hier nicht angeboten: Kein Hafen."


def test_where_nobody_is_competent_the_texts_give_the_advice() -> None:
    base = publication()
    assert base.responsibility
    advice = Advice(text="Fragen Sie die Stadtverwaltung.", authority=office(name="Stadtverwaltung"))
    none = replace(base.responsibility, status="none", matches=(), advice=advice)
    text = answer(made(replace(base, responsibility=none)), ADDRESS)
    assert "Fragen Sie die Stadtverwaltung.\nBeispielweg 1, 06618 Naumburg (Saale)\nTelefon: +49 30 23125 100" in text


def test_a_question_that_is_open_is_handed_over() -> None:
    base = publication()
    assert base.responsibility
    asked = replace(base.responsibility, status="question", question=Question(about="surname", text="Wie heißen Sie?"))
    text = handover(made(replace(base, responsibility=asked)), CALL)
    assert "Noch zu klären: Wie heißen Sie?" in text
    assert "Ort: Naumburg (Saale)" in text
    assert "Angaben: Alter: 20" in text
    assert "Zweite Ebene" not in text


def test_a_text_without_an_office_says_what_must_be_known_first() -> None:
    base = publication()
    assert base.responsibility
    question = Question(about="place", text="Welche Gemeinde?", choices=("Naumburg (Saale)",))
    asked = replace(base.responsibility, status="question", question=question, matches=())
    assert "\n\nWelche Gemeinde?\n\n" in answer(made(replace(base, responsibility=asked)), ADDRESS)


def test_what_only_agents_see_is_what_they_see_more() -> None:
    body = office(
        internal115=(
            Internal115(second_level_phone="+49 30 23125 900", note="Vorbei", note_valid_to=day("2026-11-22")),
            Internal115(note="Gilt noch", note_valid_to=day("2026-11-23")),
            Internal115(note="Allein und vorbei", note_valid_to=day("2026-11-22")),
        )
    )
    base = publication(service(texts=(*service().texts, Text(module="16", html="<p>Intern</p>"))))
    assert base.responsibility
    whole = replace(
        base,
        responsibility=replace(base.responsibility, matches=(match(body),)),
        call_questions=("Wie alt?",),
        notices=(
            NoticeView(id="lsa.a", text="Öffentlich", severity="info", audience="public"),
            NoticeView(id="lsa.b", text="Intern", severity="info", audience="115"),
        ),
        documents=(Document(label="Bogen", visibility="115"), Document(label="Foto")),
    )
    found = inside(whole)
    assert found.questions == ("Wie alt?",)
    assert [one.text for one in found.notices] == ["Intern"]
    assert [one.label for one in found.documents] == ["Bogen"]
    assert [one.html for one in found.parts] == ["<p>Intern</p>"]
    (there,) = found.offices
    assert [(one.second_level_phone, one.note) for one in there.instructions] == [
        ("+49 30 23125 900", None),
        (None, "Gilt noch"),
    ]
    assert [one.value for one in there.contacts] == ["+49 30 23125 555"]
    text = handover(made(base), CALL, found)
    assert "Zweite Ebene (Bürgerbüro Naumburg): +49 30 23125 900" in text
    assert "Gilt noch" not in text


def test_the_texts_speak_the_language_of_the_reader() -> None:
    i18n.use("en")
    shown = made(publication(language="en"))
    assert "Costs: " in answer(shown, ADDRESS)
    assert handover(shown, replace(CALL, moment=NOW)).startswith("Hand-over 115, ")
