"""Pictures of every page, phone and desktop, light and dark, from the sample state: ``make screenshots``.

Run by pytest only so that server and browser are those of the tests; it asserts nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support import ROOT
from test_console_pages import CONSOLE
from test_finder_pages import PAGES

OUT = ROOT / "out" / "screenshots"
WIDTHS = {"phone": (390, 844), "desktop": (1280, 800)}


@pytest.mark.parametrize("device", sorted(WIDTHS))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures(browser: Browser, site: str, device: str, scheme: str) -> None:
    """All pages on one device, in one scheme of colors."""
    width, height = WIDTHS[device]
    folder = Path(OUT, f"{device}-{scheme}")
    folder.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(
        base_url=site, locale="de-DE", color_scheme=scheme, viewport={"width": width, "height": height}
    )
    page = context.new_page()
    for name, address in {**PAGES, **CONSOLE}.items():
        page.goto(address)
        page.screenshot(path=folder / f"{name.replace(' ', '-')}.png", full_page=True)
    context.close()
