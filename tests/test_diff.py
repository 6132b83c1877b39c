"""What differs between two states of a record, as data and as people read it."""

from __future__ import annotations

from builders import authority, day, fee, service
from msgspec.structs import replace

from busdb.diff import differences, label, sides
from busdb.records import AnyRecord, Contact, Document, Text


def told(before: AnyRecord | None, after: AnyRecord | None) -> list[tuple[str, str, str]]:
    """The differences as people read them."""
    return [(label(one), *sides(one)) for one in differences(before, after)]


def test_equal_records_do_not_differ() -> None:
    assert differences(service(), service()) == ()


def test_a_field_is_told_with_both_values() -> None:
    (change,) = differences(fee(), fee(amount="50.00"))
    assert (change.path, change.before, change.after) == ("$.amount", "46.00", "50.00")
    assert told(fee(), fee(amount="50.00")) == [("Betrag", "46.00", "50.00")]


def test_what_is_new_or_gone_has_all_its_fields_on_one_side() -> None:
    assert ("Rechtsgrundlage", "–", "§ 1 PAuswGebV") in told(None, fee())
    assert {after for _, _, after in told(fee(), None)} == {"–"}


def test_parts_are_recognised_in_any_order() -> None:
    before = authority()
    assert told(before, replace(before, contacts=before.contacts[::-1])) == [("Kontakte", "1, 2", "2, 1")]
    extra = Contact(channel="fax", value="+49 30 23125 101")
    (change, *more) = differences(before, replace(before, contacts=(extra, *before.contacts)))
    assert {one.path for one in (change, *more)} == {"$.contacts[0].channel", "$.contacts[0].value"}


def test_a_part_that_is_changed_is_told_by_its_field_alone() -> None:
    before = service(documents=(Document(label="Foto"), Document(label="Ausweis")))
    after = service(documents=(Document(label="Foto"), Document(label="Ausweis", certified=True)))
    assert told(before, after) == [("Unterlagen 2: Beglaubigt", "–", "ja")]


def test_a_text_has_the_name_of_its_module_and_shows_only_what_differs() -> None:
    words = "Wort " * 100
    before = service(texts=(Text(module="06", html=f"{words}alt {words}"),))
    after = service(texts=(Text(module="06", html=f"{words}neu {words}"),))
    ((name, was, now),) = told(before, after)
    assert name == "Volltext"
    assert "alt" in was
    assert "neu" in now
    assert len(was) < 100


def test_days_are_german() -> None:
    assert told(fee(), fee(valid_from=day("2027-03-01"))) == [("Gültig ab", "–", "01.03.2027")]
