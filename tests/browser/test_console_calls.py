"""A call to 115 as an agent answers it: by keyboard alone, with a caller on the phone."""

from __future__ import annotations

import json

from page_checks import assert_accessible
from playwright.sync_api import Page, expect
from test_console_pages import CARD, CONSOLE, NAUMBURG, PERSO


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


# A call


def test_a_whole_call_takes_no_more_than_six_keystrokes_after_the_query(agent: Page) -> None:
    agent.goto("/115")
    expect(agent.locator("#line")).to_be_focused()
    agent.keyboard.type("perso naumburg")
    pressed = ["Enter"]
    agent.keyboard.press("Enter")
    title = agent.get_by_role("heading", level=2, name="Personalausweis beantragen in Naumburg (Saale)")
    expect(title).to_be_focused()
    expect(agent).to_have_url(f"/115?q=perso+naumburg&{NAUMBURG}&id={PERSO}")
    for key in ("3", "Alt+c", "Alt+n"):
        agent.keyboard.press(key)
        pressed.append(key)
        if key == "3":
            expect(agent.locator("#title-3")).to_be_focused()
            expect(agent.locator("#part-3")).to_contain_text("wenn Sie unter 24 sind, sonst 46,00 Euro")
        if key == "Alt+c":
            expect(agent.get_by_text("Kopiert")).to_be_visible()
    assert len(pressed) <= 6
    assert "Bürgerbüro Naumburg (Saale)" in clipboard(agent)
    expect(agent.get_by_label("Anliegen")).to_have_value("")
    expect(agent.get_by_label("Ort (bleibt")).to_have_value("")
    expect(agent.locator("#card")).to_have_count(0)
    expect(agent).to_have_url("/115")
    expect(agent.locator("#line")).to_be_focused()


def test_the_line_is_a_combobox_over_the_list_beside_the_answer(agent: Page) -> None:
    agent.goto("/115")
    line = agent.get_by_role("combobox", name="Anliegen")
    line.press_sequentially("hund anmelden karsdorf")
    expect(agent.locator("#said")).to_contain_text("in Karsdorf")
    expect(line).to_have_attribute("aria-expanded", "true")
    options = agent.get_by_role("listbox", name="Treffer").get_by_role("option")
    line.press("ArrowDown")
    line.press("ArrowDown")
    assert line.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(options.first).to_have_attribute("aria-selected", "false")
    expect(line).to_be_focused()
    assert_accessible(agent)
    name = options.nth(1).locator(".console-name").inner_text()
    line.press("Enter")
    expect(agent.get_by_role("heading", level=2)).to_contain_text(name)
    expect(options.nth(1)).to_have_attribute("data-open", "")
    expect(line).to_match_aria_snapshot('- combobox "Anliegen, gern mit Ort" [expanded]: hund anmelden karsdorf')


