"""What is asked of every page: no barrier that axe can find, valid HTML, room for fingers, letters and the focus."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from support import ROOT, missing

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
"""WCAG 2.2 AA, and what axe counts as good practice beside it."""


def barriers(page: Page, context: str | None = None) -> list[str]:
    """The barriers that axe finds in a page, or in the part that a selector names; one line each."""
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found: dict[str, Any] = Axe().run(page, context=context, options=options).response
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']} – {node['target']} {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def assert_accessible(page: Page, context: str | None = None) -> None:
    """No barriers in light and in dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = barriers(page, context)
        assert not found, f"{page.url} ({scheme}):\n" + "\n".join(found)
    page.emulate_media(color_scheme="light")


def assert_valid_html(pages: Mapping[str, str]) -> None:
    """No faults in documents, each under the name by which it is reported; all in one run of html-validate."""
    program = ROOT / "node_modules" / ".bin" / "html-validate"
    if not program.exists() or shutil.which("node") is None:
        missing("html-validate (make node_modules/installed)")
    with tempfile.TemporaryDirectory() as folder:
        for number, html in enumerate(pages.values()):
            Path(folder, f"{number:04}.html").write_text(html, encoding="utf-8")
        command = [program, "--config", ROOT / ".htmlvalidate.json", "--formatter", "json", f"{folder}/*.html"]
        found = Path(folder, "found.json")
        with found.open("wb") as file:  # node cuts what it has not yet written to a pipe when it ends
            ran = subprocess.run(command, check=False, stdout=file, stderr=subprocess.PIPE, text=True, cwd=ROOT)
        assert found.stat().st_size, ran.stderr
        names = dict(enumerate(pages))
        faults = [
            f"{names[int(Path(document['filePath']).stem)]}:{fault['line']}: {fault['ruleId']}: {fault['message']}"
            for document in json.loads(found.read_bytes())
            for fault in document["messages"]
        ]
    assert not faults, "\n".join(faults)


_GEOMETRY = Path(__file__).with_name("geometry.js").read_text("utf-8")


def _measure(page: Page, what: str) -> Any:
    return page.evaluate(f"(() => {{ {_GEOMETRY}\nreturn {what}(); }})()")


def small_targets(page: Page) -> list[str]:
    """What can be pressed and is smaller than 24 x 24 pixels, but for links within a sentence (WCAG 2.5.8)."""
    found: list[str] = _measure(page, "small_targets")
    return found


def collisions(page: Page) -> list[str]:
    """Texts and fields that lie over each other or outside the page."""
    found: list[str] = _measure(page, "collisions")
    return found


def space_text(page: Page) -> None:
    """Space the text of a page as readers may (WCAG 1.4.12)."""
    _measure(page, "space_text")


def walk(page: Page, most: int = 200) -> dict[str, bool]:
    """What the key Tab reaches from the top of a page, and whether it can be seen there (WCAG 2.4.11)."""
    reached: dict[str, bool] = {}
    for number in range(most):
        page.keyboard.press("Tab")
        found = _measure(page, "focus")
        if found is None:
            return reached
        reached[f"{number} {found[0]}"] = found[1]
    raise AssertionError(f"the focus is caught: {list(reached)[-3:]}")
