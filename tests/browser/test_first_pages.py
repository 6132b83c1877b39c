"""The pages that a developer opens first, at the width of a phone and of a desk."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def fits(page: Page) -> bool:
    """Whether nothing must be scrolled sideways."""
    wider: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return not wider


def test_the_first_page_says_what_runs_here_and_searches(page: Page) -> None:
    page.goto("/about")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Destatis").first).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "de"
    assert fits(page)
    page.get_by_role("searchbox").fill("personalausweis")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url("**/search?q=personalausweis")
    assert "Personalausweis" in page.content()


def test_the_first_page_reads_in_english(page: Page) -> None:
    page.goto("/about")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert fits(page)


def test_the_description_can_be_read_and_tried_without_a_third_host(page: Page) -> None:
    page.goto("/api/v1/docs")
    expect(page.get_by_text("/api/v1/services/{id}", exact=False).first).to_be_visible()
    assert fits(page)


def test_every_link_of_the_first_page_answers(page: Page) -> None:
    page.goto("/about")
    links = page.get_by_role("link").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    inside = [link for link in links if link.startswith("/")]
    assert len(inside) > 8
    for link in inside:
        assert page.request.get(link).status == 200, link


def test_the_picture_of_coverage_shows_each_service_and_leads_to_what_is_open(page: Page) -> None:
    page.goto("/quality/coverage")
    expect(page.get_by_role("listitem").filter(has_text="Personalausweis").first).to_be_visible()
    assert page.locator(".busdb-bars > li").count() == 63
    assert fits(page)
    page.get_by_role("link", name="Antwort").first.click()
    assert "/responsible?ars=" in page.url
    assert '"status": "answered"' not in page.content()
