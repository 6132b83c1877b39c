"""Reports over HTTP: the form, the interface, and what is not taken."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

import cli
from api import feedback as view
from api.hub import Hub
from busdb import feedback
from busdb.settings import Settings

TEXT = "Die Öffnungszeiten sind veraltet."


def kept(app: Flask) -> list[feedback.Kept]:
    hub: Hub = app.extensions["busdb"]
    with hub.reading() as connection:
        return feedback.listing(connection)


def test_the_form_names_what_it_is_about_and_keeps_what_is_written(app: Flask, client: FlaskClient) -> None:
    form = client.get("/feedback?service=lsa.ausweis&ars=150020000000&module=08").text
    assert "<strong>Personalausweis" in form
    assert 'name="ars" value="150020000000"' in form
    sent = client.post(
        "/feedback", data={"service": "lsa.ausweis", "ars": "150020000000", "text": TEXT, "contact": "", "website": ""}
    )
    assert sent.status_code == 200
    assert "Vielen Dank" in sent.text
    assert "Set-Cookie" not in sent.headers
    (one,) = kept(app)
    assert (one.text, one.record, one.ars, one.contact) == (TEXT, "lsa.ausweis", "150020000000", None)


def test_what_is_missing_is_said_in_the_form_and_nothing_typed_is_lost(app: Flask, client: FlaskClient) -> None:
    again = client.post("/feedback", data={"text": " ", "contact": "leser@example.org"})
    assert again.status_code == 400
    assert "Bitte beschreiben Sie" in again.text
    assert 'value="leser@example.org"' in again.text
    assert kept(app) == []


def test_an_address_to_answer_to_is_not_dropped_in_silence(app: Flask, client: FlaskClient) -> None:
    again = client.post("/feedback", data={"text": TEXT, "contact": "x" * 301})
    assert again.status_code == 400
    assert TEXT in again.text
    assert "höchstens 300 Zeichen" in again.text
    assert kept(app) == []


def test_a_program_that_fills_in_every_field_is_thanked_and_not_kept(app: Flask, client: FlaskClient) -> None:
    assert client.post("/feedback", data={"text": TEXT, "website": "https://example.org"}).status_code == 200
    assert kept(app) == []


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://fremd.example.org"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
)
def test_no_other_site_can_send_the_form(app: Flask, client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/feedback", data={"text": TEXT}, headers=headers).status_code == 403
    assert kept(app) == []


def test_programs_report_by_the_interface(app: Flask, client: FlaskClient) -> None:
    given = {"authority": "kommunal.buergerbuero", "text": TEXT, "contact": "amt@example.org"}
    answer = client.post("/api/v1/feedback", json=given)
    assert answer.status_code == 201
    (one,) = kept(app)
    assert answer.json == {"id": one.id}
    assert (one.record, one.contact) == ("kommunal.buergerbuero", "amt@example.org")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"text": ""}, 400),
        ({}, 400),
        ({"text": TEXT, "unknown": 1}, 400),
        ({"text": TEXT, "ars": "abc"}, 400),
        ({"text": TEXT, "service": "lsa.nichts"}, 404),
        ({"text": "x" * 100_000}, 413),
    ],
)
def test_what_cannot_be_kept_is_a_problem(
    app: Flask, client: FlaskClient, given: dict[str, object], status: int
) -> None:
    answer = client.post("/api/v1/feedback", json=given)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert kept(app) == []


def test_many_reports_from_one_neighbourhood_have_to_wait(client: FlaskClient) -> None:
    for number in range(view.OFTEN.amount):
        near = {"REMOTE_ADDR": f"192.0.2.{number}"}
        assert client.post("/api/v1/feedback", json={"text": TEXT}, environ_base=near).status_code == 201
    late = client.post("/api/v1/feedback", json={"text": TEXT}, environ_base={"REMOTE_ADDR": "192.0.2.200"})
    assert late.status_code == 429
    assert 0 < int(late.headers["Retry-After"]) <= view.OFTEN.seconds
    far = client.post("/api/v1/feedback", json={"text": TEXT}, environ_base={"REMOTE_ADDR": "198.51.100.1"})
    assert far.status_code == 201


def test_editors_read_and_close_reports_at_the_command_line(
    client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/api/v1/feedback", json={"service": "lsa.ausweis", "text": TEXT, "contact": "leser@example.org"})
    monkeypatch.setenv("BUSDB_DATA_DIR", settings.data_dir)

    def run(*words: str, group: str = "feedback") -> Result:
        return CliRunner().invoke(cli.Commands(name="busdb"), [group, *words], prog_name="busdb")

    run("add", "lsa", group="sources")
    assert TEXT in run("list", "--source", "lsa").output
    shown = run("show", "1").output
    assert "leser@example.org" in shown
    assert "unverändert" in shown
    assert run("close", "1", "--remark", "erledigt").exit_code == 0
    assert TEXT not in run("list").output
    assert "erledigt" in run("list", "--closed", "--json").output
    assert run("close", "7").exit_code != 0
