"""Clients written for the original work after changing the base address: an app, software of the EA, an extension."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree

BASE = "/api/compat/infodienste"
ROOT = "Lebenslagen für Bürgerinnen und Bürger"


class MissingError(Exception):
    """The server answered with an error status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class App:
    """An app for towns: it walks lists by the header, falls back, and takes objects and blocks in either nesting."""

    def __init__(self, client: FlaskClient, limit: int = 5) -> None:
        self._client = client
        self._limit = limit

    def read(self, path: str) -> tuple[Any, Any]:
        """The answer and its headers."""
        headers = {
            "Accept": "application/json",
            "Accept-Language": "de-DE",
            "x-api-key": "beliebig",
            "x-federal-state": "ST",
        }
        response = self._client.get(f"{BASE}/{path}", headers=headers)
        if response.status_code != 200:
            raise MissingError(response.status_code)
        return response.get_json(), response.headers

    def walk(self, path: str) -> list[Any]:
        """All objects of a list, page by page."""
        found: list[Any] = []
        while True:
            payload, headers = self.read(f"{path}&limit={self._limit}&offset={len(found)}")
            objects = [one["object"] for one in payload["results"]]
            found += objects
            total = int(headers.get("total-item-count") or payload.get("totalCount") or len(found))
            if not objects or len(found) >= total:
                return found

    def areas(self, text: str) -> list[Any]:
        """The areas for what is being typed."""
        words = "&".join(f"searchWords={word}*" for word in text.split())
        values: list[Any] = self.read(f"political-area/search?{words}")[0]["values"]
        return values

    def services(self, area: str, word: str = "") -> list[Any]:
        """All services, or those that a word finds."""
        endpoint = "pstExtended/find" if word else "pst/find"
        return self.walk(f"{endpoint}?areaId={area}&searchWord={word}&selectAttributes=id,name")

    def service(self, area: str, id: str) -> Any:
        """A service with everything."""
        try:
            payload, _ = self.read(f"pstExtended/{id}?areaId={area}")
        except MissingError as error:
            if error.status not in {404, 405, 501}:
                raise
            payload, _ = self.read(f"pst/{id}?areaId={area}")
        return payload.get("object") or payload

    def blocks(self, found: Any) -> dict[str, str]:
        """The texts that are shown, by name."""
        blocks = [block.get("textBlock") or block for block in found["textBlocks"]]
        return {block["type"]["name"]: block.get("text", "") for block in blocks}

    def related(self, endpoint: str, area: str, pst: str) -> list[Any]:
        """Units, persons or forms of a service."""
        return self.walk(f"{endpoint}?areaId={area}&pstId={pst}")


