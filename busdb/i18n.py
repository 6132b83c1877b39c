"""The one catalogue of sentences that people read: German first, English second.

Message ids are the stable codes of issues, errors and labels (``issue.area_unknown``). The ``.po`` files beside this
module are compiled when the package is built.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("de", "en")
LOCALE = Path(__file__).with_name("locale")
"""The folder of the catalogues."""
_language: ContextVar[str] = ContextVar("language", default="de")


def negotiate(*wishes: str | None) -> str:
    """The first wish that the catalogue has (``de_DE`` and ``de-DE`` are ``de``), else German."""
    for wish in wishes:
        short = (wish or "").replace("_", "-").split("-")[0].split(".")[0].lower()
        if short in LANGUAGES:
            return short
    return "de"


def use(language: str) -> None:
    """Make ``language`` the default of :func:`message` in this context (thread, request)."""
    _language.set(negotiate(language))


def current() -> str:
    """The default language of this context."""
    return _language.get()


def message(code: str, values: Mapping[str, object] | None = None, language: str | None = None) -> str:
    """The sentence of ``code`` with its gaps filled; a missing value shows as its name in braces."""
    text = _sentence(code, language or current())
    return text.format_map(_Gaps(values or {})) if values or "{" in text else text


def known(code: str) -> bool:
    """Whether both languages have a sentence for ``code``."""
    return all(_catalogue(language).gettext(code) != code for language in LANGUAGES)


@cache
def _sentence(code: str, language: str) -> str:
    return _catalogue(negotiate(language)).gettext(code)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("busdb", os.fspath(LOCALE), [language], fallback=True)


class _Gaps(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"
