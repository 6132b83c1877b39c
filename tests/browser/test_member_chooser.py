"""A district and an association embed the finder: members choose where answers differ, and the choice sticks."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from page_checks import assert_accessible, collisions, small_targets
from playwright.sync_api import Browser, Page, expect
from town import Town

DISTRICT, DOG, CARD = "15084", "lsa.hundesteuer-anmelden", "lsa.personalausweis-beantragen"
ASKS = "Was gilt, hängt von der Gemeinde ab. Um welche geht es?"


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page on a phone."""
    context = browser.new_context(base_url=site, locale="de-DE", viewport={"width": 390, "height": 800})
    yield context.new_page()
    context.close()


def test_on_the_pages_the_choice_sticks_and_can_be_taken_back(page: Page) -> None:
    page.goto(f"/services/{DOG}?ars={DISTRICT}&scope=own")
    expect(page.get_by_text(ASKS)).to_be_visible()
    assert_accessible(page)
    assert small_targets(page) == collisions(page) == []
    page.get_by_role("link", name="Karsdorf", exact=True).click()
    expect(page.get_by_role("link", name="Kämmerei Freyburg (Unstrut)")).to_be_visible()
    expect(page.get_by_text(ASKS)).to_have_count(0)
    page.get_by_role("link", name="Leistungen A–Z").click()
    listed = page.locator("main li a[href*='/services/lsa.']")
    expect(page.get_by_role("link", name="Baugenehmigung beantragen")).to_be_visible()
    own = listed.all_text_contents()
    assert "Hund anmelden" not in own
    listed.first.click()
    page.get_by_role("link", name="Andere Gemeinde wählen").click()
    expect(page.locator(".kern-subline").first).to_contain_text("Burgenlandkreis")
    page.get_by_role("link", name="Leistungen A–Z").click()
    assert listed.all_text_contents() == own


def test_an_association_asks_only_where_its_members_differ(page: Page) -> None:
    page.goto(f"/services/{CARD}?place=Unstruttal")
    expect(page.get_by_role("link", name="Bürgerbüro Freyburg (Unstrut)")).to_be_visible()
    expect(page.get_by_text(ASKS)).to_have_count(0)
    page.goto(f"/services/{DOG}?place=Unstruttal")
    expect(page.get_by_text(ASKS)).to_be_visible()


def test_in_the_widget_of_a_district_the_member_stays_chosen(page: Page, site: str) -> None:
    town = Town(site)
    page.goto(town.put(f'<zufi-finder ars="{DISTRICT}" lang="de" mode="detail" service="{DOG}"></zufi-finder>'))
    page.get_by_role("link", name="Karsdorf", exact=True).click()
    expect(page.get_by_role("link", name="Kämmerei Freyburg (Unstrut)")).to_be_visible()
    page.get_by_role("link", name="Kämmerei Freyburg (Unstrut)").click()
    expect(page.locator(".zufi-title")).to_contain_text("Kämmerei")
    assert "ars=150845053250&within=15084" in unquote(page.url)
    page.go_back()
    page.get_by_role("link", name="Andere Gemeinde wählen").click()
    expect(page.get_by_text(ASKS)).to_be_visible()
    town.server.shutdown()
    town.server.server_close()