class EaSoftware:
    """Software of the EA: three questions, of which each must have exactly one result. Its base ends with a slash."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._base = f"{BASE}/"

    def _one(self, address: str) -> Any:
        response = self._client.get(address, headers={"api_key": "beliebig", "Accept": "application/json"})
        assert response.status_code == 200, response.get_data(as_text=True)
        results = response.get_json()["results"]
        return results[0]["object"] if len(results) == 1 else None

    def address(self, ags: str, key: str) -> tuple[str, ...] | None:
        """Where the competent unit is, if there is one."""
        area = self._one(f"{self._base}/area/find?ags={ags}")
        service = self._one(f"{self._base}/pst/byLeikaKey/{key}")
        if area is None or service is None:
            return None
        unit = self._one(f"{self._base}ou/findByCompetence?areaId={area['id']}&pstId={service['id']}")
        if unit is None:
            return None
        first = unit["addresses"][0]
        return tuple(str(first[name]) for name in ("street", "houseNumber", "zipcode", "city"))


@pytest.fixture
def app_client(client: FlaskClient) -> App:
    """The app."""
    return App(client)


def naumburg(app: App) -> str:
    """The number of Naumburg, as the app finds it."""
    first = app.areas("Naum Saale")[0]
    assert (first["displayName"], first["ags"]) == ("Naumburg (Saale)", "15084355")
    id_: str = first["id"]
    return id_


def pst(app: App, word: str) -> str:
    """The number of the service that a word finds first."""
    id_: str = app.services(naumburg(app), word)[0]["id"]
    return id_


def test_an_app_finds_areas_by_the_beginnings_of_their_words(app_client: App) -> None:
    assert [one["name"] for one in app_client.areas("Halle Saale")] == ["Halle (Saale)"]
    assert [one["displayName"] for one in app_client.areas("Bad Kösen")] == ["Naumburg (Saale) - OT Bad Kösen"]
    assert app_client.areas("06618")[0]["name"] == "Naumburg (Saale)"
    assert app_client.areas("Atlantis") == []
    area = app_client.read(f"political-area/{naumburg(app_client)}")[0]
    assert (area["ags"], area["rs"], area["nameShort"]) == ("15084355", "150840355355", "Naumburg")


def test_an_app_walks_the_whole_list_by_the_header(app_client: App) -> None:
    found = app_client.services(naumburg(app_client))
    assert len({one["id"] for one in found}) == len(found) == 16
    assert all(one.keys() == {"id", "name"} for one in found)
    assert "Nur in Halle" not in {one["name"] for one in found}
    assert "Personalausweis (Bund)" not in {one["name"] for one in found}


def test_an_app_searches_with_a_word(app_client: App) -> None:
    area = naumburg(app_client)
    assert app_client.services(area, "perso")[0]["name"] == "Personalausweis beantragen"
    assert len([one for one in app_client.services(area, "dienst") if one["name"].startswith("Dienst")]) == 12


def test_an_app_shows_a_service_with_everything(app_client: App) -> None:
    found = app_client.service(naumburg(app_client), pst(app_client, "personalausweis"))
    blocks = app_client.blocks(found)
    assert blocks["Teaser"] == "Der Ausweis für alle ab 16."
    assert "in vielen Worten.</p><p>In Naumburg nur mit Termin.</p>" in blocks["Volltext"]
    assert "46,00 Euro (ab 24 Jahren)" in blocks["Kosten (Gebühren, Auslagen, etc.)"]
    assert "Lichtbild (biometrisch)" in blocks["Erforderliche Unterlagen"]
    assert "2 Wochen – 1 Monat" in blocks["Bearbeitungsdauer"]
    assert "Antrag: 2 Wochen" in blocks["Fristen"]
    assert "§ 9 PAuswG" in blocks["Rechtsgrundlage(n)"]
    assert [unit["name"] for unit in found["organisationalUnits"]] == ["Bürgerbüro Naumburg", "Bürgerbüro Bad Kösen"]
    assert [person["lastName"] for person in found["persons"]] == ["Beispiel"]
    assert found["forms"][0]["links"][0]["url"] == "https://formulare.example.org/v.pdf"
    assert found["onlineServices"][0]["links"][0]["url"] == "https://online.example.org/ausweis"


def test_an_app_asks_for_what_belongs_to_a_service(app_client: App) -> None:
    area, service = naumburg(app_client), pst(app_client, "personalausweis")
    (unit,) = app_client.related("ou/findByCompetence", area, service)
    contacts = {one["type"]["key"]: one["value"] for one in unit["communications"]}
    assert contacts == {
        "TELEFON": "+49 30 23125 100",
        "EMAIL": "buergerbuero@example.org",
        "WWW": "https://naumburg.example.org",
    }
    first = unit["addresses"][0]
    assert (first["elevator"], first["wheelchairAccessible"], first["area"]["name"]) == (True, True, "Naumburg (Saale)")
    assert first["transportationStops"] == [{"name": "Bus 101, Haltestelle Markt", "lines": []}]
    assert unit["openingHours"] == "<p>Mo-Fr 09:00-12:00</p><p>Di 14:00-18:00</p>"
    assert {"Girocard", "bar"} == {one["name"] for one in unit["paymentMethods"] if not one["notPublic"]}
    (person,) = app_client.related("person/find", area, service)
    assert (person["title"], person["firstName"], person["lastName"]) == ("Dr.", "Erika", "Beispiel")
    assert person["communication"][0]["value"] == "+49 30 23125 101"
    (form,) = app_client.related("form/find", area, service)
    assert (form["name"], form["localForm"]) == ("Vollmacht", True)
    (online,) = app_client.related("os/findByCompetence", area, service)
    assert (online["link"], online["trustLevel"]) == ("https://online.example.org/ausweis", "30")


def test_an_app_walks_the_tree_of_categories(app_client: App) -> None:
    area = naumburg(app_client)
    roots = app_client.read(f"pstCategory/find?searchWord={ROOT}&limit=500&areaId={area}&selectAttributes=id,name")[0]
    (root,) = [one["object"] for one in roots["results"] if one["object"]["name"] == ROOT]
    attributes = "id,name,description,parentId,position,image,publicServiceTypes"

    def children(parent: str) -> list[Any]:
        return app_client.walk(f"pstCategory/find?parentId={parent}&areaId={area}&selectAttributes={attributes}")

    (everyday,) = children(root["id"])
    assert (everyday["name"], everyday["parentId"]) == ("Alltag", root["id"])
    assert [one["name"] for one in everyday["publicServiceTypes"]] == ["Hund anmelden"]
    (papers,) = children(everyday["id"])
    assert papers["description"] == "Papiere"
    assert [one["name"] for one in papers["publicServiceTypes"]] == ["Personalausweis beantragen"]
    assert children(papers["id"]) == []


def test_the_software_of_the_ea_gets_exactly_one_address(client: FlaskClient) -> None:
    ea = EaSoftware(client)
    assert ea.address("15084355", "99008001001000") == ("Beispielweg", "1a", "06618", "Naumburg (Saale)")
    assert ea.address("15084355", "99102013000000") is None
    assert ea.address("15084355", "99000000000000") is None


@pytest.mark.parametrize("word", ["hund", "streit", "geisterdienst"])
def test_there_is_no_competence_where_there_is_no_one_answer(app_client: App, word: str) -> None:
    area, service = naumburg(app_client), pst(app_client, word)
    assert app_client.related("ou/findByCompetence", area, service) == []
    units = app_client.service(area, service)["organisationalUnits"]
    assert len(units) == (0 if word == "geisterdienst" else 2)


TEXTS = {"pst": "id type name lastUpdated", "ou": "id name placename lastUpdated"}
LISTS = {
    "pst": "leikaKeys textBlocks periods servicePeriods charges documents restrictedAreas relatedPublicServiceTypes "
    "sdgInformationAreas receivers furtherPstObjectsWithActivity furtherPstObjectsWithActivityAndDetail",
    "ou": "synonyms addresses bankaccounts communications images communicationSystems paymentMethods "
    "organisationalUnitStructures organisationalUnitCategories",
}
"""What such a client reads without looking whether it is there."""


def test_an_extension_that_reads_every_key_finds_it(app_client: App) -> None:
    area, service = naumburg(app_client), pst(app_client, "personalausweis")
    found = app_client.read(f"pst/{service}?areaId={area}")[0]
    unit = app_client.related("ou/findByCompetence", area, service)[0]
    for kind, one in (("pst", found), ("ou", unit)):
        assert all(isinstance(one[name], str) for name in TEXTS[kind].split())
        assert all(isinstance(one[name], list) for name in LISTS[kind].split())
    assert (found["singlePointOfContact"], unit["generalized"], unit["appointmentRequired"]) == (True, False, True)
    assert unit["onlineAppointment"] == {"link": "https://termine.example.org", "configurationParameters": []}
    (charge,) = found["charges"]
    assert (charge["type"], charge["amount"], charge["currency"], charge["prepayment"]) == ("FIX", 46.0, "EUR", None)
    spans = {one["type"]: one for one in found["periods"]}
    assert (spans["SPAN"]["timeSpan"], spans["SPAN"]["periodUnit"]) == (2, "WOCHE")
    assert spans["DATEINTERVAL"]["dateTo"].endswith("-03-31")
    (time,) = found["servicePeriods"]
    assert (time["type"], time["timeSpan"], time["timeSpanTo"], time["periodUnit"]) == ("SPANINTERVAL", 14, 30, "TAG")
    assert [(one["direction"], one["name"]) for one in found["documents"]] == [("IN", "Lichtbild"), ("OUT", "Ausweis")]
    assert not [key for key, value in found.items() if value is None]


def test_an_extension_mirrors_a_town_by_its_tree_of_units(app_client: App, client: FlaskClient) -> None:
    area = naumburg(app_client)
    town = next(one for one in app_client.walk(f"ou/find?areaId={area}") if one["name"] == "Stadt Naumburg (Saale)")
    below = [one["name"] for one in app_client.walk(f"ou/find?parentId={town['id']}")]
    assert below == ["Bürgerbüro Naumburg", "Bürgerbüro Bad Kösen"]
    office = next(one for one in app_client.walk("ou/find?searchWord=bürgerbüro naum") if one)
    (held,) = app_client.read(f"ouCompetence/{office['id']}")[0]["results"]
    assert [one["name"] for one in held["object"]["publicServiceTypes"]] == ["Personalausweis beantragen"]
    assert held["object"]["areas"] == [{"id": area, "name": "Naumburg (Saale)"}]
    tax = app_client.walk("ou/find?searchWord=Steueramt&sortAttribute=name")
    assert [one["name"] for one in tax] == ["Steueramt A bis K", "Steueramt L bis Z"]
    assert app_client.read(f"ouCompetence/{tax[0]['id']}?leikaKey=99102013000000")[0]["totalCount"] == 1
    assert app_client.read(f"ouCompetence/{tax[0]['id']}?leikaKey=99008001001000")[0]["totalCount"] == 0
    all_below = app_client.read(f"ouCompetence/{town['id']}?subOrganisationalUnits=true")[0]["results"]
    assert {one["object"]["organisationalUnit"]["name"] for one in all_below} >= set(below)
    tree = app_client.read(f"common/oustructure/{town['id']}")[0]["structure"]
    assert [one["name"] for one in tree["children"]] == ["Bürgerbüro Bad Kösen", "Bürgerbüro Naumburg"][::-1]


def test_numbers_stay_and_our_ids_and_keys_of_areas_do_as_well(app_client: App, client: FlaskClient) -> None:
    service = pst(app_client, "personalausweis")
    assert service.isdigit()
    for area in (naumburg(app_client), "15084355", "150840355355"):
        for id_ in (service, "lsa.ausweis"):
            found = app_client.read(f"pst/{id_}?areaId={area}")[0]
            assert (found["id"], found["externalId"]) == (service, "lsa.ausweis")


def test_what_belongs_to_no_object(app_client: App) -> None:
    languages = app_client.walk("common/languages?x=1")
    assert [(one["code"], one["defaultLanguage"]) for one in languages] == [("de", True), ("en", False)]
    area, service = naumburg(app_client), pst(app_client, "personalausweis")
    (link,) = app_client.related("common/onlineApplicationLink", area, service)
    assert link == {"url": "https://online.example.org/ausweis", "name": "Ausweis online", "note": ""}
    assert {one["title"] for one in app_client.walk("common/oustructure?x=1")} >= {"Landratsamt"}
    types = app_client.walk("types/TextBlock?x=1")
    assert {"Kurztext", "Volltext", "Fristen", "Rechtsgrundlage(n)"} <= {one["name"] for one in types}
    assert [app_client.walk(f"types/{name}?x=1") for name in ("PublicTransportationLine",)] == [[]]


def test_attributes_are_chosen_also_within_an_object(client: FlaskClient, app_client: App) -> None:
    found = app_client.read("ou/find?selectAttributes[0]=name&selectAttributes[1]=addresses.city&limit=1")[0]
    assert found["results"][0]["object"].keys() == {"name", "addresses"}
    assert all(one.keys() == {"city"} for one in found["results"][0]["object"]["addresses"])
    bare = app_client.read("pst/lsa.ausweis?selectAttributes=id&selectAttributes=name")[0]
    assert bare.keys() == {"id", "name"}


def test_the_language_is_that_of_the_header(client: FlaskClient) -> None:
    def name(language: str) -> Any:
        return client.get(f"{BASE}/pst/lsa.ausweis", headers={"Accept-Language": language}).get_json()["name"]

    assert [name(language) for language in ("de_DE", "de-DE", "en")] == [
        "Personalausweis beantragen",
        "Personalausweis beantragen",
        "Apply for an identity card",
    ]


PATHS = [
    "pst/find?areaId=15084355",
    "pst/lsa.ausweis?areaId=15084355",
    "pst/byLeikaKey/99008001001000",
    "pstExtended/find?areaId=15084355&searchWord=perso",
    "pstExtended/lsa.ausweis?areaId=15084355",
    "pstCategory/find",
    "pstCategory/9000000000001",
    "ou/find",
    "ou/kommunal.buergerbuero",
    "ou/findByCompetence?areaId=15084355&pstId=lsa.ausweis",
    "ouCompetence/kommunal.buergerbuero",
    "person/find?areaId=15084355&pstId=lsa.ausweis",
    "person/find?ouId=kommunal.buergerbuero",
    "area/find?ags=15084355",
    "area/find?rs=150840355355",
    "area/find?searchWord=Naum",
    "area/15084355",
    "political-area/search?searchWords=Halle*&searchWords=Saale*",
    "political-area/15084355",
    "form/find?areaId=15084355&pstId=lsa.ausweis&includeLocalForms=1",
    "form/find",
    "os/findByCompetence?areaId=15084355&pstId=lsa.ausweis",
    "common/languages",
    "common/onlineApplicationLink?areaId=15084355&pstId=lsa.ausweis",
    "common/oustructure",
    "common/oustructure/kommunal.stadt",
    "common/ousynonym",
    "common/portalLink",
    "types/TextBlock",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_there_in_both_forms_and_can_be_kept(client: FlaskClient, path: str) -> None:
    response = client.get(f"{BASE}/{path}", headers={"Accept": "application/json", "api_key": "x"})
    assert response.status_code == 200, response.get_data(as_text=True)
    again = client.get(f"{BASE}/{path}", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age" in response.headers["Cache-Control"]
    xml = client.get(f"{BASE}/{path}", headers={"Accept": "text/xml"})
    assert xml.headers["Content-Type"].startswith("application/xml")
    root = etree.fromstring(xml.get_data())
    payload = response.get_json()
    if "results" in payload:
        assert len(root.findall("results/result/object")) == payload["count"] == len(payload["results"])
        assert response.headers["total-item-count"] == str(payload["totalCount"]) == root.findtext("totalCount")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("pst/999999999", 404),
        ("pstExtended/lsa.nichts", 404),
        ("pst/find?areaId=99999999", 404),
        ("pst/find?areaId=%C2%B2", 404),
        ("pst/find?limit=0", 400),
        ("pst/find?offset=-1", 400),
        ("ou/findByCompetence?areaId=15084355", 400),
        ("ou/findByCompetence?pstId=lsa.ausweis", 400),
        ("ou/0", 404),
        ("ouCompetence/kommunal.nichts", 404),
        ("political-area/Atlantis", 404),
        ("pstCategory/1", 404),
        ("types/Nichts", 404),
        ("common/oustructure/kommunal.buergerbuero", 404),
        ("gibtesnicht", 404),
    ],
)
def test_errors_have_a_shape_that_clients_survive(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(f"{BASE}/{path}")
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    failure = response.get_json()
    assert failure["results"] == []
    assert (failure["count"], failure["totalCount"], failure["status"]) == (0, 0, status)
    assert failure["message"]
    xml = client.get(f"{BASE}/{path}", headers={"Accept": "application/xml"})
    assert etree.fromstring(xml.get_data()).findtext("status") == str(status)


def test_browsers_may_send_the_headers_of_such_clients(client: FlaskClient) -> None:
    allowed = client.options(f"{BASE}/pst/find").headers["Access-Control-Allow-Headers"]
    assert {"api_key", "x-api-key", "x-federal-state"} <= set(allowed.split(", "))
    assert "total-item-count" in client.get(f"{BASE}/pst/find").headers["Access-Control-Expose-Headers"]


def test_nothing_internal_shows(client: FlaskClient) -> None:
    for path in PATHS:
        text = client.get(f"{BASE}/{path}").get_data(as_text=True)
        assert "901" not in text.replace("150845051", "")
        assert "Nicht Genannt" not in text
        assert "Nur für 115" not in text
