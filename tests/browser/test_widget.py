"""The widget in a page of another origin, under a strict policy: every mode, keyboard, back button, failing servers."""

from __future__ import annotations

import gzip
import shutil
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from page_checks import (
    assert_accessible,
    assert_valid_html,
    barriers,
    collisions,
    small_targets,
    space_text,
    walk,
)
from playwright.sync_api import Browser, Page, Route, expect
from support import ROOT, missing
from town import ELEMENT, SCRIPT, Town

from api.pages import widget

HALLE, SERVICE = "150020000000", "lsa.personalausweis-beantragen"


@pytest.fixture(scope="session")
def town(site: str) -> Iterator[Town]:
    """The site of a town."""
    opened = Town(site)
    for view in ("search?q=ausweis", f"detail?service={SERVICE}"):  # a server reads its gazetteer and its index once
        urllib.request.urlopen(f"{site}/embed/v1/{view}&ars={HALLE}").close()
    yield opened
    opened.server.shutdown()
    opened.server.server_close()


@pytest.fixture
def troubles() -> list[str]:
    """What went wrong in the page of a test."""
    return []


@pytest.fixture
def page(browser: Browser, site: str, town: Town, troubles: list[str]) -> Iterator[Page]:
    """A page that fails where a script fails, the policy is hurt, or anybody but town and finder is asked."""
    context = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda one: troubles.append(one.text) if "Content Security Policy" in one.text else None)
    opened.on("request", lambda one: None if one.url.startswith((site, town.address)) else troubles.append(one.url))
    yield opened
    assert context.cookies() == []
    if opened.url.startswith("http"):
        assert opened.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    context.close()
    assert troubles == []


@contextmanager
def measured(troubles: list[str]) -> Iterator[None]:
    """For axe, which sets styles itself where the policy forbids it."""
    assert troubles == []
    yield
    troubles[:] = [one for one in troubles if "Applying inline style" not in one]


def title(page: Page) -> Any:
    """The heading of what the widget shows."""
    return page.locator("zufi-finder .zufi-title")


@pytest.mark.parametrize(
    ("attributes", "heading"),
    [
        ('mode="search"', "Was möchten Sie erledigen?"),
        ('mode="search" q="ausweis"', "Ergebnisse für"),
        ('mode="list"', "Leistungen A–Z"),
        ('mode="list" scope="own"', "Leistungen A–Z"),
        (f'mode="detail" service="{SERVICE}"', "Personalausweis"),
        ('mode="authority"', "Verwaltung der Stadt Halle"),
        ('mode="life-events"', "Lebenslagen"),
    ],
)
def test_every_mode_shows_itself_on_another_site_without_barriers(
    page: Page, town: Town, troubles: list[str], attributes: str, heading: str
) -> None:
    page.goto(town.element(attributes))
    expect(title(page)).to_contain_text(heading)
    assert title(page).evaluate("one => one.localName") == "h2"
    with measured(troubles):
        assert_accessible(page)
        for width in (1920, 768, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), width
        assert barriers(page) == []


def test_look_of_the_town_reaches_inside(page: Page, town: Town) -> None:
    page.goto(town.element('mode="search" theme="light"'))
    button = page.locator("zufi-finder .kern-btn--primary")
    expect(button).to_have_css("background-color", "rgb(170, 0, 0)")
    expect(title(page)).to_have_css("letter-spacing", "1px")


def test_the_original_package_fits_the_widget(page: Page, town: Town, troubles: list[str], tmp_path: Path) -> None:
    original = ROOT / "node_modules" / "@kern-ux" / "native" / "dist" / "kern.min.css"
    if not original.exists():
        missing("@kern-ux/native (make node_modules/installed)")
    shutil.copy(original, tmp_path)
    sheet, icons = widget.stylesheet(str(tmp_path))
    page.route("**/zufi.css", lambda route: route.fulfill(body=sheet, content_type="text/css"))
    page.route(
        "**/icon-*.svg",
        lambda route: route.fulfill(
            body=icons[int(route.request.url.rsplit("-", 1)[1][:-4])], content_type="image/svg+xml"
        ),
    )
    page.goto(town.element(f'mode="detail" service="{SERVICE}" theme="dark"'))
    expect(title(page)).to_be_visible()
    link = page.locator("zufi-finder .kern-link").first
    assert link.evaluate("one => getComputedStyle(one).fontFamily").startswith('"Fira Sans"')
    ground = "getComputedStyle(document.querySelector('zufi-finder').shadowRoot.querySelector('.zufi-content'))"
    dark = page.evaluate(f"{ground}.backgroundColor")
    page.evaluate("document.querySelector('zufi-finder').setAttribute('theme', 'light')")
    assert page.evaluate(f"{ground}.backgroundColor") != dark
    page.evaluate("document.querySelector('zufi-finder').removeAttribute('theme')")
    with measured(troubles):
        assert_accessible(page)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert collisions(page) == [], width


