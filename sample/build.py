"""Makes the repetitive files of the sample state: ``areas.csv``, ``postal-codes.csv``, ``authorities-local.jsonl``.

Run it as ``python sample/build.py FOLDER`` with the folder of the municipal directory (README.md says which). The
structure of the administrations is real; offices, streets, numbers and hours are invented.
"""

from __future__ import annotations

import csv
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from busdb.interchange import encode
from busdb.records import Address, Authority, Contact, Hours, Internal115

SEATS = {
    "An der Finne": "Bad Bibra",
    "Arneburg-Goldbeck": "Goldbeck",
    "Beetzendorf-Diesdorf": "Beetzendorf",
    "Droyßiger-Zeitzer Forst": "Droyßig",
    "Egelner Mulde": "Egeln",
    "Elbe-Havel-Land": "Schönhausen",
    "Elbe-Heide": "Rogätz",
    "Flechtingen": "Flechtingen",
    "Goldene Aue": "Kelbra",
    "Mansfelder Grund-Helbra": "Helbra",
    "Obere Aller": "Eilsleben",
    "Saale-Wipper": "Güsten",
    "Seehausen (Altmark)": "Seehausen",
    "Unstruttal": "Freyburg",
    "Vorharz": "Wegeleben",
    "Weida-Land": "Nemsdorf-Göhrendorf",
    "Westliche Börde": "Gröningen",
    "Wethautal": "Osterfeld",
    "Anhalt-Bitterfeld": "Köthen",
    "Börde": "Haldensleben",
    "Burgenlandkreis": "Naumburg",
}
"""Where the associations have their administration, and the districts that have it not in their largest town."""
HERE = Path(__file__).parent
HEADING = ["ars", "key", "name", "kind", "parent", "aliases", "valid_from", "valid_to", "successor", "members"]

