"""The pages that the law asks of a website: imprint, data protection, and the declaration of accessibility.

Their words are the operator's (§ 5 DDG, Art. 13 DSGVO, § 16c BGG LSA); settings name a file with them or an address.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from busdb.errors import SetupError
from busdb.html import clean
from busdb.settings import Settings

PAGES = ("imprint", "privacy", "accessibility")


class Legal(NamedTuple):
    """What stands on a legal page: clean HTML, or the address where it is; neither while nobody has written it."""

    html: str | None = None
    url: str | None = None


def legal(settings: Settings, name: str, language: str) -> Legal:
    """A legal page by its name of ``PAGES``. Raises ``SetupError`` for a file that cannot be read.

    Beside ``impressum.html``, ``impressum.en.html`` holds the words in English.
    """
    where: str = getattr(settings, name)
    if not where:
        return Legal()
    if where.startswith(("https://", "http://")):
        return Legal(url=where)
    file = Path(where)
    translated = file.with_name(f"{file.stem}.{language}{file.suffix}")
    try:
        text = (translated if translated.exists() else file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError("legal_unreadable", file=where, reason=error) from None
    return Legal(html=clean(text).html)


def missing(settings: Settings) -> list[str]:
    """The legal pages that still say nothing, by their names of ``PAGES``. Raises ``SetupError`` as :func:`legal`."""
    return [name for name in PAGES if legal(settings, name, "de") == Legal()]
