"""Checks of the settings and of the pages that they name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit

from busdb import i18n, legal
from busdb.doctor.checks import Check, bad, ok, warn
from busdb.errors import SetupError
from busdb.i18n import message as _
from busdb.settings import Settings

NAME = "settings"
NAMES = {item.name: str(item.metadata["name"]) for item in fields(Settings)}
"""The variable of each setting."""
_TESTS = re.compile(r"BUSDB_(TEST|WRITE)_\w+")
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})
_FOLDERS = {
    "published": "busdb publish {folder}",
    "theme": "unset BUSDB_THEME",
    "xzufi_schemas": "unset BUSDB_XZUFI_SCHEMAS",
}
"""The settings that name a folder which must be there, and what helps where it is not."""


def readable(environ: Mapping[str, str]) -> tuple[Settings, list[Check]]:
    """The settings without those that are refused, and a finding for each of these."""
    left = dict(environ)
    found: list[Check] = []
    while True:
        try:
            return Settings.from_env(left), found
        except SetupError as error:
            name = error.values["name"]
            found.append(bad(NAME, str(error), f"unset {name}"))
            del left[name]


def settings(wanted: Settings, environ: Mapping[str, str]) -> list[Check]:
    """What is wrong with the names and values of settings that were not refused."""
    found = [*_unknown(environ), *_contradictions(wanted), *_addresses(wanted), *_folders(wanted)]
    return found or [ok(NAME, _("doctor.settings_ok"))]


def _unknown(environ: Mapping[str, str]) -> Iterator[Check]:
    known = list(NAMES.values())
    for name in sorted(environ):
        if not name.startswith("BUSDB_") or name in known or _TESTS.fullmatch(name):
            continue
        near = difflib.get_close_matches(name, known, 1, 0.8)
        if near:
            sentence = _("doctor.setting_like", {"name": name, "like": near[0]})
            yield warn(NAME, sentence, f'export {near[0]}="${name}"; unset {name}')
        else:
            yield warn(NAME, _("doctor.setting_unknown", {"name": name}), f"unset {name}")


def _contradictions(wanted: Settings) -> Iterator[Check]:
    if wanted.language and wanted.language[:2].lower() not in i18n.LANGUAGES:
        sentence = _("doctor.language", {"value": wanted.language})
        yield warn(NAME, sentence, "export BUSDB_LANG=de")
    if wanted.search == "postgresql" and wanted.file:
        yield bad(NAME, _("search_needs_postgresql"), "export BUSDB_SEARCH=whoosh")
    if not wanted.folder.is_absolute():
        folder = wanted.folder.resolve()
        yield warn(NAME, _("doctor.folder_relative", {"folder": folder}), f"export BUSDB_DATA_DIR={quote(str(folder))}")


def _addresses(wanted: Settings) -> Iterator[Check]:
    mend, where = "export BUSDB_BASE_URL=https://zufi.example.org", {"url": wanted.base_url}
    try:
        parts = urlsplit(wanted.base_url)
        host = parts.hostname
    except ValueError:
        yield bad(NAME, _("doctor.base_url_broken", where), mend)
        return
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment or " " in wanted.base_url:
        yield bad(NAME, _("doctor.base_url_broken", where), mend)
    elif host in _HERE:
        yield warn(NAME, _("doctor.base_url_here", where), mend)
    elif parts.scheme == "http":
        secure = parts._replace(scheme="https").geturl()
        yield warn(NAME, _("doctor.base_url_plain", where), f"export BUSDB_BASE_URL={quote(secure)}")


def _folders(wanted: Settings) -> Iterator[Check]:
    for name, mend in _FOLDERS.items():
        folder = getattr(wanted, name)
        if folder and not Path(folder).is_dir():
            values = {"name": NAMES[name], "folder": folder}
            yield bad(NAME, _("doctor.setting_folder", values), mend.format(folder=quote(folder)))


def pages(wanted: Settings) -> list[Check]:
    """The legal pages that are empty or cannot be read."""
    found = []
    for name in legal.PAGES:
        mend = f"export {NAMES[name]}=/srv/busdb/{name}.html"
        try:
            if legal.legal(wanted, name, "de") == legal.Legal():
                values = {"page": _(f"legal.{name}"), "name": NAMES[name]}
                found.append(warn("pages", _("doctor.page_empty", values), mend))
        except SetupError as error:
            found.append(bad("pages", str(error), mend))
    return found or [ok("pages", _("doctor.pages_ok"))]