STATES = {
    "01": "Schleswig-Holstein",
    "02": "Hamburg",
    "03": "Niedersachsen",
    "04": "Bremen",
    "05": "Nordrhein-Westfalen",
    "06": "Hessen",
    "07": "Rheinland-Pfalz",
    "08": "Baden-Württemberg",
    "09": "Bayern",
    "10": "Saarland",
    "11": "Berlin",
    "12": "Brandenburg",
    "13": "Mecklenburg-Vorpommern",
    "14": "Sachsen",
    "15": "Sachsen-Anhalt",
    "16": "Thüringen",
}
MERGED = [
    ("bad-koesen", "Bad Kösen", "150840355355", "2009-12-31", "15084"),
    ("grosskorbetha", "Großkorbetha", "150840550550", "2010-08-31", "15084"),
    ("rosslau", "Roßlau (Elbe)", "15001", "2007-06-30", "15"),
    ("dessau", "Dessau", "15001", "2007-06-30", "15"),
    ("wolfen", "Wolfen", "150820015015", "2007-06-30", "15082"),
    ("bitterfeld", "Bitterfeld", "150820015015", "2007-06-30", "15082"),
    ("raguhn", "Raguhn", "150820301301", "2009-12-31", "15082"),
    ("jessnitz", "Jeßnitz (Anhalt)", "150820301301", "2009-12-31", "15082"),
    ("bad-suderode", "Bad Suderode", "150850235235", "2013-12-31", "15085"),
    ("gernrode", "Stadt Gernrode", "150850235235", "2013-12-31", "15085"),
    ("elbingerode", "Elbingerode (Harz)", "150850228228", "2009-12-31", "15085"),
    ("hasselfelde", "Hasselfelde", "150850228228", "2009-12-31", "15085"),
]
FOUNDED = {
    "15001": "2007-07-01",
    "150820015015": "2007-07-01",
    "150820301301": "2010-01-01",
    "150850228228": "2010-01-01",
    "ot-naumburg-bad-koesen": "2010-01-01",
    "ot-dessau-rosslau-rosslau": "2007-07-01",
    "ot-quedlinburg-bad-suderode": "2014-01-01",
    "ot-quedlinburg-gernrode": "2014-01-01",
}
"""Since when there are municipalities that came of mergers, and Ortsteile that were municipalities."""
LOCALITIES = {
    "150840355355": ("naumburg", ["Bad Kösen", "Schulpforte", "Flemmingen", "Roßbach"]),
    "15002": ("halle", ["Neustadt", "Trotha", "Ammendorf", "Giebichenstein"]),
    "15003": ("magdeburg", ["Olvenstedt", "Buckau", "Stadtfeld Ost", "Diesdorf"]),
    "15001": ("dessau-rosslau", ["Roßlau", "Ziebigk", "Alten"]),
    "150850370370": ("wernigerode", ["Schierke", "Silstedt", "Benzingerode"]),
    "150850235235": ("quedlinburg", ["Bad Suderode", "Gernrode"]),
}
NORTH, SOUTH = "15003|15081|15083|15085|15086|15089|15090", "15001|15002|15082|15084|15087|15088|15091"
DISTRICTS = {
    "finanzamtsbezirk-dessau-rosslau": ("Finanzamtsbezirk Dessau-Roßlau", "15001"),
    "finanzamtsbezirk-halle": ("Finanzamtsbezirk Halle (Saale)", "15002"),
    "finanzamtsbezirk-magdeburg": ("Finanzamtsbezirk Magdeburg", "15003"),
    "finanzamtsbezirk-salzwedel": ("Finanzamtsbezirk Salzwedel", "15081"),
    "finanzamtsbezirk-bitterfeld-wolfen": ("Finanzamtsbezirk Bitterfeld-Wolfen", "15082"),
    "finanzamtsbezirk-haldensleben": ("Finanzamtsbezirk Haldensleben", "15083"),
    "finanzamtsbezirk-naumburg": ("Finanzamtsbezirk Naumburg", "15084"),
    "finanzamtsbezirk-quedlinburg": ("Finanzamtsbezirk Quedlinburg", "15085"),
    "finanzamtsbezirk-genthin": ("Finanzamtsbezirk Genthin", "15086"),
    "finanzamtsbezirk-eisleben": ("Finanzamtsbezirk Eisleben", "15087"),
    "finanzamtsbezirk-merseburg": ("Finanzamtsbezirk Merseburg", "15088"),
    "finanzamtsbezirk-stassfurt": ("Finanzamtsbezirk Staßfurt", "15089"),
    "finanzamtsbezirk-stendal": ("Finanzamtsbezirk Stendal", "15090"),
    "finanzamtsbezirk-wittenberg": ("Finanzamtsbezirk Wittenberg", "15091"),
    "ihk-bezirk-magdeburg": ("Bezirk der IHK Magdeburg", NORTH),
    "ihk-bezirk-halle-dessau": ("Bezirk der IHK Halle-Dessau", SOUTH),
    "hwk-bezirk-magdeburg": ("Bezirk der Handwerkskammer Magdeburg", NORTH),
    "hwk-bezirk-halle": ("Bezirk der Handwerkskammer Halle", SOUTH),
    "polizeibezirk-magdeburg": ("Bezirk der Polizeiinspektion Magdeburg", "15003|15083|15085|15089"),
    "polizeibezirk-stendal": ("Bezirk der Polizeiinspektion Stendal", "15081|15086|15090"),
    "polizeibezirk-halle": ("Bezirk der Polizeiinspektion Halle", "15002|15084|15087|15088"),
    "polizeibezirk-dessau-rosslau": ("Bezirk der Polizeiinspektion Dessau-Roßlau", "15001|15082|15091"),
    "standesamtsbezirk-an-der-finne": ("Standesamtsbezirk An der Finne (Beispiel)", "150845051|150845053"),
}

