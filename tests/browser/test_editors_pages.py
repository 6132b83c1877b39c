"""The pages of editors and the form for reports, as people and checks see them."""

from __future__ import annotations

import pytest
from page_checks import assert_accessible, assert_valid_html
from playwright.sync_api import Browser, Page, expect

PAGES = ("/quality", "/quality/coverage", "/feedback?service=lsa.personalausweis-beantragen")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_barriers_and_fits(page: Page, path: str) -> None:
    page.goto(path)
    assert_accessible(page)
    wider: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wider


def test_the_pages_are_valid_html(page: Page) -> None:
    assert_valid_html({path: page.request.get(path).text() for path in PAGES})


def test_the_figures_behind_a_picture_stand_in_a_table(page: Page) -> None:
    page.goto("/quality")
    page.get_by_text("Als Tabelle").click()
    table = page.get_by_role("region", name="Dienststellen").get_by_role("row")
    assert table.count() == page.locator(".busdb-towns rect").count() + 1
    assert page.get_by_role("region", name="Gebühren").get_by_role("row").count() > 1


def test_a_report_is_sent_by_keyboard_without_scripts(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, locale="de-DE", java_script_enabled=False)
    page = context.new_page()
    page.goto("/services/lsa.personalausweis-beantragen?ars=150840355355")
    page.get_by_role("link", name="Fehler auf dieser Seite melden").click()
    expect(page.get_by_text("Personalausweis beantragen")).to_be_visible()
    page.get_by_label("Was stimmt nicht?").focus()
    page.keyboard.type("Die Hausnummer ist falsch.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Danke für Ihre Meldung")
    context.close()
