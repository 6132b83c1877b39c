"""Every page has room: for fingers, for spaced letters, for what has the focus, and in scripts from right to left."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from page_checks import barriers, collisions, small_targets, space_text, walk
from playwright.sync_api import Browser, Page, expect
from support import ROOT
from test_finder_pages import CARD, PAGES

HALLE = "150020000000"
SHOWN = [
    *PAGES.values(),
    "/einbinden?place=Halle+(Saale)&mode=list",
    "/feedback?service=lsa.personalausweis-beantragen",
    "/about",
    f"/embed/v1/detail?ars={HALLE}&service=lsa.personalausweis-beantragen&as=page&heading-level=1",
]


@pytest.fixture
def desk(browser: Browser, site: str) -> Iterator[Page]:
    """A page whose size is the matter of the tests."""
    context = browser.new_context(base_url=site, locale="de-DE", viewport={"width": 320, "height": 600})
    yield context.new_page()
    context.close()


def test_targets_are_large_enough_and_nothing_collides_with_spaced_text_or_from_right_to_left(desk: Page) -> None:
    for address in SHOWN:
        desk.goto(address)
        for width in (320, 1280):
            desk.set_viewport_size({"width": width, "height": 600})
            assert small_targets(desk) == [], (address, width)
            desk.evaluate("document.documentElement.dir = 'rtl'")
            assert collisions(desk) == [], (address, width)
            desk.evaluate("document.documentElement.dir = 'ltr'")
        space_text(desk)
        for width in (1280, 320):
            desk.set_viewport_size({"width": width, "height": 600})
            assert collisions(desk) == [], (address, width)


def test_what_has_the_focus_is_never_obscured(desk: Page) -> None:
    desk.set_viewport_size({"width": 390, "height": 400})
    for address in ("/", PAGES["results"], CARD, PAGES["authority"], PAGES["A to Z"], SHOWN[-4], SHOWN[-3], SHOWN[-1]):
        desk.goto(address)
        reached = walk(desk)
        assert len(reached) > 8, address
        assert [name for name, seen in reached.items() if not seen] == [], address


def test_colors_of_the_readers_own_hide_nothing(desk: Page) -> None:
    desk.emulate_media(forced_colors="active")
    for address in ("/", PAGES["results"], CARD, PAGES["authority"], *SHOWN[-4:]):
        desk.goto(address)
        assert barriers(desk) == [], address
    desk.goto("/")
    button = desk.get_by_role("button", name="Suchen")
    assert button.evaluate("one => getComputedStyle(one).borderTopStyle") == "solid"


def test_the_combobox_as_assistive_technology_reads_it(desk: Page) -> None:
    desk.goto("/")
    desk.get_by_role("combobox", name="Ort oder Postleitzahl").press_sequentially("Karsd")
    expect(desk.get_by_role("option")).to_have_count(1)
    desk.keyboard.press("ArrowDown")
    expect(desk.get_by_role("search")).to_match_aria_snapshot(
        """
        - search:
          - text: Ort oder Postleitzahl
          - combobox "Ort oder Postleitzahl" [expanded]: Karsd
          - listbox "Vorschläge":
            - option "Karsdorf Unstruttal, Burgenlandkreis" [selected]
          - "status": "Vorschläge: 1. Mit den Pfeiltasten auswählen."
          - text: Ihr Anliegen
          - combobox "Ihr Anliegen"
          - status
          - button "Suchen"
        """
    )


def test_the_answer_card_as_assistive_technology_reads_it(desk: Page) -> None:
    desk.goto(CARD)
    expect(desk.get_by_role("main")).to_match_aria_snapshot(
        """
        - article:
          - heading "Personalausweis beantragen" [level=1]
          - paragraph: in Naumburg (Saale)
          - region "Zuständig":
            - heading "Zuständig" [level=2]
            - paragraph: Verwaltung der Stadt Naumburg (Saale)
            - heading "Bürgerbüro Naumburg (Saale)" [level=3]:
              - link "Bürgerbüro Naumburg (Saale)"
            - list:
              - listitem:
                - link "+49 30 23125 316"
            - group: Öffnungszeiten
          - region "Das bringen Sie mit":
            - heading "Das bringen Sie mit" [level=2]
            - list:
              - listitem: Bisheriger Personalausweis oder Reisepass (wenn vorhanden)
              - listitem: Digitales biometrisches Lichtbild
          - region "Das kostet es":
            - list:
              - listitem: /46,00 Euro/
          - region "Fristen und Dauer":
            - term: Bearbeitungsdauer
            - definition: zwei bis vier Wochen
        """
    )


def test_stylesheets_know_no_left_and_right() -> None:
    sheets = (ROOT / "api" / "static").glob("*.css")
    physical = re.compile(
        r"\b(?:(?:margin|padding|border)-(?:left|right)|(?<![\w-])(?:left|right)):|: (?:left|right)\b"
    )
    found = [f"{sheet.name}: {one}" for sheet in sheets for one in physical.findall(sheet.read_text("utf-8"))]
    assert found == []