def test_the_widget_has_room_for_fingers_spaced_letters_and_the_focus_also_from_right_to_left(
    page: Page, town: Town
) -> None:
    for attributes in ('mode="search"', 'mode="search" q="ausweis"', f'mode="detail" service="{SERVICE}"'):
        page.goto(town.element(attributes))
        expect(title(page)).to_be_visible()
        page.set_viewport_size({"width": 320, "height": 500})
        assert small_targets(page) == [], attributes
        reached = walk(page)
        assert len(reached) > 4, attributes
        assert [name for name, seen in reached.items() if not seen] == [], attributes
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert collisions(page) == [], attributes
        space_text(page)
        assert collisions(page) == [], attributes


def test_a_service_is_found_by_keyboard_and_the_back_button_leads_back(page: Page, town: Town) -> None:
    page.goto(town.element('mode="search"'))
    expect(title(page)).to_be_visible()
    page.get_by_role("combobox", name="Anliegen").focus()
    page.keyboard.type("personal", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    expect(page.get_by_role("combobox", name="Anliegen")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(title(page)).to_contain_text("Ergebnisse für")
    expect(title(page)).to_be_focused()
    assert "zufi=search" in page.url
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Personalausweis beantragen").first
    link.focus()
    page.keyboard.press("Enter")
    expect(title(page)).to_contain_text("Personalausweis")
    expect(page).to_have_title("Personalausweis beantragen – Stadt Beispiel")
    expect(title(page)).to_be_focused()
    deep = page.url
    page.go_back()
    expect(title(page)).to_contain_text("Ergebnisse für")
    page.go_back()
    expect(title(page)).to_contain_text("Was möchten Sie erledigen?")
    expect(page).to_have_title("Stadt Beispiel")
    page.goto(deep)
    expect(title(page)).to_contain_text("Personalausweis")


def test_what_search_engines_read_stands_in_the_page_of_the_town(page: Page, town: Town) -> None:
    page.goto(town.element(f'mode="detail" service="{SERVICE}"'))
    expect(title(page)).to_be_visible()
    data = page.locator("head > script[type='application/ld+json']")
    assert '"GovernmentService"' in (data.text_content() or "")


def test_without_scripts_the_link_is_there_and_a_served_fragment_is_whole(browser: Browser, town: Town) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(town.element('mode="search"'))
    expect(page.get_by_role("link", name="Zum Zuständigkeitsfinder")).to_be_visible()
    with urllib.request.urlopen(f"{town.site}/embed/v1/detail?ars={HALLE}&service={SERVICE}") as response:
        fragment = response.read().decode()
    page.goto(town.put(f'<zufi-finder mode="detail" service="{SERVICE}">{fragment}</zufi-finder>'))
    expect(page.get_by_role("heading", name="Personalausweis beantragen")).to_be_visible()
    expect(page.get_by_text("Personalausweis").first).to_be_visible()
    context.close()


def test_a_served_fragment_is_taken_over_without_loading_it_again(page: Page, town: Town) -> None:
    with urllib.request.urlopen(
        f"{town.site}/embed/v1/detail?ars={HALLE}&service={SERVICE}&base-path=/service/"
    ) as got:
        fragment = got.read().decode()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/embed/" in one.url else None)
    page.goto(town.put(f'<zufi-finder ars="{HALLE}" mode="detail" service="{SERVICE}">{fragment}</zufi-finder>'))
    expect(title(page)).to_be_visible()
    assert page.locator("zufi-finder > .zufi").count() == 0
    assert asked == []


def test_a_server_that_stumbles_once_is_asked_again(page: Page, town: Town) -> None:
    tries: list[str] = []

    def stumble(route: Route) -> None:
        tries.append(route.request.url)
        route.fulfill(status=503) if len(tries) == 1 else route.continue_()

    page.route("**/embed/v1/**", stumble)
    page.goto(town.element('mode="search"'))
    expect(title(page)).to_contain_text("Was möchten Sie erledigen?")
    assert len(tries) == 2


def test_a_server_that_never_answers_leaves_phone_numbers_and_the_link(
    page: Page, town: Town, troubles: list[str]
) -> None:
    page.add_init_script(
        "const own = AbortSignal.timeout; AbortSignal.timeout = (wait) => own.call(AbortSignal, wait / 40)"
    )
    page.route("**/embed/v1/**", lambda _: None)
    page.goto(town.element('mode="search" phone="+49 30 23125 027"'))
    expect(title(page)).to_have_text("Der Zuständigkeitsfinder ist gerade nicht erreichbar.")
    expect(page.get_by_role("link", name="+49 30 23125 027")).to_have_attribute("href", "tel:+493023125027")
    expect(page.get_by_role("link", name="Behördennummer 115")).to_have_attribute("href", "tel:115")
    expect(page.get_by_role("link", name="Zum Zuständigkeitsfinder")).to_be_visible()
    with measured(troubles):
        assert_accessible(page)
    page.unroute("**/embed/v1/**")
    page.get_by_role("button", name="Erneut versuchen").click()
    expect(title(page)).to_contain_text("Was möchten Sie erledigen?")


def test_what_was_seen_is_shown_again_when_the_server_fails(page: Page, town: Town) -> None:
    page.goto(town.element('mode="search"'))
    page.get_by_role("link", name="Lebenslagen").click()
    expect(title(page)).to_contain_text("Lebenslagen")
    page.route("**/embed/v1/**", lambda route: route.abort())
    page.go_back()
    expect(title(page)).to_contain_text("Was möchten Sie erledigen?")
    expect(page.get_by_text("dies ist die zuletzt geladene Auskunft")).to_be_visible()


def test_a_refusal_is_said_in_its_words(page: Page, town: Town) -> None:
    page.goto(town.element('mode="detail" service="lsa.gibt-es-nicht"'))
    expect(title(page)).to_contain_text("gibt-es-nicht")
    expect(page.get_by_role("link", name="Behördennummer 115")).to_be_visible()


def test_a_version_is_loaded_only_if_it_is_what_its_hash_says(page: Page, town: Town) -> None:
    tag = (
        f'<script type="module" src="{{site}}/widget/{widget.VERSION}/zufi.js" integrity="{{0}}" crossorigin></script>'
    )
    page.goto(town.put(ELEMENT.replace("{0}", ""), tag.replace("{0}", widget.integrity())))
    expect(title(page)).to_be_visible()
    page.goto(town.put(ELEMENT.replace("{0}", ""), tag.replace("{0}", "sha384-" + "A" * 64)))
    expect(page.get_by_role("link", name="Zum Zuständigkeitsfinder")).to_be_visible()
    assert title(page).count() == 0


def test_a_frame_grows_with_what_it_shows(page: Page, town: Town) -> None:
    source = f"{town.site}/embed/v1/list?ars={HALLE}&amp;as=page"
    frame = f'<iframe title="Leistungen" src="{source}" width="100%" height="200"></iframe>'
    policy, town.policy = town.policy, f"{town.policy}; frame-src {town.site}"
    page.goto(town.put(frame, SCRIPT.replace("zufi.js", "frame.js")))
    town.policy = policy
    expect(page.frame_locator("iframe").get_by_role("heading", level=2)).to_be_visible()
    page.wait_for_function("Number(document.querySelector('iframe').height) > 600")
    page.frame_locator("iframe").get_by_role("link", name="Personalausweis beantragen", exact=True).click()
    expect(page.frame_locator("iframe").get_by_role("heading", level=2).first).to_contain_text("Personalausweis")


def test_forced_colors_and_print_keep_all_readable(page: Page, town: Town, troubles: list[str]) -> None:
    page.goto(town.element(f'mode="detail" service="{SERVICE}"'))
    expect(title(page)).to_be_visible()
    page.emulate_media(forced_colors="active")
    with measured(troubles):
        assert barriers(page) == []
    page.emulate_media(forced_colors="none", media="print")
    expect(title(page)).to_be_visible()


def test_the_card_as_assistive_technology_reads_it(page: Page, town: Town) -> None:
    page.goto(town.element(f'mode="detail" service="{SERVICE}"'))
    expect(page.locator("zufi-finder")).to_match_aria_snapshot(
        """
        - heading "Personalausweis beantragen" [level=2]
        - article:
          - region "Zuständig":
            - heading "Zuständig" [level=3]
            - heading "Bürgerbüro Halle (Saale)" [level=4]:
              - link "Bürgerbüro Halle (Saale)"
            - list:
              - listitem:
                - link "+49 30 23125 028"
          - region "Das bringen Sie mit":
            - heading "Das bringen Sie mit" [level=3]
            - list:
              - listitem: Digitales biometrisches Lichtbild
          - region "Das kostet es":
            - heading "Das kostet es" [level=3]
            - list:
              - listitem: /46,00 Euro/
        """
    )


def test_the_script_is_small_and_made_of_its_modules() -> None:
    data = (widget.VERSIONS / f"{widget.VERSION}.js").read_bytes()
    assert data == widget.script(), "make widget; after a release with a new version"
    assert len(gzip.compress(data)) <= 20_000


def test_fragments_and_pages_for_frames_are_valid(page: Page, site: str) -> None:
    views = {
        f"/embed/v1/{one}&as=page": page.request.get(f"{site}/embed/v1/{one}&as=page&heading-level=1").text()
        for one in (
            f"search?ars={HALLE}",
            f"search?ars={HALLE}&q=ausweis",
            f"list?ars={HALLE}",
            f"detail?ars={HALLE}&service={SERVICE}",
            f"authority?ars={HALLE}",
            f"life-events?ars={HALLE}",
            "search?place=Neustadt",
        )
    }
    assert_valid_html(views)