LOCAL_LARGE = {
    "Bürgerbüro": ["Bürgerbüro"],
    "Standesamt": ["Standesamt"],
    "Ordnungsamt": ["Ordnungsamt"],
    "Gewerbeamt": ["Gewerbeamt"],
    "Steueramt": ["Steueramt"],
    "Stadtkasse": ["Stadtkasse"],
    "Bauamt": ["Bauamt"],
    "Fundbüro": ["Fundbüro"],
    "Friedhofsverwaltung": ["Friedhofsverwaltung"],
    "Amt für Schulen und Kitas": ["Kita und Schule"],
}
LOCAL_SMALL = {
    "Bürgerbüro": ["Bürgerbüro", "Fundbüro"],
    "Standesamt": ["Standesamt"],
    "Ordnungsamt": ["Ordnungsamt", "Gewerbeamt"],
    "Kämmerei": ["Steueramt", "Stadtkasse"],
    "Bauamt": ["Bauamt", "Friedhofsverwaltung"],
    "Schulen und Kitas": ["Kita und Schule"],
}
DISTRICT = (
    "Kfz-Zulassungsbehörde",
    "Fahrerlaubnisbehörde",
    "Ausländerbehörde",
    "Jugendamt",
    "Elterngeldstelle",
    "Sozialamt",
    "Wohngeldbehörde",
    "Bauaufsichtsbehörde",
    "Gesundheitsamt",
    "Veterinäramt",
    "Umweltamt",
    "BAföG-Amt",
    "Staatsangehörigkeitsbehörde",
    "Gewerberecht",
    "Abfallwirtschaft",
    "Jagd- und Waffenbehörde",
)
SITES = {
    "15002": {"Bürgerbüro Neustadt": "Neustadt", "Bürgerbüro Ammendorf": "Ammendorf"},
    "15003": {"Bürgerbüro Süd": "Buckau", "Bürgerbüro Nord": "Olvenstedt"},
    "150840355355": {"Bürgerbüro Bad Kösen": "Bad Kösen"},
}
"""The sites of offices, each with the part of the town that it is in."""
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
LARGE = 25_000
HOURS = (
    (
        "Mo 09:00-12:00; Tu 09:00-12:00,13:00-18:00; Th 09:00-12:00,13:00-16:00; Fr 09:00-12:00",
        "Mo-Th 09:00-15:00; Fr 09:00-12:00",
    ),
    (
        "Tu 09:00-12:00,14:00-18:00; Th 09:00-12:00,13:00-15:30; Fr 09:00-11:30",
        "Mo,We-Fr 09:00-12:00; Tu 09:00-12:00,14:00-18:00",
    ),
    ("Mo 08:00-12:00; Tu 08:00-12:00,13:30-18:00; Th 08:00-12:00,13:30-16:00", "Mo-Fr 08:00-12:00"),
    ("Mo-We 08:00-16:00; Th 08:00-18:00; Fr 08:00-12:00", "Mo-Th 08:00-16:00; Fr 08:00-12:00"),
    ("Mo 08:30-12:00; Tu 08:30-12:00,13:00-17:30; Fr 08:30-12:00", "Mo-Fr 08:30-12:00"),
)
STREETS = ("Am Beispielmarkt", "Musterallee", "Lindenweg", "Am Rathauspark", "Erdachte Straße", "Neue Reihe")


class Directory:
    """The municipal directory: rows of municipalities, of districts and of associations."""

    def __init__(self, folder: Path) -> None:
        self.municipalities = _rows(folder / "sachsen_anhalt_gemeinden.csv")
        rows = _rows(folder / "sachsen_anhalt_kreise_verbandsgemeinden.csv")
        self.districts = [row for row in rows if row["art"] == "Kreis" and row["kennz"] == "44"]
        self.associations = [row for row in rows if row["art"] == "Verband"]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def short(name: str) -> str:
    """A name as people say it: without what follows a comma."""
    return name.partition(",")[0]


def slug(text: str) -> str:
    """A name for ids and invented addresses: lower case letters and hyphens."""
    plain = text.lower().translate(UMLAUTS)
    ascii_ = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return "-".join("".join(char if char.isalnum() else " " for char in ascii_).split())


