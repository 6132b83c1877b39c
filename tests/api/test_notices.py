"""Notices by command: shown wherever an office, a service or a place is, from their first day to their last."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builders import authority
from flask.testing import FlaskClient
from test_cli import answer, busdb
from test_ingest import lines

from busdb import validity
from busdb.settings import Settings

OFFICE, PLACE = "kommunal.buergerbuero", "place=Naumburg"
BROWSER = {"Accept": "text/html"}
EVERYWHERE = {
    "card": f"/services/lsa.ausweis?{PLACE}",
    "office": f"/authorities/{OFFICE}",
    "fragment": f"/embed/v1/detail?service=lsa.ausweis&{PLACE}",
    "fragment of the office": f"/embed/v1/authority?authority={OFFICE}&{PLACE}",
    "answer": f"/api/v1/services/lsa.ausweis?{PLACE}&format=json",
    "answer on the office": f"/api/v1/authorities/{OFFICE}?format=json",
    "municipal": f"/api/v1/feeds/municipal?{PLACE}",
    "ea": f"/api/v1/feeds/ea?{PLACE}",
    "115": f"/api/v1/feeds/115?{PLACE}",
}
DAY = dt.timedelta(days=1)
TODAY = dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def here(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line works on what the application shows."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BUSDB_DATA_DIR", settings.data_dir)
    monkeypatch.delenv("BUSDB_DATABASE_URL", raising=False)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[dt.datetime], None]:
    """Sets the clock."""

    def be(moment: dt.datetime) -> None:
        monkeypatch.setattr(validity, "now", lambda: moment)

    be(TODAY)
    return be


def add(*words: str) -> Any:
    """Add a notice."""
    return answer("notice", "add", *words)


def showing(client: FlaskClient, text: str, headers: dict[str, str] | None = None) -> set[str]:
    """Where a text is shown."""
    found = set()
    for name, path in EVERYWHERE.items():
        response = client.get(path, headers={**(BROWSER if "/api/" not in path else {}), **(headers or {})})
        assert response.status_code == 200, (path, response.get_data(as_text=True))
        if text in response.get_data(as_text=True):
            found.add(name)
    return found


def test_a_notice_on_an_office_stands_wherever_that_is_shown_and_is_gone_when_removed(client: FlaskClient) -> None:
    assert showing(client, "Heute geschlossen.") == set()
    said = add("--authority", OFFICE, "--text", "Heute geschlossen.", "--text-en", "Closed today.")
    assert showing(client, "Heute geschlossen.") == set(EVERYWHERE)
    english = client.get(f"{EVERYWHERE['card']}&lang=en", headers=BROWSER).get_data(as_text=True)
    assert "Closed today." in english
    assert "Heute geschlossen." not in english
    answer("notice", "remove", said["id"])
    assert showing(client, "Heute geschlossen.") == set()


def test_a_notice_moves_what_readers_hold_when_it_is_added_when_it_begins_and_when_it_ends(
    client: FlaskClient, at: Callable[[dt.datetime], None]
) -> None:
    feed = EVERYWHERE["municipal"]
    held = client.get(feed)
    cursor = held.get_json()["cursor"]

    def news() -> list[str]:
        nonlocal held, cursor
        again = client.get(feed, headers={"If-None-Match": held.headers["ETag"]})
        page = json.loads(client.get(f"{feed}&after={cursor}").get_data())
        cursor = page["cursor"]
        if again.status_code == 200:
            held = again
        return [one["id"] for one in page["items"]] if again.status_code == 200 else []

    assert news() == []
    first, last = (f"{(TODAY + n * DAY):%Y-%m-%d}" for n in (1, 2))
    add("--authority", OFFICE, "--text", "Umzug", "--from", first, "--to", last)
    assert news() == []
    told = {}
    for later in (1, 2, 3):
        at(TODAY + later * DAY)
        told[later] = (bool(showing(client, "Umzug")), "lsa.ausweis" in news())
    assert told == {1: (True, True), 2: (True, False), 3: (False, True)}


def test_a_notice_for_115_is_read_with_their_key_only(client: FlaskClient, key: str) -> None:
    add("--authority", OFFICE, "--text", "Vertretung ruft zurück.", "--audience", "115")
    assert showing(client, "Vertretung ruft zurück.") == set()
    inside = {"Authorization": f"Bearer {key}"}
    assert showing(client, "Vertretung ruft zurück.", inside) == {"115", "answer on the office"}


def test_a_notice_on_a_place_or_a_service_there_stands_there_only(client: FlaskClient) -> None:
    add("--place", "Naumburg", "--text", "Stadtfest.", "--source", "lsa")
    add("--service", "lsa.ausweis", "--ars", "150840355355", "--text", "Drucker kaputt.", "--severity", "warning")
    card = client.get(EVERYWHERE["card"], headers=BROWSER).get_data(as_text=True)
    assert "Stadtfest." in card
    assert "Drucker kaputt." in card
    assert "kern-alert--warning" in card
    english = client.get(f"{EVERYWHERE['card']}&lang=en", headers=BROWSER).get_data(as_text=True)
    assert 'lang="de">Stadtfest.' in english
    elsewhere = client.get("/services/lsa.ausweis?place=Halle", headers=BROWSER).get_data(as_text=True)
    assert "Stadtfest." not in elsewhere
    assert "Drucker kaputt." not in elsewhere
    assert "Stadtfest." in client.get(f"/?{PLACE}", headers=BROWSER).get_data(as_text=True)


def test_news_of_a_notice_on_an_office_are_of_its_place(client: FlaskClient) -> None:
    add("--authority", OFFICE, "--text", "Heute geschlossen.")
    texts = {
        place: client.get(f"/api/v1/news.json?place={place}").get_data(as_text=True) for place in ("06618", "Halle")
    }
    assert "Heute geschlossen." in texts["06618"]
    assert "Heute geschlossen." not in texts["Halle"]


def test_the_list_says_what_is_shown_what_comes_and_what_is_over(at: Callable[[dt.datetime], None]) -> None:
    said = add("--authority", OFFICE, "--text", "Nur heute", "--to", f"{TODAY:%Y-%m-%d}")
    add("--service", "lsa.ausweis", "--text", "Ab morgen", "--from", f"{TODAY + DAY:%Y-%m-%d}")
    assert {one["text"]: one["state"] for one in answer("notice", "list")["items"]} == {
        "Nur heute": "shown",
        "Ab morgen": "coming",
    }
    at(TODAY + DAY)
    assert [one["text"] for one in answer("notice", "list")["items"]] == ["Ab morgen"]
    over = next(one for one in answer("notice", "list", "--ended")["items"] if one["state"] == "ended")
    assert (over["id"], over["valid_to"]) == (said["id"], f"{TODAY:%Y-%m-%d}")
    assert answer("notice", "list", "--source", "kommunal", "--ended")["items"] == [over]
    assert "vorbei" in busdb("notice", "list", "--ended").stdout


def test_a_notice_is_a_run_that_history_knows_and_undo_takes_back(client: FlaskClient) -> None:
    said = add("--authority", OFFICE, "--text", "Heute geschlossen.")
    again = add("--authority", OFFICE, "--text", "Heute geschlossen.")
    assert (again["id"], again["report"]["counts"]["notice"]["unchanged"]) == (said["id"], 1)
    gone = answer("notice", "remove", said["id"])
    entries = answer("history", said["id"])["items"]
    assert [(one["op"], one["run"]) for one in entries] == [
        ("deleted", gone["report"]["run"]),
        ("added", said["report"]["run"]),
    ]
    assert entries[0]["editor"].startswith("console:")
    answer("runs", "undo", str(gone["report"]["run"]))
    assert "card" in showing(client, "Heute geschlossen.")


def test_editors_say_something_about_their_own_offices_and_places_only(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer("sources", "add", "halle", "--mandate-area", "15002")
    answer("editors", "add", "hanna", "--source", "halle")
    Path("office.jsonl").write_bytes(lines([authority(id="halle.amt", name="Amt", area="15002")]))
    answer("import", "json", "office.jsonl", "--source", "halle")
    foreign = add("--authority", OFFICE, "--text", "Wir haben auf.")["id"]
    monkeypatch.setenv("BUSDB_EDITOR", "hanna")
    mine = add("--authority", "halle.amt", "--text", "Heute zu.")
    assert mine["id"].startswith("halle.")
    assert answer("history", mine["id"])["items"][0]["editor"] == "hanna"
    add("--service", "lsa.ausweis", "--place", "Halle", "--text", "Dauert länger.")
    for words in (
        ("--authority", OFFICE),
        ("--service", "lsa.ausweis"),
        ("--ars", "15"),
        ("--place", "Naumburg"),
        ("--authority", OFFICE, "--ars", "15002"),
    ):
        result = busdb("notice", "add", *words, "--text", "Betrug!")
        assert (result.exit_code, "Mandat" in result.stdout) == (9, True), (words, result.output)
    assert busdb("notice", "add", "--authority", "halle.amt", "--text", "x", "--source", "lsa").exit_code == 5
    assert busdb("notice", "remove", foreign).exit_code == 4
    assert {one["id"].partition(".")[0] for one in answer("notice", "list")["items"]} == {"halle"}
    assert showing(client, "Betrug!") == set()
    answer("notice", "remove", mine["id"])


@pytest.mark.parametrize(
    ("words", "status", "named"),
    [
        (("--text", "Zu"), 3, "--authority"),
        (("--authority", OFFICE, "--text", " "), 3, "--text"),
        (("--authority", "kommunal.fehlt", "--text", "Zu"), 4, "kommunal.fehlt"),
        (("--authority", "Bürgerbüro", "--text", "Zu"), 4, "Bürgerbüro"),
        (("--service", "lsa.fehlt", "--text", "Zu"), 4, "lsa.fehlt"),
        (("--place", "Atlantis", "--text", "Zu"), 4, "Atlantis"),
        (("--place", "Naumburg", "--text", "Zu"), 3, "--source"),
        (("--authority", OFFICE, "--text", "Zu", "--from", "morgen"), 3, "morgen"),
        (("--authority", OFFICE, "--text", "Zu", "--to", "2020-01-01"), 3, "2020-01-01"),
        (("--authority", OFFICE, "--text", "Zu", "--from", "2030-02-01", "--to", "2030-01-01"), 3, "2030-01-01"),
    ],
)
def test_a_notice_that_cannot_be_is_refused_with_what_was_wrong(
    words: tuple[str, ...], status: int, named: str
) -> None:
    result = busdb("notice", "add", *words)
    assert result.exit_code == status, result.output
    assert named in result.stderr
    assert answer("notice", "list")["items"] == []


def test_where_four_eyes_are_asked_for_a_notice_is_a_draft(client: FlaskClient) -> None:
    answer("sources", "add", "kommunal", "--four-eyes")
    assert busdb("notice", "add", "--authority", OFFICE, "--text", "Zu.").exit_code == 5
    draft = add("--authority", OFFICE, "--text", "Zu.", "--draft")["report"]["run"]
    assert showing(client, "Zu.") == set()
    answer("publish-drafts", str(draft), "--approved-by", "Erika Muster")
    assert "card" in showing(client, "Zu.")
