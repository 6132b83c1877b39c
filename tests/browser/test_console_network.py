"""The console while the server is slow, fails or refuses: what is said, and what stays."""

from __future__ import annotations

import pytest
from page_checks import assert_accessible
from playwright.sync_api import Page, expect
from test_console_pages import CARD, NAUMBURG


def test_a_key_aborts_what_is_on_its_way(agent: Page) -> None:
    agent.goto("/115")
    failed: list[str] = []
    agent.on("requestfailed", lambda one: failed.append(one.url.rpartition("?")[2]))
    agent.route("**/115/list?q=h", lambda _route: None)
    with agent.expect_request("**/115/list?q=h"):
        agent.keyboard.type("h")
    agent.keyboard.type("und")
    expect(agent.locator("#said")).to_contain_text("Leistung")
    assert "q=h" in failed
    expect(agent.locator("#trouble")).to_be_empty()


def test_enter_waits_for_the_list_of_what_was_typed(agent: Page) -> None:
    agent.goto(f"/115?q=wohnsitz&{NAUMBURG}")
    agent.locator("#line").select_text()
    agent.keyboard.insert_text("hund")
    agent.keyboard.press("Enter")
    expect(agent.get_by_role("heading", level=2)).to_contain_text("Hund")


@pytest.mark.parametrize("fault", ["down", "broken"])
def test_a_failing_server_is_said_and_what_is_there_stays(agent: Page, fault: str) -> None:
    agent.goto(CARD)
    agent.route("**/115/*", lambda route: route.abort() if fault == "down" else route.fulfill(status=502, body="Bad"))
    agent.keyboard.press("F2")
    agent.keyboard.type("hund")
    expect(agent.locator("#trouble")).to_contain_text("Der Server antwortet nicht.")
    expect(agent.locator("#card")).to_be_visible()
    assert_accessible(agent)
    agent.unroute_all()
    agent.keyboard.press("Enter")
    expect(agent.get_by_role("heading", level=2)).to_contain_text("Hund")
    expect(agent.locator("#trouble")).to_be_empty()


def test_a_slow_server_is_said(agent: Page) -> None:
    agent.goto(CARD)
    agent.route("**/115/list**", lambda _route: None)
    agent.keyboard.press("F2")
    agent.keyboard.type("hund")
    expect(agent.locator("#trouble")).to_contain_text("Die Antwort lässt auf sich warten.")


def test_a_login_that_has_ended_is_said(agent: Page) -> None:
    agent.goto(CARD)
    agent.route("**/115/list**", lambda route: route.fulfill(status=401, body="{}"))
    agent.keyboard.press("F2")
    agent.keyboard.type("hund")
    expect(agent.locator("#trouble")).to_contain_text("Ihre Anmeldung ist abgelaufen.")


def test_a_service_that_is_gone_is_said_in_the_words_of_the_server(agent: Page) -> None:
    agent.goto(f"/115?q=hund&{NAUMBURG}")
    agent.locator("#options > li").first.evaluate("one => one.dataset.href = '?id=lsa.gibt-es-nicht'")
    agent.keyboard.press("Enter")
    expect(agent.locator("#trouble")).to_contain_text("gibt-es-nicht")
