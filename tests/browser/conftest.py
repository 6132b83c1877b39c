"""A real browser before a real server over the sample state."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from support import missing, serving

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
expect.set_options(timeout=30_000)  # a busy machine is no fault of a page


@pytest.fixture(scope="session")
def state(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the sample state."""
    return shutil.copytree(demo, tmp_path_factory.mktemp("site") / "var")


@pytest.fixture(scope="session")
def site(state: Path) -> Iterator[str]:
    """The address of a server over the sample state."""
    with serving(state) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a screen."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield opened
        opened.close()


def is_data(page: Page) -> bool:
    """Whether the browser shows data in a viewer of its own, whose styles our policy rightly forbids."""
    return "/api/v1/" in page.url and not page.url.endswith("/docs")


@pytest.fixture(params=[(390, 844), (1280, 800)], ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    """A page of a German reader; it fails where a script fails, or where anything leaves the site."""
    width, height = request.param
    context = browser.new_context(
        base_url=site, locale="de-DE", viewport={"width": width, "height": height}, has_touch=width < 600
    )
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda one: troubles.append(one.text) if one.type == "error" and not is_data(opened) else None)
    opened.on("request", lambda one: None if one.url.startswith((site, "data:")) else troubles.append(one.url))
    yield opened
    context.close()
    assert troubles == []


@pytest.fixture
def agent(browser: Browser, site: str) -> Iterator[Page]:
    """A page of an agent of 115, who may use the clipboard; it fails where a script fails."""
    context = browser.new_context(base_url=site, locale="de-DE", viewport={"width": 1280, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    yield opened
    context.close()
    assert troubles == []
