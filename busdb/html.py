"""The one HTML cleaner (first form)."""

from __future__ import annotations

import re


def plain(html: str) -> str:
    """The text of HTML."""
    return re.sub(r"<[^>]+>", " ", html).strip()
