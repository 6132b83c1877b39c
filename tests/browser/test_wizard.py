"""The wizard for embedding as a webmaster uses it."""

from __future__ import annotations

from page_checks import assert_accessible, assert_valid_html
from playwright.sync_api import Browser, expect


def test_the_wizard_shows_what_is_chosen_at_once_and_has_no_barriers(browser: Browser, site: str) -> None:
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
    context.close()