def areas(directory: Directory) -> Iterator[dict[str, str]]:
    """The rows of the gazetteer."""
    yield {"key": "DE", "name": "Deutschland", "kind": "country", "aliases": "Bund"}
    for code, state in STATES.items():
        kind = "city_state" if code in {"02", "11"} else "state"
        yield {
            "ars": code.ljust(12, "0") if kind == "city_state" else code,
            "name": state,
            "kind": kind,
            "parent": "DE",
        }
    yield {"ars": "091620000000", "name": "München", "kind": "city", "parent": "09"}
    for row in directory.districts:
        aliases = f"Landkreis {row['name']}|Kreis {row['name']}"
        yield {"ars": row["schluessel"], "name": row["name"], "kind": "district", "parent": "15", "aliases": aliases}
    for row in directory.associations:
        parent = row["schluessel"][:5]
        alias = f"Verbandsgemeinde {row['name']}"
        yield {"ars": row["schluessel"], "name": row["name"], "kind": "association", "parent": parent, "aliases": alias}
    for row in directory.municipalities:
        city = row["typ"] == "kreisfreie Stadt"
        name = short(row["name"])
        short_forms = [alias for alias in (row["name"], name.partition(" (")[0]) if alias != name]
        yield {
            "ars": row["ars"],
            "name": name,
            "kind": "city" if city else "municipality",
            "parent": "15" if city else row["verband_schluessel"] or row["kreis_schluessel"],
            "aliases": "|".join(dict.fromkeys(short_forms)),
            "valid_from": FOUNDED.get(row["ars"][:5] if city else row["ars"], ""),
        }
    for key, name, successor, last_day, parent in MERGED:
        yield {
            "key": f"ehemals-{key}",
            "name": name,
            "kind": "municipality",
            "parent": parent,
            "aliases": name.removeprefix("Stadt ") if name.startswith("Stadt ") else "",
            "valid_to": last_day,
            "successor": successor,
        }
    for code, (town, parts) in LOCALITIES.items():
        for name in parts:
            key = f"ot-{town}-{slug(name)}"
            since = FOUNDED.get(key, "")
            yield {"key": key, "name": name, "kind": "locality", "parent": code, "valid_from": since}
    for key, (title, members) in DISTRICTS.items():
        yield {"key": key, "name": title, "kind": "custom", "parent": "15", "members": members}


class Body(dict[str, Any]):
    """An administration: its code, its name, the town where it sits, a postal code, its size."""


def bodies(directory: Directory) -> Iterator[Body]:
    """The administrations of municipalities, associations and districts."""
    for row in directory.municipalities:
        code = row["ars"][:5] if row["typ"] == "kreisfreie Stadt" else row["ars"]
        population = int(row["einwohner"])
        kind = "member" if row["verband_schluessel"] else "local"
        title = "Gemeinde" if row["typ"] == "Gemeinde" else "Stadt"
        yield Body(
            code=code,
            kind=kind,
            name=f"{title} {short(row['name'])}",
            town=short(row["name"]),
            postal_code=row["plz_sitz"],
            large=population >= LARGE,
            city=code == row["ars"][:5],
        )
    for row in directory.associations:
        members = [one for one in directory.municipalities if one["verband_schluessel"] == row["schluessel"]]
        seat = next(one for one in members if short(one["name"]).startswith(SEATS[row["name"]]))
        yield Body(
            code=row["schluessel"],
            kind="local",
            name=f"Verbandsgemeinde {row['name']}",
            town=short(seat["name"]),
            postal_code=seat["plz_sitz"],
            large=False,
            city=False,
        )
    for row in directory.districts:
        inside = [one for one in directory.municipalities if one["kreis_schluessel"] == row["schluessel"]]
        town = SEATS.get(row["name"])
        seats = [one for one in inside if town and short(one["name"]).startswith(town)]
        seat = max(seats or inside, key=lambda one: int(one["einwohner"]))
        title = row["name"] if "kreis" in row["name"].lower() or "Land" in row["name"] else f"Landkreis {row['name']}"
        yield Body(
            code=row["schluessel"],
            kind="district",
            name=title,
            town=short(seat["name"]),
            postal_code=seat["plz_sitz"],
            large=True,
            city=False,
        )


