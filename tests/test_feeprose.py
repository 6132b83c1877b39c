"""What is certain of a fee in a text is read as such, and nothing else is taken for one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busdb.feeprose import Read, parse
from busdb.records import FeeKind

ON = dt.date(2026, 11, 25)
TEXTS = Path(__file__).parent / "data" / "fee_texts.txt"


def short(read: Read) -> str:
    """A fee in one line: its kind, its amounts and what they are counted by."""
    share = f"{read.percent} % {read.base}" if read.percent is not None else None
    bounds = f"{read.amount_min or ''}..{read.amount_max or ''}" if read.amount_min or read.amount_max else None
    per = " ".join(part for part in (read.unit, read.period) if part)
    parts = [read.kind, share, read.amount, bounds, f"per {per}" if per else None]
    return " ".join(str(part) for part in parts if part is not None)


def read(text: str) -> list[str]:
    return [short(fee) for fee in parse(text, ON)[0]]


def in_full(read: Read) -> str:
    """A fee in one line with what it is, if it is no fee in the strict sense, and its first day."""
    kind = f"{read.type} " if read.type != "fee" else ""
    return f"{kind}{short(read)}" + (f" from {read.valid_from}" if read.valid_from else "")


def judged() -> Iterator[tuple[str, list[str]]]:
    """The texts of the data file with their fees."""
    for block in TEXTS.read_text().split("\n\n"):
        lines = [line for line in block.strip().split("\n") if not line.startswith("#")]
        text = "\n".join(line[2:] for line in lines if line.startswith("> "))
        fees = [line for line in lines if not line.startswith("> ")]
        if text:
            yield text, [] if fees == ["nothing"] else fees


@pytest.mark.parametrize(("text", "fees"), list(judged()))
def test_texts_in_the_style_of_offices_are_read(text: str, fees: list[str]) -> None:
    assert [in_full(fee) for fee in parse(text, ON)[0]] == fees


@pytest.mark.parametrize(
    ("text", "fees"),
    [
        ("Die Gebühr beträgt 37,50 Euro.", ["fixed 37.50"]),
        ("1 600 Euro", ["fixed 1600.00"]),
        ("1\u202f600 Euro", ["fixed 1600.00"]),
        ("1\u00a0600,50 €", ["fixed 1600.50"]),
        ("1.600,-", ["fixed 1600.00"]),
        ("12,- €", ["fixed 12.00"]),
        ("12,-- EUR", ["fixed 12.00"]),
        ("25,– Euro", ["fixed 25.00"]),
        ("EUR 12,50", ["fixed 12.50"]),
        ("€ 12", ["fixed 12.00"]),
        ("12.50 Euro", ["fixed 12.50"]),
        ("5€", ["fixed 5.00"]),
        ("7,5 Euro", ["fixed 7.50"]),
        ("zehn Euro", ["fixed 10.00"]),
        ("Einhundertfünfundzwanzig Euro", ["fixed 125.00"]),
        ("zweitausend Euro", ["fixed 2000.00"]),
        ("50 Cent", ["fixed 0.50"]),
        ("1 Euro 50 Cent", ["fixed 1.50"]),
        ("Gebühr: 25", ["fixed 25.00"]),
        ("Zweitschrift 7,50", ["fixed 7.50"]),
        ("zzgl. 5 Euro Auslagen", ["fixed 5.00"]),
        ("30 Euro zzgl. 5 Euro Auslagen", ["fixed 30.00", "fixed 5.00"]),
        ("Ausstellung 10 oder 15 Euro", ["fixed 10.00", "fixed 15.00"]),
        ("einmalig 30 Euro", ["fixed 30.00 per once"]),
        ("Umschreibung - 16,30 Euro ohne Prüfung / 17,10 mit Prüfung", ["fixed 16.30", "fixed 17.10"]),
        ("Ausweis EUR 37,00 Pass EUR 70,00", ["fixed 37.00", "fixed 70.00"]),
        ("Versandkosten: 4,50 Euro", ["fixed 4.50"]),
        ("Kaution 50 Euro", ["fixed 50.00"]),
        ("Die Gebühren belaufen sich auf rund 26 €.", ["fixed 26.00"]),
        ("Die Gebühr beträgt\n12 Euro", ["fixed 12.00"]),
        ("Gesamtkosten: 45 Euro", ["fixed 45.00"]),
    ],
)
def test_an_amount_is_read_in_every_spelling(text: str, fees: list[str]) -> None:
    assert read(text) == fees


@pytest.mark.parametrize(
    ("text", "fees"),
    [
        ("50 bis 60 Euro (abhängig von der Rechtsform)", ["range 50.00..60.00"]),
        ("50 - 60 €", ["range 50.00..60.00"]),
        ("50-60 €", ["range 50.00..60.00"]),
        ("zwischen 50 und 60 Euro", ["range 50.00..60.00"]),
        ("von 10,00 bis 500,00 EUR", ["range 10.00..500.00"]),
        ("von EUR 10,00 bis EUR 500,00", ["range 10.00..500.00"]),
        ("fünf bis zehn Euro", ["range 5.00..10.00"]),
        ("mindestens 20, höchstens 100 Euro", ["range 20.00..100.00"]),
        ("ab 20 Euro, höchstens 100 Euro", ["range 20.00..100.00"]),
        ("40 bis 300 Euro, in der Regel 150 Euro", ["range 40.00..300.00"]),
        ("ab 16,80 Euro", ["from 16.80.."]),
        ("mindestens 20 Euro", ["from 20.00.."]),
        ("Mit Reservierung ab: 23 Euro", ["from 23.00.."]),
        ("bis zu 100 Euro", ["up_to ..100.00"]),
        ("höchstens 100 Euro", ["up_to ..100.00"]),
        ("Erwachsene: bis 100 Euro", ["up_to ..100.00"]),
        ("Rahmen: 1,- bis 500,- Euro", ["range 1.00..500.00"]),
        ("Die Gebühr liegt zwischen 50,00 und 3000,00 Euro.", ["range 50.00..3000.00"]),
        ("Die Mindestgebühr beträgt in allen Fällen 50 Euro.", ["from 50.00.."]),
        ("Die Höhe richtet sich nach dem Aufwand. Sie beträgt mindestens 30,50 Euro.", ["from 30.50.."]),
        ("mindestens\n20 Euro", ["from 20.00.."]),
        ("750 bis 3.000", ["range 750.00..3000.00"]),
        ("mindestens 50, höchstens 500", ["range 50.00..500.00"]),
    ],
)
def test_ranges_floors_and_caps_are_told_apart(text: str, fees: list[str]) -> None:
    assert read(text) == fees


@pytest.mark.parametrize(
    ("text", "fees"),
    [
        ("jährlich 120 Euro", ["rate 120.00 per year"]),
        ("120 Euro pro Jahr", ["rate 120.00 per year"]),
        ("10 Euro je Monat", ["rate 10.00 per month"]),
        ("monatlich 15 €", ["rate 15.00 per month"]),
        ("12 Euro/Stunde", ["rate 12.00 per hour"]),
        ("12 Euro pro Person und Tag", ["rate 12.00 per Person day"]),
        ("23 je angefangene Viertelstunde", ["rate 23.00 per angefangene Viertelstunde"]),
        ("1,50 je Seite, mindestens 10", ["rate 1.50 10.00.. per Seite"]),
        ("1,50 Euro je Seite (höchstens 30 Euro)", ["rate 1.50 ..30.00 per Seite"]),
        ("Beglaubigung pro Dokument (bis 6 Seiten): 5 Euro", ["rate 5.00 per Dokument"]),
        ("nach Zeitaufwand, je Stunde 60 Euro", ["rate 60.00 per hour"]),
        ("für das erste Hund 60 €, für jeden weiteren 120 €", ["fixed 60.00", "rate 120.00 per weiteren"]),
        (
            "Die Steuer beträgt jährlich für den ersten Hund 60 Euro und für den zweiten Hund 90 Euro.",
            ["rate 60.00 per year", "rate 90.00 per year"],
        ),
        ("5 Euro je angefangene 1.000 Euro der Baukosten", ["rate 5.00 per angefangene 1.000 Euro"]),
        ("0,5 v. H. der Baukosten", ["value_based 0.5 % der Baukosten"]),
        ("0,5 v. H. der Baukosten, mindestens 50 Euro", ["value_based 0.5 % der Baukosten 50.00.."]),
        (
            "2 Prozent des Kaufpreises. Die Gebühr beträgt höchstens 500 Euro.",
            ["value_based 2 % des Kaufpreises ..500.00"],
        ),
        ("5 ‰ der Rohbausumme", ["value_based 0.5 % der Rohbausumme"]),
        (
            "2 v. H. der Bausumme, jedoch mindestens 60 und höchstens 5 000",
            ["value_based 2 % der Bausumme 60.00..5000.00"],
        ),
        ("23 EUR je angefangene halbe Stunde, höchstens 500 EUR", ["rate 23.00 ..500.00 per angefangene halbe Stunde"]),
        ("16,50 bis 41 Euro je angefangene viertel Stunde", ["range 16.50..41.00 per angefangene viertel Stunde"]),
        ("25 bis 45 € mtl.", ["range 25.00..45.00 per month"]),
        ("25,00 € / Std.", ["rate 25.00 per hour"]),
        ("Stundensatz 64 Euro", ["rate 64.00 per hour"]),
        ("7,00 Euro/qm/Monat", ["rate 7.00 per qm month"]),
        ("Verlängerung (pro Jahr) — 20,-- €", ["rate 20.00 per year"]),
        (
            "Die ersten 50 Seiten je 0,50 Euro, jede weitere Seite 0,15 Euro",
            ["rate 0.50 per Seiten", "rate 0.15 per weitere Seite"],
        ),
        ("Grundbetrag 5 Euro und 0,25 Euro je km", ["fixed 5.00", "rate 0.25 per km"]),
        ("Pro 1.000 Euro Bausumme werden mindestens 5 Euro festgesetzt.", ["from 5.00.. per 1.000 Euro"]),
        (
            "Die Abgabe beträgt jährlich:\n- erster Hund 60 Euro\n- weitere 90 Euro",
            ["rate 60.00 per year", "rate 90.00 per year"],
        ),
    ],
)
def test_rates_and_shares_keep_what_they_count_by(text: str, fees: list[str]) -> None:
    assert read(text) == fees


@pytest.mark.parametrize(
    "text",
    [
        "kostenfrei",
        "Kostenlos",
        "Die Auskunft ist gebührenfrei.",
        "keine Gebühren",
        "Es fallen keine Kosten an.",
        "Gebühren werden nicht erhoben.",
        "Kinder unter 6 Jahren: frei",
        "Gebühr: keine",
        "0,00 Euro",
        "Jugendliche bis 18 Jahre frei",
        "Bedürftige sind von den Gebühren befreit.",
        "Die Beratung ist unentgeltlich und dauert etwa 30 Minuten.",
    ],
)
def test_nothing_to_pay_is_read_as_free(text: str) -> None:
    assert read(text) == ["free"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "das Doppelte der Gebühr",
        "2-fache der Gebühr nach Nr. 1.2",
        "75 Prozent der Genehmigungsgebühr",
        "nach der Gebührensatzung",
        "§ 3 GebOSt",
        "laut Gebührenordnung vom 12. März 2019",
        "auf Anfrage",
        "nach Zeitaufwand",
        "nicht kostenlos",
        "Die Auskunft ist nicht gebührenfrei.",
        "vorher 23 Euro",
        "Die Gebühr betrug bisher 23 Euro.",
        "Zahlen Sie binnen 14 Tagen.",
        "ab 16 Jahren",
        "Telefon 0391 567-01, Zimmer 12",
        "Hotline: 115 (kostenlose Rufnummer)",
        "Nr. 5 des Tarifs, § 12 Abs. 3",
        "am 01.07.2024",
        "IBAN: DE00 1234 5678 1234 5678 90",
        "Seit 2019 geltende Regelung",
        "Ein Bußgeld von 35 Euro droht.",
        "Verwarnungsgeld: 55 Euro",
        "bei einem Streitwert von 5.000 Euro",
        "Einkommen unter 20.000 Euro",
        "wenn Ihr Vermögen 10.000 Euro übersteigt",
        "Sie erhalten einen Zuschuss von 300 Euro.",
        "Bei Online-Antrag verringert sich die Gebühr um 5 Euro.",
        "Kartenzahlung ab 10 Euro möglich",
        "Grad der Behinderung von mindestens 50 Prozent",
        "zuzüglich 19 % Mehrwertsteuer",
        "3 Passfotos je Person",
        "höchstens 2 je Haushalt",
        "1.2 Auskunft nach § 12",
        "10 Euro-Münze",
        "Format 3,50 x 4,50 cm",
        "2026",
        "Mo 8 - 12 Uhr, Di 14.00 - 18.00 Uhr",
        "Montag | 8 - 12 | 14 - 16",
        "Die Hälfte der Gebühr",
        "25 bis 100 v. H. der Gebühr",
        "Die Gebühr beträgt 20 % der für die Genehmigung erhobenen Gebühr.",
        "0,4 bis 0,7 % der Baukosten",
        "Säumniszuschlag 1 % des rückständigen Betrags",
        "0,035 Euro pro Berechtigung",
        "5/10 bis 20/10",
        "z. B. 2 x 26 Euro = 52 Euro",
        "Mindestumsatz 17.500 Euro im Jahr",
        "Stammkapital: mindestens 25.000 Euro",
        "Wohngeld bis zu 300 Euro monatlich möglich",
        "Der Nachweis von mindestens 11.904 Euro auf einem Sperrkonto ist erforderlich.",
        "Es werden 120 Euro im Monat gewährt.",
        "Antwort bitte mit 1,80 Euro frankiertem Umschlag",
        "Sie können auf Antrag von den Gebühren befreit werden.",
        "Soweit die Auskunft nicht gebührenfrei ist, gilt der Tarif.",
        "Zone 3 - 5, Klasse 2 bis 4",
        "<p>Konto 123 456 7890, BLZ 800 537 62</p>",
    ],
)
def test_what_is_no_certain_fee_gives_none(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "fees"),
    [
        ("27 Euro (bisher 23 Euro)", ["fixed 27.00"]),
        ("statt 30 Euro jetzt 25 Euro", ["fixed 25.00"]),
        ("Die Gebühr steigt von 20 Euro auf 25 Euro.", ["fixed 25.00"]),
        ("60 Euro, davon 15 Euro Abgabe", ["fixed 60.00"]),
        ("Zu zahlen sind 25 Euro; davon entfallen 5 Euro auf Porto.", ["fixed 25.00"]),
        ("Versicherung an Eides statt 30 Euro", ["fixed 30.00"]),
        ("Bei einem Wert von 5.000 Euro beträgt die Gebühr 50 Euro.", ["fixed 50.00"]),
        ("bis 5.000 Euro: 30 Euro", ["fixed 30.00"]),
        ("Bei Verspätung Bußgeld bis 500 Euro. Die Anmeldung kostet 12 Euro.", ["fixed 12.00"]),
        ("ab 40 Euro (mit Ausnahme bis zu 250 Euro)", ["from 40.00..", "up_to ..250.00"]),
        ("Erstausstellung kostenlos, Ersatz 10 Euro", ["free", "fixed 10.00"]),
        (
            "bei Baukosten bis 50.000 Euro 100 Euro, bei Baukosten über 50.000 Euro 200 Euro",
            ["fixed 100.00", "fixed 200.00"],
        ),
        ("Nach Streitwert: bis 500 Euro 38 Euro, bis 1.000 Euro 58 Euro", ["fixed 38.00", "fixed 58.00"]),
        ("30 Euro + 5 Euro Porto = 35 Euro", ["fixed 30.00", "fixed 5.00"]),
        ("20,00 EUR zzgl. 19 % MwSt.", ["fixed 20.00"]),
        ("keine Kosten, bei Verstoß aber ein Bußgeld von 50 Euro", ["free"]),
        ("3 200 Euro zuzüglich 0,035 Euro pro Stück", ["fixed 3200.00"]),
        ("Hund 1 - 60 Euro", ["fixed 60.00"]),
        ("12 Monate/ 360 Euro", ["fixed 360.00"]),
    ],
)
def test_fees_are_found_beside_other_amounts(text: str, fees: list[str]) -> None:
    assert read(text) == fees


@pytest.mark.parametrize(
    ("text", "fees"),
    [
        ("1.2.3 Erteilung einer Genehmigung 25 bis 500", ["range 25.00..500.00"]),
        ("2.1 Beglaubigung je Seite 2,50 EUR", ["rate 2.50 per Seite"]),
        ("2.1 Beglaubigung je Seite 2,50", ["rate 2.50 per Seite"]),
        ("4.11 Zweitschrift eines Bescheides nach § 9 Abs. 2 15", ["fixed 15.00"]),
        ("12 Ausnahmegenehmigung 30 bis 300", ["range 30.00..300.00"]),
        ("Gebühr in Euro\n1.1 Auskunft 5\n1.2 Auszug 7,50", ["fixed 5.00", "fixed 7.50"]),
        (
            "Nr. | Gegenstand | Gebühr (EUR)\n1 | Auskunft | 15\n2 | Erlaubnis | 25 bis 500",
            ["fixed 15.00", "range 25.00..500.00"],
        ),
        ("3.4 Prüfung der Unterlagen nach Zeitaufwand", []),
        ("3.5 Prüfung nach Zeitaufwand, mindestens 50", ["from 50.00.."]),
        ("3.6 Erlaubnis für mehr als 20 Plätze 491", ["fixed 491.00"]),
        ("6 Entscheidung über eine Ausnahme nach § 11 Absatz 5 190", ["fixed 190.00"]),
        ("Tarifstelle 5.30.1: 100 bis 1 000", ["range 100.00..1000.00"]),
        ("5 | Kopien je Seite | |\n | schwarz-weiß | 0,50 |\n6 | Karte | 3,- |", ["rate 0.50 per Seite", "fixed 3.00"]),
        ("7.1 | Auszug | 25 bis 50", ["range 25.00..50.00"]),
        ("Gebühr EUR | Amt\n", []),
        ("Gebühr pro Monat\n| Krippe | 120,00 € |", ["rate 120.00 per month"]),
    ],
)
def test_lines_of_tariffs_give_amounts_without_a_sign(text: str, fees: list[str]) -> None:
    assert read(text) == fees


def test_rows_of_a_table_are_fees_with_the_first_cell_as_label() -> None:
    table = (
        "<table><tr><th>Leistung</th><th>Bauwert in Euro</th><th>Gebühr in Euro</th></tr>"
        "<tr><td>Beglaubigung je Seite</td><td></td><td>2,50</td></tr>"
        "<tr><td>Prüfung</td><td>bis 5.000</td><td>10 bis 20</td></tr>"
        "<tr><td>Kopie</td><td></td><td>frei</td></tr></table>"
    )
    fees, _reasons = parse(table, ON)
    assert [short(fee) for fee in fees] == ["rate 2.50 per Seite", "range 10.00..20.00", "free"]
    assert [fee.label for fee in fees] == ["Beglaubigung je Seite", "Prüfung", "Kopie"]
    assert fees[1].condition == "bis 5.000"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Gebühr: 10,00 EUR; Eilzuschlag: 32,00 Euro", [("Gebühr", None), ("Eilzuschlag", None)]),
        (
            "unter 24 Jahren: 27,60 Euro / über 24 Jahren: 46 Euro",
            [(None, "unter 24 Jahren"), (None, "über 24 Jahren")],
        ),
        ("50 bis 60 Euro (abhängig von der Rechtsform)", [(None, "abhängig von der Rechtsform")]),
        ("Kinder unter 6 Jahren: frei", [(None, "Kinder unter 6 Jahren")]),
        (
            "<p>Pass:</p><ul><li>unter 24 Jahren: 8 Euro</li><li>Ersatz: 9 Euro</li></ul>",
            [("Pass", "unter 24 Jahren"), ("Ersatz", None)],
        ),
        (
            "Gäste: 46 Euro (ab 24 Jahren) oder 27 Euro (bis 24 Jahre)",
            [("Gäste", "ab 24 Jahren"), ("Gäste", "bis 24 Jahre")],
        ),
        ("12 Euro, wenn eine Urkunde nötig ist", [(None, "wenn eine Urkunde nötig ist")]),
        ("Die Eintragung ist gebührenfrei.", [("Eintragung", None)]),
        ("Die Gebühr beträgt 5 Euro.", [(None, None)]),
        ("Schein: 1 Jahr: 35 Euro; 2 Jahre: 60 Euro", [("Schein", "1 Jahr"), ("Schein", "2 Jahre")]),
        ("Für die Ausstellung fallen 60 Euro Gebühr an.", [(None, "Für die Ausstellung")]),
        (
            "<table><tr><td>Pass</td><td></td></tr><tr><td>ab 24 Jahre</td><td>9 €</td></tr></table>",
            [("Pass", "ab 24 Jahre")],
        ),
    ],
)
def test_labels_and_conditions_are_kept(text: str, said: list[tuple[str | None, str | None]]) -> None:
    assert [(fee.label, fee.condition) for fee in parse(text, ON)[0]] == said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("das Doppelte der Gebühr", "multiple of another fee"),
        ("auf Anfrage", "on request"),
        ("bisher 5 Euro", "former amount"),
        ("Bußgeld 5 Euro", "penalty"),
        ("nach der Gebührensatzung", "refers to a rule"),
    ],
)
def test_what_was_not_taken_is_explained(text: str, why: str) -> None:
    reasons = parse(text, ON)[1]
    assert len(reasons) == 1
    assert reasons[0].startswith(why)


# fmt: off
PIECES = [
    "12", "1.600,50", "5,-", "€", "Euro", "EUR", "Cent", "%", "v. H.", "ab", "bis", "zu", "je", "Seite", "Stunde",
    "pro", "mindestens", "höchstens", "zwischen", "und", "oder", "statt", "bisher", "Gebühr:", "kostenfrei", "keine",
    "§ 3", "Nr.", "(", ")", ";", "/", "-", "|", ",", ".", ":", "<li>", "<td>", "<tr>", "<table>", "</table>", "<p>",
    "\n", "\t", "der", "Baukosten", "ab 01.01.2027", "bis 31.12.2026", "31.02.2026", "statt", "x", "=", "+", "1.2.3",
    "a)", "<th>", "2027", "9" * 30, "1 200 300 400 500", "halbjährlich", "frei", "Androhung", "Zwangsgeld",
]
REPEATED = [
    "5 Euro ", "(", ")", "|", "bisher ", "1.", "1 ", "0 ", "5-", "je weitere angefangene ", "a", "von bis zu ",
    "<td>", "<table><tr>", "5 Euro, ", "zwischen 5 und ", "Gebühr ", "gebühr", "keine ", " ", "\n", "ein", ": ",
    "(5 Euro) ", "§ ", "&", "<", "wert", "0,5 % der ", "10 Euro/A ", "Einkommen der ", "tausend", "1 600 ", "fache",
    "1) ", "12 € 50 ", "§ 3 bis 5, 6 und ", "ab 01.01.2027 ", "+ 5 = ", " x 5 = ", "je 500 Euro ", "frei, ",
]
# fmt: on


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join)))
def test_any_text_gives_valid_fees(text: str) -> None:
    fees, reasons = parse(text, ON)
    assert all(isinstance(reason, str) for reason in reasons)
    for fee in fees:
        assert fee == msgspec.convert(msgspec.to_builtins(fee), Read)
        assert fee.kind in get_args(FeeKind)
        amounts = [fee.amount, fee.amount_min, fee.amount_max]
        assert all(amount.as_tuple().exponent == -2 for amount in amounts if amount is not None)
        needed = {
            "fixed": fee.amount,
            "rate": fee.amount,
            "range": fee.amount_min and fee.amount_max,
            "from": fee.amount_min,
            "up_to": fee.amount_max,
            "value_based": fee.percent,
            "free": Decimal(0),
        }
        assert needed[fee.kind] is not None
        if fee.amount_min is not None and fee.amount_max is not None:
            assert fee.amount_min <= fee.amount_max


@pytest.mark.parametrize("piece", REPEATED)
def test_long_texts_are_read_to_their_end(piece: str) -> None:
    fees, _ = parse("Die Urkunde kostet 12,50 Euro.\n\n" + piece * (100_000 // len(piece)), ON)
    assert fees[0].amount == Decimal("12.50")