def test_the_card_reads_in_the_order_of_a_call(agent: Page) -> None:
    agent.goto(CARD)
    expect(agent.locator("#card")).to_match_aria_snapshot("""
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


def test_the_place_stays_for_the_call_and_can_be_changed_by_key(agent: Page) -> None:
    agent.goto("/115")
    agent.keyboard.type("hund karsdorf")
    agent.keyboard.press("Enter")
    expect(agent.get_by_role("heading", level=2)).to_contain_text("in Karsdorf")
    agent.keyboard.press("/")
    agent.keyboard.type("wohnsitz")
    expect(agent.locator("#said")).to_contain_text("in Karsdorf")
    agent.keyboard.press("Enter")
    expect(agent.get_by_role("heading", level=2)).to_contain_text("Wohnsitz")
    expect(agent.get_by_role("heading", level=2)).to_contain_text("in Karsdorf")
    agent.keyboard.press("F3")
    expect(agent.locator("#place")).to_be_focused()
    agent.keyboard.type("Zeitz")
    agent.keyboard.press("Enter")
    expect(agent.get_by_role("heading", level=2)).to_contain_text("in Zeitz")


def test_until_an_answer_is_open_the_administration_of_the_place_stands_there(agent: Page) -> None:
    agent.goto("/115")
    agent.keyboard.type("hund zeitz")
    expect(agent.get_by_role("heading", level=2, name="Verwaltung vor Ort")).to_be_visible()
    expect(agent.locator("#answer")).to_contain_text("Telefon")
    assert_accessible(agent)
    agent.keyboard.press("Alt+n")
    expect(agent.locator("#answer")).to_have_text(
        "Noch keine Antwort gewählt. Anliegen tippen, Enter öffnet den ersten Treffer."
    )


def test_a_place_that_is_completed_takes_the_one_out_of_the_line(agent: Page) -> None:
    agent.goto("/115")
    agent.keyboard.type("hund karsdorf")
    expect(agent.locator("#said")).to_contain_text("in Karsdorf")
    agent.keyboard.press("F3")
    agent.keyboard.type("Naumb")
    expect(agent.locator("#place-options").get_by_role("option").first).to_be_visible()
    agent.keyboard.press("ArrowDown")
    agent.keyboard.press("Enter")
    expect(agent.locator("#said")).to_contain_text("in Naumburg (Saale)")
    expect(agent.locator("#line")).to_have_value("hund")
    expect(agent.locator("#line")).to_be_focused()


def test_of_several_places_none_is_guessed(agent: Page) -> None:
    agent.goto("/115")
    agent.keyboard.type("hund 06618")
    expect(agent.locator("#said")).to_contain_text("Welcher Ort ist gemeint?")
    agent.keyboard.press("Enter")
    expect(agent.locator("#card")).to_have_count(0)
    chosen = agent.locator("#options [aria-selected=true]")
    expect(chosen).to_have_attribute("data-place", "")
    name = chosen.locator(".console-name").inner_text()
    agent.keyboard.press("Enter")
    expect(agent.locator("#said")).to_contain_text(f"in {name}")
    expect(agent.locator("#line")).to_have_value("hund")
    agent.keyboard.press("Enter")
    expect(agent.get_by_role("heading", level=2)).to_contain_text(f"in {name}")


def test_an_authority_opens_beside_the_list_and_leads_to_what_belongs_to_it(agent: Page) -> None:
    agent.goto(CARD)
    agent.get_by_role("link", name="Bürgerbüro Naumburg (Saale)").click()
    title = agent.get_by_role("heading", level=2, name="Bürgerbüro Naumburg (Saale)")
    expect(title).to_be_focused()
    expect(agent).to_have_url(f"/115?q=perso&{NAUMBURG}&office=kommunal.150840355355-buergerbuero")
    agent.keyboard.press("Alt+c")
    expect(agent.get_by_text("Kopiert")).to_be_visible()
    assert clipboard(agent).startswith("Bürgerbüro Naumburg (Saale)\n")
    agent.go_back()
    expect(agent.get_by_role("heading", level=2)).to_contain_text("Personalausweis beantragen")


def test_questions_are_answered_within_the_card(agent: Page) -> None:
    agent.goto(CARD)
    agent.get_by_label("Wie alt ist die Person?").fill("20")
    agent.keyboard.press("Enter")
    expect(agent.get_by_role("list", name="Angaben")).to_contain_text("Alter: 20")
    expect(agent.locator("#part-3")).not_to_contain_text("46,00 Euro, wenn")
    expect(agent).to_have_url(CARD)  # what a caller says does not come into the address
    agent.get_by_role("link", name="Angabe zurücknehmen: Alter").click()
    expect(agent.get_by_role("list", name="Angaben")).to_have_count(0)


def test_the_right_place_is_asked_where_the_home_does_not_count(agent: Page) -> None:
    agent.goto(CONSOLE["console question"])
    agent.get_by_label("Wo wurde die Person geboren?").fill("Halle (Saale)")
    agent.keyboard.press("Enter")
    expect(agent.get_by_role("heading", level=2)).to_contain_text("in Halle (Saale)")
    expect(agent.get_by_label("Ort (bleibt")).to_have_value("Halle (Saale)")
    expect(agent).to_have_url("/115?ars=150020000000&id=lsa.geburtsurkunde")


# Keys


def test_the_overview_names_every_key_and_closes_by_escape(agent: Page) -> None:
    agent.goto(CARD)
    agent.keyboard.press("?")
    help_ = agent.get_by_role("dialog", name="Tasten")
    expect(help_).to_be_visible()
    for key in ("/", "F2", "F3", "↑", "↓", "Enter", "1–9", "Alt+C", "Alt+W", "Alt+N", "Alt+M", "Esc", "?"):
        expect(help_.locator("kbd", has_text=key).first).to_be_visible()
    assert_accessible(agent)
    agent.keyboard.press("3")
    agent.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    expect(agent.locator("#title-3")).not_to_be_focused()
    expect(agent.locator("#card")).to_have_count(1)


def test_every_section_has_its_digit_and_seven_unfolds_the_rest(agent: Page) -> None:
    agent.goto(CARD)
    for digit in "1234567":
        agent.keyboard.press(digit)
        expect(agent.locator(f"#title-{digit}")).to_be_focused()
    expect(agent.locator(".console-rest details[open]").first).to_be_visible()
    agent.keyboard.press("8")
    expect(agent.locator("#title-7")).to_be_focused()
    agent.keyboard.press("9")
    expect(agent.locator("#title-9")).to_be_focused()


def test_escape_leads_back_to_the_line_and_the_back_button_to_the_list(agent: Page) -> None:
    agent.goto("/115")
    agent.keyboard.type("hund naumburg")
    agent.keyboard.press("Enter")
    expect(agent.locator("#card")).to_be_visible()
    agent.keyboard.press("Escape")
    expect(agent.locator("#line")).to_be_focused()
    expect(agent.locator("#line")).to_have_value("hund naumburg")
    agent.keyboard.press("Escape")
    expect(agent.locator("#line")).to_have_value("hund naumburg")
    agent.go_back()
    expect(agent.locator("#card")).to_have_count(0)
    expect(agent.locator("#line")).to_have_value("hund naumburg")
    agent.go_forward()
    expect(agent.get_by_role("heading", level=2)).to_contain_text("Hund anmelden")


def test_the_text_to_hand_over_names_concern_and_office(agent: Page) -> None:
    agent.goto(f"{CARD}&age=20")
    agent.keyboard.press("Alt+w")
    expect(agent.get_by_text("Kopiert")).to_be_visible()
    text = clipboard(agent)
    assert text.startswith("Übergabe 115, ")
    assert "„perso“" in text
    assert "Alter: 20" in text
    assert "Bürgerbüro Naumburg (Saale)" in text
    assert text.endswith("Notiz: ")


def test_where_nothing_may_be_copied_the_text_is_marked(agent: Page) -> None:
    agent.goto(CARD)
    agent.evaluate("() => void (navigator.clipboard.writeText = () => Promise.reject(new Error('denied')))")
    agent.keyboard.press("Alt+c")
    expect(agent.get_by_text("Der Text ist markiert: Strg+C.")).to_be_visible()
    assert agent.evaluate("getSelection().toString() || document.activeElement.selectionEnd") != 0
    expect(agent.locator("#copy-text")).to_be_focused()
    agent.keyboard.press("Escape")
    expect(agent.locator("#line")).to_be_focused()


def test_single_keys_can_be_switched_off_for_good(agent: Page) -> None:
    agent.goto(CARD)
    agent.keyboard.press("?")
    agent.get_by_label("Einzelne Tasten").uncheck()
    agent.keyboard.press("Escape")
    agent.reload()
    for key in ("3", "/", "?"):
        agent.keyboard.press(key)
    expect(agent.get_by_role("dialog")).to_be_hidden()
    expect(agent.locator("#card-title")).to_be_focused()
    agent.keyboard.press("F2")
    expect(agent.locator("#line")).to_be_focused()
    agent.keyboard.press("Alt+n")
    expect(agent.locator("#card")).to_have_count(0)
    agent.get_by_role("button", name="Tasten").click()
    agent.get_by_label("Einzelne Tasten").check()
    assert "busdb-115-keys" not in agent.evaluate("document.cookie")


def test_no_key_of_the_browser_is_taken(agent: Page) -> None:
    agent.goto(CARD)
    agent.evaluate("window.taken = []; addEventListener('keydown', (e) => e.defaultPrevented && taken.push(e.key))")
    for key in ("Control+t", "Control+w", "Control+n", "Control+f", "Control+c", "Alt+f", "Alt+d", "F1", "F5", "Tab"):
        name = key.split("+")[-1]
        held = {"ctrlKey": "Control" in key, "altKey": "Alt" in key}
        agent.evaluate(
            "([key, held]) => document.activeElement.dispatchEvent("
            "new KeyboardEvent('keydown', {key, ...held, bubbles: true, cancelable: true}))",
            [name, held],
        )
    assert agent.evaluate("taken") == []


def test_an_error_is_reported_without_leaving_the_call(agent: Page) -> None:
    agent.goto(CARD)
    agent.keyboard.press("Alt+m")
    window = agent.get_by_role("dialog", name="Fehler melden")
    expect(window).to_contain_text("Personalausweis beantragen")
    assert_accessible(agent)
    window.get_by_label("Was stimmt nicht?").fill("Die Telefonnummer ist falsch.")
    with agent.expect_response("**/api/v1/feedback") as sent:
        agent.keyboard.press("Tab")
        agent.keyboard.press("Enter")
    assert sent.value.status == 201
    assert json.loads(sent.value.request.post_data or "") == {
        "service": PERSO,
        "ars": "150840355355",
        "text": "Die Telefonnummer ist falsch.",
    }
    expect(window).to_be_hidden()
    expect(agent.get_by_text("Danke für Ihre Meldung")).to_be_visible()
    expect(agent.locator("#card")).to_be_visible()


def test_a_report_that_fails_keeps_its_text(agent: Page) -> None:
    agent.goto(CARD)
    agent.route("**/api/v1/feedback", lambda route: route.abort())
    agent.keyboard.press("Alt+m")
    agent.get_by_label("Was stimmt nicht?").fill("Falsch.")
    agent.get_by_role("button", name="Absenden").click()
    expect(agent.get_by_text("Die Meldung ist nicht angekommen.")).to_be_visible()
    expect(agent.get_by_label("Was stimmt nicht?")).to_have_value("Falsch.")