def authorities(directory: Directory) -> Iterator[Authority]:
    """The administrations with their offices."""
    count = 0
    for body in bodies(directory):
        for authority in _offices(body):
            yield _furnished(authority, body, count)
            count += 1


def _offices(body: Body) -> Iterator[Authority]:
    code, name = body["code"], body["name"]
    root = f"kommunal.{code}-verwaltung"
    if body["kind"] == "member":
        yield Authority(
            id=root, name=f"Bürgermeisterin oder Bürgermeister der {name}", area=code, categories=("Bürgermeister",)
        )
        return
    category = "Kreisverwaltung" if body["kind"] == "district" else "Verwaltung"
    prefix = "Kreisverwaltung" if body["kind"] == "district" else "Verwaltung der"
    extra = ("Kreisverwaltung",) if body["city"] else ()
    yield Authority(id=root, name=f"{prefix} {name}", area=code, categories=(category, *extra))
    if body["kind"] == "local":
        for office, categories in (LOCAL_LARGE if body["large"] else LOCAL_SMALL).items():
            id_ = f"kommunal.{code}-{slug(office)}"
            yield Authority(
                id=id_, name=f"{office} {body['town']}", area=code, parent=root, categories=tuple(categories)
            )
            for site in SITES.get(code, {}) if office == "Bürgerbüro" else ():
                site_id = f"kommunal.{code}-{slug(site)}"
                yield Authority(id=site_id, name=site, area=code, parent=id_, site=True, categories=("Bürgerbüro",))
    if body["kind"] == "district" or body["city"]:
        for office in DISTRICT:
            id_ = f"kommunal.{code}-{slug(office)}"
            yield Authority(id=id_, name=f"{office} {name}", area=code, parent=root, categories=(office,))


def _furnished(authority: Authority, body: Body, count: int) -> Authority:
    """The office with an invented street, numbers of the range kept for fiction, and hours of one of five habits."""
    visit, phone = HOURS[count % len(HOURS)]
    office = authority.categories[0]
    number = f"+49 30 23125 {count % 1000:03}"
    mail = f"{slug(office)}@{slug(body['town'])}.example.org"
    notes = {0: "Bis Jahresende nur mit Termin; Rückfragen an die Leitung.", 7: "Montags nicht durchstellen."}
    values: dict[str, Any] = {name: getattr(authority, name) for name in Authority.__struct_fields__}
    values |= {
        "addresses": (
            Address(
                street=STREETS[count % len(STREETS)],
                house_number=str(1 + count % 40),
                room=f"{1 + count % 3}.{count % 30:02}",
                postal_code=body["postal_code"],
                city=body["town"],
                locality=SITES.get(body["code"], {}).get(authority.name),
                wheelchair=("yes", "yes", "limited", "no")[count % 4],
                elevator=count % 3 == 0,
            ),
        ),
        "contacts": (Contact(channel="phone", value=number), Contact(channel="email", value=mail)),
        "hours": (Hours(osm=visit), Hours(type="phone", osm=phone)),
        "payment_methods": ("cash", "girocard") if count % 5 else ("girocard", "invoice"),
        "appointment": office in {"Bürgerbüro", "Standesamt", "Kfz-Zulassungsbehörde", "Ausländerbehörde"},
        "internal115": (
            Internal115(
                second_level_phone=f"+49 30 23125 {(count + 500) % 1000:03}",
                back_office_email=f"intern-{mail}",
                forward_rule="Mo-Fr 08:00-15:00 durchstellen, sonst Rückruf anbieten",
                note=notes.get(count % 50),
            ),
        ),
    }
    return Authority(**values)


def main(folder: Path) -> None:
    """Write the three files."""
    directory = Directory(folder)
    with (HERE / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADING, lineterminator="\n")
        writer.writeheader()
        writer.writerows(areas(directory))
    with (HERE / "postal-codes.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["ars", "postal_codes"])
        table.writerows([row["ars"], row["plz_alle"].replace(" ", "|")] for row in directory.municipalities)
    with (HERE / "authorities-local.jsonl").open("wb") as lines:
        lines.writelines(encode(authority) + b"\n" for authority in authorities(directory))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
