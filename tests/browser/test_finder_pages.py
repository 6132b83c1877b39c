"""The finder as citizens use it: with and without scripts, by keyboard alone, on any width, on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from page_checks import assert_accessible, assert_valid_html
from playwright.sync_api import Browser, Page, expect
from support import ROOT, missing
from test_first_pages import fits

NAUMBURG = "ars=150840355355"
CARD = f"/services/lsa.personalausweis-beantragen?{NAUMBURG}"
PAGES = {
    "start": "/",
    "start at a place": f"/?{NAUMBURG}",
    "results": f"/search?q=hund&{NAUMBURG}",
    "results at an ambiguous place": "/search?q=hund+anmelden",
    "nothing found": f"/search?q=quantenphysik&{NAUMBURG}",
    "service at a place": CARD,
    "service without a place": "/services/lsa.personalausweis-beantragen",
    "service in English": f"/services/lsa.wohnsitz-anmelden?{NAUMBURG}&lang=en",
    "service in German instead": f"/services/lsa.kita-platz-anmelden?{NAUMBURG}&lang=en",
    "not offered": f"/services/lsa.zweitwohnungsteuer?{NAUMBURG}",
    "authority": "/authorities/kommunal.150840355355-buergerbuero",
    "life events": "/life-events",
    "life event": f"/life-events/lsa.le-geburt?{NAUMBURG}",
    "A to Z": f"/services?{NAUMBURG}",
    "which place": "/?place=06618",
    "no such place": "/?place=Atlantis",
    "imprint": "/impressum",
    "no such page": "/gibt-es-nicht",
}


@pytest.fixture(params=sorted(PAGES))
def address(request: pytest.FixtureRequest) -> str:
    """The address of each page."""
    return PAGES[request.param]


@pytest.fixture
def plain(browser: Browser, site: str) -> Iterator[Page]:
    """A page of a reader whose browser runs no scripts."""
    context = browser.new_context(base_url=site, locale="de-DE", java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(browser: Browser, site: str) -> Iterator[Page]:
    """A page on a desk; several widths are its matter."""
    context = browser.new_context(base_url=site, locale="de-DE", viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def test_every_page_is_free_of_barriers_and_fits(desk: Page, address: str) -> None:
    desk.goto(address)
    expect(desk.get_by_role("heading", level=1)).to_have_count(1)
    assert_accessible(desk)
    for width in (320, 390, 768, 1024, 1920):
        desk.set_viewport_size({"width": width, "height": 800})
        assert fits(desk), width


def test_every_page_is_valid_html(desk: Page) -> None:
    accept = {"Accept": "text/html"}
    assert_valid_html({name: desk.request.get(path, headers=accept).text() for name, path in PAGES.items()})


def test_from_place_and_concern_to_the_office(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Ort oder Postleitzahl").fill("Naumburg (Saale)")
    page.get_by_label("Ihr Anliegen").fill("perso")
    # Suggestions may lie over the button by now, as they do over any page: Enter searches
    page.get_by_label("Ihr Anliegen").press("Enter")
    page.get_by_role("link", name="Personalausweis beantragen", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Personalausweis beantragen")
    expect(page.get_by_role("link", name="Bürgerbüro Naumburg (Saale)")).to_be_visible()
    expect(page.get_by_text("46,00 Euro")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Ihr Anliegen")).to_have_value("perso")
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text("Personalausweis beantragen")


def test_without_scripts_everything_is_there(plain: Page) -> None:
    plain.goto("/")
    plain.get_by_label("Ort oder Postleitzahl").fill("06618")
    plain.get_by_label("Ihr Anliegen").fill("hund anmelden")
    plain.get_by_role("button", name="Suchen").click()
    plain.get_by_role("link", name="Naumburg (Saale)").first.click()
    expect(plain.get_by_label("Ort oder Postleitzahl")).to_have_value("Naumburg (Saale)")
    plain.get_by_role("link", name="Hund anmelden", exact=True).click()
    expect(plain.get_by_role("heading", name="Das kostet es")).to_be_visible()
    plain.locator("summary", has_text="Öffnungszeiten").first.click()
    expect(plain.get_by_role("table").first).to_be_visible()


def test_by_keyboard_alone_from_the_start_to_a_card(desk: Page) -> None:
    desk.goto("/")
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("link", name="Zum Inhalt")).to_be_focused()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    desk.keyboard.type("Naumb")
    expect(desk.get_by_role("option").first).to_be_visible()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(desk.get_by_label("Ort oder Postleitzahl")).to_have_value("Naumburg (Saale)")
    desk.keyboard.press("Tab")
    desk.keyboard.type("perso")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/search?**")
    link = desk.get_by_role("link", name="Personalausweis beantragen", exact=True)
    for _ in range(30):
        desk.keyboard.press("Tab")
        if link.evaluate("one => one === document.activeElement"):
            break
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Personalausweis beantragen")


def test_the_fields_are_comboboxes_that_say_what_they_found(desk: Page) -> None:
    desk.goto("/")
    field = desk.get_by_role("combobox", name="Ort oder Postleitzahl")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("Zeit")
    options = desk.get_by_role("listbox", name="Vorschläge").first.get_by_role("option")
    expect(options.first).to_contain_text("Zeitz")
    expect(field).to_have_attribute("aria-expanded", "true")
    assert_accessible(desk)
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("Zeit")


def test_large_letters_need_no_scrolling_sideways(desk: Page, address: str) -> None:
    desk.set_viewport_size({"width": 320, "height": 256})  # 1280 pixels at 400 %
    desk.goto(address)
    assert fits(desk)


def test_on_paper_the_answer_stands_alone(desk: Page) -> None:
    desk.goto(CARD)
    desk.emulate_media(media="print")
    expect(desk.get_by_role("heading", name="Das bringen Sie mit")).to_be_visible()
    for gone in (".busdb-header nav", ".busdb-footer"):
        expect(desk.locator(gone).first).to_be_hidden()


def test_a_page_asks_for_little(desk: Page) -> None:
    asked: list[str] = []
    desk.on("request", lambda one: asked.append(one.url))
    desk.goto(CARD, wait_until="networkidle")
    assert len(asked) <= 6, asked
    html = desk.request.get(CARD, headers={"Accept-Encoding": "identity"}).body()
    assert len(html) < 40_000


@pytest.mark.parametrize("name", ["start", "results", "service at a place", "authority"])
def test_the_original_package_fits_our_markup(desk: Page, name: str) -> None:
    original = ROOT / "node_modules" / "@kern-ux" / "native" / "dist" / "kern.min.css"
    if not original.exists():
        missing("@kern-ux/native (make node_modules/installed)")
    desk.route("**/static/kern.css*", lambda route: route.fulfill(path=original, content_type="text/css"))
    desk.goto(PAGES[name])
    primary = desk.locator(".kern-btn--primary, .kern-link").first
    assert primary.evaluate("one => getComputedStyle(one).fontFamily").startswith('"Fira Sans"')
    assert_accessible(desk)
    for width in (320, 1280):
        desk.set_viewport_size({"width": width, "height": 800})
        assert fits(desk), width
