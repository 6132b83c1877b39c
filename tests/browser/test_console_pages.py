"""The console of 115 as an agent uses it: by keyboard, with a caller on the phone, whatever the server does."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from page_checks import assert_accessible, assert_valid_html
from playwright.sync_api import Browser, BrowserContext, Page, expect
from support import BUSDB, environ, serving
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


@pytest.fixture
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """The browser of an agent."""
    opened = browser.new_context(base_url=site, locale="de-DE", viewport={"width": 1280, "height": 800})
    opened.grant_permissions(["clipboard-read", "clipboard-write"])
    yield opened
    opened.close()


@pytest.fixture
def desk(context: BrowserContext) -> Iterator[Page]:
    """A page of an agent; it fails where a script fails."""
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    assert troubles == []


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


# A call


def test_a_whole_call_takes_no_more_than_six_keystrokes_after_the_query(desk: Page) -> None:
    desk.goto("/115")
    expect(desk.locator("#line")).to_be_focused()
    desk.keyboard.type("perso naumburg")
    pressed = ["Enter"]
    desk.keyboard.press("Enter")
    title = desk.get_by_role("heading", level=2, name="Personalausweis beantragen in Naumburg (Saale)")
    expect(title).to_be_focused()
    expect(desk).to_have_url(f"/115?q=perso+naumburg&{NAUMBURG}&id={PERSO}")
    for key in ("3", "Alt+c", "Alt+n"):
        desk.keyboard.press(key)
        pressed.append(key)
        if key == "3":
            expect(desk.locator("#title-3")).to_be_focused()
            expect(desk.locator("#part-3")).to_contain_text("wenn Sie unter 24 sind, sonst 46,00 Euro")
        if key == "Alt+c":
            expect(desk.get_by_text("Kopiert")).to_be_visible()
    assert len(pressed) <= 6
    assert "Bürgerbüro Naumburg (Saale)" in clipboard(desk)
    expect(desk.get_by_label("Anliegen")).to_have_value("")
    expect(desk.get_by_label("Ort (bleibt")).to_have_value("")
    expect(desk.locator("#card")).to_have_count(0)
    expect(desk).to_have_url("/115")
    expect(desk.locator("#line")).to_be_focused()


def test_the_line_is_a_combobox_over_the_list_beside_the_answer(desk: Page) -> None:
    desk.goto("/115")
    line = desk.get_by_role("combobox", name="Anliegen")
    line.press_sequentially("hund anmelden karsdorf")
    expect(desk.locator("#said")).to_contain_text("in Karsdorf")
    expect(line).to_have_attribute("aria-expanded", "true")
    options = desk.get_by_role("listbox", name="Treffer").get_by_role("option")
    line.press("ArrowDown")
    line.press("ArrowDown")
    assert line.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(options.first).to_have_attribute("aria-selected", "false")
    expect(line).to_be_focused()
    assert_accessible(desk)
    name = options.nth(1).locator(".console-name").inner_text()
    line.press("Enter")
    expect(desk.get_by_role("heading", level=2)).to_contain_text(name)
    expect(options.nth(1)).to_have_attribute("data-open", "")
    expect(line).to_match_aria_snapshot('- combobox "Anliegen, gern mit Ort" [expanded]: hund anmelden karsdorf')


def test_the_card_reads_in_the_order_of_a_call(desk: Page) -> None:
    desk.goto(CARD)
    expect(desk.locator("#card")).to_match_aria_snapshot("""
    - article:
      - heading "Personalausweis beantragen in Naumburg (Saale)" [level=2]
      - paragraph: /Ab 16 Jahren/
      - heading /24. Dezember/ [level=3]
      - region "Zuständig":
        - heading "Zuständig" [level=3]
        - heading "Bürgerbüro Naumburg (Saale)" [level=4]
      - region "Mitbringen":
        - heading "Mitbringen" [level=3]
        - list
      - region "Kosten":
        - paragraph: /Euro/
        - textbox "Wie alt ist die Person?"
        - button "Berechnen"
      - region "Frist"
      - region "Dauer"
      - region "Online"
      - region "Weitere Angaben"
      - region "Stand und Quelle":
        - table "Stand und Quelle"
    """)


def test_the_place_stays_for_the_call_and_can_be_changed_by_key(desk: Page) -> None:
    desk.goto("/115")
    desk.keyboard.type("hund karsdorf")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=2)).to_contain_text("in Karsdorf")
    desk.keyboard.press("/")
    desk.keyboard.type("wohnsitz")
    expect(desk.locator("#said")).to_contain_text("in Karsdorf")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=2)).to_contain_text("Wohnsitz")
    expect(desk.get_by_role("heading", level=2)).to_contain_text("in Karsdorf")
    desk.keyboard.press("F3")
    expect(desk.locator("#place")).to_be_focused()
    desk.keyboard.type("Zeitz")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=2)).to_contain_text("in Zeitz")


def test_until_an_answer_is_open_the_administration_of_the_place_stands_there(desk: Page) -> None:
    desk.goto("/115")
    desk.keyboard.type("hund zeitz")
    expect(desk.get_by_role("heading", level=2, name="Verwaltung vor Ort")).to_be_visible()
    expect(desk.locator("#answer")).to_contain_text("Telefon")
    assert_accessible(desk)
    desk.keyboard.press("Alt+n")
    expect(desk.locator("#answer")).to_have_text(
        "Noch keine Antwort gewählt. Anliegen tippen, Enter öffnet den ersten Treffer."
    )


def test_a_place_that_is_completed_takes_the_one_out_of_the_line(desk: Page) -> None:
    desk.goto("/115")
    desk.keyboard.type("hund karsdorf")
    expect(desk.locator("#said")).to_contain_text("in Karsdorf")
    desk.keyboard.press("F3")
    desk.keyboard.type("Naumb")
    expect(desk.locator("#place-options").get_by_role("option").first).to_be_visible()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(desk.locator("#said")).to_contain_text("in Naumburg (Saale)")
    expect(desk.locator("#line")).to_have_value("hund")
    expect(desk.locator("#line")).to_be_focused()


def test_of_several_places_none_is_guessed(desk: Page) -> None:
    desk.goto("/115")
    desk.keyboard.type("hund 06618")
    expect(desk.locator("#said")).to_contain_text("Welcher Ort ist gemeint?")
    desk.keyboard.press("Enter")
    expect(desk.locator("#card")).to_have_count(0)
    chosen = desk.locator("#options [aria-selected=true]")
    expect(chosen).to_have_attribute("data-place", "")
    name = chosen.locator(".console-name").inner_text()
    desk.keyboard.press("Enter")
    expect(desk.locator("#said")).to_contain_text(f"in {name}")
    expect(desk.locator("#line")).to_have_value("hund")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=2)).to_contain_text(f"in {name}")


def test_an_authority_opens_beside_the_list_and_leads_to_what_belongs_to_it(desk: Page) -> None:
    desk.goto(CARD)
    desk.get_by_role("link", name="Bürgerbüro Naumburg (Saale)").click()
    title = desk.get_by_role("heading", level=2, name="Bürgerbüro Naumburg (Saale)")
    expect(title).to_be_focused()
    expect(desk).to_have_url(f"/115?q=perso&{NAUMBURG}&office=kommunal.150840355355-buergerbuero")
    desk.keyboard.press("Alt+c")
    expect(desk.get_by_text("Kopiert")).to_be_visible()
    assert clipboard(desk).startswith("Bürgerbüro Naumburg (Saale)\n")
    desk.go_back()
    expect(desk.get_by_role("heading", level=2)).to_contain_text("Personalausweis beantragen")


def test_questions_are_answered_within_the_card(desk: Page) -> None:
    desk.goto(CARD)
    desk.get_by_label("Wie alt ist die Person?").fill("20")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("list", name="Angaben")).to_contain_text("Alter: 20")
    expect(desk.locator("#part-3")).not_to_contain_text("46,00 Euro, wenn")
    expect(desk).to_have_url(CARD)  # what a caller says does not come into the address
    desk.get_by_role("link", name="Angabe zurücknehmen: Alter").click()
    expect(desk.get_by_role("list", name="Angaben")).to_have_count(0)


def test_the_right_place_is_asked_where_the_home_does_not_count(desk: Page) -> None:
    desk.goto(CONSOLE["console question"])
    desk.get_by_label("Wo wurde die Person geboren?").fill("Halle (Saale)")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=2)).to_contain_text("in Halle (Saale)")
    expect(desk.get_by_label("Ort (bleibt")).to_have_value("Halle (Saale)")
    expect(desk).to_have_url("/115?ars=150020000000&id=lsa.geburtsurkunde")


# Keys


def test_the_overview_names_every_key_and_closes_by_escape(desk: Page) -> None:
    desk.goto(CARD)
    desk.keyboard.press("?")
    help_ = desk.get_by_role("dialog", name="Tasten")
    expect(help_).to_be_visible()
    for key in ("/", "F2", "F3", "↑", "↓", "Enter", "1–9", "Alt+C", "Alt+W", "Alt+N", "Alt+M", "Esc", "?"):
        expect(help_.locator("kbd", has_text=key).first).to_be_visible()
    assert_accessible(desk)
    desk.keyboard.press("3")
    desk.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    expect(desk.locator("#title-3")).not_to_be_focused()
    expect(desk.locator("#card")).to_have_count(1)


def test_every_section_has_its_digit_and_seven_unfolds_the_rest(desk: Page) -> None:
    desk.goto(CARD)
    for digit in "1234567":
        desk.keyboard.press(digit)
        expect(desk.locator(f"#title-{digit}")).to_be_focused()
    expect(desk.locator(".console-rest details[open]").first).to_be_visible()
    desk.keyboard.press("8")
    expect(desk.locator("#title-7")).to_be_focused()
    desk.keyboard.press("9")
    expect(desk.locator("#title-9")).to_be_focused()


def test_escape_leads_back_to_the_line_and_the_back_button_to_the_list(desk: Page) -> None:
    desk.goto("/115")
    desk.keyboard.type("hund naumburg")
    desk.keyboard.press("Enter")
    expect(desk.locator("#card")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.locator("#line")).to_be_focused()
    expect(desk.locator("#line")).to_have_value("hund naumburg")
    desk.keyboard.press("Escape")
    expect(desk.locator("#line")).to_have_value("hund naumburg")
    desk.go_back()
    expect(desk.locator("#card")).to_have_count(0)
    expect(desk.locator("#line")).to_have_value("hund naumburg")
    desk.go_forward()
    expect(desk.get_by_role("heading", level=2)).to_contain_text("Hund anmelden")


def test_the_text_to_hand_over_names_concern_and_office(desk: Page) -> None:
    desk.goto(f"{CARD}&age=20")
    desk.keyboard.press("Alt+w")
    expect(desk.get_by_text("Kopiert")).to_be_visible()
    text = clipboard(desk)
    assert text.startswith("Übergabe 115, ")
    assert "„perso“" in text
    assert "Alter: 20" in text
    assert "Bürgerbüro Naumburg (Saale)" in text
    assert text.endswith("Notiz: ")


def test_where_nothing_may_be_copied_the_text_is_marked(desk: Page) -> None:
    desk.goto(CARD)
    desk.evaluate("() => void (navigator.clipboard.writeText = () => Promise.reject(new Error('denied')))")
    desk.keyboard.press("Alt+c")
    expect(desk.get_by_text("Der Text ist markiert: Strg+C.")).to_be_visible()
    assert desk.evaluate("getSelection().toString() || document.activeElement.selectionEnd") != 0
    expect(desk.locator("#copy-text")).to_be_focused()
    desk.keyboard.press("Escape")
    expect(desk.locator("#line")).to_be_focused()


def test_single_keys_can_be_switched_off_for_good(desk: Page) -> None:
    desk.goto(CARD)
    desk.keyboard.press("?")
    desk.get_by_label("Einzelne Tasten").uncheck()
    desk.keyboard.press("Escape")
    desk.reload()
    for key in ("3", "/", "?"):
        desk.keyboard.press(key)
    expect(desk.get_by_role("dialog")).to_be_hidden()
    expect(desk.locator("#card-title")).to_be_focused()
    desk.keyboard.press("F2")
    expect(desk.locator("#line")).to_be_focused()
    desk.keyboard.press("Alt+n")
    expect(desk.locator("#card")).to_have_count(0)
    desk.get_by_role("button", name="Tasten").click()
    desk.get_by_label("Einzelne Tasten").check()
    assert "busdb-115-keys" not in desk.evaluate("document.cookie")


def test_no_key_of_the_browser_is_taken(desk: Page) -> None:
    desk.goto(CARD)
    desk.evaluate("window.taken = []; addEventListener('keydown', (e) => e.defaultPrevented && taken.push(e.key))")
    for key in ("Control+t", "Control+w", "Control+n", "Control+f", "Control+c", "Alt+f", "Alt+d", "F1", "F5", "Tab"):
        name = key.split("+")[-1]
        held = {"ctrlKey": "Control" in key, "altKey": "Alt" in key}
        desk.evaluate(
            "([key, held]) => document.activeElement.dispatchEvent("
            "new KeyboardEvent('keydown', {key, ...held, bubbles: true, cancelable: true}))",
            [name, held],
        )
    assert desk.evaluate("taken") == []


def test_an_error_is_reported_without_leaving_the_call(desk: Page) -> None:
    desk.goto(CARD)
    desk.keyboard.press("Alt+m")
    window = desk.get_by_role("dialog", name="Fehler melden")
    expect(window).to_contain_text("Personalausweis beantragen")
    assert_accessible(desk)
    window.get_by_label("Was stimmt nicht?").fill("Die Telefonnummer ist falsch.")
    with desk.expect_response("**/api/v1/feedback") as sent:
        desk.keyboard.press("Tab")
        desk.keyboard.press("Enter")
    assert sent.value.status == 201
    assert json.loads(sent.value.request.post_data or "") == {
        "service": PERSO,
        "ars": "150840355355",
        "text": "Die Telefonnummer ist falsch.",
    }
    expect(window).to_be_hidden()
    expect(desk.get_by_text("Danke für Ihre Meldung")).to_be_visible()
    expect(desk.locator("#card")).to_be_visible()


def test_a_report_that_fails_keeps_its_text(desk: Page) -> None:
    desk.goto(CARD)
    desk.route("**/api/v1/feedback", lambda route: route.abort())
    desk.keyboard.press("Alt+m")
    desk.get_by_label("Was stimmt nicht?").fill("Falsch.")
    desk.get_by_role("button", name="Absenden").click()
    expect(desk.get_by_text("Die Meldung ist nicht angekommen.")).to_be_visible()
    expect(desk.get_by_label("Was stimmt nicht?")).to_have_value("Falsch.")


# The server and the network


def test_a_key_aborts_what_is_on_its_way(desk: Page) -> None:
    desk.goto("/115")
    failed: list[str] = []
    desk.on("requestfailed", lambda one: failed.append(one.url.rpartition("?")[2]))
    desk.route("**/115/list?q=h", lambda _route: None)
    with desk.expect_request("**/115/list?q=h"):
        desk.keyboard.type("h")
    desk.keyboard.type("und")
    expect(desk.locator("#said")).to_contain_text("Leistung")
    assert "q=h" in failed
    expect(desk.locator("#trouble")).to_be_empty()


def test_enter_waits_for_the_list_of_what_was_typed(desk: Page) -> None:
    desk.goto(f"/115?q=wohnsitz&{NAUMBURG}")
    desk.locator("#line").select_text()
    desk.keyboard.insert_text("hund")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=2)).to_contain_text("Hund")


@pytest.mark.parametrize("fault", ["down", "broken"])
def test_a_failing_server_is_said_and_what_is_there_stays(desk: Page, fault: str) -> None:
    desk.goto(CARD)
    desk.route("**/115/*", lambda route: route.abort() if fault == "down" else route.fulfill(status=502, body="Bad"))
    desk.keyboard.press("F2")
    desk.keyboard.type("hund")
    expect(desk.locator("#trouble")).to_contain_text("Der Server antwortet nicht.")
    expect(desk.locator("#card")).to_be_visible()
    assert_accessible(desk)
    desk.unroute_all()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=2)).to_contain_text("Hund")
    expect(desk.locator("#trouble")).to_be_empty()


def test_a_slow_server_is_said(desk: Page) -> None:
    desk.goto(CARD)
    desk.route("**/115/list**", lambda _route: None)
    desk.keyboard.press("F2")
    desk.keyboard.type("hund")
    expect(desk.locator("#trouble")).to_contain_text("Die Antwort lässt auf sich warten.")


def test_a_login_that_has_ended_is_said(desk: Page) -> None:
    desk.goto(CARD)
    desk.route("**/115/list**", lambda route: route.fulfill(status=401, body="{}"))
    desk.keyboard.press("F2")
    desk.keyboard.type("hund")
    expect(desk.locator("#trouble")).to_contain_text("Ihre Anmeldung ist abgelaufen.")


def test_a_service_that_is_gone_is_said_in_the_words_of_the_server(desk: Page) -> None:
    desk.goto(f"/115?q=hund&{NAUMBURG}")
    desk.locator("#options > li").first.evaluate("one => one.dataset.href = '?id=lsa.gibt-es-nicht'")
    desk.keyboard.press("Enter")
    expect(desk.locator("#trouble")).to_contain_text("gibt-es-nicht")


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


# Every state


@pytest.mark.parametrize("name", sorted(CONSOLE))
def test_every_state_is_free_of_barriers_and_fits(desk: Page, name: str) -> None:
    desk.goto(CONSOLE[name])
    expect(desk.get_by_role("heading", level=1)).to_have_count(1)
    assert_accessible(desk)
    for width in (320, 390, 768, 1024, 1920):
        desk.set_viewport_size({"width": width, "height": 800})
        assert fits(desk), width


def test_every_state_is_valid_html(desk: Page) -> None:
    accept = {"Accept": "text/html"}
    assert_valid_html({name: desk.request.get(path, headers=accept).text() for name, path in CONSOLE.items()})


def test_the_focus_is_never_hidden(desk: Page) -> None:
    desk.goto(CARD)
    for _ in range(40):
        desk.keyboard.press("Tab")
        hidden = desk.evaluate("""() => {
            const one = document.activeElement, box = one.getBoundingClientRect();
            if (one === document.body || !box.width) return "";
            const x = box.x + box.width / 2, y = box.y + box.height / 2;
            const top = document.elementFromPoint(x, Math.min(y, innerHeight - 1));
            return top && (one.contains(top) || top.contains(one)) ? "" : one.outerHTML.slice(0, 200);
        }""")
        assert hidden == ""


def test_the_console_asks_for_little(desk: Page) -> None:
    asked: list[str] = []
    desk.on("request", lambda one: asked.append(one.url))
    desk.goto(CARD, wait_until="networkidle")
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
        assert len(desk.request.get(path, headers=plain).body()) < most, path
