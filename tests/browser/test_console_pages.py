"""The console of 115: every state of it, with and without scripts, keys of agents, and how much it asks for."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from page_checks import assert_accessible, assert_valid_html, barriers, collisions, small_targets, space_text, walk
from playwright.sync_api import Browser, Page, expect
from support import BUSDB, ROOT, environ, missing, serving
from test_first_pages import fits

NAUMBURG = "ars=150840355355"
PERSO = "lsa.personalausweis-beantragen"
CARD = f"/115?q=perso&{NAUMBURG}&id={PERSO}"
CONSOLE = {
    "console": "/115",
    "console list": f"/115?q=hund&{NAUMBURG}",
    "console card": CARD,
    "console card without a place": f"/115?id={PERSO}",
    "console question": f"/115?{NAUMBURG}&id=lsa.geburtsurkunde",
    "console not offered": f"/115?{NAUMBURG}&id=lsa.zweitwohnungsteuer",
    "console which place": "/115?q=hund+06618",
    "console nothing found": f"/115?q=quantenphysik&{NAUMBURG}",
    "console office": f"/115?{NAUMBURG}&office=kommunal.150840355355-buergerbuero",
    "console login": "/115/login",
    "console in English": f"{CARD}&lang=en",
}


# Every state


@pytest.mark.parametrize("name", sorted(CONSOLE))
def test_every_state_is_free_of_barriers_and_fits(agent: Page, name: str) -> None:
    agent.goto(CONSOLE[name])
    expect(agent.get_by_role("heading", level=1)).to_have_count(1)
    for width in (320, 1920, 1280):
        agent.set_viewport_size({"width": width, "height": 800})
        assert_accessible(agent)
        assert small_targets(agent) == [], width
        assert collisions(agent) == [], width
    agent.emulate_media(forced_colors="active")
    assert barriers(agent) == []
    agent.emulate_media(forced_colors="none")
    space_text(agent)
    for width in (320, 390, 768, 1024, 1920):
        agent.set_viewport_size({"width": width, "height": 256})
        assert fits(agent), width
        assert collisions(agent) == [], width


def test_every_state_is_valid_html(agent: Page) -> None:
    accept = {"Accept": "text/html"}
    assert_valid_html({name: agent.request.get(path, headers=accept).text() for name, path in CONSOLE.items()})


@pytest.mark.parametrize("size", [(1280, 800), (1280, 500), (390, 400)])
def test_the_focus_is_never_hidden(agent: Page, size: tuple[int, int]) -> None:
    agent.set_viewport_size({"width": size[0], "height": size[1]})
    for address in (CARD, CONSOLE["console list"], CONSOLE["console office"]):
        agent.goto(address)
        agent.evaluate("document.activeElement.blur()")
        assert [name for name, seen in walk(agent).items() if not seen] == [], address


def test_the_original_package_fits_our_markup(agent: Page) -> None:
    original = ROOT / "node_modules" / "@kern-ux" / "native" / "dist" / "kern.min.css"
    if not original.exists():
        missing("@kern-ux/native (make node_modules/installed)")
    agent.route("**/static/kern.css*", lambda route: route.fulfill(path=original, content_type="text/css"))
    agent.goto(CARD)
    assert_accessible(agent)
    for width in (320, 1280):
        agent.set_viewport_size({"width": width, "height": 800})
        assert fits(agent), width


def test_the_console_asks_for_little(agent: Page) -> None:
    asked: list[str] = []
    agent.on("request", lambda one: asked.append(one.url))
    agent.goto(CARD, wait_until="networkidle")
    assert len(asked) <= 9, asked
    plain = {"Accept-Encoding": "identity"}
    for path, most in (
        (CARD, 40_000),
        (f"/115/list?q=hund&{NAUMBURG}", 8_000),
        (f"/115/answer?{NAUMBURG}&id={PERSO}", 30_000),
        ("/static/call.js", 12_000),
        ("/static/console.js", 8_000),
        ("/static/console.css", 8_000),
    ):
        assert len(agent.request.get(path, headers=plain).body()) < most, path


def test_without_scripts_a_call_goes_by_forms_and_links(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, locale="de-DE", java_script_enabled=False)
    plain = context.new_page()
    plain.goto("/115")
    plain.get_by_label("Anliegen").fill("perso naumburg")
    plain.get_by_role("button", name="Suchen").click()
    expect(plain.get_by_label("Ort (bleibt")).to_have_value("Naumburg (Saale)")
    plain.get_by_role("link", name="Personalausweis beantragen").first.click()
    expect(plain.get_by_role("heading", level=2)).to_contain_text("in Naumburg (Saale)")
    plain.get_by_label("Wie alt ist die Person?").fill("20")
    plain.get_by_role("button", name="Berechnen").click()
    expect(plain.get_by_role("list", name="Angaben")).to_contain_text("Alter: 20")
    plain.locator("summary", has_text="Übergabetext").click()
    expect(plain.get_by_role("textbox", name="Übergabetext kopieren")).to_have_value(re.compile("^Übergabe 115"))
    expect(plain.get_by_role("button", name="Tasten")).to_have_count(0)
    plain.get_by_label("Ort (bleibt").fill("Karsdorf")
    plain.get_by_role("button", name="Suchen").click()
    expect(plain.get_by_label("Anliegen")).to_have_value("perso")
    expect(plain.locator("#list")).to_contain_text("in Karsdorf")
    plain.get_by_role("link", name="Neuer Anruf").click()
    expect(plain.get_by_label("Ort (bleibt")).to_have_value("")
    context.close()


# Keys of agents


@pytest.fixture(scope="module")
def closed(state: Path) -> Iterator[tuple[str, str]]:
    """The address of a server whose console is closed, and a key for it."""
    made = [BUSDB, "keys", "create", "--name", "Halle", "--scope", "console", "--scope", "115:internal", "--json"]
    key = json.loads(subprocess.run(made, env=environ(state), check=True, capture_output=True).stdout)["key"]
    with serving(state, BUSDB_CLOSED="115") as address:
        yield address, key


def test_a_key_opens_the_console_for_a_shift_also_by_links_of_a_telephony_system(
    browser: Browser, closed: tuple[str, str]
) -> None:
    address, key = closed
    context = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{address}{CARD}")
    assert_accessible(page)
    page.get_by_label("Schlüssel").fill(key)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}{CARD}")
    expect(page.get_by_role("heading", level=2, name="in Naumburg (Saale)")).to_be_focused()
    page.keyboard.press("8")
    expect(page.locator("#title-8")).to_be_focused()
    expect(page.locator("#part-8")).to_contain_text("Zweite Ebene")
    assert_accessible(page)
    assert page.evaluate("document.cookie") == ""
    link = f'<!doctype html><title>Anruf</title><a href="{address}{CARD}">Anruf annehmen</a>'
    page.route("http://telefonie.example/", lambda route: route.fulfill(body=link, content_type="text/html"))
    page.goto("http://telefonie.example/")
    page.get_by_role("link").click()
    expect(page.locator("#part-8")).to_contain_text("Zweite Ebene")
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_label("Schlüssel")).to_be_visible()
    context.close()
