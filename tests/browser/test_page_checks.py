"""The checks of pages find what they look for."""

from __future__ import annotations

import pytest
from page_checks import assert_accessible, assert_valid_html, collisions, small_targets, walk
from playwright.sync_api import Browser

FRAME = "<!doctype html><html lang='de'><title>Seite</title><main><h1>Seite</h1>{}</main></html>"


def test_a_page_without_barriers_passes_and_a_barrier_is_named(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(FRAME.format("<label>Ort <input></label>"))
    assert_accessible(page)
    page.set_content(FRAME.format("<input>"))
    with pytest.raises(AssertionError, match="label"):
        assert_accessible(page)
    page.set_content(
        FRAME.format(
            "<style>@media (prefers-color-scheme: dark) { p { color: #222; background: #000 } }</style><p>Text</p>"
        )
    )
    with pytest.raises(AssertionError, match=r"\(dark\)[\s\S]*color-contrast"):
        assert_accessible(page)
    page.close()


def test_small_targets_collisions_and_a_hidden_focus_are_found(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(FRAME.format("<p>Ein Satz mit <a href='#a'>Verweis</a></p><button>Weiter zur Seite</button>"))
    page.add_style_tag(content="button { min-height: 30px }")
    assert small_targets(page) == collisions(page) == []
    assert walk(page) == {"0 Verweis": True, "1 Weiter zur Seite": True}
    page.add_style_tag(
        content="a { font-size: 8px } button { height: 9px; min-height: 0 } p { position: fixed; top: 0; z-index: -1 }"
        " main { position: relative; background: white; height: 400px }"
    )
    assert small_targets(page) == ["button Weiter zur Seite"]
    assert any("lies over" in one for one in collisions(page))
    assert not walk(page)["0 Verweis"]
    page.close()


GOOD = '<!doctype html><html lang="de"><head><title>Seite</title></head><body><main><h1>Seite</h1></main></body></html>'


def test_valid_html_passes_and_a_fault_is_named_with_its_page_and_line() -> None:
    assert_valid_html({"/gut": GOOD})
    with pytest.raises(AssertionError, match=r"/schlecht:1: no-dup-id"):
        assert_valid_html({"/gut": GOOD, "/schlecht": GOOD.replace("<h1>", '<p id="a">1</p><p id="a">2</p><h1>')})
