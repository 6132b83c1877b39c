"""The wizard for embedding as a webmaster uses it, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from page_checks import assert_accessible, assert_valid_html
from playwright.sync_api import Browser, Page, expect


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    """A page of a webmaster."""
    context = browser.new_context(base_url=site, locale="de-DE", java_script_enabled=request.param)
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    yield opened
    context.close()


def code(page: Page, text: str) -> None:
    expect(page.locator("code").first).to_contain_text(text)


def test_what_is_chosen_is_shown_at_once_and_has_no_barriers(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, locale="de-DE")
    page = context.new_page()
    page.goto("/einbinden?place=Halle+(Saale)&mode=list")
    expect(page.locator("zufi-finder .zufi-title")).to_contain_text("Leistungen A–Z")
    assert_accessible(page)
    assert_valid_html({"/einbinden": page.request.get(page.url).text()})
    page.get_by_label("Hauptfarbe").fill("#006400")
    page.get_by_label("Hauptfarbe").press("Tab")
    expect(page.get_by_text("zufi-finder { --zufi-color-primary: #006400 }")).to_be_visible()
    expect(page.locator("zufi-finder a").first).to_have_css("color", "rgb(0, 100, 0)")
    page.get_by_label("Stufe der obersten Überschrift").select_option("3")
    expect(page.get_by_text('heading-level="3"').first).to_be_visible()
    page.get_by_label("Lebenslage").select_option(label="– Geburt")
    code(page, 'life-event="lsa.le-geburt"')
    context.close()


def test_service_and_life_event_are_chosen_by_their_names(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="In die eigene Website einbinden").click()
    page.get_by_label("Gemeinde, Verbandsgemeinde oder Kreis").fill("Halle (Saale)")
    page.get_by_label("Ansicht").select_option("detail")
    page.get_by_role("button", name="Vorschau und Code zeigen").click()
    expect(page.get_by_text("Wählen Sie oben eine Leistung")).to_be_visible()
    page.get_by_label("Leistung", exact=True).fill("ausweis")
    page.get_by_role("button", name="Vorschau und Code zeigen").click()
    page.get_by_role("link", name="Personalausweis beantragen", exact=True).click()
    code(page, 'service="lsa.personalausweis-beantragen"')
    expect(page.get_by_label("Leistung", exact=True)).to_have_value("Personalausweis beantragen")
    page.get_by_label("Leistung", exact=True).fill("Hund anmelden")
    page.get_by_role("button", name="Vorschau und Code zeigen").click()
    code(page, 'service="lsa.hundesteuer-anmelden"')
    page.get_by_label("Leistung", exact=True).fill("quantenphysik")
    page.get_by_role("button", name="Vorschau und Code zeigen").click()
    expect(page.get_by_text("Keine Leistung gefunden für „quantenphysik“")).to_be_visible()
    page.get_by_label("Ansicht").select_option("authority")
    page.get_by_role("button", name="Vorschau und Code zeigen").click()
    page.get_by_label("Behörde").select_option(label="Bürgerbüro Halle (Saale)")
    page.get_by_role("button", name="Vorschau und Code zeigen").click()
    code(page, 'authority="kommunal.15002-buergerbuero"')


def test_a_service_is_chosen_among_suggestions_by_keyboard(browser: Browser, site: str) -> None:
    page = browser.new_page(base_url=site, locale="de-DE")
    page.goto("/einbinden?place=Halle+(Saale)&mode=detail")
    field = page.get_by_role("combobox", name="Leistung")
    field.press_sequentially("perso")
    found = page.get_by_role("listbox", name="Vorschläge").get_by_role("option")
    expect(found.first).to_have_text("Personalausweis beantragen")
    assert_accessible(page)
    field.press("ArrowDown")
    field.press("Enter")
    field.press("Tab")
    code(page, 'service="lsa.personalausweis-beantragen"')
    expect(page.locator("zufi-finder .zufi-title")).to_contain_text("Personalausweis beantragen")
    page.close()
